"""What is filled in for an action: canonical values, and all faults at once, by field."""

from typing import Any

import pytest

from yichuang.catalogue.views import DocumentView
from yichuang.errors import InputRefused
from yichuang.flows import CompiledFlow, checked, compile_flow
from yichuang.flows.inputs import figure

POINT = {"target": "material", "code": "id", "title": "身份证", "problem": "已过有效期", "standard": "有效期内的原件"}


@pytest.fixture(scope="module")
def flow(packaged: DocumentView) -> CompiledFlow:
    return compile_flow(packaged, "standard")


def refused(flow: CompiledFlow, action: str, raw: Any) -> dict[str, str]:
    with pytest.raises(InputRefused) as error:
        checked(flow.action(action), raw)
    return {problem["field"]: problem["message"] for problem in error.value.problems}


def test_values_come_back_canonical_and_nothing_else(flow: CompiledFlow) -> None:
    values = checked(flow.action("extend"), {"reason": " 案情复杂 ", "days": "10", "approver": "某局长", "secret": "x"})
    assert values == {"reason": "案情复杂", "days": 10, "approver": "某局长"}


def test_all_faults_are_told_at_once(flow: CompiledFlow) -> None:
    assert refused(flow, "extend", {"days": 31}) == {
        "reason": "延期理由：请填写", "days": "延长时间：不能多于 30 天", "approver": "批准人：请填写",
    }  # fmt: skip


@pytest.mark.parametrize("raw", [None, [], "x", 3])
def test_what_is_no_object_is_an_empty_one(flow: CompiledFlow, raw: Any) -> None:
    assert set(refused(flow, "deny", raw)) == {"reason", "basis"}


@pytest.mark.parametrize(
    ("action", "field", "value", "words"),
    [
        ("extend", "days", "五", "整数"), ("extend", "days", True, "整数"), ("extend", "days", 0, "不能少于 1 天"),
        ("extend", "days", "１０", "整数"),
        ("extend", "reason", "字" * 501, "最多 500 字，现在有 501 字"), ("extend", "reason", "a\x00b", "控制字符"),
        ("deliver", "method", "pigeon", "列出的选项"), ("deliver", "on", "2026-02-30", "日期"), ("deliver", "on", "20260302", "日期"),
        ("deny", "basis", "两\n行", "一行"), ("deny", "basis", 7, "文字"), ("inspect", "people", "张三", "至少要有 2 人"),
        ("inspect", "people", ["张三", "张三"], "不能重复"), ("inspect", "people", [1, 2], "姓名"), ("correct", "points", "x", "逐项"),
        ("correct", "points", [], "至少填写一项"), ("correct", "days", 91, "不能多于 90"),
    ],
)  # fmt: skip
def test_each_type_says_what_is_wrong(flow: CompiledFlow, action: str, field: str, value: Any, words: str) -> None:
    assert words in refused(flow, action, {field: value})[field]


def test_two_people_inspect(flow: CompiledFlow) -> None:
    raw = {"people": "张三、李四", "on": "2026-03-02", "place": "演示路 1 号", "result": "passed", "findings": "与申报一致"}
    values = checked(flow.action("inspect"), raw)
    assert values["people"] == ["张三", "李四"]
    assert figure(flow.action("inspect"), values) == "符合"


@pytest.mark.parametrize(
    ("change", "place"),
    [({"problem": " "}, "0/problem"), ({"standard": ""}, "0/standard"), ({"code": ""}, "0/code"), ({"target": "sky"}, "0")],
)
def test_a_point_names_problem_and_standard(flow: CompiledFlow, change: dict[str, Any], place: str) -> None:
    assert f"points/{place}" in refused(flow, "correct", {"points": [POINT | change], "days": 5})


def test_a_whole_point_passes(flow: CompiledFlow) -> None:
    assert checked(flow.action("correct"), {"points": [POINT], "days": 5}) == {"points": [POINT], "days": 5}
