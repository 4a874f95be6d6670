"""Which commitments are looked at afterwards, and by when. A draw can be computed again from what is recorded of it."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from yichuang.errors import CalendarMissing
from yichuang.ports import WorkingDays
from yichuang.rules.dates import add_months

OF = 10_000


@dataclass(frozen=True, slots=True)
class Draw:
    """`value` of 0…9999 was drawn for `key` from `seed`; chosen below `percent` hundredths."""

    risk: str
    seed: str
    key: str
    percent: int
    value: int
    chosen: bool

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def drawn(seed: str, key: str) -> int:
    """0…9999, the same for the same seed and key."""
    return int.from_bytes(hashlib.sha256(f"{seed}|{key}".encode()).digest()[:8], "big") % OF


def draw(verification: Mapping[str, Any], seed: str, key: str) -> Draw:
    """By the risk grade: none is never chosen, all always, a sample by the draw."""
    risk = verification["risk"]
    percent = {"none": 0, "all": 100}.get(risk, int(verification.get("sample_percent", 10)))
    value = drawn(seed, key)
    return Draw(risk, seed, key, percent, value, value < percent * OF // 100)


def due_of(amount: Mapping[str, Any] | None, start: date, calendar: WorkingDays | None) -> date | None:
    """The last day, counted from the day after `start`. None without a term, or when the calendar lacks a year."""
    if not amount:
        return None
    count, unit = int(amount["amount"]), amount["unit"]
    if unit == "month":
        return add_months(start, count)
    if unit == "day":
        return start + timedelta(days=count)
    try:
        return calendar.add(start, count) if calendar is not None else None
    except CalendarMissing:
        return None
