"""Events become warnings: once per cause, not again before somebody has taken note or the interval is over."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from tests.yichuang.warnings.conftest import ALL, MANAGER, START, Room, rule
from yichuang.access.grants import Grants, Reach
from yichuang.errors import Conflict, InputRefused, NotFound
from yichuang.ports import Actor, Observation, Place
from yichuang.rules.correlation import CorrelationFailed, Correlator
from yichuang.warnings.warning import Asked


def titles(found: Sequence[Any]) -> list[str]:
    return [one.words for one in found]


def test_two_bad_reviews_of_a_window_within_an_hour(room: Room) -> None:
    room.rules(rule())
    room.happen()
    assert room.warnings.watch.run() == 0
    room.happen(window="b13")
    room.happen(grade=5, bad=False)
    assert room.warnings.watch.run() == 0
    room.clock.later(minutes=60)
    room.happen()
    assert room.warnings.watch.run() == 1
    [one] = room.open()
    assert (one.words, one.place, one.release) == ("b12：60 分钟内 2 次差评", Place("", "h", "", "b12"), 7)
    assert len(room.warnings.events_of(one)) == 2


def test_a_second_later_is_too_late(room: Room) -> None:
    room.rules(rule())
    room.happen()
    room.happen(at=START + timedelta(minutes=60, seconds=1))
    assert room.warnings.watch.run() == 0


def test_late_and_out_of_order_events_count_by_their_moment(room: Room) -> None:
    room.rules(rule())
    room.happen(at=START)
    room.warnings.watch.run()
    room.happen(at=START - timedelta(minutes=40))
    assert room.warnings.watch.run() == 1


def test_open_it_grows_silently_then_acknowledged_it_needs_new_events(room: Room) -> None:
    room.rules(rule())
    room.happen()
    room.happen()
    assert room.warnings.watch.run() == 1
    room.happen()
    assert room.warnings.watch.run() == 0
    [one] = room.open()
    assert len(one.events) == 3
    assert titles([one]) == ["b12：60 分钟内 2 次差评"]
    room.warnings.acknowledge(one.id, MANAGER, ALL)
    room.happen()
    assert room.warnings.watch.run() == 0
    room.happen()
    assert room.warnings.watch.run() == 1


def test_told_again_after_the_interval_only(room: Room) -> None:
    room.rules(rule(repeat={"amount": 30, "unit": "minute"}))
    room.happen()
    room.happen()
    room.warnings.watch.run()
    first = room.open()[0].told_at
    room.clock.later(minutes=29)
    room.happen()
    assert room.warnings.watch.run() == 0
    room.clock.later(minutes=1)
    room.happen()
    assert room.warnings.watch.run() == 1
    [one] = room.open()
    assert one.told_at - first == timedelta(minutes=30)


def test_the_same_tag_at_an_item_and_the_same_device(room: Room) -> None:
    day = {"amount": 1, "unit": "day"}
    room.rules(
        rule(code="tag", same="tag_at_item", times=5, within=day),
        rule(code="device", same="device", reviews="any", times=6, within={"amount": 1, "unit": "hour"}),
    )
    for n in range(5):
        room.happen(tags=["110", "111"] if n else ["110"], window=f"w{n}", device=f"d{n}")
    assert room.warnings.watch.run() == 1
    room.clock.later(minutes=1)
    for _ in range(6):
        room.happen(bad=False, grade=5, tags=[], device="again", channel="qr")
        room.happen(bad=False, grade=5, tags=[], device="screen", channel="counter")
    assert room.warnings.watch.run() == 1
    assert titles(room.open())[0] == "同一评价设备：1 小时内 6 次评价"
    assert "again" not in str(room.open())


def test_nothing_twice_when_it_runs_again_or_its_engine_fails(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_given: Any) -> Any:
        raise CorrelationFailed

    monkeypatch.setattr(Correlator, "firings", fail)
    room.rules(rule())
    room.happen()
    room.happen()
    assert room.warnings.watch.run() == 1
    assert room.warnings.watch.run() == 0
    assert room.warnings.watch.engine_failures == 1


def test_what_lasts_is_said_once_and_again_when_it_came_back(room: Room) -> None:
    room.rules(rule(code="silent", watch="screen_silent", within={"amount": 2, "unit": "hour"}, hours={"from": "09:00", "to": "17:00"}))
    room.seen = [Observation("b12", "评价屏没有回应", Place("", "h", "", "b12"))]
    assert [room.warnings.watch.look(), room.warnings.watch.look()] == [1, 0]
    [one] = room.open()
    room.warnings.acknowledge(one.id, MANAGER, ALL)
    assert room.warnings.watch.look() == 0
    room.seen = []
    room.warnings.watch.look()
    assert room.warnings.find(one.id, MANAGER, ALL).over_at is not None
    room.seen = [Observation("b12", "评价屏没有回应", Place("", "h", "", "b12"))]
    assert room.warnings.watch.look() == 1
    room.clock.later(hours=9)
    room.seen.append(Observation("b13", "评价屏没有回应"))
    assert room.warnings.watch.look() == 0


def test_whose_they_are(room: Room) -> None:
    room.rules(rule())
    room.happen()
    room.happen()
    room.warnings.watch.run()
    [one] = room.open()
    elsewhere = Grants({"warnings.manage": Reach(halls=frozenset({"other"}))})
    for who, grants in ((MANAGER, Grants()), (MANAGER, elsewhere), (Actor("x", roles=frozenset({"COUNTER_LEAD"})), ALL)):
        assert not room.warnings.list(Asked(), who, grants)
        with pytest.raises(NotFound):
            room.warnings.acknowledge(one.id, who, grants)
    assert room.warnings.list(Asked(), MANAGER, Grants({"warnings.manage": Reach(halls=frozenset({"h"}))}))


def test_closing_needs_a_reason_and_happens_once(room: Room) -> None:
    room.rules(rule())
    room.happen()
    room.happen()
    room.warnings.watch.run()
    [one] = room.open()
    with pytest.raises(InputRefused):
        room.warnings.close(one.id, " ", MANAGER, ALL)
    room.warnings.close(one.id, "已与窗口谈话", MANAGER, ALL)
    assert room.warnings.find(one.id, MANAGER, ALL).reason == "已与窗口谈话"
    for again in (lambda: room.warnings.close(one.id, "再次", MANAGER, ALL), lambda: room.warnings.acknowledge(one.id, MANAGER, ALL)):
        with pytest.raises(Conflict):
            again()


def test_how_often_a_draft_would_have_warned(room: Room) -> None:
    for minutes in (0, 10, 20, 30, 200):
        room.happen(at=START + timedelta(minutes=minutes))
    room.clock.later(hours=5)
    assert len(room.warnings.would_have(rule(), 30)) == 2
    assert room.warnings.would_have(rule(watch="screen_silent"), 30) == ()


def test_old_events_are_forgotten(room: Room) -> None:
    room.happen()
    room.warnings.watch.run()
    room.clock.later(days=39)
    assert room.warnings.events.forget(room.clock.now()) == 0
    room.clock.later(days=2)
    assert room.warnings.events.forget(room.clock.now()) == 1
