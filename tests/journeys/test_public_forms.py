"""The guide on PC and kiosk, and the phone form from question to counter."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("live", ["sqlite"], indirect=True)]
FOOD = "food_business_new"
CHOSEN = (
    ("business_type", "catering"), ("catering_scale", "restaurant"), ("chain", "single_store"), ("business_items", "hot_food"),
    ("premises", "rent"), ("handler", "agent"),
)  # fmt: skip


def answer(page: Page) -> None:
    """The guide's questions, one at a time."""
    for code, option in CHOSEN:
        page.locator(f"input[name=q-{code}][value={option}]").check()
        if code == "business_items":
            page.click("#next")
    expect(page.locator("#result")).to_be_visible()


def test_the_guide_leads_from_search_to_the_notice(page: Page) -> None:
    page.goto("/guide")
    page.fill("#q", "spjyxk")
    page.locator("#items a", has_text="食品经营许可（新办）").click()
    answer(page)
    expect(page.locator("#checklist")).to_contain_text("授权委托书")
    expect(page.locator("#checklist")).to_contain_text("因为")
    page.click("#issue")
    expect(page.locator("#notice img")).to_be_visible()
    assert page.locator("#notice img").evaluate("img => img.complete && img.naturalWidth > 0")


def test_an_option_that_stops_says_why_and_goes_no_further(page: Page) -> None:
    page.goto(f"/guide/{FOOD}")
    page.locator("input[value=sales]").check()
    page.locator("input[value=only_packed]").check()
    expect(page.locator(".stop")).to_contain_text("不需要办理食品经营许可")
    expect(page.locator("#next")).to_be_disabled()


def test_a_kiosk_left_alone_goes_back_to_the_start(page: Page) -> None:
    page.clock.install()
    page.goto(f"/guide/{FOOD}?kiosk=1")
    page.locator("input[value=catering]").check()
    page.clock.run_for(50_000)
    expect(page.locator("dialog.idle")).to_contain_text("秒后返回首页")
    page.clock.run_for(12_000)
    page.wait_for_url("**/guide?kiosk=1")


def test_large_type_stays_on_from_page_to_page(page: Page) -> None:
    page.goto("/guide")
    normal = page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
    page.click("#elder")
    page.goto(f"/guide/{FOOD}")
    assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= normal * 1.2


def test_the_phone_form_is_filled_in_section_by_section_and_taken_over_at_the_desk(
    phone: Page, window: Callable[..., Page], live: object, login: Callable[..., Page]
) -> None:
    phone.goto(f"/apply/{FOOD}")
    for code, option in CHOSEN:
        phone.locator(f"input[name=q-{code}][value={option}]").check()
    phone.click("#next")
    expect(phone.locator("[name=operator_name]")).to_be_visible()
    phone.fill("[name=operator_name]", "手机填的店")
    expect(phone.locator("#save-state")).to_have_attribute("data-state", "saved")
    phone.reload()
    phone.click("#next")
    expect(phone.locator("[name=operator_name]")).to_have_value("手机填的店")
    phone.click("#next")
    expect(phone.locator("#e-credit_code")).to_have_text("请填写“统一社会信用代码”")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 375
    code = phone.evaluate(
        """async () => { const id = (await (await fetch('/apply/api/items/food_business_new')).json()).draft.id;
        const token = document.querySelector('meta[name=csrf-token]').content;
        return (await (await fetch(`/apply/api/drafts/${id}/prefill`, {method: 'POST', headers: {'X-CSRFToken': token}})).json()).code; }"""
    )
    desk = login(window(width=1366, height=768, base_url=live.base), "clerk")  # type: ignore[attr-defined]
    desk.locator("dialog.window-dialog button").first.click()
    expect(desk.locator("dialog")).to_have_count(0)
    desk.wait_for_timeout(80)
    desk.fill("#prefill-code", code)
    desk.press("#prefill-code", "Enter")
    expect(desk.locator("[name=operator_name]")).to_have_value("手机填的店")
    expect(desk.locator("#mine")).to_contain_text("手机预填")


def test_the_phone_keeps_what_was_typed_without_network(phone: Page) -> None:
    phone.goto("/apply/elderly_allowance")
    for name, option in (("allowance", "hardship"), ("use_card", "social_card"), ("handler", "self")):
        phone.locator(f"input[name=q-{name}][value={option}]").check()
    phone.click("#next")
    phone.context.set_offline(True)
    phone.fill("[name=name]", "断网老人")
    expect(phone.locator("#save-state")).to_contain_text("网络中断，已存本机")
    phone.context.set_offline(False)
    expect(phone.locator("#save-state")).to_have_attribute("data-state", "saved")


@pytest.mark.parametrize("path", ["/guide", f"/guide/{FOOD}", "/guide?kiosk=1", "/apply", f"/apply/{FOOD}"])
def test_public_pages_have_no_serious_accessibility_fault(phone: Page, path: str, serious_faults: Callable[[Page], list[str]]) -> None:
    phone.goto(path)
    phone.wait_for_load_state("networkidle")
    assert serious_faults(phone) == []
    assert phone.evaluate("document.documentElement.scrollWidth") <= 375
