"""告知承诺 as people meet it: offered at the desk with reasons, read, signed by mouse and by finger, withdrawn; A4 and A5 in the admin alone."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.test_desk import at_window, find, saved
from tests.journeys.test_pictures import keep

pytestmark = pytest.mark.browser
Login = Callable[..., Page]
Open = Callable[..., Page]


@pytest.fixture
def album(tmp_path: Path) -> Path:
    """Where the pictures go: YICHUANG_PICTURES, else nowhere for long."""
    folder = Path(os.environ.get("YICHUANG_PICTURES") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def answer(page: Page, **situation: str) -> None:
    """Answer the situation by clicking."""
    for question, option in situation.items():
        page.locator(f'.question[data-code="{question}"] input[value="{option}"]').check(force=True)


def fill(page: Page, **answers: str) -> None:
    for name, value in answers.items():
        page.locator(f'#form [name="{name}"]').first.fill(value)
        page.locator(f'#form [name="{name}"]').first.blur()


def begin_business(page: Page, name: str = "测试甲", number: str = "11010719900307001X") -> None:
    """个体工商户设立登记 by the operator, own premises."""
    find(page, "gtgsh")
    answer(page, composition="personal", premises="own", pre_approval="without_pre", with_name="unnamed", handler="self")
    fill(page, operator_name=name, operator_id_no=number)
    saved(page)


def scribble(page: Page) -> None:
    """A signature by mouse: two strokes."""
    box = page.locator(".signature-canvas").bounding_box()
    assert box is not None
    for row in (0.35, 0.6):
        page.mouse.move(box["x"] + 60, box["y"] + box["height"] * row)
        page.mouse.down()
        for n in range(1, 26):
            page.mouse.move(box["x"] + 60 + n * 9, box["y"] + box["height"] * row + (18 if n % 4 < 2 else -14), steps=2)
        page.mouse.up()


def test_read_signed_by_mouse_the_checklist_shrinks_and_grows_again_when_withdrawn(
    page: Page, login: Login, serious_faults: Any, album: Path
) -> None:
    at_window(login(page, "clerk"), "综合窗口")
    begin_business(page)
    card = page.locator('.commitment[data-code="individual_business"]')
    expect(card).to_have_attribute("data-state", "open")
    expect(card).to_contain_text("经营场所使用证明")
    before = int(page.locator("#checklist .count strong").inner_text())
    keep(page, album, "commitment-desk-offer")
    card.get_by_role("button", name="阅读告知书并选择").click()
    dialog = page.locator("dialog.commitment-dialog")
    expect(dialog).to_contain_text("告知内容")
    keep(page, album, "commitment-desk-notice")
    assert serious_faults(page) == []
    dialog.get_by_role("button", name="我已阅读，选择告知承诺").click()
    expect(dialog).to_contain_text("承诺人：测试甲")
    sign = dialog.get_by_role("button", name="签署并提交")
    expect(sign).to_be_disabled()
    page.locator(".signature-canvas").scroll_into_view_if_needed()
    scribble(page)
    expect(dialog.get_by_text("已写 2 笔")).to_be_visible()
    keep(page, album, "commitment-desk-sign")
    assert serious_faults(page) == []
    sign.click()
    expect(card).to_have_attribute("data-state", "signed")
    expect(page.locator("#checklist .count strong")).to_have_text(str(before - 1))
    expect(page.locator('#checklist [data-code="premises_use"]')).to_contain_text("承诺替代")
    keep(page, album, "commitment-desk-signed")
    assert serious_faults(page) == []
    card.get_by_role("button", name="查看告知书与承诺书").click()
    expect(page.locator("dialog")).to_contain_text("签名与文本相符")
    keep(page, album, "commitment-desk-kept")
    page.keyboard.press("Escape")
    card.get_by_role("button", name="撤回承诺").click()
    page.locator("dialog").get_by_role("button", name="撤回承诺").click()
    expect(page.locator("#checklist .count strong")).to_have_text(str(before))
    expect(card).to_have_attribute("data-state", "open")
