"""A bad review from triage to its call-back; an appeal upheld; and the deadline that staff change (change request A13)."""

import io
import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import insert, select

from tests.journeys.filling import member, take_in
from tests.journeys.test_admin import edit, kept, publish
from yichuang.indicators.measures import CODES
from yichuang.indicators.model import review_sums
from yichuang.rectification.model import rectifications
from yichuang.reviews.model import reviews
from yichuang.reviews.review import Given, Picture
from yichuang.services import Services

pytestmark = pytest.mark.browser
Login = Callable[..., Page]
Open = Callable[..., Page]
ONE = pytest.mark.parametrize("server", ["sqlite"], indirect=True)
WORDS = "取号后等了一个多小时，也没有人说明"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000b49444154789c63f80f040009fb03fdfb5e6b2b0000000049454e44ae426082"
)


def serve(services: Services, seed: int) -> str:
    """The page's path of a service at window B12."""
    case_id, who = take_in(services, "food_business_new", "b12", seed=seed, complete=True), member(services, "clerk", "b12")
    services.cases.act(case_id, "accept", {}, who, services.authority.grants(who), None, "accept-1")
    return str(services.reviews.of_case(case_id)[-1].path)


def reviewed(services: Services, grade: int = 2, seed: int = 0) -> str:
    """The same, just reviewed badly."""
    path = serve(services, seed)
    tag = {1: "115", 2: "214"}[grade]
    services.reviews.give(path.removeprefix("/r/"), Given(grade, [tag], WORDS, [Picture(PNG)], key=f"page-{seed}"))
    return path


def open_first(page: Page) -> None:
    page.goto("/desk/reviews")
    page.get_by_role("link", name="办理").first.click()


def step(page: Page, title: str, **typed: str) -> None:
    """Take a step by its card: choices by their words, texts by their labels."""
    card = page.locator("section.card", has=page.locator("summary h2", has_text=title))
    if card.locator("details:not([open])").count():
        card.locator("summary").click()
    for label, value in typed.items():
        if label.startswith("choose_"):
            card.get_by_label(value, exact=True).check()
        else:
            card.get_by_label(label).fill(value)
    card.get_by_role("button", name=title, exact=True).click()


def review_badly(phone: Page, path: str) -> None:
    phone.goto(path)
    phone.locator(".grade[data-grade='2']").tap()
    phone.get_by_text("服务态度生硬").tap()
    phone.fill("#words", WORDS)
    phone.set_input_files("#pictures", {"name": "a.png", "mimeType": "image/png", "buffer": PNG})
    expect(phone.locator(".strip li")).to_have_count(1)
    phone.get_by_role("button", name="提交评价").tap()
    expect(phone.locator(".review-done")).to_contain_text("谢谢您的评价")


def open_as_the_bureau(bureau: Page, album: Path) -> None:
    """From the list; of who reviewed, when and where, nothing is shown."""
    bureau.goto("/desk/reviews")
    bureau.get_by_label("只看我现在能办的").check()
    bureau.get_by_role("button", name="筛选").click()
    expect(bureau.get_by_role("status")).to_contain_text("共 1 件")
    bureau.screenshot(path=album / "bad-reviews-bureau.png")
    bureau.get_by_role("link", name="办理").first.click()
    expect(bureau.locator("main")).to_contain_text("评价人的信息受保护")
    expect(bureau.locator("main")).to_contain_text("为保护评价人，这里没有显示：窗口、服务日期")
    bureau.screenshot(path=album / "bad-review-protected.png", full_page=True)
    expect(bureau.get_by_role("button", name="查看评价人联系方式")).to_have_count(0)


@ONE
def test_a_bad_review_from_triage_to_its_call_back(
    server: Any, services: Services, window: Open, login: Login, serious_faults: Callable[[Page], list[str]], album: Path
) -> None:
    path, phone = serve(services, 0), window(375, 812, base_url=server.base, is_mobile=True, has_touch=True)
    review_badly(phone, path)
    early = login(window(1366, 768, base_url=server.base), "approver", to="/desk/reviews")
    expect(early.locator("main")).to_contain_text("大厅转办给您的部门以后列在这里")
    manager = login(window(1366, 768, base_url=server.base), "manager", to="/desk/reviews")
    expect(manager.locator("tbody tr")).to_have_count(1)
    manager.screenshot(path=album / "bad-reviews.png")
    assert serious_faults(manager) == []
    open_first(manager)
    expect(manager.locator("main")).to_contain_text(WORDS)
    expect(manager.locator(".thumb").first).to_be_visible()
    manager.screenshot(path=album / "bad-review.png", full_page=True)
    assert serious_faults(manager) == []
    step(manager, "有效，转办", 拟办意见="请核实等候时间")
    expect(manager.get_by_role("alert")).to_contain_text("处理等级")
    expect(manager.get_by_label("拟办意见")).to_have_value("请核实等候时间")
    step(manager, "有效，转办", choose_level="督办")
    expect(manager.get_by_role("status")).to_contain_text("已登记")

    bureau = early
    open_as_the_bureau(bureau, album)
    assert serious_faults(bureau) == []
    step(bureau, "接手核实")
    step(bureau, "登记核实结论", choose_class="属实且诉求合理", 核实情况="当日叫号系统故障，未及时说明")
    step(bureau, "整改完成，拟答复", 整改结果="更换叫号系统，增设引导员", 对评价人的答复="您反映的情况属实，已更换叫号系统")
    bureau.screenshot(path=album / "bad-review-bureau.png", full_page=True)
    assert serious_faults(bureau) == []

    other = window(375, 812, base_url=server.base, is_mobile=True, has_touch=True)
    other.goto(path)
    expect(other.locator(".grade")).to_have_count(5), "who finds the link on a paper learns nothing"
    phone.goto(path)
    expect(phone.locator(".review-answer")).to_contain_text("正在整改")
    expect(phone.locator(".review-answer")).not_to_contain_text("叫号系统")

    manager.reload()
    step(manager, "同意答复")
    manager.get_by_role("button", name="查看评价人联系方式").click()
    expect(manager.locator(".alert.warn")).to_contain_text("110107-")
    step(manager, "登记回访，办结", choose_satisfied="满意", 回访情况="电话回访，表示满意")
    expect(manager.locator(".sheet-head")).to_contain_text("已办结")
    manager.screenshot(path=album / "bad-review-closed.png", full_page=True)
    phone.reload()
    expect(phone.locator(".review-answer")).to_contain_text("已更换叫号系统")
    phone.screenshot(path=album / "bad-review-answer.png")
    assert serious_faults(phone) == []


@ONE
def test_an_appeal_is_upheld_by_another(server: Any, services: Services, window: Open, login: Login) -> None:
    reviewed(services, 1, seed=3)
    manager = login(window(1366, 768, base_url=server.base), "manager", to="/desk/reviews")
    open_first(manager)
    step(manager, "有效，转办", choose_level="一般")
    bureau = login(window(1366, 768, base_url=server.base), "approver", to="/desk/reviews")
    open_first(bureau)
    step(bureau, "申诉", 申诉的事实和理由="当日该窗口没有办理此人业务")
    expect(bureau.locator("main")).to_contain_text("现在没有您可以办理的步骤")
    manager.reload()
    step(manager, "申诉成立", 复核结论="经调取录像，申诉属实")
    expect(manager.locator(".sheet-head")).to_contain_text("评价无效")
    with services.database.reading() as connection:
        assert connection.execute(select(reviews.c.state, reviews.c.grade)).one() == ("invalid", 1)


@ONE
def test_a13_the_deadline_goes_from_15_to_10_working_days(server: Any, services: Services, window: Open, login: Login, album: Path) -> None:
    admin = login(window(1366, 768, base_url=server.base), "items", to="/admin/")

    def term(amount: str) -> None:
        edit(admin, "review", "好差评规则")
        admin.get_by_role("tab", name="公开与整改").click()
        admin.get_by_label(re.compile("^数量")).fill(amount)
        admin.get_by_label(re.compile("^单位")).select_option(label="工作日")
        kept(admin)
        expect(admin.locator("#findings")).to_contain_text("检查通过")
        admin.screenshot(path=album / f"a13-{amount}.png")
        publish(admin, f"整改期限改为 {amount} 个工作日")
        services.catalogue.refresh()

    term("15")
    reviewed(services, 2, seed=7)
    term("10")
    reviewed(services, 2, seed=11)
    with services.database.reading() as connection:
        found = {row.term: row for row in connection.execute(select(rectifications))}
    opening = services.rectifications.opening
    for amount in (15, 10):
        row = found[f"{amount} working_day"]
        assert row.due_on == opening.due(row.opened_on, {"amount": amount, "unit": "working_day"})
    assert set(found) == {"15 working_day", "10 working_day"}
    if all(row.due_on for row in found.values()):
        assert timedelta(days=5) <= found["15 working_day"].due_on - found["10 working_day"].due_on <= timedelta(days=15)


def past_month(services: Services) -> date:
    """A month that nobody can review any more, with a department that has enough reviews and two that haven't, together."""
    month = (services.clock.now().date() - timedelta(days=62)).replace(day=1)
    places = [("department", "scjg", 40), ("department", "rsj", 12), ("department", "wjw", 3), ("total", "", 55)]
    with services.database.writing() as connection:
        for dimension, member, number in places:
            row = dict.fromkeys(CODES, 0) | {"services": number * 2, "given": number, "grade_5": number}
            connection.execute(insert(review_sums), {"scope": "", "dimension": dimension, "grain": "m", "period": month, "member": member} | row)
    return month


@ONE
def test_indicators_are_seen_exported_and_made_public(
    server: Any, services: Services, window: Open, login: Login, serious_faults: Callable[[Page], list[str]], album: Path
) -> None:
    for grade, seed in ((5, 21), (4, 22), (2, 23)):
        path = serve(services, seed)
        services.reviews.give(path.removeprefix("/r/"), Given(grade, [{5: "517", 4: "413", 2: "214"}[grade]], key=f"page-{seed}"))
    services.indicators.rolling.run()
    manager = login(window(1366, 768, base_url=server.base), "manager", to="/desk/statistics/reviews")
    expect(manager.locator(".figures-tiles")).to_contain_text("66.7")
    expect(manager.locator(".figures-chart svg").first).to_be_visible()
    manager.screenshot(path=album / "indicators.png", full_page=True)
    assert serious_faults(manager) == []
    manager.get_by_role("link", name="按窗口").click()
    expect(manager.locator("tbody")).to_contain_text("B12")
    with manager.expect_download() as download:
        manager.get_by_role("link", name="导出 Excel").click()
    book = openpyxl.load_workbook(io.BytesIO(Path(download.value.path()).read_bytes()))
    assert book.sheetnames == ["按窗口", "走势", "口径"] and "好评率（%）" in [cell.value for cell in book["按窗口"][1]]
    manager.get_by_role("link", name=re.compile("的评价$")).first.click()
    expect(manager.locator("tbody tr")).to_have_count(3)
    assert "110107-" not in manager.locator("main").inner_text()
    manager.screenshot(path=album / "indicators-list.png")
    assert serious_faults(manager) == []
    services.indicators.exporter.export()
    manager.goto("/desk/statistics/reviews/ask")
    manager.get_by_label("窗口").check()
    manager.get_by_label("好评率（%）").check()
    manager.get_by_role("button", name="查询").click()
    expect(manager.get_by_role("region", name="查询结果")).to_contain_text("66.7")
    manager.screenshot(path=album / "indicators-ask.png", full_page=True)
    assert serious_faults(manager) == []
    manager.get_by_role("link", name="差评成因").click()
    expect(manager.locator("main")).to_contain_text("服务态度生硬")
    expect(manager.locator(".figures-chart svg").last).to_be_visible()
    manager.screenshot(path=album / "causes.png", full_page=True)
    assert serious_faults(manager) == []
    phone = window(375, 812, base_url=server.base, is_mobile=True, has_touch=True)
    month = past_month(services)
    phone.goto(f"/open/reviews?month={month:%Y-%m}&by=department")
    expect(phone.locator("select[name=month]")).not_to_contain_text(f"{services.clock.now():%Y 年 %m 月}")
    expect(phone.locator("tbody tr", has_text="评价较少，不公布")).to_have_count(2)
    expect(phone.locator("main")).to_contain_text("40 条")
    expect(phone.locator("main")).not_to_contain_text("12 条")
    phone.screenshot(path=album / "open-reviews.png", full_page=True)
    assert serious_faults(phone) == []
