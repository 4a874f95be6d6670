"""Change requests A4 and A5, carried out by staff in the admin pages alone, and what the clerk then sees."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.test_admin import card, choose, edit, kept, publish
from tests.journeys.test_commitment import answer, begin_business, fill
from tests.journeys.test_desk import at_window, saved
from tests.journeys.test_pictures import keep
from yichuang.commitment.credit import Finding
from yichuang.ports import SYSTEM, Party

pytestmark = pytest.mark.browser
Login = Callable[..., Page]
Open = Callable[..., Page]
NAME, NUMBER = "测试甲", "11010719900307001X"
REASON = "申请人有尚未修复的失信记录，不能选择告知承诺"


def test_a4_the_dishonest_may_not_commit_until_repaired_and_the_clerk_reads_why(
    server: Any, window: Open, login: Login, services: Any, album: Path
) -> None:
    finding = Finding("虚假承诺经营场所", "行政处罚决定 1 号", date(2026, 11, 2))
    record = services.commitments.credit.add(Party(NAME, "1", "111", NUMBER), finding, SYSTEM)
    admin = login(window(1366, 768, base_url=server.base), "items", to="/admin/")
    edit(admin, "commitment_rules", "告知承诺通则")
    admin.get_by_role("button", name="添加条件").click()
    rule = admin.locator(".item").last
    rule.get_by_label("不满足时怎样说明").fill(REASON)
    rule.get_by_text("更多选项").click()
    rule.get_by_label("怎么办").fill("请按一般程序提交材料")
    keep(admin, album, "a4-rule")
    box = rule.get_by_role("group", name="须满足")
    box.get_by_role("button", name="设置条件").click()
    choose(box, "事实", "有未修复的失信记录")
    box.get_by_label("值", exact=True).select_option("否")
    kept(admin)
    expect(admin.locator("#findings")).to_contain_text("检查通过")
    admin.get_by_role("tab", name="预览").click()
    tried = admin.frame_locator("iframe[title=预览]")
    tried.get_by_label("有未修复的失信记录").select_option("是")
    expect(tried.locator(".reasons.refused")).to_contain_text(REASON)
    keep(admin, album, "a4-editor")
    publish(admin, "失信主体修复前不适用告知承诺")
    desk = login(window(1366, 768, base_url=server.base), "clerk")
    at_window(desk, "综合窗口")
    begin_business(desk, NAME, NUMBER)
    offer = desk.locator('.commitment[data-code="individual_business"]')
    expect(offer).to_have_attribute("data-state", "closed")
    expect(offer).to_contain_text(REASON)
    expect(offer).to_contain_text("请按一般程序提交材料")
    keep(desk, album, "a4-desk")
    services.commitments.credit.repair(record, "信用修复决定〔2026〕1号", SYSTEM)
    fill(desk, phone="13800005678")
    saved(desk)
    expect(offer).to_have_attribute("data-state", "open")


def test_a5_a_commitment_stands_in_for_the_title_deed_only_below_50_square_metres(
    server: Any, window: Open, login: Login, album: Path
) -> None:
    admin = login(window(1366, 768, base_url=server.base), "items", to="/admin/")
    edit(admin, "commitment", "公共场所卫生许可告知承诺")
    admin.get_by_role("tab", name="替代与后补").click()
    row = card(admin, "场所产权证明")
    row.locator(".item-title").click()
    row.get_by_text("更多选项").click()
    box = row.get_by_role("group", name="何时可以替代")
    box.get_by_role("button", name="设置条件").click()
    choose(box, "事实", "营业面积")
    box.get_by_label("比较", exact=True).select_option("小于")
    box.get_by_label("值", exact=True).fill("50")
    kept(admin)
    expect(admin.locator("#findings")).to_contain_text("检查通过")
    admin.get_by_role("tab", name="预览").click()
    tried = admin.frame_locator("iframe[title=预览]")
    for label, words in (("选择哪一种办理方式", "告知承诺"), ("由谁来办理", "法定代表人（负责人）本人办理")):
        with admin.expect_event("framenavigated"):
            tried.get_by_label(label).select_option(words)
        expect(tried.get_by_label(label).locator("option:checked")).to_have_text(words)
    tried.get_by_label("营业面积").fill("60")
    with admin.expect_event("framenavigated"):
        tried.get_by_label("营业面积").press("Enter")
    expect(tried.locator("#main")).to_contain_text("场所产权证明仍须提交")
    keep(admin, album, "a5-editor")
    publish(admin, "小面积场所免交产权证明")
    desk = login(window(1366, 768, base_url=server.base), "clerk")
    at_window(desk, "综合窗口")
    desk.goto("/desk#/item/public_place_hygiene_new")
    desk.reload()
    answer(desk, method="commitment", place_kind="hair", central_air="without_air", handler="self")
    fill(desk, unit_name="演示理发店", credit_code="92110107MA0AAAA1XU", premises_area="60")
    saved(desk)
    offer = desk.locator('.commitment[data-code="public_place_hygiene"]')
    expect(offer).to_contain_text("场所产权证明仍须提交：“营业面积”为60，不小于50")
    keep(desk, album, "a5-large")
    fill(desk, premises_area="40")
    saved(desk)
    expect(offer.locator(".gains")).to_contain_text("场所产权证明")
    expect(offer).not_to_contain_text("仍须提交")
