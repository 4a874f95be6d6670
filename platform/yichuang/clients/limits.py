"""Quotas a day and rates a minute. Each process counts at once; what the others counted is added with every writing of the log, within a second."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from yichuang.clients.client import ApiClient
from yichuang.errors import TooManyRequests

Loader = Callable[[str], tuple[int, int]]
"""(calls of the present day, of the present minute) of a client, as all processes have written them."""


@dataclass(slots=True)
class _Tally:
    day: int
    minute: int
    of_day: int
    of_minute: int


class Limits:
    """`take` counts one call, or refuses it. `learn` puts in what all processes have counted together."""

    def __init__(self, load: Loader, now: Callable[[], float] = time.time) -> None:
        self._load = load
        self._now = now
        self._tallies: dict[str, _Tally] = {}
        self._lock = threading.Lock()

    def take(self, client: ApiClient) -> None:
        """Raises `TooManyRequests` with `retry_after` seconds."""
        terms = client.terms
        if not (terms.quota or terms.rate):
            return
        now = self._now()
        with self._lock:
            tally = self._tally(client.id, now)
            if terms.rate and tally.of_minute >= terms.rate:
                raise TooManyRequests(f"每分钟最多 {terms.rate} 次", retry_after=int(60 - now % 60) + 1)
            if terms.quota and tally.of_day >= terms.quota:
                left = int(86400 - (now + 28800) % 86400) + 1
                raise TooManyRequests(f"今天的 {terms.quota} 次已经用完", retry_after=left)
            tally.of_minute += 1
            tally.of_day += 1

    def _tally(self, client_id: str, now: float) -> _Tally:
        day, minute = int((now + 28800) // 86400), int(now // 60)
        tally = self._tallies.get(client_id)
        if tally is None or tally.day != day:
            tally = self._tallies[client_id] = _Tally(day, minute, *self._load(client_id))
        elif tally.minute != minute:
            tally.minute, tally.of_minute = minute, 0
        return tally

    def learn(self, totals: Mapping[str, tuple[int, int]]) -> None:
        """(of the day, of the minute) by client, as written; never less than what this process has counted since."""
        with self._lock:
            for client_id, (of_day, of_minute) in totals.items():
                tally = self._tallies.get(client_id)
                if tally is not None:
                    tally.of_day, tally.of_minute = max(tally.of_day, of_day), max(tally.of_minute, of_minute)

    def watches(self, client_id: str) -> bool:
        return client_id in self._tallies

    @property
    def watched(self) -> list[str]:
        """Clients with a limit that have called."""
        return list(self._tallies)
