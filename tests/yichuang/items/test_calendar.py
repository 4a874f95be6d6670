"""Working days of domain C.4, on the packaged calendar."""

from datetime import date
from importlib.resources import files

import pytest

from yichuang.catalogue.documents import read
from yichuang.errors import CalendarMissing
from yichuang.items.calendar import Calendar

RUNS = """2023-09-28 5 2023-10-11, 2024-02-08 5 2024-02-21, 2024-04-26 5 2024-05-07, 2024-09-13 1 2024-09-14, 2024-09-30 5 2024-10-12,
2025-01-26 5 2025-02-08, 2025-04-27 3 2025-04-30, 2025-09-28 5 2025-10-11, 2025-09-30 5 2025-10-14, 2025-09-30 20 2025-11-04,
2025-10-02 5 2025-10-14, 2026-02-13 5 2026-02-27, 2026-02-13 20 2026-03-19, 2026-02-14 1 2026-02-24, 2026-09-18 5 2026-09-24,
2026-09-24 1 2026-09-28, 2026-09-30 5 2026-10-13, 2026-09-30 7 2026-10-15"""


@pytest.fixture(scope="module")
def calendar() -> Calendar:
    text = files("definitions").joinpath("calendar/china.yaml").read_text(encoding="utf-8")
    body = read(text)
    for year in body["years"]:
        for day in [*year["holidays"], *year["workdays"]]:
            day["date"] = str(day["date"])
    return Calendar(body)


@pytest.mark.parametrize("run", [line.strip() for line in RUNS.split(",")])
def test_working_days_are_added(calendar: Calendar, run: str) -> None:
    start, days, end = run.split()
    assert calendar.add(date.fromisoformat(start), int(days)) == date.fromisoformat(end)


@pytest.mark.parametrize(("year", "days"), [(2023, 249), (2024, 251), (2025, 248), (2026, 248)])
def test_a_year_has_its_working_days(calendar: Calendar, year: int, days: int) -> None:
    first = date(year, 1, 1).toordinal()
    assert (
        sum(calendar.is_working(date.fromordinal(n)) for n in range(first, date(year, 12, 31).toordinal() + 1)) == days
    )


def test_a_year_without_calendar_is_refused(calendar: Calendar) -> None:
    with pytest.raises(CalendarMissing, match="2027"):
        calendar.add(date(2026, 12, 31), 1)
