"""Paper from the counter to the department, both sides by keyboard."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.yichuang.cases.conftest import HallAtWork, HallClock
from yichuang import bootstrap
from yichuang.ports import SystemClock

pytestmark = pytest.mark.browser
Login = Callable[..., Page]
Open = Callable[..., Page]


@pytest.fixture
def accepted(server: Any) -> list[str]:
    """Numbers of two cases accepted today at B12, with their materials on paper."""
    clock = HallClock()
    clock.moment = SystemClock().now()
    services = bootstrap.services_of(server.settings, clock)
    services.catalogue.refresh()
    hall, numbers = HallAtWork(services, clock), []
    for _ in range(2):
        case = hall.receive("food_business_new")
        hall.collect(case)
        hall.act(case, "accept")
        numbers.append(str(hall.view(case)["number"]))
    services.database.dispose()
    return numbers


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
def test_a_sheet_goes_from_the_hall_to_the_department_and_one_case_comes_back(
    server: Any, window: Open, login: Login, accepted: list[str], serious_faults: Callable[[Page], list[str]]
) -> None:
    clerk = login(window(1366, 768, base_url=server.base), "clerk", to="/desk")
    clerk.locator("dialog.window-dialog button", has_text="B12").click()
    clerk.get_by_role("link", name="材料交接").click()
    expect(clerk.locator(".handover-row")).to_have_count(2)
    assert serious_faults(clerk) == []
    clerk.keyboard.press("a")
    expect(clerk.locator("#waiting button.primary")).to_contain_text("2 件")
    clerk.keyboard.press("Control+Enter")
    expect(clerk.locator("h1")).to_have_text("石景山区政务服务中心交接〔2026〕1号")
    clerk.keyboard.press("Control+Enter")
    expect(clerk.locator(".handover-head .badge")).to_have_text("已交出，待接收")
    expect(clerk.get_by_role("button", name="打印交接单")).to_be_visible()
    assert clerk.evaluate("fetch(location.pathname + '.pdf').then(r => r.blob()).then(b => b.type)") == "application/pdf"
    approver = login(window(1366, 768, base_url=server.base), "approver", to="/desk/handovers")
    approver.locator(".handover-sheet").first.press("Enter")
    approver.locator("tr", has_text=accepted[1]).get_by_label("有异议").press("Space")
    approver.keyboard.press("Control+Enter")
    expect(approver.locator(".alert.bad")).to_contain_text("请写明有异议的办件哪里不符")
    approver.get_by_label(f"{accepted[1]} 哪里不符").fill("缺平面图 1 份")
    assert serious_faults(approver) == []
    approver.keyboard.press("Control+Enter")
    expect(approver.locator(".handover-head .badge")).to_have_text("有异议")
    expect(approver.locator("tr", has_text=accepted[0])).to_contain_text("已核对")
    clerk.goto("/desk/handovers")
    expect(clerk.locator(".handover-row")).to_have_count(1)
    expect(clerk.locator(".handover-row")).to_contain_text(accepted[1])
    other = login(window(1366, 768, base_url=server.base), "approver_wjw", to="/desk/handovers")
    expect(other.locator(".handover-sheet")).to_have_count(0)
    assert other.goto(approver.url.replace(server.base, "")).status == 404  # type: ignore[union-attr]
