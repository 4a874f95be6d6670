"""Calendar days as `YYYY-MM-DD`, times as `HH:MM`. The twin is `engine/dates.js`."""

import re
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")
FIRST_YEAR, LAST_YEAR = 1800, 9999


def day(value: Any) -> str | None:
    """A real date between 1800 and 9999 in its canonical form, or None."""
    return value if type(value) is str and parse(value) is not None else None


@lru_cache(maxsize=8192)
def parse(text: str) -> date | None:
    if not _DATE.fullmatch(text):
        return None
    return make(int(text[:4]), int(text[5:7]), int(text[8:]))


def make(year: int, month: int, number: int) -> date | None:
    try:
        return date(year, month, number) if FIRST_YEAR <= year <= LAST_YEAR else None
    except ValueError:
        return None


def time(value: Any) -> str | None:
    """A time of day in its canonical form, or None."""
    return value if type(value) is str and _TIME.fullmatch(value) else None


def add_days(start: date, days: int) -> date | None:
    try:
        moved = start + timedelta(days=days)
    except OverflowError:
        return None
    return moved if moved.year >= FIRST_YEAR else None


def add_months(start: date, months: int) -> date | None:
    """The same day of another month, or that month's last day if it has none."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return next((d for n in range(start.day, 27, -1) if (d := make(year, month + 1, n))), None) or make(
        year, month + 1, min(start.day, 28)
    )


def whole_months(start: date, end: date) -> int:
    """Completed months from `start` to `end`; negative when `end` comes first."""
    if end < start:
        return -whole_months(end, start)
    return (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)


def whole_years(start: date, end: date) -> int:
    """Completed years (周岁): the year is complete on the birthday; 29 February counts as 1 March."""
    if end < start:
        return -whole_years(end, start)
    return end.year - start.year - ((end.month, end.day) < (start.month, start.day))


def spoken(text: str) -> str:
    """`2026-05-06` as 2026年5月6日."""
    return f"{int(text[:4])}年{int(text[5:7])}月{int(text[8:])}日"
