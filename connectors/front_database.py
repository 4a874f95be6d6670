"""A department's front database (前置库): exchange tables that both sides read and write.

Every table has, besides the mapped columns, `row_guid` (unique), `cd_batch`, `cd_operation`, `cd_time` and `is_sync`. A message is written in
one transaction; what is there already stays as it is, unless the message replaces it: then it is marked to be taken once more.
"""

import contextlib
import math
import os
import socket
import sqlite3
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    MetaData,
    Table,
    and_,
    create_engine,
    event,
    inspect,
    make_url,
    select,
)
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.types import NullType

from connectors.deadline import within
from connectors.front_rows import CONTROL, WAITING, digest, flat, guid, rows_of
from yichuang.errors import ConnectorFailed, ConnectorRefused
from yichuang.ports import SHANGHAI, Holding, Parcel, Receipt

T = TypeVar("T")
TIME = "%Y-%m-%d %H:%M:%S.%f"
_SHAPE_STATES = ("42", "22", "23")
"""SQLSTATE classes that trying again won't change: unknown tables or columns, values that don't fit, broken constraints."""
_SHAPE_WORDS = ("no such table", "has no column", "no such column", "datatype mismatch")
"""SQLite says these as operational errors."""


class FrontDatabase:
    """A `Connector`. `url`: as SQLAlchemy takes it; PostgreSQL and SQLite are tested. `budget`: seconds for each call as a whole."""

    def __init__(
        self, url: str, *, budget: float = 5.0, connections: int = 8, clock: Callable[[], datetime] = lambda: datetime.now(SHANGHAI)
    ) -> None:
        self._budget, self._clock = budget, clock
        self._engine = _engine(url, budget, connections)
        self._tables: dict[tuple[str, ...], Table] = {}

    def hand(self, parcel: Parcel) -> Receipt:
        rows = rows_of(parcel.payload)
        marked = digest(flat(rows))
        return Receipt(self._call(lambda connection: self._write(connection, parcel, rows)), marked)

    def digest(self, payload: Mapping[str, Any]) -> str:
        return digest(flat(rows_of(payload)))

    def holdings(self, since: datetime, until: datetime) -> Iterable[Holding]:
        first, last = (moment.astimezone(SHANGHAI).strftime(TIME) for moment in (since, until))
        return self._call(lambda connection: _held(connection, first, last))

    def close(self) -> None:
        self._engine.dispose()

    # ------------------------------------------------------------------ writing

    def _write(self, connection: Connection, parcel: Parcel, rows: Mapping[str, list[Mapping[str, Any]]]) -> str:
        batch = guid(parcel.key, "", 0)
        at = self._clock().astimezone(SHANGHAI).strftime(TIME)
        for name, some in rows.items():
            for index, row in enumerate(some):
                values = dict(row) | {"row_guid": guid(parcel.key, name, index), "cd_batch": parcel.key, "cd_time": at, "is_sync": WAITING}
                self._put(connection, name, values, replaces=parcel.operation == "U")
        return batch

    def _put(self, connection: Connection, name: str, values: dict[str, Any], *, replaces: bool) -> None:
        table = self._table(name, tuple(sorted({*values, "cd_operation"})))
        mine = table.c.row_guid == values["row_guid"]
        known = connection.execute(select(table.c.row_guid).where(mine)).first()
        if known is None:
            connection.execute(table.insert(), {**values, "cd_operation": "I"})
        elif replaces:
            connection.execute(table.update().where(mine), {**values, "cd_operation": "U"})

    def _table(self, name: str, columns: tuple[str, ...]) -> Table:
        """Columns without types: what a text becomes is the database's business."""
        key = (name, *columns)
        if key not in self._tables:
            self._tables[key] = Table(name, MetaData(), *(Column(column, NullType()) for column in columns))
        return self._tables[key]

    # ------------------------------------------------------------------ calling

    def _call(self, work: Callable[[Connection], T]) -> T:
        held = _Held()
        try:
            return within(self._budget, lambda: self._inside(work, held), held.abort)
        except IntegrityError as error:
            if _state(error) == "23505" or "UNIQUE" in str(error.orig):
                raise ConnectorFailed("同一行正在由另一处写入", reason="busy") from error
            raise _wrong(error) from error
        except DBAPIError as error:
            raise _wrong(error) from error
        except SQLAlchemyError as error:
            raise ConnectorFailed(f"前置库不可用（{type(error).__name__}）", reason="unreachable") from error

    def _inside(self, work: Callable[[Connection], T], held: "_Held") -> T:
        with self._engine.connect() as connection, connection.begin():
            held.take(connection)
            done = work(connection)
            held.refuse_if_late()
        return done


class _Held:
    """The connection that a call works with, so that whoever waits for it can cut it off. What is late is not committed."""

    def __init__(self) -> None:
        self._raw: Any = None
        self._late = threading.Event()

    def take(self, connection: Connection) -> None:
        self._raw = connection.connection.driver_connection
        self.refuse_if_late()

    def refuse_if_late(self) -> None:
        if self._late.is_set():
            raise ConnectorFailed("已过时限", reason="timeout")

    def abort(self) -> None:
        self._late.set()
        raw = self._raw
        with contextlib.suppress(Exception):
            if isinstance(raw, sqlite3.Connection):
                raw.interrupt()
            elif raw is not None:
                with socket.socket(fileno=os.dup(raw.fileno())) as end:
                    end.shutdown(socket.SHUT_RDWR)


def _engine(url: str, budget: float, connections: int) -> Engine:
    target = make_url(url)
    options: dict[str, Any] = {"pool_size": connections, "max_overflow": 0, "pool_timeout": budget, "hide_parameters": True}
    if target.get_backend_name() == "sqlite":
        engine = create_engine(target, connect_args={"timeout": budget, "check_same_thread": False}, **options)
        event.listen(engine, "connect", _plain_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    if target.get_backend_name() == "postgresql":
        if target.drivername == "postgresql":
            target = target.set(drivername="postgresql+psycopg")
        options["connect_args"] = {"connect_timeout": max(2, math.ceil(budget))}
    return create_engine(target, pool_recycle=600, **options)


def _plain_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _state(error: DBAPIError) -> str:
    return str(getattr(error.orig, "sqlstate", "") or "")


def _wrong(error: DBAPIError) -> ConnectorFailed | ConnectorRefused:
    """Whether trying again may help. What the database says may repeat values: it goes into the answer, not into the words."""
    said, state = str(error.orig)[:4096], _state(error)
    shape = state[:2] in _SHAPE_STATES or any(words in said for words in _SHAPE_WORDS) or (isinstance(error, IntegrityError) and "constraint" in said)
    if shape and state not in ("40001", "40P01"):
        diagnosis = getattr(error.orig, "diag", None)
        place = ".".join(filter(None, (getattr(diagnosis, "table_name", ""), getattr(diagnosis, "column_name", ""))))
        return ConnectorRefused("前置库拒绝写入" + (f"：{place}" if place else ""), reason=f"refused/{place or state or 'schema'}"[:80], answer=said)
    return ConnectorFailed("前置库不可用或正忙", reason="unreachable", answer=said)


def _held(connection: Connection, since: str, until: str) -> list[Holding]:
    """Every batch of the tables that have the control columns. `cd_time` as text sorts as time does."""
    found: dict[str, list[tuple[str, Mapping[str, Any]]]] = defaultdict(list)
    times: dict[str, str] = {}
    known = inspect(connection)
    for name in sorted(known.get_table_names()):
        columns = [str(column["name"]) for column in known.get_columns(name)]
        if not set(CONTROL) <= set(columns):
            continue
        table = Table(name, MetaData(), *(Column(column, NullType()) for column in columns))
        within_time = and_(table.c.cd_time >= since, table.c.cd_time < until)
        for row in connection.execute(select(table).where(within_time)).mappings():
            key = str(row["cd_batch"])
            found[key].append((name, dict(row)))
            times[key] = min(str(row["cd_time"]), times.get(key, str(row["cd_time"])))
    return [Holding(key, digest(rows), datetime.fromisoformat(times[key]).replace(tzinfo=SHANGHAI)) for key, rows in sorted(found.items())]
