"""The call log: counts, times, refusals and who read what, noted at once and written together within a second. Nothing is dropped in silence.

What is written is made ready with each call, so that the writing holds up nobody: a thread that works through thousands of calls at once would.
"""

import threading
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

import structlog
from sqlalchemy import Connection, Table, bindparam, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects import sqlite as sqlite_

from yichuang.audit.service import Audit
from yichuang.clients.limits import Limits
from yichuang.clients.model import api_calls, api_clients, api_minutes, api_refusals, api_times
from yichuang.clients.times import bucket
from yichuang.database import Database
from yichuang.ports import Clock

log = structlog.get_logger()
EVERY_SECONDS = 1.0
MOST_WAITING = 20_000
"""With so many unwritten calls nobody is served any more until they are written: what was read must be on record."""
OK, REFUSED, FAILED = "ok", "refused", "failed"


class Call(NamedTuple):
    """One call that was let in. `read`: (action, kind, code, detail) for the audit, of each thing that was read."""

    client_id: str
    prefix: str
    operation: str
    outcome: str
    seconds: float
    read: tuple[tuple[str, str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """One call that was not. `client_id` is empty where the key names nobody."""

    client_id: str
    prefix: str
    operation: str
    status: int
    code: str
    detail: str
    address: str


_USED = update(api_clients).where(api_clients.c.id == bindparam("client")).values(used_at=bindparam("at"))


def _adding(table: Table, dialect: Any) -> Any:
    """Adds counts to those that are there."""
    insertion = dialect.insert(table)
    added = table.c["count"] + insertion.excluded["count"]
    return insertion.on_conflict_do_update(index_elements=list(table.primary_key.columns.keys()), set_={"count": added})


@dataclass(slots=True)
class _Noted:
    """What waits to be written. `reads`: entries of the audit made ready; `alike`: (client, day, operation, outcome, time's bucket) → calls."""

    reads: list[Any] = field(default_factory=list)
    alike: Counter[tuple[str, date, str, str, int]] = field(default_factory=Counter)
    minutes: Counter[tuple[str, int]] = field(default_factory=Counter)
    last: dict[str, datetime] = field(default_factory=dict)

    def __iadd__(self, later: "_Noted") -> "_Noted":
        self.reads += later.reads
        self.alike += later.alike
        self.minutes += later.minutes
        self.last |= later.last
        return self


class CallLog:
    """`note` and `refuse` from any thread; a thread of its own writes, and once more at `stop`."""

    def __init__(self, database: Database, audit: Audit, clock: Clock) -> None:
        self._database = database
        self._audit = audit
        self._clock = clock
        self.limits = Limits(self._loaded, lambda: clock.now().timestamp())
        self._adding = {table: _adding(table, sqlite_ if database.sqlite else postgresql) for table in (api_calls, api_times, api_minutes)}
        self._noted = _Noted()
        self._refusals: deque[tuple[datetime, Refusal]] = deque()
        self._noting, self._writing = threading.Lock(), threading.Lock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def note(self, call: Call) -> None:
        """With too many unwritten ones the caller writes them, and is refused by the database's own error when that fails."""
        at = self._clock.now()
        reads = [self._audit.prepared((at, f"api:{call.prefix}", *what)) for what in call.read]
        key, limited = (call.client_id, at.date(), call.operation, call.outcome, bucket(call.seconds)), self.limits.watches(call.client_id)
        with self._noting:
            noted = self._noted
            noted.reads += reads
            noted.alike[key] += 1
            noted.last[call.client_id] = at
            if limited:
                noted.minutes[call.client_id, int(at.timestamp() // 60)] += 1
            waiting = len(noted.reads)
        if waiting > MOST_WAITING:
            self.flush()

    def refuse(self, refusal: Refusal) -> None:
        self._refusals.append((self._clock.now(), refusal))
        if len(self._refusals) > MOST_WAITING:
            self.flush()

    # ------------------------------------------------------------------ writing

    def start(self) -> None:
        self._stop.clear()
        self._thread = threading.Thread(target=self._run, name="api-calls", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join(5)
            self._thread = None
        self._try_flush()

    def _run(self) -> None:
        while not self._stop.wait(EVERY_SECONDS):
            self._try_flush()

    def _try_flush(self) -> None:
        try:
            self.flush()
        except Exception as error:
            log.error("api.calls_waiting", error=type(error).__name__, calls=self.waiting, refusals=len(self._refusals))

    def flush(self) -> None:
        """Write what has been noted, all in one transaction. On an error it is kept for the next time, and the error goes on."""
        with self._writing:
            refusals, watched = list(self._refusals)[:MOST_WAITING], self.limits.watched
            with self._noting:
                noted, self._noted = self._noted, _Noted()
            if not (noted.alike or refusals or watched):
                return
            try:
                with self._database.writing() as connection:
                    self._write(connection, noted)
                    self._write_refusals(connection, refusals)
                    totals = self._totals(connection, watched)
            except BaseException:
                with self._noting:
                    noted += self._noted
                    self._noted = noted
                raise
            for _ in refusals:
                self._refusals.popleft()
            self.limits.learn(totals)

    @property
    def waiting(self) -> int:
        """Calls not yet written."""
        return sum(self._noted.alike.values())

    def _write(self, connection: Connection, noted: _Noted) -> None:
        counts: Counter[Any] = Counter()
        times: Counter[Any] = Counter()
        for (client_id, day, operation, outcome, slot), count in noted.alike.items():
            counts[client_id, day, operation, outcome] += count
            times[client_id, day, operation, slot] += count
        self._add(connection, api_calls, ("client_id", "day", "operation", "outcome"), counts)
        self._add(connection, api_times, ("client_id", "day", "operation", "bucket"), times)
        self._add(connection, api_minutes, ("client_id", "minute"), noted.minutes)
        if noted.reads:
            self._audit.note_prepared(noted.reads, connection)
        if noted.last:
            connection.execute(_USED, [{"client": client_id, "at": at} for client_id, at in sorted(noted.last.items())])

    def _add(self, connection: Connection, table: Table, key: Sequence[str], counts: Mapping[Any, int]) -> None:
        """Add counts to their rows, in an order that no two processes can lock crosswise."""
        if not counts:
            return
        rows = [dict(zip(key, values, strict=True)) | {"count": count} for values, count in sorted(counts.items())]
        connection.execute(self._adding[table], rows)

    def _write_refusals(self, connection: Connection, refusals: Sequence[tuple[datetime, Refusal]]) -> None:
        alike: Counter[Refusal] = Counter(refusal for _, refusal in refusals)
        first: dict[Refusal, datetime] = {}
        for at, refusal in refusals:
            first.setdefault(refusal, at)
        rows = [
            {
                "at": first[r], "client_id": r.client_id, "prefix": r.prefix[:16], "operation": r.operation[:64], "status": r.status, "code": r.code,
                "detail": r.detail[:300], "address": r.address[:64], "count": count,
            }
            for r, count in alike.items()
        ]  # fmt: skip
        if rows:
            connection.execute(insert(api_refusals), rows)
        counts: Counter[Any] = Counter((r.client_id, at.date(), r.operation[:64], REFUSED) for at, r in refusals if r.client_id)
        self._add(connection, api_calls, ("client_id", "day", "operation", "outcome"), counts)

    # ------------------------------------------------------------------ limits

    def _loaded(self, client_id: str) -> tuple[int, int]:
        with self._database.reading() as connection:
            return self._totals(connection, [client_id]).get(client_id, (0, 0))

    def _totals(self, connection: Connection, clients: Sequence[str]) -> dict[str, tuple[int, int]]:
        if not clients:
            return {}
        now = self._clock.now()
        days = self._sums(connection, api_calls, clients, api_calls.c.day == now.date(), api_calls.c.outcome != REFUSED)
        minutes = self._sums(connection, api_minutes, clients, api_minutes.c.minute == int(now.timestamp() // 60))
        return {client: (days.get(client, 0), minutes.get(client, 0)) for client in clients}

    def _sums(self, connection: Connection, table: Table, clients: Sequence[str], *wanted: Any) -> dict[str, int]:
        query = select(table.c.client_id, func.sum(table.c["count"])).where(table.c.client_id.in_(clients), *wanted)
        return {client: int(total) for client, total in connection.execute(query.group_by(table.c.client_id))}

    def tidy(self, refusals_before: datetime) -> None:
        """Forget minutes that are over and old refusals. For the worker."""
        minute = int(self._clock.now().timestamp() // 60)
        with self._database.writing() as connection:
            connection.execute(delete(api_minutes).where(api_minutes.c.minute < minute))
            connection.execute(delete(api_refusals).where(api_refusals.c.at < refusals_before))


