"""A change tried before it is published: which waiting exceptions would pass, and what passes today and would not."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from yichuang.access.grants import Reach
from yichuang.exchange.personal import plain
from yichuang.exchange.rerun import Rerun, Rerunning
from yichuang.outbox.message import RECEIVED, REFUSED, SENT, UNMAPPED, WAITING, Delivery, DeliveryQuery, Inside
from yichuang.outbox.service import Outbox
from yichuang.ports import Actor, Body, DefinitionView, Ref

MOST_EXCEPTIONS, MOST_PASSING = 2000, 500
EXAMPLES = 3
KINDS = ("mapping", "code_table", "target")


@dataclass(frozen=True, slots=True)
class Reason:
    """Why some do not pass, with a few of them: (id, case number)."""

    to: str
    message: str
    count: int
    examples: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Trial:
    """For one target. `waiting`: exceptions tried; `pass_`: that would pass; `changed`: refused ones that would be sent otherwise; `tried`:
    that pass today; `broken`: of these would not; `cut`: there are more than were tried."""

    target: str
    waiting: int = 0
    passing: int = 0
    changed: int = 0
    faults: Sequence[Reason] = ()
    tried: int = 0
    broken: int = 0
    breaks: Sequence[Reason] = field(default_factory=tuple)
    cut: bool = False

    @property
    def still(self) -> int:
        return self.waiting - self.passing - self.changed


class Trials:
    """`current`: the definitions in force."""

    def __init__(self, outbox: Outbox, current: Callable[[], DefinitionView]) -> None:
        self._outbox = outbox
        self._current = current

    def of(self, view: DefinitionView, changed: Iterable[Ref], actor: Actor, reach: Reach) -> list[Trial]:
        """`view`: the change laid over what is in force; `changed`: what it touches. One trial for each target concerned."""
        current = self._current()
        return [self._tried(target, current, view, actor, reach) for target in concerned(current, view, changed)]

    def _tried(self, target: str, current: DefinitionView, view: DefinitionView, actor: Actor, reach: Reach) -> Trial:
        now, then = Rerunning(current), Rerunning(view)
        stuck = self._read(target, (UNMAPPED, REFUSED), MOST_EXCEPTIONS, actor, reach)
        fine = self._read(target, (WAITING, SENT, RECEIVED), MOST_PASSING, actor, reach)
        passing, changed, failing = 0, 0, []
        for delivery, inside in stuck:
            told = then.of(delivery, inside)
            if not told.passes:
                failing.append((delivery, told))
            elif delivery.state == UNMAPPED:
                passing += 1
            else:
                changed += told.body != now.of(delivery, inside).body
        today = [(delivery, then.of(delivery, inside)) for delivery, inside in fine if now.of(delivery, inside).passes]
        broken = [(delivery, told) for delivery, told in today if not told.passes]
        cut = len(stuck) >= MOST_EXCEPTIONS or len(fine) >= MOST_PASSING
        return Trial(target, len(stuck), passing, changed, reasons(failing), len(today), len(broken), reasons(broken), cut)

    def _read(self, target: str, states: Sequence[str], most: int, actor: Actor, reach: Reach) -> list[tuple[Delivery, Inside]]:
        found: list[tuple[Delivery, Inside]] = []
        for state in states:
            if len(found) < most:
                found += self._outbox.insides(DeliveryQuery(target=target, state=state, limit=most - len(found)), actor, reach)
        return found


def concerned(current: DefinitionView, view: DefinitionView, changed: Iterable[Ref]) -> list[str]:
    """The targets whose messages could be mapped otherwise: those of changed mappings, and of mappings that read a changed code table."""
    refs = [ref for ref in changed if ref.kind in KINDS]
    found = {ref.code for ref in refs if ref.kind == "target"}
    tables = {ref.code for ref in refs if ref.kind == "code_table"}
    for one in (current, view):
        for code in one.codes("mapping"):
            body = one.find("mapping", code) or {}
            if Ref("mapping", code) in refs or any(_names(body, table) for table in tables):
                found.add(str(body.get("target", "")))
    known = set(view.codes("target")) | set(current.codes("target"))
    return sorted(found & known)


def _names(body: Body, table: str) -> bool:
    return b'"' + table.encode() + b'"' in orjson.dumps(body.get("lines", ()))


def reasons(failing: Sequence[tuple[Delivery, Rerun]]) -> list[Reason]:
    """By the first fault's place and kind, the most first."""
    grouped: dict[tuple[str, str], list[tuple[Delivery, str]]] = defaultdict(list)
    for delivery, told in failing:
        fault = told.faults[0] if told.faults else None
        place, kind = (plain(fault.to), fault.kind) if fault else ("", "")
        grouped[place, kind].append((delivery, fault.message if fault else "没有适用的映射"))
    counted = Counter({key: len(found) for key, found in grouped.items()})
    return [_reason(place, grouped[place, kind]) for (place, kind), _ in counted.most_common(20)]


def _reason(place: str, found: Sequence[tuple[Delivery, str]]) -> Reason:
    return Reason(place, found[0][1], len(found), [(delivery.id, delivery.case_number) for delivery, _ in found[:EXAMPLES]])


def told(trials: Sequence[Trial], titles: Mapping[str, str]) -> dict[str, Any]:
    """As plain JSON for the page."""
    return {"targets": [_told(trial, titles.get(trial.target, trial.target)) for trial in trials]}


def _told(trial: Trial, title: str) -> dict[str, Any]:
    return {
        "code": trial.target, "title": title, "waiting": trial.waiting, "pass": trial.passing, "changed": trial.changed, "still": trial.still,
        "faults": [_plain(reason) for reason in trial.faults], "tried": trial.tried, "broken": trial.broken,
        "breaks": [_plain(reason) for reason in trial.breaks], "cut": trial.cut,
    }  # fmt: skip


def _plain(reason: Reason) -> dict[str, Any]:
    examples = [{"id": message, "number": number} for message, number in reason.examples]
    return {"to": reason.to, "message": reason.message, "count": reason.count, "examples": examples}
