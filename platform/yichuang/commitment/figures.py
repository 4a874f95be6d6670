"""Figures of commitments signed in a span of days: by item, with the measures of domain 3.6."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, select

from yichuang.catalogue.feed import Catalogue
from yichuang.commitment.model import commitments, verifications
from yichuang.database import Database
from yichuang.errors import CalendarMissing
from yichuang.items.compiled import compile_item
from yichuang.ports import SHANGHAI

REVOKED = ("revoked", "credit_recorded", "credit_repaired")
MEASURES: Mapping[str, str] = {
    "offered": "告知", "signed": "签署", "declined": "选一般程序", "ineligible": "失信不适用", "withdrawn": "撤回", "decided": "承诺办结",
    "saved": "压减材料（份）", "to_verify": "应核查", "verified": "已核查", "untrue": "不实", "revoked": "撤销",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts; `untrue` with the partly untrue. They add up."""

    offered: int = 0
    signed: int = 0
    declined: int = 0
    ineligible: int = 0
    withdrawn: int = 0
    decided: int = 0
    saved: int = 0
    to_verify: int = 0
    verified: int = 0
    untrue: int = 0
    revoked: int = 0

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(*(getattr(self, part.name) + getattr(other, part.name) for part in fields(self)))

    @property
    def rates(self) -> dict[str, float | None]:
        """核查率, 不实率, 撤销率 in per cent; None where there is nothing to divide by."""
        return {
            "verified_rate": percent(self.verified, self.to_verify), "untrue_rate": percent(self.untrue, self.verified),
            "revoked_rate": percent(self.revoked, self.decided),
        }  # fmt: skip

    def as_row(self) -> dict[str, Any]:
        return {key: getattr(self, key) for key in MEASURES} | self.rates


def percent(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole else None


@dataclass(frozen=True, slots=True)
class Line:
    """What is counted of one item and kind of commitment."""

    item: str
    item_title: str
    kind: str
    department: str
    figures: Figures


class CommitmentFigures:
    def __init__(self, database: Database, catalogue: Catalogue) -> None:
        self._database = database
        self._catalogue = catalogue

    def lines(self, since: date, until: date) -> list[Line]:
        """Commitments whose notice was given from `since` to `until`, both included."""
        columns = commitments.c
        key = (columns.item, columns.item_title, columns.kind, columns.department)
        counted = [
            func.count(), _sum(columns.signed_at.is_not(None)), _sum(columns.state == "declined"), _sum(columns.state == "ineligible"),
            _sum(columns.state == "withdrawn"), _sum(columns.decided_at.is_not(None)),
            func.coalesce(func.sum(case((columns.accepted_at.is_not(None) & (columns.state != "withdrawn"), columns.saved), else_=0)), 0),
        ]  # fmt: skip
        query = select(*key, *counted, _sum(columns.state.in_(REVOKED))).where(_within(since, until)).group_by(*key)
        with self._database.reading() as connection:
            found = connection.execute(query).all()
            looked = self._looked(connection, since, until)
        return [_line(row, looked.get((row[0], row[2]), (0, 0, 0))) for row in found]

    def _looked(self, connection: Any, since: date, until: date) -> dict[tuple[str, str], tuple[int, int, int]]:
        """Tasks that were to be done, done, and found untrue; second looks aren't counted again."""
        columns = verifications.c
        done = columns.state == "done"
        untrue = and_(done, columns.result.in_(("untrue", "partly")))
        joined = verifications.join(commitments, commitments.c.id == columns.commitment_id)
        key = (commitments.c.item, commitments.c.kind)
        query = select(*key, func.count(), _sum(done), _sum(untrue)).select_from(joined)
        query = query.where(_within(since, until), columns.again.is_(False), columns.state != "dropped").group_by(*key)
        return {(item, kind): (int(all_), int(seen), int(wrong)) for item, kind, all_, seen, wrong in connection.execute(query)}

    def days_saved(self, since: date, until: date) -> tuple[float | None, int]:
        """平均压缩时间: general promised term less the working days really used, on average; and of how many cases.

        Only items whose promised term is in working days count, and only days that the calendar knows.
        """
        columns = commitments.c
        query = select(columns.item, columns.release, columns.accepted_at, columns.decided_at).distinct()
        query = query.where(_within(since, until), columns.accepted_at.is_not(None), columns.decided_at.is_not(None), columns.case_id != "")
        with self._database.reading() as connection:
            rows = connection.execute(query.add_columns(columns.case_id)).all()
        saved = [days for row in rows if (days := self._saved(row.item, row.release, row.accepted_at, row.decided_at)) is not None]
        return (round(sum(saved) / len(saved), 1), len(saved)) if saved else (None, 0)

    def _saved(self, item: str, release: int, accepted: datetime, decided: datetime) -> int | None:
        made = self._catalogue.at(release).compiled(compile_item, item)
        promised = made.body["time_limits"]["promised"]
        if promised["unit"] != "working_day" or made.calendar is None:
            return None
        day, used = accepted.date(), 0
        try:
            while day < decided.date() and used <= promised["amount"]:
                day += timedelta(days=1)
                used += made.calendar.is_working(day)
        except CalendarMissing:
            return None
        return int(promised["amount"]) - used


def _line(row: Sequence[Any], looked: tuple[int, int, int]) -> Line:
    counts = [*map(int, row[4:11]), *looked, int(row[11])]
    item, title, kind, department = row[:4]
    return Line(item, title, kind, department, Figures(**dict(zip(MEASURES, counts, strict=True))))


def _within(since: date, until: date) -> ColumnElement[bool]:
    start = datetime.combine(since, datetime.min.time(), SHANGHAI)
    return and_(commitments.c.offered_at >= start, commitments.c.offered_at < start + timedelta(days=(until - since).days + 1))


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def gathered(lines: Sequence[Line], key: Any) -> dict[str, Figures]:
    """Added up by `key(line)`."""
    found: dict[str, Figures] = {}
    for line in lines:
        found[key(line)] = found.get(key(line), Figures()) + line.figures
    return found
