"""The preview of a drafted document, whatever state the draft is in, and what its editor is told."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from yichuang.bootstrap import App
from yichuang.ports import Actor, Body

Login = Callable[..., FlaskClient]
STAFF = Actor("items", "事项管理员")


def drafted(built: App, **changes: Any) -> int:
    publishing = built.services.publishing
    body: Body = {**built.services.catalogue.current().get("document", "acceptance"), **changes}
    number = publishing.open("改文书", STAFF)
    publishing.put(number, {key: value for key, value in body.items() if value is not None}, STAFF)
    return number


def test_the_preview_shows_the_draft_and_not_what_is_published(built: App, login: Login) -> None:
    number, client = drafted(built, title="试验通知书"), login("items")
    page = client.get(f"/admin/changes/{number}/preview/document/acceptance?hall=lugu_hall&item=food_business_new")
    assert page.status_code == 200
    assert page.text.count("data:image/png;base64,") == 1
    pdf = client.get(f"/admin/changes/{number}/paper/acceptance?item=food_business_new")
    assert pdf.mimetype == "application/pdf"
    assert pdf.headers["Content-Disposition"].startswith("inline")
    assert pdf.data.startswith(b"%PDF")


@pytest.mark.parametrize(
    "changes",
    [
        {"blocks": None}, {"blocks": [1, None]}, {"blocks": [{"type": "flying"}]}, {"number": {"word": "受", "digits": "x"}}, {"number": [1]},
        {"number": {"word": "受", "parts": ["moon"]}}, {"title": None}, {"sealed_by": [{"seal_title": 5, "when": 7}]}, {"copies": [{}]},
        {"blocks": [{"type": "table", "source": "materials.received", "columns": [{}]}]}, {"authority": None},
    ],
)  # fmt: skip
def test_a_draft_that_is_wrong_is_previewed_in_words(built: App, login: Login, changes: dict[str, Any]) -> None:
    number, client = drafted(built, **changes), login("items")
    for address in (f"/admin/changes/{number}/preview/document/acceptance", f"/admin/changes/{number}/paper/acceptance"):
        answer = client.get(address)
        assert answer.status_code == 200
        assert answer.mimetype == "application/pdf" or "内容还不完整" in answer.text or "png" in answer.text


def test_the_editor_is_told_the_fields_by_title_and_what_belongs_to_which_block(built: App, login: Login) -> None:
    number = drafted(built)
    told = login("items").get(f"/admin/changes/{number}/api/document/acceptance").get_json()
    assert {"path": "dates.accepted", "title": "受理日期", "type": "日期", "scope": "日期"} in told["fields"]
    assert told["belongs"]["lines"] == ["signatures"]
    facts = login("items").get(f"/admin/changes/{number}/api/document/acceptance/facts").get_json()["facts"]
    assert {"org.street", "case.round", "refusal.where", "item.type"} <= {fact["path"] for fact in facts}


def test_a_register_out_of_reach_is_refused(built: App, login: Login) -> None:
    client = login("dept")
    assert client.get("/admin/documents/register?authority=wjw&word=受&year=2026").status_code == 200
    for address in ("register", "register.xlsx"):
        assert client.get(f"/admin/documents/{address}?authority=scjg&word=受&year=2026").status_code == 403
    assert client.post("/admin/documents/skip?authority=wjw&word=受", data={"up_to": "3", "reason": "手工出具"}).status_code == 403
    assert client.post("/admin/documents/void", data={"document": "x", "reason": "错了"}).status_code == 404
