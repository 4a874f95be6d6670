"""The desk's interface of notification-and-commitment: whose drafts, in which order, with what words when something is wrong."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

SITUATION = {"composition": "personal", "premises": "own", "pre_approval": "without_pre", "with_name": "unnamed", "handler": "self"}
ANSWERS = {"operator_name": "测试甲", "operator_id_type": "111", "operator_id_no": "11010719900307001X"}
STROKES = {"strokes": [[[10 * n, 20 + n, 0.5, n] for n in range(12)]], "width": 300, "height": 120}
BASE = "/desk/api/commitments"


@pytest.fixture
def clerk(sign_in: Callable[[str], FlaskClient]) -> FlaskClient:
    client = sign_in("clerk")
    client.post("/desk/api/window", json={"window": "b10"})
    return client


@pytest.fixture
def draft(clerk: FlaskClient) -> str:
    begun = clerk.post("/desk/api/drafts", json={"item": "individual_business_new", "situation": SITUATION, "answers": ANSWERS, "applicant": {}})
    return str(begun.get_json()["id"])


def offered(client: FlaskClient, draft: str) -> Any:
    return client.post(f"{BASE}/offer", json={"draft": draft, "code": "individual_business"})


def test_offered_read_signed_and_withdrawn(clerk: FlaskClient, draft: str) -> None:
    [offer] = clerk.get(f"{BASE}?draft={draft}").get_json()["offers"]
    assert offer["open"] and [stand["code"] for stand in offer["replaced"]] == ["premises_use"]
    told = offered(clerk, draft).get_json()
    key = told["commitment"]["id"]
    assert told["signers"] == {"applicant": "申请人本人"} and told["letter"][0]["title"] == "承诺人"
    signed = clerk.post(f"{BASE}/{key}/sign", json={"draft": draft, "letter_hash": told["letter_hash"], "signature": STROKES})
    assert signed.get_json()["effective"]["replaced"] == ["premises_use"]
    kept = clerk.get(f"{BASE}/{key}?draft={draft}").get_json()
    assert kept["genuine"] is True and kept["signature"].startswith("<svg")
    withdrawn = clerk.post(f"{BASE}/{key}/withdraw", json={"draft": draft}).get_json()
    assert withdrawn["effective"]["replaced"] == []


def test_a_wrong_signature_or_letter_is_refused_in_words(clerk: FlaskClient, draft: str) -> None:
    told = offered(clerk, draft).get_json()
    address = f"{BASE}/{told['commitment']['id']}/sign"
    empty = clerk.post(address, json={"draft": draft, "letter_hash": told["letter_hash"], "signature": {"strokes": []}})
    assert empty.status_code == 400 and "签名" in empty.get_json()["detail"]
    other = clerk.post(address, json={"draft": draft, "letter_hash": "0" * 64, "signature": STROKES})
    assert other.status_code == 422 and "重新阅读" in other.get_json()["reasons"][0]["remedy"]
    agent = clerk.post(address, json={"draft": draft, "letter_hash": told["letter_hash"], "signature": STROKES, "signer": "agent"})
    assert agent.status_code == 400 and "本人" in agent.get_json()["detail"]


def test_another_clerks_draft_is_nobodys_business(sign_in: Callable[[str], FlaskClient], clerk: FlaskClient, draft: str) -> None:
    key = offered(clerk, draft).get_json()["commitment"]["id"]
    mine = clerk.post("/desk/api/drafts", json={"item": "individual_business_new", "situation": SITUATION}).get_json()["id"]
    assert clerk.post(f"{BASE}/{key}/decline", json={"draft": mine}).status_code == 404
    stranger = sign_in("other")
    assert stranger.get(f"{BASE}?draft={draft}").status_code == 404
    assert stranger.post(f"{BASE}/{key}/decline", json={"draft": draft}).status_code == 404


def test_without_a_draft_the_page_is_told_so(clerk: FlaskClient) -> None:
    answer = clerk.get(BASE)
    assert answer.status_code == 400 and answer.get_json()["problems"][0]["field"] == "draft"
    assert clerk.get(f"{BASE}?case=unknown").status_code == 404


def test_whoever_may_not_check_sees_neither_tasks_nor_records(clerk: FlaskClient) -> None:
    assert clerk.get("/desk/verifications").status_code == 403
    assert clerk.get("/desk/credit").status_code == 403
