"""Cases at the desk by their routes: who may, what is refused in words, what never stands in an answer or an address."""

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.journeys.filling import take_in
from yichuang.services import Services

SignIn = Callable[[str], FlaskClient]
HYGIENE = "public_place_hygiene_new"
PHONE = "13800000000"


@pytest.fixture
def case(services: Services) -> str:
    return take_in(services, HYGIENE, "b12")


@pytest.fixture
def ready(services: Services) -> str:
    """With all its materials."""
    return take_in(services, HYGIENE, "b12", complete=True)


@pytest.fixture
def clerk(sign_in: SignIn) -> FlaskClient:
    client = sign_in("clerk")
    client.post("/desk/api/window", json={"window": "b12"})
    return client


def wire(client: FlaskClient, case: str) -> dict[str, Any]:
    return dict(client.get(f"/desk/api/cases/{case}").get_json()["case"])


def act(client: FlaskClient, case: str, action: str, key: str = "k1", revision: int | None = None, **inputs: Any) -> Any:
    standing = wire(client, case)["revision"] if revision is None else revision
    return client.post(f"/desk/api/cases/{case}/act", json={"action": action, "inputs": inputs, "revision": standing, "key": key})


@pytest.mark.parametrize("path", ["/desk/cases", "/desk/inbox", "/desk/api/cases/queue/counter", "/desk/cases/nowhere"])
def test_who_may_not_read_cases_gets_no_page_of_them(sign_in: SignIn, visitor: FlaskClient, path: str) -> None:
    assert sign_in("items").get(path).status_code == 403
    assert visitor.get(path, headers={"Accept": "application/json"}).status_code == 401


def test_the_bar_shows_what_ones_powers_open_and_nothing_else(sign_in: SignIn, clerk: FlaskClient) -> None:
    def entries(client: FlaskClient, path: str) -> list[str]:
        html = client.get(path).get_data(as_text=True)
        return re.findall(r"<a href=\"/desk[^\"]*\"[^>]*>([^<]+)</a>", html[html.index("bar-nav") : html.index("</nav>")])

    assert entries(clerk, "/desk/cases")[:2] == ["受理", "办件"]
    assert "部门收件箱" not in entries(clerk, "/desk/cases")
    assert entries(sign_in("approver"), "/desk/inbox")[0] == "部门收件箱"
    assert "受理" not in entries(sign_in("approver"), "/desk/inbox")


def test_who_fills_in_no_forms_is_led_to_where_their_work_is(sign_in: SignIn) -> None:
    assert sign_in("approver").get("/desk").headers["Location"] == "/desk/inbox"
    assert sign_in("manager").get("/desk").headers["Location"] == "/desk/cases"


def test_the_page_shows_the_case_without_a_script_and_nothing_personal_in_full(clerk: FlaskClient, case: str) -> None:
    html = clerk.get(f"/desk/cases/{case}").get_data(as_text=True)
    for words in ("公共场所卫生许可", "已收件", "申请材料", "前答复是否受理", "办理过程", "138****0000", "补正告知"):
        assert words in html
    assert PHONE not in html and "110107199001010013" not in html
    assert "onclick" not in html and " style=" not in html


def test_full_particulars_need_a_power_and_leave_a_trace(clerk: FlaskClient, sign_in: SignIn, services: Services, case: str) -> None:
    assert PHONE in clerk.post(f"/desk/api/cases/{case}/reveal", json={}).get_json()["html"]
    assert sign_in("manager").post(f"/desk/api/cases/{case}/reveal", json={}).status_code == 403
    assert [entry.actor for entry in services.audit.entries("case", case) if entry.action == "case.reveal"] == ["clerk"]


@pytest.mark.parametrize("name", ["street", "elsewhere", "unposted"])
def test_a_case_out_of_reach_is_not_there(sign_in: SignIn, clerk: FlaskClient, ready: str, name: str) -> None:
    document = act(clerk, ready, "accept").get_json()["case"]["documents"][0]["id"]
    other, base = sign_in(name), f"/desk/api/cases/{ready}"
    reads = [f"/desk/cases/{ready}", base, f"{base}/pulse", f"{base}/form.pdf", f"{base}/documents/{document}.pdf", f"{base}/files/{'a' * 64}"]
    assert {other.get(path).status_code for path in reads} == {404}
    writes = [f"{base}/act", f"{base}/take", f"{base}/release", f"{base}/reveal", f"{base}/materials", f"{base}/materials/licence/reuse"]
    body = {"action": "accept", "inputs": {}, "revision": 1, "key": "x"}
    assert {other.post(path, json=body).status_code for path in writes} <= {403, 404}
    assert other.put(f"{base}/materials/licence", json={"state": "received"}).status_code == 404
    assert other.post(f"{base}/documents/{document}/void", json={"reason": "试验"}).status_code in (403, 404)


def test_a_document_of_another_case_is_not_given_out(clerk: FlaskClient, services: Services, ready: str) -> None:
    document = act(clerk, ready, "accept").get_json()["case"]["documents"][0]["id"]
    assert clerk.get(f"/desk/api/cases/{ready}/documents/{document}.pdf").data.startswith(b"%PDF-")
    another = take_in(services, HYGIENE, "b12", seed=50)
    assert clerk.get(f"/desk/api/cases/{another}/documents/{document}.pdf").status_code == 404


def test_what_stands_against_a_step_is_said_with_the_way_out(clerk: FlaskClient, case: str) -> None:
    refused = act(clerk, case, "accept")
    assert refused.status_code == 422
    assert {"message", "remedy"} <= refused.get_json()["reasons"][0].keys()
    html = clerk.get(f"/desk/cases/{case}").get_data(as_text=True)
    assert 'aria-describedby="why-accept"' in html and "份必交材料没有收齐" in html


def test_the_same_key_twice_is_one_step_and_an_old_revision_is_answered_with_what_stands(clerk: FlaskClient, ready: str) -> None:
    before = wire(clerk, ready)["revision"]
    first = act(clerk, ready, "accept", "once", before).get_json()
    again = act(clerk, ready, "accept", "once", before).get_json()
    assert first["case"]["documents"] == again["case"]["documents"]
    late = act(clerk, ready, "register_withdrawal", "other", before, reason="申请人撤回")
    assert late.status_code == 409
    assert late.get_json()["current"]["state_title"] == "已受理"


WHOLE = {"action": "accept", "inputs": {}, "key": "k", "revision": 1}


@pytest.mark.parametrize("wrong", [{"action": 1}, {"action": None}, {"inputs": "x"}, {"key": "k" * 65}, {"key": None}, {"revision": "1"}])
def test_a_request_that_says_too_little_is_refused_in_words(clerk: FlaskClient, case: str, wrong: dict[str, Any]) -> None:
    refused = clerk.post(f"/desk/api/cases/{case}/act", json=WHOLE | wrong)
    assert refused.status_code == 400
    assert refused.get_json()["problems"][0]["message"]


def test_who_has_the_case_in_hand_is_named_and_a_lead_gives_it_to_a_colleague(clerk: FlaskClient, sign_in: SignIn, ready: str) -> None:
    assert clerk.post(f"/desk/api/cases/{ready}/take").get_json()["case"]["holder"]["mine"] is True
    other, lead = sign_in("other"), sign_in("lead")
    held = other.post(f"/desk/api/cases/{ready}/take")
    assert (held.status_code, held.get_json()["holder"], bool(held.get_json()["until"])) == (409, "clerk", True)
    people = [one["name"] for one in lead.get(f"/desk/api/cases/{ready}/colleagues").get_json()["people"]]
    assert people[0] == "lead" and {"clerk", "other"} <= set(people) and "street" not in people
    assert lead.post(f"/desk/api/cases/{ready}/hand-over", json={"to": "street", "reason": "试验"}).status_code == 400
    assert lead.post(f"/desk/api/cases/{ready}/hand-over", json={"to": "other"}).status_code == 400
    assert lead.post(f"/desk/api/cases/{ready}/hand-over", json={"to": "other", "reason": "忙"}).status_code == 200
    assert wire(other, ready)["holder"]["mine"] is True
    assert other.get(f"/desk/api/cases/{ready}/colleagues").status_code == 403


def test_a_material_is_checked_off_with_files_and_each_reading_is_noted(clerk: FlaskClient, services: Services, case: str) -> None:
    titles = [material["title"] for material in wire(clerk, case)["materials"]]
    at = titles.index("营业执照")
    code = wire(clerk, case)["materials"][at]["code"]
    where = f"/desk/api/cases/{case}/materials/{code}"
    changed = clerk.put(where, json={"state": "received", "originals": 1, "copies": 2, "pages": 3, "verified": True}).get_json()["case"]
    material = changed["materials"][at]
    assert (material["state"], material["copies"], material["grade"]) == ("received", 2, "B")
    assert clerk.put(where, json={"originals": -1}).get_json()["problems"][0]["field"] == "originals"
    kept = clerk.post(f"{where}/files", data={"file": (BytesIO(b"%PDF-1.7 x"), "合同.pdf")})
    digest = kept.get_json()["case"]["materials"][at]["files"][0]["digest"]
    read = clerk.get(f"/desk/api/cases/{case}/files/{digest}")
    assert (read.data, read.mimetype) == (b"%PDF-1.7 x", "application/pdf")
    assert "合同" not in read.request.path
    assert clerk.post(f"{where}/files", data={"file": (BytesIO(b"MZ"), "a.pdf")}).status_code == 400
    assert clerk.post(f"{where}/files").status_code == 400
    assert [e.actor for e in services.audit.entries("case", case) if e.action == "case.file"] == ["clerk"]
    assert clerk.delete(f"{where}/files/{digest}").get_json()["case"]["materials"][at]["files"] == []


def test_all_that_is_still_to_come_is_taken_in_as_many_as_are_asked_for(clerk: FlaskClient, case: str) -> None:
    after = clerk.post(f"/desk/api/cases/{case}/materials").get_json()["case"]["materials"]
    taken = [material for material in after if material["needed"] and material["necessity"] != "optional"]
    assert all(m["state"] == "received" and (m["originals"], m["copies"]) == (m["expected"]["originals"], m["expected"]["copies"]) for m in taken)
    assert any(m["originals"] for m in taken) and any(m["copies"] for m in taken)


def test_a_wrong_field_is_put_right_through_a_correction_at_the_counter(clerk: FlaskClient, case: str) -> None:
    point = {"target": "field", "code": "contact_name", "title": "联系人", "problem": "写错", "standard": "与证件一致"}
    field = next(f for f in wire(clerk, case)["fields"] if f["type"] == "text")
    sent = act(clerk, case, "correct", "c1", points=[point | {"code": field["path"]}], days=5)
    assert sent.status_code == 200, sent.get_json()
    correction = re.search(r'data-correction="([^"]+)"', clerk.get(f"/desk/cases/{case}").get_data(as_text=True))
    assert correction
    where = f"/desk/api/cases/{case}/corrections/{correction[1]}/points/1"
    assert clerk.post(where, json={}).status_code == 400
    assert clerk.post(where, json={"value": "改正后的名字", "files": ["x"]}).status_code == 400
    assert "改填为“改正后的名字”" in clerk.post(where, json={"value": "改正后的名字"}).get_json()["html"]
    assert act(clerk, case, "receive_correction", "c2").status_code == 200
    page = clerk.get(f"/desk/cases/{case}").get_data(as_text=True)
    assert "改正后的名字" in page[page.index('id="form-block"') :]


def test_a_document_is_made_void_by_a_lead_with_a_reason(clerk: FlaskClient, sign_in: SignIn, ready: str) -> None:
    document = act(clerk, ready, "accept").get_json()["case"]["documents"][0]["id"]
    where, lead = f"/desk/api/cases/{ready}/documents/{document}/void", sign_in("lead")
    assert clerk.post(where, json={"reason": "写错了"}).status_code == 403
    assert lead.post(where, json={"reason": ""}).get_json()["problems"][0]["field"] == "reason"
    assert "已作废" in lead.post(where, json={"reason": "写错了"}).get_json()["html"]


def test_a_search_names_the_filter_it_cannot_read_and_pages_by_cursor(clerk: FlaskClient, case: str) -> None:
    def ask(**query: Any) -> Any:
        return clerk.post("/desk/api/cases/search", json=query)

    assert ask(text="91110107MA0TERT167").get_json()["count"] == 1
    assert ask(item="nothing").get_json()["count"] == 0
    for query, field in (
        ({"since": "x"}, "since"), ({"text": "a" * 101}, "text"), ({"light": "blue"}, "light"), ({"before": "x"}, "before"), ({"item": 3}, "item"),
        ({"since": "2026-02-01", "until": "2026-01-01"}, "since"),
    ):  # fmt: skip
        refused = ask(**query)
        assert (refused.status_code, refused.get_json()["problems"][0]["field"]) == (400, field)
    assert clerk.get("/desk/api/cases/search?text=x").status_code in (404, 405)


def test_the_form_is_printed_in_full_for_who_may_see_it(clerk: FlaskClient, sign_in: SignIn, case: str) -> None:
    assert clerk.get(f"/desk/api/cases/{case}/form.pdf").data.startswith(b"%PDF-")
    assert sign_in("manager").get(f"/desk/api/cases/{case}/form.pdf").status_code == 403


def test_groups_stand_on_the_page_of_those_who_act_on_them(clerk: FlaskClient, sign_in: SignIn, ready: str) -> None:
    def group(client: FlaskClient, path: str) -> list[str]:
        return re.findall(r'<a href="#group-(\w+)"', client.get(path).get_data(as_text=True))

    assert "received" in group(clerk, "/desk/cases") and "in_review" not in group(clerk, "/desk/cases")
    assert {"accepted", "in_review", "special"} <= set(group(sign_in("approver"), "/desk/inbox"))
    act(clerk, ready, "accept")
    assert ready in sign_in("approver").get("/desk/inbox").get_data(as_text=True)
    assert ready not in sign_in("elsewhere").get("/desk/inbox").get_data(as_text=True)
