"""An intake by its key in one round trip, straight to PostgreSQL; SQLite by its own module."""

import sqlite3
import threading
from typing import NamedTuple

from sqlalchemy import URL

from yichuang.database import Database
from yichuang.direct import Direct

_STALE = "EXISTS (SELECT 1 FROM intake_marks m WHERE m.case_id = i.case_id)"
_QUERY = f"SELECT i.case_id, i.department, i.item, i.record, {_STALE} FROM intakes i WHERE i."
_SHAPE = (
    f"SELECT i.case_id, i.number, i.department, i.item, s.mark, s.body, {_STALE} FROM intakes i "
    "JOIN intake_shapes s ON s.case_id = i.case_id WHERE i."
)
_ASKED = {column: f"{_QUERY}{column} = $1" for column in ("case_id", "number")}
_SHAPED = {column: f"{_SHAPE}{column} = $1 AND s.target = $2" for column in ("case_id", "number")}


class Row(NamedTuple):
    """`stale`: the case has changed since its record was put together."""

    case_id: str
    department: str
    item: str
    record: bytes
    stale: bool


class Shape(NamedTuple):
    """An intake in a target's shape. `mark`: by what it was mapped."""

    case_id: str
    number: str
    department: str
    item: str
    mark: str
    body: bytes
    stale: bool


class _PostgreSQL:
    def __init__(self, direct: Direct) -> None:
        self._direct = direct

    def ask(self, column: str, intake: str) -> Row | None:
        found = self._direct.ask(_ASKED[column], [intake.encode()])
        if not found.ntuples:
            return None
        case_id, department, item, record, stale = (found.get_value(0, n) for n in range(5))
        return Row(case_id.decode(), department.decode(), item.decode(), record, stale == b"t")

    def shape(self, column: str, intake: str, target: str) -> Shape | None:
        found = self._direct.ask(_SHAPED[column], [intake.encode(), target.encode()])
        if not found.ntuples:
            return None
        get = found.get_value
        case_id, number, department, item, mark = (get(0, n).decode() for n in range(5))
        return Shape(case_id, number, department, item, mark, get(0, 5), get(0, 6) == b"t")


class _SQLite:
    """A connection for each thread, too."""

    def __init__(self, url: URL) -> None:
        self._url, self._own = url, threading.local()

    def ask(self, column: str, intake: str) -> Row | None:
        found = self._connection.execute(f"{_QUERY}{column} = ?", (intake,)).fetchone()
        return Row(found[0], found[1], found[2], found[3].encode(), bool(found[4])) if found is not None else None

    def shape(self, column: str, intake: str, target: str) -> Shape | None:
        found = self._connection.execute(f"{_SHAPE}{column} = ? AND s.target = ?", (intake, target)).fetchone()
        if found is None:
            return None
        case_id, number, department, item, mark, body, stale = found
        return Shape(case_id, number, department, item, mark, body.encode(), bool(stale))

    @property
    def _connection(self) -> sqlite3.Connection:
        made: sqlite3.Connection | None = getattr(self._own, "connection", None)
        if made is None:
            made = self._own.connection = sqlite3.connect(str(self._url.database), timeout=15, isolation_level=None, check_same_thread=False)
            made.execute("PRAGMA query_only=ON")
        return made


class Held:
    def __init__(self, database: Database) -> None:
        self._way = _SQLite(database.url) if database.direct is None else _PostgreSQL(database.direct)

    def intake(self, intake: str) -> Row | None:
        """By id or number; None where there is none yet."""
        return self._way.ask(_column(intake), intake) if "\0" not in intake else None

    def shape(self, intake: str, target: str) -> Shape | None:
        """As `intake`, in a target's shape; None also where it has none."""
        return self._way.shape(_column(intake), intake, target) if "\0" not in intake else None


def _column(intake: str) -> str:
    return "case_id" if len(intake) == 36 else "number"


def away(error: Exception) -> bool:
    """Whether the database is what failed."""
    return isinstance(error, sqlite3.Error)
