"""The platform's main job in one piece: a definition changes, and counter, notice, phone and paper change with it."""

import re
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import cv2
import httpx
import numpy
import pypdfium2
import pytest
from playwright.sync_api import Page, expect

from yichuang.ports import SYSTEM, SystemClock

pytestmark = pytest.mark.browser
ITEM, TITLE = "public_place_hygiene_new", "公共场所卫生许可（新办）"
Login = Callable[..., Page]
Open = Callable[..., Page]


def promise(services: Any, days: int, seconds: float = 0) -> int:
    """Publish another promised limit, now or in some seconds."""
    services.catalogue.refresh()
    body = services.catalogue.current().get("item", ITEM)
    limits = body["time_limits"] | {"promised": body["time_limits"]["promised"] | {"amount": days}}
    change_set = services.publishing.open("时限", SYSTEM)
    services.publishing.put(change_set, dict(body) | {"time_limits": limits}, SYSTEM)
    at = SystemClock().now() + timedelta(seconds=seconds) if seconds else None
    return int(services.publishing.publish(change_set, SYSTEM, "改时限", at))


def situation(base: str) -> dict[str, Any]:
    """The first option of every question."""
    chosen: dict[str, Any] = {}

    def walk(questions: Any) -> None:
        for question in questions:
            option = question["options"][0]
            many = question.get("kind") == "multiple" or question.get("multiple")
            chosen[question["code"]] = [option["code"]] if many else option["code"]
            walk(option.get("questions", ()))

    walk(httpx.get(f"{base}/api/v1/items/{ITEM}").json()["questions"])
    return chosen


def issue(base: str) -> str:
    answer = httpx.post(f"{base}/api/v1/items/{ITEM}/notices", json={"situation": situation(base)})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["code"])


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return "".join(page.get_textpage().get_text_range() for page in document)


def decoded(picture: bytes) -> list[str]:
    """What an independent reader sees in a picture."""
    image = cv2.imdecode(numpy.frombuffer(picture, numpy.uint8), cv2.IMREAD_COLOR)
    return [str(text) for text in cv2.wechat_qrcode.WeChatQRCode().detectAndDecode(image)[0]]


def at_item(page: Page, login: Login) -> Page:
    login(page, "clerk")
    expect(page.locator("dialog.window-dialog")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("dialog")).to_have_count(0)
    page.keyboard.press("Alt+s")
    page.keyboard.type("ggcswsxk")
    expect(page.locator("#results [role=option]").first).to_contain_text(TITLE)
    page.keyboard.press("Enter")
    expect(page.locator("#work-head, main").first).to_contain_text(TITLE)
    return page


def test_a_scheduled_change_reaches_desk_phone_and_paper_at_its_moment(server: Any, services: Any, window: Open, login: Login) -> None:
    desk = at_item(window(1366, 768, base_url=server.base), login)
    expect(desk.locator("body")).to_contain_text("10 个工作日")
    before = issue(server.base)
    begun = at_item(window(1366, 768, base_url=server.base), login)
    begun.keyboard.press("Alt+2")
    begun.keyboard.type("某某理发店")
    expect(begun.locator("#save-state")).to_have_attribute("data-state", "saved")
    number = promise(services, 7, seconds=4)
    assert httpx.get(f"{server.base}/healthz").json()["release"] == number - 1
    expect(desk.locator("body")).to_contain_text("7 个工作日", timeout=12_000)
    expect(desk.locator("body")).not_to_contain_text("10 个工作日")
    expect(begun.locator("body")).to_contain_text("10 个工作日")
    begun.reload()
    expect(begun.locator("body")).to_contain_text("事项已更新")

    phone = window(375, 812, base_url=server.base, is_mobile=True, has_touch=True)
    phone.goto(f"/n/{before}")
    expect(phone.locator("body")).to_contain_text("承诺办结时限由 10 个工作日")
    expect(phone.locator("body")).to_contain_text("7 个工作日")
    after = issue(server.base)
    phone.goto(f"/n/{after}")
    expect(phone.locator("body")).to_contain_text("当前有效")
    expect(phone.locator("body")).not_to_contain_text("10 个工作日")
    assert "7 个工作日" in re.sub(r"\s+", " ", text_of(httpx.get(f"{server.base}/n/{after}.pdf").content))
    assert "10 个工作日" in re.sub(r"\s+", " ", text_of(httpx.get(f"{server.base}/n/{before}.pdf").content))


def test_a_rollback_is_done_in_the_admin_within_a_minute(server: Any, services: Any, window: Open, login: Login) -> None:
    promise(services, 6)
    staff = login(window(1366, 768, base_url=server.base), "items", to="/admin/")
    began = time.monotonic()
    staff.goto("/admin/releases/")
    staff.goto("/admin/releases/1")
    staff.get_by_role("button", name=re.compile("回退")).first.click()
    staff.get_by_role("dialog").get_by_label(re.compile("原因")).fill("时限发布有误")
    staff.get_by_role("dialog").get_by_role("button", name=re.compile("回退")).click()
    staff.wait_for_url(re.compile("/admin/releases/3"))
    assert time.monotonic() - began < 60
    elements = httpx.get(f"{server.base}/api/v1/items/{ITEM}").json()["elements"]
    assert next(e["value"] for e in elements if e["term"] == "承诺时限").startswith("10 个工作日")


def test_a_code_on_desk_paper_and_poster_is_read_by_another_decoder_and_opens(server: Any, services: Any, window: Open, login: Login) -> None:
    desk = at_item(window(1366, 768, base_url=server.base), login)
    for _ in range(8):
        desk.keyboard.press("1")
        desk.wait_for_timeout(60)
    chosen = situation(server.base)
    for question, options in chosen.items():
        for option in options if isinstance(options, list) else [options]:
            box = desk.locator(f'input[name$="{question}"][value="{option}"]')
            if box.count():
                box.first.check(force=True)
    desk.keyboard.press("Alt+n")
    expect(desk.locator("dialog img, dialog svg").first).to_be_visible()
    desk.wait_for_timeout(500)
    on_desk = decoded(desk.screenshot())
    code = issue(server.base)
    sheet = pypdfium2.PdfDocument(httpx.get(f"{server.base}/n/{code}.pdf").content)[0].render(scale=2).to_numpy()
    on_paper = [str(text) for text in cv2.wechat_qrcode.WeChatQRCode().detectAndDecode(numpy.ascontiguousarray(sheet[:, :, :3]))[0]]
    poster = pypdfium2.PdfDocument(services.notices.poster([ITEM], "卫生健康", SYSTEM))[0].render(scale=2).to_numpy()
    on_poster = [str(text) for text in cv2.wechat_qrcode.WeChatQRCode().detectAndDecode(numpy.ascontiguousarray(poster[:, :, :3]))[0]]
    assert on_paper == [f"{server.base}/n/{code}"]
    for address in (*on_desk, *on_paper, *on_poster):
        assert address.startswith(f"{server.base}/n/")
        phone = window(375, 812, is_mobile=True, has_touch=True)
        phone.goto(address)
        expect(phone.locator("h1")).to_contain_text(TITLE)
        assert phone.evaluate("document.documentElement.scrollWidth") <= 375
    assert len(on_desk) == len(on_poster) == 1
