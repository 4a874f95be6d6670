"""Figures of targets from their messages, and alarms by their limits; on both databases."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import update

from yichuang.access.grants import EVERYWHERE, Reach
from yichuang.access.vault import Vault
from yichuang.audit.service import Audit
from yichuang.database import Database
from yichuang.errors import ConnectorRefused
from yichuang.exchange.alarms import alarms_of, span
from yichuang.exchange.syncing import Load, Loads
from yichuang.exchange.targets import target_of
from yichuang.outbox.message import Message
from yichuang.outbox.model import messages
from yichuang.outbox.policy import Policy
from yichuang.outbox.service import Outbox
from yichuang.ports import SHANGHAI, Parcel, Place, Receipt

NOW = datetime(2026, 11, 25, 0, 30, tzinfo=SHANGHAI)
TARGET = target_of({"code": "bureau", "title": "某系统", "transport": "http", "limits": {"alarm_waiting": 2, "alarm_age_minutes": 30}})


class Standing:
    def now(self) -> datetime:
        return NOW


class Way:
    policy = Policy()

    def hand(self, parcel: Parcel) -> Receipt:
        if parcel.department == "wjw":
            raise ConnectorRefused("对方拒收", reason="refused/422")
        return Receipt("r")


@pytest.fixture
def loads(database: Database) -> Loads:
    """Of 市监局 two sent (one of them yesterday) and one waiting, of 卫健委 one refused."""
    clock = Standing()
    outbox = Outbox(database, Vault("k" * 32), Audit(database, clock), clock, lambda _target: Way())
    with database.writing() as connection:
        for number, department in ((1, "scjg"), (2, "scjg"), (3, "wjw")):
            outbox.push(connection, Message(f"c{number}", f"N{number}", "x", "事项", Place(department), "ACCEPT", {}, target="bureau"))
    outbox.relay()
    with database.writing() as connection:
        outbox.push(connection, Message("c4", "N4", "x", "事项", Place("scjg"), "ACCEPT", {}, target="bureau"))
        yesterday = {"sent_at": NOW - timedelta(minutes=50), "created_at": NOW - timedelta(hours=2)}
        connection.execute(update(messages).where(messages.c.case_number == "N1").values(**yesterday))
    return Loads(database, clock, lambda: ["bureau", "front"])


def test_a_target_is_counted_by_state_day_and_hour(loads: Loads) -> None:
    told = loads.all(EVERYWHERE)
    assert set(told) == {"bureau"}
    load = told["bureau"]
    assert (load.waiting, load.stuck, load.unsettled, load.today, load.lately, load.last) == (1, 1, 2, 1, 2, NOW)


def test_a_department_counts_its_own_only(loads: Loads) -> None:
    load = loads.all(Reach(departments=frozenset({"wjw"})))["bureau"]
    assert (load.waiting, load.stuck, load.today, load.last) == (0, 1, 0, None)
    assert loads.all(Reach()) == {}


def test_days_begin_at_midnight_in_shanghai(loads: Loads) -> None:
    days = loads.days("bureau", date(2026, 11, 24), date(2026, 11, 25), EVERYWHERE)
    assert [(day["made"], day["sent"], day["stuck"]) for day in days] == [(1, 1, 0), (3, 1, 1)]


def test_alarms_follow_the_limits_of_the_target() -> None:
    quiet = Load({"waiting": 2}, NOW - timedelta(minutes=30))
    assert alarms_of(TARGET, quiet, NOW) == []
    assert [alarm.kind for alarm in alarms_of(TARGET, Load({"waiting": 2, "failed": 1}, NOW), NOW)] == ["waiting"]
    (alarm,) = alarms_of(TARGET, Load({"unmapped": 1}, NOW - timedelta(hours=3)), NOW)
    assert alarm.words == "最早的一条已等待 3 小时，超过 30 分钟"
    assert [span(timedelta(minutes=m)) for m in (0, 5, 119, 300, 4 * 1440)] == ["不到 1 分钟", "5 分钟", "119 分钟", "5 小时", "4 天"]
