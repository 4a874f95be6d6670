"""告知承诺 as people meet it: offered at the desk with reasons, read, signed by mouse and by finger, withdrawn; A4 and A5 in the admin alone."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from tests.journeys.test_desk import at_window, find, saved
from tests.journeys.test_pictures import keep
from yichuang import bootstrap
from yichuang.commitment.signature import signature_of
from yichuang.items.compiled import compile_item
from yichuang.items.facts import everyday_facts
from yichuang.ports import SYSTEM, Application, Party, Place

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("live", ["sqlite"], indirect=True)]
Login = Callable[..., Page]
Open = Callable[..., Page]
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)


def answer(page: Page, **situation: str) -> None:
    """Answer the situation by clicking."""
    for question, option in situation.items():
        page.locator(f'.question[data-code="{question}"] input[value="{option}"]').check(force=True)


def fill(page: Page, **answers: str) -> None:
    for name, value in answers.items():
        page.locator(f'#form [name="{name}"]').first.fill(value)
        page.locator(f'#form [name="{name}"]').first.blur()


def begin_business(page: Page, name: str = "测试甲", number: str = "11010719900307001X") -> None:
    """个体工商户设立登记 by the operator, own premises."""
    find(page, "gtgsh")
    answer(page, composition="personal", premises="own", pre_approval="without_pre", with_name="unnamed", handler="self")
    fill(page, operator_name=name, operator_id_no=number)
    saved(page)


def scribble(page: Page) -> None:
    """A signature by mouse: two strokes."""
    box = page.locator(".signature-canvas").bounding_box()
    assert box is not None
    for row in (0.35, 0.6):
        page.mouse.move(box["x"] + 60, box["y"] + box["height"] * row)
        page.mouse.down()
        for n in range(1, 26):
            page.mouse.move(box["x"] + 60 + n * 9, box["y"] + box["height"] * row + (18 if n % 4 < 2 else -14), steps=2)
        page.mouse.up()


def test_read_signed_by_mouse_the_checklist_shrinks_and_grows_again_when_withdrawn(
    page: Page, login: Login, serious_faults: Any, album: Path
) -> None:
    at_window(login(page, "clerk"), "综合窗口")
    begin_business(page)
    card = page.locator('.commitment[data-code="individual_business"]')
    expect(card).to_have_attribute("data-state", "open")
    expect(card).to_contain_text("经营场所使用证明")
    before = int(page.locator("#checklist .count strong").inner_text())
    keep(page, album, "commitment-desk-offer")
    card.get_by_role("button", name="阅读告知书并选择").click()
    dialog = page.locator("dialog.commitment-dialog")
    expect(dialog).to_contain_text("告知内容")
    keep(page, album, "commitment-desk-notice")
    assert serious_faults(page) == []
    dialog.get_by_role("button", name="我已阅读，选择告知承诺").click()
    expect(dialog).to_contain_text("承诺人：测试甲")
    sign = dialog.get_by_role("button", name="签署并提交")
    expect(sign).to_be_disabled()
    page.locator(".signature-canvas").scroll_into_view_if_needed()
    scribble(page)
    expect(dialog.get_by_text("已写 2 笔")).to_be_visible()
    keep(page, album, "commitment-desk-sign")
    assert serious_faults(page) == []
    sign.click()
    expect(card).to_have_attribute("data-state", "signed")
    expect(page.locator("#checklist .count strong")).to_have_text(str(before - 1))
    expect(page.locator('#checklist [data-code="premises_use"]')).to_contain_text("承诺替代")
    keep(page, album, "commitment-desk-signed")
    assert serious_faults(page) == []
    card.get_by_role("button", name="查看告知书与承诺书").click()
    expect(page.locator("dialog")).to_contain_text("签名与文本相符")
    keep(page, album, "commitment-desk-kept")
    page.keyboard.press("Escape")
    card.get_by_role("button", name="撤回承诺").click()
    page.locator("dialog").get_by_role("button", name="撤回承诺").click()
    expect(page.locator("#checklist .count strong")).to_have_text(str(before))
    expect(card).to_have_attribute("data-state", "open")


# ---------------------------------------------------------------------- afterwards


@pytest.fixture
def services(live: Any) -> Iterator[Any]:
    """The same database from another process."""
    made = bootstrap.services_of(live.settings)
    made.catalogue.refresh()
    yield made
    made.database.dispose()


def committed(services: Any, key: str, number: str) -> Any:
    """公共场所卫生许可 by commitment: signed, accepted, approved; what the case would do."""
    snapshot = services.catalogue.current()
    item = snapshot.compiled(compile_item, "public_place_hygiene_new")
    situation = {"method": "commitment", "place_kind": "hair", "central_air": "without_air", "handler": "self"}
    facts = item.decide(situation, {}, everyday_facts(item.body, services.clock.now().date())).facts
    party = Party("演示理发店（测试）", "2", "001", "92110107MA0AAAA1XU", "13800005678", "测试甲")
    place = Place("wjw", "district_hall", "", "b12")
    application = Application(key, item.code, snapshot.release, situation, {}, facts, party, None, "desk", place, number)
    room = services.commitments
    found = room.offer(application, "public_place_hygiene", SYSTEM)
    line = [[20 + 6 * n, 40 + (n % 3) * 9, 0.5, 12 * n] for n in range(24)]
    signature = signature_of({"strokes": [line], "width": 400, "height": 160})
    room.sign(found.id, application, signature, SYSTEM, letter_hash=room.letter(application, "public_place_hygiene")[1])
    with services.database.writing() as connection:
        room.on_accepted(connection, application, SYSTEM)
        room.on_decided(connection, key, True, SYSTEM)
    return room.get(found.id)


def test_untrue_two_people_revoke_it_goes_on_record_and_is_repaired(
    live: Any, window: Open, login: Login, services: Any, serious_faults: Any, album: Path
) -> None:
    found = committed(services, f"case-{live.port}", f"110107-2026-{live.port:07d}")
    page = login(window(1366, 768, base_url=live.base), "approver_wjw", "/desk/verifications")
    expect(page.locator("tbody tr")).to_have_count(1)
    keep(page, album, "verifications")
    assert serious_faults(page) == []
    page.get_by_role("link", name="办理").click()
    page.get_by_label("核查人员").fill("张检查")
    page.get_by_role("button", name="指派").click()
    expect(page.get_by_role("alert")).to_contain_text("至少要 2 名")
    page.get_by_label("核查人员").fill("张检查、李检查")
    page.get_by_role("button", name="指派").click()
    expect(page.get_by_role("status")).to_have_text("已指派核查人员")
    page.get_by_label("不实", exact=True).check()
    page.get_by_label("核查情况").fill("现场没有消毒设施，从业人员没有健康证明")
    page.get_by_label("证据").set_input_files({"name": "现场.png", "mimeType": "image/png", "buffer": PNG})
    keep(page, album, "verification")
    page.get_by_role("button", name="登记核查结果").click()
    expect(page.get_by_role("link", name="现场.png")).to_be_visible()
    page.get_by_label("事实和理由").fill("承诺不实且不能整改")
    page.get_by_role("button", name="提出撤销").click()
    expect(page.get_by_text("须由另一人确认")).to_be_visible()
    assert serious_faults(page) == []
    second = login(window(1366, 900, base_url=live.base), "dept", f"/desk/verifications/{found.id}")
    keep(second, album, "verification-revoke")
    second.get_by_role("button", name="确认撤销决定").click()
    expect(second.get_by_role("status")).to_contain_text("已记入信用记录")
    second.goto("/desk/credit")
    second.get_by_label("按证件号码查询").fill("92110107MA0AAAA1XU")
    second.get_by_role("button", name="查询").click()
    expect(second.get_by_role("status")).to_contain_text("不能选择告知承诺")
    assert "92110107MA0AAAA1XU" not in second.url
    keep(second, album, "credit")
    assert serious_faults(second) == []
    second.locator("summary", has_text="信用修复").click()
    second.get_by_label("修复依据").fill("信用修复决定〔2026〕1号")
    second.get_by_role("button", name="确认修复").click()
    expect(second.get_by_role("status")).to_contain_text("信用已修复")
    assert services.commitments.credit.is_dishonest("92110107MA0AAAA1XU") is False
    assert services.commitments.get(found.id).state == "credit_repaired"


def test_another_departments_tasks_are_out_of_reach(live: Any, window: Open, login: Login, services: Any) -> None:
    found = committed(services, f"other-{live.port}", f"110107-2025-{live.port:07d}")
    page = login(window(1366, 768, base_url=live.base), "approver", "/desk/verifications")
    expect(page.get_by_text("没有待办的核查任务")).to_be_visible()
    answer = page.goto(f"/desk/verifications/{found.id}")
    assert answer is not None and answer.status in (403, 404)
    assert "演示理发店" not in page.content()


def test_the_figures_say_what_they_count_and_go_to_excel(
    live: Any, window: Open, login: Login, services: Any, serious_faults: Any, album: Path
) -> None:
    committed(services, f"figures-{live.port}", f"110107-2024-{live.port:07d}")
    page = login(window(1366, 900, base_url=live.base), "manager", "/admin/commitments/")
    expect(page.get_by_role("row", name="其他").first).to_contain_text("30%")
    expect(page.locator("p.basis")).to_contain_text("统计口径：按事项定义计")
    page.get_by_role("link", name="按事项").click()
    expect(page.get_by_role("row", name="公共场所卫生许可（新办）")).to_be_visible()
    expect(page.locator("#chart svg")).to_be_visible()
    keep(page, album, "commitment-figures")
    assert serious_faults(page) == []
    with page.expect_download() as told:
        page.get_by_role("link", name="导出 Excel").click()
    book = openpyxl.load_workbook(io.BytesIO(told.value.path().read_bytes()))
    assert book.sheetnames[:2] == ["领域覆盖率", "事项"] and "口径" in book.sheetnames
    assert [cell.value for cell in book["领域覆盖率"][1]][:3] == ["领域", "事项总数", "实行告知承诺"]
