"""二次录入 in the admin: which items go where, forms and mappings drafted from another system's schema, who may change what."""

import json
import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from tests.journeys.test_mapping_requests import open_mapping, pick
from tests.journeys.test_pictures import keep

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("server", ["sqlite"], indirect=True)]
Login = Callable[..., Page]
Open = Callable[..., Page]
Faults = Callable[[Page], list[str]]
SCHEMA = {
    "openapi": "3.0.3", "info": {"title": "备案系统", "version": "1"},
    "paths": {"/filings": {"post": {
        "summary": "提交备案", "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/F"}}}},
    }}},
    "components": {"schemas": {
        "F": {
            "type": "object", "required": ["apply_no", "clinicName", "beds"],
            "properties": {
                "apply_no": {"type": "string", "title": "办件编号"}, "clinicName": {"type": "string", "title": "诊所名称", "maxLength": 60},
                "beds": {"type": "integer", "title": "床位数"}, "openDate": {"type": "string", "format": "date", "title": "开业日期"},
                "kind": {"type": "string", "enum": ["中医", "西医"], "title": "诊疗方式"},
                "doctors": {"type": "array", "title": "医师", "items": {"$ref": "#/components/schemas/Doctor"}},
            },
        },
        "Doctor": {
            "type": "object", "required": ["name"],
            "properties": {"name": {"type": "string", "title": "姓名"}, "mobile": {"type": "string", "title": "手机号"}},
        },
    }},
}  # fmt: skip


@pytest.fixture
def admin(server: Any, window: Open, login: Login) -> Page:
    return login(window(1366, 768, base_url=server.base), "items", to="/admin/")


def test_which_items_go_where_and_as_a_table(admin: Page, serious_faults: Faults, album: Path) -> None:
    admin.goto("/admin/double-entry/")
    row = admin.locator("tbody tr", has_text="食品经营许可（新办）").filter(has_text="市场监管审批系统")
    expect(row).to_contain_text("已对应")
    expect(row).to_contain_text("受理、补正告知、补正受理、特别程序、审批结果")
    expect(row).to_contain_text("本事项专用")
    expect(row.locator("td").nth(5)).to_have_text(re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d"))
    assert serious_faults(admin) == []
    keep(admin, album, "double-entry")
    admin.get_by_label("对方系统").select_option("市场监管审批系统（演示）")
    admin.get_by_role("button", name="查找").click()
    expect(admin.locator("tbody tr")).to_have_count(1)
    with admin.expect_download() as downloaded:
        admin.get_by_role("link", name="导出 Excel").click()
    sheet = load_workbook(BytesIO(Path(downloaded.value.path()).read_bytes())).active
    assert [cell.value for cell in sheet[1]][:3] == ["事项", "部门", "对方系统"]
    assert sheet["A2"].value == "食品经营许可（新办）"
    assert sheet.max_row == 2


def test_a_form_and_a_mapping_are_drafted_looked_at_and_adopted(admin: Page, serious_faults: Faults, album: Path) -> None:
    admin.goto("/admin/double-entry/drafting")
    text = admin.get_by_label("或粘贴 JSON Schema、OpenAPI 的内容")
    text.fill('{"type": "object", "properties": ')
    admin.get_by_role("button", name="读取").click()
    expect(admin.locator("#read-said")).to_contain_text("行")
    text.fill('{"type": "object"}')
    admin.get_by_role("button", name="读取").click()
    expect(admin.locator("#read-said")).to_contain_text("没有找到字段")
    text.fill(json.dumps(SCHEMA, ensure_ascii=False))
    admin.get_by_role("button", name="读取").click()
    expect(admin.locator("#read-said")).to_have_text("读到 3 种格式")
    expect(admin.locator("#schema option").first).to_have_text("提交备案（POST /filings）（7 个字段）")
    pick(admin, "事项", "诊所备案")
    pick(admin, "交换对象", "市总线")
    admin.get_by_role("button", name="起草", exact=True).click()
    form = admin.frame_locator("iframe[title=新表单预览]")
    expect(form.locator("body")).to_contain_text("床位数")
    expect(admin.locator(".proposal-lines")).to_contain_text("办件 › 办件编号")
    expect(admin.locator("#proposed")).to_contain_text("对方的必填字段都有来源")
    assert serious_faults(admin) == []
    keep(admin, album, "form-drafting")
    admin.get_by_label("对应关系名称").fill("诊所备案 → 备案系统")
    admin.get_by_role("button", name="采用表单和对应关系").click()
    admin.wait_for_url("**/edit/mapping/**")
    expect(admin.locator("#title")).to_have_text("诊所备案 → 备案系统")
    expect(admin.locator('.their[data-field="clinicName"] .line-source')).to_have_text("诊所名称")
    admin.get_by_role("link", name="检查与发布").click()
    expect(admin.locator(".change-entries")).to_contain_text("诊所备案申请表")
    expect(admin.locator(".change-entries")).to_contain_text("诊所备案 → 备案系统")


def test_with_the_form_that_is_there_and_without_any_schema(admin: Page) -> None:
    admin.goto("/admin/double-entry/drafting?way=match&item=clinic_filing&target=city_bus")
    admin.get_by_label("或粘贴 JSON Schema、OpenAPI 的内容").fill(json.dumps(SCHEMA, ensure_ascii=False))
    admin.get_by_role("button", name="起草", exact=True).click()
    expect(admin.locator(".proposal-lines")).to_contain_text("申请表 › 诊所名称")
    expect(admin.locator("#proposed")).to_contain_text("还没有找到来源的必填字段：床位数")
    expect(admin.locator("iframe")).to_have_count(0)
    admin.get_by_label("对方没有格式，由事项的表单起草对应关系").check()
    admin.get_by_role("button", name="起草", exact=True).click()
    expect(admin.locator(".proposal-lines")).to_contain_text("卫生技术人员")
    admin.get_by_role("button", name="采用对应关系").click()
    admin.wait_for_url("**/edit/mapping/**")
    expect(admin.locator(".verdict")).to_contain_text("符合对方格式")


def test_the_editor_of_mappings_is_accessible_and_everything_can_be_undone(admin: Page, serious_faults: Faults, album: Path) -> None:
    open_mapping(admin)
    keep(admin, album, "mapping-editor")
    for tab in ("基本", "对应关系", "对方格式", "样例"):
        admin.locator("#groups").get_by_role("tab", name=re.compile(f"^{tab}")).click()
        assert serious_faults(admin) == [], tab
    for pane in ("缺口", "变化", "建议"):
        admin.get_by_role("tab", name=re.compile(f"^{pane}")).click()
        assert serious_faults(admin) == [], pane
    keep(admin, album, "mapping-samples")
    admin.locator("#groups").get_by_role("tab", name="对应关系").click()
    for path in ("sex", "cold_food", "employees", "apply_date"):
        admin.locator(f'.their[data-field="{path}"] .line-open').first.click()
    assert serious_faults(admin) == []
    row = admin.locator('.their[data-field="contact"]')
    row.locator(".line-open").click()
    row.get_by_role("button", name="去掉这条对应").click()
    expect(admin.locator(".column-head .bad-words, .column-head [role=status]")).to_contain_text("已对应")
    expect(row.get_by_role("combobox", name="联系人 取自")).to_be_visible()
    admin.keyboard.press("Control+z")
    expect(row.locator(".line-source")).to_have_text("联系人")


def test_ours_is_dragged_onto_theirs(admin: Page) -> None:
    open_mapping(admin)
    row = admin.locator('.their[data-field="contact"]')
    admin.locator('.our[data-path="form.operator_name"]').drag_to(row)
    expect(row.locator(".line-source")).to_have_text("经营者名称")
    expect(row.locator(".their-value")).to_have_text("石景山区某某餐饮店")
    admin.locator('.our[data-path="form.contact_name"]').click()
    row.get_by_role("button", name="换成它").click()
    expect(row.locator(".line-source")).to_have_text("联系人")


def test_a_department_edits_the_mappings_of_its_own_target_only(server: Any, window: Open, login: Login) -> None:
    page = login(window(1366, 768, base_url=server.base), "dept", to="/admin/")
    page.goto("/admin/definitions/mapping/")
    own = page.locator("tr", has_text="health_front_case")
    expect(own.get_by_role("button", name=re.compile("^编辑"))).to_be_visible()
    for other in ("food_bureau_case", "city_bus_case"):
        expect(page.locator("tr", has_text=other)).to_contain_text("只读")
    page.goto("/admin/double-entry/")
    expect(page.locator("tbody tr", has_text="前置库").get_by_role("button", name=re.compile("^编辑"))).to_be_visible()
    expect(page.locator("tbody tr", has_text="市场监管审批系统")).to_contain_text("只读")
    page.goto("/admin/definitions/mapping/")
    own.get_by_role("button", name=re.compile("^编辑")).click()
    expect(page.locator(".verdict")).to_contain_text("符合对方格式")
    number = re.search(r"/changes/(\d+)/", page.url)
    assert number is not None
    answer = page.request.get(f"/admin/changes/{number[1]}/mapping/food_bureau_case/desk")
    assert answer.status == 403
    assert "只能编辑本部门的定义" in answer.text()
