"""Open deadlines follow the calendar: recomputed when another one is in force, with a record of whose moved from when to when."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, bindparam, func, insert, or_, select, true, update

from yichuang.access.grants import EVERYWHERE, Reach
from yichuang.cases.basis import Bases, Basis, differing_days
from yichuang.cases.clock import Limit, Reckoning, reckon
from yichuang.cases.model import cases, deadline_moves
from yichuang.catalogue.feed import Catalogue
from yichuang.catalogue.snapshot import Snapshot
from yichuang.database import Database
from yichuang.items.calendar import Calendar, make_calendar
from yichuang.outbox.marks import mark
from yichuang.ports import SHANGHAI, Body, Clock

OPEN = ("answering", "running", "paused")
BATCH = 1000
SETTLED_AFTER = timedelta(seconds=10)
"""For so long after a new calendar another process may still reckon by the old one: until then all is looked through again."""

KINDS: Mapping[str, str] = {"answer": "答复期限", "promised": "承诺期限", "statutory": "法定期限"}
DATES: Mapping[str, str] = {"answer": "answer_due", "promised": "due_on", "statutory": "statutory_due"}
_COLUMNS = [
    cases.c[name]
    for name in (
        "id", "number", "item", "item_title", "department", "hall", "release", "flow", "revision", "committed", "clock", "clock_state",
        "answer_due", "warn_on", "due_on", "statutory_due", "provisional", "received_at", "applied_at", "accepted_on",
    )
]  # fmt: skip
_KEPT = ("answer_due", "warn_on", "due_on", "statutory_due", "provisional")
_WRITE = (
    update(cases)
    .where(
        cases.c.id == bindparam("case"),
        cases.c.revision == bindparam("read"),
        *(cases.c[name].is_not_distinct_from(bindparam(f"old_{name}", type_=cases.c[name].type)) for name in _KEPT),
    )
    .values({name: bindparam(f"new_{name}") for name in _KEPT})
)
Promised = Callable[[str], Mapping[str, Any] | None]
"""The term that a case's commitment promises instead of its item's, by case id."""


@dataclass(frozen=True, slots=True)
class Move:
    """A deadline of one case that moves. `kind` as in `KINDS`; None is a date that can't be reckoned."""

    case_id: str
    number: str
    item_title: str
    department: str
    hall: str
    kind: str
    before: date | None
    after: date | None
    release: int = 0
    at: datetime | None = None


class Deadlines:
    """Keeps the stored dates of open cases in step with the calendar in force. Every verb may run twice, and twice at once."""

    def __init__(self, database: Database, catalogue: Catalogue, clock: Clock, promised: Promised = lambda _case: None) -> None:
        self._database = database
        self._catalogue = catalogue
        self._clock = clock
        self._promised = promised
        self._followed = ""
        self._seen: tuple[str, datetime] | None = None

    # ------------------------------------------------------------------ following

    def keep_up(self) -> int:
        """`follow` when the calendars in force are others than those followed last; cheap when they are the same. For the worker."""
        snapshot, now = self._catalogue.current(), self._clock.now()
        sha = "\n".join(f"{code} {snapshot.sha('calendar', code)}" for code in snapshot.codes("calendar"))
        if sha == self._followed:
            return 0
        if self._seen is None or self._seen[0] != sha:
            self._seen = (sha, now)
        moved = self.follow(snapshot)
        if not moved and now - self._seen[1] >= SETTLED_AFTER:
            self._followed = sha
        return moved

    def follow(self, snapshot: Snapshot) -> int:
        """Reckon every open case by the snapshot's calendars. The number of cases whose dates moved."""
        today, moved, bases = self._clock.now().date(), 0, Bases(self._catalogue)
        for rows in self._batches():
            found = [(row, self._by_calendar_of(snapshot, row, bases, today)) for row in rows]
            changed = [(row, now) for row, now in found if now is not None and _columns(now) != _stored(row)]
            if changed:
                with self._database.writing() as connection:
                    moved += self._write(connection, changed, snapshot.release)
        return moved

    def _by_calendar_of(self, snapshot: Snapshot, row: Row[Any], bases: Bases, today: date) -> Reckoning | None:
        basis = bases.of(row.release, row.item, row.flow)
        if basis is None:
            return None
        code = basis.calendar_among(snapshot.codes("calendar"))
        return self._reckoned(row, basis, snapshot.compiled(make_calendar, code) if code else None, today)

    def _write(self, connection: Connection, changed: Sequence[tuple[Row[Any], Reckoning]], release: int) -> int:
        """Each only when nobody wrote the case since it was read. The number of cases of which a deadline moved."""
        written = [(row, now) for row, now in changed if connection.execute(_WRITE, _values(row, now)).rowcount == 1]
        moves = [replace(move, release=release, at=self._clock.now()) for row, now in written for move in _moves(row, now)]
        if moves:
            connection.execute(insert(deadline_moves), [asdict(move) for move in moves])
            mark(connection, sorted({move.case_id for move in moves}), self._clock.now())
        return len({move.case_id for move in moves})

    # ------------------------------------------------------------------ looking ahead

    def impact(self, calendar_body: Body) -> list[Move]:
        """What would move if this calendar were in force now, by department and number. Nothing is written."""
        current, code = self._catalogue.current(), str(calendar_body["code"])
        days = differing_days(current.find("calendar", code), calendar_body)
        if days is None:
            return []
        known = {*current.codes("calendar"), code}
        coming, today, bases = Calendar(calendar_body), self._clock.now().date(), Bases(self._catalogue)
        found: list[Move] = []
        for rows in self._batches(_touched(*days)):
            for row in rows:
                basis = bases.of(row.release, row.item, row.flow)
                if basis is not None and basis.calendar_among(known) == code:
                    found += _moves(row, self._reckoned(row, basis, coming, today))
        return sorted(found, key=lambda move: (move.department, move.number))

    # ------------------------------------------------------------------ what moved

    def releases(self, reach: Reach = EVERYWHERE) -> list[tuple[int, int]]:
        """(release, cases) for every release whose calendar moved deadlines within reach, the newest first."""
        columns = deadline_moves.c
        query = select(columns.release, func.count(columns.case_id.distinct())).where(_within(reach))
        with self._database.reading() as connection:
            found = connection.execute(query.group_by(columns.release).order_by(columns.release.desc()))
            return [(int(release), int(count)) for release, count in found]

    def moves(
        self, release: int, reach: Reach = EVERYWHERE, department: str = "", limit: int | None = None, offset: int = 0
    ) -> list[Move]:
        """Whose deadlines a release moved, by department and number."""
        columns = deadline_moves.c
        query = select(*[columns[entry.name] for entry in fields(Move)]).where(columns.release == release, _within(reach))
        if department:
            query = query.where(columns.department == department)
        query = query.order_by(columns.department, columns.number, columns.id).limit(limit).offset(offset)
        with self._database.reading() as connection:
            return [Move(*row) for row in connection.execute(query)]

    def departments(self, release: int, reach: Reach = EVERYWHERE) -> dict[str, int]:
        """Cases by department whose deadlines a release moved."""
        columns = deadline_moves.c
        query = select(columns.department, func.count(columns.case_id.distinct())).where(columns.release == release, _within(reach))
        with self._database.reading() as connection:
            found = connection.execute(query.group_by(columns.department).order_by(columns.department))
            return {str(code): int(count) for code, count in found}

    # ------------------------------------------------------------------ parts

    def _batches(self, *conditions: Any) -> Iterator[Sequence[Row[Any]]]:
        last = ""
        while True:
            query = select(*_COLUMNS).where(cases.c.clock_state.in_(OPEN), cases.c.id > last, *conditions).order_by(cases.c.id).limit(BATCH)
            with self._database.reading() as connection:
                rows = connection.execute(query).all()
            if rows:
                yield rows
            if len(rows) < BATCH:
                return
            last = rows[-1].id

    def _reckoned(self, row: Row[Any], basis: Basis, calendar: Calendar | None, today: date) -> Reckoning:
        promised = self._promised(row.id) if row.committed else None
        term = Limit(int(promised["amount"]), str(promised["unit"])) if promised else basis.limits.promised
        return reckon(json.loads(row.clock), replace(basis.limits, promised=term), calendar, today, basis.settings)


def _columns(now: Reckoning) -> dict[str, Any]:
    """What `cases` keeps of a reckoning."""
    return {name: getattr(now, name) for name in _KEPT}


def _stored(row: Row[Any]) -> dict[str, Any]:
    return {name: row._mapping[name] for name in _KEPT}


def _values(row: Row[Any], now: Reckoning) -> dict[str, Any]:
    """For `_WRITE`."""
    old = {f"old_{name}": value for name, value in _stored(row).items()}
    return {"case": row.id, "read": row.revision, **old, **{f"new_{name}": value for name, value in _columns(now).items()}}


def _moves(row: Row[Any], now: Reckoning) -> list[Move]:
    dates = {kind: (row._mapping[column], getattr(now, column)) for kind, column in DATES.items()}
    return [
        Move(row.id, row.number, row.item_title, row.department, row.hall, kind, before, after)
        for kind, (before, after) in dates.items()
        if before != after
    ]


def _touched(first: date, last: date) -> ColumnElement[bool]:
    """Cases that days from `first` to `last` may concern: running on them, or without a date so far."""
    columns, end = cases.c, datetime.combine(last + timedelta(days=1), time(), SHANGHAI)
    reaching = or_(columns.answer_due >= first, columns.due_on >= first, columns.statutory_due >= first)
    return or_(columns.provisional, and_(reaching, columns.applied_at < end))


def _within(reach: Reach) -> ColumnElement[bool]:
    """The reach as a condition on `deadline_moves`, which know department and hall."""
    columns = deadline_moves.c
    return true() if reach.everything else or_(columns.department.in_(sorted(reach.departments)), columns.hall.in_(sorted(reach.halls)))
