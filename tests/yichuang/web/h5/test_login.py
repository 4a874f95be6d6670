"""Logging in at /apply: away and back, what is refused, and how long a session lives."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeSerializer
from sqlalchemy import text
from werkzeug.test import TestResponse

from connectors.oidc import OidcProvider
from connectors.sandbox import SandboxCity
from tests.connectors.city import CLIENT, SECRET, free_port, log_in_at, running_city
from yichuang.ports import SystemClock
from yichuang.services import Services
from yichuang.web.h5.sessions import within_apply

CALLBACK = "http://localhost/apply/login/callback"


class Later(SystemClock):
    by = timedelta()

    def now(self) -> datetime:
        return super().now() + self.by


@pytest.fixture(scope="module")
def city() -> Iterator[SandboxCity]:
    with running_city(CALLBACK) as running:
        yield running


@pytest.fixture
def clock() -> Later:
    return Later()


@pytest.fixture
def services(services: Services, city: SandboxCity, clock: Later) -> Services:
    city.faults.switch({})
    return replace(services, identity=OidcProvider(city.provider.issuer, CLIENT, SECRET, deadline=2), clock=clock)


@pytest.fixture
def browser(site: Flask) -> Callable[[], FlaskClient]:
    return site.test_client


def log_in(client: FlaskClient, sub: str = "p-1001", wanted: str = "/apply") -> TestResponse:
    away = client.get("/apply/login", query_string={"next": wanted})
    assert away.status_code == 303, away.text
    return client.get("/apply/login/callback", query_string=log_in_at(away.headers["Location"], sub))


def test_who_logs_in_comes_back_to_where_they_were(visitor: FlaskClient) -> None:
    answer = log_in(visitor, wanted="/apply/nurse_registration?x=1")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/apply/nurse_registration?x=1")
    assert "我的办件" in visitor.get("/apply").text


def test_the_session_holds_the_accounts_number_and_nothing_of_the_person(visitor: FlaskClient, services: Services) -> None:
    log_in(visitor)
    cookie = visitor.get_cookie("yichuang_applicant", path="/apply")
    assert cookie is not None
    assert cookie.http_only
    assert cookie.same_site == "Lax"
    assert cookie.path == "/apply"
    assert visitor.get_cookie("yichuang_login", path="/apply/login") is None
    with services.database.reading() as connection:
        key = connection.execute(text("SELECT id FROM applicants")).scalar()
    held = URLSafeSerializer(services.settings.secret_key, salt="applicant-session").loads(cookie.value)
    assert set(held) == {"account", "epoch", "began", "seen"}
    assert held["account"] == key


def test_a_browser_that_did_not_begin_the_log_in_is_not_logged_in(browser: Callable[[], FlaskClient]) -> None:
    """Log-in forgery: somebody else's answer, sent to a victim's browser."""
    attacker, victim = browser(), browser()
    answer = log_in_at(attacker.get("/apply/login").headers["Location"], "p-1002")
    refused = victim.get("/apply/login/callback", query_string=answer)
    assert refused.status_code == 400
    assert "对不上" in refused.text
    assert "我的办件" not in victim.get("/apply").text


def test_a_forged_state_and_a_replayed_code_are_refused(browser: Callable[[], FlaskClient]) -> None:
    client = browser()
    answer = log_in_at(client.get("/apply/login").headers["Location"], "p-1001")
    assert client.get("/apply/login/callback", query_string=answer | {"state": "x"}).status_code == 400
    good = browser()
    answer = log_in_at(good.get("/apply/login").headers["Location"], "p-1001")
    kept = good.get_cookie("yichuang_login", path="/apply/login")
    assert good.get("/apply/login/callback", query_string=answer).status_code == 303
    thief = browser()
    thief.set_cookie("yichuang_login", kept.value, path="/apply/login")  # type: ignore[union-attr]
    again = thief.get("/apply/login/callback", query_string=answer)
    assert again.status_code == 400
    assert "已使用或已过期" in again.text


def test_a_log_in_left_lying_for_ten_minutes_is_over(visitor: FlaskClient, clock: Later) -> None:
    away = visitor.get("/apply/login")
    answer = log_in_at(away.headers["Location"], "p-1001")
    clock.by = timedelta(minutes=11)
    assert visitor.get("/apply/login/callback", query_string=answer).status_code == 400


@pytest.mark.parametrize("fault", ["nonce", "signature", "expired"])
def test_a_token_that_is_not_right_logs_nobody_in(visitor: FlaskClient, city: SandboxCity, fault: str) -> None:
    city.faults.switch({"token": fault})
    answer = log_in(visitor)
    assert answer.status_code == 400
    assert "不可信" in answer.text


@pytest.mark.parametrize(("sub", "words"), [("p-1005", "没有同意"), ("p-1006", "会话已过期")])
def test_who_does_not_agree_reads_what_to_do(visitor: FlaskClient, sub: str, words: str) -> None:
    answer = log_in(visitor, sub)
    assert answer.status_code == 400
    assert words in answer.text
    assert "不登录，继续填表" in answer.text


@pytest.mark.parametrize("mode", ["slow", "error", "cut", "drip"])
def test_a_provider_that_is_not_well_is_said_clearly_and_the_way_without_it_stays(
    visitor: FlaskClient, city: SandboxCity, services: Services, mode: str
) -> None:
    city.faults.switch({"mode": mode})
    answer = visitor.get("/apply/login?next=/apply/nurse_registration")
    assert answer.status_code == 503
    assert "暂时没有应答" in answer.text
    assert 'href="/apply/nurse_registration"' in answer.text
    assert visitor.get("/apply/nurse_registration").status_code == 200
    started = visitor.post("/apply/api/drafts", json={"item": "nurse_registration"})
    assert started.status_code == 201


def test_without_a_provider_nothing_offers_a_log_in(services: Services, site: Flask) -> None:
    gone = OidcProvider(f"http://127.0.0.1:{free_port()}", CLIENT, SECRET)
    object.__setattr__(services, "identity", gone)
    assert site.test_client().get("/apply/login").status_code == 503


@pytest.mark.parametrize(
    "evil",
    [
        "https://evil.example/", "//evil.example", "/\\evil.example", "/applyevil", "/apply/../admin/", "/desk", "javascript:alert(1)",
        "/apply//evil.example", "/apply/login?next=/apply", "/apply\r\nSet-Cookie: a=b", "", "/apply@evil.example",
    ],
)  # fmt: skip
def test_one_is_never_sent_elsewhere_after_logging_in(evil: str) -> None:
    assert within_apply(evil) == "/apply"


def test_half_an_hour_away_ends_the_session_and_what_was_typed_waits(visitor: FlaskClient, clock: Later) -> None:
    log_in(visitor)
    draft = visitor.post("/apply/api/drafts", json={"item": "nurse_registration"}).json
    clock.by = timedelta(minutes=25)
    path, body = f"/apply/api/drafts/{draft['id']}", {"revision": 1, "answers": {"name": "林若溪"}}
    assert visitor.put(path, json=body).status_code == 200, "use keeps it alive"
    clock.by = timedelta(minutes=50)
    assert visitor.put(path, json=body | {"revision": 2}).status_code == 200
    clock.by = timedelta(minutes=81)
    late = visitor.put(path, json=body | {"revision": 3})
    assert late.status_code == 401
    assert "重新登录" in late.json["title"]
    page = visitor.get("/apply/nurse_registration")
    assert page.status_code == 302
    assert page.headers["Location"].startswith("/apply/login?next=%2Fapply%2Fnurse_registration")
    log_in(visitor)
    assert visitor.put(path, json=body | {"revision": 3}).status_code == 200


def test_eight_hours_are_the_longest_session_however_busy(visitor: FlaskClient, clock: Later) -> None:
    log_in(visitor)
    for minutes in range(20, 8 * 60, 20):
        clock.by = timedelta(minutes=minutes)
        visitor.get("/apply")
    assert "我的办件" in visitor.get("/apply").text
    clock.by += timedelta(minutes=21)
    assert "我的办件" not in visitor.get("/apply").text


def test_logging_out_ends_the_session_everywhere_even_for_a_copied_cookie(browser: Callable[[], FlaskClient], city: SandboxCity) -> None:
    phone, computer = browser(), browser()
    log_in(phone)
    log_in(computer)
    answer = phone.post("/apply/logout")
    assert answer.headers["Location"] == "/apply/signed-out"
    assert f"{city.provider.issuer}/end-session" in phone.get("/apply/signed-out").text
    assert "我的办件" not in computer.get("/apply").text


def test_a_forged_session_is_nobody(visitor: FlaskClient) -> None:
    for forged in ("", "eyJhIjoxfQ.xxxx", "a" * 500):
        visitor.set_cookie("yichuang_applicant", forged, path="/apply")
        assert "我的办件" not in visitor.get("/apply").text


def test_what_was_begun_before_logging_in_is_the_accounts_and_gone_from_the_browser_after(browser: Callable[[], FlaskClient]) -> None:
    shared, phone = browser(), browser()
    draft = shared.post("/apply/api/drafts", json={"item": "nurse_registration", "answers": {"name": "林若溪"}}).json
    log_in(shared)
    assert shared.get(f"/apply/api/drafts/{draft['id']}").status_code == 200
    log_in(phone)
    assert phone.get(f"/apply/api/drafts/{draft['id']}").json["draft"]["answers"] == {"name": "林若溪"}
    shared.post("/apply/logout")
    assert shared.get(f"/apply/api/drafts/{draft['id']}").status_code == 404
    log_in(shared, "p-1002")
    assert shared.get(f"/apply/api/drafts/{draft['id']}").status_code == 404


def test_the_way_there_names_the_registered_return_address_and_nothing_personal(visitor: FlaskClient) -> None:
    query = dict(parse_qsl(urlsplit(visitor.get("/apply/login").headers["Location"]).query))
    assert query["redirect_uri"] == CALLBACK
    assert query["code_challenge_method"] == "S256"
    assert re.fullmatch(r"[\w-]{40,}", query["state"])
    assert query["nonce"] != query["state"]
