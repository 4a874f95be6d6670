"""Signing on a phone by finger: logged in as oneself, at 375 pixels; what is promised need not be uploaded. Without a log-in the page says how."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from connectors.sandbox import SandboxCity
from tests.definitions.answering import FITTING, answers_for
from tests.journeys.test_apply_cases import city, go_to, hall, log_in
from tests.yichuang.cases.conftest import HallAtWork
from yichuang.items.compiled import compile_item
from yichuang.items.facts import everyday_facts

pytestmark = pytest.mark.browser
__all__ = ["city", "hall"]
ITEM = "individual_business_new"
ME = {"operator_name": "周子衡", "operator_id_no": "110107199001010013", "phone": "13900000002"}
SITUATION = FITTING[ITEM][0]


def answers(hall: HallAtWork) -> dict[str, Any]:
    made = hall.services.catalogue.current().compiled(compile_item, ITEM)
    facts = made.with_situation(SITUATION, everyday_facts(made.body, hall.clock.now().date()))
    told = answers_for(made, facts, **FITTING[ITEM][1] | ME)
    return {key: value for key, value in told.items() if value is not None and key != "agent"}


def begin(phone: Page, told: dict[str, Any]) -> None:
    """Start with one tap, then fill in by the page's own interface what would take a hundred."""
    for code, option in SITUATION.items():
        phone.locator(f"input[name=q-{code}][value={option}]").check()
    expect(phone.locator("#save-state")).to_have_attribute("data-state", "saved")
    phone.evaluate(
        """async ([item, answers]) => { const {draft} = await (await fetch(`/apply/api/items/${item}`)).json();
        const headers = {'X-CSRFToken': document.querySelector('meta[name=csrf-token]').content, 'Content-Type': 'application/json'};
        const answer = await fetch(`/apply/api/drafts/${draft.id}`, {method: 'PUT', headers, body: JSON.stringify({...draft, answers})});
        if (!answer.ok) throw new Error(await answer.text()); }""",
        [ITEM, told],
    )
    phone.reload()


def write_by_finger(phone: Page) -> None:
    box = phone.locator(".signature-canvas").bounding_box()
    assert box is not None
    touch = phone.context.new_cdp_session(phone)
    for row in (0.3, 0.6):
        y = box["y"] + box["height"] * row
        touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": box["x"] + 30, "y": y, "force": 0.5}]})
        for n in range(1, 24):
            point = {"x": box["x"] + 30 + n * 10, "y": y + (16 if n % 4 < 2 else -12), "force": 0.3 + n / 60}
            touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def fits(phone: Page, faults: Callable[[Page], list[str]]) -> None:
    assert faults(phone) == []
    assert phone.evaluate("document.documentElement.scrollWidth") <= 375


def test_signed_by_finger_the_material_need_not_be_uploaded(
    phone: Page, city: SandboxCity, hall: HallAtWork, serious_faults: Any, album: Path
) -> None:
    log_in(phone, "p-1002", f"/apply/{ITEM}")
    begin(phone, answers(hall))
    go_to(phone, "申请人")
    phone.locator("#people input[value=self]").check()
    phone.select_option("#p-hall", "district_hall") if phone.locator("#p-hall").count() else None
    go_to(phone, "材料")
    card = phone.locator('.commitment[data-code="individual_business"]')
    expect(card).to_have_attribute("data-state", "open")
    wanted = phone.locator('#materials [data-code="premises_use"]')
    keep = album / "commitment-phone-offer.png"
    phone.screenshot(path=keep)
    fits(phone, serious_faults)
    card.get_by_role("button", name="阅读告知书并选择").tap()
    dialog = phone.locator("dialog.commitment-dialog")
    expect(dialog).to_contain_text("告知内容")
    phone.screenshot(path=album / "commitment-phone-notice.png")
    fits(phone, serious_faults)
    dialog.get_by_role("button", name="我已阅读，选择告知承诺").tap()
    phone.locator(".signature-canvas").scroll_into_view_if_needed()
    write_by_finger(phone)
    expect(dialog.get_by_text("已写 2 笔")).to_be_visible()
    dialog.get_by_role("button", name="撤销一笔").click()
    expect(dialog.get_by_text("已写 1 笔")).to_be_visible()
    phone.screenshot(path=album / "commitment-phone-sign.png")
    fits(phone, serious_faults)
    with phone.expect_response("**/sign", timeout=30_000):
        dialog.get_by_role("button", name="签署并提交").click()
    expect(card).to_have_attribute("data-state", "signed")
    expect(wanted).to_contain_text("承诺替代，免交")
    phone.screenshot(path=album / "commitment-phone-signed.png")
    fits(phone, serious_faults)
    [kept] = [found for found in hall.services.commitments.of_case(draft_of(phone)) if found.stands]
    assert kept.signer == "applicant" and kept.channel == "apply"


def test_without_a_log_in_the_page_says_how_to_sign(phone: Page, city: SandboxCity, hall: HallAtWork) -> None:
    phone.goto(f"/apply/{ITEM}")
    begin(phone, answers(hall))
    go_to(phone, "核对与取码")
    card = phone.locator('.commitment[data-code="individual_business"]')
    expect(card).to_contain_text("登录后可以在网上签署")
    expect(card.get_by_role("button")).to_have_count(0)


def draft_of(phone: Page) -> str:
    return str(phone.evaluate(f"fetch('/apply/api/items/{ITEM}').then(r => r.json()).then(j => j.draft.id)"))
