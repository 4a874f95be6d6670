"""The base of all admin pages: services at hand, permissions asked for by verb, one way to render."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import current_app, render_template, url_for
from flask_appbuilder import BaseView

from yichuang.errors import NotAllowed
from yichuang.ports import SYSTEM, Actor, DefinitionView
from yichuang.services import Services
from yichuang.web.admin.accounts import Accounts
from yichuang.web.admin.scope import Scope, scope_over
from yichuang.web.session import grants, holder, member


class Page(BaseView):
    """A group of routes. Its class name is its name in the permission table."""

    template_folder = "templates"
    menu_name = ""
    """Under which menu entry the page stands, if not its own."""

    def __init__(self, services: Services) -> None:
        self.services = services
        super().__init__()

    @property
    def accounts(self) -> Accounts:
        accounts: Accounts = current_app.extensions["yichuang.admin"].accounts
        return accounts

    def name_of(self) -> Callable[[str], str]:
        """Account name → the name people know, for lists."""
        known = {user.username: user.title for user in self.accounts.all()} | {SYSTEM.name: SYSTEM.title}
        return lambda username: known.get(username, username)

    def may(self, verb: str, view: str | None = None) -> bool:
        return bool(self.appbuilder.sm.has_access(f"can_{verb}", view or self.class_permission_name))

    def scope(self, view: DefinitionView | None = None) -> Scope:
        """What the member may change, of the release in force or of `view`."""
        return scope_over(self.services, view or self.services.catalogue.current())

    def alarmed(self) -> list[str]:
        """Titles of the targets of the exchange that raise an alarm within the member's reach; for the head of every page."""
        given = grants()
        reach = given.reach("exchange.manage") | given.reach("delivery.manage")
        return [] if reach.nowhere else list(dict.fromkeys(alarm.title for alarm in self.services.exchange.alarms.now(reach)))

    def show(self, template: str, **values: Any) -> str:
        """A page in the admin's frame."""
        who = member()
        return render_template(
            f"admin/{template}.html", who=who, menu=entries(self.appbuilder), here=self.menu_name or type(self).__name__, may=self.may,
            alarmed=self.alarmed(), may_export=grants().may("export"),
            **values,
        )  # fmt: skip


def allowed(verb: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Guard a route of a `Page`: signed in, and the role may do this. Raises `SignInNeeded`, `NotAllowed`."""

    def guard(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def guarded(self: Page, *args: Any, **kwargs: Any) -> Any:
            member()
            if not self.may(verb):
                raise NotAllowed
            return view(self, *args, **kwargs)

        guarded._permission_name = verb  # type: ignore[attr-defined]
        return guarded

    return guard


def exporting() -> Actor:
    """Whoever takes figures or lists away as a file needs the power 导出. Raises `SignInNeeded`, `NotAllowed`."""
    return holder("export")


def entries(appbuilder: Any) -> list[dict[str, str]]:
    """The menu for the signed-in member: only what their roles open."""
    items = appbuilder.menu.get_list()
    open_to = appbuilder.sm.get_user_menu_access([item.name for item in items])
    return [
        {
            "name": item.name,
            "label": str(item.label),
            "icon": item.icon,
            "url": url_for(f"{item.name}.{item.baseview.default_view}"),
        }
        for item in items
        if item.name in open_to
    ]
