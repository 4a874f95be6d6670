"""The notice in a real browser: 375 px wide, without and with script, in large type, checked by axe-core."""

import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest

from yichuang.catalogue.packing import packaged
from yichuang.settings import Settings
from yichuang.web.fast import front

pytestmark = pytest.mark.browser
ROOT = Path(__file__).parents[4]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
STATIC = ROOT / "platform" / "yichuang" / "web" / "static"


class Quiet(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


def statics(environ: dict[str, Any], start: Any) -> list[bytes]:
    path = STATIC / environ["PATH_INFO"].removeprefix("/static/")
    if environ["PATH_INFO"].startswith("/static/") and path.is_file():
        start("200 OK", [("Content-Type", "text/javascript")])
        return [path.read_bytes()]
    start("204 No Content" if environ["PATH_INFO"] == "/favicon.ico" else "404 Not Found", [])
    return []


@pytest.fixture
def definitions() -> list[Any]:
    return packaged()


@pytest.fixture
def address(notice_house: Any) -> Iterator[str]:
    services: Any = SimpleNamespace(
        notices=notice_house.notices, catalogue=notice_house.catalogue, clock=notice_house.clock, settings=Settings()
    )
    server = make_server("127.0.0.1", 0, front(statics, services), handler_class=Quiet)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def phone(chromium: Any, **more: Any) -> Any:
    return chromium.new_context(viewport={"width": 375, "height": 812}, locale="zh-CN", **more).new_page()


def serious(page: Any) -> list[str]:
    """axe-core's findings of weight, evaluated outside of the page's own policy."""
    found = page.evaluate("axe.run({resultTypes: ['violations']}).then(r => r.violations)")
    return [f"{v['id']}: {v['nodes'][0]['html'][:120]}" for v in found]


def watched(page: Any) -> list[str]:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    return said


def test_every_packaged_notice_fits_the_phone_and_passes_axe(chromium: Any, address: str, notice_house: Any) -> None:
    view = notice_house.catalogue.current()
    codes = [code for code in view.codes("item") if view.get("item", code)["state"] == "active"]
    assert len(codes) >= 12
    page = phone(chromium, bypass_csp=True)
    for number, code in enumerate(codes):
        for mode in ("", "?large=1") if number < 2 else ("",):
            page.goto(address + notice_house.notices.standing(code).path + mode)
            assert page.evaluate("document.documentElement.scrollWidth") == 375, (code, mode)
            page.add_script_tag(path=AXE)
            assert serious(page) == [], (code, mode)


def test_without_script_the_page_is_whole(chromium: Any, address: str, notice_house: Any) -> None:
    page = phone(chromium, java_script_enabled=False)
    page.goto(address + notice_house.notices.standing("food_business_new").path)
    assert page.get_by_role("heading", level=1).inner_text() == "食品经营许可（新办）"
    assert page.get_by_role("link", name="保存为 PDF").is_visible()
    assert not page.get_by_role("button", name="转发").is_visible()
    page.get_by_role("link", name="大字版").click()
    assert page.locator("html.large").count() == 1


def test_targets_are_large_enough_for_a_thumb(chromium: Any, address: str, notice_house: Any) -> None:
    page = phone(chromium)
    path = notice_house.notices.standing("food_business_new").path
    for mode, least in (("", 44), ("?large=1", 60)):
        page.goto(address + path + mode)
        heights = page.eval_on_selector_all(
            ".button:not([hidden]), nav a, .bar a, summary", "all => all.map(e => e.offsetHeight)"
        )
        assert min(heights) >= least


def test_the_script_runs_under_the_policy_and_offers_sharing_and_printing(
    chromium: Any, address: str, notice_house: Any
) -> None:
    if not (STATIC / "dist" / "notice.js").is_file():
        pytest.skip("the client is not built: make setup")
    page = phone(chromium)
    said = watched(page)
    path = notice_house.notices.standing("food_business_new").path
    page.goto(address + path)
    page.get_by_role("button", name="转发").wait_for()
    assert page.get_by_role("button", name="打印").is_visible()
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    page.wait_for_timeout(300)
    notice_house.notices.flush()
    assert notice_house.notices.recent()[0]["printed"] == 1
    assert said == []


def test_an_old_notice_leads_to_the_new_one(chromium: Any, address: str, notice_house: Any) -> None:
    situation = {
        "business_type": "canteen",
        "canteen_kind": "self_run",
        "business_items": ["hot_food"],
        "premises": "own",
        "handler": "self",
    }
    notice = notice_house.notices.issue("food_business_new", situation, "desk")
    notice_house.edit("item", "food_business_new", lambda body: body["time_limits"]["promised"].update(amount=3))
    page = phone(chromium)
    page.goto(address + notice.path)
    assert "改为 3 个工作日" in page.locator(".state").inner_text()
    page.get_by_role("button", name="查看新的告知单").click()
    page.wait_for_url(lambda url: not url.endswith(notice.path))
    assert page.locator(".state").inner_text() == "当前有效"
    assert "3 个工作日" in page.locator(".facts").inner_text()


def test_unknown_codes_show_a_way_on(chromium: Any, address: str) -> None:
    page = phone(chromium, bypass_csp=True)
    page.goto(address + "/n/unknown")
    assert page.get_by_role("link", name="查找事项，重新获取").is_visible()
    page.add_script_tag(path=AXE)
    assert serious(page) == []
