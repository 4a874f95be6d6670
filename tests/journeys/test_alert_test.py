"""发送测试 in the browser: one press, and the page says what became of it."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from werkzeug import serving
from werkzeug.wrappers import Request

from connectors.sandbox.alerts import DutyOffice
from connectors.sandbox.received import Store
from yichuang.settings import DEMO_SECRET

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("server", ["sqlite"], indirect=True)]


class Quiet(serving.WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002
        """Nothing."""


@pytest.fixture
def office(server: Any, tmp_path: Path) -> Iterator[DutyOffice]:
    """The duty office, where the platform expects it."""
    port = server.settings.sandbox_at
    made = DutyOffice(Store(str(tmp_path / "received.sqlite3"), "alerts"), DEMO_SECRET, port + 1)
    made.start()
    web = serving.make_server("127.0.0.1", port, Request.application(made.take), threaded=True, request_handler=Quiet)
    threading.Thread(target=web.serve_forever, daemon=True).start()
    yield made
    web.shutdown()
    web.server_close()
    made.stop()


def test_one_press_and_the_page_says_what_became_of_it(
    server: Any, office: DutyOffice, window: Callable[..., Page], login: Callable[..., Page], serious_faults: Any, album: Path
) -> None:
    page = window(1366, 768, base_url=server.base)
    login(page, "items", "/admin/exchange/")
    page.get_by_role("link", name="值班邮箱（演示）").click()
    page.get_by_role("button", name="发送测试").click()
    expect(page.locator("#tested")).to_contain_text("测试：已送达")
    assert office.store.count() == 1
    page.wait_for_timeout(350)
    page.screenshot(path=album / "alert-test.png")
    assert serious_faults(page) == []

    office.switch({"mode": "refuse"})
    page.get_by_role("button", name="发送测试").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("测试：没有被接受：邮件服务器不收这些收件人")
    assert serious_faults(page) == []
    page.goto("/admin/exchange/duty_webhook")
    page.get_by_role("button", name="发送测试").click()
    expect(page.get_by_role("alert")).to_contain_text("对方拒收（422）")
    assert office.store.count() == 1
