"""A drafted calendar as a year on one page: days off, make-up working days, and what is different from the calendar in force."""

import calendar as months
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from flask import render_template

from yichuang.items.calendar import Calendar
from yichuang.ports import Body, DefinitionView
from yichuang.web.admin.previews import BROKEN

PROBLEM = "内容还不完整，修正右侧所列问题后即可预览。"
WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True, slots=True)
class Day:
    """`kind`: work, rest (a weekend), off (a holiday on a weekday), makeup (a working weekend). `changed`: counts otherwise in force."""

    number: int
    kind: str
    name: str
    changed: bool


def preview(view: DefinitionView, code: str, current: DefinitionView, asked: str, today: date) -> str:
    """The page beside the editor. `asked`: the year to look at."""
    try:
        told = _told(view.find("calendar", code) or {}, current.find("calendar", code), asked, today)
    except BROKEN:
        told = {}
    return render_template("admin/preview_calendar.html", problem="" if told else PROBLEM, weekdays=WEEKDAYS, **told)


def _told(body: Body, before: Body | None, asked: str, today: date) -> dict[str, object]:
    years = sorted(int(year["year"]) for year in body["years"])
    year = int(asked) if asked.isdecimal() and int(asked) in years else today.year if today.year in years else years[-1]
    names = {entry["date"]: entry["name"] for one in body["years"] for entry in (*one["holidays"], *one["workdays"])}
    now, old = Calendar(body), Calendar(before) if before and any(one["year"] == year for one in before["years"]) else None
    shown = [list(_weeks(year, month, now, old, names)) for month in range(1, 13)]
    days = [day for month in shown for week in month for day in week if day]
    return {
        "years": years, "year": year, "months": shown, "working": sum(day.kind in ("work", "makeup") for day in days),
        "changed": sum(day.changed for day in days), "new": old is None, "title": body["title"],
    }  # fmt: skip


def _weeks(year: int, month: int, now: Calendar, old: Calendar | None, names: dict[str, str]) -> Iterator[list[Day | None]]:
    for week in months.Calendar().monthdatescalendar(year, month):
        yield [_day(day, now, old, names) if day.month == month else None for day in week]


def _day(day: date, now: Calendar, old: Calendar | None, names: dict[str, str]) -> Day:
    works, weekday = now.is_working(day), day.weekday() < months.SATURDAY
    kind = ("work" if weekday else "makeup") if works else ("off" if weekday else "rest")
    return Day(day.day, kind, names.get(day.isoformat(), ""), old is not None and old.is_working(day) is not works)
