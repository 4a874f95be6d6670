"""The call log: counts, times, refusals and who read what, noted at once and written together within a second. Nothing is dropped in silence."""

import threading
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import structlog
from sqlalchemy import Connection, Table, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from yichuang.audit.service import Audit
from yichuang.clients.limits import Limits
from yichuang.clients.model import api_calls, api_clients, api_minutes, api_refusals, api_times
from yichuang.clients.times import bucket
from yichuang.database import Database, in_turns
from yichuang.ports import Clock

log = structlog.get_logger()
EVERY_SECONDS = 0.5
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


class CallLog:
    """`note` and `refuse` from any thread; a thread of its own writes, and once more at `stop`."""

    def __init__(self, database: Database, audit: Audit, clock: Clock) -> None:
        self._database = database
        self._audit = audit
        self._clock = clock
        self.limits = Limits(self._loaded, lambda: clock.now().timestamp())
        self._calls: deque[tuple[datetime, Call]] = deque()
        self._refusals: deque[tuple[datetime, Refusal]] = deque()
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def note(self, call: Call) -> None:
        """A plain append; with too many unwritten ones the caller writes them, and is refused by the database's own error when that fails."""
        self._calls.append((self._clock.now(), call))
        if len(self._calls) > MOST_WAITING:
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
            log.error("api.calls_waiting", error=type(error).__name__, calls=len(self._calls), refusals=len(self._refusals))

    def flush(self) -> None:
        """Write what has been noted, all in one transaction. On an error it is kept for the next time, and the error goes on."""
        with self._lock:
            calls, refusals = list(self._calls)[:MOST_WAITING], list(self._refusals)[:MOST_WAITING]
            watched = self.limits.watched
            if not (calls or refusals or watched):
                return
            with self._database.writing() as connection:
                self._write(connection, calls)
                self._write_refusals(connection, refusals)
                totals = self._totals(connection, watched)
            for _ in calls:
                self._calls.popleft()
            for _ in refusals:
                self._refusals.popleft()
            self.limits.learn(totals)

    def _write(self, connection: Connection, calls: Sequence[tuple[datetime, Call]]) -> None:
        alike: Counter[Any] = Counter()
        for some in in_turns(calls):
            alike.update([(c.client_id, at.date(), c.operation, c.outcome, bucket(c.seconds)) for at, c in some])
        counts: Counter[Any] = Counter()
        times: Counter[Any] = Counter()
        for (client_id, day, operation, outcome, slot), count in alike.items():
            counts[client_id, day, operation, outcome] += count
            times[client_id, day, operation, slot] += count
        watched = self.limits.watched
        limited = [(at, c) for at, c in calls if c.client_id in watched] if watched else []
        minutes: Counter[Any] = Counter((c.client_id, int(at.timestamp() // 60)) for at, c in limited)
        self._add(connection, api_calls, ("client_id", "day", "operation", "outcome"), counts)
        self._add(connection, api_times, ("client_id", "day", "operation", "bucket"), times)
        self._add(connection, api_minutes, ("client_id", "minute"), minutes)
        if any(c.read for _, c in calls):
            self._audit.note_many(((at, f"api:{c.prefix}", *what) for at, c in calls for what in c.read), connection)
        last = {c.client_id: at for at, c in calls}
        for client_id, at in sorted(last.items()):
            connection.execute(update(api_clients).where(api_clients.c.id == client_id).values(used_at=at))

    def _add(self, connection: Connection, table: Table, key: Sequence[str], counts: Mapping[Any, int]) -> None:
        """Add counts to their rows, in an order that no two processes can lock crosswise."""
        if not counts:
            return
        rows = [dict(zip(key, values, strict=True)) | {"count": count} for values, count in sorted(counts.items())]
        insertion = (sqlite if self._database.sqlite else postgresql).insert(table).values(rows)
        added = table.c["count"] + insertion.excluded["count"]
        connection.execute(insertion.on_conflict_do_update(index_elements=list(key), set_={"count": added}))

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


