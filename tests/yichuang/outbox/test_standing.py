"""How targets stand for all processes, and attempts on record; on both databases."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from yichuang.access.vault import Vault
from yichuang.audit.service import Audit
from yichuang.database import Database
from yichuang.errors import Conflict, ConnectorFailed, InputRefused
from yichuang.outbox.message import Message
from yichuang.outbox.policy import Policy
from yichuang.outbox.service import Outbox
from yichuang.outbox.standing import Standings
from yichuang.ports import SHANGHAI, Actor, Parcel, Place, Receipt

STAFF = Actor("items", "事项管理员")


class HandClock:
    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 25, 9, 0, tzinfo=SHANGHAI)

    def now(self) -> datetime:
        return self.moment

    def forward(self, **delta: float) -> None:
        self.moment += timedelta(**delta)


class Way:
    def __init__(self) -> None:
        self.policy = Policy(first_seconds=1, failures=2, rest_seconds=30, jitter=0)
        self.fault: Callable[[], Exception | None] = lambda: None

    def hand(self, parcel: Parcel) -> Receipt:
        if fault := self.fault():
            raise fault
        return Receipt(parcel.key)


class Rooms:
    def __init__(self, database: Database) -> None:
        self.database, self.clock, self.way = database, HandClock(), Way()
        self.outbox = Outbox(database, Vault("k" * 32), Audit(database, self.clock), self.clock, lambda _target: self.way)

    def push(self, number: int, target: str = "bureau") -> str:
        with self.database.writing() as connection:
            return self.outbox.push(connection, Message(f"c{number}", f"N{number}", "x", "事项", Place("scjg"), "ACCEPT", {}, target=target))


@pytest.fixture
def rooms(database: Database) -> Rooms:
    return Rooms(database)


def test_a_paused_target_waits_and_others_do_not(rooms: Rooms) -> None:
    rooms.outbox.standings.pause("bureau", "对方停机", STAFF)
    first, other = rooms.push(1), rooms.push(2, "front")
    assert rooms.outbox.relay() == 1
    assert [rooms.outbox.find(one).state for one in (first, other)] == ["waiting", "sent"]
    rooms.outbox.standings.resume("bureau", STAFF)
    assert rooms.outbox.relay() == 1
    trail = Audit(rooms.database, rooms.clock).entries("target", "bureau")
    assert [(entry.action, entry.detail) for entry in trail] == [("target.resumed", ""), ("target.paused", "对方停机")]


def test_pausing_wants_a_reason_and_is_done_once(rooms: Rooms) -> None:
    with pytest.raises(InputRefused):
        rooms.outbox.standings.pause("bureau", " ", STAFF)
    with pytest.raises(Conflict):
        rooms.outbox.standings.resume("bureau", STAFF)
    rooms.outbox.standings.pause("bureau", "对方停机", STAFF)
    with pytest.raises(Conflict):
        rooms.outbox.standings.pause("bureau", "再停一次", STAFF)


def test_another_process_sees_that_a_target_rests_and_when_it_works_again(rooms: Rooms) -> None:
    message = rooms.push(1)
    rooms.way.fault = lambda: ConnectorFailed("对方系统出错（500）", reason="status/500")
    for _ in range(2):
        rooms.outbox.relay()
        rooms.clock.forward(seconds=5)
    elsewhere = Standings(rooms.database, Audit(rooms.database, rooms.clock), rooms.clock).of("bureau")
    assert elsewhere.resting(rooms.clock.now()) and elsewhere.failures == 2 and elsewhere.last_error == "对方系统出错（500）"
    rooms.clock.forward(seconds=40)
    assert elsewhere.probing(rooms.clock.now())
    rooms.way.fault = lambda: None
    assert rooms.outbox.relay() == 1
    standing = rooms.outbox.standings.of("bureau")
    assert (standing.failures, standing.rests_until, standing.succeeded_at) == (0, None, rooms.clock.now())
    told = [(attempt.number, attempt.outcome) for attempt in rooms.outbox.standings.attempts(message)]
    assert told == [(3, "sent"), (2, "again"), (1, "again")]


def test_what_goes_through_at_once_leaves_no_attempt(rooms: Rooms) -> None:
    message = rooms.push(1)
    rooms.outbox.relay()
    assert rooms.outbox.standings.attempts(message) == []


def test_two_that_note_a_target_for_the_first_time_make_one_row(rooms: Rooms) -> None:
    def note() -> None:
        Standings(rooms.database, Audit(rooms.database, rooms.clock), rooms.clock).note("bureau", 1, None, "x")

    threads = [threading.Thread(target=note) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert list(rooms.outbox.standings.all()) == ["bureau"]
