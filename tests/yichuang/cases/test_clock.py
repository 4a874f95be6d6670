"""The clock against the figures of domain C.4, over the packaged calendar, and what it says when it can't count."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from yichuang.cases.clock import Limit, Limits, Reckoning, reckon
from yichuang.cases.ticking import advanced, extended, receipt_day
from yichuang.catalogue.documents import read
from yichuang.errors import ActionRefused
from yichuang.items.calendar import Calendar
from yichuang.ports import SHANGHAI

ROOT = Path(__file__).parents[3] / "definitions"
SETTINGS = read((ROOT / "flow" / "standard.yaml").read_text("utf-8"))["settings"]
CALENDAR = Calendar(read((ROOT / "calendar" / "china.yaml").read_text("utf-8")))


def limits(amount: int, unit: str = "working_day", statutory: int | None = None) -> Limits:
    return Limits(Limit(amount, unit), Limit(statutory, unit) if statutory is not None else None)


def story(*told: str) -> list[dict[str, Any]]:
    """`accepted 2026-03-02` for each event, an extension's days behind."""
    read_ = [entry.split() for entry in told]
    return [{"kind": kind, "on": on} | ({"days": int(days[0])} if days else {}) for kind, on, *days in read_]


def at(today: str, limit: Limits, *told: str) -> Reckoning:
    return reckon(story(*told), limit, CALENDAR, date.fromisoformat(today), SETTINGS)


VECTORS = [
    ("2023-09-28", 5, "2023-10-11"), ("2024-02-08", 5, "2024-02-21"), ("2024-04-26", 5, "2024-05-07"), ("2024-09-13", 1, "2024-09-14"),
    ("2024-09-30", 5, "2024-10-12"), ("2025-01-26", 5, "2025-02-08"), ("2025-04-27", 3, "2025-04-30"), ("2025-09-28", 5, "2025-10-11"),
    ("2025-09-30", 5, "2025-10-14"), ("2025-09-30", 20, "2025-11-04"), ("2025-10-02", 5, "2025-10-14"), ("2026-02-13", 5, "2026-02-27"),
    ("2026-02-13", 20, "2026-03-19"), ("2026-02-14", 1, "2026-02-24"), ("2026-09-18", 5, "2026-09-24"), ("2026-09-24", 1, "2026-09-28"),
    ("2026-09-30", 5, "2026-10-13"), ("2026-09-30", 7, "2026-10-15"),
]  # fmt: skip


@pytest.mark.parametrize(("start", "days", "due"), VECTORS)
def test_working_days_from_acceptance(start: str, days: int, due: str) -> None:
    assert at(start, limits(days), f"accepted {start}").due_on == date.fromisoformat(due)


@pytest.mark.parametrize(("start", "days", "due"), [vector for vector in VECTORS if vector[1] == 5])
def test_an_answer_is_due_five_working_days_after_receipt(start: str, days: int, due: str) -> None:
    found = at(start, limits(10), f"received {start}")
    assert (found.answer_due, found.due_on) == (date.fromisoformat(due), None)


@pytest.mark.parametrize(
    ("start", "days", "due"), [("2026-09-24", 7, "2026-10-08"), ("2025-09-27", 7, "2025-10-09"), ("2026-03-02", 7, "2026-03-09")]
)
def test_natural_days_that_end_on_a_holiday_end_after_it(start: str, days: int, due: str) -> None:
    assert at(start, limits(days, "day"), f"accepted {start}").due_on == date.fromisoformat(due)


@pytest.mark.parametrize(
    ("start", "amount", "unit", "due"),
    [
        ("2026-01-31", 1, "month", "2026-02-28"), ("2026-03-15", 2, "month", "2026-05-15"), ("2026-08-05", 2, "month", "2026-10-08"),
        ("2026-03-06", 24, "hour", "2026-03-07"), ("2026-03-06", 25, "hour", "2026-03-08"), ("2026-03-06", 0, "working_day", "2026-03-06"),
    ],
)  # fmt: skip
def test_months_and_hours(start: str, amount: int, unit: str, due: str) -> None:
    assert at(start, limits(amount, unit), f"accepted {start}").due_on == date.fromisoformat(due)


def test_a_pause_adds_the_working_days_between() -> None:
    accepted = "accepted 2026-03-02"
    assert at("2026-03-02", limits(10), accepted).due_on == date(2026, 3, 16)
    paused = at("2026-03-12", limits(10), accepted, "paused 2026-03-06")
    assert (paused.light, paused.used, paused.left, paused.due_on) == ("grey", 4, 6, date(2026, 3, 16))
    assert "剩 6 个工作日" in paused.words
    resumed = at("2026-03-20", limits(10), accepted, "paused 2026-03-06", "resumed 2026-03-20")
    assert (resumed.due_on, resumed.used, resumed.left) == (date(2026, 3, 30), 4, 6)


def test_pauses_add_up_and_one_resumed_the_same_day_adds_nothing() -> None:
    told = ("accepted 2026-03-02", "paused 2026-03-04", "resumed 2026-03-04", "paused 2026-03-06", "resumed 2026-03-13", "paused 2026-03-16")
    assert at("2026-03-16", limits(10), *told).due_on == date(2026, 3, 23)


def test_natural_days_wait_for_the_end_of_a_pause() -> None:
    told = ("accepted 2026-03-02", "paused 2026-03-04", "resumed 2026-03-11")
    assert at("2026-03-11", limits(7, "day"), *told).due_on == date(2026, 3, 16)


@pytest.mark.parametrize(("unit", "due"), [("working_day", date(2026, 3, 30)), ("day", date(2026, 3, 26))])
def test_an_extension_comes_after_the_term_and_moves_both_limits(unit: str, due: date) -> None:
    found = at("2026-03-10", limits(10, unit, statutory=20), "accepted 2026-03-02", "extended 2026-03-10 10")
    assert found.due_on == due
    assert found.statutory_due is not None and found.statutory_due > due


def test_extension_and_pause_together() -> None:
    told = ("accepted 2026-03-02", "extended 2026-03-05 5", "paused 2026-03-06", "resumed 2026-03-20")
    assert at("2026-03-20", limits(10), *told).due_on == date(2026, 4, 7)


@pytest.mark.parametrize(
    ("today", "light", "left"),
    [("2026-03-02", "green", 10), ("2026-03-12", "green", 2), ("2026-03-13", "yellow", 1), ("2026-03-16", "yellow", 0), ("2026-03-17", "red", -1)],
)
def test_lights(today: str, light: str, left: int) -> None:
    found = at(today, limits(10), "accepted 2026-03-02")
    assert (found.light, found.left, found.warn_on) == (light, left, date(2026, 3, 13))
    assert found.overdue is (light == "red")


@pytest.mark.parametrize(("today", "light"), [("2026-03-05", "green"), ("2026-03-06", "yellow"), ("2026-03-09", "yellow"), ("2026-03-10", "red")])
def test_the_answer_has_a_light_too(today: str, light: str) -> None:
    assert at(today, limits(10), "received 2026-03-02").light == light


def test_after_an_answer_nothing_runs_until_the_correction_is_complete() -> None:
    waiting = at("2026-03-20", limits(10), "received 2026-03-02", "answered 2026-03-04")
    assert (waiting.answer_due, waiting.due_on, waiting.light) == (None, None, "grey")
    again = at("2026-03-20", limits(10), "received 2026-03-02", "answered 2026-03-04", "received 2026-03-20")
    assert again.answer_due == date(2026, 3, 27)


@pytest.mark.parametrize(("stop", "on_time"), [("2026-03-16", True), ("2026-03-17", False)])
def test_a_stopped_case_was_in_time_or_not(stop: str, on_time: bool) -> None:
    found = at("2026-04-20", limits(10), "accepted 2026-03-02", f"stopped {stop}")
    assert (found.on_time, found.overdue, found.used) == (on_time, not on_time, 10 if on_time else 11)


def test_a_case_that_ends_while_paused_did_not_use_the_pause() -> None:
    found = at("2026-05-06", limits(10), "accepted 2026-03-02", "paused 2026-03-06", "stopped 2026-04-30")
    assert (found.on_time, found.used) == (True, 4)


def test_a_year_without_a_calendar_is_not_guessed() -> None:
    found = at("2026-12-20", limits(20, statutory=40), "accepted 2026-12-20")
    assert (found.due_on, found.warn_on, found.light, found.provisional) == (None, None, "grey", True)
    assert "2027 年的工作日历" in found.words
    only_statutory = at("2026-12-01", limits(10, statutory=40), "accepted 2026-12-01")
    assert (only_statutory.due_on, only_statutory.statutory_due, only_statutory.provisional) == (date(2026, 12, 15), None, True)
    answering = at("2026-12-30", limits(10), "received 2026-12-30")
    assert (answering.answer_due, answering.provisional) == (None, True)


def test_without_any_calendar_nothing_is_counted() -> None:
    found = reckon(story("accepted 2026-03-02"), limits(10), None, date(2026, 3, 2), SETTINGS)
    assert (found.due_on, found.provisional) == (None, True)


def test_what_is_past_is_red_even_where_the_new_year_has_no_calendar() -> None:
    found = at("2027-01-05", limits(10), "accepted 2026-12-01")
    assert (found.due_on, found.light, found.left, found.provisional) == (date(2026, 12, 15), "red", None, True)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-03-02 16:59", "2026-03-02"), ("2026-03-02 17:00", "2026-03-03"), ("2026-03-06 18:00", "2026-03-09"),
        ("2026-03-07 10:00", "2026-03-09"), ("2026-02-14 08:00", "2026-02-14"), ("2026-10-02 10:00", "2026-10-08"),
        ("2026-12-31 23:00", "2026-12-31"),
    ],
)  # fmt: skip
def test_online_after_hours_counts_as_received_the_next_working_day(moment: str, day: str) -> None:
    when = datetime.fromisoformat(moment).replace(tzinfo=SHANGHAI)
    assert receipt_day(when, CALENDAR, SETTINGS) == date.fromisoformat(day)
    assert receipt_day(when, CALENDAR, SETTINGS | {"after_hours": "same_day"}) == when.date()


def test_the_events_tell_the_way_of_a_case() -> None:
    events = advanced([], "", "answering", date(2026, 3, 2))
    events = advanced(events, "answering", "none", date(2026, 3, 4))
    events = advanced(events, "none", "answering", date(2026, 3, 20))
    events = advanced(events, "answering", "answering", date(2026, 3, 21))
    events = advanced(events, "answering", "running", date(2026, 3, 23), settled=True)
    events = advanced(events, "running", "paused", date(2026, 3, 24))
    events = extended(advanced(events, "paused", "running", date(2026, 3, 25)), 5, date(2026, 3, 26))
    events = advanced(events, "running", "stopped", date(2026, 3, 30))
    assert [f"{event['kind']} {event['on']}" for event in events] == [
        "received 2026-03-02", "answered 2026-03-04", "received 2026-03-20", "accepted 2026-03-20", "paused 2026-03-24", "resumed 2026-03-25",
        "extended 2026-03-26", "stopped 2026-03-30",
    ]  # fmt: skip


def test_a_case_decided_on_the_spot_is_accepted_and_stopped_that_day() -> None:
    events = advanced(story("received 2026-03-02"), "answering", "stopped", date(2026, 3, 2), instant=True)
    assert [event["kind"] for event in events] == ["received", "accepted", "stopped"]
    assert reckon(events, limits(0), CALENDAR, date(2026, 3, 5), SETTINGS).on_time is True


def test_a_refusal_stops_without_acceptance() -> None:
    events = advanced(story("received 2026-03-02"), "answering", "stopped", date(2026, 3, 3))
    found = reckon(events, limits(10), CALENDAR, date(2026, 3, 3), SETTINGS)
    assert (found.due_on, found.light) == (None, "grey")


def test_the_clock_never_runs_backwards() -> None:
    for before, after in (("running", "answering"), ("stopped", "running"), ("paused", "none"), ("running", "none")):
        with pytest.raises(ActionRefused, match="倒退"):
            advanced(story("accepted 2026-03-02"), before, after, date(2026, 3, 3))
    late = advanced(story("accepted 2026-03-05"), "running", "paused", date(2026, 3, 3))
    assert late[-1] == {"kind": "paused", "on": "2026-03-05"}


def test_a_second_extension_is_refused() -> None:
    once = extended(story("accepted 2026-03-02"), 5, date(2026, 3, 3))
    with pytest.raises(ActionRefused, match="只能延长 1 次"):
        extended(once, 5, date(2026, 3, 4))
