"""Who may open and do what; what every page carries."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from yichuang.access.roles import DEMO_ACCOUNTS
from yichuang.web.admin.permissions import opened

Login = Callable[..., FlaskClient]
PAGES = {
    "/admin/": "Overview", "/admin/definitions/item/": "Definitions", "/admin/definitions/item/food_business_new": "Definitions",
    "/admin/changes/": "Changes", "/admin/releases/": "Releases", "/admin/releases/1": "Releases", "/admin/notices/": "NoticeFigures",
    "/admin/notices/issued": "NoticeFigures", "/admin/posters/": "Posters", "/admin/users/": "Users", "/admin/audit/": "Trail",
    "/admin/definitions/export.zip": "Definitions", "/admin/notices/figures.xlsx": "NoticeFigures", "/admin/documents/": "DocumentRegister",
    "/admin/deliveries/": "Deliveries", "/admin/exchange/": "Syncing", "/admin/exceptions/": "Exceptions",
    "/admin/reconciliation/": "Reconciliation", "/admin/clients/": "ApiClients", "/admin/entrustments/": "Entrusting",
    "/admin/deadlines/": "DeadlineMoves", "/admin/warnings/": "Warnings", "/admin/deadlines/1.xlsx": "DeadlineMoves",
}  # fmt: skip
BUSINESS = ["概览", "事项与定义", "变更单", "发布记录", "期限变动", "委托受理", "二次录入", "告知单数据", "告知承诺", "文书登记簿", "海报"]
MENUS = {
    "items": [*BUSINESS, "数据交换", "API 管理"], "dept": [*BUSINESS, "数据交换"], "lead": ["告知承诺", "文书登记簿", "数据交换"],
    "manager": [*BUSINESS, "好差评", "平台预警"], "sysadmin": ["用户与角色"], "security": ["用户与角色"], "audit": ["审计"],
}  # fmt: skip


@pytest.mark.parametrize("account", DEMO_ACCOUNTS, ids=lambda account: account.username)
def test_each_role_opens_its_pages_and_no_other(login: Login, account: Any, built: Any) -> None:
    client = login(account.username)
    own = {view for _, view in opened([account.role], built.services.authority.roles())}
    for address, view in PAGES.items():
        if address != "/admin/":
            assert client.get(address).status_code == (200 if view in own else 403), address


@pytest.mark.parametrize(("name", "wanted"), MENUS.items())
def test_the_menu_shows_what_the_role_opens(login: Login, name: str, wanted: list[str]) -> None:
    page = login(name).get("/admin/", follow_redirects=True).text
    nav = re.search(r'<nav aria-label="主菜单">(.*?)</nav>', page, re.DOTALL)
    assert nav and re.findall(r"<span>([^<]+)</span>", nav.group(1)) == wanted


def test_clerks_are_sent_to_the_desk(login: Login) -> None:
    assert login("clerk").get("/admin/").headers["Location"] == "/desk"


def test_nobody_comes_in_without_a_log_in(flask: Flask) -> None:
    client = flask.test_client()
    for rule in flask.url_map.iter_rules():
        if rule.rule.startswith("/admin"):
            address = (
                rule.rule.replace("<int:number>", "1")
                .replace("<int:release>", "1")
                .replace("<kind>", "item")
                .replace("<code>", "food_business_new")
                .replace("<username>", "x")
                .replace("<delivery>", "x")
                .replace("<client>", "x")
                .replace("<target>", "x")
                .replace("<run>", "x")
            )
            for method in rule.methods & {"GET", "POST", "PUT"}:
                answer = client.open(address, method=method)
                assert answer.status_code in (302, 400, 401), (method, address)
                assert answer.status_code != 302 or "/login/" in answer.headers["Location"]


def test_no_change_without_a_token(flask: Flask, login: Login) -> None:
    client = login("items")
    del client.environ_base["HTTP_X_CSRFTOKEN"]
    for address in (
        "/admin/definitions/item/food_business_new/edit",
        "/admin/changes/",
        "/admin/changes/import",
        "/admin/releases/1/roll-back",
    ):
        assert client.post(address).status_code == 400, address
    assert client.put("/admin/changes/1/api/item/food_business_new", json={}).status_code == 400


@pytest.mark.parametrize(
    "address", ["/login/", "/admin/", "/admin/definitions/item/", "/admin/releases/1", "/account/"]
)
def test_scripts_run_by_nonce_only(login: Login, address: str) -> None:
    answer = login("items").get(address)
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy and "'nonce-" in policy
    assert not re.search(r"\son\w+=|\sstyle=|javascript:", answer.text)


def test_a_department_may_edit_but_not_publish(login: Login) -> None:
    client = login("dept")
    assert client.post("/admin/definitions/item/clinic_filing/edit").status_code == 302
    assert client.post("/admin/changes/1/publish", data={"reason": "试"}).status_code == 403
    assert client.post("/admin/releases/1/roll-back", data={"reason": "试"}).status_code == 403
    assert login("manager").post("/admin/definitions/item/clinic_filing/edit").status_code == 403


def test_the_three_administrators_are_never_one(login: Login) -> None:
    security = login("security")
    for roles in (["SYS_ADMIN", "SEC_ADMIN"], ["AUDIT_ADMIN", "ITEM_ADMIN"]):
        refused = security.post("/admin/users/items/roles", data={"role": roles})
        assert refused.status_code == 400 and "互不兼任" in refused.text
    assert security.post("/admin/users/security/roles", data={"role": ["ITEM_ADMIN"]}).status_code == 403
    assert security.post("/admin/users/items/roles", data={"role": ["ITEM_ADMIN", "SUPERVISOR"]}).status_code == 302
    assert login("sysadmin").post("/admin/users/items/roles", data={"role": []}).status_code == 403


def test_the_system_administrator_makes_and_stops_accounts(login: Login) -> None:
    system, items = login("sysadmin"), login("items")
    made = system.post("/admin/users/", data={"name": "张三", "username": "zhangsan"})
    assert "zhangsan" in made.text and "初始密码是" in made.text
    assert system.post("/admin/users/", data={"name": "张三", "username": "zhangsan"}).status_code == 409
    assert system.post("/admin/users/items/active", data={"active": "0"}).status_code == 302
    assert items.get("/admin/").status_code == 302
    trail = login("audit").get("/admin/audit/").text
    assert "新建账号" in trail and "停用账号" in trail


def test_a_permission_costs_few_queries(flask: Flask, login: Login, built: Any) -> None:
    from sqlalchemy import event

    client, asked = login("items"), []
    client.get("/admin/posters/")
    listen = lambda *args: asked.append(args[2])  # noqa: E731
    event.listen(built.services.database.engine, "before_cursor_execute", listen)
    client.get("/admin/posters/")
    event.remove(built.services.database.engine, "before_cursor_execute", listen)
    assert len(asked) <= 4, asked
