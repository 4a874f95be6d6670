"""Messages to departments and systems (数据管理): every one searched, looked into, tried again, given up with a reason, as Excel."""

from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import Response, request
from flask_appbuilder import expose
from werkzeug.utils import redirect

from renderers.spreadsheet import Sheet, workbook
from yichuang.access.grants import Reach
from yichuang.entrustment.places import compile_places
from yichuang.errors import YichuangError
from yichuang.outbox.message import STATES, STEPS, Delivery, DeliveryQuery
from yichuang.web.admin.exchange_message import MessagePage
from yichuang.web.admin.exchange_scope import seeing
from yichuang.web.admin.page import allowed, exporting
from yichuang.web.admin.permissions import EDIT, READ
from yichuang.web.session import member

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS = 20_000
ASKED = ("state", "department", "text", "after", "target", "step")
COLUMNS = (
    ("case_number", "办件编号"), ("item_title", "事项"), ("target_title", "目标"), ("department_title", "部门"), ("step_title", "环节"),
    ("version", "次数"), ("state_title", "状态"), ("attempts", "尝试次数"), ("created_at", "生成时间"), ("sent_at", "推送时间"),
    ("received_at", "接收时间"), ("received_by", "接收人"), ("due_at", "应送达时间"), ("last_error", "最近的错误"), ("close_reason", "放弃原因"),
)  # fmt: skip


class Deliveries(MessagePage):
    family = "deliveries"
    route_base = "/admin/deliveries"
    default_view = "index"

    @expose("/")
    @allowed(READ)
    def index(self) -> str:
        return self._page()

    @expose("/deliveries.xlsx")
    @allowed(READ)
    def spreadsheet(self) -> Response:
        """Without personal data; noted all the same."""
        who, query, titles = exporting(), _query(MOST_ROWS), self._titles()
        rows = [_row(delivery, titles, self.target_title(delivery.target)) for delivery in self.services.outbox.list(query, self._reach())]
        self.services.audit.note(who, "delivery.export", "delivery", "", detail=f"{len(rows)} 条")
        headers = {"Content-Disposition": 'attachment; filename="deliveries.xlsx"'}
        return Response(workbook([Sheet("数据交换", COLUMNS, rows)]), mimetype=SHEET, headers=headers)

    @expose("/<delivery>")
    @allowed(READ)
    def one(self, delivery: str) -> str:
        return self.message(delivery)

    @expose("/<delivery>/reveal", methods=["POST"])
    @allowed(READ)
    def reveal(self, delivery: str) -> str:
        """With whole values, for who may see them there; noted."""
        return self.message(delivery, reveal=True)

    @expose("/<delivery>/resend", methods=["POST"])
    @allowed(EDIT)
    def resend(self, delivery: str) -> Any:
        return self._done(lambda: self.services.outbox.resend(delivery, member(), self._reach()))

    @expose("/resend", methods=["POST"])
    @allowed(EDIT)
    def resend_failed(self) -> Any:
        department = request.values.get("department", "")[:64]
        return self._done(lambda: self.services.outbox.resend_failed(member(), self._reach(), department))

    @expose("/<delivery>/give-up", methods=["POST"])
    @allowed(EDIT)
    def give_up(self, delivery: str) -> Any:
        reason = request.form.get("reason", "")
        return self._done(lambda: self.services.outbox.give_up(delivery, reason, member(), self._reach()))

    @expose("/<delivery>/receive", methods=["POST"])
    @allowed(EDIT)
    def receive(self, delivery: str) -> Any:
        """For a department that says so by telephone or on paper."""
        return self._done(lambda: self.services.outbox.receive(delivery, member(), self._reach()))

    # ------------------------------------------------------------------ parts

    def _done(self, act: Callable[[], object]) -> Any:
        try:
            act()
        except YichuangError as error:
            return self._page(error), error.status
        return redirect(f"/admin/deliveries/?{urlencode(_query().words())}")

    def _page(self, refused: YichuangError | None = None) -> str:
        query, reach = _query(), self._reach()
        found = self.services.outbox.list(query, reach)
        return self.show(
            "deliveries", deliveries=found, query=query, kept=urlencode(query.words()), counts=self.services.outbox.counts(reach),
            states=STATES, departments=self._titles(), targets=self.targets(), steps=STEPS,
            refused=refused, now=self.services.clock.now(), more=len(found) == query.limit,
        )  # fmt: skip

    def _reach(self) -> Reach:
        return seeing()

    def _titles(self) -> dict[str, str]:
        """The departments in reach, by code."""
        departments = self.services.catalogue.current().compiled(compile_places, "").departments
        reach = self._reach()
        shown = {code: body for code, body in departments.items() if reach.everything or code in reach.departments}
        return {code: str(body.get("short_title") or body["title"]) for code, body in shown.items()}


def _query(limit: int = 60) -> DeliveryQuery:
    given = request.values
    try:
        day = date.fromisoformat(given.get("day", ""))
    except ValueError:
        day = None
    state, department, text, after, target, step = (given.get(name, "")[:64] for name in ASKED)
    return DeliveryQuery(state, department, day, text, given.get("late") == "True", after, limit, target=target, step=step)


def _row(delivery: Delivery, titles: dict[str, str], target: str) -> dict[str, Any]:
    told = delivery.as_dict()
    moments = {
        name: moment.strftime("%Y-%m-%d %H:%M:%S")
        for name in ("created_at", "sent_at", "received_at", "due_at")
        if (moment := getattr(delivery, name))
    }
    department = titles.get(delivery.place.department, delivery.place.department)
    return told | moments | {
        "department_title": department, "target_title": target, "last_error": delivery.last_error, "close_reason": delivery.close_reason,
    }  # fmt: skip
