"""Change request A16 in the admin pages alone: a new role 街道复核员 that sees its own street's cases only and can't export."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.yichuang.cases.conftest import HallAtWork
from yichuang import bootstrap

pytestmark = pytest.mark.browser
Login = Callable[..., Page]
Open = Callable[..., Page]
ROLE, MEMBER, NAME, PASSWORD = "街道复核员", "fuhe", "赵复核", "Xinmima-2026-bajiao"
ITEM = "minimum_living"


@pytest.fixture
def numbers(server: Any) -> Iterator[dict[str, tuple[str, str]]]:
    """A case of each street, taken in before: street → (id, number)."""
    services = bootstrap.services_of(server.settings)
    services.catalogue.refresh()
    hall = HallAtWork(services, services.clock)  # type: ignore[arg-type]
    hall.windows |= {"street2": "gucheng_w1"}
    made = {street: hall.receive(ITEM, by) for street, by in (("bajiao", "street"), ("gucheng", "street2"))}
    yield {street: (key, hall.view(key, "manager")["number"]) for street, key in made.items()}
    services.database.dispose()


def define(page: Page) -> None:
    """Business staff: the role, previewed and published."""
    page.goto("/admin/definitions/role/")
    page.get_by_role("button", name="新建角色").click()
    page.get_by_role("dialog").get_by_label("名称").fill(ROLE)
    page.get_by_role("button", name="新建并编辑").click()
    page.get_by_label("范围", exact=False).first.select_option("本街道")
    page.get_by_role("tab", name="权限").click()
    page.get_by_role("checkbox", name="查看办件").check()
    page.get_by_role("checkbox", name="统计", exact=True).check()
    expect(page.locator("#save-state")).to_have_text(re.compile(r"已保存 \d\d:\d\d"))
    expect(page.locator("#findings")).to_contain_text("检查通过")
    page.get_by_role("tab", name="预览").click()
    shown = page.frame_locator("#preview iframe")
    expect(shown.locator("h2").first).to_contain_text(f"{ROLE} 本街道")
    expect(shown.locator(".powers .may")).to_have_count(2)
    expect(shown.locator("main")).to_contain_text("还没有账号持有")
    page.get_by_role("link", name="检查与发布").click()
    page.get_by_label("发布原因").fill("街道复核需要")
    page.get_by_role("button", name="发布", exact=True).click()
    page.get_by_role("button", name="确认发布").click()
    page.wait_for_url("**/admin/releases/*")


def enrol(page: Page) -> str:
    """The system administrator: an account, posted to 八角街道. Gives its first password."""
    page.get_by_role("button", name="新建账号").click()
    page.get_by_role("dialog").get_by_label("姓名").fill(NAME)
    page.get_by_role("dialog").get_by_label("账号").fill(MEMBER)
    page.get_by_role("dialog").get_by_role("button", name="新建").click()
    password = page.get_by_role("status").locator("strong").nth(1).inner_text()
    row(page).get_by_role("button", name="所属单位").click()
    page.get_by_role("dialog").get_by_label("街道").select_option("八角街道")
    page.get_by_role("dialog").get_by_role("button", name="保存").click()
    expect(row(page)).to_contain_text("八角街道")
    return password


def row(page: Page) -> Any:
    return page.locator("tr", has_text=NAME)


def grant(page: Page) -> None:
    """The security administrator gives the role."""
    row(page).get_by_role("button", name="角色").click()
    page.get_by_role("dialog").get_by_role("checkbox", name=ROLE).check()
    page.get_by_role("dialog").get_by_role("button", name="保存").click()
    expect(row(page)).to_contain_text(ROLE)


def first_log_in(page: Page, password: str) -> None:
    page.goto("/login/")
    page.get_by_label("账号").fill(MEMBER)
    page.get_by_label("密码").fill(password)
    page.keyboard.press("Enter")
    page.get_by_label("原密码").fill(password)
    page.get_by_label("新密码", exact=True).fill(PASSWORD)
    page.get_by_label("再输一次新密码").fill(PASSWORD)
    page.get_by_role("button", name="修改密码").click()
    expect(page.get_by_role("status")).to_contain_text("密码已修改")


def test_a_new_role_sees_its_own_streets_cases_and_can_not_export(
    server: Any, window: Open, login: Login, numbers: dict[str, tuple[str, str]], serious_faults: Callable[[Page], list[str]]
) -> None:
    define(login(window(1366, 768, base_url=server.base), "items", to="/admin/"))
    system = login(window(1366, 768, base_url=server.base), "sysadmin", to="/admin/users/")
    password = enrol(system)
    assert serious_faults(system) == []
    grant(login(window(1366, 768, base_url=server.base), "security", to="/admin/users/"))

    page = window(1366, 768, base_url=server.base)
    first_log_in(page, password)
    page.goto("/admin/")
    page.goto("/desk")
    page.wait_for_url("**/desk/cases")
    (own, own_number), (foreign, foreign_number) = numbers["bajiao"], numbers["gucheng"]
    search(page, own_number)
    expect(page.locator("main")).to_contain_text(own_number)
    search(page, foreign_number)
    expect(page.locator("main")).not_to_contain_text(foreign_number)
    assert page.goto(f"/desk/cases/{own}").status == 200  # type: ignore[union-attr]
    expect(page.locator("body")).to_contain_text(own_number)
    assert page.goto(f"/desk/cases/{foreign}").status == 404  # type: ignore[union-attr]
    exports_nowhere(page)


def search(page: Page, words: str) -> None:
    """By number, as the page's own script asks."""
    page.goto("/desk/cases")
    box = page.get_by_role("searchbox").first
    box.fill(words)
    with page.expect_response("**/desk/api/cases/search"):
        box.press("Enter")


def exports_nowhere(page: Page) -> None:
    """No link to an export on any page the member may open, and the addresses refuse."""
    page.goto("/desk/cases")
    opened = [link.get_attribute("href") for link in page.get_by_role("navigation").get_by_role("link").all()]
    for address in [*filter(None, opened), "/admin/"]:
        page.goto(address)
        expect(page.get_by_text("导出")).to_have_count(0)
    sheets = ("documents/register", "notices/figures", "commitments/figures", "deliveries/deliveries", "deadlines/1")
    for address in (*(f"/admin/{sheet}.xlsx" for sheet in sheets), "/desk/statistics/board.xlsx", "/desk/statistics/particularity.xlsx"):
        assert page.request.get(address).status == 403, address
