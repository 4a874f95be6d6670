"""Members of staff. The system administrator keeps accounts and postings, the security administrator gives roles and unlocks."""

from typing import Any

from flask import current_app, request, url_for
from flask_appbuilder import expose
from werkzeug.utils import redirect

from yichuang.access.powers import REACHES
from yichuang.access.roles import EXCLUSIVE
from yichuang.errors import YichuangError
from yichuang.ports import SHANGHAI
from yichuang.web.admin import passwords
from yichuang.web.admin.page import Page, allowed
from yichuang.web.admin.permissions import AUTHORISE, EDIT, READ
from yichuang.web.admin.postings import Posts, compile_posts
from yichuang.web.session import member


class Users(Page):
    route_base = "/admin/users"
    default_view = "index"

    @expose("/")
    @allowed(READ)
    def index(self) -> str:
        return self._page()

    def _page(self, refused: YichuangError | None = None, given: tuple[str, str] | None = None) -> str:
        lockout = current_app.extensions["yichuang.admin"].lockout
        users = self.accounts.all()
        locked = {user.username for user in users if lockout.locked(user.username)}
        authority = self.services.authority
        return self.show(
            "users", users=users, roles=authority.titles(), defined=authority.roles(), reaches=REACHES, exclusive=EXCLUSIVE, locked=locked,
            posts=self._posts(), postings=authority.postings(), refused=refused, given=given, policy=passwords.WORDS, form=request.form,
            shanghai=SHANGHAI,
        )  # fmt: skip

    @expose("/", methods=["POST"])
    @allowed(EDIT)
    def create(self) -> Any:
        """A new account with a first password that is shown once; roles come from the security administrator."""
        form, password = request.form, passwords.initial()
        name = form.get("name", "").strip()
        try:
            user = self.accounts.create(member(), form.get("username", ""), name[:1], name[1:], [], password)
        except YichuangError as refused:
            return self._page(refused), refused.status
        return self._page(given=(user.username, password))

    @expose("/<username>/password", methods=["POST"])
    @allowed(EDIT)
    def reset(self, username: str) -> Any:
        password = passwords.initial()
        self.accounts.set_password(member(), self.accounts.get(username).username, password)
        return self._page(given=(username, password))

    @expose("/<username>/active", methods=["POST"])
    @allowed(EDIT)
    def active(self, username: str) -> Any:
        self.accounts.set_active(member(), username, active=request.form.get("active") == "1")
        return redirect(url_for("Users.index"))

    @expose("/<username>/posting", methods=["POST"])
    @allowed(EDIT)
    def posting(self, username: str) -> Any:
        """Where the member belongs: what their roles reach follows from it."""
        try:
            place = self._posts().chosen(request.form)
        except YichuangError as refused:
            return self._page(refused), refused.status
        self.services.authority.post(member(), self.accounts.get(username).username, place)
        return redirect(url_for("Users.index"))

    def _posts(self) -> Posts:
        return self.services.catalogue.current().compiled(compile_posts, "")

    @expose("/<username>/roles", methods=["POST"])
    @allowed(AUTHORISE)
    def roles(self, username: str) -> Any:
        try:
            self.accounts.set_roles(member(), username, request.form.getlist("role"))
        except YichuangError as refused:
            return self._page(refused), refused.status
        return redirect(url_for("Users.index"))

    @expose("/<username>/unlock", methods=["POST"])
    @allowed(AUTHORISE)
    def unlock(self, username: str) -> Any:
        current_app.extensions["yichuang.admin"].lockout.clear(username)
        self.services.audit.note(member(), "user.unlocked", "user", username)
        return redirect(url_for("Users.index"))
