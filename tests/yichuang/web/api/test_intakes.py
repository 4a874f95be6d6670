"""Fetching intakes: what stands, in whose shape, for whom; by both ways the same."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import jsonschema
import pytest
from flask import Flask
from sqlalchemy import select

from tests.yichuang.cases.conftest import BOTH, HallAtWork
from tests.yichuang.web.api.conftest import Caller
from yichuang.audit.model import audit_entries
from yichuang.ports import SYSTEM

pytestmark = BOTH
Make = Callable[..., Caller]


@pytest.fixture
def case(hall: HallAtWork) -> str:
    made = hall.receive("food_business_new", operator_name="北京恒信餐饮有限公司")
    hall.collect(made)
    hall.act(made, "accept")
    assert sum(iter(hall.services.intakes.assemble, 0)) == 1
    return made


def number(hall: HallAtWork, case: str) -> str:
    return hall.services.intakes.find(case).number


def refusals(hall: HallAtWork) -> list[tuple[int, str]]:
    return [(row.status, row.detail) for row in hall.services.clients.refusals()]


def test_one_by_number_and_by_id_on_the_fast_way_and_by_flask(hall: HallAtWork, bus: Flask, caller: Make, case: str) -> None:
    client = caller()
    by_number, by_id = client.ask(f"/intakes/{number(hall, case)}"), client.ask(f"/intakes/{case}")
    assert (by_number.status_code, by_number.get_json()) == (200, by_id.get_json())
    assert by_number.get_json()["case"]["state"] == "accepted"
    front, bus.wsgi_app = bus.wsgi_app, bus.wsgi_app._inner  # type: ignore[attr-defined]
    plain = client.ask(f"/intakes/{case}")
    bus.wsgi_app = front  # type: ignore[method-assign]
    assert (plain.status_code, plain.get_json()) == (200, by_id.get_json())


def test_what_changed_just_now_is_seen_and_every_reading_is_on_record(hall: HallAtWork, caller: Make, case: str) -> None:
    client = caller()
    hall.act(case, "take_in", "approver")
    assert client.ask(f"/intakes/{case}").get_json()["case"]["state"] == "in_review"
    hall.services.clients.log.flush()
    with hall.services.database.reading() as connection:
        mine = select(audit_entries).where(audit_entries.c.action == "intake.read")
        (entry,) = connection.execute(mine).all()
    assert (entry.actor, entry.object_code, entry.detail) == (f"api:{client.prefix}", case, number(hall, case))
    (figures,) = hall.services.clients.figures(client.id, hall.clock.now().date())
    assert (figures.operation, figures.ok, figures.refused) == ("getIntake", 1, 0) and figures.p99


def test_at_a_step(hall: HallAtWork, caller: Make, case: str) -> None:
    client = caller()
    hall.act(case, "take_in", "approver")
    assert client.ask(f"/intakes/{case}?step=ACCEPT").get_json()["step"]["action"] == "accept"
    assert client.ask(f"/intakes/{case}?step=RESULT").status_code == 404
    assert client.ask(f"/intakes/{case}?step=%27").status_code == 400


def test_a_client_with_a_target_gets_its_shape(hall: HallAtWork, caller: Make, case: str) -> None:
    found = caller(target="food_bureau").ask(f"/intakes/{case}?step=ACCEPT")
    assert found.status_code in (200, 422)
    if found.status_code == 200:
        assert "applicant" not in found.get_json()
    else:
        assert all(problem["message"] for problem in found.get_json()["problems"])
    nothing = caller("zwj", target="nowhere", items=frozenset()).ask(f"/intakes/{case}")
    assert nothing.status_code == 404


def test_scope_by_department_item_and_field(hall: HallAtWork, caller: Make, case: str) -> None:
    assert caller("wjw").ask(f"/intakes/{case}").status_code == 404
    assert caller(items=frozenset({"company_new"})).ask(f"/intakes/{case}").status_code == 404
    assert caller("*").ask(f"/intakes/{case}").status_code == 200
    kept = caller(fields=frozenset({"form", "applicant.id_no", "contact"})).ask(f"/intakes/{case}").get_json()
    assert (kept["form"], kept["applicant"]["id_no"], set(kept["contact"].values())) == ({}, "", {""})
    assert kept["applicant"]["name"]
    assert caller(scopes=frozenset({"deliveries.read"})).ask(f"/intakes/{case}").status_code == 403
    assert sorted(status for status, _ in refusals(hall)) == [403, 404, 404]


def test_a_signed_request_once_within_its_window_and_untouched(hall: HallAtWork, caller: Make, case: str) -> None:
    client = caller(signed_only=True)
    path = f"/intakes/{case}?step=ACCEPT"
    assert client.ask(path).status_code == 401
    assert client.ask_signed(path).status_code == 200
    nonce = "abcdefgh-1"
    assert [client.ask_signed(path, nonce=nonce).status_code for _ in range(2)] == [200, 401]
    assert client.ask_signed(path, ahead=-301).status_code == client.ask_signed(path, ahead=301).status_code == 401
    assert client.ask_signed(path, ahead=-299).status_code == 200
    forged = client.headers("GET", f"/api/v1/intakes/{case}")
    assert client.http.get(f"/api/v1{path}", headers=forged).status_code == 401
    assert client.ask_signed("/intakes/batch", {"intakes": [case]}).status_code == 200
    body = client.headers("POST", "/api/v1/intakes/batch", b'{"intakes":["other"]}')
    assert client.http.post("/api/v1/intakes/batch", headers=body, json={"intakes": [case]}).status_code == 401
    words = " ".join(detail for _, detail in refusals(hall))
    assert all(said in words for said in ("只接受签名", "已经收到过", "相差超过", "签名不对"))
    assert all(status == 401 for status, _ in refusals(hall))


def test_a_rotated_key_signs_and_opens_until_its_grace_is_over(hall: HallAtWork, caller: Make, case: str) -> None:
    client = caller()
    _, fresh = hall.services.clients.rotate(client.id, SYSTEM)
    path, old = f"/intakes/{case}", client.key
    assert (client.ask(path).status_code, client.ask_signed(path).status_code) == (200, 200)
    client.key = fresh
    assert (client.ask(path).status_code, client.ask_signed(path).status_code) == (200, 200)
    hall.clock.moment += timedelta(hours=25)
    assert client.ask(path).status_code == 200
    client.key = old
    assert (client.ask(path).status_code, client.ask_signed(path).status_code) == (401, 401)


def test_quota_and_rate_are_refused_with_when_to_come_again(hall: HallAtWork, caller: Make, case: str) -> None:
    client = caller(rate=3)
    answers = [client.ask(f"/intakes/{case}") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 61
    hall.clock.moment += timedelta(seconds=61)
    assert client.ask(f"/intakes/{case}").status_code == 200
    limited = caller(quota=2)
    assert [limited.ask(path).status_code for path in (f"/intakes/{case}", "/intakes", f"/intakes/{case}")] == [200, 200, 429]


def test_what_other_processes_counted_is_learnt(hall: HallAtWork, caller: Make, case: str) -> None:
    from yichuang.clients.service import Clients

    client = caller(quota=3)
    services = hall.services
    elsewhere = Clients(services.database, services.vault, services.audit, services.clock)
    for _ in range(2):
        assert client.ask(f"/intakes/{case}").status_code == 200
    services.clients.log.flush()
    who = elsewhere.find(client.id)
    elsewhere.log.limits.take(who)
    with pytest.raises(Exception, match="已经用完"):
        elsewhere.log.limits.take(who)


def test_since_and_batch(hall: HallAtWork, caller: Make, case: str) -> None:
    other = hall.receive("clinic_filing")
    sum(iter(hall.services.intakes.assemble, 0))
    everything = caller("*")
    first = everything.ask("/intakes?since=0&limit=1").get_json()
    assert ([entry["id"] for entry in first["intakes"]], first["more"]) == ([case], True)
    rest = everything.ask(f"/intakes?since={first['next']}").get_json()
    assert ([entry["id"] for entry in rest["intakes"]], rest["more"]) == ([other], False)
    assert everything.ask(f"/intakes?since={rest['next']}").get_json() == {"intakes": [], "next": rest["next"], "more": False}
    assert [entry["id"] for entry in caller("scjg").ask("/intakes").get_json()["intakes"]] == [case]
    found = caller("scjg").ask("/intakes/batch", {"intakes": [case, other, "nothing"]}).get_json()
    assert ([entry["id"] for entry in found["intakes"]], found["missing"]) == ([case], [other, "nothing"])
    assert everything.ask("/intakes?since=-1").status_code == everything.ask("/intakes?limit=0").status_code == 400


def test_a_sandbox_client_sees_samples_and_no_case(hall: HallAtWork, caller: Make, case: str) -> None:
    client = caller(sandbox=True)
    listed = client.ask("/intakes").get_json()["intakes"]
    assert listed and all(entry["number"].startswith("SAMPLE-") for entry in listed)
    sample = listed[0]["number"]
    assert client.ask(f"/intakes/{sample}").get_json()["case"]["number"] == sample
    assert client.ask(f"/intakes/{case}").status_code == client.ask(f"/intakes/{number(hall, case)}").status_code == 404
    assert client.ask("/intakes/batch", {"intakes": [case, sample]}).get_json()["missing"] == [case]
    push = {"key": "k-1", "operator": "张三", "result": "approved"}
    assert client.ask(f"/intakes/{case}/results", push).status_code == 404
    assert client.ask(f"/intakes/{sample}/results", push).status_code == 200
    assert hall.state(case) == "accepted"


def test_a_department_pushes_its_steps_and_result(hall: HallAtWork, caller: Make, case: str) -> None:
    client, there = caller(), f"/intakes/{number(hall, case)}"
    result: dict[str, Any] = {"key": "r-1", "operator": "张审批", "result": "approved", "explanation": "准予经营"}
    refused = client.ask(f"{there}/results", result)
    assert (refused.status_code, refused.get_json()["type"]) == (422, "urn:yichuang:action_refused")
    step = {"key": "s-1", "operator": "张审批", "step": "REVIEW", "action": "take_in"}
    assert client.ask_signed(f"{there}/steps", step).get_json()["state"] == "in_review"
    assert client.ask(f"{there}/results", result).get_json()["state"] == "approved"
    assert client.ask(f"{there}/results", result).get_json()["repeated"] is True
    assert client.ask(f"{there}/results", {**result, "result": "denied"}).status_code == 409
    assert client.ask(f"{there}/results", {"key": "x", "result": "maybe"}).status_code == 400
    assert caller("wjw").ask(f"{there}/results", result).status_code == 404
    assert caller(scopes=frozenset({"intakes.read"})).ask(f"{there}/results", result).status_code == 403


def test_a_file_of_the_materials(hall: HallAtWork, caller: Make) -> None:
    case = hall.receive("food_business_new")
    code = hall.view(case)["materials"][0]["code"]
    hall.services.cases.attach(case, code, "申请书.pdf", b"%PDF-1.4 one", hall.who("clerk"), hall.grants("clerk"))
    client = caller()
    file = next(m for m in client.ask(f"/intakes/{case}").get_json()["materials"] if m["code"] == code)["files"][0]
    assert client.ask(file["url_path"].removeprefix("/api/v1")).data == b"%PDF-1.4 one"
    assert caller("wjw").ask(file["url_path"].removeprefix("/api/v1")).status_code == 404
    assert caller(fields=frozenset({"materials"})).ask(file["url_path"].removeprefix("/api/v1")).status_code == 404


def test_every_answer_is_of_the_declared_shape(hall: HallAtWork, caller: Make, case: str) -> None:
    client = caller("*", target="city_bus")
    paths = client.ask("/openapi.json").get_json()["paths"]
    for path, method, answer in (
        ("/intakes", "get", client.ask("/intakes")),
        ("/intakes/batch", "post", client.ask("/intakes/batch", {"intakes": [case]})),
        ("/intakes/{intake}", "get", client.ask("/intakes/nothing")),
        ("/intakes/{intake}", "get", caller("scjg").ask(f"/intakes/{case}")),
    ):
        content = paths[path][method]["responses"][str(answer.status_code)]["content"]
        schema = content[answer.mimetype]["schema"]
        if "$ref" not in schema:
            jsonschema.Draft202012Validator(schema).validate(answer.get_json())
