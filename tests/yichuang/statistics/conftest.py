"""Cases and their steps, written as the cases' room writes them; and a recount by hand, to compare with."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update

from yichuang.cases.model import case_steps, cases
from yichuang.database import Database
from yichuang.ports import SHANGHAI
from yichuang.statistics.model import case_counts, case_facts, case_tallies, reason_counts
from yichuang.statistics.rolling import Roller

MORNING = datetime(2026, 3, 30, 9, 0, tzinfo=SHANGHAI)
SITES = {
    "b12": ("district", "", "scjg"), "b13": ("district", "", "wjw"), "g1": ("gucheng_hall", "gucheng", "scjg"), "": ("", "", "scjg"),
}  # fmt: skip


class Ground:
    """Writes cases and steps. `begin` makes a case with its first step, `step` one more; both can stay in the caller's transaction."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._numbers = count(1)
        self.moment = MORNING

    def begin(self, to: str = "received", *, item: str = "food", window: str = "b12", within: Any = None, **more: Any) -> str:
        hall, street, department = SITES[window]
        case_id = f"case-{next(self._numbers):05}"
        row = {
            "id": case_id, "number": case_id, "item": item, "item_title": item, "department": department, "release": 1, "flow": "standard",
            "state": to, "phase": "receiving", "channel": "desk" if window else "apply", "hall": hall, "street": street, "window": window,
            "revision": 1, "body": "sealed", "applied_at": self.moment, "updated_at": self.moment, **more,
        }  # fmt: skip
        self._write(within, insert(cases), row)
        self.step(case_id, "receive" if to == "received" else "submit", "", to, within=within)
        return case_id

    def step(self, case_id: str, action: str, before: str, to: str, *, within: Any = None, reason: str = "", **facts: Any) -> None:
        if within is None:
            with self.database.writing() as connection:
                self.step(case_id, action, before, to, within=connection, reason=reason, **facts)
            return
        number = within.execute(select(case_steps.c.seq).where(case_steps.c.case_id == case_id)).all()
        seq = len(number) + 1
        self._write(
            within, insert(case_steps),
            {"case_id": case_id, "seq": seq, "action": action, "title": action, "from_state": before, "to_state": to, "actor": "clerk",
             "release": 1, "at": self.moment, "reason": reason, "facts": json.dumps(facts), "key": f"{case_id}-{seq}"},
        )  # fmt: skip

    def change(self, case_id: str, **values: Any) -> None:
        self._write(None, update(cases).where(cases.c.id == case_id).values(**values))

    def forward(self, **delta: float) -> None:
        self.moment += timedelta(**delta)

    def _write(self, within: Any, statement: Any, row: Any = None) -> None:
        if within is not None:
            within.execute(statement, row)
            return
        with self.database.writing() as connection:
            connection.execute(statement, row)

    def clear(self) -> None:
        with self.database.writing() as connection:
            connection.execute(delete(case_steps))
            connection.execute(delete(cases))


class Standing:
    """A clock that stands."""

    moment = MORNING

    def now(self) -> datetime:
        return self.moment


@pytest.fixture
def standing() -> Standing:
    return Standing()


@pytest.fixture
def ground(database: Database) -> Ground:
    return Ground(database)


@pytest.fixture
def roller(database: Database, standing: Standing) -> Roller:
    return Roller(database, standing)


Sums = Callable[..., dict[str, int]]


@pytest.fixture
def tally(database: Database) -> Sums:
    """`tally("h:district", "item", "food")`: all that stands there by day, added up, without zeros."""

    def read(scope: str = "", dimension: str = "total", member: str = "", grain: str = "d") -> dict[str, int]:
        t = case_tallies.c
        query = select(case_tallies).where(t.scope == scope, t.dimension == dimension, t.member == member, t.grain == grain)
        with database.reading() as connection:
            rows = connection.execute(query).mappings().all()
        keys = set(case_tallies.primary_key.columns.keys())
        sums: Counter[str] = Counter()
        for row in rows:
            sums.update({name: value for name, value in row.items() if name not in keys})
        return {name: value for name, value in sums.items() if value}

    return read


def everything(database: Database) -> dict[str, list[Any]]:
    """All figures, comparable; rows that came to nothing left out."""
    found = {}
    with database.reading() as connection:
        for table in (case_facts, case_tallies, case_counts, reason_counts):
            keys = table.primary_key.columns.keys()
            rows = [dict(row) for row in connection.execute(select(table)).mappings()]
            if table is not case_facts:
                rows = [row for row in rows if any(value for name, value in row.items() if name not in keys)]
            found[table.name] = sorted(rows, key=lambda row: [str(row[key]) for key in keys])
    return found


@pytest.fixture
def all_figures(database: Database) -> Callable[[], dict[str, list[Any]]]:
    return lambda: everything(database)


@pytest.fixture
def today() -> Iterator[date]:
    yield MORNING.date()
