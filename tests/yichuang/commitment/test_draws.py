"""Draws can be repeated, hit their share, and deadlines count as the law counts."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from yichuang.commitment.draws import OF, draw, drawn, due_of
from yichuang.errors import CalendarMissing


class Weekdays:
    def is_working(self, day: date) -> bool:
        return day.weekday() < 5

    def add(self, start: date, days: int) -> date:
        if start.year > 2026:
            raise CalendarMissing
        return date.fromordinal(start.toordinal() + days)


@given(st.text(max_size=20), st.text(max_size=20))
def test_the_same_seed_draws_the_same(seed: str, key: str) -> None:
    assert drawn(seed, key) == drawn(seed, key)
    assert 0 <= drawn(seed, key) < OF


@given(st.sampled_from(["none", "all"]), st.text(max_size=20), st.text(max_size=20))
def test_none_is_never_chosen_and_all_always(risk: str, seed: str, key: str) -> None:
    assert draw({"risk": risk}, seed, key).chosen is (risk == "all")


def test_a_sample_takes_about_its_share() -> None:
    chosen = [draw({"risk": "sample", "sample_percent": 30}, "2026", str(n)).chosen for n in range(4000)]
    assert 0.27 < sum(chosen) / len(chosen) < 0.33


def test_what_is_recorded_of_a_draw_is_enough_to_repeat_it() -> None:
    kept = draw({"risk": "sample", "sample_percent": 40}, "seed", "key").as_dict()
    assert drawn(kept["seed"], kept["key"]) == kept["value"]
    assert kept["chosen"] is (kept["value"] < kept["percent"] * OF // 100)


def test_terms_in_days_months_and_working_days() -> None:
    start = date(2026, 11, 30)
    assert due_of({"amount": 10, "unit": "day"}, start, None) == date(2026, 12, 10)
    assert due_of({"amount": 3, "unit": "month"}, start, None) == date(2027, 2, 28)
    assert due_of({"amount": 3, "unit": "working_day"}, start, Weekdays()) == date(2026, 12, 3)
    assert due_of(None, start, Weekdays()) is None
    assert due_of({"amount": 3, "unit": "working_day"}, date(2027, 1, 4), Weekdays()) is None
