"""What a clerk reads."""

from typing import Any

import pytest

from yichuang.rules.conditions import compile_condition
from yichuang.rules.facts import Fact, FactBook
from yichuang.rules.words import because, describe, instead, lacking

BOOK = FactBook(
    [
        Fact("form.area", "number", "面积"),
        Fact("form.day", "date", "开业日期"),
        Fact("form.chain", "boolean", "是否连锁"),
        Fact("form.scope", "texts", "经营项目", {"hot": "热食", "kitchen": "中央厨房", "group": "集体用餐配送"}),
        Fact("situation.agent", "text", "是否代理", {"self": "本人", "agent": "代理"}),
    ]
)
KITCHEN = {"fact": "form.scope", "op": "contains_any", "value": ["kitchen", "group"]}
AGENT = {"fact": "situation.agent", "op": "eq", "value": "agent"}
LARGE = {"fact": "form.area", "op": "gte", "value": 50}


@pytest.mark.parametrize(
    ("condition", "facts", "reason", "wish"),
    [
        (
            KITCHEN,
            {"form.scope": ["hot", "kitchen"]},
            "“经营项目”包含“中央厨房”",
            "“经营项目”不含“中央厨房”或“集体用餐配送”",
        ),
        (KITCHEN, {"form.scope": ["hot"]}, "“经营项目”不含“中央厨房”或“集体用餐配送”", "选“中央厨房”或“集体用餐配送”"),
        (AGENT, {"situation.agent": "self"}, "“是否代理”为“本人”", "选“代理”"),
        (AGENT, {}, "“是否代理”还没有选", "选“代理”"),
        (LARGE, {"form.area": "49.5"}, "“面积”为49.5，小于50", "“面积”不小于50"),
        (
            {"all": [AGENT, LARGE]},
            {"form.area": "60", "situation.agent": "self"},
            "“是否代理”为“本人”",
            "“是否代理”为“代理”",
        ),
        ({"any": [AGENT, LARGE]}, {"form.area": "60"}, "“面积”为60，不小于50", "“面积”小于50"),
        ({"not": AGENT}, {"situation.agent": "agent"}, "“是否代理”为“代理”", "“是否代理”不为“代理”"),
        (
            {"fact": "form.day", "op": "lt", "value": "2026-05-01"},
            {"form.day": "2026-05-06"},
            "“开业日期”为2026年5月6日，不早于2026年5月1日",
            "“开业日期”早于2026年5月1日",
        ),
        (
            {"fact": "form.chain", "op": "eq", "value": True},
            {"form.chain": False},
            "“是否连锁”为“否”",
            "“是否连锁”为“是”",
        ),
    ],
)
def test_reason_and_way_out(condition: Any, facts: dict[str, Any], reason: str, wish: str) -> None:
    trace = compile_condition(condition, BOOK).trace(facts)
    assert because(trace, BOOK) == reason
    assert instead(trace, BOOK) == wish


def test_a_condition_is_described_with_brackets_where_and_meets_or() -> None:
    assert describe({"any": [KITCHEN, {"all": [AGENT, LARGE]}]}, BOOK) == (
        "“经营项目”包含“中央厨房”或“集体用餐配送”，或（“是否代理”为“代理”，且“面积”不小于50）"
    )
    assert describe({"not": {"any": [AGENT, LARGE]}}, BOOK) == "“是否代理”不为“代理”，且“面积”小于50"


def test_a_missing_fact_among_the_reasons_leaves_it_open() -> None:
    assert lacking(compile_condition(AGENT, BOOK).trace({}))
    assert not lacking(compile_condition(AGENT, BOOK).trace({"situation.agent": "self"}))
