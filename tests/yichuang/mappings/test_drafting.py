"""First drafts from a JSON Schema, from OpenAPI, from a form; suggestions; what changed, in words."""

import time
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yichuang.bootstrap import kind_table
from yichuang.catalogue.gate import check
from yichuang.catalogue.views import DocumentView, Overlay
from yichuang.mappings import (
    compile_body,
    differences,
    draft_from_form,
    draft_from_schema,
    filled,
    line_words,
    request_schemas,
    suggest,
)
from yichuang.mappings.targets import target_fields
from yichuang.ports import Ref

KINDS = kind_table()
SHOP = {"type": "object", "title": "店铺", "properties": {"mobile": {"type": "string", "title": "手机号"},
"opened": {"type": "string", "format": "date"},
        "parent": {"$ref": "#/components/schemas/Shop"}}}  # fmt: skip
CASE = {
    "type": "object", "required": ["projectNo", "applyerName", "employees"],
    "properties": {
        "projectNo": {"type": "string"}, "applyerName": {"type": "string", "title": "申请人"}, "applyer_page_code": {"type": "string"},
        "applyDate": {"type": "string", "format": "date-time"}, "area": {"type": "number", "minimum": 1, "title": "面积"}, "ver": {"const": "1.0"},
        "kind": {"type": "string", "enum": ["A", "B"], "title": "类型"}, "经营范围": {"type": "string", "maxLength": 500},
        "shop": {"$ref": "#/components/schemas/Shop"},
        "tags": {"type": "array", "items": {"type": "string", "enum": ["x", "y"]}}, "scan": {"type": "string", "contentEncoding": "base64"},
        "open": {"type": "boolean"},
        "employees": {"type": "array", "title": "从业人员", "items": {"type": "object", "required": ["name"], "properties": {
            "name": {"type": "string", "title": "姓名"}, "idCard": {"type": "string", "title": "身份证号"}, "age": {"type": "integer"}}}},
    },
}  # fmt: skip
OPENAPI = {
    "openapi": "3.1.0", "components": {"schemas": {"Case": CASE, "Shop": SHOP}},
    "paths": {
        "/cases": {"post": {"requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Case"}}}}}, "get": {}},
        "/shops": {"put": {"requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Shop"}}}}}},
    },
}  # fmt: skip


def laid(packaged: DocumentView, form: dict[str, Any], mapping: dict[str, Any]) -> Overlay:
    item = {**(packaged.find("item", "food_business_new") or {}), "code": "shop_item", "form": form["code"]}
    return Overlay(packaged, {Ref("form", form["code"]): form, Ref("mapping", mapping["code"]): mapping, Ref("item", "shop_item"): item})


def test_an_openapi_description_offers_its_requests() -> None:
    assert list(request_schemas(OPENAPI)) == ["POST /cases", "PUT /shops"]
    assert request_schemas(CASE) == {"": CASE}
    assert request_schemas({"paths": {"/x": None}}) == {}


def test_a_form_and_a_mapping_are_drafted_that_pass_the_gate_together(packaged: DocumentView) -> None:
    form, mapping = draft_from_schema(OPENAPI, "shop_form", "店铺登记", "city_bus", "shop_item", "POST /cases")
    view = laid(packaged, form, mapping)
    assert check(view, KINDS, [Ref("form", "shop_form"), Ref("mapping", mapping["code"])]) == []
    fields = {field["code"]: field for section in form["sections"] for field in section["fields"]}
    assert {code: field["type"] for code, field in fields.items()}.items() >= {
        "applyer_name": "text", "area": "number", "kind": "choice", "employees": "group", "tags": "choices", "scan": "attachment", "open": "boolean",
        "opened": "date",
    }.items()  # fmt: skip
    assert fields["employees"]["fields"][1]["type"] == "id_number"
    assert form["parties"] == {"applicant": [{"name": "applyer_name", "id_no": "applyer_page_code"}]}
    lines = {line["to"]: line for line in mapping["lines"]}
    assert lines["projectNo"]["from"] == "case.number" and lines["ver"]["value"] == "1.0"


def test_what_was_drafted_maps_answers_to_what_the_target_takes(packaged: DocumentView) -> None:
    form, mapping = draft_from_schema(OPENAPI, "shop_form", "店铺登记", "city_bus", "shop_item")
    compiled = compile_body(laid(packaged, form, mapping), mapping)
    answers = {"applyer_name": "甲", "area": "12.5", "kind": "A", "employees": [{"name": "乙", "age": "30"}], "tags": ["x"], "open": True,
    "opened": "2026-01-01"}
    record = filled({"case": {"number": "1", "applied_at": "2026-01-01T09:00:00+08:00"}, "form": answers})
    mapped = compiled.run(record, "ACCEPT")
    assert mapped.faults == () and mapped.body["employees"] == [{"name": "乙", "idCard": "", "age": 30}]
    assert mapped.body["area"] == 12.5 and mapped.body["applyDate"] == "2026-01-01T09:00:00+08:00"
    assert [fault.message for fault in compiled.verdict(mapped.body | {"shop": {}}, "ACCEPT")] == []


@pytest.mark.parametrize("document", [{}, {"type": "object"}, {"properties": {"a": 1}}, {"paths": {}},
{"properties": {"case_no": {"type": "string"}}}])
def test_a_poor_description_gives_a_draft_too(packaged: DocumentView, document: Any) -> None:
    form, mapping = draft_from_schema(document, "poor", "空", "city_bus", "food_business_new")
    assert check(Overlay(packaged, {Ref("form", "poor"): form}), KINDS, [Ref("form", "poor")]) == []
    assert mapping["target"] == "city_bus"


NODES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4) | st.fixed_dictionaries({"$ref": st.sampled_from(["#", "#/properties/a",
    "#/x"])}),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["type", "properties", "items", "required", "allOf", "enum", "format", "title", "a", "b", "$ref", "maxLength",
        "paths", "const"]), inner,
        max_size=5,
    ),
    max_leaves=25,
)  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(document=st.dictionaries(st.sampled_from(["type", "properties", "items", "required", "allOf", "paths", "$ref"]), NODES))
def test_any_document_gives_a_draft(packaged: DocumentView, document: Any) -> None:
    form, mapping = draft_from_schema(document, "any", "任意", "city_bus", "food_business_new")
    suggest(packaged, mapping)
    assert form["sections"] and isinstance(mapping["lines"], list)


def test_a_schema_that_refers_to_itself_in_many_ways_is_bounded() -> None:
    names = [f"p{n}" for n in range(12)]
    document = {"type": "object", "properties": {name: {"$ref": "#/$defs/a"} for name in names}, "$defs": {}}
    for here, below in zip("abcdefgh", "bcdefgha", strict=True):
        document["$defs"][here] = {"type": "object", "properties": {name: {"$ref": f"#/$defs/{below}"} for name in names}}
    begun = time.process_time()
    draft_from_schema(document, "wide", "宽", "city_bus")
    assert len(target_fields(document)) <= 3000
    assert time.process_time() - begun < 5


def test_every_packaged_form_drafts_a_mapping_that_passes_the_gate(packaged: DocumentView) -> None:
    for form in packaged.codes("form"):
        draft = draft_from_form(packaged, form, "food_bureau")
        view = Overlay(packaged, {Ref("mapping", draft["code"]): draft | {"steps": ["ARCHIVE"]}})
        assert check(view, KINDS, [Ref("mapping", draft["code"])]) == [], form


def test_lines_are_suggested_by_name_national_name_and_title(packaged: DocumentView) -> None:
    body = deepcopy(dict(packaged.find("mapping", "food_bureau_case") or {}))
    found = {to: (path, why) for to, path, why in suggest(packaged, body | {"lines": body["lines"][:1]})}
    assert found["step"] == ("step.code", "通用字段名：step")
    assert found["enterprise.credit_code"][0] == "form.credit_code"
    assert found["enterprise.name"] == ("form.operator_name", "标题相同：经营者名称")
    assert found["email"][0] == "form.email"
    assert suggest(packaged, body) == [] or all(to not in {line.get("to") for line in body["lines"]} for to, _, _ in suggest(packaged, body))


def test_differences_are_said_in_words(packaged: DocumentView) -> None:
    old = deepcopy(dict(packaged.find("mapping", "food_bureau_case") or {}))
    new = deepcopy(old)
    lines = {line.get("to"): line for line in new["lines"]}
    lines["sex"]["transforms"].append({"use": "code", "table": {"1": "M", "2": "F"}})
    lines["contact"]["from"] = "contact.name"
    lines["employees"]["lines"][1]["when"] = {"fact": "row.number", "op": "eq", "value": 1}
    new["lines"].remove(lines["email"])
    new["steps"] = new["steps"][:-1]
    new["schema"]["properties"]["legal_rep"] = {"type": "object", "properties": {"name": {"type": "string"}}}
    assert differences(old, new) == [
        "环节：由“APPLY、PRE_REVIEW、ACCEPT、CORRECT_NOTICE、CORRECT_ACCEPT、SPECIAL、RESULT”改为“APPLY、PRE_REVIEW、ACCEPT、CORRECT_NOTICE、CORRECT_ACCEPT、SPECIAL”",
        "对方字段：新增 legal_rep", "对方字段：新增 legal_rep.name",
        "sex：转换由“身份证号（取 性别）”改为“身份证号（取 性别），代码对照（1→M、2→F）”",
        "contact：来源由“form.contact_name”改为“contact.name”",
        "employees › name：条件增加",
        "删去一行：email ← form.email：空时不写",
    ]  # fmt: skip
    assert differences(old, old) == []


def test_a_line_is_said_in_words() -> None:
    line = {"to": "due", "from": "case.due_on", "transforms": [{"use": "date", "to": "slash"}, {"use": "omit_empty"}]}
    assert line_words(line) == "due ← case.due_on：日期时间格式（成 2026/5/6 的写法），空时不写"
    assert line_words({"to": "n{n}", "each": "form.a", "columns": {"most": 5}}) == "n{n} ← 重复组 form.a，平铺成 5 列"
