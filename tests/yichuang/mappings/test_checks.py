"""What the gate says of a mapping: the place, Chinese words, and the way out."""

from copy import deepcopy
from typing import Any

import pytest

from yichuang.bootstrap import kind_table
from yichuang.catalogue.gate import check
from yichuang.catalogue.views import DocumentView, Overlay
from yichuang.mappings.checks import findings
from yichuang.ports import Finding, Ref

KINDS = kind_table()
SCHEMA = {
    "type": "object", "required": ["no", "name"], "additionalProperties": False,
    "properties": {
        "no": {"type": "string", "title": "编号"}, "name": {"type": "string"}, "count": {"type": "integer"},
        "list": {"type": "array", "items": {"type": "string"}},
        "rows": {"type": "array", "items": {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"],
        "additionalProperties": False}},
        "part": {"type": "object", "properties": {"x": {"type": "string"}}, "additionalProperties": False},
        "c1": {"type": "string"}, "c2": {"type": "string"},
    },
}  # fmt: skip
NO, NAME = {"to": "no", "from": "case.number"}, {"to": "name", "from": "form.operator_name"}


@pytest.fixture
def told(packaged: DocumentView) -> Any:
    def found(*lines: dict[str, Any], **more: Any) -> list[Finding]:
        body = {
            "kind": "mapping", "code": "tried", "title": "试", "target": "city_bus", "items": ["food_business_new"], "steps": ["ACCEPT"],
            "schema": SCHEMA, "lines": [NO, NAME, *lines],
        } | more  # fmt: skip
        view = Overlay(packaged, {Ref("mapping", "tried"): body})
        return check(view, KINDS, [Ref("mapping", "tried")])

    return found


def test_a_sound_mapping_passes(told: Any) -> None:
    assert told({"to": "rows", "each": "form.managers", "lines": [{"to": "a", "from": "row.name"}]}) == []


WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"to": "c1", "from": "form.nowhere"}, "lines/2/from", "没有“form.nowhere”这一来源"),
    ({"to": "c1", "from": "elsewhere"}, "lines/2/from", "不是办件记录中的路径"),
    ({"to": "c1", "from": "row.name"}, "lines/2/from", "只能用在重复组内"),
    ({"to": "c1", "from": "materials.photo.title"}, "lines/2/from", "没有“materials.photo.title”"),
    ({"to": "rows", "each": "form.operator_name", "lines": [{"to": "a", "value": "1"}]}, "lines/2/each", "不是重复组"),
    ({"to": "rows", "each": "form.managers", "lines": [{"to": "a", "from": "row.wrong"}]}, "lines/2/lines/0/from", "没有“row.wrong”"),
    ({"to": "rows", "each": "form.managers"}, "lines/2/lines", "没有映射行"),
    ({"to": "rows", "each": "form.managers", "lines": []}, "lines/2/lines", "没有映射行"),
    ({"to": "no", "value": "1"}, "lines/2/to", "与前面的行重复"),
    ({"to": "no.inner", "value": "1"}, "lines/2/to", "没有“no.inner”"),
    ({"to": "wrong", "value": "1"}, "lines/2/to", "JSON Schema 中没有“wrong”"),
    ({"to": "c1..x", "value": "1"}, "lines/2/to", "写法不对"),
    ({"to": "c{n}", "value": "1"}, "lines/2/to", "最后一级写 {n}"),
    ({"to": "c1"}, "lines/2", "只有一种取值"),
    ({"to": "c1", "from": "case.number", "value": "1"}, "lines/2", "只有一种取值"),
    ({"from": "case.number"}, "lines/2/to", "没有写目标"),
    ({"to": "c1", "from": ["case.number", "step.code"]}, "lines/2/from", "没有先合成一个"),
    ({"to": "c1", "from": "form.managers", "transforms": [{"use": "upper"}]}, "lines/2/transforms/0", "“转大写”不能用在这里"),
    ({"to": "c1", "from": "form.business_items", "transforms": [{"use": "join"}, {"use": "join"}, {"use": "boolean"}]},
    "lines/2/transforms/2", "只接受是／否"),
    ({"to": "c1", "from": "case.due_on", "transforms": [{"use": "date"}]}, "lines/2/transforms/0/to", "缺少设置 to"),
    ({"to": "c1", "from": "case.due_on", "transforms": [{"use": "date", "to": "YYYY"}]}, "lines/2/transforms/0", "日期格式不认识"),
    ({"to": "c1", "from": "case.due_on", "transforms": [{"use": "upper", "start": 1}]}, "lines/2/transforms/0/start", "没有设置 start"),
    ({"to": "c1", "from": "case.due_on", "transforms": [{"use": "code", "table": "sex"}]}, "lines/2/transforms/0/table", "对照写法不对"),
    ({"to": "c1", "from": "case.due_on", "transforms": [{"use": "code", "from_table": "nowhere"}]}, "lines/2/transforms/0/from_table", "nowhere"),
    ({"to": "c1", "from": "case.number", "when": {"fact": "form.nowhere", "op": "exists"}}, "lines/2/when/fact", "form.nowhere"),
    ({"to": "c1", "choose": [{"otherwise": True, "value": "1"}, {"value": "2", "otherwise": True}]}, "lines/2/choose/0", "永远轮不到"),
    ({"to": "c1", "choose": [{"when": {"fact": "case.outcome", "op": "exists"}}]}, "lines/2/choose/0", "选一种"),
    ({"to": "c1", "choose": [{"value": "1"}]}, "lines/2/choose/0", "须写条件"),
    ({"to": "count", "from": "case.number"}, "lines/2", "得到文字，对方的“count”要整数"),
    ({"to": "list", "value": "x"}, "lines/2", "要列表"),
    ({"to": "c1", "value": "1", "steps": ["RESULT"]}, "lines", "不用于这一环节"),
    ({"each": "form.managers", "columns": {"most": 3}, "lines": [{"to": "c{n}", "from": "row.name"}, {"to": "c2", "from": "row.name"}]},
    "lines/2/lines/1/to", "{n}"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "place", "words"), WRONG, ids=[f"{n}-{place.replace('/', '-')}" for n, (_, place, _) in enumerate(WRONG)])
def test_a_wrong_line_is_found_at_its_place_with_a_remedy(told: Any, line: dict[str, Any], place: str, words: str) -> None:
    found = [finding for finding in told(line) if finding.place == place]
    assert any(words in finding.message for finding in found), told(line)
    assert all(finding.remedy for finding in found)


def test_two_lines_for_one_target_may_be_in_different_steps(told: Any) -> None:
    lines = [{"to": "c1", "value": step, "steps": [step]} for step in ("ACCEPT", "RESULT")]
    assert told(*lines, steps=["ACCEPT", "RESULT"]) == []


def test_mandatory_fields_without_a_line_are_named_with_the_steps(told: Any) -> None:
    found = told(lines=[{"to": "name", "value": "1"}, NO | {"steps": ["RESULT"]}], steps=["ACCEPT", "RESULT"])
    assert [finding.message for finding in found] == ["对方必填的“no 编号”没有映射（环节 ACCEPT）"]


def test_a_mandatory_field_of_rows_that_are_mapped_is_needed_too(told: Any) -> None:
    found = told({"to": "rows", "each": "form.managers", "lines": [{"to": "b", "from": "row.name"}]})
    assert any("rows[].a" in finding.message for finding in found)


def test_a_mapping_for_all_items_cannot_read_a_form(told: Any) -> None:
    assert any("没有列出事项" in finding.message for finding in told(items=[]))


def test_a_schema_that_is_none_is_refused(told: Any) -> None:
    assert any("JSON Schema 无效" in finding.message for finding in told(schema={"type": "objekt"}))
    assert any("没有一个字段" in finding.message for finding in told(schema={"type": "object"}))


def test_two_mappings_for_the_same_are_refused(packaged: DocumentView) -> None:
    body = deepcopy(dict(packaged.find("mapping", "food_bureau_case") or {})) | {"code": "again", "steps": ["ACCEPT"], "samples": []}
    found = [finding for finding in findings(body, packaged) if finding.place == "steps"]
    assert ["已有映射“食品经营许可 → 市场监管审批系统”" in finding.message for finding in found] == [True]


def test_star_stands_alone(told: Any) -> None:
    assert any("不能与其他环节并列" in finding.message for finding in told(steps=["*", "ACCEPT"]))


def test_samples_are_run(told: Any) -> None:
    record = {"case": {"number": "1"}, "form": {"operator_name": "甲"}}
    good = {"title": "一", "record": record, "result": {"no": "1", "name": "甲"}}
    assert told(samples=[good, {"title": "二", "like": "一", "record": {"case": {"number": "2"}}, "result": {"no": "2", "name": "甲"}}]) == []
    assert "结果不符：no" in told(samples=[good | {"result": {"no": "2"}}])[0].message
    assert "却没有报" in told(samples=[good | {"faults": [{"to": "no", "kind": "date"}]}])[0].message
    assert "类型不对" in told({"to": "c1", "from": "case.committed",
    "transforms": [{"use": "default", "value": "1"}, {"use": "code", "table": {"false": 0}}]},
                              samples=[good])[0].message  # fmt: skip
    assert any("参照的样例不在它前面" in finding.message for finding in told(samples=[good | {"like": "零"}]))


def test_the_packaged_mappings_pass(packaged: DocumentView) -> None:
    for code in packaged.codes("mapping"):
        assert findings(packaged.find("mapping", code) or {}, packaged) == []
