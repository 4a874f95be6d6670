"""Flask-AppBuilder, put together: its own session on our database, the menu, the pages. Nothing is created here."""

from dataclasses import dataclass
from typing import Any

from flask import Flask, redirect, request
from flask_appbuilder import AppBuilder
from flask_login import current_user
from sqlalchemy.orm import scoped_session, sessionmaker
from werkzeug.wrappers import Response

from yichuang.errors import NotAllowed
from yichuang.ports import Actor
from yichuang.services import Services
from yichuang.web.admin.accounts import Accounts
from yichuang.web.admin.changes import Changes
from yichuang.web.admin.clients import ApiClients
from yichuang.web.admin.commitments import CommitmentNumbers
from yichuang.web.admin.deadlines import DeadlineMoves
from yichuang.web.admin.definitions import Definitions
from yichuang.web.admin.double_entry import DoubleEntry
from yichuang.web.admin.entrusting import Entrusting
from yichuang.web.admin.exchange_exceptions import Exceptions
from yichuang.web.admin.exchange_reconciliation import Reconciliation
from yichuang.web.admin.exchange_sync import Syncing
from yichuang.web.admin.figures import NoticeFigures
from yichuang.web.admin.lockout import Lockout
from yichuang.web.admin.overview import Overview
from yichuang.web.admin.posters import Posters
from yichuang.web.admin.pushing import Deliveries
from yichuang.web.admin.registry import DocumentRegister
from yichuang.web.admin.releases import Releases
from yichuang.web.admin.reviews_aggregation import Aggregation, ReviewAnomalies, ReviewRecording
from yichuang.web.admin.security import StaffSecurity
from yichuang.web.admin.trail import Trail
from yichuang.web.admin.users import Users
from yichuang.web.admin.warnings import Warnings

MENU = (
    (Overview, "概览", "home"),
    (Definitions, "事项与定义", "files"),
    (Changes, "变更单", "edit"),
    (Releases, "发布记录", "clock"),
    (DeadlineMoves, "期限变动", "calendar"),
    (Entrusting, "委托受理", "pen"),
    (DoubleEntry, "二次录入", "swap"),
    (NoticeFigures, "告知单数据", "chart"),
    (CommitmentNumbers, "告知承诺", "check"),
    (DocumentRegister, "文书登记簿", "book"),
    (Posters, "海报", "image"),
    (Syncing, "数据交换", "send"),
    (Aggregation, "好差评", "star"),
    (Warnings, "平台预警", "warn"),
    (ApiClients, "API 管理", "plug"),
    (Users, "用户与角色", "users"),
    (Trail, "审计", "shield"),
)
BESIDE = (Exceptions, Reconciliation, Deliveries, ReviewAnomalies, ReviewRecording)
"""Pages that another one's tabs lead to."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What the log-in needs, kept as the application's extension `yichuang.admin`."""

    services: Services
    accounts: Accounts
    lockout: Lockout

    @property
    def demo(self) -> bool:
        return self.services.settings.demo_accounts

    def note(self, who: Actor, action: str) -> None:
        self.services.audit.note(who, action, "user", who.name)


class AdminBuilder(AppBuilder):
    """Without the stock index, language and API pages and without the stock assets."""

    def _add_admin_views(self) -> None:
        self.sm.register_views()

    def _add_global_static(self) -> None:
        return

    @property
    def get_url_for_index(self) -> str:
        return "/admin/"


def configure(app: Flask) -> None:
    app.config.update(
        FAB_UPDATE_PERMS=False,
        FAB_CREATE_DB=False,
        FAB_ADD_SECURITY_API=False,
        FAB_ADD_MENU_API=False,
        FAB_ADD_OPENAPI_VIEWS=False,
        FAB_SECURITY_SIGNALS_ENABLED=False,
        AUTH_ROLE_ADMIN="SYS_ADMIN",
        AUTH_USER_REGISTRATION=False,
        BABEL_DEFAULT_LOCALE="zh",
        LANGUAGES={"zh": {"flag": "cn", "name": "中文"}},
        SESSION_REFRESH_EACH_REQUEST=False,
    )


def build(app: Flask, services: Services) -> Any:
    configure(app)
    database = services.database
    session = scoped_session(sessionmaker(bind=database.engine.execution_options(isolation_level="AUTOCOMMIT")))
    app.extensions["yichuang.admin"] = Desk(
        services, Accounts(database, services.audit, services.authority.titles), Lockout(database, services.clock, services.settings.secret_key)
    )
    app.teardown_appcontext(lambda _error: session.remove())
    with app.app_context():
        appbuilder = AdminBuilder(app, session, security_manager_class=StaffSecurity)
        for page, label, icon in MENU:
            appbuilder.add_view(page(services), page.__name__, icon=icon, label=label)
        for page in BESIDE:
            appbuilder.add_view_no_menu(page(services))
    app.before_request(_first_password)
    return appbuilder


def _first_password() -> Response | None:
    """Who has a password given by an administrator chooses their own before anything else."""
    if not request.path.startswith(("/admin", "/desk")):
        return None
    must = current_user.is_authenticated and bool(getattr(current_user, "must_change", False))
    if must and "/api/" in request.path:
        raise NotAllowed("请先把初始密码改成自己的密码")
    return redirect("/account/?must=1") if must else None
