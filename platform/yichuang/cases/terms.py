"""Counting terms: working days, natural days, months and hours, with pauses left out (domain 2.7)."""

import calendar as months
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from yichuang.ports import WorkingDays

DAY = timedelta(days=1)
HOURS = 24


@dataclass(frozen=True, slots=True)
class Limit:
    """`unit`: working_day, day, month, hour."""

    amount: int
    unit: str


@dataclass(frozen=True, slots=True)
class Limits:
    """An item's promised (承诺) and statutory (法定) time limits."""

    promised: Limit | None
    statutory: Limit | None

    @classmethod
    def of(cls, item: Mapping[str, Any]) -> "Limits":
        """From an item definition's `time_limits`."""
        limits = item.get("time_limits", {})
        return cls(_limit(limits.get("promised")), _limit(limits.get("statutory")))


def _limit(entry: Mapping[str, Any] | None) -> Limit | None:
    return Limit(int(entry["amount"]), str(entry["unit"])) if entry else None


@dataclass(frozen=True, slots=True)
class Pause:
    """From the day it began, which counts still, to the day of resuming, which doesn't."""

    began: date
    resumed: date

    def covers(self, day: date) -> bool:
        return self.began < day <= self.resumed


class Terms:
    """Due dates by one calendar, over the same pauses. All methods raise `CalendarMissing` where a year isn't published."""

    def __init__(self, calendar: WorkingDays, pauses: Sequence[Pause] = ()) -> None:
        self._calendar = calendar
        self._pauses = tuple(pauses)

    def due(self, start: date, limit: Limit, extended: int = 0) -> date:
        """The last day of the term. Natural days and months that end on a day off end on the next working day; hours don't.

        The extension is in working days, after the term.
        """
        if limit.unit == "working_day":
            return self.working(start, limit.amount + extended)
        end = self._paused(start, self._natural(start, limit))
        rolled = end if limit.unit == "hour" else self._rolled(end)
        return self.working(rolled, extended)

    def working(self, start: date, days: int) -> date:
        """`days` working days after `start`, paused ones left out."""
        day, left = start, days
        while left > 0:
            day += DAY
            left -= self._counts(day)
        return day

    def used(self, start: date, until: date) -> int:
        """Working days after `start` up to `until`, paused ones left out."""
        day, count = start, 0
        while day < until:
            day += DAY
            count += self._counts(day)
        return count

    def between(self, today: date, due: date) -> int:
        """Working days after `today` up to `due`; negative when `due` is past. Pauses play no part."""
        first, last = min(today, due), max(today, due)
        count, day = 0, first
        while day < last:
            day += DAY
            count += self._calendar.is_working(day)
        return count if due >= today else -count

    def warning(self, due: date, days: int, earliest: date) -> date:
        """The first day with at most `days` working days left, not before `earliest`."""
        day = due
        while day > earliest and not self._calendar.is_working(day):
            day -= DAY
        return max(earliest, self._calendar.add(day, -days))

    def _natural(self, start: date, limit: Limit) -> date:
        if limit.unit == "month":
            return _months_later(start, limit.amount)
        days = -(-limit.amount // HOURS) if limit.unit == "hour" else limit.amount
        return start + timedelta(days=days)

    def _paused(self, start: date, end: date) -> date:
        for pause in self._pauses:
            if start <= pause.began < end:
                end += pause.resumed - pause.began
        return end

    def _rolled(self, day: date) -> date:
        while not self._calendar.is_working(day):
            day += DAY
        return day

    def _counts(self, day: date) -> bool:
        if not self._calendar.is_working(day):
            return False
        return not self._pauses or not any(pause.covers(day) for pause in self._pauses)


def _months_later(start: date, amount: int) -> date:
    """The same day of the month; the last one where there is no such day (Civil Code art. 202)."""
    year, month = divmod(start.year * 12 + start.month - 1 + amount, 12)
    return date(year, month + 1, min(start.day, months.monthrange(year, month + 1)[1]))
