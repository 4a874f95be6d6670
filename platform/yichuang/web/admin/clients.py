"""API management (API 管理): other systems, their keys, what they may do and how much; how they call; a console to try requests."""

from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from typing import Any

from flask import request
from flask_appbuilder import expose
from werkzeug.utils import redirect

from yichuang.clients.client import EVERY_DEPARTMENT, FIELDS, SCOPES, ApiClient, Terms
from yichuang.entrustment.places import compile_places
from yichuang.errors import InputRefused, YichuangError
from yichuang.exchange.targets import compile_targets
from yichuang.ports import SHANGHAI
from yichuang.web.admin.page import Page, allowed
from yichuang.web.admin.permissions import EDIT, READ
from yichuang.web.session import member

COUNTED_DAYS = 30
ALL_DEPARTMENTS = "全部部门（市总线）"


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
        try:
            given = self.services.clients.create(request.form.get("title", ""), self._terms(), member(), request.form.get("note", ""))
        except YichuangError as error:
            return self._page(refused=error), error.status
        return self._client(given[0], given)

    @expose("/console")
    @allowed(READ)
    def console(self) -> str:
        """Sign and send a request from here, as another system would; the key stays in the browser."""
        return self.show("client_console", samples=list(self.services.presenting.samples())[:20])

    @expose("/refusals")
    @allowed(READ)
    def refusals(self) -> str:
        """The call log: what was refused, of everybody."""
        titles = {client.id: client.title for client in self.services.clients.all()}
        return self.show("client_refusals", refusals=self.services.clients.refusals(limit=200), titles=titles)

    @expose("/<client>")
    @allowed(READ)
    def client(self, client: str) -> str:
        return self._client(self.services.clients.find(client))

    @expose("/<client>", methods=["POST"])
    @allowed(EDIT)
    def change(self, client: str) -> Any:
        found = self.services.clients.find(client)
        try:
            self.services.clients.change(client, request.form.get("title", ""), self._terms(), member(), request.form.get("note", ""))
        except YichuangError as error:
            return self._client(found, refused=error), error.status
        return redirect(f"/admin/clients/{client}?saved=1")

    @expose("/<client>/rotate", methods=["POST"])
    @allowed(EDIT)
    def rotate(self, client: str) -> Any:
        grace = timedelta(hours=24 if request.form.get("grace", "1") == "1" else 0)
        return self._given(lambda: self.services.clients.rotate(client, member(), grace))

    @expose("/<client>/active", methods=["POST"])
    @allowed(EDIT)
    def active(self, client: str) -> Any:
        self.services.clients.set_active(client, request.form.get("active") == "1", member())
        return redirect(f"/admin/clients/{client}")

    # ------------------------------------------------------------------ parts

    def _given(self, make: Callable[[], tuple[ApiClient, str]]) -> Any:
        given = make()
        return self._client(given[0], given)

    def _terms(self) -> Terms:
        """What the form says. Raises `InputRefused` for what can't be read."""
        form = request.form
        department = form.get("department", "")
        known = department if department == EVERY_DEPARTMENT or department in self._departments() else ""
        targets = self.services.catalogue.current().compiled(compile_targets, "").all
        items = {code.strip() for code in form.get("items", "").replace("，", ",").replace("\n", ",").split(",") if code.strip()}
        unknown = sorted(items - set(self.services.catalogue.current().codes("item")))
        if unknown:
            raise InputRefused(f"没有这些事项代码：{'、'.join(unknown[:5])}", problems=[{"field": "items", "message": "没有这样的事项"}])
        target = form.get("target", "")
        return Terms(
            known, frozenset(form.getlist("scope")), target if target in targets else "", frozenset(items), frozenset(form.getlist("field")),
            _whole(form, "quota"), _whole(form, "rate"), form.get("signed_only") == "1", form.get("sandbox") == "1", _until(form.get("expires", "")),
        )  # fmt: skip

    def _page(self, refused: YichuangError | None = None) -> str:
        calls = self.services.clients.calls(self.services.clock.now().date() - timedelta(days=COUNTED_DAYS - 1))
        return self.show("clients", clients=self.services.clients.all(), calls=calls, refused=refused, **self._choices(), **self._said(refused))

    def _client(self, client: ApiClient, given: tuple[ApiClient, str] | None = None, refused: YichuangError | None = None) -> str:
        since = self.services.clock.now().date() - timedelta(days=COUNTED_DAYS - 1)
        figures = self.services.clients.figures(client.id, since)
        refusals = self.services.clients.refusals(client.id, limit=50)
        return self.show(
            "client", client=client, given=given, figures=figures, refusals=refusals, refused=refused, saved=request.args.get("saved"),
            **self._choices(), **self._said(refused),
        )  # fmt: skip

    def _choices(self) -> dict[str, Any]:
        snapshot = self.services.catalogue.current()
        targets = {code: target.title for code, target in snapshot.compiled(compile_targets, "").all.items()}
        return {
            "scopes": SCOPES, "fields": FIELDS, "departments": {EVERY_DEPARTMENT: ALL_DEPARTMENTS, **self._departments()}, "targets": targets,
            "days": COUNTED_DAYS, "name_of": self.name_of(), "now": self.services.clock.now(), "until": _day,
        }  # fmt: skip

    def _said(self, refused: YichuangError | None) -> dict[str, Any]:
        return {"form": request.form if refused else {}}

    def _departments(self) -> dict[str, str]:
        found = self.services.catalogue.current().compiled(compile_places, "").departments
        return {code: str(body.get("short_title") or body["title"]) for code, body in found.items()}


def _whole(form: Mapping[str, str], name: str) -> int:
    raw = form.get(name, "").strip()
    if raw and not (raw.isascii() and raw.isdigit() and len(raw) <= 9):
        raise InputRefused("次数须为整数", problems=[{"field": name, "message": "请填整数，不限为 0"}])
    return int(raw) if raw else 0


def _day(moment: datetime | None) -> str:
    """The last day that an end allows."""
    return (moment - timedelta(days=1)).date().isoformat() if moment else ""


def _until(text: str) -> datetime | None:
    """The end of that day. Raises `InputRefused`."""
    if not text:
        return None
    try:
        return datetime.combine(datetime.fromisoformat(text).date() + timedelta(days=1), time(), SHANGHAI)
    except ValueError:
        raise InputRefused("到期日期无法读取", problems=[{"field": "expires_at", "message": "请从日历中选择"}]) from None
