"""One door to the database: a reading and a writing side, on SQLite and PostgreSQL alike.

Tables are SQLAlchemy Core `Table`s on the shared `metadata`; each room declares its own in `model.py`.
"""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from datetime import UTC, date, datetime
from itertools import islice
from select import POLLIN, poll
from typing import Any

from psycopg import errors as driver_errors
from sqlalchemy import DateTime, Engine, MetaData, Table, create_engine, event, func, insert, make_url, select
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DataError, IntegrityError, InvalidatePoolError
from sqlalchemy.types import TypeDecorator

from yichuang.direct import Clash, Direct, Next, Rows
from yichuang.ports import SHANGHAI

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Instant(TypeDecorator[datetime]):
    """A moment: stored in UTC, read in Asia/Shanghai. A naive datetime is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(SHANGHAI)


TRUSTED = 1.0
"""For so many seconds after its last use a connection on which the server has said nothing unasked is taken to be alive."""

UNCOMPILED = "-c jit=off"
"""Compiling a statement takes PostgreSQL longer than any of ours runs."""


class Database:
    """`with db.reading() as c:` autocommits; `with db.writing() as c:` is one durable transaction, rolled back on error.

    Errors repeat statements, never values: these may be personal, and errors are logged.
    """

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.sqlite = self.url.get_backend_name() == "sqlite"
        self._turn = threading.Lock()
        self.direct = None if self.sqlite else Direct(self.url)
        options: dict[str, Any] = {}
        if not self.sqlite:
            said = f"{self.url.query.get('options', '')} {UNCOMPILED}".strip()
            options |= {"pool_size": 20, "max_overflow": 20, "connect_args": {"connect_timeout": 5, "options": said}}
        self._writer: Engine = create_engine(self.url, hide_parameters=True, **options)
        self._reader: Engine = self._writer.execution_options(isolation_level="AUTOCOMMIT")
        self._repeating: Engine = self._writer if self.sqlite else self._writer.execution_options(isolation_level="REPEATABLE READ")
        if self.sqlite:
            event.listen(self._writer, "connect", _prepare_sqlite)
            event.listen(self._writer, "begin", _begin_sqlite)
        else:
            event.listen(self._writer, "connect", _note_use)
            event.listen(self._writer, "checkin", _note_use)
            event.listen(self._writer, "checkout", self._ping_idle)

    @property
    def engine(self) -> Engine:
        return self._writer

    @contextmanager
    def reading(self, within: Connection | None = None) -> Iterator[Connection]:
        """A connection to read by; the one given, where the caller has one open already."""
        if within is not None:
            yield within
            return
        with self._reader.connect() as connection:
            yield connection

    @contextmanager
    def writing(self, repeatable: bool = False) -> Iterator[Connection]:
        """One transaction; `repeatable`: all of it sees the same moment.

        On SQLite, which has one writer and no queue, this process's writers take turns, so that none waits for ever.
        """
        engine = self._repeating if repeatable else self._writer
        with self._turn if self.sqlite else nullcontext(), engine.begin() as connection:
            yield connection

    def insert(self, connection: Connection, rows: Rows) -> None:
        """One row after the other, within the open transaction. Raises `IntegrityError`."""
        for table, row in rows:
            given = {name: _next(table, name, value) if isinstance(value, Next) else value for name, value in row.items()}
            connection.execute(insert(table).values(given))

    def insert_at_once(self, rows: Rows) -> None:
        """All rows as a durable transaction of their own, on PostgreSQL in one round trip. Raises `Clash` where one is there already."""
        if self.direct is not None:
            return self.direct.write(rows)
        try:
            with self.writing() as connection:
                self.insert(connection, rows)
        except IntegrityError as error:
            if "UNIQUE" not in str(error.orig):
                raise
            raise Clash from error

    def _ping_idle(self, connection: Any, record: Any, _proxy: Any) -> None:
        """What nobody used for a while is asked whether it still lives; if not, all are made anew. In steady use asking costs too much."""
        if time.monotonic() - record.info["used"] < TRUSTED and not _spoken_to(connection):
            return
        try:
            self._writer.dialect.do_ping(connection)
        except self._writer.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error

    def dispose(self) -> None:
        self._writer.dispose()
        if self.direct is not None:
            self.direct.dispose()

    def leave_to_parent(self) -> None:
        """In a forked child: open connections of its own; those that were open belong to the parent and stay so."""
        self._writer.dispose(close=False)


def _next(table: Table, name: str, value: Next) -> Any:
    columns = table.c
    return select(func.coalesce(func.max(columns[name]), 0) + 1).where(*(columns[n] == v for n, v in value.among.items())).scalar_subquery()


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=15000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _spoken_to(connection: Any) -> bool:
    """Whether the server has sent something while nobody asked, as it does when it ends a connection."""
    ear = poll()
    ear.register(connection.fileno(), POLLIN)
    return bool(ear.poll(0))


def _note_use(_connection: object, record: Any) -> None:
    record.info["used"] = time.monotonic()


def _begin_sqlite(connection: Connection) -> None:
    if connection.get_execution_options().get("isolation_level") != "AUTOCOMMIT":
        connection.exec_driver_sql("BEGIN IMMEDIATE")


LINES = 2000
"""So many lines are sent at once."""


def copy_lines(connection: Connection, table: str, columns: Sequence[str], lines: Iterable[str]) -> None:
    """Many rows at once by PostgreSQL's COPY, within the open transaction: each `copied` from values for these columns, in their order."""
    rest = iter(lines)
    copy_blocks(connection, table, columns, iter(lambda: "".join(islice(rest, LINES)).encode(), b""))


def copy_blocks(connection: Connection, table: str, columns: Sequence[str], blocks: Iterable[bytes]) -> None:
    """The same with the lines together, as bytes."""
    driver: Any = connection.connection.driver_connection
    named = ", ".join(f'"{column}"' for column in columns)
    try:
        with driver.cursor() as cursor, cursor.copy(f'COPY "{table}" ({named}) FROM STDIN') as copy:
            for block in blocks:
                copy.write(block)
    except driver_errors.IntegrityError as error:
        raise IntegrityError(f"COPY {table}", None, error, hide_parameters=True) from None
    except driver_errors.DataError as error:
        # Its own words repeat the value: that may be personal, and errors are logged.
        raise DataError(f"COPY {table}", None, driver_errors.DataError(f"SQLSTATE {error.sqlstate}"), hide_parameters=True) from None


def copied(row: Iterable[Any]) -> str:
    """A row as a line of COPY. Seldom has a value anything to escape: that is seen in the whole line at once."""
    values = list(row)
    line = "\t".join([value if type(value) is str else _COPIED.get(type(value), str)(value) for value in values])
    if "\n" in line or "\r" in line or "\0" in line or line.count("\t") >= len(values) or line.count("\\") > values.count(None):
        line = "\t".join([_escaped(value) if isinstance(value, str) else _COPIED.get(type(value), str)(value) for value in values])
    return line + "\n"


_COPIED: Mapping[type, Callable[[Any], str]] = {
    type(None): lambda _: "\\N", bool: lambda value: "t" if value else "f", datetime: datetime.isoformat, date: date.isoformat,
}  # fmt: skip


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r").replace("\0", "")
