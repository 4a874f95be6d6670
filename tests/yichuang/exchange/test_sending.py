"""A message put into its target's shape by what is in force when it is sent, and what stands in the row when that fails."""

from collections.abc import Iterator
from copy import deepcopy
from datetime import datetime, timedelta
from typing import Any

import pytest

from yichuang.access.vault import Vault
from yichuang.audit.service import Audit
from yichuang.bootstrap import kind_table
from yichuang.catalogue.feed import Catalogue
from yichuang.catalogue.service import Publishing
from yichuang.connections import Connection
from yichuang.database import Database
from yichuang.errors import ConnectorFailed, ConnectorRefused
from yichuang.exchange.sending import Line, Sending
from yichuang.outbox.message import DeliveryQuery, Message
from yichuang.outbox.service import Outbox
from yichuang.ports import SHANGHAI, Actor, Parcel, Place, Receipt

STAFF = Actor("items", "事项管理员", frozenset({"ITEM_ADMIN"}))
TARGET = {
    "kind": "target", "code": "bureau", "title": "某系统", "transport": "http", "connection": "bureau", "pushes": ["ACCEPT", "RESULT"],
    "retry": {"first_seconds": 1, "longest_seconds": 60, "attempts": 3}, "circuit": {"failures": 2, "rest_seconds": 30},
}  # fmt: skip
MAPPING = {
    "kind": "mapping", "code": "bureau_case", "title": "映射", "target": "bureau", "steps": ["ACCEPT"],
    "schema": {"type": "object", "required": ["no", "sex"], "properties": {"no": {"type": "string"}, "sex": {"enum": ["M", "F"]}}},
    "lines": [
        {"to": "no", "from": "case.number"},
        {"to": "sex", "from": "applicant.kind", "transforms": [{"use": "code", "table": {"1": "M", "2": "F"}, "unknown": "fault"}]},
    ],
}  # fmt: skip


class HandClock:
    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 25, 9, 0, tzinfo=SHANGHAI)

    def now(self) -> datetime:
        return self.moment

    def forward(self, **delta: float) -> None:
        self.moment += timedelta(**delta)


class Bureau:
    """A receiver that takes what it gets until told otherwise."""

    def __init__(self) -> None:
        self.got: list[Parcel] = []
        self.fault: Exception | None = None

    def hand(self, parcel: Parcel) -> Receipt:
        self.got.append(parcel)
        if self.fault:
            raise self.fault
        return Receipt(f"r{len(self.got)}", "d" * 64)

    def digest(self, payload: Any) -> str:
        return "d" * 64

    def holdings(self, since: datetime, until: datetime) -> list[Any]:
        return []


class World:
    def __init__(self, database: Database, connections: dict[str, Connection]) -> None:
        self.database, self.clock, self.bureau, self.lines = database, HandClock(), Bureau(), list[Line]()
        self.catalogue = Catalogue(database, self.clock, notify=False)
        self.publishing = Publishing(database, kind_table(), self.clock, self.catalogue)
        self.publishing.ensure_first_release([TARGET, MAPPING])
        self.catalogue.refresh()
        self.sending = Sending(self.catalogue, connections, self._make)
        self.outbox = Outbox(database, Vault("k" * 32), Audit(database, self.clock), self.clock, self.sending.way)

    def _make(self, line: Line) -> Bureau:
        self.lines.append(line)
        return self.bureau

    def push(self, number: str = "1", step: str = "ACCEPT", sex: str = "1", item: str = "food") -> str:
        record = {"case": {"number": number}, "step": {"code": step}, "applicant": {"kind": sex}}
        with self.database.writing() as connection:
            return self.outbox.push(connection, Message(f"c{number}", number, item, "某事项", Place("scjg"), step, record, target="bureau"))

    def publish(self, body: dict[str, Any]) -> None:
        change_set = self.publishing.open("改", STAFF)
        self.publishing.put(change_set, body, STAFF)
        self.publishing.publish(change_set, STAFF, "测试")
        self.catalogue.refresh()


@pytest.fixture
def world(database: Database) -> Iterator[World]:
    made = World(database, {"bureau": Connection("https://bureau.example", "s" * 20)})
    yield made
    made.catalogue.stop()


def test_what_arrives_is_what_the_mapping_makes(world: World) -> None:
    key = world.push()
    assert world.outbox.relay() == 1
    (parcel,) = world.bureau.got
    assert (parcel.key, dict(parcel.payload)) == ("1+ACCEPT+1@bureau", {"no": "1", "sex": "M"})
    sent = world.outbox.find(key)
    assert (sent.state, sent.state_title, sent.reference, sent.digest) == ("sent", "已推送", "r1", "d" * 64)
    assert world.lines == [Line("http", Connection("https://bureau.example", "s" * 20), 5.0, 8)]


def test_what_cannot_be_mapped_waits_for_people_with_every_problem_and_no_value(world: World) -> None:
    key = world.push(sex="绝密")
    assert world.outbox.relay() == 0
    stuck = world.outbox.find(key)
    assert (stuck.state, stuck.cause.endswith("/sex"), world.bureau.got) == ("unmapped", True, [])
    (problem,) = world.outbox.inside(key, STAFF).problems
    assert (problem["to"], problem["source"]) == ("sex", "applicant.kind")
    assert "绝密" not in stuck.last_error + str(problem)
    (group,) = world.outbox.groups()
    assert (group.target, group.state, group.count, group.cause) == ("bureau", "unmapped", 1, stuck.cause)


def test_a_corrected_value_goes_through_and_what_was_recorded_stays(world: World) -> None:
    key = world.push(sex="9")
    world.outbox.relay()
    world.outbox.amend(key, {"applicant.kind": "2"}, "与申请人核实为女", STAFF)
    assert world.outbox.relay() == 1
    assert world.bureau.got[0].payload == {"no": "1", "sex": "F"}
    inside = world.outbox.inside(key, STAFF)
    assert (inside.payload["applicant"], inside.amended, inside.problems) == ({"kind": "9"}, {"applicant.kind": "2"}, ())
    noted = [(entry.action, entry.detail) for entry in Audit(world.database, world.clock).entries("delivery", key)]
    assert ("delivery.amended", "1+ACCEPT+1@bureau applicant.kind：与申请人核实为女") in noted


def test_a_mended_mapping_counts_for_what_was_recorded_before(world: World) -> None:
    keys = [world.push(str(n), sex="9") for n in range(3)]
    world.outbox.relay()
    mended = deepcopy(MAPPING)
    mended["lines"][1]["transforms"][0]["table"]["9"] = "M"
    world.publish(mended)
    assert world.outbox.resend_many(DeliveryQuery(target="bureau", stuck=True), STAFF) == 3
    assert world.outbox.relay() == 3
    assert {world.outbox.find(key).state for key in keys} == {"sent"}


def test_a_step_without_a_mapping_says_so(world: World) -> None:
    key = world.push(step="RESULT")
    world.outbox.relay()
    stuck = world.outbox.find(key)
    assert (stuck.state, stuck.cause, stuck.last_error) == ("unmapped", "no_mapping/food", "这个事项的“审批结果”没有发往该对象的字段映射")


def test_a_refusal_keeps_the_answer_sealed(world: World) -> None:
    world.bureau.fault = ConnectorRefused("对方拒收（422）：no", reason="refused/no", answer='{"message": "张三 不对"}')
    key = world.push()
    world.outbox.relay()
    stuck = world.outbox.find(key)
    assert (stuck.state, stuck.cause, stuck.last_error) == ("refused", "refused/no", "对方拒收（422）：no")
    assert world.outbox.inside(key, STAFF).answer == '{"message": "张三 不对"}'
    with world.database.reading() as connection:
        assert "张三" not in str(connection.exec_driver_sql("SELECT * FROM messages").all())


def test_the_policy_is_the_definitions_and_a_changed_one_counts_at_once(world: World) -> None:
    world.bureau.fault = ConnectorFailed("连不上", reason="unreachable")
    key = world.push()
    for _ in range(3):
        world.outbox.relay()
        world.clock.forward(minutes=5)
    assert (world.outbox.find(key).state, world.outbox.find(key).attempts) == ("failed", 3)
    world.publish(TARGET | {"retry": {"attempts": 1}})
    other = world.push("2")
    world.outbox.relay()
    assert (world.outbox.find(other).state, world.outbox.find(other).attempts) == ("failed", 1)


def test_a_target_that_fails_is_left_alone_and_then_asked_once(world: World) -> None:
    world.bureau.fault = ConnectorFailed("连不上", reason="unreachable")
    for n in range(40):
        world.push(str(n))
    world.outbox.relay()
    asked = len(world.bureau.got)
    assert asked <= 12, "eight at once, and hardly more before the second failure is known"
    assert world.outbox.circuits.resting(world.clock.now()) == ["bureau"]
    world.outbox.relay()
    assert len(world.bureau.got) == asked
    untried = [d for d in world.outbox.list(DeliveryQuery(limit=100)) if d.attempts == 0]
    assert len(untried) == 40 - asked, "resting costs nobody an attempt"
    world.clock.forward(seconds=31)
    world.outbox.relay()
    assert len(world.bureau.got) == asked + 1
    world.bureau.fault = None
    world.clock.forward(seconds=62)
    while world.outbox.relay():
        pass
    assert {d.state for d in world.outbox.list(DeliveryQuery(limit=100))} == {"sent"}


def test_a_busy_target_is_given_the_time_it_asks_for(world: World) -> None:
    world.bureau.fault = ConnectorFailed("对方要求放慢", reason="status/429", after=40)
    key = world.push()
    world.outbox.relay()
    assert world.outbox.find(key).next_at == world.clock.now() + timedelta(seconds=40)


def test_a_range_is_sent_again_in_order_as_replacing(world: World) -> None:
    begun = world.clock.now()
    for number in ("1", "2"):
        world.push(number)
    world.outbox.relay()
    world.clock.forward(minutes=1)
    world.push("3")
    world.outbox.relay()
    assert world.outbox.replay("bureau", begun, begun + timedelta(seconds=30), STAFF) == 2
    assert world.outbox.relay() == 2
    assert [(p.case_number, p.operation) for p in world.bureau.got[3:]] in ([("1", "U"), ("2", "U")], [("2", "U"), ("1", "U")])
    (third,) = [d for d in world.outbox.handed("bureau", begun, world.clock.now() + timedelta(1)) if d.case_number == "3"]
    assert world.outbox.repair("bureau", [third.id], STAFF) == 1


def test_without_a_connection_it_waits_and_says_what_is_missing(database: Database) -> None:
    world = World(database, {})
    key = world.push()
    world.outbox.relay()
    assert (world.outbox.find(key).state, world.outbox.find(key).cause) == ("waiting", "not_configured")
    assert world.outbox.find(key).last_error == "没有配置连接“bureau”"


def test_a_target_that_was_deleted_keeps_its_messages(world: World) -> None:
    key = world.push()
    change_set = world.publishing.open("删", STAFF)
    world.publishing.remove(change_set, "mapping", "bureau_case", STAFF)
    world.publishing.remove(change_set, "target", "bureau", STAFF)
    world.publishing.publish(change_set, STAFF, "测试")
    world.catalogue.refresh()
    world.outbox.relay()
    assert (world.outbox.find(key).state, world.outbox.find(key).cause) == ("waiting", "no_target")
