"""How a case stands, as facts that conditions may read: materials, corrections, commitments, the clock."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson
from sqlalchemy import Connection, bindparam, select

from yichuang.cases.clock import Reckoning
from yichuang.cases.model import case_materials, correction_points, corrections
from yichuang.commitment.records import Effective

COUNTED = ("required", "deferrable")
SETTLED = ("received", "deferred", "committed", "reused", "licence", "waived")


_MATERIALS = select(case_materials).where(case_materials.c.case_id == bindparam("case")).order_by(case_materials.c.seq)
_ROUNDS = select(corrections).where(corrections.c.case_id == bindparam("case")).order_by(corrections.c.round)


@dataclass(frozen=True, slots=True)
class Material:
    """A material of a case, with what a commitment in effect does to it."""

    row: Any
    state: str
    due_on: date | None

    @property
    def missing(self) -> bool:
        return bool(self.row.needed) and self.row.necessity in COUNTED and self.state not in SETTLED


def materials_of(connection: Connection, case_id: str, effect: Effective, due: Callable[[int, str], date | None]) -> list[Material]:
    """With what the commitments in effect do to them; `due` gives the last day of a term from acceptance on."""
    found = connection.execute(_MATERIALS, {"case": case_id})
    return [_laid_over(row, effect, due) for row in found]


def _laid_over(row: Any, effect: Effective, due: Callable[[int, str], date | None]) -> Material:
    if row.state == "pending" and (row.code in effect.replaced or row.code in effect.provided):
        return Material(row, "committed", None)
    if row.state == "pending" and row.code in effect.deferred:
        stand = effect.deferred[row.code]
        return Material(row, "deferred", due(stand.days, stand.unit))
    return Material(row, row.state, row.due_on)


@dataclass(frozen=True, slots=True)
class Correction:
    """A round of corrections with its points."""

    row: Any
    points: Sequence[Any]

    @property
    def open_points(self) -> int:
        return sum(point.state == "open" for point in self.points)


def corrections_of(connection: Connection, case_id: str) -> list[Correction]:
    rounds = connection.execute(_ROUNDS, {"case": case_id}).all()
    if not rounds:
        return []
    wanted = correction_points.c.correction_id.in_([row.id for row in rounds])
    points = connection.execute(select(correction_points).where(wanted).order_by(correction_points.c.seq)).all()
    return [Correction(row, [point for point in points if point.correction_id == row.id]) for row in rounds]


def case_facts(
    row: Any, materials: Sequence[Material], rounds: Sequence[Correction], reckoning: Reckoning, today: date, agent: bool
) -> dict[str, Any]:
    """`case.*` and `correction.*` of the flow's fact book."""
    current = next((found for found in reversed(rounds) if found.row.state in ("open", "proposed")), None)
    events = orjson.loads(row.clock)
    overdue = bool(current and current.row.due_on and today > current.row.due_on)
    return {
        "case.state": row.state, "case.channel": row.channel, "case.round": row.correction_round, "case.agent": agent,
        "case.extended": any(event["kind"] == "extended" for event in events), "case.committed": bool(row.committed),
        "case.materials_received": sum(m.row.needed and m.state in ("received", "reused", "licence") for m in materials),
        "case.materials_missing": sum(material.missing for material in materials),
        "case.points_open": current.open_points if current else 0,
        "case.overdue": reckoning.light == "red", "case.days_left": reckoning.left, "correction.overdue": overdue,
    }  # fmt: skip


def merged(*parts: Mapping[str, Any]) -> dict[str, Any]:
    """All facts in one mapping; what is None is missing."""
    return {path: value for part in parts for path, value in part.items() if value is not None}
