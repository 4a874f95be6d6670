"""Every route against everybody: what is public is listed here, all else asks who is there, and each role sees its own only."""

from collections.abc import Callable, Mapping
from datetime import timedelta

import pytest

from tests.adversary.conftest import Browser
from tests.adversary.doors import (
    ACCOUNTS,
    ANYBODY_INSIDE,
    APPLICANTS,
    BY_DRAFT,
    ITEM,
    MACHINES,
    PUBLIC,
    WITH_A_COOKIE,
    addresses,
    inside,
    undecided,
)
from yichuang.bootstrap import App
from yichuang.ports import Actor

OPEN = PUBLIC | WITH_A_COOKIE | ANYBODY_INSIDE | APPLICANTS | BY_DRAFT | MACHINES


def test_somebody_decided_to_whom_each_route_is_open(house: App) -> None:
    assert undecided(house) == set()


def test_a_stranger_is_let_through_public_doors_only(house: App, stranger: Browser) -> None:
    wrong = []
    for endpoint, method, path in addresses(house):
        if endpoint in PUBLIC | WITH_A_COOKIE | BY_DRAFT:
            continue
        answer = stranger.visit().ask(method, path, json={} if method != "GET" else None)
        to_log_in = answer.status_code == 302 and answer.headers["Location"].startswith(("/login/", "/apply/login?"))
        if not to_log_in and answer.status_code != 401:
            wrong.append((endpoint, method, answer.status_code))
    assert wrong == []


def test_an_applicants_door_shows_nothing_without_the_cookie(house: App, stranger: Browser) -> None:
    stranger.visit()
    for endpoint, method, path in addresses(house):
        if endpoint in WITH_A_COOKIE:
            answer = stranger.ask(method, path, json={"revision": 1} if method != "GET" else None)
            assert answer.status_code == 404, endpoint
            assert answer.mimetype == "application/problem+json"


def test_each_role_is_refused_wherever_it_has_no_business(house: App, people: Mapping[str, Browser]) -> None:
    wrong = []
    for endpoint, method, path in addresses(house):
        if endpoint in OPEN:
            continue
        for name, browser in people.items():
            if name not in inside(house, endpoint):
                answer = browser.ask(method, path, json={} if method != "GET" else None)
                if answer.status_code != 403:
                    wrong.append((endpoint, method, name, answer.status_code))
    assert wrong == []


ELSEWHERE = {"DocumentRegister.register", "DocumentRegister.spreadsheet", "Changes.edit"}
"""What hangs on registers or on a change set that another test may have opened for other departments."""


def test_each_role_gets_into_its_own_pages(house: App, people: Mapping[str, Browser]) -> None:
    """The counterpart: the refusals above are not refusals of everything."""
    opened = 0
    for endpoint, method, path in addresses(house):
        if method == "GET" and endpoint not in OPEN | ELSEWHERE:
            for name in inside(house, endpoint):
                status = people[name].get(path).status_code
                assert status in (200, 302, 400, 404), (endpoint, name, status)
                opened += status == 200
    assert opened >= 25


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "POST"])
def test_another_clerks_draft_is_not_there_even_for_who_knows_its_number(
    house: App, people: Mapping[str, Browser], new_browser: Callable[[], Browser], method: str
) -> None:
    people["clerk"].send("POST", "/desk/api/window", {"window": "b12"})
    draft = people["lead"].send("POST", "/desk/api/drafts", {"item": ITEM, "answers": {"operator_name": "别人的店"}}).json
    path = f"/desk/api/drafts/{draft['id']}" + ("/submit" if method == "POST" else "")
    body = None if method == "GET" else {"revision": 1}
    for thief in (people["clerk"], new_browser().visit()):
        answer = thief.ask(method, path, json=body)
        assert answer.status_code in (401, 404)
        assert "别人的店" not in answer.text
    for way in ("/renew", "/form.pdf", "/files"):
        verb = "GET" if way == "/form.pdf" else "POST"
        assert people["clerk"].ask(verb, f"/desk/api/drafts/{draft['id']}{way}").status_code == 404
    again = people["clerk"].send("POST", "/desk/api/drafts", {"item": ITEM, "id": draft["id"]})
    assert again.status_code == 404, "choosing an existing id gives nothing away"


def test_the_lead_opens_a_clerks_draft_and_the_reading_is_noted(house: App, people: Mapping[str, Browser]) -> None:
    draft = people["clerk"].send("POST", "/desk/api/drafts", {"item": ITEM, "answers": {"operator_name": "街角小店"}}).json
    answer = people["lead"].get(f"/desk/api/drafts/{draft['id']}")
    assert answer.json["draft"]["answers"]["operator_name"] == "街角小店"
    trail = people["audit"].get(f"/admin/audit/?actor={ACCOUNTS['lead']}&code={draft['id']}").text
    assert "查看填报" in trail


def test_an_applicants_draft_is_nobody_elses_until_the_code_is_given(people: Mapping[str, Browser], new_browser: Callable[[], Browser]) -> None:
    owner, other = new_browser().visit(), new_browser().visit()
    draft = owner.send("POST", "/apply/api/drafts", {"item": ITEM, "answers": {"operator_name": "我的店"}}).json
    other.send("POST", "/apply/api/drafts", {"item": ITEM})
    path = f"drafts/{draft['id']}"
    assert other.get(f"/apply/api/{path}").status_code == 404
    assert other.send("DELETE", f"/apply/api/{path}", {}).status_code == 404
    for clerk in ("clerk", "lead"):
        assert people[clerk].get(f"/desk/api/{path}").status_code == 404
    assert owner.get(f"/apply/api/{path}").json["draft"]["answers"] == {"operator_name": "我的店"}


def test_what_is_published_for_later_is_nobodys_business_until_then(house: App, stranger: Browser) -> None:
    staff = Actor("items", "事项管理员", frozenset({"ITEM_ADMIN"}))
    publishing, current = house.services.publishing, house.services.catalogue.current()
    change_set = publishing.open("明年的改动", staff)
    publishing.put(change_set, {**current.get("code_table", "sex"), "title": "明年才有"}, staff)
    later = house.services.clock.now() + timedelta(days=30)
    number = publishing.publish(change_set, staff, "试验", later)
    try:
        answer = stranger.get(f"/api/v1/releases/{number}/tables/sex")
        assert answer.status_code == 404
        assert "明年才有" not in answer.text
        assert stranger.get(f"/api/v1/releases/{current.release}/tables/sex").status_code == 200
    finally:
        publishing.withdraw(number, staff)


def test_the_three_administrators_are_never_one_person(people: Mapping[str, Browser], house: App) -> None:
    for roles in (["SYS_ADMIN", "SEC_ADMIN"], ["SEC_ADMIN", "AUDIT_ADMIN"], ["AUDIT_ADMIN", "COUNTER_CLERK"], ["SYS_ADMIN", "ITEM_ADMIN"]):
        answer = people["security"].ask("POST", f"/admin/users/{ACCOUNTS['manager']}/roles", data={"role": roles})
        assert answer.status_code == 400
        assert "三员分立" in answer.text
    accounts = house.flask.extensions["yichuang.admin"].accounts
    assert [role.name for role in accounts.get(ACCOUNTS["manager"]).roles] == ["SUPERVISOR"]


def test_nobody_gives_themselves_a_role(people: Mapping[str, Browser]) -> None:
    answer = people["security"].ask("POST", f"/admin/users/{ACCOUNTS['security']}/roles", data={"role": ["AUDIT_ADMIN"]})
    assert answer.status_code == 403
    assert people["security"].get("/admin/audit/").status_code == 403


@pytest.mark.parametrize("path", [
    "/users/list/", "/users/", "/roles/list/", "/roles/", "/swagger/v1", "/api/v1/_openapi", "/api/v1/security/login", "/api/v1/security/refresh",
    "/api/v1/security/users/", "/api/v1/menu/", "/resetmypassword/form", "/resetpassword/form", "/userinfoeditview/form", "/register/form",
    "/permissions/list/", "/viewmenus/list/", "/permissionviews/list/", "/userstatschartview/chart/", "/lang/en", "/back", "/admin/static/",
    "/appbuilder/static/js/jquery-latest.js", "/static/appbuilder/js/ab.js", "/actionlog", "/.env", "/static/../app.py", "/static/%2e%2e/app.py",
])  # fmt: skip
def test_no_stock_page_of_the_framework_can_be_reached(people: Mapping[str, Browser], stranger: Browser, path: str) -> None:
    for browser in (stranger, *people.values()):
        for method in ("GET", "POST"):
            answer = browser.ask(method, path)
            assert answer.status_code in (404, 405), (path, answer.status_code)
            assert "没有找到" in answer.text or "不支持" in answer.text
