"""Up to which step everything is written that ever will be.

Numbers are drawn before a transaction ends, so on PostgreSQL a smaller number may appear after a larger one. Whoever has drawn a number holds
the table's writing lock until the end; so a number is safe once everyone who held that lock when it was the largest has ended.
"""

import time
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select, text

from yichuang.cases.model import case_steps
from yichuang.database import Database
from yichuang.ports import Clock

PAUSE = 0.02
_WRITERS = text(
    "SELECT virtualtransaction FROM pg_locks WHERE locktype = 'relation' AND mode = 'RowExclusiveLock' AND granted "
    "AND relation = to_regclass('case_steps') AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


@dataclass(frozen=True, slots=True)
class Safe:
    """All steps up to `step` are there, so all that was committed before `at`."""

    step: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Mark:
    """The largest number seen, and who was writing just after."""

    safe: Safe
    writers: frozenset[str]


class Fence:
    """`safe(patience)`: None while an old writer is still at work; the same one is asked about again at the next call."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._pending: Mark | None = None

    def safe(self, patience: float = 1.0) -> Safe | None:
        """Waits up to `patience` seconds for writers that are under way."""
        with self._database.reading() as connection:
            if self._database.sqlite:
                return self._seen(connection)
            mark = self._pending or Mark(self._seen(connection), self._writers(connection))
            self._pending = mark if self._awaited(connection, mark, time.monotonic() + patience) else None
            return None if self._pending else mark.safe

    def _awaited(self, connection: Connection, mark: Mark, until: float) -> bool:
        """True when the time is over and one of the mark's writers still writes."""
        while mark.writers & self._writers(connection):
            if time.monotonic() >= until:
                return True
            time.sleep(PAUSE)
        return False

    def _seen(self, connection: Connection) -> Safe:
        now = self._clock.now()
        return Safe(int(connection.execute(select(func.max(case_steps.c.id))).scalar() or 0), now)

    def _writers(self, connection: Connection) -> frozenset[str]:
        return frozenset(connection.execute(_WRITERS).scalars())
