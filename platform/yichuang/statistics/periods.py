"""Days, thirds of months (旬), months, quarters and years: which of them make up a span of days. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

DAY, THIRD, MONTH, QUARTER, YEAR = "d", "t", "m", "q", "y"
EARLIEST = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Whole periods of one grain, from the first to the last, both by their first day."""

    grain: str
    first: date
    last: date


def start(day: date, grain: str) -> date:
    """The first day of the period that `day` is in."""
    if grain == THIRD:
        return day.replace(day=1 + 10 * min((day.day - 1) // 10, 2))
    if grain == QUARTER:
        return day.replace(month=1 + (day.month - 1) // 3 * 3, day=1)
    return day if grain == DAY else day.replace(day=1) if grain == MONTH else day.replace(month=1, day=1)


def _after(day: date, grain: str) -> date:
    if grain == DAY:
        return day + timedelta(days=1)
    if grain == THIRD and day.day <= 20:
        return start(day, THIRD) + timedelta(days=10)
    if grain in (THIRD, MONTH):
        return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    if grain == QUARTER:
        return (start(day, QUARTER) + timedelta(days=95)).replace(day=1)
    return date(day.year + 1, 1, 1)


def covering(since: date, until: date, grains: str = "ymtd") -> list[Stretch]:
    """The fewest periods that make up all days from `since` to `until`, both included; `grains` largest first, ending with `d`."""
    return list(_cover(since, _after(until, DAY), grains)) if since <= until else []


def _cover(begin: date, end: date, grains: str) -> Iterator[Stretch]:
    grain, finer = grains[0], grains[1:]
    first = begin if start(begin, grain) == begin else _after(begin, grain)
    stop = start(end, grain)
    if first >= stop:
        if finer:
            yield from _cover(begin, end, finer)
        return
    if finer:
        yield from _cover(begin, first, finer)
    yield Stretch(grain, first, start(stop - timedelta(days=1), grain))
    if finer:
        yield from _cover(stop, end, finer)
