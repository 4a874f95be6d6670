"""Entrusted acceptance changed in the admin pages alone (change requests A14, A15), and what the desk says from that minute on."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from yichuang.ports import SystemClock

pytestmark = pytest.mark.browser
Login = Callable[..., Page]
Open = Callable[..., Page]
NURSE = "护士执业注册"
INSTEAD = "请到区卫生健康委一层办事大厅（演示路 9 号）办理，电话 010-00001103"


@pytest.fixture
def admin(server: Any, window: Open, login: Login) -> Iterator[Page]:
    yield login(window(1366, 768, base_url=server.base), "items", to="/admin/")


@pytest.fixture
def clerk(server: Any, window: Open, login: Login) -> Callable[[str, str], Page]:
    """The clerk of that account at the window so named, with 护士执业注册 open."""

    def at(account: str, name: str) -> Page:
        page = login(window(1366, 768, base_url=server.base), account)
        choose_window(page, name)
        page.goto("/desk#/item/nurse_registration")
        page.reload()
        expect(page.locator("#item-title")).to_have_text(NURSE)
        return page

    return at


def choose_window(page: Page, name: str) -> None:
    dialog = page.locator("dialog.window-dialog")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name=name).click()
    expect(dialog).to_have_count(0)


def edit(page: Page) -> Locator:
    """The agreement of 区卫生健康委 in the editor; the card of 护士执业注册, opened."""
    page.goto("/admin/definitions/entrustment/")
    page.get_by_role("button", name="编辑 区卫生健康委委托综合窗口受理", exact=True).click()
    expect(page.locator(".sheet")).to_be_visible()
    page.get_by_role("tab", name="委托事项").click()
    card = page.locator(".item", has=page.locator(":scope > .item-head .item-title", has_text=re.compile(f"^{NURSE}$"))).last
    card.locator(".item-open").first.click()
    return card


def publish(page: Page, reason: str) -> None:
    expect(page.locator("#save-state")).to_have_text(re.compile(r"已保存 \d\d:\d\d"))
    expect(page.locator("#findings")).to_contain_text("检查通过")
    page.get_by_role("link", name="检查与发布").click()
    page.get_by_label("发布原因").fill(reason)
    page.get_by_role("button", name="发布", exact=True).click()
    page.get_by_role("button", name="确认发布").click()
    page.wait_for_url("**/admin/releases/*")


def test_a_department_withdraws_an_item_from_a_minute_on(
    admin: Page, clerk: Callable[..., Page], server: Any, serious_faults: Callable[[Page], list[str]]
) -> None:
    now = SystemClock().now()
    until = (now + timedelta(minutes=2 if now.second > 35 else 1)).replace(second=0, microsecond=0)
    desk = clerk("clerk", "C22")
    expect(desk.locator("[data-subject=entrustment]")).to_have_count(0)
    expect(desk.locator("#submit-button")).to_be_enabled()
    card = edit(admin)
    card.get_by_label("停止受理").fill(until.strftime("%Y-%m-%dT%H:%M"))
    card.get_by_label("停止受理").press("Tab")
    card.get_by_label("停止或不在范围时，到哪里办").fill(INSTEAD)
    card.get_by_label("停止或不在范围时，到哪里办").press("Tab")
    expect(admin.locator("#save-state")).to_have_text(re.compile(r"已保存 \d\d:\d\d"))
    admin.get_by_role("tab", name="预览").click()
    preview = admin.frame_locator("#preview iframe")
    preview.get_by_label("按什么时间看").fill(until.strftime("%Y-%m-%dT%H:%M"))
    expect(preview.get_by_label(NURSE)).to_contain_text(f"委托已停止。{INSTEAD}")
    publish(admin, "委托到期收回")
    banner = desk.locator("[data-subject=entrustment]")
    expect(banner).to_be_visible(timeout=130_000)
    assert SystemClock().now() >= until
    expect(banner).to_contain_text(f"已于 {until.year}年{until.month}月{until.day}日")
    expect(banner).to_contain_text(INSTEAD)
    expect(desk.locator("#submit-button")).to_be_disabled()
    assert desk.locator("#form").evaluate("form => form.inert")
    assert serious_faults(desk) == []
    guide = httpx.get(f"{server.base}/guide/nurse_registration").text
    assert f"综合窗口不再受理本事项。{INSTEAD}" in guide


def test_one_streets_windows_accept_one_more_item(admin: Page, clerk: Callable[..., Page]) -> None:
    bajiao, gucheng = clerk("street", "3 号"), clerk("street2", "3 号")
    for desk in (bajiao, gucheng):
        expect(desk.locator("[data-subject=entrustment]")).to_contain_text("可以到这里办理：石景山区政务服务中心")
        expect(desk.locator("#submit-button")).to_be_disabled()
    card = edit(admin)
    for label, title in (("大厅", "石景山区政务服务中心"), ("街道", "八角街道")):
        box = card.get_by_role("group", name=label, exact=True).get_by_role("combobox")
        box.fill(title)
        box.press("Enter")
    publish(admin, "八角街道增加护士执业注册")
    expect(bajiao.locator("[data-subject=entrustment]")).to_have_count(0)
    expect(bajiao.locator("#submit-button")).to_be_enabled()
    expect(gucheng.locator("[data-subject=entrustment]")).to_contain_text("八角街道便民服务中心")
    expect(gucheng.locator("#submit-button")).to_be_disabled()
    gucheng.get_by_role("button", name="换窗口").click()
    choose_window(gucheng, "2 号")
    expect(gucheng.locator("[data-subject=entrustment]")).to_contain_text("不包括古城街道便民服务中心2 号")
