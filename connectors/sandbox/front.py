"""Department B of the sandbox: a health commission that comes to a front database for what is new (`is_sync` 0) and marks it as taken."""

import contextlib
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import (
    Column,
    Connection,
    Engine,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    event,
    make_url,
    select,
    text,
)
from sqlalchemy.exc import SQLAlchemyError

from connectors.front_rows import TAKEN, WAITING
from connectors.sandbox.received import SHANGHAI

MODES = {
    "": "正常", "stopped": "不来取数", "locked": "锁住交换表（每次 20 秒）", "error": "写入出错", "again": "同一行取两次", "random": "写入按概率出错",
}  # fmt: skip
LOCK_SECONDS = 20.0
COLUMNS: Mapping[str, str] = {
    "up_pro_accept": "project_no project_name catalog_code task_code task_handle_item task_name task_version project_type applyer_name "
    "applyer_type applyer_page_type applyer_page_code contact_name contact_type contact_code contact_mobile legal zip_code address "
    "apply_date apply_type accept_date accept_doc_no promise_date handle_user_name org_code org_name remark",
    "up_pro_process": "project_no process_name event_name event_start_time event_end_time handle_user_name handle_explain",
    "up_pro_special_procedure": "project_no special_type special_name special_reason special_time end_time result special_explain "
    "applyer_user_name handle_user",
    "up_pro_result": "project_no result_date result_type result_cetr_name result_cetr_no result_explain is_delivery_results satisfaction",
    "up_pro_material": "project_no material_name get_num get_type material_attach_name",
}
"""The national tables of cases (domain 2.6), names as they are there, `cetr` included."""
metadata = MetaData()


def _table(name: str, columns: str) -> Table:
    sizes = (("cd_batch", 200), ("cd_operation", 1), ("cd_time", 32), ("is_sync", 1))
    control = [Column(column, String(size), index=column == "is_sync") for column, size in sizes]
    return Table(name, metadata, Column("row_guid", String(36), primary_key=True), *(Column(column, Text) for column in columns.split()), *control)


TABLES = [_table(name, columns) for name, columns in COLUMNS.items()]
taken_rows = Table(
    "taken_rows", metadata, Column("row_guid", String(36), primary_key=True), Column("table_name", String(64)),
    Column("batch", String(200), index=True), Column("body", Text),
    Column("taken_at", String(40)), Column("seq", String(12)), Column("times", String(8)),
)  # fmt: skip
fault_rows = Table("front_faults", metadata, Column("per_mille", String(8), primary_key=True))


@dataclass(frozen=True, slots=True)
class Taken:
    """A row that the department has taken over; `times`: how often it came, it counts once."""

    row_guid: str
    table: str
    batch: str
    body: Mapping[str, Any]
    taken_at: str
    seq: int
    times: int


class FrontReader:
    """`start` begins to come every `pause` seconds; `take` is one visit."""

    def __init__(self, url: str, *, pause: float = 0.5, lock_seconds: float = LOCK_SECONDS) -> None:
        self.mode, self.probability = "", 0.2
        self._engine = _engine(url)
        self._pause, self._lock_seconds = pause, lock_seconds
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        with self._engine.begin() as connection:
            metadata.create_all(connection)
            _arm(connection, self._engine.dialect.name)
        with self._engine.connect() as connection:
            self._seq = len(connection.execute(select(taken_rows.c.row_guid)).all())

    def start(self) -> "FrontReader":
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        return self

    def stop(self) -> None:
        self._stop.set()
        if self._thread:
            self._thread.join(self._lock_seconds + 5)
        self._engine.dispose()

    def switch(self, given: Mapping[str, str]) -> None:
        self.mode = given.get("mode", "") if given.get("mode") in MODES else ""
        share = given.get("probability", "")
        self.probability = min(1.0, int(share) / 100) if share.isdigit() else self.probability
        per_mille = {"error": 1000, "random": int(self.probability * 1000)}.get(self.mode, 0)
        with self._engine.begin() as connection:
            connection.execute(fault_rows.update().values(per_mille=str(per_mille)))

    def take(self) -> int:
        """Take over what is new, oldest first, and mark it, all in one transaction. How many rows."""
        with self._engine.begin() as connection:
            asked = ((table, select(table).where(table.c.is_sync == WAITING)) for table in TABLES)
            waiting = [(table, dict(row)) for table, query in asked for row in connection.execute(query).mappings()]
            for table, row in sorted(waiting, key=lambda pair: (pair[1]["cd_time"], pair[1]["cd_batch"])):
                for _ in range(2 if self.mode == "again" else 1):
                    self._apply(connection, table.name, row)
                connection.execute(table.update().where(table.c.row_guid == row["row_guid"]).values(is_sync=TAKEN))
        return len(waiting)

    def taken(self, limit: int = 1_000_000, *, newest: bool = False) -> list[Taken]:
        with self._engine.connect() as connection:
            rows = connection.execute(select(taken_rows)).all()
        found = [Taken(r.row_guid, r.table_name, r.batch, orjson.loads(r.body), r.taken_at, int(r.seq), int(r.times)) for r in rows]
        return sorted(found, key=lambda one: one.seq, reverse=newest)[:limit]

    def _apply(self, connection: Connection, table: str, row: Mapping[str, Any]) -> None:
        mine = taken_rows.c.row_guid == row["row_guid"]
        known = connection.execute(select(taken_rows.c.times).where(mine)).scalar()
        body = orjson.dumps({str(name): value for name, value in row.items()}).decode()
        told = {"body": body, "taken_at": datetime.now(SHANGHAI).isoformat(), "times": str(int(known or 0) + 1)}
        if known is not None:
            connection.execute(taken_rows.update().where(mine).values(**told))
            return
        self._seq += 1
        new = {"row_guid": row["row_guid"], "table_name": table, "batch": row["cd_batch"], "seq": str(self._seq), **told}
        connection.execute(taken_rows.insert(), new)

    def _run(self) -> None:
        while not self._stop.wait(self._pause):
            with contextlib.suppress(SQLAlchemyError):
                if self.mode == "locked":
                    self._hold()
                elif self.mode != "stopped":
                    self.take()

    def _hold(self) -> None:
        """Nobody can write meanwhile; on SQLite an open writing transaction is enough."""
        with self._engine.begin() as connection:
            if self._engine.dialect.name == "postgresql":
                connection.execute(text(f"LOCK TABLE {', '.join(COLUMNS)} IN EXCLUSIVE MODE"))
            end = time.monotonic() + self._lock_seconds
            while self.mode == "locked" and time.monotonic() < end and not self._stop.wait(0.1):
                pass


def _engine(url: str) -> Engine:
    target = make_url(url)
    if target.drivername == "postgresql":
        target = target.set(drivername="postgresql+psycopg")
    engine = create_engine(target, hide_parameters=True)
    if target.get_backend_name() == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=15000"):
        connection.execute(f"PRAGMA {pragma}")


def _arm(connection: Connection, dialect: str) -> None:
    """Triggers by which the sandbox makes writing fail; in a real front database there are none."""
    if connection.execute(select(fault_rows)).first() is None:
        connection.execute(fault_rows.insert(), {"per_mille": "0"})
    connection.execute(fault_rows.update().values(per_mille="0"))
    if dialect == "postgresql":
        connection.execute(text(_POSTGRES_FUNCTION))
    for name in COLUMNS:
        if dialect == "postgresql":
            connection.execute(text(f"DROP TRIGGER IF EXISTS fail_{name} ON {name}"))
            connection.execute(text(f"CREATE TRIGGER fail_{name} BEFORE INSERT ON {name} FOR EACH ROW EXECUTE FUNCTION sandbox_fault()"))
        else:
            connection.execute(text(_SQLITE_TRIGGER.format(name=name)))


_SQLITE_TRIGGER = (
    "CREATE TRIGGER IF NOT EXISTS fail_{name} BEFORE INSERT ON {name} "
    "WHEN abs(random() % 1000) < (SELECT CAST(per_mille AS INTEGER) FROM front_faults) BEGIN SELECT RAISE(ABORT, 'sandbox fault'); END"
)
_POSTGRES_FUNCTION = """CREATE OR REPLACE FUNCTION sandbox_fault() RETURNS trigger AS $$ BEGIN
    IF floor(random() * 1000) < (SELECT per_mille::integer FROM front_faults) THEN
        RAISE EXCEPTION 'sandbox fault' USING ERRCODE = '53400';
    END IF; RETURN NEW; END $$ LANGUAGE plpgsql"""
