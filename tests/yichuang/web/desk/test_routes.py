"""The desk's routes: who may, what they get, how drafts live and old releases stay."""

import time
from collections.abc import Callable
from io import BytesIO
from typing import Any
from urllib.parse import unquote

import pytest
from flask.testing import FlaskClient

from yichuang.ports import SYSTEM, Place
from yichuang.services import Services

SignIn = Callable[[str], FlaskClient]
FOOD = "food_business_new"


def start(client: FlaskClient, item: str = FOOD, **content: Any) -> dict[str, Any]:
    response = client.post("/desk/api/drafts", json={"item": item, **content})
    assert response.status_code == 201, response.get_json()
    return dict(response.get_json())


@pytest.fixture
def clerk(sign_in: SignIn) -> FlaskClient:
    return sign_in("clerk")


def test_who_is_not_signed_in_is_led_to_the_log_in_page_and_fetch_is_told(visitor: FlaskClient) -> None:
    page = visitor.get("/desk", headers={"Accept": "text/html"})
    assert page.status_code == 302
    assert unquote(page.headers["Location"]).endswith("next=/desk")
    refused = visitor.get("/desk/api/drafts")
    assert refused.status_code == 401
    assert refused.mimetype == "application/problem+json"
    assert "已填内容不会丢失" in refused.get_json()["title"]


@pytest.mark.parametrize("path", ["/desk/api/session", "/desk/api/search?q=sp", f"/desk/api/items/{FOOD}", "/desk/api/drafts"])
def test_who_is_no_clerk_may_not(sign_in: SignIn, path: str) -> None:
    assert sign_in("items").get(path).status_code == 403


def test_who_fills_in_no_forms_is_led_to_where_their_work_is(sign_in: SignIn) -> None:
    answer = sign_in("items").get("/desk")
    assert answer.status_code == 302
    assert answer.headers["Location"] != "/desk"
    assert sign_in("items").get(answer.headers["Location"]).status_code == 200


def test_the_page_names_user_and_release(clerk: FlaskClient) -> None:
    html = clerk.get("/desk").get_data(as_text=True)
    assert "演示人员" in html
    assert "第 1 版" in html
    assert "onclick" not in html
    assert " style=" not in html


@pytest.mark.parametrize("words", ["spjyxk", "食品经营", "市场监管", "food_business"])
def test_an_item_is_found_by_initials_name_department_and_code_in_a_tenth_of_a_second(clerk: FlaskClient, words: str) -> None:
    clerk.get("/desk/api/search", query_string={"q": words})
    began = time.perf_counter()
    found = clerk.get("/desk/api/search", query_string={"q": words}).get_json()["items"]
    assert time.perf_counter() - began < 0.1
    assert FOOD in [item["code"] for item in found]
    assert all(item["department_title"] for item in found)


def test_an_item_comes_with_wire_form_and_elements(clerk: FlaskClient) -> None:
    page = clerk.get(f"/desk/api/items/{FOOD}").get_json()
    assert page["release"] == 1
    assert page["wire"]["questions"]
    assert 'data-path="operator_name"' in page["form_html"]
    assert ["承诺时限", "6 个工作日"] in page["elements"]
    assert clerk.get("/desk/api/items/nowhere").status_code == 404


def test_a_window_is_one_of_the_organisation_and_is_remembered(clerk: FlaskClient) -> None:
    windows = [w["code"] for hall in clerk.get("/desk/api/session").get_json()["halls"] for w in hall["windows"]]
    assert clerk.post("/desk/api/window", json={"window": "nowhere"}).status_code == 400
    assert clerk.post("/desk/api/window", json={"window": windows[3]}).status_code == 200
    assert clerk.get("/desk/api/session").get_json()["window"] == windows[3]


def test_a_window_is_one_of_ones_own_hall(sign_in: SignIn) -> None:
    street = sign_in("street")
    session = street.get("/desk/api/session").get_json()
    assert [hall["code"] for hall in session["halls"]] == ["lugu_hall"]
    refused = street.post("/desk/api/window", json={"window": "b12"})
    assert refused.status_code == 403
    assert "不属于您所在的大厅" in refused.get_json()["detail"]
    assert street.post("/desk/api/window", json={"window": "lugu_w1"}).status_code == 200


def test_who_is_posted_nowhere_is_told_what_to_ask_for(sign_in: SignIn) -> None:
    client = sign_in("unposted")
    session = client.get("/desk/api/session").get_json()
    assert session["halls"] == []
    assert "系统管理员" in session["no_window"]
    refused = client.post("/desk/api/window", json={"window": "b12"})
    assert refused.status_code == 403
    assert "登记所属大厅" in refused.get_json()["detail"]


def test_who_is_posted_elsewhere_has_to_choose_a_window_again(sign_in: SignIn, services: Services) -> None:
    client = sign_in("clerk")
    client.post("/desk/api/window", json={"window": "b12"})
    services.authority.post(SYSTEM, "clerk", Place(hall="lugu_hall", street="lugu"))
    assert client.get("/desk/api/session").get_json()["window"] is None


def test_a_draft_is_kept_listed_resumed_and_discarded(clerk: FlaskClient) -> None:
    draft = start(clerk, answers={"operator_name": "北京试验餐饮有限公司"})
    saved = clerk.put(f"/desk/api/drafts/{draft['id']}", json={"revision": 1, "answers": {"operator_name": "改了名"}})
    assert saved.get_json()["revision"] == 2
    page = clerk.get(f"/desk/api/drafts/{draft['id']}").get_json()
    assert page["draft"]["answers"] == {"operator_name": "改了名"}
    assert "改了名" in page["form_html"]
    assert [line["id"] for line in clerk.get("/desk/api/drafts").get_json()["drafts"]] == [draft["id"]]
    assert clerk.delete(f"/desk/api/drafts/{draft['id']}").status_code == 200
    assert clerk.get(f"/desk/api/drafts/{draft['id']}").status_code == 404


def test_a_save_from_another_tab_is_answered_with_what_stands(clerk: FlaskClient) -> None:
    draft = start(clerk)
    clerk.put(f"/desk/api/drafts/{draft['id']}", json={"revision": 1, "answers": {"operator_name": "甲"}})
    late = clerk.put(f"/desk/api/drafts/{draft['id']}", json={"revision": 1, "answers": {"operator_name": "乙"}})
    assert late.status_code == 409
    assert late.get_json()["type"] == "urn:yichuang:draft_outdated"
    assert late.get_json()["current"]["answers"] == {"operator_name": "甲"}
    assert clerk.put(f"/desk/api/drafts/{draft['id']}", json={"answers": {}}).status_code == 400


def test_another_clerk_gets_not_found(clerk: FlaskClient, sign_in: SignIn) -> None:
    draft = start(clerk)
    assert sign_in("other").get(f"/desk/api/drafts/{draft['id']}").status_code == 404
    assert sign_in("lead").get(f"/desk/api/drafts/{draft['id']}").status_code == 200


def test_submit_says_all_faults_by_field(clerk: FlaskClient) -> None:
    draft = start(clerk)
    refused = clerk.post(f"/desk/api/drafts/{draft['id']}/submit", json={"revision": 1})
    assert refused.get_json()["problems"][0]["field"] == "window"
    clerk.post("/desk/api/window", json={"window": "b12"})
    refused = clerk.post(f"/desk/api/drafts/{draft['id']}/submit", json={"revision": 1})
    assert refused.status_code == 422
    problems = refused.get_json()["problems"]
    assert {"operator_name", "business_type", "legal_rep/name"} <= {problem["field"] for problem in problems}
    assert all(problem["message"] for problem in problems)


def test_an_open_draft_keeps_its_release_while_the_pulse_tells_of_the_new_one(
    clerk: FlaskClient, republish: Callable[..., int], services: Services
) -> None:
    draft = start(clerk)
    before = clerk.get(f"/desk/api/pulse?item={FOOD}").get_json()
    assert republish(FOOD, title="食品经营许可（改名）") == 2
    after = clerk.get(f"/desk/api/pulse?item={FOOD}").get_json()
    assert (after["release"], after["digest"] == before["digest"]) == (2, False)
    page = clerk.get(f"/desk/api/drafts/{draft['id']}").get_json()
    assert (page["release"], page["current"], page["outdated"]) == (1, 2, True)
    assert page["title"] == "食品经营许可（新办）"
    assert clerk.get(f"/desk/api/items/{FOOD}").get_json()["title"] == "食品经营许可（改名）"
    fresh = clerk.post(f"/desk/api/drafts/{draft['id']}/renew", json={}).get_json()
    assert (fresh["release"], fresh["id"] != draft["id"]) == (2, True)


def test_a_release_that_does_not_touch_the_item_does_not_call_it_outdated(clerk: FlaskClient, republish: Callable[..., int]) -> None:
    draft = start(clerk)
    republish("temporary_assistance", title="临时救助（改名）")
    assert clerk.get(f"/desk/api/drafts/{draft['id']}").get_json()["outdated"] is False
    assert clerk.get("/desk/api/drafts").get_json()["drafts"][0]["outdated"] is False


def test_a_file_goes_to_an_attachment_field_only(clerk: FlaskClient) -> None:
    draft = start(clerk)
    where = f"/desk/api/drafts/{draft['id']}/files"
    page = clerk.get(f"/desk/api/items/{FOOD}").get_json()
    field = next(f for s in page["wire"]["form"]["sections"] for f in s["fields"] if f["type"] == "attachment")
    kept = clerk.post(where, data={"path": field["code"], "file": (BytesIO(b"%PDF-1.7"), "图.pdf")})
    assert kept.status_code == 201
    assert kept.get_json()["name"] == "图.pdf"
    assert clerk.post(where, data={"path": "operator_name", "file": (BytesIO(b"%PDF-1.7"), "a.pdf")}).status_code == 400
    assert clerk.post(where, data={"path": field["code"], "file": (BytesIO(b"MZ"), "a.pdf")}).status_code == 400
    assert clerk.post(where, data={"path": field["code"]}).status_code == 400


def test_a_notice_needs_the_situation_and_comes_with_its_addresses(clerk: FlaskClient) -> None:
    refused = clerk.post("/desk/api/notices", json={"item": FOOD, "situation": {}})
    assert refused.status_code == 400
    assert {p["field"] for p in refused.get_json()["problems"]} >= {"situation/business_type"}
    chosen = {"business_type": "canteen", "canteen_kind": "self_run", "business_items": ["hot_food"], "premises": "own", "handler": "self"}
    issued = clerk.post("/desk/api/notices", json={"item": FOOD, "situation": chosen}).get_json()
    assert issued["url"].endswith(f"/n/{issued['code']}")
    assert clerk.get(issued["qr_url"]).mimetype == "image/svg+xml"
