"""The queue of exceptions (异常处理): by cause, in words; put right, tried again, given up, looked after."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from yichuang.access.grants import Reach
from yichuang.errors import InputRefused
from yichuang.exchange.places import Titles, typed, value_at
from yichuang.exchange.rerun import Rerunning
from yichuang.mappings import mapping_for
from yichuang.outbox.message import UNMAPPED, Delivery, DeliveryQuery, Group
from yichuang.outbox.service import Outbox
from yichuang.ports import Actor, DefinitionView

MOST = 1000
NO_MAPPING = "no_mapping"


@dataclass(frozen=True, slots=True)
class Cause:
    """Exceptions of one target, state and cause. `field`: the target's field, `mapping`: the mapping that gives it; empty where unknown."""

    target: str
    state: str
    cause: str
    count: int
    oldest: datetime
    owned: int
    title: str
    words: str
    field: str = ""
    mapping: str = ""

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


class Exceptions:
    """`current`: the definitions in force."""

    def __init__(self, outbox: Outbox, current: Callable[[], DefinitionView]) -> None:
        self._outbox = outbox
        self._current = current

    def causes(self, query: DeliveryQuery, reach: Reach) -> list[Cause]:
        """Those that the query names (`target`, `state`, `cause`, `owner`, `unowned`), the most first."""
        groups = [group for group in self._outbox.groups(reach, query.target, query.owner, unowned=query.unowned) if _asked(group, query)]
        return [self._told(group, reach) for group in groups]

    def _told(self, group: Group, reach: Reach) -> Cause:
        kind, _, place = group.cause.partition("/") if group.state == UNMAPPED else ("", "", "")
        place = "" if kind == NO_MAPPING else place
        example = self._example(group, reach) if group.state == UNMAPPED else None
        mapping = mapping_for(self._current(), group.target, example.item, example.step) or "" if example else ""
        titles = self._titles(mapping, example) if example else None
        title = titles.target(place) if titles and place else _plain_title(group)
        words = titles.said(group.words) if titles else group.words
        return Cause(group.target, group.state, group.cause, group.count, group.oldest, group.owned, title, words, place, mapping)

    def _example(self, group: Group, reach: Reach) -> Delivery | None:
        found = self._outbox.list(DeliveryQuery(target=group.target, state=group.state, cause=group.cause, limit=1), reach)
        return found[0] if found else None

    def _titles(self, mapping: str, example: Delivery) -> Titles:
        view = self._current()
        return Titles(view, example.item, view.find("mapping", mapping) if mapping else None)

    # ------------------------------------------------------------------ verbs

    def correct(self, message_id: str, path: str, text: str, reason: str, actor: Actor, reach: Reach) -> Delivery:
        """Another value at a source path of the message, for a reason; what the case says stays.

        Raises `InputRefused`, `DeliveryMissing`, `Conflict`.
        """
        delivery, inside = self._outbox.find(message_id, reach), self._outbox.inside(message_id, actor, reach)
        faulty = {problem.get("source") for problem in inside.problems}
        if not path or path not in faulty | set(Rerunning(self._current()).of(delivery, inside).read):
            raise InputRefused("这一处不在送出的内容里，不能更正", problems=[{"field": "path", "message": "请从列出的内容中选择"}])
        value = typed(text, inside.amended.get(path, value_at(inside.payload, path)))
        return self._outbox.amend(message_id, {path: value}, reason, actor, reach)

    def retry(self, query: DeliveryQuery, actor: Actor, reach: Reach) -> int:
        """Try all of a group again now; how many."""
        return self._outbox.resend_many(query, actor, reach)

    def assign(self, query: DeliveryQuery, owner: str, actor: Actor, reach: Reach) -> int:
        return self._outbox.assign_many(query, owner, actor, reach)

    def give_up(self, query: DeliveryQuery, reason: str, actor: Actor, reach: Reach) -> int:
        """All of a group, each noted; how many. Raises `InputRefused`."""
        found: Sequence[Delivery] = self._outbox.list(_with(query, MOST), reach)
        for delivery in found:
            self._outbox.give_up(delivery.id, reason, actor, reach)
        return len(found)


def _asked(group: Group, query: DeliveryQuery) -> bool:
    return (not query.state or group.state == query.state) and (not query.cause or group.cause == query.cause)


CAUSES = {
    "timeout": "对方没有及时答复", "unreachable": "连不上对方系统", "cut": "对方中途断开连接", "bad_answer": "对方的应答无法读取",
    "address": "对方系统的地址不对", "no_mapping": "没有适用的映射", "certificate": "对方的名称或证书不符",
}  # fmt: skip
"""What can't be said better than by the connector's own word."""


def _plain_title(group: Group) -> str:
    kind, _, rest = group.cause.partition("/")
    said = {"refused": f"对方拒收：{rest}", "status": f"对方系统出错（{rest}）", "broken": f"推送程序出错（{rest}）"}
    return CAUSES.get(group.cause) or CAUSES.get(kind) or said.get(kind) or group.words[:40] or "原因未记录"


def _with(query: DeliveryQuery, limit: int) -> DeliveryQuery:
    return replace(query, limit=limit, after="")
