"""The handbook's pictures. With YICHUANG_PICTURES=docs/pictures they are written there, else to a temporary folder.

Taken where people look, so that a page that can't be reached or is empty fails here too.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pypdfium2
import pytest
from playwright.sync_api import Page, expect

from tests.journeys.filling import case_of
from tests.journeys.test_acceptance import ITEM, at_item, issue
from yichuang import bootstrap
from yichuang.ports import SYSTEM

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("server", ["sqlite"], indirect=True)]
Login = Callable[..., Page]
Open = Callable[..., Page]


def keep(page: Page, album: Path, name: str) -> None:
    page.wait_for_timeout(350)
    picture = page.screenshot(path=album / f"{name}.png")
    assert len(picture) > 8_000


def print_page(pdf: bytes, album: Path, name: str) -> None:
    pypdfium2.PdfDocument(pdf)[0].render(scale=0.9).to_pil().save(album / f"{name}.png")


def test_the_counter(server: Any, window: Open, login: Login, album: Path) -> None:
    page = window(1366, 768, base_url=server.base)
    page.goto("/login/?next=/desk")
    keep(page, album, "login")
    at_item(page, login)
    for _ in range(3):
        page.keyboard.press("1")
        page.wait_for_timeout(80)
    page.keyboard.press("Alt+2")
    page.keyboard.type("某某理发店（演示）")
    expect(page.locator("#save-state")).to_have_attribute("data-state", "saved")
    page.evaluate("scrollTo(0, 0)")
    keep(page, album, "desk")
    page.keyboard.press("Control+Enter")
    keep(page, album, "desk-errors")


def test_the_public(server: Any, window: Open, album: Path) -> None:
    page = window(1366, 768, base_url=server.base)
    page.goto("/guide")
    keep(page, album, "guide")
    page.goto(f"/guide/{ITEM}")
    keep(page, album, "guide-item")
    phone = window(375, 812, base_url=server.base, is_mobile=True, has_touch=True)
    code = issue(server.base)
    phone.goto(f"/n/{code}")
    keep(phone, album, "notice-phone")
    phone.goto(f"/n/{code}?large=1")
    keep(phone, album, "notice-phone-large")
    phone.goto(f"/apply/{ITEM}")
    keep(phone, album, "apply-phone")
    print_page(httpx.get(f"{server.base}/n/{code}.pdf").content, album, "notice-pdf")
    services = bootstrap.services_of(server.settings)
    services.catalogue.refresh()
    items = [code for code, words in services.catalogue.current().words("item").items() if words["state"] == "active"]
    print_page(services.notices.poster(items[:9], "办事一次告知", SYSTEM), album, "poster")
    services.database.dispose()


def test_the_admin(server: Any, window: Open, login: Login, album: Path) -> None:
    page = login(window(1366, 768, base_url=server.base), "items", to="/admin/")
    for _ in range(6):
        issue(server.base)
    page.goto("/admin/definitions/item/")
    keep(page, album, "admin-items")
    page.get_by_role("button", name="编辑 公共场所卫生许可（新办）", exact=True).click()
    expect(page.locator(".sheet")).to_be_visible()
    page.get_by_role("tab", name="时限与收费").click()
    page.get_by_role("group", name="承诺办结时限").get_by_label("数量").fill("7")
    page.get_by_role("tab", name="申请材料").click()
    page.locator(".item-open").nth(1).click()
    keep(page, album, "admin-editor")
    page.get_by_role("tab", name="预览").click()
    page.wait_for_timeout(1200)
    keep(page, album, "admin-preview")
    page.get_by_role("link", name="检查与发布").click()
    page.get_by_label("发布原因").fill("落实减时限要求")
    keep(page, album, "admin-change-set")
    page.goto("/admin/releases/")
    keep(page, album, "admin-releases")
    page.goto("/admin/")
    keep(page, album, "admin")
    page.goto("/admin/posters/")
    keep(page, album, "admin-posters")
    page.wait_for_timeout(1500)
    page.goto("/admin/notices/")
    page.wait_for_timeout(800)
    keep(page, album, "admin-notices")


def test_cases(server: Any, window: Open, login: Login, album: Path) -> None:
    settings = server.settings
    for seed in range(4):
        case_of(settings, "food_business_new", "b12", seed=seed * 9)
    case = case_of(settings, "public_place_hygiene_new", "b12", seed=5)
    ready = case_of(settings, "public_place_hygiene_new", "b13", seed=60, complete=True)
    page = login(window(1366, 768, base_url=server.base), "clerk", to="/desk/cases")
    page.locator("dialog.window-dialog button").filter(has_text="B12").first.click()
    expect(page.locator("dialog")).to_have_count(0)
    keep(page, album, "cases")
    page.fill("#search", "某某餐饮")
    page.keyboard.press("Enter")
    expect(page.locator("#found tbody tr").first).to_be_visible()
    keep(page, album, "cases-found")
    page.goto(f"/desk/cases/{case}")
    expect(page.locator(".check-row").first).to_be_focused()
    for _ in range(3):
        page.keyboard.press("Space")
    expect(page.locator(".check.received")).to_have_count(3)
    page.keyboard.press("y")
    page.keyboard.press("Enter")
    expect(page.locator("#save-state")).to_have_attribute("data-state", "saved")
    keep(page, album, "case")
    page.keyboard.press("Enter")
    page.keyboard.press("Alt+b")
    expect(page.locator("dialog .point-row").first).to_be_visible()
    keep(page, album, "case-correction")
    page.keyboard.press("Control+Enter")
    expect(page.locator("dialog.outcome-dialog[open]")).to_be_visible()
    keep(page, album, "case-outcome")
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_have_count(0)
    page.locator("#corrections-block").scroll_into_view_if_needed()
    keep(page, album, "case-correcting")
    page.goto(f"/desk/cases/{ready}")
    page.keyboard.press("Control+Enter")
    expect(page.locator("dialog.outcome-dialog[open]")).to_be_visible()
    approver = login(window(1366, 768, base_url=server.base), "approver_wjw", to="/desk/inbox")
    keep(approver, album, "inbox")
    approver.goto(f"/desk/cases/{ready}")
    approver.keyboard.press("Control+Enter")
    expect(approver.locator(".case-title .badge").first).to_have_text("审查中")
    approver.get_by_role("button", name="启动特别程序").click()
    keep(approver, album, "case-special")
