"""Warnings: a rule that staff write in the admin pages alone (change request A12), and how fast its warning is on the manager's screen."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.filling import take_in
from tests.journeys.test_admin import kept, publish
from yichuang.reviews.review import Given
from yichuang.services import Services

pytestmark = pytest.mark.browser
Login = Callable[..., Page]
Open = Callable[..., Page]
ONE = pytest.mark.parametrize("server", ["sqlite"], indirect=True)
TITLE = "窗口连续差评提醒主任"


@pytest.fixture
def worker(server: Any) -> Iterator[None]:
    """`yichuang worker` in a process of its own, as beside every server."""
    given = {"YICHUANG_DATA_DIR": str(server.folder), "YICHUANG_PORT": str(server.port), "YICHUANG_DATABASE_URL": server.database_url}
    with (server.folder / "worker.log").open("ab") as log:
        process = subprocess.Popen([sys.executable, "-m", "yichuang.cli", "worker"], env=os.environ | given, stdout=log, stderr=log)
        yield
        process.kill()
        process.wait(20)


def served(services: Services) -> str:
    """The link's token of a service given at window B12."""
    case_id = take_in(services, "flexible_pension", "b12", complete=True)
    return str(services.reviews.of_case(case_id)[-1].path).removeprefix("/r/")


def labelled(page: Page, title: str) -> Any:
    """A field by its title, needed or not."""
    return page.get_by_label(re.compile(rf"^{title}\s*\*?$"))


def rule(admin: Page) -> None:
    """A12 by clicking and typing: warn the hall manager when one window gets two bad reviews within 60 minutes."""
    admin.goto("/admin/definitions/warning/")
    admin.get_by_role("button", name="新建预警规则").click()
    admin.fill("#new-title", TITLE)
    admin.get_by_role("button", name="新建并编辑").click()
    expect(admin.locator(".sheet")).to_be_visible()
    labelled(admin, "看什么").select_option("评价在一段时间内重复出现")
    labelled(admin, "哪些评价").select_option("差评（不满意、非常不满意）")
    labelled(admin, "同一个").select_option("窗口")
    labelled(admin, "达到几次").fill("2")
    admin.get_by_role("button", name="设置时间范围").click()
    labelled(admin, "数量").first.fill("60")
    labelled(admin, "单位").first.select_option("分钟")
    admin.get_by_role("tab", name="提醒谁").click()
    who = admin.get_by_role("combobox", name="添加提醒谁")
    who.fill("大厅主任")
    who.press("Enter")
    labelled(admin, "级别").select_option("严重")
    kept(admin)
    expect(admin.locator("#findings")).to_contain_text("检查通过")


@ONE
def test_a12_two_bad_reviews_of_a_window_warn_the_manager_within_two_seconds(
    server: Any, worker: None, services: Services, window: Open, login: Login, serious_faults: Callable[[Page], list[str]], album: Path
) -> None:
    admin = login(window(1366, 768, base_url=server.base), "items", to="/admin/")
    rule(admin)
    admin.screenshot(path=album / "warning-editor.png")
    expect(admin.locator("#warned")).to_have_count(0)
    publish(admin, "窗口连续差评提醒大厅主任")
    services.catalogue.refresh()
    first, second = served(services), served(services)
    manager = login(window(1366, 768, base_url=server.base), "manager", to="/admin/warnings/")
    expect(manager.locator(".empty")).to_be_visible()
    assert serious_faults(manager) == []
    services.reviews.give(first, Given(2, tags=("210",), key="a", channel="qr"))
    time.sleep(1.5)
    expect(manager.locator("#warned")).to_be_hidden()
    services.reviews.give(second, Given(1, tags=("110",), key="b", channel="qr"))
    began = time.monotonic()
    said = manager.locator("#warned-said .said").filter(has_text=TITLE)
    said.wait_for(timeout=10_000)
    assert time.monotonic() - began <= 2
    expect(manager.locator("#warned b")).to_have_text(re.compile("[12]"))
    manager.screenshot(path=album / "warning-said.png")
    assert serious_faults(manager) == []
    said.get_by_role("link", name="查看").click()
    expect(manager.locator("main table tbody tr")).to_have_count(2)
    manager.screenshot(path=album / "warning.png")
    assert serious_faults(manager) == []
    manager.get_by_role("button", name="确认知悉").click()
    expect(manager.locator("main h2").first).to_have_text("已确认")
    manager.get_by_label("处理情况").fill("已与 B12 窗口负责人谈话")
    manager.get_by_role("button", name="处理完毕，关闭").click()
    expect(manager.locator("main h2").first).to_have_text("已关闭")
    manager.goto("/admin/warnings/?state=closed")
    expect(manager.locator("main table tbody tr")).to_have_count(1)
    manager.screenshot(path=album / "warnings.png")
    with manager.expect_download() as started:
        manager.get_by_role("link", name="导出 Excel").click()
    assert started.value.suggested_filename == "warnings.xlsx"
    manager.goto("/desk/cases")
    expect(manager.locator("#warned")).to_be_visible()
    manager.screenshot(path=album / "warning-desk.png")
    assert serious_faults(manager) == []
    admin.goto("/admin/definitions/warning/")
    admin.get_by_role("button", name=f"编辑 {TITLE}", exact=True).click()
    admin.get_by_role("tab", name="预览").click()
    frame = admin.frame_locator("iframe[title=预览]")
    expect(frame.locator("#sentence")).to_have_text("同一窗口在 60 分钟以内有 2 次差评时预警。")
    expect(frame.locator("#count")).to_have_text("1")
    admin.screenshot(path=album / "warning-preview.png")
