"""The exchange in the browser: a value that can't be mapped, a mapping put right, a department that is down, two sides that disagree."""

import os
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from werkzeug import serving
from werkzeug.wrappers import Request, Response

from connectors.sandbox.bureau import Bureau
from connectors.sandbox.received import Store
from tests.journeys import filling
from yichuang import bootstrap
from yichuang.ports import SYSTEM, Actor
from yichuang.services import Services
from yichuang.settings import DEMO_SECRET

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("server", ["sqlite"], indirect=True)]
Login = Callable[..., Page]
Open = Callable[..., Page]
ITEM = "food_business_new"
RESIDENCE = {"name": "测试甲", "id_type": "154", "id_no": "J110107199001", "phone": "13800000000"}
"""A legal representative with a residence permit (居住证): the department's system knows no such document."""


class Quiet(serving.WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002
        """Nothing."""


class City:
    """The market regulator's system, where the platform expects it."""

    def __init__(self, port: int, path: Path) -> None:
        self.bureau = Bureau(Store(str(path / "bureau.sqlite3"), "bureau"), DEMO_SECRET)
        self._server = serving.make_server("127.0.0.1", port, self._answer, threaded=True, request_handler=Quiet)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def _answer(self, environ: Any, start_response: Any) -> Any:
        request = Request(environ)
        answer: Response = self.bureau.post(request) if request.method == "POST" else self.bureau.list(request)
        return answer(environ, start_response)

    @property
    def numbers(self) -> list[str]:
        return [one.case_no for one in self.bureau.store.all()]

    def stop(self) -> None:
        self._server.shutdown()


class Ground:
    """The counter, the platform's jobs and the department's system, all at a test's hand."""

    def __init__(self, services: Services, city: City, monkeypatch: pytest.MonkeyPatch) -> None:
        self.services, self.city = services, city
        self.cases: dict[str, str] = {}
        self._monkeypatch = monkeypatch

    def accepted(self, seed: int = 0, **given: Any) -> str:
        """The number of a case of food business that was accepted at the counter."""
        self._monkeypatch.setitem(filling.GIVEN, ITEM, {"operator_name": "北京某某餐饮有限公司", **given})
        services, case = self.services, filling.take_in(self.services, ITEM, "b12", seed=seed, complete=True)
        who = filling.member(services, "clerk", "b12")
        services.cases.act(case, "accept", {}, who, services.authority.grants(who), None, f"accept-{case}")
        number = str(services.cases.view(case, who, services.authority.grants(who))["number"])
        self.cases[number] = case
        return number

    def granted(self, number: str) -> None:
        """The department takes the case in and grants it."""
        post = self.services.authority.posting("approver")
        who = Actor("approver", "演示市监审批员", frozenset({"DEPT_APPROVER"}), None, post)
        for action, inputs in (("take_in", {}), ("approve", {"opinion": "准予经营"})):
            case, given = self.cases[number], self.services.authority.grants(who)
            self.services.cases.act(case, action, inputs, who, given, None, f"{action}-{case}")

    def relay(self) -> None:
        """As the worker does; `yichuang serve` has none."""
        self.services.catalogue.refresh()
        while self.services.outbox.relay():
            pass

    def revise(self, kind: str, code: str, change: Callable[[dict[str, Any]], object]) -> None:
        services = self.services
        body = dict(services.catalogue.current().get(kind, code))
        change(body)
        number = services.publishing.open("试验", SYSTEM)
        services.publishing.put(number, body, SYSTEM)
        services.publishing.publish(number, SYSTEM, "试验")
        services.catalogue.refresh()


@pytest.fixture
def ground(server: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ground]:
    city = City(server.settings.sandbox_at, tmp_path)
    services = bootstrap.services_of(server.settings)
    services.catalogue.refresh()
    yield Ground(services, city, monkeypatch)
    services.database.dispose()
    city.stop()


@pytest.fixture
def admin(server: Any, window: Open, login: Login) -> Callable[[str], Page]:
    """The item administrator, at that page."""
    return lambda to: login(window(1366, 768, base_url=server.base), "items", to=to)


@pytest.fixture
def look(serious_faults: Callable[[Page], list[str]], tmp_path: Path) -> Callable[[Page, str], None]:
    """Keeps a picture of the page, and asks axe-core what is wrong with it."""
    folder = Path(os.environ.get("YICHUANG_PICTURES") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)

    def keep(page: Page, name: str) -> None:
        page.screenshot(path=folder / f"{name}.png")
        assert serious_faults(page) == []

    return keep


def test_a_value_that_cannot_be_mapped_is_corrected_with_a_reason_and_arrives(
    ground: Ground, admin: Callable[[str], Page], look: Callable[[Page, str], None]
) -> None:
    number = ground.accepted(legal_rep=RESIDENCE)
    ground.relay()
    assert ground.city.numbers == []
    page = admin("/admin/exceptions/")
    row = page.get_by_role("row").filter(has_text="无法转换")
    expect(row).to_contain_text("市场监管审批系统（演示）")
    look(page, "exceptions")
    row.get_by_role("link").first.focus()
    page.keyboard.press("Enter")
    look(page, "exception-group")
    page.get_by_role("link", name=number).focus()
    page.keyboard.press("Enter")
    problem = page.locator(".problem").first
    expect(problem).to_contain_text("3 位数字")
    expect(problem).to_contain_text("form.legal_rep.id_type")
    page.get_by_role("button", name="认领或指派").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("责任人已更新")
    problem.locator("summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("End")
    expect(problem.get_by_label("改为")).to_have_value("990")
    page.keyboard.press("Tab")
    page.keyboard.type("对方没有居住证，电话确认按其他证件登记")
    look(page, "exception")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("已更正")
    ground.relay()
    page.reload()
    expect(page.locator(".head-words .badge")).to_have_text("已推送")
    expect(page.locator("del")).to_have_text("154")
    expect(page.get_by_text("与送出时的摘要一致")).to_be_visible()
    look(page, "message")
    (held,) = ground.city.bureau.store.all()
    assert held.case_no == number and '"legal_id_type":"99"' in held.body
    page.goto("/admin/exceptions/")
    expect(page.get_by_text("没有需要处理的异常")).to_be_visible()
    page.get_by_role("link", name="数据管理").click()
    page.get_by_label("目标").select_option(label="市场监管审批系统（演示）")
    page.get_by_label("办件编号").fill(number[-4:])
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(1)
    look(page, "exchange-messages")
    page.goto("/admin/")
    expect(page.get_by_role("link", name=re.compile("市场监管审批系统"))).to_contain_text("今日送达 1")
    look(page, "exchange-overview")


def test_a_mapping_put_right_is_tried_on_what_waits_published_and_all_arrive(
    ground: Ground, admin: Callable[[str], Page], look: Callable[[Page, str], None]
) -> None:
    waiting = [ground.accepted(seed=seed * 9, legal_rep=RESIDENCE) for seed in range(2)]
    fine = ground.accepted(seed=40)
    ground.relay()
    assert ground.city.numbers == [fine]
    page = admin("/admin/exceptions/")
    page.get_by_role("button", name="改映射").focus()
    page.keyboard.press("Enter")
    line = page.locator(".their-list").get_by_role("group").filter(has=page.get_by_label("我方（第 5 对）")).last
    line.get_by_role("button", name="＋ 添加一对").focus()
    page.keyboard.press("Enter")
    page.keyboard.type("154")
    page.keyboard.press("Enter")
    page.keyboard.type("99")
    expect(page.locator("#save-state")).to_have_text(re.compile(r"已保存 \d\d:\d\d"))
    page.get_by_role("link", name="检查与发布").click()
    trial = page.get_by_role("region", name="对数据交换的影响")
    expect(trial).to_contain_text("发布后 2 件可以通过")
    expect(trial).to_contain_text("现在能通过的最近 1 件，发布后都仍能通过")
    look(page, "exchange-trial")
    page.get_by_label("发布原因").fill("部门增加居住证代码")
    page.get_by_role("button", name="发布", exact=True).click()
    page.get_by_role("button", name="确认发布").click()
    page.wait_for_url("**/admin/releases/*")
    page.goto("/admin/exceptions/")
    page.get_by_role("button", name="全部重试").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="确定").click()
    expect(page.get_by_role("status").first).to_contain_text("2 件已重新排队")
    ground.relay()
    assert sorted(ground.city.numbers) == sorted([fine, *waiting])
    page.goto("/admin/exceptions/")
    expect(page.get_by_text("没有需要处理的异常")).to_be_visible()


def test_a_department_that_is_down_is_left_alone_and_then_gets_everything_in_order(
    ground: Ground, admin: Callable[[str], Page], look: Callable[[Page, str], None]
) -> None:
    def hasty(body: dict[str, Any]) -> None:
        body["retry"] = {"first_seconds": 1, "longest_seconds": 2, "factor": 2, "attempts": 12, "jitter": 0}
        body["circuit"] = {"failures": 2, "rest_seconds": 20}
        body["limits"] = dict(body["limits"]) | {"alarm_waiting": 3}

    ground.revise("target", "food_bureau", hasty)
    ground.city.bureau.mischief.mode = "error"
    numbers = [ground.accepted(seed=seed * 11) for seed in range(3)]
    ground.granted(numbers[0])
    for _ in range(3):
        ground.services.outbox.relay()
    page = admin("/admin/exchange/")
    row = page.get_by_role("row").filter(has_text="市场监管审批系统（演示）")
    expect(row).to_contain_text("熔断中")
    expect(page.get_by_role("alert")).to_contain_text("积压 4 条，超过 3 条")
    look(page, "exchange")
    row.get_by_role("link").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text(re.compile("连续失败 .* 次，已熔断"))).to_be_visible()
    expect(page.locator("#chart svg")).to_be_visible()
    look(page, "exchange-target")
    page.get_by_role("button", name="暂停推送").focus()
    page.keyboard.press("Enter")
    page.keyboard.type("对方停机维护")
    page.keyboard.press("Enter")
    expect(page.get_by_text("暂停：对方停机维护")).to_be_visible()
    ground.city.bureau.mischief.mode = ""
    page.get_by_role("button", name="恢复推送").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="暂停推送")).to_be_visible()
    for _ in range(60):
        ground.services.outbox.relay()
        if len(ground.city.numbers) == 4:
            break
        page.wait_for_timeout(500)
    assert set(ground.city.numbers) == set(numbers)
    assert [one.step for one in ground.city.bureau.store.all() if one.case_no == numbers[0]] == ["ACCEPT", "RESULT"]
    page.reload()
    expect(page.locator(".head .badge").first).to_have_text("正常")
    page.get_by_label("自", exact=True).fill(ground.services.clock.now().date().isoformat())
    page.get_by_label("至", exact=True).fill(ground.services.clock.now().date().isoformat())
    page.get_by_role("button", name="看有多少条").click()
    page.get_by_role("button", name="重放 4 条").click()
    page.get_by_role("button", name="确定").click()
    expect(page.get_by_role("status").first).to_contain_text("4 条已排队重新发送")
    ground.relay()
    assert sorted(one.times for one in ground.city.bureau.store.all()) == [2, 2, 2, 2]


def test_two_sides_are_compared_and_what_is_missing_or_differs_is_put_right(
    ground: Ground, admin: Callable[[str], Page], look: Callable[[Page, str], None]
) -> None:
    for seed in range(3):
        ground.accepted(seed=seed * 13)
    ground.relay()
    first, second, _third = ground.city.bureau.store.all()
    ground.city.bureau.store.drop(first.key)
    ground.city.bureau.store.take(second.key, second.case_no, second.step, "0" * 64, "{}", replaces=True)
    page = admin("/admin/reconciliation/?target=food_bureau")
    page.get_by_role("button", name="现在对账").focus()
    page.keyboard.press("Enter")
    page.get_by_label("自", exact=True).last.fill(ground.services.clock.now().date().isoformat())
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/admin/reconciliation/[0-9a-f-]{36}"))
    expect(page.get_by_role("progressbar")).to_be_visible()
    ground.services.exchange.reconciling.work(5.0)
    expect(page.locator(".head-words .badge")).to_have_text("已完成")
    expect(page.get_by_role("row").filter(has_text="对方没有")).to_contain_text(first.case_no)
    expect(page.get_by_role("row").filter(has_text="内容不一致")).to_contain_text(second.case_no)
    look(page, "reconciliation")
    page.get_by_role("button", name="重新发送 2 条").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="确定").click()
    expect(page.get_by_text("已重新发送").first).to_be_visible()
    ground.relay()
    assert {one.digest for one in ground.city.bureau.store.all()} != {"0" * 64} and len(ground.city.numbers) == 3
    page.get_by_role("button", name="再对一次").click()
    page.wait_for_timeout(300)
    ground.services.exchange.reconciling.work(5.0)
    expect(page.get_by_text("两边一致。")).to_be_visible()
    page.goto("/admin/reconciliation/?target=food_bureau")
    expect(page.locator("#chart svg")).to_be_visible()
    look(page, "reconciliations")
