"""The desk as a clerk works at it: by keyboard, through cut networks and killed servers, in Chinese."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from yichuang import bootstrap
from yichuang.ports import SYSTEM

pytestmark = pytest.mark.browser
ELDER = "elderly_allowance"
Login = Callable[..., Page]


def at_window(page: Page, window: str = "1 号综合窗口") -> Page:
    """Choose a window with the keyboard: the first so named, a street's unless another is asked for."""
    expect(page.locator("dialog.window-dialog")).to_be_visible()
    page.locator("dialog.window-dialog button", has_text=window).first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("dialog")).to_have_count(0)
    expect(page.locator("#search")).to_be_focused()
    page.wait_for_timeout(80)
    return page


def find(page: Page, words: str) -> None:
    page.keyboard.press("Alt+s")
    page.keyboard.type(words)
    expect(page.locator("#results [role=option]").first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page.locator(".question input").first).to_be_focused()


def write(page: Page, words: str) -> None:
    """Into the first text of the form, found by keyboard."""
    page.keyboard.press("Alt+2")
    page.keyboard.type(words)


def saved(page: Page) -> None:
    expect(page.locator("#save-state")).to_have_attribute("data-state", "saved")


def kept(page: Page) -> Any:
    """What the server has of the draft on screen."""
    return page.evaluate("fetch('/desk/api/drafts/' + location.hash.split('/')[2]).then(r => r.json()).then(j => j.draft)")


def publish(live: Any, code: str, **changes: Any) -> None:
    services = bootstrap.services_of(live.settings)
    services.catalogue.refresh()
    body = dict(services.catalogue.current().get("item", code)) | changes
    change_set = services.publishing.open("试验", SYSTEM)
    services.publishing.put(change_set, body, SYSTEM)
    services.publishing.publish(change_set, SYSTEM, "试验")
    services.database.dispose()


def test_an_application_from_search_to_receipt_by_keyboard_alone(page: Page, login: Login) -> None:
    at_window(login(page, "street"))
    find(page, "lnr")
    for key in ("1", "Enter"):
        page.keyboard.press(key)
    page.keyboard.press("1")  # 首次申请
    page.keyboard.press("1")  # 社会保障卡
    page.keyboard.press("1")  # 本人办理
    expect(page.locator("#form :focus")).to_have_count(1)
    for words in ("王测试", "110107194509010011"):
        page.keyboard.type(words)
        page.keyboard.press("Tab")
    expect(page.locator("[name=birth_date]")).to_have_value("1945-09-01")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#summary")).to_contain_text("处需要修改")
    answers = {
        "phone": "13800000000", "household_address/detail": "演示路1号", "living_address/detail": "演示路1号",
    }  # fmt: skip
    for _ in range(40):
        name = page.evaluate("document.activeElement.name || document.activeElement.closest('[data-path]')?.dataset.path || ''")
        tag = page.evaluate("document.activeElement.tagName + (document.activeElement.type || '')")
        if name in answers:
            page.keyboard.type(answers[name])
        elif tag.startswith("SELECT"):
            page.keyboard.press("ArrowDown")
        elif "radio" in tag or "checkbox" in tag:
            page.keyboard.press("Space")
        page.keyboard.press("F8")
        if page.locator("#summary").is_hidden():
            break
    expect(page.locator("#summary")).to_be_hidden()
    page.keyboard.press("Control+Enter")
    expect(page.locator("dialog")).to_contain_text("收件后申请内容封存")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/cases/*")
    expect(page.locator(".case-number")).to_have_text(re.compile(r"^\d{6}-\d{4}-\d{7}$"))
    expect(page.locator(".check-row").first).to_be_focused()
    page.goto("/desk")
    expect(page.locator("#mine li").first).to_contain_text("已提交")
    page.locator("#mine .open").first.click()
    expect(page.locator(".receipt-number")).to_have_text(re.compile(r"^\d{6}-\d{4}-\d{7}$"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/cases/*")


def test_what_is_typed_while_the_network_is_cut_is_said_kept_and_caught_up(page: Page, login: Login) -> None:
    at_window(login(page, "street"))
    find(page, "lnr")
    write(page, "第一段")
    saved(page)
    page.context.set_offline(True)
    page.keyboard.type("，断网后")
    expect(page.locator("#save-state")).to_have_text("网络中断，已存本机，恢复后自动补传")
    page.keyboard.type("继续写")
    expect(page.locator("[name=name]")).to_have_value("第一段，断网后继续写")
    page.wait_for_timeout(500)
    page.context.set_offline(False)
    saved(page)
    assert kept(page)["answers"]["name"] == "第一段，断网后继续写"


def test_a_draft_begun_without_network_survives_a_closed_tab(page: Page, login: Login) -> None:
    at_window(login(page, "street"))
    find(page, "lnr")
    page.context.set_offline(True)
    write(page, "没有网络时写的")
    expect(page.locator("#save-state")).to_have_attribute("data-state", "offline")
    context = page.context
    page.close()
    context.set_offline(False)
    again = context.new_page()
    again.goto("/desk")
    expect(again.locator("#mine")).to_contain_text("没有网络时写的")


def test_nothing_confirmed_is_lost_when_the_server_is_killed_while_one_types(
    window: Callable[..., Page], server: Any, login: Login
) -> None:
    page = window(width=1366, height=768, base_url=server.base)
    at_window(login(page, "street"))
    find(page, "lnr")
    write(page, "已确认")
    saved(page)
    page.keyboard.type("未确认", delay=20)
    server.kill()
    page.keyboard.type("断开后", delay=20)
    expect(page.locator("#save-state")).to_have_attribute("data-state", "offline")
    server.start()
    saved(page)
    assert kept(page)["answers"]["name"] == "已确认未确认断开后"
    page.reload()
    expect(page.locator("[name=name]")).to_have_value("已确认未确认断开后")


def test_two_tabs_of_one_draft_keep_what_both_wrote(page: Page, login: Login) -> None:
    at_window(login(page, "street"))
    find(page, "lnr")
    write(page, "甲")
    saved(page)
    other = page.context.new_page()
    other.goto(page.url)
    expect(other.locator("[name=name]")).to_have_value("甲")
    other.fill("[name=phone]", "13800000000")
    saved(other)
    expect(page.locator("[name=phone]")).to_have_value("13800000000")
    page.context.set_offline(True)
    page.fill("[name=name]", "甲改")
    other.fill("[name=phone]", "13900000000")
    expect(page.locator("#save-state")).to_have_attribute("data-state", "offline")
    page.context.set_offline(False)
    saved(page)
    saved(other)
    answers = kept(page)["answers"]
    assert (answers["name"], answers["phone"]) == ("甲改", "13900000000")


def test_chinese_being_composed_is_left_alone_and_arrives_whole(page: Page, login: Login) -> None:
    at_window(login(page, "street"))
    find(page, "lnr")
    page.keyboard.press("Alt+2")
    keyboard = page.context.new_cdp_session(page)
    for text in ("z", "zh", "zhang", "张"):
        keyboard.send("Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)})
        page.wait_for_timeout(60)
        assert page.input_value("[name=name]") == text
    keyboard.send("Input.insertText", {"text": "张"})
    expect(page.locator("[name=name]")).to_have_value("张")
    saved(page)
    assert kept(page)["answers"]["name"] == "张"


def test_a_new_release_shows_on_the_item_looked_at_and_leaves_a_begun_draft_alone(
    page: Page, login: Login, window: Callable[..., Page], live: Any
) -> None:
    at_window(login(page, "street"))
    find(page, "lnr")
    write(page, "旧版填的")
    saved(page)
    looking = page.context.new_page()
    looking.goto("/desk#/item/" + ELDER)
    expect(looking.locator("#item-title")).not_to_be_empty()
    title = looking.locator("#item-title").inner_text()
    publish(live, ELDER, title=title + "（新版）")
    expect(looking.locator("#item-title")).to_have_text(title + "（新版）")
    expect(page.locator("#release")).to_have_text("第 2 版")
    expect(page.locator("#item-title")).to_have_text(title)
    page.reload()
    expect(page.locator("#banner")).to_contain_text("按第 1 版填写，事项已在第 2 版更新")
    page.get_by_role("button", name="按新版重新开始").click()
    expect(page.locator("#item-title")).to_have_text(title + "（新版）")
    expect(page.locator("[name=name]")).to_have_value("旧版填的")
    publish(live, ELDER, title=title)


def test_after_the_session_ends_one_logs_in_elsewhere_and_goes_on(page: Page, login: Login) -> None:
    at_window(login(page, "street"))
    find(page, "lnr")
    write(page, "登录前")
    saved(page)
    page.context.clear_cookies()
    page.keyboard.type("登录后")
    expect(page.locator("#banner")).to_contain_text("已填内容不会丢失")
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="重新登录").click()
    second = opened.value
    second.fill("#username", "street")
    second.fill("#password", "Yichuang-2026")
    second.press("#password", "Enter")
    expect(second.locator("h1")).to_have_text("已重新登录")
    second.close()
    saved(page)
    assert kept(page)["answers"]["name"] == "登录前登录后"


def test_rows_are_added_moved_and_deleted_with_what_is_in_them(page: Page, login: Login) -> None:
    at_window(login(page, "street"))
    find(page, "lnr")
    names = page.locator("[data-path^='family_contact/'][data-path$='/name'] input")
    expect(page.locator("#form .add").first).to_be_visible()
    for number, name in enumerate(("甲", "乙", "丙"), 1):
        page.keyboard.press("Alt+a")
        expect(names).to_have_count(number)
        page.keyboard.type(name)
    page.locator(".row").nth(2).get_by_role("button", name="上移").click()
    assert [names.nth(i).input_value() for i in range(3)] == ["甲", "丙", "乙"]
    page.locator(".row").nth(0).get_by_role("button", name="删除").click()
    assert [names.nth(i).input_value() for i in range(2)] == ["丙", "乙"]
    saved(page)
    assert [row["name"] for row in kept(page)["answers"]["family_contact"]] == ["丙", "乙"]


def test_the_desk_has_no_serious_accessibility_fault(page: Page, login: Login, serious_faults: Callable[[Page], list[str]]) -> None:
    at_window(login(page, "clerk"), "B12")
    assert serious_faults(page) == []
    find(page, "spjyxk")
    assert serious_faults(page) == []
    write(page, "有内容")
    page.keyboard.press("Control+Enter")
    page.keyboard.press("F8")
    assert serious_faults(page) == []
    page.keyboard.press("Alt+1")
    page.keyboard.press("Escape")
    page.click("#help-button")
    assert serious_faults(page) == []


def test_everything_on_the_desk_fits_its_screen(page: Page, login: Login) -> None:
    at_window(login(page, "clerk"), "B12")
    find(page, "spjyxk")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1366
    assert page.evaluate("document.querySelector('#main').scrollWidth <= document.querySelector('#main').clientWidth")
