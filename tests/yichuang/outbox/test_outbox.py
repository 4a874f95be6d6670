"""Pushing to departments: written with what happened, handed over until it is there, once in effect."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from yichuang.access.grants import Reach
from yichuang.access.vault import Vault
from yichuang.audit.service import Audit
from yichuang.database import Database
from yichuang.errors import Conflict, ConnectorFailed, ConnectorRefused, DeliveryMissing, InputRefused
from yichuang.outbox.inbox import Inbox
from yichuang.outbox.message import DeliveryQuery, Message
from yichuang.outbox.model import messages as table
from yichuang.outbox.policy import Policy
from yichuang.outbox.service import Outbox
from yichuang.outbox.ways import PlainWay
from yichuang.ports import SHANGHAI, Actor, Parcel, Place, Receipt

STAFF = Actor("dept", "部门管理员")
WJW, SCJG = Reach(departments=frozenset({"wjw"})), Reach(departments=frozenset({"scjg"}))


class HandClock:
    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 25, 9, 0, tzinfo=SHANGHAI)

    def now(self) -> datetime:
        return self.moment

    def forward(self, **delta: float) -> None:
        self.moment += timedelta(**delta)


class Receiver:
    """A department's system that knows what it has by the key, and fails as a test likes."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.kept: dict[str, Any] = {}
        self.fault: Callable[[Parcel], Exception | None] = lambda _parcel: None
        self._lock = threading.Lock()

    def hand(self, parcel: Parcel) -> Receipt:
        with self._lock:
            self.asked.append(parcel.key)
        if fault := self.fault(parcel):
            raise fault
        with self._lock:
            self.kept.setdefault(parcel.key, parcel.payload)
        return Receipt(f"r/{parcel.key}")


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


def rooms(database: Database, clock: HandClock, receiver: Any) -> Outbox:
    return Outbox(database, Vault("k" * 32), Audit(database, clock), clock, lambda _target: PlainWay(receiver))


@pytest.fixture
def house(database: Database, clock: HandClock, receiver: Receiver) -> Outbox:
    return rooms(database, clock, receiver)


def dispatch(case: str = "c1", step: str = "ACCEPT", version: int = 1, department: str = "wjw", due: datetime | None = None) -> Message:
    place, payload = Place(department, "main"), {"applicant": "张三", "case": case}
    return Message(case, f"110107{case}", "nurse", "护士执业注册", place, step, payload, version, due)


def push(house: Outbox, database: Database, *dispatches: Message) -> list[str]:
    with database.writing() as connection:
        return [house.push(connection, one) for one in dispatches]


def test_what_is_pushed_stands_or_falls_with_its_transaction(house: Outbox, database: Database) -> None:
    with pytest.raises(RuntimeError), database.writing() as connection:
        house.push(connection, dispatch())
        raise RuntimeError
    assert house.list(DeliveryQuery()) == []
    push(house, database, dispatch())
    assert [d.state for d in house.list(DeliveryQuery())] == ["waiting"]


def test_the_same_step_and_version_is_one_delivery(house: Outbox, database: Database) -> None:
    first, again, second = push(house, database, dispatch(), dispatch(), dispatch(version=2))
    assert first == again != second
    assert [(d.key, d.state) for d in house.of_case("c1")] == [("110107c1+ACCEPT+1", "waiting"), ("110107c1+ACCEPT+2", "waiting")]


def test_without_a_version_it_is_the_next_one_of_its_step(house: Outbox, database: Database) -> None:
    push(house, database, dispatch(version=0), dispatch(step="CORRECT_NOTICE", version=0), dispatch(step="CORRECT_NOTICE", version=0))
    assert [(d.step, d.version) for d in house.of_case("c1")] == [("ACCEPT", 1), ("CORRECT_NOTICE", 1), ("CORRECT_NOTICE", 2)]


def test_the_payload_is_sealed_at_rest_and_reading_it_is_noted(house: Outbox, database: Database, clock: HandClock) -> None:
    (key,) = push(house, database, dispatch())
    with database.reading() as connection:
        assert "张三" not in connection.execute(table.select()).one().payload
    assert house.payload(key, STAFF) == {"applicant": "张三", "case": "c1"}
    assert [entry.action for entry in Audit(database, clock).entries("delivery", key)] == ["delivery.read"]


def test_the_relay_hands_over_and_the_department_gives_its_receipt(house: Outbox, database: Database, receiver: Receiver) -> None:
    (key,) = push(house, database, dispatch())
    assert house.relay() == 1
    assert house.relay() == 0
    assert receiver.kept == {"110107c1+ACCEPT+1": {"applicant": "张三", "case": "c1"}}
    with pytest.raises(DeliveryMissing):
        house.receive(key, STAFF, SCJG)
    received = house.receive(key, STAFF, WJW)
    assert (received.state, received.received_by) == ("received", "dept")
    assert house.receive(key, Actor("other"), WJW).received_by == "dept"


def test_a_receipt_before_sending_is_refused(house: Outbox, database: Database) -> None:
    (key,) = push(house, database, dispatch())
    with pytest.raises(Conflict):
        house.receive(key, STAFF)


def test_steps_of_one_case_go_in_order_and_a_stuck_one_holds_the_later(
    house: Outbox, database: Database, receiver: Receiver, clock: HandClock
) -> None:
    push(house, database, dispatch(step="ACCEPT"), dispatch(step="SPECIAL"), dispatch(step="RESULT"), dispatch("c2"))
    receiver.fault = lambda parcel: ConnectorRefused("字段 sex 不对") if parcel.step == "SPECIAL" else None
    while house.relay():
        clock.forward(seconds=1)
    states = {d.key: d.state for d in house.list(DeliveryQuery())}
    assert states == {
        "110107c1+ACCEPT+1": "sent", "110107c1+SPECIAL+1": "refused", "110107c1+RESULT+1": "waiting", "110107c2+ACCEPT+1": "sent"
    }  # fmt: skip
    stuck = next(d for d in house.of_case("c1") if d.state == "refused")
    assert stuck.last_error == "字段 sex 不对"
    with pytest.raises(InputRefused):
        house.give_up(stuck.id, " ", STAFF)
    house.give_up(stuck.id, "部门已线下登记", STAFF)
    assert house.relay() == 1
    assert [d.state for d in house.of_case("c1")] == ["sent", "abandoned", "sent"]


def test_what_fails_is_tried_again_ever_more_slowly_and_at_last_shown_to_people(
    house: Outbox, database: Database, receiver: Receiver, clock: HandClock
) -> None:
    (key,) = push(house, database, dispatch())
    receiver.fault = lambda _parcel: ConnectorFailed("连接超时")
    assert house.relay() == 0
    clock.forward(seconds=3)
    house.relay()
    assert len(receiver.asked) == 1
    for _ in range(Policy().attempts):
        clock.forward(hours=2)
        house.relay()
    assert (len(receiver.asked), house.find(key).state, house.find(key).last_error) == (Policy().attempts, "failed", "连接超时")
    receiver.fault = lambda _parcel: None
    assert house.resend_failed(STAFF, SCJG) == 0
    assert house.resend_failed(STAFF, WJW) == 1
    assert house.relay() == 1
    assert house.find(key).state == "sent"


def test_pauses_double_up_to_an_hour_with_jitter() -> None:
    middle = [Policy().pause(n, lambda: 0.5).total_seconds() for n in range(1, 12)]
    assert middle[:3] == [5, 10, 20] and middle[-1] == 3600
    assert all(before <= after for before, after in pairwise(middle))
    assert (Policy().pause(1, lambda: 0.0).total_seconds(), Policy().pause(1, lambda: 1.0).total_seconds()) == (4, 6)


def test_a_broken_transport_costs_an_attempt_not_the_relay(house: Outbox, database: Database, receiver: Receiver) -> None:
    keys = push(house, database, dispatch("c1"), dispatch("c2"))
    receiver.fault = lambda parcel: ValueError("bug") if parcel.case_number.endswith("c1") else None
    assert house.relay() == 1
    assert house.find(keys[0]).last_error == "推送程序出错（ValueError）"


def test_two_relays_at_once_hand_each_over_once(database: Database, clock: HandClock, receiver: Receiver) -> None:
    first, second = rooms(database, clock, receiver), rooms(database, clock, receiver)
    push(first, database, *(dispatch(f"c{n}") for n in range(60)))
    handed: list[int] = []
    threads = [
        threading.Thread(target=lambda house=house: [handed.append(house.relay(7)) for _ in range(12)]) for house in (first, second)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    while rest := first.relay():
        handed.append(rest)
    assert sum(handed) == 60
    assert sorted(receiver.asked) == sorted(set(receiver.asked))
    assert len(receiver.kept) == 60


def test_what_a_killed_relay_had_in_hand_is_sent_again_and_is_in_effect_once(
    database: Database, clock: HandClock, receiver: Receiver
) -> None:
    class Killed(BaseException):
        pass

    class Dying(Receiver):
        def hand(self, parcel: Parcel) -> Receipt:
            receiver.hand(parcel)
            raise Killed

    dying = rooms(database, clock, Dying())
    push(dying, database, dispatch())
    with pytest.raises(Killed):
        dying.relay()
    living = rooms(database, clock, receiver)
    assert living.relay() == 0
    clock.forward(seconds=Policy().lease.total_seconds() + 1)
    assert living.relay() == 1
    assert receiver.asked == ["110107c1+ACCEPT+1"] * 2
    assert len(receiver.kept) == 1


def test_a_relay_that_was_too_slow_does_not_undo_what_the_next_one_did(database: Database, clock: HandClock, receiver: Receiver) -> None:
    class Slow(Receiver):
        def hand(self, parcel: Parcel) -> Receipt:
            clock.forward(seconds=Policy().lease.total_seconds() + 1)
            assert rooms(database, clock, receiver).relay() == 1
            raise ConnectorFailed("超时")

    slow = rooms(database, clock, Slow())
    (key,) = push(slow, database, dispatch())
    assert slow.relay() == 0
    assert slow.find(key).state == "sent"


def test_lists_by_state_day_department_tail_and_lateness(house: Outbox, database: Database, clock: HandClock) -> None:
    due = clock.now() + timedelta(hours=24)
    push(house, database, dispatch("c1", due=due), dispatch("c2", department="scjg", due=due))
    clock.forward(hours=25)
    push(house, database, dispatch("c3", due=due + timedelta(days=9)))

    def listed(reach: Reach = WJW | SCJG, **query: Any) -> list[str]:
        return [d.case_id for d in house.list(DeliveryQuery(**query), reach)]

    assert listed() == ["c3", "c2", "c1"] or listed() == ["c3", "c1", "c2"]
    assert listed(department="scjg") == ["c2"]
    assert listed(reach=WJW) == ["c3", "c1"]
    assert listed(reach=Reach()) == []
    assert listed(text="c3") == ["c3"]
    assert sorted(listed(late=True)) == ["c1", "c2"]
    assert listed(day=clock.now().date()) == ["c3"]
    assert house.counts(WJW) == {"waiting": 2, "late": 1}
    page = house.list(DeliveryQuery(limit=2), WJW | SCJG)
    assert len(listed(after=page[-1].id)) == 1


def test_the_inbox_is_there_at_once(database: Database, clock: HandClock) -> None:
    house = rooms(database, clock, Inbox())
    push(house, database, dispatch("c1"), dispatch("c2", department="scjg"))
    assert house.relay() == 2
    assert [d.case_id for d in house.since(None, WJW, unreceived=True)] == ["c1"]
    house.receive(house.of_case("c1")[0].id, STAFF, WJW)
    assert house.since(None, WJW, unreceived=True) == []
    assert [d.case_id for d in house.since(clock.now() - timedelta(minutes=1), WJW, unreceived=False)] == ["c1"]
    assert house.since(clock.now() + timedelta(minutes=1), WJW, unreceived=False) == []
