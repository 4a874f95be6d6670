"""One connection for each thread, held for good: an intake by its key in one round trip, by libpq itself; SQLite by its own module."""

import sqlite3
import threading
from typing import Any, NamedTuple, Protocol

import psycopg
from psycopg import pq
from sqlalchemy import URL

from yichuang.database import Database

_QUERY = "SELECT i.case_id, i.department, i.item, i.record, EXISTS (SELECT 1 FROM intake_marks m WHERE m.case_id = i.case_id) FROM intakes i WHERE i."


class Row(NamedTuple):
    """`stale`: the case has changed since its record was put together."""

    case_id: str
    department: str
    item: str
    record: bytes
    stale: bool


class _Connection(Protocol):
    def ask(self, column: str, intake: str) -> Row | None: ...

    def close(self) -> None: ...


class _PostgreSQL:
    """Two prepared statements and no cursor: a tenth of the processor time of one."""

    def __init__(self, url: URL) -> None:
        plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._connection = psycopg.connect(plain, autocommit=True, connect_timeout=5)
        self._libpq: Any = self._connection.pgconn
        for column in ("case_id", "number"):
            self._checked(self._libpq.prepare(column.encode(), f"{_QUERY}{column} = $1".encode()), pq.ExecStatus.COMMAND_OK)

    def ask(self, column: str, intake: str) -> Row | None:
        found = self._checked(self._libpq.exec_prepared(column.encode(), [intake.encode()]), pq.ExecStatus.TUPLES_OK)
        if not found.ntuples:
            return None
        case_id, department, item, record, stale = (found.get_value(0, n) for n in range(5))
        return Row(case_id.decode(), department.decode(), item.decode(), record, stale == b"t")

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

    def close(self) -> None:
        self._connection.close()


class Held:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._own = threading.local()

    def intake(self, intake: str) -> Row | None:
        """By id or number; None where there is none yet. A connection that has died is replaced once."""
        column = "case_id" if len(intake) == 36 else "number"
        if "\0" in intake:
            return None
        connection: _Connection | None = getattr(self._own, "connection", None)
        if connection is not None:
            try:
                return connection.ask(column, intake)
            except (psycopg.OperationalError, sqlite3.OperationalError):
                connection.close()
        self._own.connection = connection = self._opened()
        return connection.ask(column, intake)

    def _opened(self) -> _Connection:
        url = self._database.url
        return _SQLite(url) if self._database.sqlite else _PostgreSQL(url)


def away(error: Exception) -> bool:
    """Whether the database is what failed."""
    return isinstance(error, psycopg.Error | sqlite3.Error)
