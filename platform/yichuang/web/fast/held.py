"""One connection for each thread, held for good: an intake by its key in one round trip. PostgreSQL by psycopg itself, SQLite by its own module."""

import sqlite3
import threading
from dataclasses import dataclass
from typing import Any

import psycopg

from yichuang.database import Database

_COLUMNS = "SELECT i.case_id, i.department, i.item, i.record, EXISTS (SELECT 1 FROM intake_marks m WHERE m.case_id = i.case_id) FROM intakes i WHERE "


@dataclass(frozen=True, slots=True)
class Row:
    """`stale`: the case has changed since its record was put together."""

    case_id: str
    department: str
    item: str
    record: str
    stale: bool


class Held:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._own = threading.local()
        mark = "?" if database.sqlite else "%s"
        self._by_id, self._by_number = (f"{_COLUMNS}i.{column} = {mark}" for column in ("case_id", "number"))

    def intake(self, intake: str) -> Row | None:
        """By id or number; None where there is none yet. A connection that has died is replaced once."""
        statement = self._by_id if len(intake) == 36 else self._by_number
        if "\0" in intake:
            return None
        connection = getattr(self._own, "connection", None)
        if connection is not None:
            try:
                return self._asked(connection, statement, intake)
            except (psycopg.OperationalError, sqlite3.OperationalError):
                connection.close()
        self._own.connection = connection = self._opened()
        return self._asked(connection, statement, intake)

    def _asked(self, connection: Any, statement: str, intake: str) -> Row | None:
        found = connection.execute(statement, (intake,)).fetchone()
        return Row(found[0], found[1], found[2], found[3], bool(found[4])) if found is not None else None

    def _opened(self) -> Any:
        url = self._database.url
        if self._database.sqlite:
            connection = sqlite3.connect(str(url.database), timeout=15, isolation_level=None, check_same_thread=False)
            connection.execute("PRAGMA query_only=ON")
            return connection
        plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
        return psycopg.connect(plain, autocommit=True, prepare_threshold=0, connect_timeout=5)

    def away(self, error: Exception) -> bool:
        """Whether the database is what failed."""
        return isinstance(error, psycopg.Error | sqlite3.Error)
