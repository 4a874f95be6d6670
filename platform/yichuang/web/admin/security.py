"""Flask-AppBuilder's security, narrowed: one log-in page, roles from the house, nothing created while serving."""

import time
from typing import Any

from flask import Flask, current_app, g, request, session
from flask_appbuilder.security.sqla.manager import SecurityManager
from werkzeug.security import check_password_hash

from yichuang.web import guards
from yichuang.web.admin.model import Member
from yichuang.web.admin.openings import openings
from yichuang.web.admin.sessions import mark
from yichuang.web.admin.sign_in import AuthDBView

ABSOLUTE = 10 * 3600
IDLE = 2 * 3600
PER_ADDRESS = "60 per minute"
"""Seconds after which one has to log in again: since the log-in, and since the last page. `PER_ADDRESS`: log-ins from one address."""


class StaffSecurity(SecurityManager):
    """No REST log-in, no stock user and role pages, no permission rows: roles say all, so a look-up needs no query."""

    user_model = Member
    authdbview = AuthDBView

    def create_limiter(self, app: Flask) -> Any:
        return guards.limiter

    def register_views(self) -> None:
        self.auth_view = self.authdbview()
        self.appbuilder.add_view_no_menu(self.auth_view)
        guards.limiter.limit(PER_ADDRESS, methods=["POST"])(self.auth_view.blueprint)

    def get_user_roles(self, user: Any) -> list[Any]:
        """The member's roles, read once a request."""
        if not user.is_authenticated:
            return []
        if g.get("roles_of") != user.id:
            g.roles, g.roles_of = list(user.roles), user.id
        return list(g.roles)

    def has_access(self, permission_name: str, view_name: str) -> bool:
        return (permission_name.removeprefix("can_"), view_name) in openings()

    def get_user_menu_access(self, menu_names: list[str] | None = None) -> set[str]:
        return {view for _, view in openings()}

    def is_item_public(self, permission_name: str, view_name: str) -> bool:
        return False

    def auth_user_db(self, username: str, password: str) -> Any:
        """The member, or None. Unknown and disabled accounts take as long as a wrong password."""
        user = self.find_user(username=username) if username else None
        kept = user.password if user is not None and user.is_active else None
        right = check_password_hash(kept or current_app.config["AUTH_DB_FAKE_PASSWORD_HASH_CHECK"], password)
        if not (kept and right):
            return None
        self.update_user_auth_stat(user, True)
        return user

    def load_user(self, pk: int) -> Any:
        """The member of this session, unless disabled, given another password, or away for too long."""
        now = int(time.time())
        if now - session.get("since", 0) > ABSOLUTE or now - session.get("seen", 0) > IDLE:
            return None
        user = super().load_user(pk)
        if user is None or session.get("mark") != mark(user):
            return None
        if "/api/" not in request.path and now - session["seen"] > 60:
            session["seen"] = now
        return user
