"""Both sides compared: what is missing, what differs, and that repairing makes them agree; on both databases."""

import hashlib
import json
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from yichuang.access.vault import Vault
from yichuang.audit.service import Audit
from yichuang.database import Database
from yichuang.errors import Conflict, ConnectorFailed, InputRefused, NotFound
from yichuang.exchange.comparing import DIFFERENT, MISSING_HERE, MISSING_THERE, Sent, compare
from yichuang.exchange.reconciling import Reconciling
from yichuang.outbox.message import Message
from yichuang.outbox.model import messages
from yichuang.outbox.policy import Policy
from yichuang.outbox.service import Outbox
from yichuang.ports import SHANGHAI, Actor, Holding, Parcel, Place, Receipt

STAFF = Actor("items", "事项管理员")
TODAY = date(2026, 11, 25)


class HandClock:
    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 25, 9, 0, tzinfo=SHANGHAI)

    def now(self) -> datetime:
        return self.moment

    def forward(self, **delta: float) -> None:
        self.moment += timedelta(**delta)


class Books:
    """A department's system: a connector, and the way to it. What it has it keeps unless it is told to replace it."""

    policy = Policy()

    def __init__(self, clock: HandClock) -> None:
        self.clock = clock
        self.kept: dict[str, tuple[str, datetime]] = {}
        self.asked = 0
        self.down = False

    def hand(self, parcel: Parcel) -> Receipt:
        digest = hashlib.sha256(json.dumps(parcel.payload, sort_keys=True).encode()).hexdigest()
        if parcel.key not in self.kept or parcel.operation == "U":
            self.kept[parcel.key] = (digest, self.clock.now())
        return Receipt("r", digest)

    def holdings(self, since: datetime, until: datetime) -> Iterable[Holding]:
        self.asked += 1
        if self.down:
            raise ConnectorFailed("连不上对方系统", reason="unreachable")
        return [Holding(key, digest, at) for key, (digest, at) in self.kept.items() if since <= at < until]


class Rooms:
    def __init__(self, database: Database) -> None:
        self.clock = HandClock()
        self.books = Books(self.clock)
        audit = Audit(database, self.clock)
        self.outbox = Outbox(database, Vault("k" * 32), audit, self.clock, lambda _target: self.books)
        self.room = Reconciling(database, audit, self.clock, lambda code: self.books if code == "bureau" else None, lambda: ["bureau"], self.outbox)
        self.database = database

    def send(self, *numbers: int, **payload: Any) -> list[str]:
        with self.database.writing() as connection:
            made = [
                self.outbox.push(connection, Message(f"c{n}", f"N{n}", "x", "事项", Place("scjg"), "ACCEPT", {"n": n} | payload, target="bureau"))
                for n in numbers
            ]
        self.outbox.relay()
        return made

    def run(self, since: date = TODAY, until: date = TODAY) -> str:
        run = self.room.ask("bureau", since, until, STAFF)
        while self.room.find(run).under_way and self.room.work(60.0):
            pass
        return run

    def found(self, run: str) -> dict[str, list[str]]:
        lines = self.room.lines(run, limit=None)
        return {kind: [line.key for line in lines if line.kind == kind] for kind in (MISSING_THERE, DIFFERENT, MISSING_HERE)}


@pytest.fixture
def rooms(database: Database) -> Rooms:
    return Rooms(database)


def test_two_sides_that_agree_have_nothing_to_say(rooms: Rooms) -> None:
    rooms.send(1, 2, 3)
    run = rooms.run()
    assert rooms.room.find(run).state == "done"
    (day,) = rooms.room.days(run)
    assert (day["here"], day["there"], day["missing_there"], day["different"], day["missing_here"]) == (3, 3, 0, 0, 0)


def test_what_is_missing_or_differs_is_found_repaired_and_then_agrees(rooms: Rooms) -> None:
    rooms.send(1, 2, 3)
    rooms.books.kept.pop("N1+ACCEPT+1@bureau")
    rooms.books.kept["N2+ACCEPT+1@bureau"] = ("0" * 64, rooms.clock.now())
    rooms.books.kept["by-hand"] = ("1" * 64, rooms.clock.now())
    run = rooms.run()
    assert rooms.found(run) == {
        MISSING_THERE: ["N1+ACCEPT+1@bureau"], DIFFERENT: ["N2+ACCEPT+1@bureau"], MISSING_HERE: ["by-hand"],
    }  # fmt: skip
    assert rooms.room.repair(run, STAFF) == {MISSING_THERE: 1, DIFFERENT: 1}
    with pytest.raises(InputRefused):
        rooms.room.repair(run, STAFF, [MISSING_HERE])
    rooms.room.repair(run, STAFF, [MISSING_HERE], "对方手工录入，已核实")
    assert rooms.outbox.relay() == 2
    states = {line.key: (line.state, line.note) for line in rooms.room.lines(run)}
    assert states["by-hand"] == ("noted", "对方手工录入，已核实") and states["N1+ACCEPT+1@bureau"][0] == "resent"
    rooms.books.kept.pop("by-hand")
    again = rooms.run()
    assert rooms.found(again) == {MISSING_THERE: [], DIFFERENT: [], MISSING_HERE: []}


def test_what_came_at_another_time_than_we_think_is_nobodys_loss(rooms: Rooms) -> None:
    """The other side has it since yesterday; its answer got lost, so it was sent again today."""
    rooms.send(1)
    key = "N1+ACCEPT+1@bureau"
    rooms.books.kept[key] = (rooms.books.kept[key][0], rooms.clock.now() - timedelta(hours=10))
    with rooms.database.writing() as connection:
        connection.execute(update(messages).values(created_at=rooms.clock.now() - timedelta(hours=11)))
    run = rooms.run(TODAY - timedelta(days=1), TODAY)
    assert rooms.found(run) == {MISSING_THERE: [], DIFFERENT: [], MISSING_HERE: []}


def test_a_long_range_goes_on_step_by_step_and_can_be_stopped(rooms: Rooms) -> None:
    run = rooms.room.ask("bureau", TODAY - timedelta(days=9), TODAY, STAFF)
    with pytest.raises(Conflict):
        rooms.room.ask("bureau", TODAY, TODAY, STAFF)
    ticks = iter(range(100))
    rooms.clock.now = lambda: rooms.clock.moment + timedelta(seconds=next(ticks))  # type: ignore[method-assign]
    rooms.room.work(6.0)
    found = rooms.room.find(run)
    assert found.under_way and 0 < found.compared < 10
    rooms.room.stop(run, STAFF)
    assert rooms.room.find(run).state == "stopped"
    with pytest.raises(Conflict):
        rooms.room.stop(run, STAFF)


def test_a_target_that_does_not_answer_is_asked_again_and_then_given_up(rooms: Rooms) -> None:
    rooms.books.down = True
    run = rooms.room.ask("bureau", TODAY, TODAY, STAFF)
    for _ in range(5):
        rooms.room.work(1.0)
        rooms.clock.forward(minutes=5)
    found = rooms.room.find(run)
    assert (found.state, found.words, rooms.books.asked) == ("failed", "连不上对方系统", 5)


def test_yesterday_is_compared_once_a_day_by_itself(rooms: Rooms) -> None:
    rooms.send(1)
    rooms.clock.forward(days=1)
    assert rooms.room.ask_daily() == 1 and rooms.room.ask_daily() == 0
    rooms.room.work(60.0)
    (day,) = rooms.room.latest("bureau", TODAY, TODAY)
    assert (day["here"], day["there"]) == (1, 1)
    rooms.clock.forward(days=1)
    assert rooms.room.ask_daily() == 1


@pytest.mark.parametrize(
    ("target", "since", "until"),
    [("nowhere", TODAY, TODAY), ("bureau", TODAY, TODAY - timedelta(days=1)), ("bureau", TODAY, TODAY + timedelta(days=1)),
     ("bureau", TODAY - timedelta(days=400), TODAY)],
)  # fmt: skip
def test_a_range_that_makes_no_sense_is_refused(rooms: Rooms, target: str, since: date, until: date) -> None:
    with pytest.raises(InputRefused):
        rooms.room.ask(target, since, until, STAFF)


def test_an_unknown_run_is_not_found(rooms: Rooms) -> None:
    with pytest.raises(NotFound):
        rooms.room.find("nothing")


def test_a_message_without_a_digest_is_compared_by_its_key() -> None:
    at = datetime(2026, 11, 25, tzinfo=SHANGHAI)
    told = compare([Sent("1", "k", "", "N", "x", "scjg", at)], [Holding("k", "abc", at)])
    assert told.found == () and (told.here, told.there) == (1, 1)
