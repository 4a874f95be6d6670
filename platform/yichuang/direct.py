"""Straight to PostgreSQL: one connection a thread, held for good, statements prepared once and sent by libpq itself: a tenth of the processor time.

For the few things that are asked or written all day: a row by its key, several rows of one event in one statement, which is a durable transaction of
its own. Everything else goes through `database`.
"""

import os
import threading
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from select import POLLIN, poll
from typing import Any
from weakref import WeakSet

import psycopg
from psycopg import pq
from sqlalchemy import Table
from sqlalchemy.engine import URL
from sqlalchemy.exc import OperationalError
from sqlalchemy.sql.schema import ScalarElementColumnDefault

UNIQUE, DATA = "23505", ("22", "23")
"""SQLSTATE, and its classes for data."""
Line = tuple[Table, Mapping[str, Any]]
"""A row to be written."""
Rows = Sequence[Line]


class Clash(Exception):
    """What was to be written is there already (a unique key); nothing was written."""


class Next:
    """In place of a value: one more than the largest of the same column among rows with these values."""

    def __init__(self, **among: str) -> None:
        self.among = among


class Direct:
    def __init__(self, url: URL) -> None:
        self._url = url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._own = threading.local()
        self._every: WeakSet[_Connection] = WeakSet()
        self._written: dict[Any, tuple[str, Sequence[Mapping[str, Any]]]] = {}

    def ask(self, sql: str, values: Sequence[bytes]) -> Any:
        """The rows, as libpq gives them. A connection that has died is replaced once. Raises `OperationalError`."""
        try:
            return self._connection().ask(sql, values, pq.ExecStatus.TUPLES_OK)
        except OperationalError:
            self._own.line = None
            return self._connection().ask(sql, values, pq.ExecStatus.TUPLES_OK)

    def write(self, rows: Rows) -> None:
        """All rows in one statement: all of them durable, or none. Raises `Clash`, `OperationalError`: then nobody knows whether they were."""
        shape = tuple((table.name, *map(_spot, row.items())) for table, row in rows)
        if shape not in self._written:
            defaults: Sequence[Mapping[str, Any]] = [_defaults(table, row) for table, row in rows]
            self._written[shape] = _statement([(table, {**row, **more}) for (table, row), more in zip(rows, defaults, strict=True)]), defaults
        sql, defaults = self._written[shape]
        values: list[bytes | None] = []
        for (_, row), more in zip(rows, defaults, strict=True):
            for value in (*row.values(), *more.values()):
                values += [part.encode() for part in value.among.values()] if isinstance(value, Next) else [_text(value)]
        try:
            self._connection().ask(sql, values, pq.ExecStatus.COMMAND_OK)
        except OperationalError:
            self._own.line = None
            raise

    def _connection(self) -> "_Connection":
        line: _Connection | None = getattr(self._own, "line", None)
        if line is None or line.process != os.getpid() or not line.alive:
            line = self._own.line = _Connection(self._url)
            self._every.add(line)
        return line

    def dispose(self) -> None:
        """Close what this process opened; whoever asks again gets a new connection."""
        for line in list(self._every):
            line.close()
        self._own = threading.local()


class _Connection:
    def __init__(self, url: str) -> None:
        self.process = os.getpid()
        try:
            self._driver = psycopg.connect(url, autocommit=True, connect_timeout=5)
        except psycopg.Error as error:
            raise OperationalError("connect", None, error, hide_parameters=True) from error
        self._libpq: Any = self._driver.pgconn
        self._names: dict[str, bytes] = {}

    def ask(self, sql: str, values: Sequence[bytes | None], wanted: pq.ExecStatus) -> Any:
        try:
            name = self._names.get(sql)
            if name is None:
                name = f"s{len(self._names)}".encode()
                self._checked(sql, self._libpq.prepare(name, sql.encode()), pq.ExecStatus.COMMAND_OK)
                self._names[sql] = name
            return self._checked(sql, self._libpq.exec_prepared(name, values), wanted)
        except psycopg.Error as error:
            raise OperationalError(sql, None, error, hide_parameters=True) from error

    @property
    def alive(self) -> bool:
        """Whether it is open, and the server has said nothing unasked, as it does when it ends a connection."""
        if self._libpq.status != pq.ConnStatus.OK:
            return False
        ear = poll()
        ear.register(self._libpq.socket, POLLIN)
        return not ear.poll(0)

    def close(self) -> None:
        if self.process == os.getpid():
            self._driver.close()

    def _checked(self, sql: str, result: Any, wanted: pq.ExecStatus) -> Any:
        if result.status == wanted:
            return result
        state = (result.error_field(pq.DiagnosticField.SQLSTATE) or b"").decode()
        if state == UNIQUE:
            raise Clash
        self.close()
        said = (result.error_field(pq.DiagnosticField.MESSAGE_PRIMARY) or b"the connection is lost").decode()
        # Of data that don't fit the server repeats values: these may be personal, and errors are logged.
        words = f"SQLSTATE {state}" if state[:2] in DATA else said
        raise OperationalError(sql, None, psycopg.OperationalError(words), hide_parameters=True)


def _spot(given: tuple[str, Any]) -> Any:
    name, value = given
    return (name, *value.among) if type(value) is Next else name


def _defaults(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    """What the table's declaration fills in where a row says nothing."""
    missing = [column for column in table.columns if column.name not in row]
    return {column.name: column.default.arg for column in missing if isinstance(column.default, ScalarElementColumnDefault)}


def _statement(rows: Rows) -> str:
    """One INSERT a row, all but the last as parts of the last."""
    made, at = [], 0
    for table, row in rows:
        spots = []
        for name, value in row.items():
            if isinstance(value, Next):
                where = " AND ".join(f'"{column}" = ${at + n}' for n, column in enumerate(value.among, 1))
                spots.append(f'(SELECT COALESCE(MAX("{name}"), 0) + 1 FROM "{table.name}" WHERE {where})')
                at += len(value.among)
            else:
                at += 1
                spots.append(f"${at}")
        columns = ", ".join(f'"{name}"' for name in row)
        made.append(f'INSERT INTO "{table.name}" ({columns}) VALUES ({", ".join(spots)})')
    *parts, last = made
    return (f"WITH {', '.join(f'w{n} AS ({part})' for n, part in enumerate(parts))} " if parts else "") + last


def _text(value: Any) -> bytes | None:
    """A value as PostgreSQL reads it."""
    if type(value) is str:
        return value.encode()
    if value is None:
        return None
    if type(value) is bool:
        return b"t" if value else b"f"
    return (value.isoformat() if isinstance(value, date | datetime) else str(value)).encode()
