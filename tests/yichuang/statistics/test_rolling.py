"""What steps become: each counted once, under the right place, on its day."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from yichuang.access.grants import EVERYWHERE
from yichuang.cases.lines import light_of
from yichuang.cases.model import cases
from yichuang.statistics.board import BoardQuestion
from yichuang.statistics.model import case_tallies, open_cases
from yichuang.statistics.opening import OpenCases
from yichuang.statistics.rolling import Roller
from yichuang.statistics.service import Statistics

Tally = Callable[..., dict[str, int]]


def whole_life(ground: Any) -> str:
    case = ground.begin()
    ground.step(case, "correct", "received", "correcting", reason="材料不齐")
    ground.forward(days=2)
    ground.step(case, "receive_correction", "correcting", "received")
    ground.step(case, "accept", "received", "accepted")
    ground.step(case, "take_in", "accepted", "in_review")
    ground.forward(days=2)
    ground.step(case, "approve", "in_review", "approved", on_time=True, used_days=2, outcome="approved")
    ground.step(case, "close", "approved", "closed", outcome="approved")
    return case


def test_a_case_is_counted_from_application_to_close(ground: Any, roller: Roller, tally: Tally) -> None:
    whole_life(ground)
    assert roller.roll() == 7
    expected = {
        "applied": 1, "received": 1, "corrections": 1, "corrected": 1, "accepted": 1, "decided": 1, "approved": 1, "on_time": 1, "timed": 1,
        "used_days": 2, "closed": 1,
    }  # fmt: skip
    for grain in "dmy":
        assert tally(grain=grain) == expected
    for scope, dimension, member in (
        ("h:district", "item", "food"), ("d:scjg", "window", "b12"), ("dh:scjg|district", "total", ""), ("i:food", "situation", ""),
    ):  # fmt: skip
        assert tally(scope, dimension, member) == expected
    assert tally("", "correction_reason", "材料不齐") == {"corrections": 1}
    assert tally("h:district", "correction_reason", "材料不齐") == {"corrections": 1}
    assert tally("s:", "total") == {}


def test_steps_counted_one_by_one_come_to_the_same(ground: Any, roller: Roller, all_figures: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    whole_life(ground)
    roller.roll()
    at_once = all_figures()
    monkeypatch.setattr("yichuang.statistics.rolling.BATCH", {"sqlite": 1, "postgresql": 1})
    roller.reset()
    assert all_figures()["case_tallies"] == []
    assert roller.roll() == 7
    assert all_figures() == at_once


def test_rolling_again_counts_nothing_twice(ground: Any, roller: Roller, all_figures: Any) -> None:
    whole_life(ground)
    roller.roll()
    before = all_figures()
    assert roller.roll() == 0
    assert all_figures() == before


def test_a_case_that_gets_a_window_takes_its_application_with_it(ground: Any, roller: Roller, tally: Tally) -> None:
    case = ground.begin("submitted", window="")
    roller.roll()
    assert tally("", "window", "") == {"applied": 1}
    ground.change(case, window="g1", hall="gucheng_hall", street="gucheng")
    ground.step(case, "receive_online", "pre_passed", "received")
    roller.roll()
    assert tally("", "window", "") == {}
    assert tally("s:gucheng", "window", "g1") == {"applied": 1, "received": 1}


def test_an_instant_case_is_accepted_on_the_day_of_its_decision(ground: Any, roller: Roller, tally: Tally) -> None:
    case = ground.begin()
    ground.step(case, "issue_instant", "received", "approved", on_time=True, used_days=0)
    roller.roll()
    assert tally() == {"applied": 1, "received": 1, "accepted": 1, "decided": 1, "approved": 1, "on_time": 1, "timed": 1}


def test_silence_counts_as_deemed_acceptance(ground: Any, roller: Roller, tally: Tally) -> None:
    case = ground.begin()
    ground.step(case, "deem_accepted", "received", "accepted", deemed=True)
    roller.roll()
    assert tally() == {"applied": 1, "received": 1, "accepted": 1, "deemed": 1}


@pytest.mark.parametrize(
    ("to", "measure"),
    [("rejected", "rejected"), ("not_applicable", "not_applicable"), ("correction_lapsed", "lapsed"), ("withdrawn", "withdrawn")],
)
def test_each_ending_has_its_measure(ground: Any, roller: Roller, tally: Tally, to: str, measure: str) -> None:
    ground.step(ground.begin(), "end", "received", to, reason="不符合受理条件")
    roller.roll()
    assert tally() == {"applied": 1, "received": 1, measure: 1}
    assert tally("", "rejection_reason", "不符合受理条件") == ({"rejected": 1} if to == "rejected" else {})


def test_flows_with_states_of_their_own_say_the_outcome(ground: Any, roller: Roller, tally: Tally) -> None:
    case = ground.begin()
    ground.step(case, "sign", "received", "signed", outcome="denied", on_time=False, used_days=9)
    ground.step(case, "send", "signed", "sent", outcome="denied")
    roller.roll()
    assert tally() == {"applied": 1, "received": 1, "accepted": 1, "decided": 1, "denied": 1, "overdue": 1, "timed": 1, "used_days": 9}


def test_a_commitment_counts_with_the_acceptance_and_goes_when_withdrawn(ground: Any, roller: Roller, tally: Tally) -> None:
    case = ground.begin(committed=True)
    roller.roll()
    assert "committed" not in tally()
    ground.step(case, "accept", "received", "accepted")
    roller.roll()
    assert tally()["committed"] == 1
    ground.change(case, committed=False)
    ground.step(case, "commitment_withdrawn", "accepted", "accepted")
    roller.roll()
    assert "committed" not in tally()


def test_situations_are_told_apart(ground: Any, roller: Roller, tally: Tally) -> None:
    ground.begin(situation='{"places": ["shop", "kitchen"], "handler": "agent", "kin": ""}')
    ground.begin(situation="{}")
    roller.roll()
    assert tally("i:food", "situation", "handler=agent;places=kitchen,shop") == {"applied": 1, "received": 1}
    assert tally("i:food", "situation", "") == {"applied": 1, "received": 1}


def test_a_second_notice_is_a_second_correction_of_one_case(ground: Any, roller: Roller, tally: Tally) -> None:
    case = ground.begin()
    for number, reason in enumerate(("材料不齐", "内容填写有误")):
        ground.step(case, "correct" if number == 0 else "approve_correction", "received", "correcting", reason=reason)
        ground.step(case, "receive_correction", "correcting", "received")
        ground.forward(days=1)
    roller.roll()
    assert tally() == {"applied": 1, "received": 1, "corrections": 2, "corrected": 1}
    assert tally("", "correction_reason", "内容填写有误") == {"corrections": 1}


def test_what_is_proposed_with_a_reason_is_counted_with_it_when_approved(ground: Any, roller: Roller, tally: Tally) -> None:
    case = ground.begin()
    ground.step(case, "propose_rejection", "received", "rejection_pending", reason="重复申请")
    ground.step(case, "confirm_rejection", "rejection_pending", "rejected", outcome="rejected")
    other = ground.begin()
    ground.step(other, "propose_correction", "received", "correction_pending", reason="材料不清晰")
    roller.roll()
    assert tally("", "rejection_reason", "重复申请") == {"rejected": 1}
    ground.step(other, "approve_correction", "correction_pending", "correcting")
    ground.step(other, "receive_correction", "correcting", "received")
    ground.step(other, "correct", "received", "correcting")
    roller.roll()
    assert tally("", "correction_reason", "材料不清晰") == {"corrections": 1}
    assert tally("", "correction_reason", "") == {"corrections": 1}


def test_acceptance_counts_on_its_legal_day(database: Any, ground: Any, roller: Roller, tally: Tally) -> None:
    case, received = ground.begin(), ground.moment.date()
    ground.forward(days=7)
    ground.change(case, accepted_on=received)
    ground.step(case, "deem_accepted", "received", "accepted", deemed=True)
    roller.roll()
    with database.reading() as connection:
        days = connection.execute(
            select(case_tallies.c.period).where(case_tallies.c.dimension == "total", case_tallies.c.grain == "d", case_tallies.c.deemed == 1)
        )
        assert set(days.scalars()) == {received}


def test_lights_are_those_that_lists_of_cases_show(database: Any, ground: Any, standing: Any, roller: Roller) -> None:
    today = standing.now().date()
    before, after = today - timedelta(days=1), today + timedelta(days=9)
    for clock, columns in (
        ("paused", {}), ("none", {}), ("answering", {"answer_due": before}), ("answering", {"answer_due": today}),
        ("answering", {"answer_due": after}),
        ("running", {"due_on": before, "warn_on": before}), ("running", {"due_on": after, "warn_on": today}),
        ("running", {"due_on": after, "warn_on": after}), ("running", {}), ("stopped", {"due_on": before}),
    ):  # fmt: skip
        ground.begin(clock_state=clock, **columns)
    ground.begin(clock_state="none", phase="ended")
    roller.roll()
    with database.reading() as connection:
        rows = [row for row in connection.execute(select(cases)) if row.clock_state != "stopped" and row.phase != "ended"]
        expected = Counter(light_of(row, today) or "none" for row in rows)
        assert OpenCases(database, standing).count() == len(rows) == 9
        counted = {light: number for light, number in connection.execute(select(open_cases.c.light, open_cases.c.count))}
    assert counted == dict(expected)


@pytest.mark.parametrize("code", ["food", "x' OR '1'='1", "50%", "a\\' --", "%(name)s", "?", ":a"])
def test_a_code_is_a_value_however_it_is_written(
    ground: Any, roller: Roller, database: Any, standing: Any, tmp_path: Any, code: str
) -> None:
    """A board's codes become text of the statement (`reading.fixed`): none may be more than a value there."""
    whole_life(ground)
    roller.roll()
    day = standing.now().date()
    board = Statistics(database, standing, tmp_path).board(BoardQuestion(day, day, "window", {"item": code}), EVERYWHERE)
    assert board.totals["applied"] == (1 if code == "food" else 0)
