"""A case as it is counted: its steps folded into one value, and what that value contributes on which day. Pure."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from typing import Any

from yichuang.statistics.measures import CODES

OUTCOMES = {
    "approved": "approved", "denied": "denied", "rejected": "rejected", "not_applicable": "not_applicable",
    "correction_lapsed": "lapsed", "withdrawn": "withdrawn", "terminated": "terminated",
}  # fmt: skip
"""State → outcome, for steps that don't name theirs."""
DECISIONS = ("approved", "denied")
ENDINGS = ("rejected", "not_applicable", "lapsed", "withdrawn", "terminated")
PROPOSED = ("correction_pending", "rejection_pending")
"""States in which a notice waits for approval; its reason was given with the proposal."""
LONGEST = 200


@dataclass(frozen=True, slots=True)
class CaseFact:
    """A row of `case_facts`. `corrections`: day (ISO) and reason of each notice; `proposed_reason`: of what waits for approval."""

    case_id: str
    item: str
    department: str
    hall: str
    street: str
    window: str
    channel: str
    case_type: str
    situation: str
    release: int
    state: str = ""
    decision: str = ""
    ending: str = ""
    committed: bool = False
    deemed: bool = False
    on_time: bool | None = None
    used_days: int | None = None
    applied_on: date | None = None
    received_on: date | None = None
    accepted_on: date | None = None
    decided_on: date | None = None
    closed_on: date | None = None
    ended_on: date | None = None
    extended_on: date | None = None
    special_on: date | None = None
    corrections: tuple[tuple[str, str], ...] = ()
    rejection_reason: str = ""
    proposed_reason: str = ""

    @property
    def place(self) -> tuple[str, str, str, str, str, str]:
        """In the order of `model.PLACES`."""
        return (self.item, self.department, self.hall, self.street, self.window, self.channel)

    @property
    def month(self) -> date:
        assert self.applied_on is not None
        return self.applied_on.replace(day=1)

    def as_row(self) -> dict[str, Any]:
        return asdict(self) | {"corrections": json.dumps(self.corrections, ensure_ascii=False), "month": self.month}


_NAMES = tuple(field.name for field in fields(CaseFact))


def fact_of(row: Mapping[str, Any]) -> CaseFact:
    """Read back from the table."""
    listed = tuple((day, reason) for day, reason in json.loads(row["corrections"]))
    return CaseFact(**{name: row[name] for name in _NAMES if name != "corrections"}, corrections=listed)


def situation_key(situation: str) -> str:
    """The situation's JSON as one line of codes in order; what is left open stays out. Cut at 200 characters."""
    answers = json.loads(situation or "{}")
    parts = [f"{code}={_codes(value)}" for code, value in sorted(answers.items()) if value not in (None, "", [])]
    return ";".join(parts)[:LONGEST]


def _codes(value: Any) -> str:
    return ",".join(sorted(map(str, value))) if isinstance(value, list) else str(value)


def begun(case: Any) -> CaseFact:
    """A case's row without any step."""
    return CaseFact(
        case.id, case.item, case.department, case.hall, case.street, case.window, case.channel, case.case_type,
        situation_key(case.situation), case.release, committed=bool(case.committed),
    )  # fmt: skip


def moved(fact: CaseFact, case: Any) -> CaseFact:
    """With place and commitment as the case's row has them now."""
    return replace(
        fact, item=case.item, department=case.department, hall=case.hall, street=case.street, window=case.window, channel=case.channel,
        situation=situation_key(case.situation), committed=bool(case.committed),
    )  # fmt: skip


def folded(fact: CaseFact, steps: Iterable[Any], accepted_on: date | None = None) -> CaseFact:
    """After further steps, in their order. `accepted_on`: the legal day of acceptance, where the case's row has one."""
    for step in steps:
        fact = _after(fact, step, json.loads(step.facts or "{}"), accepted_on or step.at.date())
    return fact


def _after(fact: CaseFact, step: Any, told: Mapping[str, Any], accepted_on: date) -> CaseFact:
    day, reason = step.at.date(), (step.reason or fact.proposed_reason)[:LONGEST]
    new: dict[str, Any] = {"state": step.to_state, "proposed_reason": step.reason[:LONGEST] if step.to_state in PROPOSED else ""}
    _first(new, fact, "applied_on", day, True)
    _first(new, fact, "received_on", day, step.to_state == "received")
    accepted = step.to_state == "accepted" or told.get("deemed") is True
    _first(new, fact, "accepted_on", accepted_on, accepted)
    new["deemed"] = fact.deemed or told.get("deemed") is True
    _first(new, fact, "special_on", day, step.to_state == "special")
    _first(new, fact, "extended_on", day, step.action == "extend")
    _first(new, fact, "closed_on", day, step.to_state == "closed")
    if step.to_state == "correcting" and step.from_state != "correcting":
        new["corrections"] = (*fact.corrections, (day.isoformat(), reason))
    return _concluded(replace(fact, **new), step, told, (day, accepted_on, reason))


def _first(new: dict[str, Any], fact: CaseFact, name: str, day: date, happened: bool) -> None:
    if happened and getattr(fact, name) is None:
        new[name] = day


def _concluded(fact: CaseFact, step: Any, told: Mapping[str, Any], found: tuple[date, date, str]) -> CaseFact:
    day, accepted_on, reason = found
    if step.from_state == step.to_state:
        return fact
    outcome = OUTCOMES.get(step.to_state) or _told_outcome(fact, told)
    if outcome in DECISIONS and fact.decided_on is None:
        return replace(
            fact, decision=outcome, decided_on=day, on_time=_known(told, "on_time", bool), used_days=_known(told, "used_days", int),
            accepted_on=fact.accepted_on or accepted_on,
        )  # fmt: skip
    if outcome in ENDINGS:
        refused = reason if outcome == "rejected" else fact.rejection_reason
        return replace(fact, ending=outcome, ended_on=day, rejection_reason=refused)
    return fact


def _told_outcome(fact: CaseFact, told: Mapping[str, Any]) -> str:
    """What the step itself says, for flows with states of their own; said again later it is no second conclusion."""
    outcome = told.get("outcome")
    return str(outcome) if outcome in (*DECISIONS, *ENDINGS) and outcome not in (fact.decision, fact.ending) else ""


def _known(told: Mapping[str, Any], name: str, kind: type) -> Any:
    value = told.get(name)
    return value if type(value) is kind else None


def contributions(fact: CaseFact) -> Iterator[tuple[date, str, int]]:
    """What the case adds: day, measure, amount."""
    yield from _dated(fact.applied_on, "applied")
    yield from _dated(fact.received_on, "received")
    yield from _dated(fact.accepted_on, "accepted", *(["deemed"] if fact.deemed else []), *(["committed"] if fact.committed else []))
    yield from _dated(fact.decided_on, "decided", fact.decision, *_timing(fact))
    if fact.decided_on and fact.used_days is not None:
        yield fact.decided_on, "used_days", fact.used_days
    yield from _dated(fact.closed_on, "closed")
    yield from _dated(fact.ended_on, fact.ending)
    yield from _dated(fact.extended_on, "extended")
    yield from _dated(fact.special_on, "special")
    for number, (day, _) in enumerate(fact.corrections):
        yield from _dated(date.fromisoformat(day), "corrections", *(["corrected"] if number == 0 else []))


def _timing(fact: CaseFact) -> Iterator[str]:
    if fact.on_time is not None:
        yield "on_time" if fact.on_time else "overdue"
    if fact.used_days is not None:
        yield "timed"


def _dated(day: date | None, *measures: str) -> Iterator[tuple[date, str, int]]:
    if day is not None:
        for measure in measures:
            yield day, measure, 1


def reasons(fact: CaseFact) -> Iterator[tuple[date, str, str]]:
    """Day, kind and reason of each correction notice and of the refusal."""
    for day, reason in fact.corrections:
        yield date.fromisoformat(day), "correction", reason
    if fact.ending == "rejected" and fact.ended_on:
        yield fact.ended_on, "rejection", fact.rejection_reason


assert set(OUTCOMES.values()) <= set(CODES)
