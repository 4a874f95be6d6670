"""The phone form: a visitor's own drafts by cookie, and the 预填码 that takes them to the counter."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

ITEM = "food_business_new"


def begin(client: FlaskClient, **content: Any) -> dict[str, Any]:
    response = client.post("/apply/api/drafts", json={"item": ITEM, **content})
    assert response.status_code == 201
    return dict(response.get_json())


def test_the_list_offers_items_with_a_form(visitor: FlaskClient) -> None:
    html = visitor.get("/apply").get_data(as_text=True)
    assert f'href="/apply/{ITEM}"' in html
    assert f'href="/apply/{ITEM}"' in visitor.get("/apply?q=spjy").get_data(as_text=True)


def test_the_token_is_in_a_cookie_that_no_script_reads_and_not_in_any_address(visitor: FlaskClient) -> None:
    response = visitor.post("/apply/api/drafts", json={"item": ITEM})
    cookie = response.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/apply" in cookie
    token = cookie.split("=", 1)[1].split(";")[0]
    assert len(token) >= 40
    assert token not in response.get_data(as_text=True)


def test_a_begun_form_comes_back_to_the_same_browser_only(visitor: FlaskClient, site: Flask) -> None:
    draft = begin(visitor, answers={"operator_name": "小店"})
    page = visitor.get(f"/apply/api/items/{ITEM}").get_json()
    assert page["draft"]["id"] == draft["id"]
    assert "小店" in page["form_html"]
    assert "继续填写" in visitor.get("/apply").get_data(as_text=True)
    stranger = site.test_client()
    assert stranger.get(f"/apply/api/items/{ITEM}").get_json()["draft"] is None
    assert stranger.get(f"/apply/api/drafts/{draft['id']}").status_code == 404
    assert stranger.put(f"/apply/api/drafts/{draft['id']}", json={"revision": 1}).status_code == 404


def test_a_begun_form_stays_with_its_release(visitor: FlaskClient, republish: Callable[..., int]) -> None:
    begin(visitor)
    republish(ITEM, title="食品经营许可（改名）")
    assert visitor.get(f"/apply/api/items/{ITEM}").get_json()["title"] == "食品经营许可（新办）"


def test_the_code_is_given_with_what_is_missing_and_a_clerk_takes_the_form_over(
    visitor: FlaskClient, sign_in: Callable[[str], FlaskClient]
) -> None:
    draft = begin(visitor, answers={"operator_name": "小店"})
    given = visitor.post(f"/apply/api/drafts/{draft['id']}/prefill").get_json()
    assert len(given["code"]) == 10
    assert any(problem["path"] == "credit_code" for problem in given["problems"])
    clerk = sign_in("clerk")
    assert clerk.post("/desk/api/prefill", json={"code": "AAAAAAAAAA"}).status_code == 404
    taken = clerk.post("/desk/api/prefill", json={"code": given["code"].lower()}).get_json()
    assert taken["answers"] == {"operator_name": "小店"}
    assert visitor.put(f"/apply/api/drafts/{draft['id']}", json={"revision": taken["revision"]}).status_code == 404


def test_the_phone_form_is_the_same_definition_in_another_shape(visitor: FlaskClient, sign_in: Callable[[str], FlaskClient]) -> None:
    phone = visitor.get(f"/apply/api/items/{ITEM}").get_json()
    desk = sign_in("clerk").get(f"/desk/api/items/{ITEM}").get_json()
    assert phone["wire"] == desk["wire"]
    assert phone["form_html"] != desk["form_html"]
