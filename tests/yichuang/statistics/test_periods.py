from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from yichuang.statistics.periods import DAY, MONTH, QUARTER, THIRD, YEAR, Stretch, covering, start

DAYS = st.dates(date(2019, 1, 1), date(2028, 12, 31))


def days_of(stretch: Stretch) -> list[date]:
    """Every day of whole periods, counted one by one."""
    day, found = stretch.first, []
    while start(day, stretch.grain) <= stretch.last:
        found.append(day)
        day += timedelta(days=1)
    return found


@given(DAYS, st.integers(0, 900), st.sampled_from(["ymtd", "yqmtd", "md", "d"]))
def test_the_periods_make_up_the_days_each_once(since: date, length: int, grains: str) -> None:
    until = since + timedelta(days=length)
    found = [day for stretch in covering(since, until, grains) for day in days_of(stretch)]
    assert found == [since + timedelta(days=n) for n in range(length + 1)]


def test_ragged_ends_are_thirds_and_days() -> None:
    assert covering(date(2025, 10, 17), date(2026, 11, 13)) == [
        Stretch(DAY, date(2025, 10, 17), date(2025, 10, 20)),
        Stretch(THIRD, date(2025, 10, 21), date(2025, 10, 21)),
        Stretch(MONTH, date(2025, 11, 1), date(2026, 10, 1)),
        Stretch(THIRD, date(2026, 11, 1), date(2026, 11, 1)),
        Stretch(DAY, date(2026, 11, 11), date(2026, 11, 13)),
    ]


def test_the_last_third_goes_to_the_months_end() -> None:
    assert start(date(2026, 3, 31), THIRD) == date(2026, 3, 21)
    assert covering(date(2026, 2, 21), date(2026, 2, 28)) == [Stretch(THIRD, date(2026, 2, 21), date(2026, 2, 21))]


def test_quarters_stand_for_their_months() -> None:
    assert covering(date(2025, 12, 1), date(2026, 10, 31), "yqmtd") == [
        Stretch(MONTH, date(2025, 12, 1), date(2025, 12, 1)),
        Stretch(QUARTER, date(2026, 1, 1), date(2026, 7, 1)),
        Stretch(MONTH, date(2026, 10, 1), date(2026, 10, 1)),
    ]


def test_whole_years_stay_years() -> None:
    assert covering(date(2022, 1, 1), date(2026, 12, 31)) == [Stretch(YEAR, date(2022, 1, 1), date(2026, 1, 1))]
