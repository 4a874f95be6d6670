"""The relay: claims waiting messages in batches, hands each to its target, notes how it went.

A claim is a lease: whoever dies with messages in hand leaves them to the next relay when it ends. Handing over may so happen again; the
receiver knows by the key. Two relays at once never hold the same message, and of one stream to one target never more than the earliest
open one. Targets don't wait for each other; one that fails again and again is left alone for a while.
"""

import contextlib
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from queue import Empty, SimpleQueue
from typing import Any

import structlog
from sqlalchemy import bindparam, exists, func, select, update
from sqlalchemy.engine import Row

from yichuang.database import Database
from yichuang.errors import YichuangError
from yichuang.outbox.circuit import Circuit, Circuits
from yichuang.outbox.message import STUCK, UNSETTLED, WAITING, Delivery, Inside
from yichuang.outbox.model import messages
from yichuang.outbox.outcome import Tried, columns_of
from yichuang.outbox.policy import Policy
from yichuang.outbox.rows import stands
from yichuang.outbox.settling import sent_at_once, sent_values
from yichuang.outbox.standing import Attempt, Standings
from yichuang.outbox.ways import Way, Ways
from yichuang.ports import Clock

log = structlog.get_logger()
SETTLED_AT_ONCE, SETTLED_AFTER = 50, 0.2
"""What came of so many is written in one transaction, or of fewer after so many seconds."""
HELD_BACK = timedelta(minutes=10)
"""How long what stands behind a stuck message is not looked at; whoever settles the stuck one wakes it."""

_before = messages.alias("before")
_ahead = (_before.c.target == messages.c.target) & (_before.c.stream == messages.c.stream) & (_before.c.seq < messages.c.seq)
_due = stands(messages.c.state, WAITING) & (messages.c.next_at <= bindparam("now"))


@dataclass(frozen=True, slots=True)
class Relay:
    """`ways` gives the way to a target; `read` a message's standing and inside from a row; `seal(id, text, column)` seals."""

    database: Database
    clock: Clock
    ways: Ways
    read: Callable[[Row[Any]], tuple[Delivery, Inside]]
    seal: Callable[[str, str, str], str]
    standings: Standings
    circuits: Circuits = field(default_factory=Circuits)

    def run(self, limit: int, seconds: float) -> int:
        """Hand over what is due, at most `limit` for each target, beginning nothing new after `seconds`. Returns how many were handed over."""
        now = self.clock.now()
        until, targets = now + timedelta(seconds=seconds), [target for target in self.due(now) if target not in self.standings.paused()]
        lanes = [Lane(self, target, self.ways(target), self.circuits.of(target), until) for target in targets]
        if len(lanes) <= 1:
            return sum(lane.run(limit) for lane in lanes)
        with ThreadPoolExecutor(len(lanes), "lane") as pool:
            return sum(pool.map(lambda lane: lane.run(limit), lanes))

    def due(self, now: datetime) -> list[str]:
        """The targets that something waits for, found one after the other by the index."""
        found: list[str] = []
        first = select(func.min(messages.c.target)).where(_due, messages.c.target > bindparam("last"))
        with self.database.reading() as connection:
            while target := connection.execute(first, {"now": now, "last": found[-1] if found else ""}).scalar():
                found.append(target)
        return found


class Lane:
    """One run for one target: the next batch is claimed while the one before is on its way."""

    def __init__(self, relay: Relay, target: str, way: Way, circuit: Circuit, until: datetime) -> None:
        self._relay, self._target, self._way, self._circuit, self._until = relay, target, way, circuit, until
        self._policy: Policy = way.policy

    def run(self, limit: int) -> int:
        handed, left = 0, limit
        with ThreadPoolExecutor(self._policy.in_flight, self._target) as threads:
            batch, lease = self._claim(left)
            while batch:
                left -= len(batch)
                tried: SimpleQueue[Tried | BaseException] = SimpleQueue()
                for row in batch:
                    threads.submit(self._attempt, row, lease, tried)
                following = self._claim(left)
                handed += self._settle_all(len(batch), tried)
                batch, lease = following
        if left > 0:
            self._hold_back()
        return handed

    # ------------------------------------------------------------------ claiming

    def _claim(self, left: int) -> tuple[Sequence[Row[Any]], datetime]:
        """The next batch and when its lease ends. Nothing when the target rests or the run is over."""
        now, table = self._relay.clock.now(), messages
        lease, count = now + self._policy.lease, min(left, self._policy.batch, self._circuit.room(now))
        if count <= 0 or now >= self._until or self._target in self._relay.standings.paused():
            return [], lease
        ahead = exists().where(_ahead, _before.c.state.in_(UNSETTLED))
        due = select(table.c.id).where(_due, table.c.target == self._target, ~ahead).order_by(table.c.next_at, table.c.id).limit(count)
        chosen = due.with_for_update(skip_locked=True, of=table).cte("chosen")
        taken = update(table).where(table.c.id.in_(select(chosen.c.id)))
        with self._relay.database.writing() as connection:
            values = {"attempts": table.c.attempts + 1, "next_at": lease}
            return connection.execute(taken.values(**values).returning(table), {"now": now}).all(), lease

    def _hold_back(self) -> None:
        """What stands behind stuck messages is not looked at again at every turn."""
        now = self._relay.clock.now()
        behind = exists().where(_ahead, _before.c.state.in_(STUCK))
        later = update(messages).where(_due, messages.c.target == self._target, behind).values(next_at=now + HELD_BACK)
        with self._relay.database.writing() as connection:
            connection.execute(later, {"now": now})

    # ------------------------------------------------------------------ handing over

    def _attempt(self, row: Row[Any], lease: datetime, tried: SimpleQueue[Tried | BaseException]) -> None:
        try:
            tried.put(self._hand(row, lease))
        except BaseException as ending:
            tried.put(ending)

    def _hand(self, row: Row[Any], lease: datetime) -> Tried:
        """One attempt. Untried goes back what the lease has no time for, and what a resting target would only fail."""
        now = self._relay.clock.now()
        if now >= lease - timedelta(seconds=self._policy.budget_seconds):
            return Tried(row.id, row.attempts)
        if self._circuit.rests(now):
            return Tried(row.id, row.attempts, again=self._circuit.rest_ends(now))
        try:
            delivery, inside = self._relay.read(row)
            done = Tried(row.id, row.attempts, receipt=self._way.hand(delivery.parcel(inside.payload, inside.amended)))
        except YichuangError as error:
            done = Tried(row.id, row.attempts, error=error)
        except Exception as error:
            log.error("message.broken", message=row.id, target=self._target, exc_info=error)
            done = Tried(row.id, row.attempts, error=error)
        self._learn(done)
        return done

    def _learn(self, done: Tried) -> None:
        if done.reached:
            self._circuit.succeeded()
        elif done.tells_of_the_target:
            self._circuit.failed(self._relay.clock.now(), self._policy)

    # ------------------------------------------------------------------ settling

    def _settle_all(self, count: int, queue: SimpleQueue[Tried | BaseException]) -> int:
        """Wait for a batch and write what came of it, some at a time. Returns how many were handed over."""
        kept: list[Tried] = []
        ending: BaseException | None = None
        handed, since = 0, time.monotonic()
        while count:
            with contextlib.suppress(Empty):
                done = queue.get(timeout=SETTLED_AFTER)
                count -= 1
                if isinstance(done, Tried):
                    kept.append(done)
                else:
                    ending = done
            if kept and (len(kept) >= SETTLED_AT_ONCE or not count or time.monotonic() - since >= SETTLED_AFTER):
                handed += self._settle(kept)
                kept, since = [], time.monotonic()
        if ending is not None:
            raise ending
        return handed

    def _settle(self, tried: Sequence[Tried]) -> int:
        """Write how it went, unless another relay took over after the lease or somebody settled it: theirs counts."""
        now, table = self._relay.clock.now(), messages
        shapes: dict[tuple[str, ...], list[dict[str, Any]]] = {}
        at_once = [] if self._relay.database.sqlite else [one for one in tried if one.sent]
        attempts: list[Attempt] = []
        for one in tried:
            values = columns_of(one, now, self._policy, lambda text, column, one=one: self._relay.seal(one.id, text, column))  # type: ignore[misc]
            if not (at_once and one.sent):
                shapes.setdefault(tuple(sorted(values)), []).append({"its_id": one.id, "its_attempt": one.attempt} | _renamed(values))
            outcome = one.outcome(values["state"])
            if outcome and not (one.sent and one.attempt == 1):
                attempts.append(Attempt(one.id, one.attempt, now, outcome, values.get("last_error", "")))
        mine = (table.c.id == bindparam("its_id")) & (table.c.state == WAITING) & (table.c.attempts == bindparam("its_attempt"))
        with self._relay.database.writing() as connection:
            if at_once:
                connection.execute(sent_at_once(), sent_values(at_once, now))
            for names, rows in shapes.items():
                values = {name: bindparam(f"new_{name}") for name in names}
                connection.execute(update(table).where(mine).values(**values), rows)
            self._relay.standings.record(connection, attempts)
        if any(one.reached or one.tells_of_the_target for one in tried):
            self._relay.standings.note(self._target, *self._circuit.state, next((str(a.words) for a in reversed(attempts) if a.words), ""))
        return sum(one.sent for one in tried)


def _renamed(values: dict[str, Any]) -> dict[str, Any]:
    return {f"new_{name}": value for name, value in values.items()}
