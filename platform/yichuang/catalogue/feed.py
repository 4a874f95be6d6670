"""Following releases: every process polls, PostgreSQL also notifies; the snapshot served is swapped in one assignment.

A release that waits for its moment is prepared beforehand and swapped in when the clock reaches it.
"""

import contextlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import orjson
import psycopg
import structlog
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from yichuang.catalogue.model import releases
from yichuang.catalogue.snapshot import Bodies, Compiled, Snapshot
from yichuang.database import Database
from yichuang.errors import ReleaseMissing
from yichuang.ports import Clock

log = structlog.get_logger()
CHANNEL = "yichuang_release"
LIVE = ("scheduled", "effective")
PREPARE_BEFORE = timedelta(minutes=2)
KEPT_RELEASES = 12


class Catalogue:
    """`current()` is what is in force now; `at(number)` any release, for what was started under it."""

    def __init__(self, database: Database, clock: Clock, *, poll_ms: int = 100, notify: bool = True) -> None:
        self._database = database
        self._clock = clock
        self._poll = poll_ms / 1000
        self._notify = notify and not database.sqlite
        self._bodies = Bodies(database)
        self._compiled = Compiled()
        self._current: Snapshot | None = None
        self._kept: OrderedDict[int, Snapshot] = OrderedDict()
        self._upcoming: Sequence[tuple[int, datetime]] = ()
        self._subscribers: list[Callable[[Snapshot], None]] = []
        self._lock = threading.RLock()
        self._kept_lock = threading.Lock()
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    # -- reading

    def current(self) -> Snapshot:
        """Raises `ReleaseMissing` before the first release."""
        snapshot = self._current
        if snapshot is None:
            raise ReleaseMissing("还没有发布任何定义，请先运行 yichuang init")
        return snapshot

    def at(self, number: int) -> Snapshot:
        """Any release ever published. Raises `ReleaseMissing`."""
        with self._kept_lock:
            snapshot = self._kept.get(number)
            if snapshot is not None:
                self._kept.move_to_end(number)
                return snapshot
        return self._load(number)

    def in_force_at(self, moment: datetime) -> int:
        """The number of the release that was in force then, 0 before the first."""
        columns = releases.c
        then = select(func.max(columns.number)).where(columns.state.in_(LIVE), columns.effective_at <= moment)
        with self._database.reading() as connection:
            return int(connection.execute(then).scalar() or 0)

    def search(self, query: str, limit: int = 20, department: str | None = None, theme: str | None = None) -> list[str]:
        """Codes of the current release's items, nearest first."""
        return [entry.code for entry in self.current().index.find(query, limit, department, theme)]

    def leave_to_parent(self) -> None:
        """In a forked child: a lock that a thread of the parent held at the fork would stay held for ever; take new ones."""
        self._lock, self._kept_lock = threading.RLock(), threading.Lock()
        self._wake, self._stop, self._threads = threading.Event(), threading.Event(), []

    def subscribe(self, callback: Callable[[Snapshot], None]) -> None:
        """Be called with every newly served snapshot, in the following thread; keep it short."""
        self._subscribers.append(callback)

    # -- following

    def refresh(self) -> Snapshot | None:
        """Look for newer releases now; what is in force at the clock's moment is served when this returns."""
        with self._lock:
            now = self._clock.now()
            served = self._current.release if self._current else 0
            columns = releases.c
            query = select(columns.number, columns.effective_at).where(columns.state.in_(LIVE), columns.number >= served)
            with self._database.reading() as connection:
                live = [(int(number), moment) for number, moment in connection.execute(query.order_by(columns.number))]
            due = [number for number, moment in live if moment <= now]
            self._upcoming = [(number, moment) for number, moment in live if moment > now]
            if due and due[-1] != served:
                self._serve(self.at(due[-1]))
            for number, moment in self._upcoming[:1]:
                if moment - now <= PREPARE_BEFORE:
                    self._prepare(self.at(number))
            return self._current

    def _serve(self, snapshot: Snapshot) -> None:
        self._prepare(snapshot)
        self._current = snapshot
        for callback in self._subscribers:
            try:
                callback(snapshot)
            except Exception as error:
                log.error("catalogue.subscriber_failed", exc_info=error)

    def _prepare(self, snapshot: Snapshot) -> None:
        _ = snapshot.index

    def _load(self, number: int) -> Snapshot:
        columns = releases.c
        with self._database.reading() as connection:
            row = connection.execute(select(columns.effective_at, columns.manifest).where(columns.number == number)).one_or_none()
        if row is None:
            raise ReleaseMissing(f"没有第 {number} 版")
        snapshot = Snapshot(number, row.effective_at, orjson.loads(row.manifest), self._bodies, self._compiled)
        self._keep(snapshot)
        return snapshot

    def _keep(self, snapshot: Snapshot) -> None:
        with self._kept_lock:
            self._kept[snapshot.release] = snapshot
            wanted = {self._current.release if self._current else 0, *(number for number, _ in self._upcoming)}
            spare = [number for number in self._kept if number not in wanted][: max(0, len(self._kept) - KEPT_RELEASES)]
            for number in spare:
                del self._kept[number]
            manifests = [kept.manifest for kept in self._kept.values()]
        if spare:
            self._bodies.forget(frozenset(entry[0] for m in manifests for kind in m.values() for entry in kind.values()))

    def start(self) -> None:
        """Begin following in the background. Call it in the process that serves, after any fork."""
        self._stop.clear()
        targets = [self._follow] + ([self._listen] if self._notify else [])
        self._threads = [threading.Thread(target=target, name=f"catalogue-{target.__name__}", daemon=True) for target in targets]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._wake.set()
        for thread in self._threads:
            thread.join(3)
        self._threads = []

    def _follow(self) -> None:
        failing = False
        while not self._stop.is_set():
            try:
                self.refresh()
                failing = False
            except SQLAlchemyError as error:
                if not failing:
                    log.warning("catalogue.database_unreachable", error=type(error).__name__)
                failing = True
                self._serve_waiting()
            except Exception as error:
                log.error("catalogue.refresh_failed", exc_info=error)
            self._wake.wait(self._pause())
            self._wake.clear()

    def _serve_waiting(self) -> None:
        """While the database is away: what was to take effect takes effect, if it was prepared."""
        now = self._clock.now()
        with self._lock:
            due = [self._kept[number] for number, moment in self._upcoming if moment <= now and number in self._kept]
            if due and self._current is not due[-1]:
                self._upcoming = [(number, moment) for number, moment in self._upcoming if moment > now]
                self._serve(due[-1])

    def _pause(self) -> float:
        waits = [(moment - self._clock.now()).total_seconds() for _, moment in self._upcoming]
        return max(0.001, min([self._poll, *(wait for wait in waits if wait > 0)]))

    def _listen(self) -> None:
        address = self._database.url.set(drivername="postgresql").render_as_string(hide_password=False)
        while not self._stop.is_set():
            try:
                with psycopg.connect(address, autocommit=True, connect_timeout=5) as connection:
                    connection.execute(f"LISTEN {CHANNEL}")
                    self._wake.set()
                    while not self._stop.is_set():
                        for _ in connection.notifies(timeout=0.5, stop_after=1):
                            self._wake.set()
            except psycopg.Error:
                self._stop.wait(1.0)
            except Exception as error:
                with contextlib.suppress(Exception):
                    log.error("catalogue.listen_failed", exc_info=error)
                self._stop.wait(1.0)
