"""What the gate says about a form."""

from typing import Any

import pytest

from yichuang.forms.checks import findings

SHOWN = {"fact": "form.a", "op": "exists"}
OPTIONS = [{"code": "1", "title": "一"}]


def field(code: str, kind: str = "text", **more: Any) -> dict[str, Any]:
    return {"code": code, "type": kind, "title": f"栏{code}"} | more


def form(*fields: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "kind": "form",
        "code": "f",
        "title": "表",
        "sections": [{"code": "s", "title": "甲", "fields": [field("a"), *fields]}],
    } | more


class View:
    def __init__(self, *bodies: dict[str, Any]) -> None:
        self.bodies = {(body["kind"], body["code"]): body for body in bodies}

    def find(self, kind: str, code: str) -> Any:
        return self.bodies.get((kind, code))

    def codes(self, kind: str) -> list[str]:
        return sorted(code for k, code in self.bodies if k == kind)


TABLE = {"kind": "code_table", "code": "sex", "entries": [{"code": "1", "title": "男"}]}
B = "sections/0/fields/1"


@pytest.mark.parametrize(
    ("fields", "place", "said"),
    [
        ([field("b", visible_when={"fact": "form.gone", "op": "exists"})], f"{B}/visible_when/fact", "没有“form.gone”"),
        ([field("b", visible_when={"fact": "row.x", "op": "exists"})], f"{B}/visible_when/fact", "只能在重复组内"),
        ([field("b", required_when={"fact": "form.a", "op": "eq", "value": 5})], f"{B}/required_when/value", "数字“5”"),
        (
            [
                field("b", "choice", options=OPTIONS),
                field("c", visible_when={"fact": "form.b", "op": "eq", "value": "2"}),
            ],
            "sections/0/fields/2/visible_when/value",
            "没有“2”这个选项",
        ),
        (
            [field("b", "number", compute={"fact": "form.c"}), field("c", "number", compute={"fact": "form.b"})],
            B,
            "互相依赖",
        ),
        ([field("b", visible_when={"fact": "form.b", "op": "exists"})], B, "互相依赖"),
        ([field("b", "number", compute={"fact": "form.a"})], f"{B}/compute", "计算结果是文字，本栏需要数字"),
        ([field("a")], f"{B}/code", "栏目代码“a”重复"),
        ([field("b", "group", fields=[field("x"), field("x")])], f"{B}/fields/1/code", "组内栏目代码“x”重复"),
        ([field("b", "group")], f"{B}/fields", "没有栏目"),
        ([field("b", fields=[field("x")])], f"{B}/fields", "用不到“组内栏目”"),
        ([field("b", "choice")], B, "没有可选的内容"),
        ([field("b", "choice", code_table="gone")], f"{B}/code_table", "没有代码表“gone”"),
        ([field("b", "choice", options=OPTIONS * 2)], f"{B}/options/1/code", "重复"),
        ([field("b", pattern="(?!x)")], f"{B}/pattern", "不能使用"),
        ([field("b", "number", min=5, max=2)], f"{B}/min", "最小值大于最大值"),
        ([field("b", min_length=9, max_length=3)], f"{B}/min_length", "最少字数大于最多字数"),
        ([field("b", "id_number", fills={"sex": "gone"})], f"{B}/fills/sex", "没有栏目“gone”"),
        ([field("b", "id_number", fills={"birth_date": "a"})], f"{B}/fills/birth_date", "不能接收"),
        ([field("b", "boolean", default="yes")], f"{B}/default", "类型不符"),
        ([field("b", "number", max=5, default=9)], f"{B}/default", "不合格"),
        ([field("b", default_from="form.a")], f"{B}/default_from", "不能取自"),
        ([field("b", "number", default_from="date.today")], f"{B}/default_from", "类型不符"),
        (
            [field("b", "group", fields=[field("x", "number", compute={"fact": "row.y"})])],
            f"{B}/fields/0/compute/fact",
            "没有“row.y”",
        ),
    ],
)
def test_a_fault_has_place_message_and_remedy(fields: list[dict[str, Any]], place: str, said: str) -> None:
    body = form(*fields)
    found = findings(body, View(body, TABLE))
    assert any(f.place == place and said in f.message and f.remedy and f.severity == "error" for f in found), found


def test_a_check_must_name_fields_of_the_form() -> None:
    body = form(checks=[{"code": "k", "require": SHOWN, "message": "x", "fields": ["gone"]}])
    assert [(f.place, f.message) for f in findings(body, View(body))] == [("checks/0/fields/0", "没有栏目“gone”")]


def test_row_facts_are_known_inside_their_group() -> None:
    rows = [field("x", "number"), field("y", "number", visible_when={"fact": "row.x", "op": "gt", "value": 1})]
    body = form(
        field("g", "group", fields=rows), field("t", "number", compute={"fn": "sum", "args": [{"fact": "form.g[].y"}]})
    )
    assert findings(body, View(body)) == []


def item(code: str, *options: str) -> dict[str, Any]:
    question = {
        "code": "by",
        "title": "办理人",
        "kind": "single",
        "options": [{"code": o, "title": o} for o in options],
    }
    return {
        "kind": "item",
        "code": code,
        "title": f"事项{code}",
        "form": "f",
        "situations": [question] if options else [],
    }


def test_a_situation_must_exist_in_every_item_that_uses_the_form() -> None:
    body = form(field("b", visible_when={"fact": "situation.by", "op": "eq", "value": "agent"}))
    assert findings(body, View(body, item("i1", "agent"))) == []
    found = findings(body, View(body, item("i1", "agent"), item("i2")))
    assert [f.place for f in found] == [f"{B}/visible_when/fact"]
    assert "事项i2" in found[0].message


def test_a_form_that_no_item_uses_is_only_warned_about() -> None:
    body = form(field("b", visible_when={"fact": "situation.by", "op": "exists"}))
    assert [f.severity for f in findings(body, View(body))] == ["warning"]
