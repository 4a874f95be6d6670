"""An application made on a phone by an agent, from logging in to the document; a clerk's steps between are taken through the services."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from connectors.sandbox import SandboxCity
from tests.connectors.city import running_city
from tests.definitions.answering import FITTING, answers_for
from tests.yichuang.cases.conftest import HallAtWork
from yichuang import bootstrap
from yichuang.items.compiled import compile_item
from yichuang.items.facts import everyday_facts
from yichuang.ports import Actor, Place, SystemClock
from yichuang.rectification.record import Deed, Wanted
from yichuang.reviews.review import Given, Service

pytestmark = pytest.mark.browser
ITEM, HYGIENE = "elderly_allowance", "public_place_hygiene_new"
SITUATION = (("allowance", "elder"), ("first_time", "first"), ("use_card", "social_card"), ("handler", "agent"), ("agent_kind", "other"))
HANDBOOK = {"1-people": "apply-people", "2-materials": "apply-materials", "8-correcting": "apply-correcting", "9-accepted": "apply-case"}
"""Pictures for the handbook, written when YICHUANG_PICTURES names a folder."""
ELDER = {"name": "苏桂兰", "id_no": "110107193509010025", "phone": "13900000004"}


class Running(SystemClock):
    """The server's own time; a hall at work moves its clock by a second a step, which here passes by itself."""

    moment = SystemClock().now()


@pytest.fixture(scope="module")
def city(live: Any) -> Iterator[SandboxCity]:
    with running_city(f"{live.base}/apply/login/callback", port=live.settings.sandbox_at) as running:
        yield running


@pytest.fixture(scope="module")
def hall(live: Any) -> Iterator[HallAtWork]:
    services = bootstrap.services_of(live.settings)
    services.catalogue.refresh()
    yield HallAtWork(services, Running())  # type: ignore[arg-type]
    services.database.dispose()


@pytest.fixture
def paper(tmp_path: Path) -> Callable[[str], str]:
    def make(name: str) -> str:
        (tmp_path / name).write_bytes(b"%PDF-1.7\n" + name.encode())
        return str(tmp_path / name)

    return make


def log_in(page: Page, sub: str = "p-1001", to: str = "/apply") -> Page:
    page.goto(f"/apply/login?next={to}")
    page.locator(f'button[value="{sub}"]').click()
    page.get_by_role("button", name="同意并登录").click()
    page.wait_for_url(f"**{to}")
    return page


def prepare(hall: HallAtWork, item: str, situation: dict[str, Any], **given: Any) -> dict[str, Any]:
    """Everything the form asks for that the test doesn't type itself."""
    made = hall.services.catalogue.current().compiled(compile_item, item)
    facts = made.with_situation(situation, everyday_facts(made.body, hall.clock.now().date()))
    return answers_for(made, facts, **FITTING[item][1] | given)


def write_rest(phone: Page, answers: dict[str, Any]) -> None:
    """Fill in by the page's own interface what would take a hundred taps."""
    expect(phone.locator("#save-state")).to_have_attribute("data-state", "saved")
    phone.evaluate(
        """async (answers) => { const {draft} = await (await fetch('/apply/api/items/' + location.pathname.split('/')[2])).json();
        const headers = {'X-CSRFToken': document.querySelector('meta[name=csrf-token]').content, 'Content-Type': 'application/json'};
        const body = JSON.stringify({...draft, answers: {...draft.answers, ...answers}});
        const answer = await fetch(`/apply/api/drafts/${draft.id}`, {method: 'PUT', headers, body});
        if (!answer.ok) throw new Error(await answer.text()); }""",
        {key: value for key, value in answers.items() if value is not None},
    )
    phone.reload()


def go_to(phone: Page, heading: str) -> None:
    for _ in range(12):
        if phone.locator("#progress-words").text_content().endswith(heading):  # type: ignore[union-attr]
            return
        phone.click("#next")
    raise AssertionError(phone.locator("#progress-words").text_content())


def fill_in(phone: Page, hall: HallAtWork) -> None:
    log_in(phone, to=f"/apply/{ITEM}")
    for code, option in SITUATION:
        phone.locator(f"input[name=q-{code}][value={option}]").check()
    phone.click("#next")
    phone.fill("[name=name]", ELDER["name"])
    write_rest(phone, prepare(hall, ITEM, FITTING[ITEM][0] | {"handler": "agent", "agent_kind": "other"}, **ELDER, agent=None))
    own = phone.get_by_role("button", name="填入我的身份信息")
    for _ in range(6):
        if own.is_visible():
            break
        phone.click("#next")
    own.click()
    expect(phone.locator("[name='agent/name']")).to_have_value("林若溪")
    go_to(phone, "申请人")


def fits(phone: Page, faults: Callable[[Page], list[str]]) -> None:
    assert faults(phone) == []
    for way in ("add", "remove"):
        phone.evaluate(f"document.documentElement.classList.{way}('elder')")
        assert phone.evaluate("document.documentElement.scrollWidth") <= 375


@pytest.fixture
def shot(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Page, str], None]:
    folder = tmp_path_factory.getbasetemp() / "apply-cases"
    folder.mkdir(exist_ok=True)
    album = os.environ.get("YICHUANG_PICTURES")

    def take(page: Page, name: str) -> None:
        page.screenshot(path=folder / f"{name}.png", full_page=True)
        if album and name in HANDBOOK:
            page.evaluate("scrollTo(0, 0)")
            page.screenshot(path=Path(album) / f"{HANDBOOK[name]}.png")

    return take


def test_an_agent_applies_on_a_phone_and_follows_the_case_to_its_document(
    phone: Page, city: SandboxCity, hall: HallAtWork, paper: Callable[[str], str], serious_faults: Callable[[Page], list[str]],
    shot: Callable[[Page, str], None],
) -> None:  # fmt: skip
    fill_in(phone, hall)
    # for whom
    expect(phone.locator("#people input[value=agent]")).to_be_checked()
    expect(phone.locator("#people .identity")).to_contain_text("林*溪")
    expect(phone.locator("#p-name")).to_have_value(ELDER["name"])
    phone.fill("#p-id_no", "110107193509010026")
    phone.click("#next")
    expect(phone.locator("#e-p-id_no")).to_contain_text("号码不对")
    phone.fill("#p-id_no", ELDER["id_no"])
    phone.fill("#p-phone", ELDER["phone"])
    phone.select_option("#p-hall", "bajiao_hall")
    fits(phone, serious_faults)
    shot(phone, "1-people")
    # materials
    phone.click("#next")
    expect(phone.locator("#materials .card")).not_to_have_count(0)
    for card in phone.locator("#materials .card").all():
        card.locator("input[type=file]").set_input_files(paper(f"{card.get_attribute('data-code')}.pdf"))
        expect(card.locator(".file")).to_have_count(1)
    fits(phone, serious_faults)
    shot(phone, "2-materials")
    phone.reload()
    go_to(phone, "核对与提交")
    expect(phone.locator("#given")).to_contain_text("八角")
    fits(phone, serious_faults)
    shot(phone, "3-check")
    phone.locator("#send").dblclick()
    phone.wait_for_url("**/apply/cases/*")
    expect(phone.locator("#main")).to_contain_text("已提交，办件编号 110107-")
    case = phone.url.rsplit("/", 1)[-1].split("?")[0]
    assert len(hall.services.cases.of_account(hall.view(case, "street")["steps"][0]["actor"].split(":")[1])) == 1
    fits(phone, serious_faults)
    shot(phone, "4-sent")
    phone.locator("a", has_text="查看并打印回执").click()
    expect(phone.locator(".receipt")).to_contain_text("不代表受理")
    fits(phone, serious_faults)
    shot(phone, "5-receipt")
    returned(phone, hall, case, paper, shot)
    corrected(phone, hall, case, paper, serious_faults, shot)
    accepted(phone, hall, case, shot)


def returned(phone: Page, hall: HallAtWork, case: str, paper: Callable[[str], str], shot: Callable[[Page, str], None]) -> None:
    """Pre-review gives it back; changed and sent again it keeps its number."""
    hall.act(case, "pre_return", "street", opinion="联系电话停机，请改为能接通的号码")
    phone.goto("/apply/cases")
    expect(phone.locator(".cases li").first).to_contain_text("请修改后重新提交")
    shot(phone, "6-list")
    phone.locator(".cases a").first.click()
    expect(phone.locator(".asked")).to_contain_text("联系电话停机")
    shot(phone, "7-returned")
    phone.click("#again")
    phone.wait_for_url(f"**/apply/{ITEM}")
    expect(phone.locator("#apply")).to_contain_text("联系电话停机")
    phone.click("#next")
    phone.fill("[name=phone]", "13900000088")
    expect(phone.locator("#save-state")).to_have_attribute("data-state", "saved")
    go_to(phone, "核对与提交")
    phone.get_by_role("button", name="重新提交").click()
    phone.wait_for_url("**/apply/cases/*")
    expect(phone.locator(".apply-head")).to_contain_text("等待预审")
    assert hall.view(case, "street")["answers"]["phone"] == "13900000088"


def corrected(
    phone: Page, hall: HallAtWork, case: str, paper: Callable[[str], str], faults: Callable[[Page], list[str]], shot: Callable[[Page, str], None]
) -> None:
    """A correction of two points: a field and a material; what is typed outlives a lost network."""
    hall.act(case, "pre_pass", "street")
    hall.act(case, "receive_online", "street")
    points = [
        {"target": "field", "code": "phone", "title": "联系电话", "problem": "号码停机", "standard": "能接通的手机号"},
        {"target": "material", "code": "agent_id", "title": "代理人身份证件", "problem": "照片模糊", "standard": "四角完整、字迹清楚"},
    ]
    hall.act(case, "correct", "street", points=points, days=10)
    phone.goto(f"/apply/cases/{case}")
    expect(phone.locator(".asked")).to_contain_text("请补正 2 项")
    fits(phone, faults)
    shot(phone, "8-correcting")
    first, second = phone.locator("form.point").first, phone.locator("form.point").last
    phone.context.set_offline(True)
    first.locator("[name=value]").fill("13900000066")
    first.locator("[name=text]").fill("换了新号码")
    first.get_by_role("button", name="保存答复").click()
    expect(first).to_contain_text("答复存在本机")
    phone.context.set_offline(False)
    expect(first).to_contain_text("已保存")
    second.locator("input[type=file]").set_input_files(paper("agent_id_again.pdf"))
    expect(second.locator(".file")).to_have_count(1)
    phone.reload()
    expect(first.locator("[name=value]")).to_have_value("13900000066")
    phone.get_by_role("button", name="提交补正").dblclick()
    expect(phone.locator(".apply-head")).to_contain_text("已收件")
    view = hall.view(case, "street")
    assert (view["state"], view["answers"]["phone"]) == ("received", "13900000066")


def reviewed(phone: Page, hall: HallAtWork, case: str, shot: Callable[[Page, str], None]) -> None:
    """A bad review of the service that a result is, and the reply where the applicant looks for their case."""
    services, view = hall.services, hall.view(case, "street")
    place, now = Place(view["department"], "bajiao_hall", "bajiao"), hall.services.clock.now()
    with services.database.writing() as connection:
        given = Service(case, view["number"], ITEM, view["item_title"], view["release"], place, "", "apply", "RESULT", now)
        services.reviews.served(connection, given)
    service = services.reviews.of_case(case)[-1]
    services.reviews.give(service.path.removeprefix("/r/"), Given(2, ["214"], key="from the account"))
    manager = Actor("manager", "大厅主任", frozenset({"SUPERVISOR"}))
    bureau = Actor("bureau", "部门", frozenset({"DEPT_APPROVER"}), None, Place(department=service.place.department))
    (line,) = services.rectifications.list(Wanted(), manager, services.authority.grants(manager)).lines
    steps: list[tuple[str, Actor, dict[str, str]]] = [
        ("assign", manager, {"level": "normal"}), ("take", bureau, {}),
        ("verify", bureau, {"classification": "true_reasonable", "findings": "属实"}),
        ("reply", bureau, {"result": "已改进", "reply": "感谢您的意见，已加派人手"}), ("approve", manager, {}),
    ]  # fmt: skip
    for revision, (action, who, inputs) in enumerate(steps, 1):
        deed = Deed(action, inputs, revision, f"key-{revision}")
        services.rectifications.act(line.id, deed, who, services.authority.grants(who))
    phone.reload()
    expect(phone.get_by_role("heading", name=f"您对“{service.name}”的意见")).to_be_visible()
    expect(phone.locator("#main")).to_contain_text("感谢您的意见，已加派人手")
    shot(phone, "9-answered")


def accepted(phone: Page, hall: HallAtWork, case: str, shot: Callable[[Page, str], None]) -> None:
    """Accepted by the clerk, with a notice that is downloaded as a PDF."""
    hall.collect(case, "street")
    hall.act(case, "accept", "street")
    phone.goto(f"/apply/cases/{case}")
    expect(phone.locator(".documents")).to_contain_text("受理通知书")
    shot(phone, "9-accepted")
    address = phone.locator(".documents a").first.get_attribute("href")
    assert address
    answer = phone.request.get(address)
    assert answer.status == 200
    assert answer.body().startswith(b"%PDF-")
    phone.get_by_role("button", name="撤回申请").click()
    phone.locator("dialog textarea").fill("改由本人办理")
    shot(phone, "10-withdraw")
    phone.locator("dialog button.danger").click()
    expect(phone.locator(".apply-head")).to_contain_text("已撤回")
    reviewed(phone, hall, case, shot)


def test_somebody_elses_case_is_not_there_by_any_address(
    phone: Page, window: Callable[..., Page], live: Any, city: SandboxCity, hall: HallAtWork, paper: Callable[[str], str]
) -> None:
    fill_in(phone, hall)
    phone.fill("#p-phone", ELDER["phone"])
    phone.fill("#p-id_no", ELDER["id_no"])
    phone.select_option("#p-hall", "bajiao_hall")
    phone.click("#next")
    for card in phone.locator("#materials .card").all():
        card.locator("input[type=file]").set_input_files(paper(f"{card.get_attribute('data-code')}.pdf"))
        expect(card.locator(".file")).to_have_count(1)
    go_to(phone, "核对与提交")
    phone.click("#send")
    phone.wait_for_url("**/apply/cases/*")
    case = phone.url.rsplit("/", 1)[-1].split("?")[0]
    thief = log_in(window(375, 812, base_url=live.base), "p-1003")
    for path in ("", "/receipt", "/documents/x.pdf", "/files/" + "0" * 64):
        assert thief.request.get(f"/apply/cases/{case}{path}").status == 404
    assert "苏" not in thief.goto("/apply/cases").text()  # type: ignore[union-attr]
    nobody = httpx.get(f"{live.base}/apply/cases/{case}", follow_redirects=False, headers={"Accept": "text/html"})
    assert nobody.headers["Location"].startswith("/apply/login?")


def sign(page: Page) -> None:
    """Two strokes with the mouse."""
    page.locator(".signature-canvas").scroll_into_view_if_needed()
    box = page.locator(".signature-canvas").bounding_box()
    assert box
    for shift in (0.3, 0.6):
        page.mouse.move(box["x"] + 20, box["y"] + box["height"] * shift)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] - 20, box["y"] + box["height"] * 0.5, steps=8)
        page.mouse.up()


def test_an_enterprise_commits_online_and_takes_it_back(
    page: Page, city: SandboxCity, hall: HallAtWork, paper: Callable[[str], str], serious_faults: Callable[[Page], list[str]]
) -> None:
    situation = FITTING[HYGIENE][0]
    log_in(page, "e-2001", f"/apply/{HYGIENE}")
    for code, option in situation.items():
        page.locator(f"input[name=q-{code}][value={option}]").check()
    write_rest(page, prepare(hall, HYGIENE, situation))
    page.click("#next")
    page.get_by_role("button", name="填入我的身份信息").click()
    expect(page.locator("[name=credit_code]")).to_have_value("91110107MA0TERT167")
    go_to(page, "申请人")
    expect(page.locator("#people .identity")).to_contain_text("经办人")
    page.click("#next")
    card = page.locator(".commitment[data-code=public_place_hygiene]")
    before = page.locator("#materials .badge.brand").count()
    card.get_by_role("button", name="阅读告知书并选择").click()
    page.get_by_role("button", name="我已阅读，选择告知承诺").click()
    sign(page)
    page.get_by_role("button", name="签署并提交").click()
    expect(card).to_have_attribute("data-state", "signed")
    expect(page.locator("#materials .badge.brand")).to_have_count(before - 1)
    assert serious_faults(page) == []
    for one in page.locator("#materials .card", has=page.locator(".badge.brand")).all():
        one.locator("input[type=file]").set_input_files(paper(f"{one.get_attribute('data-code')}.pdf"))
        expect(one.locator(".file")).to_have_count(1)
    go_to(page, "核对与提交")
    page.click("#send")
    page.wait_for_url("**/apply/cases/*")
    committed = page.locator(".commitment[data-code=public_place_hygiene]")
    expect(committed).to_contain_text("免交")
    assert serious_faults(page) == []
    committed.get_by_role("button", name="撤回承诺").click()
    page.locator("dialog").get_by_role("button", name="撤回承诺").click()
    again = page.locator(".case-materials li[data-code=premises_title]")
    expect(again.locator("input[type=file]")).to_be_attached()
    again.locator("input[type=file]").set_input_files(paper("premises.pdf"))
    expect(again.locator(".file")).to_have_count(1)
    expect(page.locator("#commitment")).to_contain_text("阅读告知书并选择")


def test_with_the_provider_down_the_form_is_filled_in_without_logging_in(
    phone: Page, city: SandboxCity, serious_faults: Callable[[Page], list[str]]
) -> None:
    city.faults.switch({"mode": "error"})
    try:
        phone.goto(f"/apply/login?next=/apply/{ITEM}")
        if phone.locator('button[value="p-1001"]').count():
            phone.locator('button[value="p-1001"]').click()
            phone.get_by_role("button", name="同意并登录").click()
        expect(phone.locator("#main")).to_contain_text("暂时没有应答")
        fits(phone, serious_faults)
        phone.get_by_role("link", name="不登录，继续填表").click()
        phone.locator("input[name=q-allowance][value=elder]").check()
        expect(phone.locator("#save-state")).to_have_attribute("data-state", "saved")
    finally:
        city.faults.switch({})


def test_the_sandbox_says_what_it_is_and_its_faults_are_switched_by_hand(
    page: Page, city: SandboxCity, serious_faults: Callable[[Page], list[str]]
) -> None:
    page.goto(city.provider.issuer)
    assert serious_faults(page) == []
    expect(page.locator(".mark")).to_contain_text("均为虚构")
    page.select_option("select[name=mode]", "slow")
    page.get_by_role("button", name="生效").click()
    expect(page.locator("select[name=mode]")).to_have_value("slow")
    assert city.faults.mode == "slow"
    city.faults.switch({})
    page.goto("/apply/login")
    expect(page.locator(".mark")).to_contain_text("沙盒环境")
    assert serious_faults(page) == []
