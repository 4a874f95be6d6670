"""Intakes: what others fetch is what stands, and a cursor misses nothing."""

import threading
import time
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.yichuang.cases.conftest import BOTH, HallAtWork
from yichuang.errors import CaseMissing
from yichuang.outbox.marks import intake_marks

pytestmark = BOTH


def marks(hall: HallAtWork) -> int:
    with hall.services.database.reading() as connection:
        return int(connection.execute(select(func.count()).select_from(intake_marks)).scalar_one())


def assemble(hall: HallAtWork) -> int:
    return sum(iter(hall.services.intakes.assemble, 0))


def test_a_case_is_there_at_once_and_put_together_by_the_job(hall: HallAtWork) -> None:
    case = hall.receive("food_business_new")
    intakes = hall.services.intakes
    at_once = intakes.find(case)
    assert (at_once.position, at_once.record["case"]["state"]) == (0, "received")
    assert assemble(hall) == 1 and marks(hall) == 0
    kept = intakes.find(at_once.number)
    assert (kept.position, kept.case_id, kept.record) == (1, case, at_once.record)


def test_a_reader_sees_a_change_that_the_job_has_not_come_to_yet(hall: HallAtWork) -> None:
    case = hall.receive("food_business_new")
    assemble(hall)
    hall.collect(case)
    assert hall.services.intakes.find(case).record["materials"][0]["state"] == "received"
    hall.act(case, "accept")
    assert hall.services.intakes.find(case).record["case"]["state"] == "accepted"
    assemble(hall)
    assert hall.services.intakes.find(case).position == 2


def test_the_record_at_an_earlier_step(hall: HallAtWork) -> None:
    case = hall.receive("food_business_new")
    hall.collect(case)
    hall.act(case, "accept")
    hall.act(case, "take_in", "approver")
    assemble(hall)
    intake = hall.services.intakes.find(case)
    accepted = intake.at("ACCEPT")
    assert accepted is not None and accepted["step"]["action"] == "accept"
    assert accepted["case"] == intake.record["case"] and intake.at("RESULT") is None


def test_since_gives_every_change_in_order_and_only_what_was_asked_for(hall: HallAtWork) -> None:
    food, instant = hall.receive("food_business_new"), hall.receive("individual_business_new")
    assemble(hall)
    intakes = hall.services.intakes
    assert [intake.case_id for intake in intakes.since(0, 10)] == [food, instant]
    hall.collect(food)
    assemble(hall)
    assert [intake.case_id for intake in intakes.since(0, 10)] == [instant, food]
    assert [intake.case_id for intake in intakes.since(2, 10)] == [food]
    assert intakes.since(0, 10, departments=["wjw"]) == []
    assert [intake.case_id for intake in intakes.since(0, 10, items=["food_business_new"])] == [food]


def test_what_nobody_has_is_missing_and_a_draft_is_no_case(hall: HallAtWork) -> None:
    with pytest.raises(CaseMissing):
        hall.services.intakes.find("110107-2026-9999999")
    assert hall.services.intakes.many(["110107-2026-9999999"]) == {}
    hall.draft("food_business_new")
    assert assemble(hall) == 0


def test_a_case_that_cannot_be_put_together_waits_and_holds_nobody_up(hall: HallAtWork, monkeypatch: Any) -> None:
    bad, good = hall.receive("food_business_new"), hall.receive("food_business_new")
    intakes = hall.services.intakes
    real = intakes._assembler

    def broken(connection: Any, case_id: str) -> Any:
        if case_id == bad:
            raise ValueError("unreadable")
        return real(connection, case_id)

    monkeypatch.setattr(intakes, "_assembler", broken)
    assemble(hall)
    assert [intake.case_id for intake in intakes.since(0, 10)] == [good]
    monkeypatch.setattr(intakes, "_assembler", real)
    assert assemble(hall) == 0
    hall.clock.at(3, 2, 9, 45)
    assert assemble(hall) == 1 and marks(hall) == 0


def test_assemblers_and_writers_at_once_lose_no_change(hall: HallAtWork) -> None:
    """A follower that keeps its position sees every case's last state, whatever came in between."""
    cases = [hall.receive("food_business_new") for _ in range(4)]
    stop, seen, position = threading.Event(), {}, 0

    def work() -> None:
        while not stop.is_set():
            hall.services.intakes.assemble(2)
            time.sleep(0.002)

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for case in cases:
        hall.collect(case)
        hall.act(case, "accept")
        for intake in hall.services.intakes.since(position, 100):
            seen[intake.case_id], position = intake.record["case"]["state"], intake.position
    stop.set()
    for worker in workers:
        worker.join()
    assemble(hall)
    for intake in hall.services.intakes.since(position, 100):
        seen[intake.case_id] = intake.record["case"]["state"]
    assert seen == dict.fromkeys(cases, "accepted")
