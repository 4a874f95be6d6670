"""The editor of mappings: what it is given, what comes of a trial, and that the browser knows every transform."""

import re
from pathlib import Path
from typing import Any

import pytest

import yichuang.web
from yichuang.bootstrap import kind_table
from yichuang.catalogue.packing import packaged
from yichuang.catalogue.views import DocumentView
from yichuang.mappings.transforms import TRANSFORMS
from yichuang.ports import DefinitionView
from yichuang.web.admin.draft_words import retitled
from yichuang.web.admin.mapping_desk import facts, steps, told_paths
from yichuang.web.admin.mapping_samples import invented
from yichuang.web.admin.mapping_trial import tried

CLIENT = Path(yichuang.web.__file__).parent / "client" / "mapping"
SCHEMA = {
    "type": "object", "required": ["legal", "sex"], "additionalProperties": False,
    "properties": {"legal": {"type": "string", "title": "法定代表人"}, "sex": {"type": "string", "enum": ["M", "F"], "title": "性别"}},
}  # fmt: skip


@pytest.fixture(scope="module")
def view() -> DefinitionView:
    return DocumentView(packaged())


def draft(*lines: Any, **more: Any) -> dict[str, Any]:
    return {
        "kind": "mapping", "code": "m", "title": "m", "target": "food_bureau", "items": ["food_business_new"], "steps": ["ACCEPT"],
        "schema": SCHEMA, "lines": list(lines), **more,
    }  # fmt: skip


LEGAL = {"to": "legal", "from": "form.legal_rep.name"}
TO_LETTERS = {"use": "code", "table": {"1": "M", "2": "F"}}
SEX = {"to": "sex", "from": "form.legal_rep.id_no", "transforms": [{"use": "id_number", "part": "sex"}, TO_LETTERS]}
SAMPLE = {"title": "样例", "step": "ACCEPT", "record": {"form": {"legal_rep": {"name": "测试甲", "id_no": "11010719900307001X"}}}}


def test_the_browser_knows_every_transform_by_name() -> None:
    known = re.findall(r"\{ use: \"(\w+)\", title: \"([^\"]+)\"", (CLIENT / "transforms.js").read_text(encoding="utf-8"))
    assert sorted(known) == sorted((use, told.title) for use, told in TRANSFORMS.items())


def test_the_browser_knows_every_option_of_a_transform() -> None:
    text = (CLIENT / "transforms.js").read_text(encoding="utf-8")
    lines = {found[1]: found[0] for found in re.findall(r"(\{ use: \"(\w+)\", title:.*?(?=\n  \{ use:|\n\];))", text, flags=re.S)}
    shared = {"ROUND": "round", "AS": "as"}
    for use, told in TRANSFORMS.items():
        keys = set(re.findall(r"key: \"(\w+)\"", lines[use])) | {key for name, key in shared.items() if re.search(rf"\b{name}\b", lines[use])}
        assert told.options - {"table"} <= keys, use


def test_the_schema_says_steps_by_title_and_what_a_target_is() -> None:
    """The editor reads them there; who writes the schema anew keeps them."""
    schema = kind_table().get("mapping").schema
    assert ("ACCEPT", "受理") in steps(schema)
    assert schema["properties"]["target"]["x-ref"] == "target"
    assert [group["title"] for group in schema["x-groups"]] == ["基本", "对应关系", "对方格式", "样例"]


def test_our_fields_are_told_by_title_with_their_options(view: DefinitionView) -> None:
    told = {one["path"]: one for one in told_paths(view, draft())}
    assert told["form.operator_name"]["group"] == "申请表"
    assert ["catering", "餐饮服务经营者"] in told["form.business_type"]["options"]
    assert told["form.managers"]["repeated"]
    assert not told["form.legal_rep.name"]["repeated"]


def test_conditions_inside_rows_may_read_the_row(view: DefinitionView) -> None:
    rows = facts(view, draft())["rows"]["form.managers"]
    assert {"row.name", "row.number"} <= {fact["path"] for fact in rows}


def test_a_trial_tells_result_verdict_and_what_is_missing_by_title(view: DefinitionView) -> None:
    told = tried(view, draft(LEGAL, samples=[SAMPLE]), 0, "ACCEPT", None)
    assert told["body"] == {"legal": "测试甲"}
    assert [one["path"] for one in told["coverage"]["required"]] == ["sex"]
    assert told["verdict"][0]["message"].startswith("“性别”")
    assert told["expected"]["state"] == "unset"


def test_a_trial_tells_faults_without_the_value(view: DefinitionView) -> None:
    broken = {**SAMPLE, "record": {"form": {"legal_rep": {"name": "测试甲", "id_no": "123"}}}}
    told = tried(view, draft(LEGAL, SEX, samples=[broken]), 0, "ACCEPT", None)
    [fault] = told["faults"]
    assert "申请表 › 法定代表人" in fault["message"]
    assert "123" not in fault["message"]


def test_what_differs_from_what_is_expected_is_said_field_by_field(view: DefinitionView) -> None:
    sample = {**SAMPLE, "result": {"legal": "别人", "extra": 1}}
    told = tried(view, draft(LEGAL, SEX, samples=[sample]), 0, "ACCEPT", None)
    assert told["expected"]["state"] == "differs"
    assert told["expected"]["differences"] == ["“法定代表人”：预期“别人”，现在“测试甲”", "“extra”：预期“1”，现在没有"]
    assert told["samples"] == ["differs"]


def test_a_sample_laid_over_another_is_tried_as_one(view: DefinitionView) -> None:
    second = {"title": "女", "like": "样例", "record": {"form": {"legal_rep": {"id_no": "110107199003070028"}}}}
    told = tried(view, draft(LEGAL, SEX, samples=[SAMPLE, second]), 1, "", None)
    assert told["body"]["legal"] == "测试甲"


def test_without_a_sample_an_invented_case_is_tried(view: DefinitionView) -> None:
    assert tried(view, draft(LEGAL, SEX), 0, "ACCEPT", None)["body"] == {"legal": "测试甲", "sex": "M"}


@pytest.mark.parametrize("broken", [{"lines": 3}, {"lines": [3]}, {"lines": [{"to": 3}]}, {"schema": 3}, {"samples": 3}, {"items": 3}, {"target": 3}])
def test_a_broken_draft_never_breaks_the_trial(view: DefinitionView, broken: dict[str, Any]) -> None:
    assert "body" in tried(view, draft(LEGAL) | broken, 0, "ACCEPT", None)


def test_an_invented_case_fills_every_field_of_every_packaged_form(view: DefinitionView) -> None:
    for code in view.codes("item"):
        record, form = invented(view, [code], "ACCEPT"), (view.find("item", code) or {}).get("form")
        asked = {field["code"] for section in (view.find("form", form) or {}).get("sections", ()) for field in section["fields"]} if form else set()
        assert set(record["form"]) <= asked
        assert all(value not in (None, "") for value in record["form"].values()), code


def test_paths_in_a_sentence_become_titles() -> None:
    ours, theirs = {"form.legal_rep.name": "申请表 › 姓名"}, {"legalPerson": "法定代表人"}
    assert retitled("legalPerson：来源由“form.legal_rep.name”改为“x”", ours, theirs) == "法定代表人（legalPerson）：来源由“申请表 › 姓名”改为“x”"
