"""Opened, printed, downloaded: counted in memory, written in batches. Never slows a page, survives a database that is away."""

import threading
from collections import Counter, deque
from collections.abc import Mapping

import structlog
from sqlalchemy.dialects import postgresql, sqlite

from yichuang.database import Database
from yichuang.notices.model import notice_events
from yichuang.ports import Clock

log = structlog.get_logger()
EVERY_SECONDS = 1.0
MOST_WAITING = 200_000
"""So many uncounted events are kept; beyond, the oldest go."""
BATCH = 500

Key = tuple[str, str, str]


class EventCounter:
    """`note` from any thread at any rate; a thread of its own writes once a second, and once more at `stop`."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._noted: deque[tuple[str, str]] = deque(maxlen=MOST_WAITING)
        self._pending: Counter[Key] = Counter()
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def note(self, code: str, kind: str) -> None:
        """Count one event; a plain append, safe without a lock."""
        self._noted.append((code, kind))

    def start(self) -> None:
        self._stop.clear()
        self._thread = threading.Thread(target=self._run, name="notice-events", daemon=True)
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
            log.warning("notices.events_waiting", error=type(error).__name__, waiting=len(self._pending))

    def flush(self) -> None:
        """Write what has been noted. On an error it is kept for the next time, and the error goes on."""
        with self._lock:
            self._gather()
            while self._pending:
                batch = dict(sorted(self._pending.items())[:BATCH])
                self._write(batch)
                for key in batch:
                    del self._pending[key]

    def _gather(self) -> None:
        day = self._clock.now().date().isoformat()
        for _ in range(len(self._noted)):
            code, kind = self._noted.popleft()
            self._pending[(code, kind, day)] += 1

    def _write(self, batch: Mapping[Key, int]) -> None:
        rows = [
            {"notice": code, "kind": kind, "day": day, "count": count} for (code, kind, day), count in batch.items()
        ]
        insert = (sqlite if self._database.sqlite else postgresql).insert(notice_events).values(rows)
        added = notice_events.c.count + insert.excluded.count
        with self._database.writing() as connection:
            connection.execute(
                insert.on_conflict_do_update(index_elements=["notice", "kind", "day"], set_={"count": added})
            )
