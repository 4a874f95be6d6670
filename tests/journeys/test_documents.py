"""Staff edit an official document in the admin: a field from the list, a seal of its own for streets, a look at the sheet; anyone verifies."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.test_admin import choose, edit, kept, publish
from yichuang import bootstrap
from yichuang.documents.fields import FIELDS, samples
from yichuang.documents.order import DocumentOrder, Issued
from yichuang.ports import Actor, Place

pytestmark = pytest.mark.browser
CLERK = Actor("clerk", "演示受理员")


def issue(server: Any, **changes: Any) -> tuple[Issued, bytes]:
    """A document as the counter would issue it."""
    services = bootstrap.services_of(server.settings)
    services.catalogue.refresh()
    values = {path: value for path, value in samples().items() if not FIELDS[path].own}
    order: dict[str, Any] = {
        "case_id": "c1", "case_number": "110107-2026-0000123", "document": "acceptance", "release": services.catalogue.current().release,
        "department": "scjg", "place": Place("scjg", "district_hall", "", "b12"), "values": values,
        "facts": {"item.code": "food_business_new"}, "actor": CLERK,
    }  # fmt: skip
    with services.database.writing() as connection:
        issued = services.documents.issue(connection, DocumentOrder(**order | changes))
    made = services.documents.pdf(issued.id)
    services.database.dispose()
    return services.documents.find(issued.id), made


@pytest.fixture
def admin(server: Any, window: Callable[..., Page], login: Callable[..., Page]) -> Iterator[Page]:
    page = window(1366, 768, base_url=server.base)
    refused: list[str] = []
    page.on("console", lambda said: refused.append(said.text) if "Content Security Policy" in said.text else None)
    yield login(page, "items", to="/admin/")
    assert not refused


def test_a_field_is_picked_by_its_chinese_title_and_the_sheet_shows_it(
    admin: Page, serious_faults: Callable[[Page], list[str]], server: Any
) -> None:
    edit(admin, "document", "受理通知书")
    admin.get_by_role("tab", name="正文").click()
    paragraph = admin.locator(".item").filter(has=admin.locator(".item-title", has_text="办理期限自受理之日")).first
    paragraph.locator(".item-open").click()
    box = admin.locator(".item.open").last
    text = box.locator("textarea").first
    text.focus()
    text.press("Control+End")
    text.type("监督电话：{")
    search = box.get_by_role("combobox", name="在“文字”中插入字段")
    expect(search).to_be_focused()
    search.fill("监督电话")
    search.press("Enter")
    expect(text).to_have_value(re.compile(r"监督电话：\{department\.supervise_phone\}$"))
    expect(box.locator(".token")).to_have_text(["监督电话"])
    kept(admin)
    expect(admin.locator("#findings")).to_contain_text("检查通过")
    assert serious_faults(admin) == []
    admin.get_by_role("tab", name="预览").click()
    shown = admin.frame_locator("#preview iframe")
    expect(shown.get_by_alt_text(re.compile("文书预览第 1 页"))).to_be_visible()
    with admin.expect_popup() as opened:
        shown.get_by_role("link", name="打开 PDF").click()
    address = opened.value.url
    pdf = admin.request.get(address)
    assert pdf.headers["content-type"] == "application/pdf"
    assert pdf.body().startswith(b"%PDF-1.7")
    text.fill("写错的{applicant.nickname}")
    kept(admin)
    admin.get_by_role("tab", name=re.compile("检查")).click()
    expect(admin.locator("#findings")).to_contain_text("没有字段“applicant.nickname”")
    expect(box.locator(".token.lost")).to_be_visible()


def test_another_seal_in_the_streets(admin: Page, server: Any) -> None:
    """Change request A17, with a street of its own."""
    edit(admin, "document", "受理通知书")
    admin.get_by_role("tab", name="编号与用章").click()
    admin.locator(".item", has_text="受理专用章（2）").first.get_by_role("button", name=re.compile("在后面添加印章")).first.click()
    box = admin.locator(".item.open").last
    box.locator("textarea").first.fill("鲁谷街道受理专用章（3）")
    box.get_by_text("更多选项").click()
    condition = box.get_by_role("group", name="何时使用")
    condition.get_by_role("button", name="设置条件").click()
    choose(condition, "事实", "所属街道")
    condition.get_by_label("值", exact=True).select_option("鲁谷街道")
    kept(admin)
    box.get_by_role("button", name=re.compile("^上移")).first.click()
    kept(admin)
    publish(admin, "鲁谷街道单独刻章")
    lugu = issue(server, place=Place("scjg", "lugu_hall", "lugu", ""), facts={"item.code": "food_business_new", "org.street": "lugu"})
    services = bootstrap.services_of(server.settings)
    content = services.documents.content(lugu[0].id)
    services.database.dispose()
    assert next(block for block in content["blocks"] if block["type"] == "seal")["seal"] == "鲁谷街道受理专用章（3）"


def test_anyone_verifies_a_document_on_a_phone(
    live: Any, phone: Page, serious_faults: Callable[[Page], list[str]], tmp_path: Path
) -> None:
    issued, made = issue(live)
    (tmp_path / "same.pdf").write_bytes(made)
    (tmp_path / "other.pdf").write_bytes(made + b" ")
    phone.goto(issued.path)
    expect(phone.get_by_role("heading", level=1)).to_have_text("受理通知书")
    expect(phone.locator("main")).to_contain_text(issued.number)
    expect(phone.locator("main")).to_contain_text(issued.sha256)
    assert "某某餐饮" not in phone.content()
    assert "演示受理员" not in phone.content()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 375
    assert serious_faults(phone) == []
    phone.set_input_files("#file", tmp_path / "same.pdf")
    expect(phone.locator("#outcome")).to_contain_text("一致：")
    phone.set_input_files("#file", tmp_path / "other.pdf")
    expect(phone.locator("#outcome")).to_contain_text("不一致")
    assert serious_faults(phone) == []
    phone.goto("/v/22222222222222222")
    expect(phone.get_by_role("heading", level=1)).to_have_text("没有登记这份文书")


def test_the_register_explains_every_number_and_voids_with_a_reason(
    live: Any, window: Callable[..., Page], login: Callable[..., Page], serious_faults: Callable[[Page], list[str]]
) -> None:
    hygiene = {"department": "wjw", "facts": {"item.code": "public_place_hygiene_new"}}
    extension, _ = issue(live, document="extension", **hygiene)
    receipt, _ = issue(live, document="delivery_ack")
    lead = login(window(1366, 768, base_url=live.base), "lead", to="/admin/documents/")
    expect(lead.locator("main")).not_to_contain_text("卫生健康")
    lead.get_by_role("link", name=re.compile("打开石景山区政务服务中心送字")).click()
    lead.get_by_text("作废", exact=True).first.click()
    lead.get_by_label("作废原因").first.fill("送达人写错")
    assert serious_faults(lead) == []
    lead.get_by_role("button", name="作废第 1 号").click()
    expect(lead.locator("tbody")).to_contain_text("送达人写错")
    lead.get_by_label("已用到第").fill("5")
    lead.get_by_label("原因", exact=True).fill("停电期间手工出具")
    lead.get_by_role("button", name="登记", exact=True).click()
    expect(lead.locator("tbody")).to_contain_text("停电期间手工出具")
    expect(lead.locator("tbody tr")).to_have_count(5)
    expect(lead.get_by_role("link", name="导出 Excel")).to_have_count(0)
    manager = login(window(1366, 768, base_url=live.base), "manager", to="/admin/documents/")
    manager.get_by_role("link", name=re.compile("打开石景山区政务服务中心送字")).click()
    with manager.expect_download() as sheet:
        manager.get_by_role("link", name="导出 Excel").click()
    assert sheet.value.suggested_filename.endswith("年文书登记簿.xlsx")
    lead.goto(receipt.path)
    expect(lead.locator("main")).to_contain_text("作废，不再有效")
    department = login(window(1366, 768, base_url=live.base), "dept", to="/admin/documents/")
    department.get_by_role("link", name=re.compile("延字")).click()
    expect(department.locator("tbody")).to_contain_text(extension.number)
    expect(department.get_by_text("作废", exact=True)).to_have_count(0)
    assert department.goto("/admin/documents/register?authority=scjg&word=受&year=2026").status == 403
