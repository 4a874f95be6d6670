"""API management in a real browser, and the bus in real processes: what was read is on record when a server is asked to end."""

import signal
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from yichuang.audit.model import audit_entries
from yichuang.bootstrap import services_of
from yichuang.clients.client import Terms
from yichuang.ports import SYSTEM

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("server", ["sqlite"], indirect=True)]
SAMPLE = "SAMPLE-food_bureau_case-1"


def test_a_client_is_set_up_tried_in_the_console_and_seen_in_its_figures(
    server: Any, window: Callable[..., Page], login: Callable[..., Page], serious_faults: Callable[[Page], list[str]]
) -> None:
    page = login(window(1366, 768, base_url=server.base), "items", to="/admin/")
    page.goto("/admin/clients/")
    page.get_by_role("button", name="新建客户端").click()
    page.locator("#client-title").fill("市总线联调")
    page.locator("#client-department").select_option("*")
    page.locator("[name=sandbox]").check()
    page.locator("#client-rate").fill("3")
    page.get_by_role("button", name="新建并显示密钥").click()
    key = page.locator("#given-key").inner_text()
    page.goto("/admin/clients/console")
    page.locator("#console-key").fill(key)
    page.locator("#console-path").fill(f"/api/v1/intakes/{SAMPLE}")
    for said in ("200", "200", "200", "429"):
        page.locator("#answer-status").evaluate("one => { one.textContent = ''; }")
        page.get_by_role("button", name="发送").click()
        expect(page.locator("#answer-status")).to_contain_text(said)
    assert "X-Yichuang-Signature" in page.locator("#answer-request").inner_text()
    assert serious_faults(page) == []
    page.goto("/admin/clients/")
    page.get_by_role("link", name="市总线联调", exact=True).click()
    expect(page.locator("tr", has_text="getIntake").first).to_contain_text("毫秒")
    expect(page.get_by_text("每分钟最多 3 次")).to_be_visible()
    assert serious_faults(page) == []
    page.goto("/api/v1/docs")
    expect(page.get_by_role("heading", name="部门推送审批结果")).to_be_visible()
    assert serious_faults(page) == []


def test_what_was_read_is_on_record_when_the_server_is_asked_to_end(server: Any) -> None:
    services = services_of(server.settings)
    _, key = services.clients.create("联调", Terms("*", frozenset({"intakes.read"}), sandbox=True), SYSTEM)
    answer = httpx.get(f"{server.base}/api/v1/intakes/{SAMPLE}", headers={"Authorization": f"Bearer {key}"}, timeout=10)
    assert answer.status_code == 200
    server.kill(signal.SIGTERM)
    with services.database.reading() as connection:
        found = connection.execute(select(audit_entries.c.detail).where(audit_entries.c.action == "intake.read")).scalars().all()
    services.database.dispose()
    assert found == [SAMPLE]
