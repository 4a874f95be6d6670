"""For departments' systems: the cases pushed to them, receipts; and for everybody, which item may be accepted where."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import request

from yichuang.access.grants import NOWHERE, Reach
from yichuang.errors import InputRefused
from yichuang.outbox.message import Delivery
from yichuang.ports import SHANGHAI
from yichuang.services import Services
from yichuang.web.api import shapes
from yichuang.web.api.keys import client
from yichuang.web.api.operations import Operation, Parameter
from yichuang.web.api.shapes import FLAG, FREE, TEXT, WHOLE, listing, shape, titled

PAGE = 200
READ, RECEIPT = "deliveries.read", "deliveries.receipt"
MOMENT = {"type": ["string", "null"], "format": "date-time"}
DELIVERY_FIELDS: Mapping[str, Any] = {
    "id": titled("推送编号", TEXT), "case_number": titled("办件编号", TEXT), "item": titled("事项代码", TEXT), "item_title": TEXT,
    "target": titled("发往；inbox 为本平台的部门收件箱", TEXT), "department": TEXT, "hall": TEXT,
    "step": titled("环节代码", TEXT), "step_title": TEXT, "version": titled("本环节第几次", WHOLE),
    "key": titled("幂等键：办件编号+环节+次数，重复收到时据此去重", TEXT),
    "state": {"enum": ["sent", "received", "waiting", "failed", "refused", "unmapped", "abandoned"]},
    "state_title": TEXT, "attempts": WHOLE, "created_at": MOMENT, "sent_at": MOMENT, "received_at": MOMENT, "received_by": TEXT,
    "due_at": titled("应送达时间", MOMENT),
}  # fmt: skip
DELIVERY = shape(DELIVERY_FIELDS)
DELIVERIES = shape({"deliveries": listing(DELIVERY), "more": titled("是否还有，登记回执后再取", FLAG)})
FULL_DELIVERY = shape({**DELIVERY_FIELDS, "payload": titled("申请人、情形、表单、材料和本环节的内容", FREE)})
RECEIPT_REQUEST = shape({}, {"reference": {"type": "string", "maxLength": 100}})
HALL = shape({"title": TEXT, "windows": titled("窗口；空表示该大厅所有窗口", listing(TEXT))})
AGREEMENT = shape(
    {
        "agreement": TEXT, "agreement_name": TEXT, "agent": titled("受托单位", TEXT),
        "state": {"enum": ["open", "ending", "upcoming", "ended", "closed"]}, "state_title": TEXT, "why": TEXT, "halls": listing(HALL),
        "from": MOMENT, "until": titled("到这一分钟起停止收新件", MOMENT), "powers": listing(TEXT), "instead": titled("停止后到哪里办", TEXT),
    }
)  # fmt: skip
ENTRUSTMENT = shape(
    {
        "item": TEXT, "title": TEXT, "department": TEXT, "department_title": TEXT, "open": titled("现在是否有窗口可以受理", FLAG),
        "instead": TEXT, "warning": titled("将有的变化", TEXT), "agreements": listing(AGREEMENT),
    }
)  # fmt: skip
ENTRUSTMENTS = shape({"release": WHOLE, "entrustments": listing(ENTRUSTMENT)})


def operations(services: Services) -> list[Operation]:
    answers = EntrustedAnswers(services)
    since = Parameter("since", "query", "只要这一时间以后推送的（ISO 8601，如 2026-11-25T09:00:00+08:00）", {"type": "string", "maxLength": 40})
    every = Parameter("all", "query", "为 1 时包括已登记回执的", {"type": "string", "enum": ["0", "1"]})
    delivery, refused = Parameter("delivery", "path", "推送编号"), (401, 403)
    department = Parameter("department", "query", "委托部门代码", {"type": "string", "maxLength": 64})
    return [
        Operation(
            "get", "/deliveries", "listDeliveries", "推送给本部门的办件数据，先推送的在前", answers.deliveries, DELIVERIES, (since, every),
            problems=refused, limit="120/minute", scope=READ,
        ),
        Operation(
            "get", "/deliveries/{delivery}", "getDelivery", "一条推送及其内容", answers.delivery, FULL_DELIVERY, (delivery,),
            problems=(*refused, 404), limit="600/minute", scope=READ,
        ),
        Operation(
            "post", "/deliveries/{delivery}/receipt", "giveReceipt", "登记已经接收；重复登记结果不变", answers.receipt, DELIVERY, (delivery,),
            RECEIPT_REQUEST, (*refused, 404, 409), "600/minute", scope=RECEIPT,
        ),
        Operation(
            "get", "/entrustments", "listEntrustments", "委托受理的事项：哪些窗口可以受理、到什么时候", answers.entrustments, ENTRUSTMENTS,
            (department,), limit=shapes.READS,
        ),
    ]  # fmt: skip


class EntrustedAnswers:
    """A client sees its own department's deliveries only; whose key it is was checked before."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def deliveries(self) -> dict[str, Any]:
        every, since = request.args.get("all") == "1", _moment(request.args.get("since", ""))
        found = self._services.outbox.since(since, _reach(), unreceived=not every, limit=PAGE + 1)
        return {"deliveries": _told(found[:PAGE]), "more": len(found) > PAGE}

    def delivery(self, delivery: str) -> dict[str, Any]:
        found = self._services.outbox.find(delivery, _reach())
        payload = self._services.outbox.payload(delivery, client().actor, _reach())
        return {**found.as_dict(), "payload": dict(payload)}

    def receipt(self, delivery: str, body: Mapping[str, Any]) -> dict[str, Any]:
        return self._services.outbox.receive(delivery, client().actor, _reach()).as_dict()

    def entrustments(self) -> dict[str, Any]:
        found = self._services.entrustments.overview(request.args.get("department", ""))
        return {"release": self._services.catalogue.current().release, "entrustments": [outlook.as_dict() for outlook in found]}


def _reach() -> Reach:
    """Its own department's; a client of samples sees none of them."""
    return NOWHERE if client().terms.sandbox else client().reach


def _told(found: Sequence[Delivery]) -> list[dict[str, Any]]:
    return [delivery.as_dict() for delivery in found]


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        problems = [{"field": "since", "message": "须为 ISO 8601 时间，如 2026-11-25T09:00:00+08:00"}]
        raise InputRefused("时间无法读取", problems=problems) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)
