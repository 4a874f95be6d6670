"""Alarms of the exchange: a target whose messages wait in too great a number or for too long, by the limits of its definition."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from yichuang.access.grants import EVERYWHERE, Reach
from yichuang.exchange.syncing import Load, Loads
from yichuang.exchange.targets import Target, Targets
from yichuang.ports import Clock

PATIENCE = 10.0
"""Seconds for which a process believes its figures: every admin page shows them."""
MOST_KEPT = 64
WAITING, AGE = "waiting", "age"


@dataclass(frozen=True, slots=True)
class Alarm:
    target: str
    title: str
    kind: str
    words: str


def span(age: timedelta) -> str:
    """How long, in words."""
    minutes = int(age.total_seconds() // 60)
    if minutes < 1:
        return "不到 1 分钟"
    if minutes < 120:
        return f"{minutes} 分钟"
    return f"{minutes // 60} 小时" if minutes < 48 * 60 else f"{minutes // 1440} 天"


def alarms_of(target: Target, load: Load, now: datetime) -> list[Alarm]:
    """By the target's limits (pure)."""
    found, most, age, oldest = [], target.alarm_waiting, load.age(now), timedelta(minutes=target.alarm_age_minutes)
    if load.unsettled > most:
        found.append(Alarm(target.code, target.title, WAITING, f"积压 {load.unsettled} 条，超过 {most} 条"))
    if load.oldest and age > oldest:
        found.append(Alarm(target.code, target.title, AGE, f"最早的一条已等待 {span(age)}，超过 {span(oldest)}"))
    return found


class Alarms:
    """Figures kept for a few seconds a process and reach."""

    def __init__(self, loads: Loads, targets: Callable[[], Targets], clock: Clock) -> None:
        self._loads = loads
        self._targets = targets
        self._clock = clock
        self._kept: dict[Reach, tuple[float, Mapping[str, Load]]] = {}
        self._lock = threading.Lock()

    def now(self, reach: Reach = EVERYWHERE) -> Sequence[Alarm]:
        moment, known = self._clock.now(), self._targets().all
        loads = self.loads(reach)
        return [alarm for code, load in sorted(loads.items()) if code in known for alarm in alarms_of(known[code], load, moment)]

    def loads(self, reach: Reach = EVERYWHERE) -> Mapping[str, Load]:
        """As they were at most a few seconds ago."""
        with self._lock:
            read_at, known = self._kept.get(reach, (0.0, {}))
        return known if read_at and time.monotonic() - read_at <= PATIENCE else self.fresh(reach)

    def fresh(self, reach: Reach = EVERYWHERE) -> Mapping[str, Load]:
        """As they are now, for pages that are about them."""
        known = self._loads.all(reach)
        with self._lock:
            if len(self._kept) > MOST_KEPT:
                self._kept.clear()
            self._kept[reach] = (time.monotonic(), known)
        return known
