"""Logging in: lock-out, tokens, cookies, sessions that end, where one comes to."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from yichuang.access.roles import DEMO_PASSWORD
from yichuang.web.admin import lockout

Login = Callable[..., FlaskClient]


def _token(client: FlaskClient, **query: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/login/", query_string=query).text)
    assert found
    return found.group(1)


def attempt(flask: Flask, name: str, password: str) -> Any:
    client = flask.test_client()
    return client.post("/login/", data={"username": name, "password": password, "csrf_token": _token(client)})


@pytest.mark.parametrize("name", ["items", "nobody", "ITEMS"])
def test_five_failures_lock_an_account_known_or_not(flask: Flask, name: str) -> None:
    for _ in range(lockout.MOST - 1):
        answer = attempt(flask, name, "wrong")
        assert answer.status_code == 401 and "账号或密码不正确" in answer.text
    assert "已锁定" in attempt(flask, name, "wrong").text
    refused = attempt(flask, name.lower(), DEMO_PASSWORD)
    assert refused.status_code == 401 and "已锁定 15 分钟" in refused.text


def test_the_lock_ends_by_itself_and_a_success_clears_the_count(flask: Flask, clock: Any) -> None:
    for _ in range(lockout.MOST):
        attempt(flask, "items", "wrong")
    clock.ahead = lockout.LOCKED_FOR + timedelta(seconds=1)
    assert attempt(flask, "items", DEMO_PASSWORD).status_code == 302
    assert "账号或密码不正确" in attempt(flask, "items", "wrong").text


def test_the_security_administrator_unlocks(flask: Flask, login: Login) -> None:
    for _ in range(lockout.MOST):
        attempt(flask, "items", "wrong")
    security = login("security")
    assert "已锁定" in security.get("/admin/users/").text
    assert security.post("/admin/users/items/unlock").status_code == 302
    assert attempt(flask, "items", DEMO_PASSWORD).status_code == 302


def test_there_is_no_second_door(flask: Flask) -> None:
    client = flask.test_client()
    body = {"username": "items", "password": DEMO_PASSWORD, "provider": "db"}
    assert client.post("/api/v1/security/login", json=body).status_code in (400, 404)
    rules = {rule.rule for rule in flask.url_map.iter_rules()}
    assert not any(
        "security" in rule or rule.startswith(("/users", "/roles", "/resetpassword", "/register", "/lang", "/back"))
        for rule in rules
    )


def test_a_log_in_without_a_token_is_refused(flask: Flask) -> None:
    answer = flask.test_client().post("/login/", data={"username": "items", "password": DEMO_PASSWORD})
    assert answer.status_code == 400 and "页面已过期" in answer.text


def test_the_cookie_is_closed_to_scripts_and_other_sites(flask: Flask) -> None:
    cookie = attempt(flask, "items", DEMO_PASSWORD).headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie


def test_a_log_in_starts_a_session_of_its_own(flask: Flask) -> None:
    client = flask.test_client()
    client.get("/login/")
    with client.session_transaction() as session:
        session["planted"] = "before"
        token = session["csrf_token"]

    client.post("/login/", data={"username": "items", "password": DEMO_PASSWORD, "csrf_token": _token(client)})
    with client.session_transaction() as session:
        assert "planted" not in session and session["csrf_token"] != token


@pytest.mark.parametrize(
    ("name", "landing"), [("clerk", "/desk"), ("items", "/admin/"), ("sysadmin", "/admin/"), ("audit", "/admin/")]
)
def test_everybody_lands_where_they_work(flask: Flask, name: str, landing: str) -> None:
    assert attempt(flask, name, DEMO_PASSWORD).headers["Location"] == landing


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "/login/?next=/desk", "javascript:alert(1)"],
)
def test_a_log_in_never_leads_elsewhere(flask: Flask, elsewhere: str) -> None:
    client = flask.test_client()
    given = {"username": "items", "password": DEMO_PASSWORD, "csrf_token": _token(client, next=elsewhere)}
    assert client.post("/login/", query_string={"next": elsewhere}, data=given).headers["Location"] == "/admin/"


def test_a_get_does_not_log_out(login: Login) -> None:
    client = login("items")
    assert "退出登录？" in client.get("/logout/").text
    assert client.get("/admin/").status_code == 200
    client.post("/logout/")
    assert client.get("/admin/").status_code == 302


def test_a_session_ends_after_two_hours_away(login: Login) -> None:
    client = login("items")
    with client.session_transaction() as session:
        session["seen"] -= 2 * 3600 + 5
    assert "/login/" in client.get("/admin/").headers["Location"]


def test_a_new_password_ends_all_other_sessions_and_weak_ones_are_refused(login: Login) -> None:
    here, there = login("items"), login("items")
    weak = here.post("/account/", data={"old": DEMO_PASSWORD, "new": "short", "again": "short"})
    assert weak.status_code == 422 and "密码太短" in weak.text
    given = {"old": DEMO_PASSWORD, "new": "Ganjing-Shui9", "again": "Ganjing-Shui9"}
    assert here.post("/account/", data=given).status_code == 302
    assert here.get("/admin/").status_code == 200
    assert there.get("/admin/").status_code == 302


def test_a_first_password_must_be_changed(login: Login) -> None:
    given = login("sysadmin").post("/admin/users/items/password").text
    password = re.search(r"初始密码是 <strong class=\"mono\">([^<]+)<", given)
    assert password
    client = login("items", password.group(1))
    assert client.get("/admin/").headers["Location"] == "/account/?must=1"


def test_an_address_that_tries_too_often_is_slowed_down(flask: Flask) -> None:
    client = flask.test_client()
    token = _token(client)
    given = {"username": "nobody", "password": "wrong", "csrf_token": token}
    answers = [client.post("/login/", data=given).status_code for _ in range(61)]
    assert answers[0] == 401 and answers[-1] == 429
    assert "操作过于频繁" in client.post("/login/", data=given).text
