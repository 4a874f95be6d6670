"""Working days by the calendar definition: weekdays that are no holiday, and make-up working days (domain 2.7, C.4)."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from yichuang.errors import CalendarMissing
from yichuang.ports import Body, DefinitionView


class Calendar:
    """Implements `ports.WorkingDays`. A year without a published calendar raises `CalendarMissing`."""

    def __init__(self, body: Body) -> None:
        self.code: str = body["code"]
        self._years: Mapping[int, tuple[frozenset[str], frozenset[str]]] = {
            year["year"]: (_days(year["holidays"]), _days(year["workdays"])) for year in body["years"]
        }
        self._holidays = frozenset().union(*(holidays for holidays, _ in self._years.values()))
        self._workdays = frozenset().union(*(workdays for _, workdays in self._years.values()))
        self._known: dict[date, bool] = {}

    def is_working(self, day: date) -> bool:
        """Raises `CalendarMissing`."""
        known = self._known.get(day)
        if known is None:
            known = self._known[day] = self._looked_up(day)
        return known

    def _looked_up(self, day: date) -> bool:
        if day.year not in self._years:
            raise CalendarMissing(f"缺少 {day.year} 年的工作日历，无法计算期限，请先发布日历", year=day.year)
        text = day.isoformat()
        return text in self._workdays or (day.weekday() < 5 and text not in self._holidays)

    def add(self, start: date, days: int) -> date:
        """The day `days` working days after `start` (which doesn't count); before it when negative. Raises `CalendarMissing`."""
        step, left, day = (1 if days >= 0 else -1), abs(days), start
        while left:
            day += timedelta(days=step)
            left -= self.is_working(day)
        return day

    def wire(self) -> dict[str, Any]:
        """For the browser: the years there are, holidays and make-up working days."""
        return {"years": sorted(self._years), "holidays": sorted(self._holidays), "workdays": sorted(self._workdays)}


def _days(listed: list[Mapping[str, Any]]) -> frozenset[str]:
    return frozenset(entry["date"] for entry in listed)


def make_calendar(view: DefinitionView, code: str) -> Calendar | None:
    """For `Snapshot.compiled`; None when the release has no such calendar."""
    body = view.find("calendar", code)
    return Calendar(body) if body is not None else None
