"""A changed calendar moves every open deadline and says whose; nothing else is touched, however often and by how many it is followed."""

import json
import threading
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from yichuang.access.grants import Reach
from yichuang.bootstrap import kind_table
from yichuang.cases.basis import differing_days
from yichuang.cases.deadlines import Deadlines, Move
from yichuang.cases.model import cases, correction_points, deadline_moves
from yichuang.catalogue.feed import Catalogue
from yichuang.catalogue.kinds import Kind, KindTable
from yichuang.catalogue.packing import packaged
from yichuang.catalogue.service import Publishing
from yichuang.database import Database
from yichuang.ports import SHANGHAI, Actor

STAFF = Actor("items", "事项管理员", frozenset({"ITEM_ADMIN"}))
NOON = datetime(2026, 3, 2, 12, tzinfo=SHANGHAI)
ITEM = "food_business_new"


class HandClock:
    def __init__(self) -> None:
        self.moment = NOON

    def now(self) -> datetime:
        return self.moment


class House:
    """Published definitions, and cases put in as rows: what the room of cases writes, this one only follows."""

    def __init__(self, database: Database) -> None:
        self.database, self.clock = database, HandClock()
        kinds = KindTable(*(Kind(kind.name, kind.title, words=kind.words) for kind in kind_table()))
        self.catalogue = Catalogue(database, self.clock, notify=False)
        self.publishing = Publishing(database, kinds, self.clock, self.catalogue)
        self.publishing.ensure_first_release(packaged())
        self.catalogue.refresh()
        self.deadlines = Deadlines(database, self.catalogue, self.clock)

    def case(self, number: str, *events: str, state: str = "running", **given: Any) -> str:
        told = [dict(zip(("kind", "on", "days"), event.split(), strict=False)) for event in events]
        row = {
            "id": f"id-{number}", "number": number, "item": ITEM, "item_title": "食品经营许可（新办）", "department": "scjg", "release": 1,
            "flow": "standard", "state": "in_review", "phase": "reviewing", "channel": "desk", "hall": "district_hall", "revision": 1,
            "body": "", "clock": json.dumps(told), "clock_state": state, "applied_at": NOON, "received_at": NOON, "updated_at": NOON,
        } | given  # fmt: skip
        with self.database.writing() as connection:
            connection.execute(insert(cases), row)
        return str(row["id"])

    def settle(self) -> None:
        """Give the cases the dates of the calendar in force; that is no move worth remembering."""
        self.deadlines.follow(self.catalogue.current())
        with self.database.writing() as connection:
            connection.execute(deadline_moves.delete())

    def calendar(self, change: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
        body = deepcopy(dict(self.catalogue.current().get("calendar", "china")))
        change(body)
        return body

    def publish(self, body: dict[str, Any]) -> int:
        change_set = self.publishing.open("日历", STAFF)
        self.publishing.put(change_set, body, STAFF)
        return self.publishing.publish(change_set, STAFF, "国务院办公厅通知")

    def dates(self, case: str) -> tuple[Any, ...]:
        columns = cases.c
        with self.database.reading() as connection:
            return tuple(connection.execute(select(columns.answer_due, columns.due_on, columns.statutory_due).where(columns.id == case)).one())

    def moves(self) -> list[tuple[str, str, date | None, date | None]]:
        with self.database.reading() as connection:
            found = connection.execute(select(deadline_moves).order_by(deadline_moves.c.number, deadline_moves.c.id)).all()
        return [(row.number, row.kind, row.before, row.after) for row in found]


@pytest.fixture
def house(database: Database) -> Iterator[House]:
    made = House(database)
    yield made
    made.catalogue.stop()


def a20(body: dict[str, Any]) -> None:
    """One more day off (Friday 6 March 2026) and one make-up working day (Saturday 14 March)."""
    year = next(year for year in body["years"] if year["year"] == 2026)
    year["holidays"].append({"date": "2026-03-06", "name": "临时放假", "source": "通知"})
    year["workdays"].append({"date": "2026-03-14", "name": "调休上班", "source": "通知"})


def only_off(body: dict[str, Any]) -> None:
    next(year for year in body["years"] if year["year"] == 2026)["holidays"].append({"date": "2026-03-06", "name": "放假", "source": "通知"})


def test_open_deadlines_follow_and_closed_ones_stay(house: House) -> None:
    running = house.case("R1", "accepted 2026-03-02")
    answering = house.case("A1", "received 2026-03-02", state="answering")
    paused = house.case("P1", "accepted 2026-03-02", "paused 2026-03-04", state="paused")
    closed = house.case("C1", "accepted 2026-03-02", "stopped 2026-03-04", state="stopped", due_on=date(2026, 3, 9))
    house.settle()
    before = {case: house.dates(case) for case in (running, answering, paused, closed)}
    release = house.publish(house.calendar(only_off))
    assert house.deadlines.keep_up() == 3
    assert house.dates(answering)[0] == before[answering][0] + timedelta(days=1)
    assert house.dates(running)[1] > before[running][1]
    assert house.dates(paused)[1] > before[paused][1]
    assert house.dates(closed) == before[closed]
    assert {number for number, *_ in house.moves()} == {"R1", "A1", "P1"}
    assert house.deadlines.releases() == [(release, 3)]


def test_a_day_off_and_a_make_up_day_together_move_those_between(house: House) -> None:
    """Due on 12 March: a day later for the day off. Due on 24 March: the make-up day gives it back."""
    house.case("L1", "accepted 2026-03-02", "extended 2026-03-02 10")
    house.case("S1", "received 2026-03-05", state="answering")
    house.settle()
    house.publish(house.calendar(a20))
    assert house.deadlines.keep_up() == 1
    assert house.moves() == [("S1", "answer", date(2026, 3, 12), date(2026, 3, 13))]


def test_following_again_moves_nothing(house: House) -> None:
    house.case("R1", "accepted 2026-03-02")
    house.settle()
    house.publish(house.calendar(only_off))
    assert house.deadlines.keep_up() == 1
    moves = house.moves()
    assert house.deadlines.follow(house.catalogue.current()) == 0
    assert Deadlines(house.database, house.catalogue, house.clock).keep_up() == 0
    assert house.moves() == moves


def test_going_back_moves_the_dates_back(house: House) -> None:
    case = house.case("R1", "accepted 2026-03-02")
    house.settle()
    before = house.dates(case)
    house.publish(house.calendar(only_off))
    house.deadlines.keep_up()
    house.publishing.roll_back(1, STAFF, "通知撤回")
    assert house.deadlines.keep_up() == 1
    assert house.dates(case) == before


def test_two_at_once_write_each_move_once(house: House) -> None:
    for number in range(40):
        house.case(f"R{number:02}", "accepted 2026-03-02")
    house.settle()
    house.publish(house.calendar(only_off))
    counted: list[int] = []
    both = [
        threading.Thread(target=lambda: counted.append(Deadlines(house.database, house.catalogue, house.clock).keep_up())) for _ in range(4)
    ]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert sum(counted) == 40
    assert len({(number, kind) for number, kind, *_ in house.moves()}) == len(house.moves())


def test_more_than_one_batch(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yichuang.cases.deadlines.BATCH", 3)
    for number in range(7):
        house.case(f"R{number}", "accepted 2026-03-02")
    house.settle()
    house.publish(house.calendar(only_off))
    assert len(house.deadlines.impact(house.calendar(only_off))) == 0
    assert house.deadlines.keep_up() == 7


def test_a_case_written_meanwhile_is_left_to_the_next_turn(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    case = house.case("R1", "accepted 2026-03-02")
    house.settle()
    house.publish(house.calendar(only_off))
    stale, batches = house.dates(case), house.deadlines._batches

    def overtaken(*conditions: Any) -> Iterator[Any]:
        for rows in batches(*conditions):
            with house.database.writing() as connection:
                connection.execute(update(cases).where(cases.c.id == case).values(revision=cases.c.revision + 1))
            yield rows

    monkeypatch.setattr(house.deadlines, "_batches", overtaken)
    assert house.deadlines.keep_up() == 0
    assert house.dates(case) == stale
    monkeypatch.undo()
    house.clock.moment += timedelta(minutes=1)
    assert house.deadlines.keep_up() == 1


def test_what_stays_the_same_is_not_looked_through_for_ever(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.case("R1", "accepted 2026-03-02")
    house.deadlines.keep_up()
    house.clock.moment += timedelta(minutes=1)
    house.deadlines.keep_up()
    monkeypatch.setattr(house.deadlines, "follow", lambda _snapshot: pytest.fail("looked through again"))
    assert house.deadlines.keep_up() == 0
    house.publish(house.calendar(lambda body: body.update(note="改个说明")))
    with pytest.raises(pytest.fail.Exception):
        house.deadlines.keep_up()


def test_the_impact_is_what_then_happens(house: House) -> None:
    house.case("R1", "accepted 2026-03-02")
    house.case("A1", "received 2026-03-02", state="answering", department="wjw")
    house.case("P1", "accepted 2026-03-02", "paused 2026-03-04", state="paused")
    house.case("F1", "accepted 2026-06-01", applied_at=NOON + timedelta(days=91))
    house.settle()
    body = house.calendar(a20)
    ahead = [(move.number, move.kind, move.before, move.after) for move in house.deadlines.impact(body)]
    assert house.moves() == []
    house.publish(body)
    house.deadlines.keep_up()
    assert ahead and sorted(ahead) == sorted(house.moves())
    assert "F1" not in {number for number, *_ in ahead}
    assert house.deadlines.impact(body) == []


def test_a_year_that_is_published_ends_the_waiting(house: House) -> None:
    case = house.case("R1", "accepted 2026-12-22", applied_at=datetime(2026, 12, 22, 9, tzinfo=SHANGHAI))
    house.settle()
    assert house.dates(case)[2] is None

    def next_year(body: dict[str, Any]) -> None:
        holiday = {"date": "2027-01-01", "name": "元旦", "source": "通知"}
        body["years"].append({"year": 2027, "source": "通知", "holidays": [holiday], "workdays": []})

    body = house.calendar(next_year)
    (move,) = [move for move in house.deadlines.impact(body) if move.kind == "statutory"]
    assert move.before is None and move.after is not None and move.after.year == 2027
    house.publish(body)
    house.deadlines.keep_up()
    assert house.dates(case)[2] == move.after
    with house.database.reading() as connection:
        assert connection.execute(select(cases.c.provisional)).scalar_one() is False


def test_a_committed_case_keeps_the_term_that_its_commitment_promises(house: House) -> None:
    case = house.case("R1", "accepted 2026-03-02", committed=True)
    promising = Deadlines(house.database, house.catalogue, house.clock, lambda _case: {"amount": 5, "unit": "working_day"})
    promising.follow(house.catalogue.current())
    assert house.dates(case)[1] == date(2026, 3, 9)


def test_lists_stay_within_reach(house: House) -> None:
    house.case("R1", "accepted 2026-03-02")
    house.case("W1", "accepted 2026-03-02", department="wjw", hall="bajiao_hall")
    house.settle()
    release = house.publish(house.calendar(only_off))
    house.deadlines.keep_up()

    def seen(reach: Reach) -> set[str]:
        return {move.number for move in house.deadlines.moves(release, reach)}

    assert seen(Reach(everything=True)) == {"R1", "W1"}
    assert seen(Reach(departments=frozenset({"wjw"}))) == seen(Reach(halls=frozenset({"bajiao_hall"}))) == {"W1"}
    assert seen(Reach()) == set()
    assert house.deadlines.departments(release) == {"scjg": 1, "wjw": 1}
    assert {move.number for move in house.deadlines.moves(release, department="wjw")} == {"W1"}
    first = house.deadlines.moves(release, limit=1)[0]
    assert isinstance(first, Move) and first.at is not None and first.at.tzinfo is not None


def test_calendars_that_count_alike_do_not_differ(house: House) -> None:
    body = house.calendar(lambda _body: None)
    assert differing_days(body, body | {"title": "换个名字"}) is None
    assert differing_days(body, house.calendar(a20)) == (date(2026, 3, 6), date(2026, 3, 14))
    assert differing_days(None, {"years": body["years"][:1]}) == (date(2023, 1, 1), date(2023, 12, 31))


def test_what_the_steps_of_a_case_write_is_what_following_would_write(hall: Any) -> None:
    """Received, corrected, accepted, paused, resumed, extended: no step leaves a date that only a calendar may move."""
    services = hall.services
    special = {"name": "hearing", "reason": "听证", "basis": "某法第一条", "days": 10, "approver": "某局长"}
    point = {"target": "other", "code": "", "title": "说明", "problem": "不清楚", "standard": "写清楚"}

    def steady() -> bool:
        return bool(services.deadlines.follow(services.catalogue.current()) == 0)

    case = hall.receive(ITEM)
    assert steady()
    hall.collect(case)
    hall.act(case, "correct", points=[point], days=5)
    assert steady()
    with services.database.writing() as connection:
        connection.execute(update(correction_points).values(state="answered"))
    hall.clock.at(3, 6)
    hall.act(case, "receive_correction")
    assert steady()
    hall.clock.at(3, 9)
    hall.act(case, "accept")
    assert steady()
    hall.act(case, "take_in", "approver")
    hall.act(case, "start_special", "approver", **special)
    assert steady()
    hall.clock.at(3, 16)
    hall.act(case, "end_special", "approver", result="完成")
    hall.act(case, "extend", "approver", reason="案情复杂", days=5, approver="某局长")
    assert steady()
