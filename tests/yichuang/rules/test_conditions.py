"""Typed, no coercion, missing is a value of its own, total."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yichuang.rules.conditions import compile_condition, problems
from yichuang.rules.facts import Fact, FactBook
from yichuang.rules.words import because, describe, instead

BOOK = FactBook(
    [
        Fact("form.area", "number", "面积"),
        Fact("form.name", "text", "名称"),
        Fact("form.chain", "boolean", "是否连锁"),
        Fact("form.from", "date", "开始日期"),
        Fact("form.to", "date", "结束日期"),
        Fact("form.scope", "texts", "经营项目", {"hot": "热食", "kitchen": "中央厨房", "cold": "冷食"}),
        Fact("situation.agent", "text", "是否代理", {"self": "本人", "agent": "代理"}),
        Fact("form.rows", "rows", "股东"),
        Fact("form.rows[].amount", "number", "出资额"),
    ]
)
KITCHEN = {"fact": "form.scope", "op": "contains", "value": "kitchen"}
AGENT = {"fact": "situation.agent", "op": "eq", "value": "agent"}


def holds(condition: Any, **facts: Any) -> bool:
    given_facts = {("situation.agent" if key == "agent" else f"form.{key}"): value for key, value in facts.items()}
    compiled = compile_condition(condition, BOOK)
    assert compiled.trace(given_facts).holds is compiled.holds(given_facts)
    return compiled.holds(given_facts)


def test_decimals_compare_exactly() -> None:
    assert holds({"fact": "form.area", "op": "eq", "value": 0.1}, area="0.10")
    assert holds({"fact": "form.area", "op": "lt", "value": 50}, area="49.999999999999")
    assert holds({"fact": "form.area", "op": "in", "value": [1, 2.5]}, area="2.500")


@pytest.mark.parametrize("op", ["eq", "ne", "lt", "lte", "gt", "gte", "in", "not_in"])
@pytest.mark.parametrize("raw", [None, "", [], "五十", True, 1.5, {"x": 1}, "9" * 31])
def test_every_comparison_with_a_missing_fact_is_false(op: str, raw: Any) -> None:
    assert not holds({"fact": "form.area", "op": op, "value": [50] if op in ("in", "not_in") else 50}, area=raw)
    assert holds({"fact": "form.area", "op": "missing"}, area=raw)


def test_text_is_never_taken_for_a_number() -> None:
    assert not holds({"fact": "form.name", "op": "eq", "value": 5}, name="5")
    assert not holds({"fact": "form.name", "op": "ne", "value": 5}, name="5")


def test_text_is_ordered_by_code_point() -> None:
    assert holds({"fact": "form.name", "op": "gt", "value": "\uffff"}, name="👍")


def test_a_fact_compares_with_another() -> None:
    later = {"fact": "form.to", "op": "gt", "other": "form.from"}
    assert holds(later, **{"from": "2026-01-01", "to": "2026-01-02"})
    assert not holds(later, to="2026-01-02")


def test_groups_combine() -> None:
    assert holds({"any": [KITCHEN, AGENT]}, agent="agent")
    assert not holds({"all": [KITCHEN, AGENT]}, agent="agent")
    assert holds({"not": {"all": [KITCHEN, AGENT]}})
    assert holds({"fact": "form.scope", "op": "contains_any", "value": ["cold", "hot"]}, scope=["hot"])


def test_a_trace_has_the_shape_of_its_condition() -> None:
    trace = compile_condition({"all": [KITCHEN, {"not": AGENT}]}, BOOK).trace({"form.scope": ["hot"]})
    assert trace.as_dict() == {
        "kind": "all",
        "holds": False,
        "parts": [
            {
                "kind": "compare",
                "holds": False,
                "fact": "form.scope",
                "op": "contains",
                "found": ["hot"],
                "wanted": "kitchen",
            },
            {
                "kind": "not",
                "holds": True,
                "parts": [
                    {
                        "kind": "compare",
                        "holds": False,
                        "fact": "situation.agent",
                        "op": "eq",
                        "found": None,
                        "wanted": "agent",
                    }
                ],
            },
        ],
    }


@pytest.mark.parametrize(
    ("condition", "place", "said"),
    [
        ({"fact": "form.gone", "op": "exists"}, "x/fact", "没有“form.gone”这一事实"),
        ({"fact": "row.amount", "op": "exists"}, "x/fact", "只能在重复组内使用"),
        ({"fact": "form.rows[].amount", "op": "gt", "value": 1}, "x/fact", "整列"),
        ({"fact": "form.area", "op": "eq", "value": "5"}, "x/value", "要与数字比较，这里写的是文字“5”"),
        ({"fact": "form.area", "op": "contains", "value": 5}, "x/op", "不能用“包含”"),
        ({"fact": "form.scope", "op": "contains", "value": "soup"}, "x/value", "没有“soup”这个选项"),
        ({"fact": "form.name", "op": "matches", "value": "(?=a)"}, "x/value", "不支持 (?…)"),
        ({"fact": "form.area", "op": "gt", "other": "form.name"}, "x/other", "不能相比"),
        ({"all": []}, "x/all", "没有条件"),
        ({"all": [{"not": {"fact": "form.area", "op": "in", "value": 5}}]}, "x/all/0/not/value", "至少一个值"),
        ("area > 5", "x", "一项比较"),
    ],
)
def test_a_fault_is_said_in_chinese_with_its_place_and_remedy(condition: Any, place: str, said: str) -> None:
    found = problems(condition, BOOK, "x")
    assert [p.place for p in found] == [place]
    assert said in found[0].message
    assert found[0].remedy


def test_too_deep_and_too_large_is_refused() -> None:
    deep: Any = AGENT
    for _ in range(13):
        deep = {"not": deep}
    assert "超过 12 层" in problems(deep, BOOK, "x")[0].message
    large = {"all": [{"any": [AGENT] * 60}] * 10}
    assert "超过 500 项" in problems(large, BOOK, "x")[0].message


def test_a_sound_condition_has_no_problems() -> None:
    assert problems({"any": [KITCHEN, {"fact": "form.area", "op": "gte", "value": 50}]}, BOOK, "x") == []


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["form.area", "eq", "form.scope", "in"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["all", "any", "not", "fact", "op", "value", "other"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(ANYTHING, st.dictionaries(st.sampled_from([f.path for f in BOOK]), ANYTHING, max_size=5))
def test_no_condition_and_no_fact_can_make_it_raise(condition: Any, facts: Any) -> None:
    problems(condition, BOOK, "x")
    compiled = compile_condition(condition, BOOK)
    assert compiled.trace(facts).holds is compiled.holds(facts)
    because(compiled.trace(facts), BOOK)
    instead(compiled.trace(facts), BOOK)
    describe(compiled.wire, BOOK)
