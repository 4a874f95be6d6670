"""A circuit for each target and process: after some failures one after the other the target is left alone for a while, then tried once."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from yichuang.outbox.policy import Policy

ALL = 1 << 30


class Circuit:
    """Closed while all is well; open until a moment; then one message at a time until one gets through."""

    def __init__(self) -> None:
        self._failures = 0
        self._until: datetime | None = None
        self._lock = threading.Lock()

    def room(self, now: datetime) -> int:
        """How many may be tried now: all, one to see, or none."""
        until = self._until
        return ALL if until is None else 1 if now >= until else 0

    def rests(self, now: datetime) -> bool:
        return self.room(now) == 0

    def rest_ends(self, now: datetime) -> datetime:
        return self._until or now

    @property
    def state(self) -> tuple[int, datetime | None]:
        """Failures one after the other, and until when it is left alone."""
        return self._failures, self._until

    def succeeded(self) -> None:
        if self._failures:
            with self._lock:
                self._failures, self._until = 0, None

    def failed(self, now: datetime, policy: Policy) -> None:
        with self._lock:
            self._failures += 1
            if self._failures >= policy.failures:
                self._until = now + timedelta(seconds=policy.rest_seconds)


class Circuits:
    """One for each target, made when it is first asked for."""

    def __init__(self, make: Callable[[], Circuit] = Circuit) -> None:
        self._make = make
        self._known: dict[str, Circuit] = {}
        self._lock = threading.Lock()

    def of(self, target: str) -> Circuit:
        with self._lock:
            return self._known.setdefault(target, self._make())

    def resting(self, now: datetime) -> list[str]:
        """Whom this process leaves alone at the moment."""
        return sorted(target for target, circuit in list(self._known.items()) if circuit.rests(now))
