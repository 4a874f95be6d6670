"""The packaged calendar against the figures of domain C.4 and C.5, counted here on its own."""

from datetime import date, timedelta
from typing import Any

import pytest

from yichuang.catalogue.views import DocumentView


@pytest.fixture(scope="module")
def calendar(packaged: DocumentView) -> Any:
    return packaged.find("calendar", "china")


def works(calendar: Any, day: date) -> bool:
    holidays = {entry["date"] for year in calendar["years"] for entry in year["holidays"]}
    make_up = {entry["date"] for year in calendar["years"] for entry in year["workdays"]}
    return str(day) in make_up or (day.weekday() < 5 and str(day) not in holidays)


@pytest.mark.parametrize(("year", "count"), [(2023, 249), (2024, 251), (2025, 248), (2026, 248)])
def test_a_year_has_as_many_working_days_as_the_notices_give(calendar: Any, year: int, count: int) -> None:
    days = (date(year, 1, 1) + timedelta(n) for n in range((date(year + 1, 1, 1) - date(year, 1, 1)).days))
    assert sum(works(calendar, day) for day in days) == count


def test_every_day_names_its_holiday_and_the_notice(calendar: Any) -> None:
    for year in calendar["years"]:
        for day in [*year["holidays"], *year["workdays"]]:
            assert day["name"], day
            assert f"{year['year']}年部分节假日安排的通知" in day["source"]


def test_a_make_up_day_is_a_weekend_and_no_day_is_both(calendar: Any) -> None:
    for year in calendar["years"]:
        make_up = {day["date"] for day in year["workdays"]}
        assert all(date.fromisoformat(day).weekday() >= 5 for day in make_up)
        assert make_up.isdisjoint(day["date"] for day in year["holidays"])
