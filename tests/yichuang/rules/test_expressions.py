"""Calculations: exact, typed, and missing where something is missing."""

from datetime import date
from typing import Any

import pytest

from yichuang.errors import CalendarMissing
from yichuang.rules.expressions import compile_expression, expression_problems
from yichuang.rules.facts import Fact, FactBook

BOOK = FactBook(
    [
        Fact("form.a", "number", "甲"),
        Fact("form.b", "number", "乙"),
        Fact("form.day", "date", "日期"),
        Fact("form.name", "text", "名称"),
        Fact("form.tags", "texts", "标签"),
        Fact("form.rows", "rows", "行"),
        Fact("form.rows[].x", "number", "数"),
        Fact("date.today", "date", "今天"),
        Fact("form.flag", "boolean", "是否"),
    ]
)
A, B, DAY = {"fact": "form.a"}, {"fact": "form.b"}, {"fact": "form.day"}
COLUMN = {"fact": "form.rows[].x"}


class Weekdays:
    def is_working(self, day: date) -> bool:
        if day.year > 2026:
            raise CalendarMissing
        return day.weekday() < 5

    def add(self, start: date, days: int) -> date:
        while days:
            start = date.fromordinal(start.toordinal() + 1)
            days -= self.is_working(start)
        return start


def value(expression: Any, **facts: Any) -> Any:
    given = {
        ("date.today" if k == "today" else "form.rows[].x" if k == "column" else f"form.{k}"): v
        for k, v in facts.items()
    }
    return compile_expression(expression, BOOK, Weekdays()).value(given)


def call(fn: str, *args: Any, **more: Any) -> dict[str, Any]:
    return {"fn": fn, "args": list(args), **more}


@pytest.mark.parametrize(
    ("expression", "facts", "result"),
    [
        (call("add", A, B), {"a": "0.1", "b": "0.2"}, "0.3"),
        (call("sub", A, B), {"a": "1", "b": "1.00"}, "0"),
        (call("mul", A, B), {"a": "9" * 18, "b": "0.000001"}, "999999999999.999999"),
        (call("mul", A, A), {"a": "9" * 20}, None),
        (call("div", A, B, scale=2), {"a": "2", "b": "3"}, "0.67"),
        (call("div", A, B, scale=1), {"a": "-0.25", "b": "1"}, "-0.3"),
        (call("div", A, B), {"a": "1", "b": "0"}, None),
        (call("round", A), {"a": "2.5"}, "3"),
        (call("round", A, scale=1), {"a": "-0.04"}, "0"),
        (call("add", A, B), {"a": "1"}, None),
        (call("sum", A, B), {"a": "1"}, "1"),
        (call("sum", COLUMN), {"column": ["1.50", None, "2.5", "x"]}, "4"),
        (call("sum", COLUMN), {}, "0"),
        (call("count", COLUMN), {"column": ["1.50", None]}, "1"),
        (call("count", {"fact": "form.rows"}), {"rows": [{}, {}]}, "2"),
        (call("min", COLUMN), {"column": ["10", "9.5"]}, "9.5"),
        (call("max", COLUMN), {}, None),
        (
            call("join", {"fact": "form.name"}, {"fact": "form.tags"}, separator="、"),
            {"name": "甲", "tags": ["乙", "丙"]},
            "甲、乙、丙",
        ),
        (call("coalesce", A, B), {"b": "7"}, "7"),
        (call("date_add", DAY, {"value": 1}, unit="month"), {"day": "2024-01-31"}, "2024-02-29"),
        (call("date_add", DAY, {"value": 1}, unit="year"), {"day": "2024-02-29"}, "2025-02-28"),
        (call("date_add", DAY, {"value": -1}), {"day": "2024-03-01"}, "2024-02-29"),
        (call("date_add", DAY, {"value": 5}, unit="working_day"), {"day": "2026-11-20"}, "2026-11-27"),
        (call("date_add", DAY, {"value": 50}, unit="working_day"), {"day": "2026-12-20"}, None),
        (call("date_add", DAY, {"value": 0.5}), {"day": "2026-12-20"}, None),
        (call("date_add", DAY, {"value": 9000000}), {"day": "2026-12-20"}, None),
        (call("days_between", DAY, {"fact": "date.today"}), {"day": "2026-02-28", "today": "2026-03-01"}, "1"),
        (
            call("days_between", DAY, {"fact": "date.today"}, unit="working_day"),
            {"day": "2026-11-20", "today": "2026-11-23"},
            "1",
        ),
        (call("age", DAY), {"day": "2000-02-29", "today": "2025-02-28"}, "24"),
        (call("age", DAY), {"day": "2000-02-29", "today": "2025-03-01"}, "25"),
        (call("age", DAY), {"day": "2030-01-01", "today": "2025-03-01"}, None),
        (call("id_birth_date", {"fact": "form.name"}), {"name": "11010719900307001X"}, "1990-03-07"),
        (call("id_sex", {"fact": "form.name"}), {"name": "11010719900307001X"}, "1"),
        (
            {"if": {"fact": "form.flag", "op": "eq", "value": True}, "then": A, "else": B},
            {"flag": False, "a": "1", "b": "2"},
            "2",
        ),
        ({"if": {"fact": "form.flag", "op": "exists"}, "then": A}, {"a": "1"}, None),
    ],
)
def test_values(expression: Any, facts: dict[str, Any], result: Any) -> None:
    assert expression_problems(expression, BOOK, "x") == []
    assert value(expression, **facts) == result


@pytest.mark.parametrize(
    ("expression", "wanted", "place", "said"),
    [
        (call("add", A, {"fact": "form.name"}), None, "x/args/1", "第 2 个参数是文字"),
        (call("add", A), None, "x/args", "需要 2 至 32 个参数"),
        (call("add", A, COLUMN), None, "x/args/1", "不能用于一列值"),
        (COLUMN, None, "x", "一列值"),
        (call("sum", {"fact": "form.gone"}), None, "x/args/0/fact", "没有“form.gone”"),
        (call("age", DAY), "text", "x", "计算结果是数字，本栏需要文字"),
        ({"if": {"fact": "form.flag", "op": "exists"}, "then": A, "else": DAY}, None, "x", "不同类"),
        ({"if": {"fact": "form.gone", "op": "exists"}, "then": A}, None, "x/if/fact", "没有“form.gone”"),
        (call("power", A), None, "x", "没有“power”这个函数"),
        (5, None, "x", "计算须是"),
    ],
)
def test_a_faulty_calculation_is_said_in_chinese_and_has_no_value(
    expression: Any, wanted: str | None, place: str, said: str
) -> None:
    found = expression_problems(expression, BOOK, "x", wanted)
    assert [p.place for p in found] == [place]
    assert said in found[0].message
    if wanted is None:
        assert value(expression, a="1", name="n", flag=False) is None
