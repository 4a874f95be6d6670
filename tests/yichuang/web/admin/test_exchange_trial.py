"""A mapping put right in a change set: which waiting exceptions would pass, which that pass today would not, before anything is published."""

import copy
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from flask.testing import FlaskClient

from yichuang import bootstrap
from yichuang.access.vault import Vault
from yichuang.errors import Unmapped
from yichuang.exchange.rerun import Rerunning
from yichuang.outbox.message import Message
from yichuang.outbox.policy import Policy
from yichuang.outbox.service import Outbox
from yichuang.ports import SYSTEM, Parcel, Place, Receipt

Login = Callable[..., FlaskClient]
MAPPING: dict[str, Any] = {
    "kind": "mapping", "code": "food_bureau_case", "title": "市场监管审批系统", "demo": True, "target": "food_bureau", "items": ["food_business_new"],
    "steps": ["*"],
    "schema": {
        "type": "object", "properties": {"no": {"type": "string"}, "kind": {"type": "string", "title": "种类"}}, "required": ["no", "kind"],
    },
    "lines": [
        {"to": "no", "from": "case.number"},
        {"to": "kind", "from": "applicant.kind", "transforms": [{"use": "code", "table": {"1": "A"}, "unknown": "fault"}]},
    ],
}  # fmt: skip


class Department:
    """Takes what the mapping in force can map."""

    policy = Policy()

    def __init__(self, services: Any) -> None:
        self.services = services

    def hand(self, parcel: Parcel) -> Receipt:
        told = Rerunning(self.services.catalogue.current()).of(
            SimpleNamespace(target=parcel.target, item=parcel.item, step=parcel.step),  # type: ignore[arg-type]
            SimpleNamespace(payload=parcel.payload, amended=parcel.amended),  # type: ignore[arg-type]
        )
        if not told.passes:
            raise Unmapped(problems=[fault.as_dict() for fault in told.faults], cause=f"{told.faults[0].kind}/{told.faults[0].to}")
        return Receipt("r", "d" * 64)


@pytest.fixture
def waiting(built: bootstrap.App) -> list[str]:
    """Three that pass and two whose kind the department doesn't know."""
    services = built.services
    _only(services, MAPPING)
    outbox = Outbox(services.database, Vault(services.settings.data_key), services.audit, services.clock, lambda _t: Department(services))
    made = []
    with services.database.writing() as connection:
        for number in range(5):
            record = {"case": {"number": f"N{number}"}, "step": {"code": "ACCEPT"}, "applicant": {"kind": "7" if number >= 3 else "1"}}
            names = (f"c{number}", f"110107-{number}", "food_business_new", "食品经营许可")
            made.append(outbox.push(connection, Message(*names, Place("scjg"), "ACCEPT", record, target="food_bureau")))
    outbox.relay()
    object.__setattr__(services, "outbox", outbox)
    room = services.exchange
    room.exceptions._outbox = room.looks._outbox = room.trials._outbox = outbox
    return made


def _only(services: Any, mapping: dict[str, Any]) -> None:
    """The one mapping of its target."""
    current, number = services.catalogue.current(), services.publishing.open("映射", SYSTEM)
    for code in current.codes("mapping"):
        if code != mapping["code"] and current.get("mapping", code)["target"] == mapping["target"]:
            services.publishing.remove(number, "mapping", code, SYSTEM)
    services.publishing.put(number, mapping, SYSTEM)
    services.publishing.publish(number, SYSTEM, "映射")
    services.catalogue.refresh()


def changed(built: bootstrap.App, change: Callable[[dict[str, Any]], object]) -> int:
    body = copy.deepcopy(MAPPING)
    change(body)
    number = built.services.publishing.open("种类", SYSTEM)
    built.services.publishing.put(number, body, SYSTEM)
    return number


def test_it_is_seen_beforehand_which_exceptions_would_pass(login: Login, built: Any, waiting: list[str]) -> None:
    assert [built.services.outbox.find(message).state for message in waiting] == ["sent"] * 3 + ["unmapped"] * 2
    number = changed(built, lambda body: body["lines"][1]["transforms"][0]["table"].update({"7": "B"}))
    client = login("items")
    assert f'data-trial="/admin/changes/{number}/exchange-trial"' in client.get(f"/admin/changes/{number}").text
    (told,) = client.get(f"/admin/changes/{number}/exchange-trial").json["targets"]
    assert (told["code"], told["waiting"], told["pass"], told["still"], told["tried"], told["broken"]) == ("food_bureau", 2, 2, 0, 3, 0)


def test_a_change_that_would_stop_what_passes_today_says_so(login: Login, built: Any, waiting: list[str]) -> None:
    number = changed(built, lambda body: body["schema"].setdefault("required", []).append("never_there"))
    (told,) = login("items").get(f"/admin/changes/{number}/exchange-trial").json["targets"]
    assert (told["pass"], told["still"], told["tried"], told["broken"]) == (0, 2, 3, 3)
    assert told["breaks"][0]["count"] == 3 and len(told["breaks"][0]["examples"]) == 3


def test_a_change_of_something_else_concerns_no_target(login: Login, built: Any, waiting: list[str]) -> None:
    number = built.services.publishing.open("别的", SYSTEM)
    built.services.publishing.put(number, dict(built.services.catalogue.current().get("notice", "standard")) | {"title": "新版式"}, SYSTEM)
    client = login("items")
    assert client.get(f"/admin/changes/{number}/exchange-trial").json == {"targets": []}
    assert "data-trial" not in client.get(f"/admin/changes/{number}").text
    assert login("manager").get(f"/admin/changes/{number}/exchange-trial").status_code == 403


def test_figures_for_watching_name_targets_and_states(built: Any, flask: Any, waiting: list[str]) -> None:
    text = flask.test_client().get("/metrics").text
    assert 'yichuang_exchange_messages{state="unmapped",target="food_bureau"} 2.0' in text
    assert 'yichuang_exchange_alarm{target="food_bureau"} 0.0' in text
