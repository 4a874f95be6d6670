"""Change requests A8, A9 and A10, carried out by staff in the admin pages alone, and what the department's system then receives."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.filling import case_of, member
from tests.journeys.test_admin import kept, publish
from tests.journeys.test_pictures import keep
from yichuang import bootstrap
from yichuang.ports import SystemClock

pytestmark = pytest.mark.browser
ITEM, MAPPING = "food_business_new", "食品经营许可 → 市场监管审批系统"
NEW_NAME = '"to": "legal_rep.name"'
Login = Callable[..., Page]
Open = Callable[..., Page]


class City:
    """The sandbox city and a worker that relays to it, each a process of its own."""

    def __init__(self, server: Any) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        self.departments = f"http://127.0.0.1:{port}/departments"
        given = {
            "YICHUANG_DATA_DIR": str(server.folder), "YICHUANG_PORT": str(server.port), "YICHUANG_DATABASE_URL": server.database_url,
            "YICHUANG_SANDBOX_PORT": str(port),
        }  # fmt: skip
        self._log = (server.folder / "city.log").open("ab")
        self._processes = [
            subprocess.Popen(
                [sys.executable, "-m", "yichuang.cli", name], env=os.environ | given, stdout=self._log, stderr=self._log, start_new_session=True
            )
            for name in ("sandbox", "worker")
        ]  # fmt: skip

    def stop(self) -> None:
        for process in self._processes:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(20)
        self._log.close()


@pytest.fixture
def city(server: Any) -> Iterator[City]:
    made = City(server)
    yield made
    made.stop()


@pytest.fixture
def services(server: Any) -> Iterator[Any]:
    """A second worker, following releases by itself."""
    made = bootstrap.services_of(server.settings)
    made.catalogue.refresh()
    made.catalogue.start()
    yield made
    made.catalogue.stop()
    made.database.dispose()


@pytest.fixture
def admin(server: Any, window: Open, login: Login) -> Page:
    return login(window(1366, 768, base_url=server.base), "items", to="/admin/")


def accept(services: Any, seed: int) -> str:
    """A case taken in and accepted at the window; its number."""
    case = case_of(services.settings, ITEM, "b12", seed=seed, complete=True)
    who = member(services, "clerk", "b12")
    services.cases.act(case, "accept", {}, who, services.authority.grants(who), None, f"accept {case}")
    return str(services.cases.view(case, who, services.authority.grants(who))["number"])


def received(page: Page, city: City, number: str) -> dict[str, Any]:
    """What the department's own page shows of the case's acceptance, looked for as people do."""
    deadline = time.monotonic() + 30
    line = page.locator("details", has_text=f"{number} ACCEPT").first
    while time.monotonic() < deadline:
        try:
            page.goto(city.departments)
        except Exception:
            time.sleep(0.3)
            continue
        if line.count():
            line.locator("summary").click()
            body: dict[str, Any] = json.loads(line.locator("pre").inner_text())
            return body
        time.sleep(0.3)
    raise AssertionError(f"the department has not received {number}: {httpx.get(city.departments).text[-1500:]}")


def takes(page: Page, city: City, shape: str) -> None:
    """The department's system begins to take another version of its form."""
    page.goto(city.departments)
    page.get_by_label("接口版本").select_option(shape)
    page.get_by_role("button", name="生效").first.click()
    expect(page.get_by_label("接口版本")).to_have_value(shape)


def open_mapping(page: Page, title: str = MAPPING) -> None:
    page.goto("/admin/definitions/mapping/")
    page.get_by_role("button", name=f"编辑 {title}", exact=True).click()
    expect(page.locator(".verdict")).to_contain_text("符合对方格式")


def field(page: Page, path: str) -> Locator:
    return page.locator(f'.their[data-field="{path}"]')


def pick(box: Page | Locator, label: str, words: str) -> None:
    found = box.get_by_role("combobox", name=label, exact=True)
    found.click()
    found.fill(words)
    found.press("Enter")


def schema_row(page: Page, path: str) -> Locator:
    return page.locator(f'tr[data-path="{path}"]')


def add_field(page: Page, name: str, title: str, kind: str = "文字") -> None:
    page.get_by_role("button", name="＋ 添加字段").click()
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    expect(page.get_by_label(f"说明：{name}", exact=True)).to_be_focused()
    page.keyboard.type(title)
    if kind != "文字":
        page.get_by_label(f"类型：{title}", exact=True).select_option(kind)


def renew_samples(page: Page) -> None:
    """The changed results are meant: they are what is expected from now on."""
    page.get_by_role("tab", name=re.compile("^样例")).click()
    renewing = page.get_by_role("button", name=re.compile("更新 .* 个预期"))
    expect(renewing).to_be_visible()
    renewing.click()
    page.get_by_role("button", name="都改用现在的结果").click()
    expect(renewing).to_have_count(0)


def passes(page: Page) -> None:
    kept(page)
    page.get_by_role("tab", name=re.compile("^检查")).click()
    expect(page.locator("#findings")).to_contain_text("检查通过")


def live_within_a_second(page: Page, services: Any, reason: str, path: str) -> None:
    """Published on the page; the second worker serves the new mapping within a second of the answer."""
    noticed: list[float] = []
    services.catalogue.subscribe(lambda view: noticed.append(time.monotonic()) if path in lines(view) else None)
    with page.expect_response(lambda answer: answer.url.endswith("/publish")) as answered:
        publish(page, reason)
    assert answered.value.status in (302, 303)
    done = time.monotonic()
    while not noticed:
        assert time.monotonic() - done < 1.0, "the second worker still serves the old mapping"
        time.sleep(0.01)


def lines(view: Any) -> str:
    """What the mapping fills, and how."""
    return json.dumps(view.get("mapping", "food_bureau_case")["lines"])


def rename_the_legal_person(page: Page) -> None:
    page.get_by_role("tab", name="对方格式").click()
    name = page.get_by_label("字段名：法定代表人", exact=True)
    name.fill("legal_rep.name")
    name.press("Enter")
    expect(schema_row(page, "legal_rep.name")).to_be_visible()
    expect(schema_row(page, "legalPerson")).to_have_count(0)


def schedule(page: Page, reason: str, moment: datetime) -> None:
    page.get_by_label("发布原因").fill(reason)
    page.get_by_label("定时生效").check()
    page.get_by_label("生效日期").fill(f"{moment:%Y-%m-%d}")
    page.get_by_label("生效时间").fill(f"{moment:%H:%M}")
    page.get_by_role("button", name="发布", exact=True).click()
    page.get_by_role("button", name="确认定时发布").click()
    page.wait_for_url("**/admin/releases/*")


@pytest.mark.slow
def test_a8_from_a_day_on_a_department_takes_another_name_and_the_bus_keeps_the_old_one(
    admin: Page, city: City, services: Any, window: Open, album: Path
) -> None:
    outside = window(1366, 768)
    before = accept(services, 1)
    assert received(outside, city, before)["legalPerson"]
    open_mapping(admin)
    rename_the_legal_person(admin)
    keep(admin, album, "mapping-schema")
    admin.get_by_role("tab", name=re.compile("变化")).click()
    expect(admin.locator("#trial-body")).to_contain_text("legal_rep.name")
    admin.get_by_role("tab", name="对应关系").click()
    expect(field(admin, "legal_rep.name").locator(".line-source")).to_contain_text("法定代表人")
    expect(field(admin, "legal_rep.name").locator(".their-value")).not_to_be_empty()
    passes(admin)
    january = SystemClock().now().replace(month=1, day=1, hour=0, minute=0)
    january = january.replace(year=january.year + 1)
    admin.get_by_role("link", name="检查与发布").click()
    schedule(admin, "部门系统元旦起改用新字段", january)
    expect(admin.get_by_role("status").first).to_contain_text(f"将于 {january:%Y-%m-%d} 00:00 生效")
    assert NEW_NAME in lines(services.catalogue.at(2))
    assert NEW_NAME not in lines(services.catalogue.current())
    admin.get_by_role("button", name="撤回").click()
    admin.get_by_role("dialog").get_by_role("button", name="撤回").click()
    admin.wait_for_url("**/admin/changes/*")
    soon = (SystemClock().now() + timedelta(seconds=75)).replace(second=0, microsecond=0)
    schedule(admin, "提前到马上", soon)
    waiting = accept(services, 60)
    assert received(outside, city, waiting)["legalPerson"], "until then the department gets what it took all along"
    while SystemClock().now() < soon:
        assert NEW_NAME not in lines(services.catalogue.current())
        time.sleep(0.1)
    time.sleep(1.0)
    assert NEW_NAME in lines(services.catalogue.current()), "a second worker follows within a second of the moment"
    takes(outside, city, "2")
    body = received(outside, city, accept(services, 120))
    assert body["legal_rep"]["name"]
    assert "legalPerson" not in body
    on_the_bus = outside.locator("details", has_text="up_pro_accept")
    expect(on_the_bus.first).to_be_attached()
    assert all('"legal"' in text for text in on_the_bus.locator("pre").all_text_contents())
    keep(outside, album, "mapping-department")


def test_a9_sex_date_address_and_an_empty_phone(admin: Page, city: City, services: Any, window: Open, album: Path) -> None:
    open_mapping(admin)
    rename_the_legal_person(admin)
    add_field(admin, "mail_to", "通讯地址")
    schema_row(admin, "sex").get_by_role("button", name="更多要求").click()
    admin.get_by_label("只能是（用顿号隔开）").fill("M、F")
    schema_row(admin, "sex").get_by_role("button", name="更多要求").click()
    schema_row(admin, "apply_date").get_by_role("button", name="更多要求").click()
    admin.get_by_label("格式", exact=True).select_option("日期 20260506（8 位数字）")
    admin.get_by_label("必填：联系电话", exact=True).uncheck()
    admin.get_by_role("tab", name=re.compile("^对应关系")).click()
    sex = field(admin, "sex")
    sex.locator(".line-open").click()
    pick(sex, "添加转换", "代码对照")
    for row, (ours, theirs) in enumerate((("1", "M"), ("2", "F")), 1):
        sex.get_by_role("button", name="＋ 添加一对").click()
        sex.get_by_label(f"我方（第 {row} 对）").fill(ours)
        sex.get_by_label(f"对方（第 {row} 对）").fill(theirs)
    expect(sex.locator(".their-value")).to_have_text("M")
    keep(admin, album, "mapping-line")
    sex.locator(".line-open").click()
    day = field(admin, "apply_date")
    day.locator(".line-open").click()
    day.get_by_label("写成", exact=True).select_option("20260506")
    expect(day.locator(".their-value")).to_have_text(re.compile(r"^\d{8}$"))
    day.locator(".line-open").click()
    pick(admin, "通讯地址 取自", "经营场所地址 区划")
    address = field(admin, "mail_to")
    address.locator(".line-open").click()
    for number, words in enumerate(("经营场所地址 详细地址", "经营者名称", "申请表 联系人"), 2):
        address.get_by_role("button", name=re.compile("再加一项")).click()
        pick(address, f"我方内容 {number}", words)
    expect(address.locator(".their-value")).to_contain_text("北京市石景山区")
    address.locator(".line-open").click()
    phone = field(admin, "phone")
    phone.locator(".line-open").click()
    pick(phone, "添加转换", "空时不写")
    expect(phone.locator(".line-open")).to_contain_text("空时不写")
    renew_samples(admin)
    without_a_phone(admin)
    passes(admin)
    live_within_a_second(admin, services, "部门改用新代码", "mail_to")
    outside = window(1366, 768)
    takes(outside, city, "3")
    body = received(outside, city, accept(services, 7))
    assert body["sex"] in ("M", "F")
    assert re.fullmatch(r"\d{8}", body["apply_date"])
    assert body["mail_to"].startswith("北京市石景山区")
    assert body["mail_to"].endswith(body["contact"])
    assert body["legal_rep"]["name"]


def without_a_phone(page: Page) -> None:
    """A sample whose phone is empty: the field isn't there, and the other side's format says yes."""
    page.get_by_role("button", name=re.compile("^受理（完整）")).click()
    page.get_by_role("button", name="复制", exact=True).click()
    page.get_by_label("样例名称").fill("没有联系电话")
    page.get_by_label("联系电话", exact=True).first.fill("")
    page.get_by_role("tab", name="结果", exact=True).click()
    expect(page.locator(".verdict")).to_contain_text("符合对方格式")
    expect(page.locator("#trial-body")).to_contain_text("通讯地址")
    expect(page.locator("#trial-body > .tree > li", has_text=re.compile("^联系电话"))).to_have_count(0)
    page.get_by_role("button", name=re.compile("改用现在的结果")).first.click()


def test_a10_every_row_becomes_an_element_numbered_from_one_by_keyboard(
    admin: Page, city: City, services: Any, window: Open, serious_faults: Callable[[Page], list[str]]
) -> None:
    """The department wants the people under another name; nothing but keys is used from the editor on."""
    open_mapping(admin)
    keys = admin.keyboard
    tab(admin, "对方格式")
    focus_and_press(admin, admin.get_by_role("button", name="＋ 添加字段"))
    keys.type("people")
    keys.press("Tab")
    keys.type("从业人员")
    keys.press("Tab")
    admin.get_by_label("类型：从业人员", exact=True).select_option("明细（多行）")
    for name, title, kind in (("seq", "行次", "整数"), ("full_name", "人员姓名", "文字")):
        focus_and_press(admin, schema_row(admin, "people").get_by_role("button", name="在里面添加字段"))
        expect(schema_row(admin, "people[].field").locator("input").first).to_be_focused()
        keys.type(name)
        keys.press("Tab")
        expect(admin.get_by_label(f"说明：{name}", exact=True)).to_be_focused()
        keys.type(title)
        keys.press("Tab")
        admin.get_by_label(f"类型：{title}", exact=True).select_option(kind)
    assert serious_faults(admin) == []
    tab(admin, "对应关系")
    choose_by_key(admin, "从业人员 取自", "食品安全管理人员")
    choose_by_key(admin, "行次 取自", "行号")
    choose_by_key(admin, "人员姓名 取自", "本行 姓名")
    expect(field(admin, "people").locator(".their-value")).to_contain_text("行")
    expect(field(admin, "people[].seq").locator(".their-value")).to_have_text("1")
    assert serious_faults(admin) == []
    passes(admin)
    live_within_a_second(admin, services, "从业人员逐人送", "people")
    outside = window(1366, 768)
    body = received(outside, city, accept(services, 11))
    assert [one["seq"] for one in body["people"]] == list(range(1, len(body["employees"]) + 1))
    assert [one["full_name"] for one in body["people"]] == [one["name"] for one in body["employees"]]


def tab(page: Page, name: str) -> None:
    """To a tab of the editor by arrow keys."""
    page.locator("#groups [aria-selected=true]").focus()
    for _ in range(6):
        if page.locator("#groups [aria-selected=true]").inner_text().startswith(name):
            return
        page.keyboard.press("ArrowRight")
    raise AssertionError(f"no tab {name}")


def focus_and_press(page: Page, button: Locator) -> None:
    button.focus()
    page.keyboard.press("Enter")


def choose_by_key(page: Page, label: str, words: str) -> None:
    page.get_by_role("combobox", name=label, exact=True).focus()
    page.keyboard.type(words)
    page.keyboard.press("Enter")
