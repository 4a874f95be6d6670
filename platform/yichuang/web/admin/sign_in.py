"""`/login/`, `/logout/`, and one's own password."""

from typing import Any

from flask import current_app, redirect, render_template, request, session
from flask_appbuilder import expose
from flask_appbuilder.security.views import AuthDBView as StockView
from flask_appbuilder.utils.base import is_safe_redirect_url
from flask_login import current_user, login_user, logout_user
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response

from yichuang.errors import InputRefused
from yichuang.ports import Actor
from yichuang.web.admin import lockout, passwords
from yichuang.web.admin.openings import openings
from yichuang.web.admin.sessions import begin
from yichuang.web.guards import limiter
from yichuang.web.session import actor, member
from yichuang.web.workplaces import open_workplaces

FAILURES = "20/minute;200/hour"
"""Failed log-ins of one client, whichever accounts they were for."""
WRONG = "账号或密码不正确。"


class AuthDBView(StockView):
    """The endpoint's name is the class's; pages link to `AuthDBView.login`."""

    @expose("/login/", methods=["GET", "POST"])
    @limiter.limit(FAILURES, methods=["POST"], deduct_when=lambda answer: answer.status_code == 401)
    def login(self) -> Any:
        if current_user.is_authenticated:
            return redirect(_next())
        if request.method != "POST":
            return render_template("admin/login.html", demo=_desk().demo, username="")
        username = request.form.get("username", "").strip()[:128]
        refusal = self._refusal(username, request.form.get("password", "")[:256])
        if refusal:
            return render_template("admin/login.html", demo=_desk().demo, error=refusal, username=username), 401
        return redirect(_next())

    def _refusal(self, username: str, password: str) -> str:
        """Log in, or the reason why not."""
        desk = _desk()
        if desk.lockout.locked(username):
            desk.note(Actor(_known(self, username)), "sign_in.locked")
            return lockout.WORDS
        user = self.appbuilder.sm.auth_user_db(username, password)
        if user is None:
            desk.lockout.failed(username)
            desk.note(Actor(_known(self, username)), "sign_in.failed")
            return lockout.WORDS if desk.lockout.locked(username) else f"{WRONG}连续 {lockout.MOST} 次失败将锁定账号。"
        desk.lockout.clear(username)
        begin(user)
        login_user(user)
        generate_csrf()
        desk.note(Actor(user.username), "sign_in")
        return ""

    @expose("/logout/", methods=["GET", "POST"])
    def logout(self) -> Any:
        who = actor()
        if request.method != "POST" and who is not None:
            return render_template("admin/logout.html")
        if who is not None:
            logout_user()
            session.clear()
            _desk().note(who, "sign_out")
        return redirect("/login/")

    @expose("/account/", methods=["GET", "POST"])
    def account(self) -> Any:
        """One's own name, roles and password."""
        who = member()
        told: dict[str, Any] = {}
        if request.method == "POST":
            try:
                self._change(who, request.form)
                return redirect("/account/?changed=1")
            except InputRefused as refused:
                told = {"error": refused.detail}
        must = bool(getattr(current_user, "must_change", False))
        page = render_template(
            "admin/account.html", who=who, policy=passwords.WORDS, must=must, changed="changed" in request.args, **told
        )
        return Response(page, 422 if told else 200, mimetype="text/html")

    def _change(self, who: Actor, form: Any) -> None:
        old, new = form.get("old", ""), form.get("new", "")
        desk = _desk()
        if desk.lockout.locked(who.name):
            raise InputRefused(lockout.WORDS)
        if self.appbuilder.sm.auth_user_db(who.name, old) is None:
            desk.lockout.failed(who.name)
            raise InputRefused("原密码不正确")
        if new != form.get("again", ""):
            raise InputRefused("两次输入的新密码不一致")
        if new == old:
            raise InputRefused("新密码不能与原密码相同")
        user = desk.accounts.set_password(who, who.name, new)
        begin(user)
        login_user(user)


def _known(view: AuthDBView, username: str) -> str:
    """The account's name for the trail; what isn't one may be a password typed into the wrong box and is not written down."""
    user = view.appbuilder.sm.find_user(username=username) if username else None
    return user.username if user is not None else "未知账号"


def _next() -> str:
    """Where to go after the log-in: where one was, else where one works. Only addresses of this site."""
    wanted = request.args.get("next", "")
    if (
        wanted.startswith("/")
        and wanted.isprintable()
        and not wanted.startswith(("//", "/\\", "/login", "/logout"))
        and is_safe_redirect_url(wanted)
    ):
        return wanted
    who = actor()
    if who is not None and bool(getattr(current_user, "must_change", False)):
        return "/account/"
    desk = next((address for _, address in open_workplaces()), "")
    if ("read", "Overview") in openings() or (openings() and not desk):
        return "/admin/"
    return desk or "/account/"


def _desk() -> Any:
    return current_app.extensions["yichuang.admin"]
