"""Intakes (接件): the records of cases as others fetch them; put together after every change, read by number, by position, in batches."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
import structlog
from sqlalchemy import Connection, delete, func, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from yichuang.access.vault import Vault
from yichuang.database import Database
from yichuang.errors import CaseMissing, YichuangError
from yichuang.exchange.intakes_model import intakes
from yichuang.exchange.shapes import Shaped, Shapes
from yichuang.outbox.marks import intake_marks
from yichuang.ports import Clock

log = structlog.get_logger()
BATCH = 200
LATER = timedelta(minutes=1)
"""What could not be put together is tried again after so long; it doesn't hold up the others."""
NONE, WAITS = "none", "waits"
LOCK = 7_210_012
"""The advisory lock's number on PostgreSQL: one assembler at a time."""


@dataclass(frozen=True, slots=True)
class Assembly:
    """A case's record just put together. `steps`: the last step of each code, to show the record at another step than the last."""

    case_id: str
    number: str
    department: str
    item: str
    hall: str
    street: str
    revision: int
    record: Mapping[str, Any]
    steps: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Intake:
    """An intake as it is given out. `position` 0: put together just now, because it had changed since the assembler last came by."""

    case_id: str
    number: str
    department: str
    item: str
    revision: int
    position: int
    changed_at: datetime | None
    record: dict[str, Any]
    steps: dict[str, Any]

    def at(self, step: str) -> dict[str, Any] | None:
        """The record at a step, of the last one when empty; None when the case never came there."""
        if not step or step == self.record["step"]["code"]:
            return self.record
        found = self.steps.get(step)
        return {**self.record, "step": found} if found is not None else None


Assembler = Callable[[Connection, str], Assembly]
"""By case id or number, on the caller's connection. Raises `CaseMissing`."""


class Intakes:
    def __init__(self, database: Database, vault: Vault, clock: Clock, assembler: Assembler, shapes: Shapes) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock
        self._assembler = assembler
        self.shapes = shapes

    # ------------------------------------------------------------------ putting together

    def assemble(self, limit: int = BATCH) -> int:
        """Put together what has changed; how many cases. Safe to run anywhere: whoever finds another at work goes away again."""
        now = self._clock.now()
        with self._database.writing(repeatable=True) as connection:
            if not self._alone(connection):
                return 0
            query = select(intake_marks.c.id, intake_marks.c.case_id).where(intake_marks.c.at <= now).order_by(intake_marks.c.id).limit(limit)
            marks: dict[str, list[int]] = {}
            for mark, case_id in connection.execute(query):
                marks.setdefault(case_id, []).append(mark)
            made = {case_id: self._made(connection, case_id, now) for case_id in marks}
            self._keep(connection, [found for found in made.values() if isinstance(found, Assembly)], now)
            done = [mark for case_id, found in made.items() if found != WAITS for mark in marks[case_id]]
            connection.execute(delete(intake_marks).where(intake_marks.c.id.in_(done)))
            return len(made)

    def _alone(self, connection: Connection) -> bool:
        if self._database.sqlite:
            return True
        return bool(connection.execute(text("SELECT pg_try_advisory_xact_lock(:number)"), {"number": LOCK}).scalar())

    def _made(self, connection: Connection, case_id: str, now: datetime) -> Assembly | str:
        """`NONE` where there is no case yet (only a draft); `WAITS` for one that can't be put together now."""
        try:
            return self._assembler(connection, case_id)
        except CaseMissing:
            return NONE
        except (YichuangError, LookupError, ValueError) as error:
            log.error("intake.not_assembled", case=case_id, error=type(error).__name__)
            connection.execute(update(intake_marks).where(intake_marks.c.case_id == case_id).values(at=now + LATER))
            return WAITS

    def _keep(self, connection: Connection, made: Sequence[Assembly], now: datetime) -> None:
        if not made:
            return
        last = int(connection.execute(select(func.max(intakes.c.position))).scalar() or 0)
        rows = [self._row(found, last + n, now) for n, found in enumerate(made, 1)]
        insert = (sqlite if self._database.sqlite else postgresql).insert(intakes)
        changed = {column.name: insert.excluded[column.name] for column in intakes.c if column.name != "case_id"}
        connection.execute(insert.on_conflict_do_update(index_elements=["case_id"], set_=changed), rows)
        self.shapes.keep(connection, [Shaped(found.case_id, found.department, found.item, found.record) for found in made])

    def _row(self, made: Assembly, position: int, now: datetime) -> dict[str, Any]:
        plain = {name: getattr(made, name) for name in ("case_id", "number", "department", "item", "hall", "street", "revision")}
        packed = json.dumps({"record": made.record, "steps": made.steps}, ensure_ascii=False, separators=(",", ":"))
        return plain | {"position": position, "changed_at": now, "record": self._vault.seal(packed, f"intake/{made.case_id}")}

    def reshape(self, limit: int = BATCH) -> int:
        """Shape anew what an older mapping shaped; how many, 0 when all is done."""
        if self.shapes.settled:
            return 0
        with self._database.writing(repeatable=True) as connection:
            if not self._alone(connection):
                return 0
            return self.shapes.renew(connection, limit, lambda row: self._opened(row).record)

    # ------------------------------------------------------------------ reading

    def find(self, intake: str, connection: Connection | None = None) -> Intake:
        """By case number or id, as the case stands now. Raises `CaseMissing`."""
        wanted = intakes.c.case_id == intake if len(intake) == 36 else intakes.c.number == intake
        stale = select(intake_marks.c.id).where(intake_marks.c.case_id == intakes.c.case_id).exists()
        with self._database.reading(connection) as reading:
            row = reading.execute(select(intakes, stale.label("stale")).where(wanted)).first()
            if row is None or row.stale:
                return self.fresh(intake, reading)
        return self._opened(row)

    def fresh(self, intake: str, connection: Connection | None = None) -> Intake:
        """Put together now, by case number or id. Raises `CaseMissing`."""
        with self._database.reading(connection) as reading:
            made = self._assembler(reading, intake)
        return Intake(made.case_id, made.number, made.department, made.item, made.revision, 0, None, dict(made.record), dict(made.steps))

    def many(self, wanted: Sequence[str]) -> dict[str, Intake]:
        """By number or id, those that are there."""
        found: dict[str, Intake] = {}
        with self._database.reading() as connection:
            for intake in dict.fromkeys(wanted):
                try:
                    found[intake] = self.find(intake, connection)
                except YichuangError:
                    continue
        return found

    def since(self, position: int, limit: int, departments: Sequence[str] | None = None, items: Sequence[str] | None = None) -> list[Intake]:
        """What changed after a position, in its order; of these departments and items when given. None means all."""
        columns = intakes.c
        query = select(intakes).where(columns.position > position)
        query = query.where(columns.department.in_(departments)) if departments is not None else query
        query = query.where(columns.item.in_(items)) if items is not None else query
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(columns.position).limit(limit)).all()
        return [self._opened(row) for row in rows]

    def last(self) -> int:
        """The last position given."""
        with self._database.reading() as connection:
            return int(connection.execute(select(func.max(intakes.c.position))).scalar() or 0)

    def _opened(self, row: Any) -> Intake:
        kept = opened(self._vault, row.case_id, row.record.encode())
        return Intake(
            row.case_id, row.number, row.department, row.item, row.revision, row.position, row.changed_at, kept["record"], kept["steps"]
        )


def opened(vault: Vault, case_id: str, sealed: bytes) -> dict[str, Any]:
    """What `record` holds."""
    kept: dict[str, Any] = orjson.loads(vault.open_bytes(sealed, f"intake/{case_id}"))
    return kept
