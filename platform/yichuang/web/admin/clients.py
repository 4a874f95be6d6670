"""API management (接口管理): departments' systems, their keys, what they may do, how often they called."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

from flask import request
from flask_appbuilder import expose
from werkzeug.utils import redirect

from yichuang.clients.client import SCOPES, ApiClient, Terms
from yichuang.entrustment.places import compile_places
from yichuang.errors import InputRefused, YichuangError
from yichuang.ports import SHANGHAI
from yichuang.web.admin.page import Page, allowed
from yichuang.web.admin.permissions import EDIT, READ
from yichuang.web.session import member

COUNTED_DAYS = 30


class ApiClients(Page):
    route_base = "/admin/clients"
    default_view = "index"

    @expose("/")
    @allowed(READ)
    def index(self) -> str:
        return self._page()

    @expose("/", methods=["POST"])
    @allowed(EDIT)
    def create(self) -> Any:
        """A new client; its key is on the page that answers, and nowhere else."""
        form = request.form

        def made() -> tuple[ApiClient, str]:
            department = form.get("department", "")
            known = department if department in self._departments() else ""
            terms = Terms(known, frozenset(form.getlist("scope")), expires_at=_until(form.get("expires", "")))
            return self.services.clients.create(form.get("title", ""), terms, member(), form.get("note", ""))

        return self._given(made)

    @expose("/<client>/rotate", methods=["POST"])
    @allowed(EDIT)
    def rotate(self, client: str) -> Any:
        return self._given(lambda: self.services.clients.rotate(client, member()))

    @expose("/<client>/active", methods=["POST"])
    @allowed(EDIT)
    def active(self, client: str) -> Any:
        self.services.clients.set_active(client, request.form.get("active") == "1", member())
        return redirect("/admin/clients/")

    # ------------------------------------------------------------------ parts

    def _given(self, make: Callable[[], tuple[ApiClient, str]]) -> Any:
        try:
            given = make()
        except YichuangError as error:
            return self._page(refused=error), error.status
        return self._page(given)

    def _page(self, given: tuple[ApiClient, str] | None = None, refused: YichuangError | None = None) -> str:
        now = self.services.clock.now()
        calls = self.services.clients.calls(now.date() - timedelta(days=COUNTED_DAYS - 1))
        return self.show(
            "clients", clients=self.services.clients.all(), calls=calls, scopes=SCOPES, departments=self._departments(), given=given,
            refused=refused, now=now, days=COUNTED_DAYS, name_of=self.name_of(), form=request.form if refused else {},
        )  # fmt: skip

    def _departments(self) -> dict[str, str]:
        found = self.services.catalogue.current().compiled(compile_places, "").departments
        return {code: str(body.get("short_title") or body["title"]) for code, body in found.items()}


def _until(text: str) -> datetime | None:
    """The end of that day. Raises `InputRefused`."""
    if not text:
        return None
    try:
        return datetime.combine(datetime.fromisoformat(text).date() + timedelta(days=1), time(), SHANGHAI)
    except ValueError:
        raise InputRefused("到期日期无法读取", problems=[{"field": "expires_at", "message": "请从日历中选择"}]) from None
