"""A case's own page: what was promised is shown, withdrawn it is asked for again, and signed anew at the counter."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.test_apply_cases import hall
from tests.journeys.test_commitment import scribble
from tests.journeys.test_desk import at_window
from tests.journeys.test_pictures import keep
from tests.yichuang.cases.conftest import HallAtWork

pytestmark = pytest.mark.browser
__all__ = ["hall"]
Login = Callable[..., Page]


def test_signed_on_the_case_page_and_withdrawn_again(
    page: Page, login: Login, hall: HallAtWork, serious_faults: Any, album: Path
) -> None:
    case = hall.receive("public_place_hygiene_new", situation={"method": "commitment"})
    at_window(login(page, "clerk"), "综合窗口")
    page.goto(f"/desk/cases/{case}")
    card = page.locator('.commitment[data-code="public_place_hygiene"]')
    expect(card).to_have_attribute("data-state", "open")
    card.get_by_role("button", name="阅读告知书并选择").click()
    page.get_by_role("button", name="我已阅读，选择告知承诺").click()
    page.locator(".signature-canvas").scroll_into_view_if_needed()
    scribble(page)
    page.get_by_role("button", name="签署并提交").click()
    expect(card).to_have_attribute("data-state", "signed")
    expect(page.locator("#material-premises_title")).to_contain_text("承诺")
    keep(page, album, "commitment-case")
    assert serious_faults(page) == []
    assert hall.services.commitments.effective(case).replaced == {"premises_title"}
    card.get_by_role("button", name="撤回承诺").click()
    page.locator("dialog").get_by_role("button", name="撤回承诺").click()
    expect(card).to_have_attribute("data-state", "open")
    assert hall.services.commitments.effective(case).replaced == frozenset()
