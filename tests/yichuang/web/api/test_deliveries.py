"""Departments' systems by key: their own deliveries, receipts, and nothing else."""

from datetime import timedelta
from typing import Any

import jsonschema
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from yichuang.audit.model import audit_entries
from yichuang.clients.client import SCOPES, Terms
from yichuang.clients.model import api_clients
from yichuang.outbox.message import Message
from yichuang.ports import SYSTEM, Place
from yichuang.services import Services

ALL = frozenset(SCOPES)


def dispatch(department: str) -> Message:
    place, payload = Place(department, "main"), {"n": department}
    return Message(f"c-{department}", f"110107-{department}", "nurse", "护士执业注册", place, "ACCEPT", payload)


@pytest.fixture
def pushed(services: Services) -> dict[str, str]:
    """Two deliveries sent, by department."""
    with services.database.writing() as connection:
        made = {department: services.outbox.push(connection, dispatch(department)) for department in ("wjw", "scjg")}
    services.outbox.relay()
    return made


@pytest.fixture
def key(services: Services) -> str:
    return services.clients.create("卫健审批系统", Terms("wjw", frozenset(ALL)), SYSTEM)[1]


def ask(client: FlaskClient, key: str, address: str = "/deliveries", method: str = "GET", **given: Any) -> Any:
    return client.open(f"/api/v1{address}", method=method, headers={"Authorization": f"Bearer {key}"}, **given)


def test_a_department_fetches_reads_and_gives_its_receipt(
    visitor: FlaskClient, services: Services, pushed: dict[str, str], key: str
) -> None:
    described = visitor.get("/api/v1/openapi.json").get_json()["paths"]

    def fits(path: str, method: str, body: Any) -> None:
        declared = described[path][method]["responses"]["200"]["content"]["application/json"]["schema"]
        jsonschema.Draft202012Validator(declared).validate(body)

    listed = ask(visitor, key).get_json()
    fits("/deliveries", "get", listed)
    assert [d["id"] for d in listed["deliveries"]] == [pushed["wjw"]]
    one = ask(visitor, key, f"/deliveries/{pushed['wjw']}").get_json()
    fits("/deliveries/{delivery}", "get", one)
    assert one["payload"] == {"n": "wjw"}
    for _ in range(2):
        done = ask(visitor, key, f"/deliveries/{pushed['wjw']}/receipt", "POST", json={})
        fits("/deliveries/{delivery}/receipt", "post", done.get_json())
        assert (done.status_code, done.get_json()["state"]) == (200, "received")
    assert ask(visitor, key).get_json()["deliveries"] == []
    assert len(ask(visitor, key, "/deliveries?all=1").get_json()["deliveries"]) == 1
    with services.database.reading() as connection:
        actions = set(connection.execute(select(audit_entries.c.action).where(audit_entries.c.actor.like("api:%"))).scalars())
    assert actions == {"delivery.read", "delivery.received"}
    (client,) = services.clients.all()
    assert services.clients.calls(services.clock.now().date())[client.id]["ok"] == 6


def test_another_departments_delivery_is_not_there(visitor: FlaskClient, pushed: dict[str, str], key: str) -> None:
    for method, tail in (("GET", ""), ("POST", "/receipt")):
        answer = ask(visitor, key, f"/deliveries/{pushed['scjg']}{tail}", method, json={} if method == "POST" else None)
        assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
        assert answer.get_json()["type"] == "urn:yichuang:delivery_missing"


@pytest.mark.parametrize("sent", ["", "Bearer", "Bearer x", "Bearer yck_0123456789_secret", "Basic eDp5", "Bearer yck__"])
def test_without_a_good_key_nothing_is_told(visitor: FlaskClient, sent: str) -> None:
    answer = visitor.get("/api/v1/deliveries", headers={"Authorization": sent})
    assert (answer.status_code, answer.get_json()["type"]) == (401, "urn:yichuang:key_refused")


def test_a_key_is_good_for_its_scopes_only(visitor: FlaskClient, services: Services, pushed: dict[str, str]) -> None:
    _, reading = services.clients.create("只读", Terms("wjw", frozenset({"deliveries.read"})), SYSTEM)
    answer = ask(visitor, reading, f"/deliveries/{pushed['wjw']}/receipt", "POST", json={})
    assert answer.status_code == 403 and "登记本部门的接收回执" in answer.get_json()["detail"]
    assert services.outbox.find(pushed["wjw"]).state == "sent"


def test_a_disabled_an_expired_and_a_rotated_key(visitor: FlaskClient, services: Services, key: str, clock: Any) -> None:
    (client,) = services.clients.all()
    services.clients.set_active(client.id, False, SYSTEM)
    assert ask(visitor, key).status_code == 401
    services.clients.set_active(client.id, True, SYSTEM)
    _, fresh = services.clients.rotate(client.id, SYSTEM)
    assert (ask(visitor, key).status_code, ask(visitor, fresh).status_code) == (200, 200)
    clock.ahead = timedelta(hours=25)
    assert (ask(visitor, key).status_code, ask(visitor, fresh).status_code) == (401, 200)
    _, short = services.clients.create("短期", Terms("wjw", frozenset(ALL), expires_at=services.clock.now() + timedelta(hours=1)), SYSTEM)
    assert ask(visitor, short).status_code == 200
    clock.ahead = timedelta(hours=27)
    assert ask(visitor, short).status_code == 401


def test_the_key_is_nowhere_stored(services: Services, key: str) -> None:
    with services.database.reading() as connection:
        row = connection.execute(select(api_clients)).one()
        trail = connection.execute(select(audit_entries.c.detail)).scalars().all()
    secret = key.rsplit("_", 1)[1]
    assert not any(secret in str(value) for value in [*row, *trail])
    assert row.prefix in key


def test_an_unreadable_moment_is_said_and_a_readable_one_used(
    visitor: FlaskClient, services: Services, pushed: dict[str, str], key: str
) -> None:
    refused = ask(visitor, key, "/deliveries?since=yesterday")
    assert (refused.status_code, refused.get_json()["problems"][0]["field"]) == (400, "since")
    later = (services.clock.now() + timedelta(hours=1)).isoformat()
    assert ask(visitor, key, f"/deliveries?since={later}").get_json()["deliveries"] == []
    assert len(ask(visitor, key, "/deliveries?since=2026-01-01").get_json()["deliveries"]) == 1


def test_everybody_may_ask_what_is_entrusted_where(visitor: FlaskClient) -> None:
    found = visitor.get("/api/v1/entrustments?department=rsj").get_json()["entrustments"]
    assert {entry["item"] for entry in found} == {"flexible_pension", "labour_dispatch"}
    dispatch = next(entry for entry in found if entry["item"] == "labour_dispatch")
    assert dispatch["open"] and [hall["title"] for hall in dispatch["agreements"][0]["halls"]] == ["石景山区政务服务中心"]
