"""The relay: claims waiting deliveries in batches, hands each to its department's transport, notes how it went.

A claim is a lease: whoever dies with deliveries in hand leaves them to the next relay when it ends. Handing over may so happen again; the
receiver knows by the key. Two relays at once never hold the same delivery, and of one case never more than the earliest open one.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any

import structlog
from sqlalchemy import Connection, exists, select, update
from sqlalchemy.engine import Row

from yichuang.database import Database
from yichuang.entrustment.delivery import FAILED, REFUSED, SENT, WAITING, Delivery
from yichuang.entrustment.model import deliveries
from yichuang.errors import ConnectorRefused, YichuangError
from yichuang.ports import Clock, Transport

log = structlog.get_logger()
LEASE = timedelta(seconds=60)
"""Longer than any hand-over may take."""
FIRST_PAUSE, LONGEST_PAUSE = 5.0, 3600.0
"""Seconds before the second try, and at most between two."""
MOST_ATTEMPTS = 12
"""About five hours of trying; then people look at it."""

UNSETTLED = (WAITING, FAILED, REFUSED)
"""What holds back the later deliveries of its case."""


def pause(attempts: int, chance: Callable[[], float] = random.random) -> timedelta:
    """How long to wait after the attempt of this number: doubled each time, with a fifth of jitter either way."""
    seconds = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (attempts - 1))
    return timedelta(seconds=seconds * (0.8 + 0.4 * chance()))


@dataclass(frozen=True, slots=True)
class Relay:
    """`transport` gives the way to a department; `read` a delivery with its opened payload from a row."""

    database: Database
    clock: Clock
    transport: Callable[[str], Transport]
    read: Callable[[Row[Any]], tuple[Delivery, Mapping[str, Any]]]

    def run(self, limit: int = 100) -> int:
        """Hand over what is due, at most `limit`, as long as the lease lasts. Returns how many were handed over."""
        until = self.clock.now() + LEASE
        rows = self._claim(limit)
        return sum(self._hand(row) for row in takewhile(lambda _row: self.clock.now() < until, rows))

    def _claim(self, limit: int) -> list[Row[Any]]:
        now, table = self.clock.now(), deliveries
        before = deliveries.alias("before")
        open_before = exists().where(before.c.case_id == table.c.case_id, before.c.seq < table.c.seq, before.c.state.in_(UNSETTLED))
        due = select(table).where(table.c.state == WAITING, table.c.next_at <= now, ~open_before)
        with self.database.writing() as connection:
            rows = connection.execute(
                due.order_by(table.c.next_at, table.c.id).limit(limit).with_for_update(skip_locked=True, of=table)
            ).all()
            taken = {"attempts": table.c.attempts + 1, "next_at": now + LEASE}
            if rows:
                connection.execute(update(table).where(table.c.id.in_([row.id for row in rows])).values(**taken))
        return list(rows)

    def _hand(self, row: Row[Any]) -> bool:
        delivery, payload = self.read(row)
        try:
            reference = self.transport(delivery.place.department).hand(delivery.parcel(payload))
        except ConnectorRefused as error:
            self._settle(row, state=REFUSED, last_error=str(error)[:500])
        except YichuangError as error:
            self._again(row, str(error))
        except Exception as error:
            log.error("delivery.broken", delivery=row.id, exc_info=error)
            self._again(row, f"推送程序出错（{type(error).__name__}）")
        else:
            return self._settle(row, state=SENT, sent_at=self.clock.now(), reference=reference[:100], last_error="")
        return False

    def _again(self, row: Row[Any], words: str) -> None:
        attempts = row.attempts + 1
        if attempts >= MOST_ATTEMPTS:
            self._settle(row, state=FAILED, last_error=words[:500])
        else:
            self._settle(row, state=WAITING, next_at=self.clock.now() + pause(attempts), last_error=words[:500])

    def _settle(self, row: Row[Any], **values: Any) -> bool:
        """Write how it went, unless another relay took over after the lease or somebody settled it: theirs counts."""
        table = deliveries.c
        mine = (table.id == row.id) & (table.state == WAITING) & (table.attempts == row.attempts + 1)
        with self.database.writing() as connection:
            return bool(connection.execute(update(deliveries).where(mine).values(**values)).rowcount)


def wake(connection: Connection, moment: datetime, *wanted: Any) -> int:
    """Put deliveries that match back to waiting, with fresh attempts. Returns how many."""
    fresh = {"state": WAITING, "attempts": 0, "next_at": moment, "last_error": ""}
    return int(connection.execute(update(deliveries).where(*wanted).values(**fresh)).rowcount)
