"""How a target is treated (pure): when to try again, when to leave it alone, how much at once. Filled in from its definition."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any


@dataclass(frozen=True, slots=True)
class Policy:
    """The defaults give about five hours of trying; then people look at it.

    `jitter`: by which part a pause varies either way. `failures` one after the other and the target is left alone for `rest_seconds`.
    `in_flight`: how many at once by one relay; `budget_seconds`: how long one exchange may last as a whole.
    """

    first_seconds: float = 5.0
    longest_seconds: float = 3600.0
    factor: float = 2.0
    attempts: int = 12
    jitter: float = 0.2
    failures: int = 5
    rest_seconds: float = 30.0
    in_flight: int = 8
    budget_seconds: float = 5.0

    def pause(self, attempts: int, chance: Callable[[], float] = random.random) -> timedelta:
        """How long to wait after the attempt of this number."""
        seconds = min(self.longest_seconds, self.first_seconds * self.factor ** min(attempts - 1, 60))
        return timedelta(seconds=seconds * (1 + self.jitter * (2 * chance() - 1)))

    @property
    def batch(self) -> int:
        """How many to claim at once: a dozen for every thread, so that claiming and settling cost little."""
        return self.in_flight * 12

    @property
    def lease(self) -> timedelta:
        """Longer than a batch may take: all of it answered at the last moment, and five seconds."""
        return timedelta(seconds=12 * (self.budget_seconds + 0.1) + 5)


def policy_of(body: Mapping[str, Any]) -> Policy:
    """The policy of a definition of the kind `target`; what it leaves out is as usual."""
    retry, circuit, limits = body.get("retry", {}), body.get("circuit", {}), body.get("limits", {})
    known = {"in_flight", "budget_seconds"}
    return Policy(**retry, **circuit, **{key: value for key, value in limits.items() if key in known})
