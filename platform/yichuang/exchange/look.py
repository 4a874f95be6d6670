"""One message looked at: what is wrong, what was sent, what the other side said, what was done; masked unless it is to be revealed."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from yichuang.access.grants import Reach
from yichuang.audit.service import Audit
from yichuang.exchange.personal import Personal
from yichuang.exchange.places import Titles, leaves, options_for, rows_out, value_at
from yichuang.exchange.rerun import Rerun, Rerunning
from yichuang.outbox.message import INBOX, RECEIVED, SENT, WARNING, Delivery, Inside
from yichuang.outbox.service import Outbox
from yichuang.ports import Actor, DefinitionView

ATTEMPTS = {"again": "推送未成，稍后再试", "failed": "推送失败", "refused": "对方拒收", "unmapped": "无法转换", "sent": "送达"}
DEEDS = {
    "delivery.resent": "重试", "delivery.amended": "更正", "delivery.assigned": "责任人变更", "delivery.abandoned": "放弃",
    "delivery.received": "登记接收", "delivery.reveal": "查看完整内容",
}  # fmt: skip
Releases = Callable[[int], DefinitionView | None]


@dataclass(frozen=True, slots=True)
class Content:
    """`rows`: `{to, value, source}`. `agrees`: whether it is what was sent, None where that can't be said."""

    rows: Sequence[Mapping[str, Any]] = ()
    sent: bool = False
    agrees: bool | None = None
    words: str = ""
    passes: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    at: datetime
    title: str
    by: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Look:
    """`choices`: what may be corrected, source path and title. `chosen`: the one that is to be, as a problem is told."""

    delivery: Delivery
    mapping: str
    problems: Sequence[Mapping[str, Any]]
    amended: Sequence[Mapping[str, Any]]
    answer: str
    content: Content
    choices: Sequence[tuple[str, str]]
    history: Sequence[Event] = field(default_factory=tuple)
    chosen: Mapping[str, Any] | None = None


class Looks:
    """`current`: the definitions in force; `of_release`: those of a release; `at`: those that were in force at a moment; `digest`: of a body,
    as a target's connector counts it."""

    def __init__(
        self, outbox: Outbox, audit: Audit, current: Callable[[], DefinitionView], of_release: Releases,
        at: Callable[[datetime], DefinitionView], digest: Callable[[Delivery, Inside, Mapping[str, Any]], str],
    ) -> None:  # fmt: skip
        self._outbox = outbox
        self._audit = audit
        self._current = current
        self._of_release = of_release
        self._at = at
        self._digest = digest

    def of(self, message_id: str, actor: Actor, reach: Reach, *, reveal: bool = False, correct: str = "") -> Look:
        """The reading is noted, as one in full when it is to be revealed. `correct`: a source path to be corrected. Raises `DeliveryMissing`."""
        delivery = self._outbox.find(message_id, reach)
        inside = self._outbox.inside(message_id, actor, reach)
        if reveal:
            self._audit.note(actor, "delivery.reveal", "delivery", message_id, detail=delivery.key)
        current = self._current()
        told = Rerunning(current).of(delivery, inside)
        words = Titles(current, delivery.item, current.find("mapping", told.mapping) if told.mapping else None)
        mask = _unmasked if reveal else self._personal(delivery, inside).value
        deeds = [row for row in self._audit.entries("delivery", message_id, 100)]
        return Look(
            delivery, told.mapping, [_problem(one, inside, words, mask, current, delivery) for one in inside.problems],
            [_amendment(path, value, inside, words, mask, deeds) for path, value in inside.amended.items()],
            inside.answer if reveal else self._personal(delivery, inside).text(inside.answer),
            self._content(delivery, inside, told, mask), [(path, f"{words.target(to)} ← {words.source(path)}") for path, to in told.read.items()],
            sorted(self._history(delivery, deeds, words), key=lambda event: event.at, reverse=True),
            _problem({"source": correct, "to": told.read[correct]}, inside, words, mask, current, delivery) if correct in told.read else None,
        )  # fmt: skip

    def _personal(self, delivery: Delivery, inside: Inside) -> Personal:
        """By the form of the case's own release."""
        case = inside.payload.get("case") or {}
        view = self._of_release(int(case.get("release") or inside.payload.get("release") or 0)) or self._current()
        item = view.find("item", delivery.item) or {}
        return Personal.of(inside.payload, view.find("form", str(item["form"])) if item.get("form") else None)

    def _content(self, delivery: Delivery, inside: Inside, told: Rerun, mask: Callable[..., Any]) -> Content:
        if delivery.target == INBOX or delivery.step == WARNING:
            rows = [{"to": path, "value": mask(value, path), "source": ""} for path, value in leaves(inside.payload)]
            return Content(rows, delivery.sent_at is not None, None, passes=True)
        sent = delivery.state in (SENT, RECEIVED) and delivery.sent_at is not None
        agrees = None
        if sent and delivery.sent_at and delivery.digest:
            then = Rerunning(self._at(delivery.sent_at)).of(delivery, inside)
            agrees = then.passes and self._digest(delivery, inside, then.body) == delivery.digest
            told = then if agrees else told
        if not told.mapping:
            return Content(words="现行版本中没有适用于这个事项和环节的映射。", sent=sent)
        rows = [
            {"to": path, "value": mask(value, told.sources.get(rows_out(path), "")), "source": told.sources.get(rows_out(path), "")}
            for path, value in leaves(told.body)
        ]
        return Content(rows, sent, agrees, "没有内容。", told.passes)

    def _history(self, delivery: Delivery, deeds: Sequence[Any], words: Titles) -> Iterator[Event]:
        yield Event(delivery.created_at, "生成", words=delivery.step_title)
        if delivery.sent_at:
            yield Event(delivery.sent_at, "送达", words=delivery.reference)
        for attempt in self._outbox.standings.attempts(delivery.id):
            if attempt.outcome != "sent":
                yield Event(attempt.at, ATTEMPTS[attempt.outcome], words=f"第 {attempt.number} 次 {words.said(attempt.words)}")
        for row in deeds:
            if row.action in DEEDS:
                yield Event(row.at, DEEDS[row.action], row.actor, _without_key(row.detail, delivery.key))


def _without_key(detail: str, key: str) -> str:
    return detail.removeprefix(key).strip()


def _unmasked(value: Any, _source: str = "") -> Any:
    return value


def _problem(
    problem: Mapping[str, Any], inside: Inside, words: Titles, mask: Callable[..., Any], view: DefinitionView, delivery: Delivery
) -> dict[str, Any]:
    """A fault with titles, the value as the reader may see it, and what could be written instead."""
    source, to = str(problem.get("source", "")), str(problem.get("to", ""))
    one = "" if "," in source else source
    value = inside.amended.get(one, value_at(inside.payload, one)) if one else ""
    shown = "、".join(map(str, value)) if isinstance(value, list) else "" if isinstance(value, Mapping) else mask(value, one)
    return {
        **problem, "message": words.said(str(problem.get("message", ""))), "title": words.target(to), "source": one,
        "source_title": words.source(source), "value": shown,
        "options": options_for(view, delivery.item, one, value) if one else (),
    }  # fmt: skip


def _amendment(path: str, value: Any, inside: Inside, words: Titles, mask: Callable[..., Any], deeds: Sequence[Any]) -> dict[str, Any]:
    """A correction with the value before, and who made it for what reason, from the trail."""
    deed = next((row for row in deeds if row.action == "delivery.amended" and path in row.detail), None)
    reason = deed.detail.partition("：")[2] if deed else ""
    before = mask(value_at(inside.payload, path), path)
    return {
        "path": path, "title": words.source(path), "before": before, "value": mask(value, path), "reason": reason,
        "by": deed.actor if deed else "", "at": f"{deed.at:%m-%d %H:%M}" if deed else "",
    }  # fmt: skip
