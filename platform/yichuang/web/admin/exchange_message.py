"""One message as its page shows it: what is wrong, what was sent, what the other side said, what was done about it."""

from collections.abc import Mapping
from typing import Any

from flask import request

from yichuang.access.masks import REVEAL, revealed
from yichuang.exchange.alarms import span
from yichuang.exchange.look import Look
from yichuang.exchange.places import place_of
from yichuang.web.admin.exchange_scope import ExchangePage, seeing, settling
from yichuang.web.session import grants, member


class MessagePage(ExchangePage):
    """For 异常处理 and 数据管理 alike. `family`: under which of them the page stands."""

    family = "deliveries"

    def message(self, delivery: str, refused: Any = None, *, reveal: bool = False) -> str:
        """Raises `DeliveryMissing` also out of reach, `NotAllowed` to reveal without the power there."""
        looks, who = self.services.exchange.looks, member()
        if reveal:
            place = self.services.outbox.find(delivery, seeing()).place
            grants().require(REVEAL, place)
        look: Look = looks.of(delivery, who, seeing(), reveal=reveal, correct=request.args.get("correct", "")[:200])
        d = look.delivery
        return self.show(
            "message", d=d, look=look, family=self.family, target_title=self.target_title(d.target), departments=self.departments(),
            problems=[self._problem(problem, look) for problem in look.problems], amended=look.amended, answer=look.answer, content=look.content,
            history=look.history, revealed=reveal, can_reveal=revealed(grants(), d.place), people=self.people(),
            may_settle=self.may("edit", "Exceptions") and settling_covers(d.place), now=self.services.clock.now(), span=span, refused=refused,
            done=DONE.get(request.args.get("done", ""), ""), name_of=self.name_of(),
        )  # fmt: skip

    def _problem(self, problem: Mapping[str, Any], look: Look) -> dict[str, Any]:
        return {**problem, "line": self.line(look.mapping, str(problem["to"]))}

    def line(self, mapping: str, to: str) -> dict[str, str] | None:
        """The way into the mapping's editor at its line; None for who may not change it, or without a mapping."""
        body = self.services.catalogue.current().find("mapping", mapping) if mapping else None
        if body is None or not self.may("edit", "Definitions") or self.scope().refusal("mapping", mapping, body):
            return None
        return {"url": f"/admin/definitions/mapping/{mapping}/edit", "place": place_of(body.get("lines"), to) or "lines"}


DONE = {
    "retried": "已重新排队，几秒内推送。", "corrected": "已更正，正在重新推送。", "given-up": "已放弃，同一办件后面的环节继续。",
    "assigned": "责任人已更新。",
}  # fmt: skip


def settling_covers(place: Any) -> bool:
    return settling().covers(place)
