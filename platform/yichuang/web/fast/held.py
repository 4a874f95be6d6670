"""One connection for each thread, held for good: an intake by its key in one round trip, by libpq itself; SQLite by its own module."""

import sqlite3
import threading
from collections.abc import Callable
from typing import Any, NamedTuple, Protocol, TypeVar

import psycopg
from psycopg import pq
from sqlalchemy import URL

from yichuang.database import Database

T = TypeVar("T")
_STALE = "EXISTS (SELECT 1 FROM intake_marks m WHERE m.case_id = i.case_id)"
_QUERY = f"SELECT i.case_id, i.department, i.item, i.record, {_STALE} FROM intakes i WHERE i."
_SHAPE = (
    f"SELECT i.case_id, i.number, i.department, i.item, s.mark, s.body, {_STALE} FROM intakes i "
    "JOIN intake_shapes s ON s.case_id = i.case_id WHERE i."
)


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


class _Connection(Protocol):
    def ask(self, column: str, intake: str) -> Row | None: ...

    def shape(self, column: str, intake: str, target: str) -> Shape | None: ...

    def close(self) -> None: ...


_SHAPES = {"case_id": b"shape_case_id", "number": b"shape_number"}


class _PostgreSQL:
    """Prepared statements and no cursor: a tenth of the processor time of one."""

    def __init__(self, url: URL) -> None:
        plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._connection = psycopg.connect(plain, autocommit=True, connect_timeout=5)
        self._libpq: Any = self._connection.pgconn
        for column in ("case_id", "number"):
            asked = f"{_SHAPE}{column} = $1 AND s.target = $2"
            self._checked(self._libpq.prepare(column.encode(), f"{_QUERY}{column} = $1".encode()), pq.ExecStatus.COMMAND_OK)
            self._checked(self._libpq.prepare(f"shape_{column}".encode(), asked.encode()), pq.ExecStatus.COMMAND_OK)

    def ask(self, column: str, intake: str) -> Row | None:
        found = self._checked(self._libpq.exec_prepared(column.encode(), [intake.encode()]), pq.ExecStatus.TUPLES_OK)
        if not found.ntuples:
            return None
        case_id, department, item, record, stale = (found.get_value(0, n) for n in range(5))
        return Row(case_id.decode(), department.decode(), item.decode(), record, stale == b"t")

    def shape(self, column: str, intake: str, target: str) -> Shape | None:
        named = _SHAPES[column]
        found = self._checked(self._libpq.exec_prepared(named, [intake.encode(), target.encode()]), pq.ExecStatus.TUPLES_OK)
        if not found.ntuples:
            return None
        get = found.get_value
        case_id, number, department, item, mark = (get(0, n).decode() for n in range(5))
        return Shape(case_id, number, department, item, mark, get(0, 5), get(0, 6) == b"t")

    def _checked(self, result: Any, wanted: pq.ExecStatus) -> Any:
        if result.status != wanted:
            raise psycopg.OperationalError(pq.error_message(result))
        return result

    def close(self) -> None:
        self._connection.close()


class _SQLite:
    def __init__(self, url: URL) -> None:
        self._connection = sqlite3.connect(str(url.database), timeout=15, isolation_level=None, check_same_thread=False)
        self._connection.execute("PRAGMA query_only=ON")

    def ask(self, column: str, intake: str) -> Row | None:
        found = self._connection.execute(f"{_QUERY}{column} = ?", (intake,)).fetchone()
        return Row(found[0], found[1], found[2], found[3].encode(), bool(found[4])) if found is not None else None

    def shape(self, column: str, intake: str, target: str) -> Shape | None:
        found = self._connection.execute(f"{_SHAPE}{column} = ? AND s.target = ?", (intake, target)).fetchone()
        if found is None:
            return None
        case_id, number, department, item, mark, body, stale = found
        return Shape(case_id, number, department, item, mark, body.encode(), bool(stale))

    def close(self) -> None:
        self._connection.close()


class Held:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._own = threading.local()

    def intake(self, intake: str) -> Row | None:
        """By id or number; None where there is none yet."""
        return self._asked(lambda connection, column: connection.ask(column, intake), intake)

    def shape(self, intake: str, target: str) -> Shape | None:
        """As `intake`, in a target's shape; None also where it has none."""
        return self._asked(lambda connection, column: connection.shape(column, intake, target), intake)

    def _asked(self, ask: Callable[[_Connection, str], T], intake: str) -> T | None:
        """A connection that has died is replaced once."""
        column = "case_id" if len(intake) == 36 else "number"
        if "\0" in intake:
            return None
        connection: _Connection | None = getattr(self._own, "connection", None)
        if connection is not None:
            try:
                return ask(connection, column)
            except (psycopg.OperationalError, sqlite3.OperationalError):
                connection.close()
        self._own.connection = connection = self._opened()
        return ask(connection, column)

    def _opened(self) -> _Connection:
        url = self._database.url
        return _SQLite(url) if self._database.sqlite else _PostgreSQL(url)


def away(error: Exception) -> bool:
    """Whether the database is what failed."""
    return isinstance(error, psycopg.Error | sqlite3.Error)
