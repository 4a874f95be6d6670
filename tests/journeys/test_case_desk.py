"""Cases as clerks, leads and approvers work at them: by keyboard, two at once, through cut networks; documents looked at."""

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from playwright.sync_api import Error, FileChooser, Page, Route, expect

from tests.journeys.filling import case_of, draft_of

pytestmark = pytest.mark.browser
Login = Callable[..., Page]
Open = Callable[..., Page]
INSTANT, FOOD, HYGIENE = "flexible_pension", "food_business_new", "public_place_hygiene_new"
SHEETS = Path(os.environ.get("YICHUANG_SHEETS") or "/nowhere")


@pytest.fixture
def counter(login: Login, window: Open, live: Any) -> Callable[..., Page]:
    """`counter("clerk", "B12")`: a member of staff at a window (or at none), with a browser of their own."""

    def at(name: str, station: str = "", to: str = "/desk/cases") -> Page:
        page = login(window(1366, 768, base_url=live.base), name, to=to)
        if station:
            page.locator("dialog.window-dialog button").filter(has_text=station).first.focus()
            page.keyboard.press("Enter")
            expect(page.locator("dialog")).to_have_count(0)
            page.wait_for_timeout(80)
        return page

    return at


def wire(page: Page) -> Any:
    """What the server has of the case on screen."""
    return page.evaluate("fetch('/desk/api/cases/' + location.pathname.split('/')[3]).then(r => r.json()).then(j => j.case)")


def steps(page: Page) -> list[str]:
    return page.locator(".steps .step-head strong").all_inner_texts()[::-1]


def state(page: Page, words: str) -> None:
    expect(page.locator(".case-title .badge").first).to_have_text(words)


def open_case(page: Page, case: str) -> Page:
    page.goto(f"/desk/cases/{case}")
    expect(page.locator(".case-number")).to_have_text(re.compile(r"^\d{6}-\d{4}-\d{7}$"))
    page.wait_for_timeout(150)
    return page


def chooser(page: Page, key: str) -> FileChooser:
    """What the key opens; pressed again where the page wasn't ready for it yet."""
    for attempt in range(5):
        if attempt:
            page.keyboard.press("Alt+1")
        try:
            with page.expect_file_chooser(timeout=4_000) as chosen:
                page.keyboard.press(key)
            return chosen.value
        except Error:
            continue
    raise AssertionError(f"“{key}” opens no choice of a file")


def go_on(page: Page, words: str) -> None:
    """The main step by its key, pressed again where the page was just being replaced."""
    badge = page.locator(".case-title .badge").first
    for _ in range(5):
        if badge.inner_text() == words:
            return
        page.keyboard.press("Control+Enter")
        page.wait_for_timeout(2_000)
    expect(badge).to_have_text(words)


def print_nothing(page: Page) -> list[str]:
    """Documents that were sent to the printer, by address; a headless browser has none."""
    asked: list[str] = []

    def sheet(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(body="<p>", content_type="text/html")

    page.route("**/documents/*.pdf", sheet)
    return asked


def outcome(page: Page) -> None:
    """The dialog that a step with documents ends in, put away."""
    expect(page.locator("dialog.outcome-dialog[open]")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_have_count(0)


def sheets(page: Page) -> dict[str, str]:
    """Title → words of every document of the case; each is opened and drawn as a picture."""
    found = {}
    for document in wire(page)["documents"]:
        answer = page.request.get(f"{page.url.split('#')[0].replace('/desk/cases/', '/desk/api/cases/')}/documents/{document['id']}.pdf")
        assert answer.ok and answer.headers["content-type"] == "application/pdf"
        pdf = pypdfium2.PdfDocument(answer.body())
        if SHEETS.is_dir():
            pdf[0].render(scale=1.1).to_pil().save(SHEETS / f"{document['title']}-{document['id'][:6]}.png")
        found[document["title"]] = "".join(sheet.get_textpage().get_text_range() for sheet in pdf)
    return found


def fill(page: Page, **values: str) -> None:
    """The open dialog's fields, and Ctrl+Enter."""
    for name, words in values.items():
        box = page.locator(f'dialog [name="{name}"]').first
        if box.get_attribute("type") == "radio":
            page.locator(f'dialog [name="{name}"][value="{words}"]').check()
        elif box.evaluate("node => node.tagName") == "SELECT":
            box.select_option(words)
        else:
            box.fill(words)
    page.keyboard.press("Control+Enter")


def test_what_is_issued_at_once_takes_a_key_a_material_and_a_handful_more(counter: Any, live: Any) -> None:
    draft = draft_of(live.settings, INSTANT, "c21")
    page = counter("clerk", "C21", "/desk")
    asked, keys = print_nothing(page), 0

    def press(key: str) -> None:
        nonlocal keys
        keys += 1
        page.keyboard.press(key)

    page.goto(f"/desk#/draft/{draft}")
    page.reload()
    expect(page.locator("#save-state")).to_have_attribute("data-state", "saved")
    press("Control+Enter")
    expect(page.locator("dialog")).to_contain_text("收件后申请内容封存")
    press("Enter")
    page.wait_for_url(f"**/desk/cases/{draft}")
    state(page, "已收件")
    needed = page.locator(".check:not(.rest)").count()
    expect(page.locator(".check-row").first).to_be_focused()
    for _ in range(needed):
        press("Space")
    press("Control+Enter")
    expect(page.locator("dialog")).to_contain_text("办理结果")
    press("Control+Enter")
    expect(page.locator("dialog.outcome-dialog[open]")).to_contain_text("当场办结：完成")
    press("Enter")
    expect(page.locator("#print-frame")).to_be_attached()
    assert keys == needed + 5
    assert len(asked) == 1 and f"/desk/api/cases/{draft}/documents/" in asked[0]
    expect(page.locator("dialog .button.primary").nth(1)).to_be_focused()
    page.keyboard.press("Escape")
    state(page, "已办结")
    assert steps(page) == ["收件", "当场办结"]
    page.unroute("**/documents/*.pdf")
    found = sheets(page)
    assert set(found) >= {"受理通知书"} and len(found) == 2
    assert all(page.locator(".case-number").inner_text() in words for words in found.values())
    page.keyboard.press("Control+Enter")
    fill(page, method="direct", recipient="测试甲", place="区政务服务中心 C21 窗口")
    outcome(page)
    state(page, "已送达")
    assert "测试甲" in sheets(page)["送达回证"]


def test_a_promised_item_with_everything_that_may_come_between(counter: Any, live: Any) -> None:  # noqa: PLR0915 - one case's life
    case = case_of(live.settings, FOOD, "b12")
    clerk = open_case(counter("clerk", "B12"), case)
    clerk.keyboard.press("Space")
    clerk.keyboard.press("Space")
    expect(clerk.locator(".check.received")).to_have_count(2)
    clerk.keyboard.press("Alt+g")
    outcome(clerk)
    clerk.keyboard.press("Alt+b")
    dialog = clerk.locator("dialog")
    expect(dialog.locator(".point-row").first).to_contain_text("材料")
    expect(dialog.locator("[name=point-problem]").first).to_have_value("未提交")
    asked = dialog.locator(".point-row").count()
    assert asked == len([m for m in wire(clerk)["materials"] if m["needed"] and m["state"] == "pending" and m["necessity"] != "optional"])
    dialog.get_by_label("添加一条").select_option(label="其他问题")
    clerk.keyboard.press("Control+Enter")
    expect(dialog).to_contain_text("每一条都要写明存在的问题和补正标准")
    dialog.locator("[name=point-title]").fill("经营场所名称")
    dialog.locator("[name=point-problem]").last.fill("与合同不一致")
    dialog.locator("[name=point-standard]").last.fill("与租赁合同一致")
    expect(dialog.locator("[name=days]")).to_have_value("10")
    clerk.keyboard.press("Control+Enter")
    outcome(clerk)
    state(clerk, "补正中")
    clerk.keyboard.press("Control+Enter")
    expect(clerk.locator(".toast")).to_contain_text(f"还有 {asked + 1} 项没有补正")
    for number in range(asked + 1):
        clerk.locator("[data-do=answer]").nth(number).focus()
        clerk.keyboard.press("Enter")
        clerk.locator("#point-answer").fill(f"已补正第 {number + 1} 项")
        clerk.keyboard.press("Control+Enter")
        expect(clerk.locator(".correction .answer")).to_have_count(number + 1)
    go_on(clerk, "已收件")
    clerk.keyboard.press("Alt+1")
    for _ in range(asked):
        clerk.keyboard.press("Space")
    clerk.keyboard.press("Control+Enter")
    outcome(clerk)
    state(clerk, "已受理")

    approver = counter("approver", to="/desk/inbox")
    expect(approver.locator(".group[aria-current]")).to_contain_text("已受理")
    approver.keyboard.press("Enter")
    approver.wait_for_url("**/desk/cases/*")
    state(approver, "已受理")
    approver.keyboard.press("Control+Enter")
    state(approver, "审查中")
    due = approver.locator(".clock strong").inner_text()
    approver.get_by_role("button", name="启动特别程序").focus()
    approver.keyboard.press("Enter")
    fill(approver, name="inspection", reason="需要检验", basis="《中华人民共和国行政许可法》第四十五条", days="5", approver="演示负责人")
    outcome(approver)
    state(approver, "特别程序")
    expect(approver.locator(".case-title .light")).to_have_text("暂停计时")
    approver.keyboard.press("Control+Enter")
    fill(approver, result="检验合格")
    state(approver, "审查中")
    approver.get_by_role("button", name="延期").click()
    fill(approver, reason="情况复杂", days="3", approver="演示负责人")
    outcome(approver)
    assert approver.locator(".clock strong").inner_text() != due
    expect(approver.locator("#why-extend")).to_contain_text("已经延期过一次")
    approver.keyboard.press("Control+Enter")
    fill(approver, opinion="符合条件，准予")
    outcome(approver)
    state(approver, "准予")
    approver.get_by_role("button", name="放开").click()
    expect(approver.locator(".holder")).to_contain_text("自动领取")

    clerk.reload()
    clerk.keyboard.press("Control+Enter")
    fill(clerk, result="食品经营许可证")
    state(clerk, "已办结")
    clerk.keyboard.press("Control+Enter")
    fill(clerk, method="post", recipient="测试甲", place="演示路 1 号", tracking="EMS123")
    outcome(clerk)
    state(clerk, "已送达")
    told = sheets(clerk)
    assert set(told) >= {"材料接收凭证", "补正告知书", "受理通知书", "特别程序告知书", "延期通知书", "送达回证"}, sorted(told)
    assert "未提交" in told["补正告知书"] and "与合同不一致" in told["补正告知书"]
    assert steps(clerk)[:4] == ["收件", "出具收件凭证", "补正告知", "补正收件"]
    assert steps(clerk)[4:] == ["受理", "部门接收", "启动特别程序", "结束特别程序", "延期", "准予", "办结", "送达"]


def test_a_second_correction_goes_to_the_lead_with_its_reason(counter: Any, live: Any) -> None:
    case = case_of(live.settings, HYGIENE, "b12")
    clerk = open_case(counter("clerk", "B12"), case)
    for reason in ("", "补正后的平面图比例有误"):
        clerk.keyboard.press("Alt+b") if not reason else clerk.get_by_role("button", name="提请再次补正").click()
        rows = clerk.locator("dialog .point-row")
        while rows.count() > 1:
            rows.last.get_by_role("button").click()
        fill(clerk, **({"reason": reason} if reason else {}))
        if not reason:
            outcome(clerk)
            clerk.locator("[data-do=answer]").click()
            clerk.locator("#point-answer").fill("已补")
            clerk.keyboard.press("Control+Enter")
            expect(clerk.locator(".correction .answer")).to_have_count(1)
            expect(clerk.locator("dialog")).to_have_count(0)
            for _ in range(4):
                clerk.wait_for_timeout(1200)
                if clerk.locator(".case-title .badge").first.inner_text().strip() == "已收件":
                    break
                clerk.keyboard.press("Control+Enter")
            state(clerk, "已收件")
    state(clerk, "再次补正待批准")
    lead = open_case(counter("lead", "B12"), case)
    expect(lead.locator("#corrections-block")).to_contain_text("补正后的平面图比例有误")
    lead.keyboard.press("Control+Enter")
    expect(lead.locator("dialog")).to_contain_text("意见")
    lead.keyboard.press("Control+Enter")
    outcome(lead)
    state(lead, "补正中")


def test_two_clerks_on_one_case_the_second_is_told_and_a_lead_takes_over(counter: Any, live: Any) -> None:
    case = case_of(live.settings, HYGIENE, "b12", complete=True)
    first, second = open_case(counter("clerk", "B12"), case), open_case(counter("clerk2", "B13"), case)
    first.locator("[data-do=take]").click()
    expect(first.locator(".holder")).to_contain_text("由您办理")
    second.get_by_role("button", name="登记撤回").click()
    fill(second, reason="申请人书面撤回")
    expect(second.locator("dialog .alert")).to_contain_text("演示受理员正在办理")
    expect(second.locator("dialog [name=reason]")).to_have_value("申请人书面撤回")
    second.keyboard.press("Escape")
    lead = open_case(counter("lead", "B12"), case)
    expect(lead.locator(".case-notices")).to_contain_text("演示受理员 正在办理")
    lead.keyboard.press("Control+Enter")
    expect(lead.locator("dialog .alert")).to_contain_text("其他人不能操作")
    lead.keyboard.press("Enter")
    lead.locator("#hand-over-reason").fill("受理员临时离岗")
    lead.keyboard.press("Enter")
    outcome(lead)
    state(lead, "已受理")
    first.keyboard.press("Control+Enter")
    expect(first.locator("dialog .alert, .toast:not([hidden])").first).to_contain_text(re.compile("已受理|没有主要操作"))
    assert steps(lead) == ["收件", "受理"]


def test_who_is_late_keeps_what_was_typed_and_sees_what_stands(counter: Any, live: Any) -> None:
    case = case_of(live.settings, HYGIENE, "b12", complete=True)
    first, late = open_case(counter("clerk", "B12"), case), open_case(counter("lead", "B12"), case)
    late.get_by_role("button", name="登记撤回").click()
    late.fill("dialog [name=reason]", "申请人来电撤回")
    first.keyboard.press("Control+Enter")
    outcome(first)
    first.keyboard.press("Escape")
    late.keyboard.press("Control+Enter")
    expect(late.locator("dialog .alert")).to_contain_text("现在是“已受理”")
    expect(late.locator("dialog [name=reason]")).to_have_value("申请人来电撤回")
    state(late, "已受理")
    late.keyboard.press("Enter")
    state(late, "已撤回")


def test_a_double_click_and_repeated_keys_accept_once(counter: Any, live: Any) -> None:
    case = case_of(live.settings, HYGIENE, "b12", complete=True)
    page = open_case(counter("clerk", "B12"), case)
    sent: list[Any] = []
    page.on("request", lambda request: sent.append(json.loads(request.post_data or "{}")) if request.url.endswith("/act") else None)
    page.locator("[data-action=accept]").dblclick()
    for _ in range(3):
        page.keyboard.press("Control+Enter")
    expect(page.locator("dialog.outcome-dialog[open]")).to_be_visible()
    assert len({body["key"] for body in sent}) == 1
    page.keyboard.press("Escape")
    assert steps(page) == ["收件", "受理"]
    assert [document["title"] for document in wire(page)["documents"]] == ["受理通知书"]


@pytest.mark.parametrize("when", ["before the server", "after the server"])
def test_a_network_lost_while_accepting_brings_one_acceptance(counter: Any, live: Any, when: str) -> None:
    case = case_of(live.settings, HYGIENE, "b12", complete=True)
    page = open_case(counter("clerk", "B12"), case)
    lost: list[str] = []

    def lose(route: Route) -> None:
        lost.append(json.loads(route.request.post_data or "{}")["key"])
        if len(lost) > 1:
            return route.continue_()
        if when == "after the server":
            route.fetch()
        return route.abort()

    page.route("**/act", lose)
    page.keyboard.press("Control+Enter")
    expect(page.locator("dialog .alert")).to_contain_text("所填内容保留，恢复后自动再次提交，不会重复办理")
    expect(page.locator("dialog.outcome-dialog[open]")).to_contain_text("受理：完成")
    assert len(lost) == 2 and len(set(lost)) == 1
    page.keyboard.press("Escape")
    assert steps(page) == ["收件", "受理"]
    assert len(wire(page)["documents"]) == 1


def test_materials_checked_while_the_network_is_cut_are_caught_up(counter: Any, live: Any) -> None:
    case = case_of(live.settings, HYGIENE, "b12")
    page = open_case(counter("clerk", "B12"), case)
    page.context.set_offline(True)
    for _ in range(3):
        page.keyboard.press("Space")
    expect(page.locator(".check.received")).to_have_count(3)
    expect(page.locator("#save-state")).to_have_attribute("data-state", "offline")
    page.context.set_offline(False)
    expect(page.locator("#save-state")).to_have_attribute("data-state", "saved")
    assert [m["state"] for m in wire(page)["materials"] if m["needed"]][:3] == ["received"] * 3
    for key in ("Home", "ArrowDown", "y"):
        page.keyboard.press(key)
    expect(page.locator(".check .grade.B").first).to_be_visible()


CAMERA = """
navigator.mediaDevices.getUserMedia = async () => {
  const picture = Object.assign(document.createElement("canvas"), { width: 640, height: 480 });
  setInterval(() => picture.getContext("2d").fillRect(0, 0, 640 * Math.random(), 480), 50);
  return picture.captureStream(20);
};
"""


def test_the_document_camera_takes_pictures_by_enter(counter: Any, live: Any) -> None:
    case = case_of(live.settings, HYGIENE, "b12")
    page = counter("clerk", "B12")
    page.add_init_script(CAMERA)
    open_case(page, case)
    page.keyboard.press("g")
    expect(page.locator("dialog video")).to_have_js_property("videoWidth", 640)
    for number in (1, 2):
        page.keyboard.press("Enter")
        expect(page.locator(".shots li")).to_have_count(number)
    page.keyboard.press("Escape")
    expect(page.locator(".check-files").first).to_have_text("2 个文件")
    files = wire(page)["materials"][0]["files"]
    seen = page.request.get(f"/desk/api/cases/{case}/files/{files[0]['digest']}")
    assert seen.headers["content-type"] == "image/jpeg" and files[0]["name"].endswith("-1.jpg")


def test_without_a_camera_one_chooses_a_picture(counter: Any, live: Any, tmp_path: Path) -> None:
    case = case_of(live.settings, HYGIENE, "b12")
    page = counter("clerk", "B12")
    page.add_init_script("navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('none', 'NotFoundError'); };")
    open_case(page, case)
    picture = tmp_path / "照片.png"
    picture.write_bytes(page.screenshot())
    chooser(page, "g").set_files(picture)
    expect(page.locator(".check-files").first).to_have_text("1 个文件")


def test_a_file_is_kept_and_seen_again(counter: Any, live: Any, tmp_path: Path) -> None:
    case = case_of(live.settings, HYGIENE, "b12")
    page = open_case(counter("clerk", "B12"), case)
    picture = tmp_path / "营业执照.png"
    picture.write_bytes(page.screenshot())
    chooser(page, "f").set_files(picture)
    expect(page.locator(".check-files").first).to_have_text("1 个文件")
    page.keyboard.press("Enter")
    link = page.locator(".file-link").first
    expect(link).to_have_text("营业执照.png")
    seen = page.request.get(str(link.get_attribute("href")))
    assert seen.headers["content-type"] == "image/png" and seen.body() == picture.read_bytes()
    assert "no-store" in seen.headers["cache-control"]
    page.locator("[data-do=detach]").first.click()
    expect(page.locator(".file-link")).to_have_count(0)


def test_an_answer_that_comes_too_late_takes_nothing_back(counter: Any, live: Any) -> None:
    case = case_of(live.settings, HYGIENE, "b12")
    page = open_case(counter("clerk", "B12"), case)
    page.get_by_role("button", name="查看完整信息").click()
    late: list[tuple[Route, Any]] = []

    def hold(route: Route) -> None:
        if late or route.request.method != "GET":
            route.continue_()
        else:
            late.append((route, route.fetch()))

    page.route(f"**/desk/api/cases/{case}", hold)
    page.get_by_role("button", name="恢复遮挡").click()
    page.wait_for_timeout(500)
    page.locator(".check-row").first.focus()
    page.keyboard.press("Space")
    expect(page.locator(".check.received")).to_have_count(1)
    (route, answer), = late
    route.fulfill(response=answer)
    expect(page.locator(".case-head")).not_to_contain_text("13800000000")
    page.wait_for_timeout(1_500)
    expect(page.locator(".check.received")).to_have_count(1)


def test_full_particulars_are_shown_when_asked_for_and_noted(counter: Any, live: Any) -> None:
    case = case_of(live.settings, HYGIENE, "b12")
    page = open_case(counter("clerk", "B12"), case)
    head = page.locator(".case-head")
    expect(head).to_contain_text("138****0000")
    assert "13800000000" not in page.content()
    page.get_by_role("button", name="查看完整信息").click()
    expect(head).to_contain_text("13800000000")
    page.get_by_role("button", name="恢复遮挡").click()
    expect(head).not_to_contain_text("13800000000")
    auditor = counter("audit", to="/admin/audit/")
    expect(auditor.locator("main")).to_contain_text("case.reveal")


def test_a_case_is_found_by_number_name_and_identity_and_none_of_it_stands_in_an_address(counter: Any, live: Any) -> None:
    case = case_of(live.settings, HYGIENE, "b12")
    page = counter("clerk", "B12")
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url))
    for words in ("某某美容", "91110107MA0TERT167"):
        page.keyboard.press("Alt+s")
        page.keyboard.type(words)
        page.keyboard.press("Enter")
        expect(page.locator(f'#found tr[data-id="{case}"]')).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/cases/*")
    number = page.locator(".case-number").inner_text()
    page.keyboard.press("Alt+s")
    page.wait_for_url("**/desk/cases#search")
    page.keyboard.type(number.split("-")[-1].lstrip("0"))
    page.keyboard.press("Enter")
    expect(page.locator("#found tbody tr").first).to_contain_text(number)
    page.keyboard.press("Escape")
    expect(page.locator("#queue")).to_be_visible()
    assert not [address for address in addresses if "MA0TERT167" in address or "%E6" in address]


def test_another_streets_clerk_finds_nothing_of_it(counter: Any, live: Any) -> None:
    case = case_of(live.settings, HYGIENE, "b12")
    page = counter("street", "1 号综合窗口")
    assert page.goto(f"/desk/cases/{case}").status == 404  # type: ignore[union-attr]
    assert page.request.get(f"/desk/api/cases/{case}").status == 404
    page.goto("/desk/cases")
    page.fill("#search", "某某美容")
    page.keyboard.press("Enter")
    expect(page.locator("#found-count")).to_contain_text("没有找到")


def test_the_pages_of_cases_have_no_serious_accessibility_fault_and_fit(counter: Any, live: Any, serious_faults: Any) -> None:
    case = case_of(live.settings, HYGIENE, "b12")
    page = counter("clerk", "B12")
    assert serious_faults(page) == []
    page.fill("#search", "某某")
    page.keyboard.press("Enter")
    expect(page.locator("#found tbody tr").first).to_be_visible()
    assert serious_faults(page) == []
    open_case(page, case)
    page.keyboard.press("Enter")
    assert serious_faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth && document.documentElement.scrollHeight <= innerHeight")
    page.keyboard.press("Alt+b")
    assert serious_faults(page) == []
    inbox = counter("approver_wjw", to="/desk/inbox")
    assert serious_faults(inbox) == []
