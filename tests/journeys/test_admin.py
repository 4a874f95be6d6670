"""What staff change in the admin pages alone, by clicking and typing (change requests A2, A3, A6), and what they can't publish."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from yichuang import bootstrap
from yichuang.access.roles import DEMO_PASSWORD
from yichuang.ports import SystemClock

pytestmark = pytest.mark.browser
Login = Callable[..., Page]
Open = Callable[..., Page]


@pytest.fixture
def admin(server: Any, window: Open, login: Login) -> Iterator[Page]:
    """A signed-in item administrator at a server of the test's own; nothing may break the content policy or the scripts."""
    page = window(1366, 768, base_url=server.base)
    refused: list[str] = []
    page.on(
        "console",
        lambda said: (
            refused.append(said.text) if "Content Security Policy" in said.text or "Refused" in said.text else None
        ),
    )
    yield login(page, "items", to="/admin/")
    assert not refused


def edit(page: Page, kind: str, title: str) -> None:
    page.goto(f"/admin/definitions/{kind}/")
    page.get_by_role("button", name=f"编辑 {title}", exact=True).click()
    expect(page.locator(".sheet")).to_be_visible()


def kept(page: Page) -> None:
    expect(page.locator("#save-state")).to_have_text(re.compile(r"已保存 \d\d:\d\d"))


def publish(page: Page, reason: str, at: str = "") -> None:
    page.get_by_role("link", name="检查与发布").click()
    page.get_by_label("发布原因").fill(reason)
    if at:
        page.get_by_label("定时生效").check()
        page.get_by_label("生效日期").fill(at)
    page.get_by_role("button", name="发布", exact=True).click()
    page.get_by_role("button", name="确认定时发布" if at else "确认发布").click()
    page.wait_for_url("**/admin/releases/*")


def card(page: Page | Locator, title: str) -> Locator:
    return page.locator(
        ".item", has=page.locator(":scope > .item-head .item-title", has_text=re.compile(f"^{re.escape(title)}$"))
    ).last


def choose(box: Locator, label: str, words: str) -> None:
    """Pick by typing into a picker, as one does."""
    field = box.get_by_role("combobox", name=label, exact=True)
    field.click()
    field.fill(words)
    field.press("Enter")


def test_the_promised_limit_changes_from_next_monday(admin: Page, server: Any) -> None:
    today = SystemClock().now()
    monday = (today + timedelta(days=7 - today.weekday())).date().isoformat()
    edit(admin, "item", "公共场所卫生许可（新办）")
    admin.get_by_role("tab", name="时限与收费").click()
    admin.get_by_role("group", name="承诺办结时限").get_by_label("数量").fill("7")
    kept(admin)
    publish(admin, "落实减时限要求", at=monday)
    expect(admin.get_by_role("status").first).to_contain_text(f"已排定：第 2 版将于 {monday} 00:00 生效")
    expect(admin.locator(".differences del")).to_have_text("10")
    expect(admin.locator(".differences ins")).to_have_text("7")
    services = bootstrap.services_of(server.settings)
    services.catalogue.refresh()
    assert services.catalogue.current().release == 1
    assert (
        services.catalogue.current().get("item", "public_place_hygiene_new")["time_limits"]["promised"]["amount"] == 10
    )
    assert services.catalogue.at(2).get("item", "public_place_hygiene_new")["time_limits"]["promised"]["amount"] == 7
    services.database.dispose()
    admin.get_by_role("button", name="撤回").click()
    admin.get_by_role("dialog").get_by_role("button", name="撤回").click()
    admin.wait_for_url("**/admin/changes/*")
    expect(admin.locator(".head-words .badge")).to_have_text("编辑中")


def test_a_new_field_makes_another_visible_and_required(admin: Page, server: Any, window: Open, login: Login) -> None:
    edit(admin, "form", "食品经营许可申请书")
    admin.get_by_role("tab", name="分组与栏目").click()
    area = card(admin, "经营场所面积")
    area.hover()
    area.get_by_role("button", name=re.compile("在后面添加栏目")).click()
    chain = card(admin, "未命名栏目")
    chain.get_by_label("标题").fill("是否连锁经营")
    chain = card(admin, "是否连锁经营")
    chain.get_by_label("类型").select_option("是／否")
    kept(admin)
    chain = card(admin, "是否连锁经营")
    chain.get_by_role("button", name=re.compile("在后面添加栏目")).click()
    card(admin, "未命名栏目").get_by_label("标题").fill("连锁企业总部名称")
    office = card(admin, "连锁企业总部名称")
    office.get_by_label("标题").press("Tab")
    kept(admin)
    office.get_by_text("更多选项").click()
    for rule in ("何时必填", "何时显示"):
        box = office.get_by_role("group", name=rule)
        box.get_by_role("button", name="设置条件").click()
        choose(box, "事实", "是否连锁经营")
        box.get_by_label("值", exact=True).select_option("是")
        expect(box.locator(".reading")).to_have_text("“是否连锁经营”为“是”")
    kept(admin)
    expect(admin.locator("#findings")).to_contain_text("检查通过")
    publish(admin, "连锁企业登记总部")
    desk = login(window(1366, 768, base_url=server.base), "clerk")
    expect(desk.locator("dialog.window-dialog")).to_be_visible()
    desk.keyboard.press("Enter")
    desk.goto("/desk#/item/food_business_new")
    desk.reload()
    question = desk.locator("[data-path=shifouliansuojingying]")
    expect(question).to_be_visible()
    below = desk.locator("[data-path=premises_area] ~ [data-path]").first
    expect(below).to_have_attribute("data-path", "shifouliansuojingying")
    headquarters = desk.locator("[data-path]", has_text="连锁企业总部名称").last
    expect(headquarters).to_be_hidden()
    question.get_by_text("是", exact=True).click()
    expect(headquarters).to_be_visible()
    expect(headquarters.locator(".needed")).to_be_visible()


def test_a_red_tip_with_its_dates(admin: Page, server: Any) -> None:
    today = SystemClock().now().date()
    edit(admin, "item", "公共场所卫生许可（新办）")
    admin.get_by_role("tab", name="提示与问答").click()
    admin.get_by_role("button", name="＋ 添加提示", exact=True).click()
    tip = card(admin, "未命名提示")
    tip.get_by_role("textbox", name="提示", exact=True).fill("B12 窗口已迁至二层东侧，请到 B15 窗口办理。")
    tip = admin.locator(".item.open").last
    tip.get_by_label("样式").select_option(index=2)
    admin.locator(".item.open").last.get_by_text("更多选项").click()
    admin.locator(".item.open").last.get_by_label("开始日期").fill(today.isoformat())
    admin.locator(".item.open").last.get_by_label("结束日期").fill(f"{today.year}-12-31")
    admin.locator(".item.open").last.get_by_label("结束日期").press("Tab")
    kept(admin)
    expect(admin.locator("#findings")).to_contain_text("检查通过")
    admin.get_by_role("tab", name="预览").click()
    shown = admin.frame_locator("#preview iframe")
    expect(shown.locator("#tips .alert.bad")).to_contain_text("B12 窗口已迁至")
    shown.get_by_role("tab", name="告知单").click()
    expect(shown.frame_locator("iframe").locator("body")).to_contain_text("B12 窗口已迁至")
    shown.get_by_label("按哪一天看").fill(f"{today.year + 1}-01-01")
    expect(shown.frame_locator("iframe").locator("body")).not_to_contain_text("B12 窗口已迁至")
    publish(admin, "B12 窗口搬迁")
    expect(admin.get_by_role("status").first).to_contain_text("第 2 版现已生效")
    assert "B12" in httpx.get(f"{server.base}/guide/public_place_hygiene_new", follow_redirects=True).text


def test_a_broken_change_set_is_refused_in_words_and_leads_to_the_place(admin: Page) -> None:
    edit(admin, "item", "公共场所卫生许可（新办）")
    admin.get_by_role("tab", name="申请材料").click()
    card(admin, "公共场所卫生许可告知承诺书").locator(".item-open").click()
    box = card(admin, "公共场所卫生许可告知承诺书").get_by_role("group", name="何时需要")
    choose(box, "事实", "由谁来办理")
    kept(admin)
    expect(admin.locator("#finding-count")).not_to_be_empty()
    expect(admin.locator("#findings .error").first).to_contain_text("告知承诺书 › 何时需要")
    admin.get_by_role("link", name="检查与发布").click()
    expect(admin.get_by_role("button", name="发布", exact=True)).to_be_disabled()
    expect(admin.locator("#why-not")).to_contain_text("才能发布")
    admin.locator(".findings a").first.click()
    expect(admin.get_by_role("tab", name=re.compile("申请材料"))).to_have_attribute("aria-selected", "true")
    expect(card(admin, "公共场所卫生许可告知承诺书").locator(".spot p").first).to_be_visible()


def test_source_and_form_hold_the_same_and_a_fault_names_its_line(admin: Page) -> None:
    edit(admin, "item", "诊所备案")
    admin.get_by_role("button", name="YAML").click()
    source = admin.locator(".cm-content")
    expect(source).to_contain_text("kind: item")
    source.click()
    admin.keyboard.press("Control+Home")
    admin.keyboard.press("End")
    admin.keyboard.press("Enter")
    admin.keyboard.type("title: 另一个")
    expect(admin.locator(".cm-lint-marker-error")).to_have_count(1)
    admin.get_by_role("button", name="表单", exact=True).click()
    expect(admin.locator(".toast")).to_contain_text("改正后才能回到表单")
    for _ in range(30):
        if admin.locator(".cm-lint-marker-error").count() == 0:
            break
        source.click()
        admin.keyboard.press("Control+z")
        admin.wait_for_timeout(600)
    admin.get_by_role("button", name="表单", exact=True).click()
    expect(admin.locator(".sheet")).to_be_visible()
    expect(admin.get_by_label("名称").first).to_have_value("诊所备案")


def test_what_is_typed_survives_a_killed_server_and_a_closed_page(admin: Page, server: Any) -> None:
    edit(admin, "item", "诊所备案")
    address = admin.url
    server.kill()
    admin.get_by_label("名称").first.fill("诊所备案（改）")
    expect(admin.locator("#save-state")).to_have_attribute("data-state", "offline", timeout=8000)
    server.start()
    expect(admin.locator("#save-state")).to_have_attribute("data-state", "saved", timeout=15000)
    admin.goto(address)
    expect(admin.get_by_label("名称").first).to_have_value("诊所备案（改）")


def test_two_tabs_on_one_definition_ask_whose_work_counts(admin: Page) -> None:
    edit(admin, "item", "诊所备案")
    other = admin.context.new_page()
    other.goto(admin.url)
    expect(other.locator(".sheet")).to_be_visible()
    admin.get_by_label("名称").first.fill("诊所备案甲")
    kept(admin)
    other.get_by_label("名称").first.fill("诊所备案乙")
    expect(other.get_by_role("dialog")).to_contain_text("已在别处修改过")
    other.get_by_role("button", name="用我的").click()
    expect(other.locator("#save-state")).to_have_attribute("data-state", "saved")
    admin.reload()
    expect(admin.get_by_label("名称").first).to_have_value("诊所备案乙")


def test_cards_are_moved_copied_removed_and_undone_by_keyboard(admin: Page) -> None:
    edit(admin, "item", "公共场所卫生许可（新办）")
    admin.get_by_role("tab", name="申请材料").click()
    titles = admin.locator(".item-title")
    first, second = titles.nth(0).inner_text(), titles.nth(1).inner_text()
    admin.locator(".item-open").first.focus()
    admin.keyboard.press("Alt+ArrowDown")
    expect(titles.nth(0)).to_have_text(second)
    expect(admin.locator(".item-open").nth(1)).to_be_focused()
    admin.keyboard.press("Control+z")
    expect(titles.nth(0)).to_have_text(first)
    count = titles.count()
    admin.get_by_role("button", name=f"删除：{first}", exact=True).click()
    expect(titles).to_have_count(count - 1)
    admin.keyboard.press("Control+z")
    expect(titles).to_have_count(count)


@pytest.mark.parametrize(
    ("who", "address"),
    [
        ("items", "/admin/"), ("items", "/admin/definitions/item/"), ("items", "/admin/definitions/item/food_business_new"),
        ("items", "/admin/changes/"),
        ("items", "/admin/releases/"), ("items", "/admin/releases/1"), ("items", "/admin/notices/"), ("items", "/admin/posters/"),
        ("security", "/admin/users/"), ("audit", "/admin/audit/"), ("items", "/account/"),
    ],
)  # fmt: skip
def test_every_page_is_accessible(
    who: str, address: str, live: Any, window: Open, login: Login, serious_faults: Callable[[Page], list[str]]
) -> None:
    page = login(window(1366, 768, base_url=live.base), who, to="/account/")
    page.goto(address)
    assert serious_faults(page) == []


def test_the_editor_and_its_change_set_are_accessible(admin: Page, serious_faults: Callable[[Page], list[str]]) -> None:
    edit(admin, "form", "食品经营许可申请书")
    admin.get_by_role("tab", name="分组与栏目").click()
    for title in ("食品处理区占比", "租赁期限"):
        card(admin, title).locator(".item-open").click()
    assert serious_faults(admin) == []
    admin.get_by_role("tab", name="基本").click()
    admin.get_by_label("名称").first.fill("食品经营许可申请书（试）")
    kept(admin)
    admin.get_by_role("link", name="检查与发布").click()
    admin.get_by_role("button", name="并排比较").click()
    expect(admin.locator(".cm-mergeView")).to_be_visible()
    assert serious_faults(admin) == []


def test_the_log_in_page_is_accessible_and_says_what_is_wrong(
    live: Any, window: Open, serious_faults: Callable[[Page], list[str]]
) -> None:
    page = window(1366, 768, base_url=live.base)
    page.goto("/login/")
    assert serious_faults(page) == []
    page.get_by_label("账号").fill("items")
    page.get_by_label("密码").fill(f"{DEMO_PASSWORD}x")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("账号或密码不正确")
    expect(page.get_by_label("账号")).to_have_value("items")
