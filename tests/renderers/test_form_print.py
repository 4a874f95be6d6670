"""Answers in words, for paper."""

from typing import Any

import pytest

from renderers.form_print import said, sections

SEX = [{"code": "1", "title": "男"}, {"code": "2", "title": "女"}]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ({"type": "text"}, "测试", "测试"),
        ({"type": "number", "unit": "㎡"}, "65.50", "65.50 ㎡"),
        ({"type": "money"}, "1234.50", "1234.50 元"),
        ({"type": "date"}, "2026-11-24", "2026 年 11 月 24 日"),
        ({"type": "date_range"}, {"from": "2026-01-01", "to": "2026-12-31"}, "2026 年 1 月 1 日 至 2026 年 12 月 31 日"),
        ({"type": "boolean"}, True, "√\u00a0是　□\u00a0否"),
        ({"type": "boolean"}, None, "□\u00a0是　□\u00a0否"),
        ({"type": "choice", "options": SEX}, "2", "□\u00a0男　√\u00a0女"),
        ({"type": "choices", "options": SEX}, ["1", "2"], "√\u00a0男　√\u00a0女"),
        ({"type": "choice", "table": "industry", "titles": {"H62": "餐饮业"}}, "H62", "餐饮业"),
        ({"type": "address", "parts": {"division": {"options": [{"code": "110107", "title": "石景山区"}]}}},
         {"division": "110107", "detail": "演示路 1 号"}, "石景山区演示路 1 号"),
        ({"type": "person", "parts": {"id_type": {"options": [{"code": "111", "title": "居民身份证"}]}}},
         {"name": "张三", "id_type": "111", "id_no": "1***X"}, "姓名：张三，证件类型：居民身份证，证件号码：1***X"),
        ({"type": "attachment"}, [{"name": "平面图.pdf"}], "平面图.pdf"),
        ({"type": "money"}, None, ""),
    ],
)  # fmt: skip
def test_an_answer_is_said(field: dict[str, Any], value: Any, words: str) -> None:
    assert said({"title": "栏", "code": "x", **field}, value) == words


def test_hidden_fields_are_left_out_and_empty_groups_keep_a_line() -> None:
    fields = [
        {"code": "a", "type": "text", "title": "甲"},
        {"code": "b", "type": "text", "title": "乙"},
        {"code": "g", "type": "group", "title": "组", "fields": [{"code": "n", "type": "text", "title": "名"}]},
    ]
    wire = {"sections": [{"title": "一", "fields": fields}, {"title": "二", "fields": fields[:1]}]}
    made = sections(wire, {"a": "x"}, {"b", "g"})
    assert [section["title"] for section in made] == ["一"]
    assert [row["label"] for row in made[0]["rows"]] == ["乙", "组"]
    assert made[0]["rows"][1]["rows"] == [[""]]
