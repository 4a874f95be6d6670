"""Reviews as people give them: at the counter's screen when a service is done, by a code on a phone that loses its network, and what staff change."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.filling import member, take_in
from tests.journeys.test_admin import edit, kept, publish
from tests.journeys.test_desk import at_window
from yichuang.services import Services

pytestmark = pytest.mark.browser
Login = Callable[..., Page]
Open = Callable[..., Page]
ITEM = "flexible_pension"
ONE = pytest.mark.parametrize("server", ["sqlite"], indirect=True)
PHONE = {"is_mobile": True, "has_touch": True}


def serve(services: Services) -> str:
    """A case taken in at window B12: its service may be reviewed; the page's path."""
    case_id = take_in(services, ITEM, "b12", complete=True)
    return str(services.reviews.of_case(case_id)[-1].path)


def accept(services: Services) -> None:
    """The clerk at B12 finishes a service."""
    case_id, who = take_in(services, "food_business_new", "b12", complete=True), member(services, "clerk", "b12")
    services.cases.act(case_id, "accept", {}, who, services.authority.grants(who), None, "accept-1")


@ONE
def test_at_the_screen_after_a_service_and_it_closes_by_itself(
    server: Any, services: Services, window: Open, login: Login, serious_faults: Callable[[Page], list[str]], album: Path
) -> None:
    desk = login(window(1366, 768, base_url=server.base), "clerk")
    at_window(desk, "B12")
    desk.goto("/desk/screen")
    desk.get_by_role("button", name="取绑定码").click()
    expect(desk.locator("#bind-code")).to_have_text(re.compile(r"\d{3} \d{3}"))
    code = desk.locator("#bind-code").inner_text().replace(" ", "")
    screen = window(1366, 768, base_url=server.base)
    screen.goto("/screen")
    screen.fill("#code", "000000" if code != "000000" else "111111")
    screen.press("#code", "Enter")
    expect(screen.locator("#fault")).to_contain_text("不对或已过期")
    screen.fill("#code", code)
    screen.press("#code", "Enter")
    expect(screen.locator("#idle")).to_be_visible()
    assert serious_faults(screen) == []
    accept(services)
    expect(screen.locator(".grade")).to_have_count(5, timeout=15_000)
    screen.screenshot(path=album / "review-screen.png")
    screen.keyboard.press("Tab")
    screen.locator("input[name=grade]").first.focus()
    screen.keyboard.press("ArrowUp")
    expect(screen.locator("input[name=grade]:checked")).to_have_value("1")
    screen.get_by_role("button", name="提交评价").click()
    expect(screen.get_by_role("alert")).to_contain_text("请选一个标签")
    screen.get_by_label("服务态度差效率低").check(force=True)
    screen.screenshot(path=album / "review-screen-bad.png")
    assert serious_faults(screen) == []
    screen.get_by_role("button", name="提交评价").press("Enter")
    expect(screen.locator("#stage")).to_contain_text("谢谢您的评价")
    expect(screen.locator("#idle")).to_be_visible(timeout=10_000)
    every, given = services.reviews.counts()
    assert (every, given) == (1, 1)


@ONE
def test_on_a_phone_without_network_and_back_once(
    server: Any, services: Services, window: Open, serious_faults: Callable[[Page], list[str]], album: Path
) -> None:
    phone, path = window(375, 812, base_url=server.base, **PHONE), serve(services)
    phone.goto(path)
    expect(phone.locator(".grade")).to_have_count(5)
    phone.screenshot(path=album / "review-phone.png")
    phone.locator(".grade[data-grade='2']").tap()
    phone.get_by_text("服务态度生硬").tap()
    phone.fill("#words", "等了一个小时")
    phone.screenshot(path=album / "review-phone-bad.png", full_page=True)
    assert serious_faults(phone) == []
    phone.context.set_offline(True)
    phone.get_by_role("button", name="提交评价").tap()
    expect(phone.locator(".review-done")).to_contain_text("已存在本机")
    assert services.reviews.counts() == (0, 0)
    phone.screenshot(path=album / "review-phone-kept.png")
    phone.context.set_offline(False)
    expect(phone.locator(".review-done")).to_contain_text("谢谢您的评价", timeout=20_000)
    assert services.reviews.counts() == (1, 1)
    phone.reload()
    expect(phone.get_by_role("heading", name="这次服务您已经评价过了")).to_be_visible()
    other = window(375, 812, base_url=server.base, **PHONE)
    other.goto(path)
    other.locator(".grade[data-grade='5']").tap()
    other.get_by_role("button", name="提交评价").tap()
    expect(other.locator(".review-done")).to_contain_text("以先到的评价为准")
    assert services.reviews.counts() == (1, 1), "and only the first one counts"
    assert services.reviews.anomalies.counts() == {"twice": 1}
    phone.locator("#elder").tap()
    assert serious_faults(phone) == []
    phone.goto("/r/" + "x" * 22)
    expect(phone.get_by_role("heading", name="没有找到这次服务")).to_be_visible()


@ONE
def test_what_was_written_without_network_survives_the_closed_page(server: Any, services: Services, window: Open) -> None:
    phone, path = window(375, 812, base_url=server.base, **PHONE), serve(services)
    phone.goto(path)
    phone.locator(".grade[data-grade='5']").tap()
    phone.context.set_offline(True)
    phone.get_by_role("button", name="提交评价").tap()
    expect(phone.locator(".review-done")).to_contain_text("已存在本机")
    context = phone.context
    phone.close()
    context.set_offline(False)
    again = context.new_page()
    again.goto(path)
    expect(again.locator(".review-done")).to_contain_text("谢谢您的评价", timeout=20_000)
    assert services.reviews.counts() == (1, 1)


@ONE
def test_staff_record_a_call_and_see_what_goes_to_the_city(
    server: Any, services: Services, window: Open, login: Login, serious_faults: Callable[[Page], list[str]], album: Path
) -> None:
    case_id = take_in(services, ITEM, "b12", complete=True)
    with services.database.reading() as connection:
        number = connection.exec_driver_sql(f"SELECT number FROM cases WHERE id = '{case_id}'").scalar_one()
    page = login(window(1366, 768, base_url=server.base), "manager", to="/admin/reviews/")
    expect(page.locator(".tile").first).to_contain_text("评价总数")
    page.screenshot(path=album / "reviews-aggregation.png")
    assert serious_faults(page) == []
    page.get_by_role("link", name="代录评价").click()
    page.get_by_label("办件编号").fill(str(number))
    page.get_by_role("button", name="查找").click()
    page.get_by_label(re.compile("收件")).check()
    page.get_by_label("电话").check()
    page.get_by_label("不满意", exact=True).check()
    page.get_by_label("原话").fill("电话里说排队太久")
    page.screenshot(path=album / "reviews-recording.png", full_page=True)
    assert serious_faults(page) == []
    page.get_by_role("button", name="代录", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("已代录")
    page.get_by_role("link", name="数据异常").click()
    expect(page.locator("main table").first).to_contain_text("评价先于服务到达")
    page.screenshot(path=album / "reviews-anomalies.png", full_page=True)
    assert serious_faults(page) == []


@ONE
def test_a11_a_new_tag_for_the_two_bad_grades_at_the_counter_alone(
    server: Any, services: Services, window: Open, login: Login, album: Path
) -> None:
    admin = login(window(1366, 768, base_url=server.base), "items", to="/admin/")
    edit(admin, "review", "好差评规则")
    admin.get_by_role("tab", name="怎样评价").click()
    for grade, code in (("2", "215"), ("1", "116")):
        admin.get_by_role("button", name=re.compile("^＋ 添加标签")).click()
        row = admin.locator(".item.open").last
        row.get_by_label(re.compile("^代码")).fill(code)
        row.get_by_label(re.compile("^等级")).fill(grade)
        row.get_by_label(re.compile("^说法")).fill("排队时间长")
        row.get_by_text("窗口评价屏").click()
    kept(admin)
    expect(admin.locator("#findings")).to_contain_text("检查通过")
    admin.screenshot(path=album / "a11-editor.png")
    publish(admin, "差评增加标签：排队时间长")
    services.catalogue.refresh()
    token = serve(services).removeprefix("/r/")
    offered = {channel: {tag["title"] for tag in services.reviews.open(token, channel).tags} for channel in ("counter", "qr")}
    assert "排队时间长" in offered["counter"] - offered["qr"]
    phone = window(375, 812, base_url=server.base, **PHONE)
    phone.goto(f"/r/{token}")
    phone.locator(".grade[data-grade='2']").tap()
    expect(phone.get_by_text("服务态度生硬")).to_be_visible()
    expect(phone.get_by_text("排队时间长")).to_have_count(0)
