"""How targets stand for all processes: paused by a person, left alone by a relay, when something last went through; and attempts on record."""

import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Connection, Index, Integer, String, Table, insert, select, update
from sqlalchemy.exc import IntegrityError

from yichuang.audit.service import Audit
from yichuang.database import Database, Instant, metadata
from yichuang.errors import Conflict, InputRefused
from yichuang.ports import Actor, Clock

target_states = Table(
    "target_states",
    metadata,
    Column("target", String(64), primary_key=True),
    Column("paused", Boolean, nullable=False, default=False),
    Column("paused_by", String(64), nullable=False, default=""),
    Column("paused_at", Instant),
    Column("pause_reason", String(300), nullable=False, default=""),
    Column("rests_until", Instant),
    Column("failures", Integer, nullable=False, default=0),
    Column("succeeded_at", Instant),
    Column("failed_at", Instant),
    Column("last_error", String(500), nullable=False, default=""),
)
"""`paused`: nothing is sent until a person says so. `rests_until`: until when a relay leaves the target alone after `failures` in a row."""

message_attempts = Table(
    "message_attempts",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("message_id", String(36), nullable=False),
    Column("number", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("words", String(500), nullable=False, default=""),
    Index("ix_message_attempts_message_id", "message_id"),
)
"""Attempts that did not succeed, and the one that did after such. `outcome`: sent, again, failed, refused, unmapped. `words`: never personal."""

PATIENCE = 0.5
"""Seconds for which a process believes what it read of pauses."""
QUIET = timedelta(seconds=5)
"""A target that goes on working is noted this often."""


@dataclass(frozen=True, slots=True)
class Standing:
    target: str
    paused: bool = False
    paused_by: str = ""
    paused_at: datetime | None = None
    pause_reason: str = ""
    rests_until: datetime | None = None
    failures: int = 0
    succeeded_at: datetime | None = None
    failed_at: datetime | None = None
    last_error: str = ""

    def resting(self, now: datetime) -> bool:
        return self.rests_until is not None and self.rests_until > now

    def probing(self, now: datetime) -> bool:
        """The rest is over and nothing got through since."""
        return self.rests_until is not None and self.rests_until <= now


@dataclass(frozen=True, slots=True)
class Attempt:
    message_id: str
    number: int
    at: datetime
    outcome: str
    words: str = ""


class Standings:
    """Of all targets. Relays write how it goes, people pause and resume."""

    def __init__(self, database: Database, audit: Audit, clock: Clock) -> None:
        self._database = database
        self._audit = audit
        self._clock = clock
        self._noted: dict[str, tuple[datetime, datetime | None]] = {}
        self._paused: tuple[float, frozenset[str]] = (0.0, frozenset())
        self._lock = threading.Lock()

    # ------------------------------------------------------------------ reading

    def all(self) -> Mapping[str, Standing]:
        with self._database.reading() as connection:
            return {row.target: Standing(*row) for row in connection.execute(select(target_states))}

    def of(self, target: str) -> Standing:
        return self.all().get(target, Standing(target))

    def paused(self) -> frozenset[str]:
        """To whom nothing is sent now; read again twice a second."""
        read_at, known = self._paused
        if time.monotonic() - read_at > PATIENCE:
            with self._database.reading() as connection:
                known = frozenset(connection.execute(select(target_states.c.target).where(target_states.c.paused)).scalars())
            self._paused = (time.monotonic(), known)
        return known

    def attempts(self, message_id: str) -> Sequence[Attempt]:
        """The newest first."""
        columns = message_attempts.c
        query = select(columns.message_id, columns.number, columns.at, columns.outcome, columns.words)
        with self._database.reading() as connection:
            found = connection.execute(query.where(columns.message_id == message_id).order_by(columns.id.desc()).limit(100))
            return [Attempt(*row) for row in found]

    # ------------------------------------------------------------------ people

    def pause(self, target: str, reason: str, actor: Actor) -> None:
        """Send nothing to it until it is resumed. Raises `InputRefused` without a reason, `Conflict` when it is paused."""
        reason = reason.strip()
        if not 2 <= len(reason) <= 300:
            raise InputRefused("请写明暂停的原因", problems=[{"field": "reason", "message": "2 至 300 个字"}])
        now = self._clock.now()
        self._steer(target, "target.paused", actor, paused=True, paused_by=actor.name, paused_at=now, pause_reason=reason)

    def resume(self, target: str, actor: Actor) -> None:
        """Raises `Conflict` when it isn't paused."""
        self._steer(target, "target.resumed", actor, paused=False, paused_by="", paused_at=None, pause_reason="")

    def _steer(self, target: str, action: str, actor: Actor, **values: Any) -> None:
        with self._database.writing() as connection:
            _make_sure(connection, target)
            mine = (target_states.c.target == target) & (target_states.c.paused != values["paused"])
            if not connection.execute(update(target_states).where(mine).values(**values)).rowcount:
                raise Conflict("已经暂停" if values["paused"] else "没有暂停，不用恢复")
            self._audit.note(actor, action, "target", target, detail=values["pause_reason"], within=connection)
        self._paused = (0.0, frozenset())

    # ------------------------------------------------------------------ relays

    def note(self, target: str, failures: int, rests_until: datetime | None, error: str = "") -> None:
        """How it goes with a target now, as one relay sees it; `error` is what it last said. Written when that changes, else seldom."""
        now = self._clock.now()
        with self._lock:
            at, rested = self._noted.get(target, (now - 2 * QUIET, None))
            if rested == rests_until and now - at < QUIET:
                return
            self._noted[target] = (now, rests_until)
        told = {"failed_at": now, "last_error": error[:500]} if failures else {"succeeded_at": now}
        with self._database.writing() as connection:
            _make_sure(connection, target)
            values = {"failures": failures, "rests_until": rests_until, **told}
            connection.execute(update(target_states).where(target_states.c.target == target).values(**values))

    def record(self, connection: Connection, attempts: Iterable[Attempt]) -> None:
        """Within the transaction that settles them."""
        rows = [{"message_id": a.message_id, "number": a.number, "at": a.at, "outcome": a.outcome, "words": a.words[:500]} for a in attempts]
        if rows:
            connection.execute(insert(message_attempts), rows)


def _make_sure(connection: Connection, target: str) -> None:
    """A row for the target; two at once make one."""
    if connection.execute(select(target_states.c.target).where(target_states.c.target == target)).first() is None:
        try:
            with connection.begin_nested():
                connection.execute(insert(target_states), {"target": target})
        except IntegrityError:
            return
