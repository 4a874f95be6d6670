"""Forged requests, stolen and fixed sessions, guessed passwords, and what every answer carries against them."""

import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from http.cookies import SimpleCookie
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.adversary.conftest import Browser
from tests.adversary.doors import ACCOUNTS, ITEM, addresses
from yichuang import bootstrap
from yichuang.bootstrap import App
from yichuang.settings import Settings
from yichuang.web import guards

NO_COOKIE_NEEDED = re.compile(r"^api\.|^review\.(give|answer)$")
"""The public API reads no cookie, so nobody can be made to use theirs; a review is given by whoever has its link."""


def test_no_write_is_taken_without_the_token(house: App, people: Mapping[str, Browser], stranger: Browser) -> None:
    wrong = []
    for endpoint, method, path in addresses(house):
        if method == "GET" or NO_COOKIE_NEEDED.match(endpoint):
            continue
        for browser in (stranger, people["items"], people["clerk"]):
            plain = browser.ask(method, path, token=False, json={})
            forged = browser.ask(method, path, token=False, data={"csrf_token": "x" * 40})
            if (plain.status_code, forged.status_code) != (400, 400) or "页面已过期" not in plain.text:
                wrong.append((endpoint, method, plain.status_code, forged.status_code))
    assert wrong == []


def test_another_sessions_token_is_no_good(people: Mapping[str, Browser]) -> None:
    answer = people["clerk"].ask("POST", "/desk/api/drafts", token=False, json={"item": ITEM}, headers={"X-CSRFToken": people["items"].token})
    assert answer.status_code == 400


def test_the_public_api_ignores_who_is_signed_in(people: Mapping[str, Browser], stranger: Browser) -> None:
    for path in ("/api/v1/items", f"/api/v1/items/{ITEM}", "/api/v1/openapi.json"):
        assert people["items"].get(path).data == stranger.get(path).data
        assert "Access-Control-Allow-Origin" not in stranger.get(path, headers={"Origin": "https://evil.example"}).headers


GROWING = {"audit_entries", "audit", "api_refusals"}


def _content(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    connection = sqlite3.connect(folder / "yichuang.sqlite3")
    tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type='table'")]
    kept = {name: connection.execute(f'SELECT * FROM "{name}"').fetchall() for name in tables if name not in GROWING}
    connection.close()
    return kept


def test_looking_changes_nothing(house: App, people: Mapping[str, Browser], data_folder: Path) -> None:
    """Of all tables only the trail grows, which notes the looking, and the log of what the API refused."""
    before = _content(data_folder)
    for _, method, path in addresses(house):
        if method == "GET":
            for name in ("clerk", "items", "system", "audit"):
                people[name].get(path)
                people[name].ask("HEAD", path)
    after = _content(data_folder)
    assert [name for name in before if before[name] != after[name]] == []
    assert people["clerk"].get("/desk/api/session").status_code == 200, "not even the log-out by address"


@pytest.mark.parametrize("wanted", [
    "https://evil.example/", "//evil.example", "/\\evil.example", "/%5Cevil.example", "///evil.example", "\\\\evil.example", "javascript:alert(1)",
    "/\t/evil.example", "%2F%2Fevil.example", "https:evil.example", "/login/?next=//evil.example", "/logout/", "data:text/html,x", "/\n//evil",
    "http://localhost@evil.example", " //evil.example", "/.//evil.example\r\nX-Y: z", "/%0d%0aLocation:%20https://evil.example",
])  # fmt: skip
def test_the_way_on_after_the_log_in_stays_on_this_site(new_browser: Callable[[], Browser], people: Mapping[str, Browser], wanted: str) -> None:
    from urllib.parse import quote

    answer = people["clerk"].get(f"/login/?next={quote(wanted)}")
    assert answer.status_code == 302
    there = answer.headers["Location"]
    assert there.startswith("/")
    assert not there.startswith(("//", "/\\", "/log"))
    assert not set("\r\n\t\\") & set(there)
    assert "X-Y" not in answer.headers


def test_the_way_on_after_the_log_in_leads_back_to_where_one_was(people: Mapping[str, Browser]) -> None:
    assert people["clerk"].get("/login/?next=/desk?item=food").headers["Location"] == "/desk?item=food"


def _session_cookie(answer: object) -> SimpleCookie:
    jar: SimpleCookie = SimpleCookie()
    for line in answer.headers.getlist("Set-Cookie"):  # type: ignore[attr-defined]
        jar.load(line)
    return jar


def test_a_session_given_before_the_log_in_is_worth_nothing_after_it(new_browser: Callable[[], Browser]) -> None:
    """Session fixation: the enemy plants a session, the victim logs in, the planted one stays a stranger's."""
    victim, enemy = new_browser(), new_browser()
    planted = enemy.client.get("/login/")
    cookie = _session_cookie(planted)["yichuang"].value
    token = enemy.visit().token
    victim.client.set_cookie("yichuang", cookie)
    victim.sign_in(ACCOUNTS["clerk"])
    assert victim.client.get_cookie("yichuang").value != cookie  # type: ignore[union-attr]
    enemy.client.set_cookie("yichuang", cookie)
    assert enemy.get("/desk/api/session").status_code == 401
    assert victim.ask("POST", "/desk/api/window", token=False, json={"window": "x"}, headers={"X-CSRFToken": token}).status_code == 400


def test_cookies_are_kept_from_scripts_and_other_sites(stranger: Browser, tmp_path: Path) -> None:
    answer = stranger.sign_in(ACCOUNTS["clerk"])
    flags = [line for line in answer.headers.getlist("Set-Cookie") if line.startswith("yichuang=")]
    assert flags
    assert all("HttpOnly" in line and "SameSite=Lax" in line for line in flags)


def test_cookies_go_over_https_only_where_the_settings_say_so(house: App) -> None:
    before = house.flask.config["SESSION_COOKIE_SECURE"]
    house.flask.config["SESSION_COOKIE_SECURE"] = True
    try:
        answer = Browser(house.wsgi).client.get("/login/")
    finally:
        house.flask.config["SESSION_COOKIE_SECURE"] = before
    assert "Secure" in answer.headers["Set-Cookie"]


def test_a_forged_session_cookie_is_a_strangers(stranger: Browser) -> None:
    for value in ("x", "eyJfdXNlcl9pZCI6IjEifQ.ZZZZZZ.AAAA", "." * 400, "eyJ" * 2000, "\u4e00"):
        stranger.client.set_cookie("yichuang", value)
        assert stranger.get("/desk/api/session").status_code == 401


@pytest.fixture
def fresh_house(house: App, tmp_path: Path) -> Iterator[App]:
    """A house of its own, for locked accounts and used-up limits."""
    import shutil

    shutil.copytree(house.settings.data_dir, tmp_path / "data")
    app = bootstrap.build(Settings(data_dir=str(tmp_path / "data")))
    yield app
    app.stop()


def test_five_wrong_passwords_lock_the_account_also_for_the_right_one(fresh_house: App) -> None:
    for _ in range(5):
        assert Browser(fresh_house.wsgi).sign_in(ACCOUNTS["manager"], "wrong").status_code == 401
    refused = Browser(fresh_house.wsgi).sign_in(ACCOUNTS["manager"])
    assert refused.status_code == 401
    assert "锁定" in refused.text
    assert Browser(fresh_house.wsgi).sign_in(ACCOUNTS["dept"]).status_code == 302, "the others are not locked out with it"


def test_unknown_accounts_are_told_the_same_as_known_ones(fresh_house: App) -> None:
    def told(name: str) -> list[str]:
        answers = [Browser(fresh_house.wsgi).sign_in(name, "wrong") for _ in range(6)]
        return [re.findall(r'role="alert">([^<]*)<', answer.text)[0] for answer in answers]

    assert told(ACCOUNTS["manager"]) == told("nobody-here")


def test_one_client_cannot_try_one_password_on_all_accounts(fresh_house: App) -> None:
    """Password spraying: each account is tried once, so the lock-out never sees it; the limit per client does."""
    guards.limiter.enabled = True
    statuses = [Browser(fresh_house.wsgi).sign_in(f"person{number}", "Spring-2026").status_code for number in range(40)]
    assert statuses[0] == 401
    assert statuses[-1] == 429


def test_a_first_password_opens_nothing_but_the_page_to_change_it(fresh_house: App) -> None:
    administrator, newcomer = Browser(fresh_house.wsgi), Browser(fresh_house.wsgi)
    administrator.sign_in(ACCOUNTS["system"])
    page = administrator.ask("POST", f"/admin/users/{ACCOUNTS['clerk']}/password").text
    password = re.search(r"[A-Z][a-z]{3}-[a-z]{4}-\d{4}", page)[0]  # type: ignore[index]
    newcomer.sign_in(ACCOUNTS["clerk"], password)
    assert newcomer.get("/desk").headers["Location"] == "/account/?must=1"
    for path in ("/desk/api/drafts", "/desk/api/session"):
        assert newcomer.get(path).status_code == 403, path


def test_a_new_password_ends_all_other_sessions(fresh_house: App) -> None:
    mine, stolen = Browser(fresh_house.wsgi), Browser(fresh_house.wsgi)
    mine.sign_in(ACCOUNTS["lead"])
    stolen.sign_in(ACCOUNTS["lead"])
    from yichuang.access.roles import DEMO_PASSWORD

    form = {"old": DEMO_PASSWORD, "new": "Kuaile-7788-x", "again": "Kuaile-7788-x"}
    assert mine.ask("POST", "/account/", data=form).status_code == 302
    assert stolen.get("/desk/api/session").status_code == 401
    assert mine.get("/desk/api/session").status_code == 200


def test_a_disabled_account_is_out_at_once(fresh_house: App) -> None:
    clerk, administrator = Browser(fresh_house.wsgi), Browser(fresh_house.wsgi)
    clerk.sign_in(ACCOUNTS["clerk"])
    administrator.sign_in(ACCOUNTS["system"])
    administrator.ask("POST", f"/admin/users/{ACCOUNTS['clerk']}/active", data={"active": "0"})
    assert clerk.get("/desk/api/session").status_code == 401


@pytest.mark.parametrize("seconds", ["idle", "absolute"])
def test_a_session_ends_by_itself(fresh_house: App, monkeypatch: pytest.MonkeyPatch, seconds: str) -> None:
    from yichuang.web.admin import security

    clerk = Browser(fresh_house.wsgi)
    clerk.sign_in(ACCOUNTS["clerk"])
    now = security.time.time()
    later = now + (security.IDLE if seconds == "idle" else security.ABSOLUTE) + 5
    monkeypatch.setattr(security, "time", SimpleNamespace(time=lambda: later))
    assert clerk.get("/desk/api/session").status_code == 401


def test_every_page_forbids_foreign_scripts_frames_and_guessed_types(house: App, people: Mapping[str, Browser]) -> None:
    pages = 0
    for endpoint, method, path in addresses(house):
        for name in ("clerk", "items", "system", "audit"):
            if method != "GET":
                continue
            answer = people[name].get(path)
            headers = answer.headers
            assert headers["X-Content-Type-Options"] == "nosniff", endpoint
            assert "server" not in {key.lower() for key, _ in headers}
            if answer.mimetype != "text/html":
                continue
            pages += 1
            policy = headers["Content-Security-Policy"]
            assert "unsafe" not in policy
            assert "*" not in policy
            for directive in ("default-src", "base-uri 'none'", "frame-ancestors 'self'", "form-action 'self'"):
                assert directive in policy, (endpoint, directive)
            assert "object-src 'none'" in policy or "default-src 'none'" in policy
            assert headers["X-Frame-Options"] == "SAMEORIGIN"
            assert headers["Referrer-Policy"] in ("same-origin", "no-referrer")
            assert "no-store" in headers["Cache-Control"]
            for script in re.findall(r"<script\b[^>]*>", answer.text):
                assert "src=" in script or "nonce=" in script or 'type="application/json"' in script, (endpoint, script)
            assert not re.search(r"<[^>]*\son\w+\s*=", answer.text), f"{endpoint}: an inline handler never runs under the policy"
            assert not re.search(r'(?:src|href|action)="(?:https?:)?//', answer.text), f"{endpoint}: nothing comes from elsewhere"
    assert pages > 60


def test_a_nonce_is_never_used_twice(stranger: Browser) -> None:
    found = {re.search(r"nonce-([^']+)'", stranger.get("/guide").headers["Content-Security-Policy"])[1] for _ in range(20)}  # type: ignore[index]
    assert len(found) == 20


def test_behind_a_proxy_the_limit_is_the_clients_own_and_a_made_up_address_does_not_help(house: App, tmp_path: Path) -> None:
    """One proxy of ours adds the client's address last; what the client wrote before it counts for nothing."""
    import shutil

    shutil.copytree(house.settings.data_dir, tmp_path / "data")
    app = bootstrap.build(Settings(data_dir=str(tmp_path / "data"), forwarded_hops=1))
    guards.limiter.enabled = True

    def ask(forwarded: str) -> int:
        return Browser(app.wsgi).client.post("/api/v1/items/nothing/notices", json={}, headers={"X-Forwarded-For": forwarded}).status_code

    assert [ask(f"10.9.{number}.1, 203.0.113.5") for number in range(31)][-1] == 429
    assert ask("203.0.113.6") == 404, "the neighbour is not kept out"
    app.stop()
