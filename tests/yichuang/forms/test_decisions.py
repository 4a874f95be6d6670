"""What a form makes of answers."""

from typing import Any

import pytest

from yichuang.forms import CompiledForm, compile_form
from yichuang.items.tables import Table
from yichuang.rules.facts import Fact, FactBook

OUTER = FactBook(
    [Fact("situation.by", "text", "办理人", {"self": "本人", "agent": "代理"}), Fact("date.today", "date", "今天")]
)
TODAY = {"date.today": "2026-11-24"}
CHAIN = {"fact": "form.chain", "op": "eq", "value": True}
SEX = Table(
    {
        "code": "sex",
        "entries": [
            {"code": "1", "title": "男"},
            {"code": "2", "title": "女"},
            {"code": "9", "title": "其他", "disabled": True},
        ],
    }
)


def field(code: str, kind: str = "text", **more: Any) -> dict[str, Any]:
    return {"code": code, "type": kind, "title": f"栏{code}"} | more


def form(*fields: dict[str, Any], checks: Any = (), sections: Any = None) -> CompiledForm:
    body = {
        "code": "f",
        "title": "申请表",
        "sections": sections or [{"code": "s", "title": "甲", "fields": list(fields)}],
        "checks": list(checks),
    }
    return compile_form(body, OUTER, {"sex": SEX})


def told(compiled: CompiledForm, answers: Any, facts: Any = TODAY) -> list[tuple[str, str, str]]:
    return [(e.path, e.kind, e.message) for e in compiled.decide(answers, facts).errors]


@pytest.mark.parametrize(
    ("spec", "raw", "canonical"),
    [
        (field("x", "number"), "０６０.50", "60.5"),
        (field("x", "money"), "￥1,234.5", "1234.50"),
        (field("x", "date"), "2026年1月5日", "2026-01-05"),
        (field("x", "date"), "20260105", "2026-01-05"),
        (field("x", "time"), "9：05", "09:05"),
        (field("x", "text"), " a\n b\x00 ", "a  b"),
        (field("x", "textarea"), "a\r\nb", "a\nb"),
        (field("x", "email"), "ｍｅ@example.cn ", "me@example.cn"),
        (field("x", "text"), "\ud800", "\ufffd"),
        (field("x", "choices", code_table="sex"), ["1", "", "1"], ["1"]),
        (field("x", "phone"), "+86 138 0013 8000", "13800138000"),
    ],
)
def test_an_answer_is_brought_to_its_canonical_form(spec: dict[str, Any], raw: Any, canonical: Any) -> None:
    decision = form(spec).decide({"x": raw}, TODAY)
    assert decision.answers == {"x": canonical}
    assert decision.ok
    assert form(spec).decide(decision.answers, TODAY).answers == decision.answers


@pytest.mark.parametrize(
    ("spec", "raw", "kind", "message"),
    [
        (field("x", required=True), "  ", "required", "请填写“栏x”"),
        (field("x", "choice", code_table="sex", required=True), None, "required", "请选择“栏x”"),
        (field("x", "boolean", required=True), None, "required", "请选择“栏x”"),
        (field("x", "attachment", required=True), [], "required", "请上传“栏x”"),
        (field("x", "group", required=True, fields=[field("y")]), [], "required", "请至少填写一行“栏x”"),
        (field("x", "choice", code_table="sex"), "9", "option", "“栏x”只能从列出的选项中选择"),
        (field("x", "number", scale=0), "1.5", "scale", "“栏x”须是整数"),
        (field("x", "number", max=10, unit="间"), "10.1", "range", "“栏x”不能大于10间"),
        (field("x", "number"), 5, "type", "“栏x”的内容格式不正确，请重新填写"),
        (field("x", "money"), "0.001", "scale", "“栏x”最多保留2位小数"),
        (field("x", "text", pattern="[0-9]{6}", pattern_message="请填写6位邮编"), "12", "pattern", "请填写6位邮编"),
        (field("x", "text", max_length=2), "👍👍👍", "max_length", "“栏x”最多2个字，现在是3个字"),
        (field("x", "date", latest="today"), "2026-11-25", "range", "“栏x”不能晚于2026年11月24日"),
        (field("x", "date"), "2026-02-30", "date", "“栏x”不是有效的日期，请按“2026-01-31”的样子填写"),
        (field("x", "id_number"), "110107199902300018", "id_number", "“栏x”中的出生日期不存在，请核对"),
    ],
)
def test_a_fault_is_said_in_natural_chinese(spec: dict[str, Any], raw: Any, kind: str, message: str) -> None:
    assert told(form(spec), {"x": raw}) == [("x", kind, message)]


def test_a_doubtful_credit_code_warns_but_may_be_submitted() -> None:
    decision = form(field("x", "credit_code")).decide({"x": "91350100M000100Y4A"})
    assert [e.severity for e in decision.errors] == ["warning"]
    assert decision.ok


def test_a_person_with_another_document_needs_no_identity_number() -> None:
    compiled = form(field("p", "person"))
    assert told(compiled, {"p": {"id_no": "E1234"}}) == [("p/id_no", "id_number", "“栏p”的证件号码应为18位身份证号码")]
    assert told(compiled, {"p": {"id_type": "414", "id_no": "E1234"}}) == []


def test_a_hidden_field_is_neither_checked_nor_submitted_and_its_fact_is_missing() -> None:
    hidden = field("hq", required=True, visible_when=CHAIN)
    behind = field("phone", "phone", required=True, visible_when={"fact": "form.hq", "op": "exists"})
    compiled = form(behind, hidden, field("chain", "boolean"))
    shown = compiled.decide({"chain": True, "hq": "总部", "phone": "13800138000"})
    assert shown.visible == {"phone", "hq", "chain"}
    gone = compiled.decide({"chain": False, "hq": "总部", "phone": "x"})
    assert (gone.visible, gone.required, gone.answers, gone.errors) == ({"chain"}, frozenset(), {"chain": False}, ())


def test_a_hidden_section_hides_its_fields() -> None:
    sections = [
        {"code": "a", "title": "甲", "fields": [field("chain", "boolean")]},
        {"code": "b", "title": "乙", "visible_when": CHAIN, "fields": [field("hq", required=True)]},
    ]
    compiled = form(sections=sections)
    assert compiled.decide({"chain": False}).visible == {"chain"}
    assert told(compiled, {"chain": True}) == [("hq", "required", "请填写“栏hq”")]


def test_required_when_replaces_required() -> None:
    compiled = form(field("chain", "boolean"), field("hq", required=True, required_when=CHAIN))
    assert told(compiled, {}) == []
    assert told(compiled, {"chain": True}) == [("hq", "required", "请填写“栏hq”")]


def shares() -> CompiledForm:
    amount = {"fact": "row.amount"}
    total = {"fn": "sum", "args": [{"fact": "form.holders[].amount"}]}
    rows = [
        field("name", required=True),
        field("amount", "money", required=True),
        field("share", "number", compute={"fn": "div", "args": [amount, total], "scale": 4}),
        field("reason", visible_when={"fact": "row.amount", "op": "gt", "value": 100}),
    ]
    checks = [
        {
            "code": "least",
            "require": {"fact": "form.total", "op": "gte", "value": 100},
            "message": "出资总额不足100元",
            "fields": ["total", "holders"],
        }
    ]
    return form(
        field("total", "money", compute=total), field("holders", "group", fields=rows, min_rows=2), checks=checks
    )


def test_rows_are_decided_each_by_itself_and_summed() -> None:
    decision = shares().decide(
        {"holders": [{"name": "甲", "amount": "25"}, {"name": "乙", "amount": "125", "reason": "多"}], "total": "7"}
    )
    assert decision.computed == {"total": "150.00", "holders/0/share": "0.1667", "holders/1/share": "0.8333"}
    assert "holders/0/reason" not in decision.visible
    assert "holders/1/reason" in decision.visible
    assert decision.answers["total"] == "150.00"
    assert decision.ok


def test_row_errors_name_the_row_and_come_in_form_order() -> None:
    assert told(shares(), {"holders": [{"amount": "1"}]}) == [
        ("total", "check", "出资总额不足100元"),
        ("holders", "min_rows", "“栏holders”至少填写2行，现在是1行"),
        ("holders/0/name", "required", "第1行：请填写“栏name”"),
    ]


def test_a_check_is_silent_while_a_fact_it_compares_is_missing() -> None:
    later = {
        "code": "k",
        "require": {"fact": "form.to", "op": "gt", "other": "form.from"},
        "message": "结束应晚于开始",
        "fields": ["to", "from"],
    }
    compiled = form(field("from", "date"), field("to", "date"), checks=[later])
    assert told(compiled, {"to": "2026-01-01"}) == []
    assert told(compiled, {"from": "2026-01-02", "to": "2026-01-01"}) == [("to", "check", "结束应晚于开始")]


def test_a_check_of_presence_speaks_at_once() -> None:
    either = {"any": [{"fact": "form.a", "op": "exists"}, {"fact": "form.b", "op": "exists"}]}
    compiled = form(
        field("a"),
        field("b"),
        checks=[{"code": "k", "require": either, "message": "至少填一项", "fields": ["a", "b"], "severity": "warning"}],
    )
    decision = compiled.decide({})
    assert [(e.path, e.severity) for e in decision.errors] == [("a", "warning")]
    assert compiled.decide({"b": "x"}).errors == ()


def test_conditions_that_depend_on_each_other_still_end() -> None:
    a = field("a", visible_when={"fact": "form.b", "op": "missing"})
    b = field("b", visible_when={"fact": "form.a", "op": "missing"})
    compiled = form(a, b)
    assert compiled.cycles
    assert compiled.decide({"a": "1", "b": "2"}).visible


def test_a_traced_decision_tells_every_condition() -> None:
    traces = (
        form(field("chain", "boolean"), field("hq", visible_when=CHAIN, required_when=CHAIN))
        .decide({"chain": True}, trace=True)
        .traces
    )
    assert set(traces["hq"]) == {"visible", "required"}
    assert traces["hq"]["visible"].found is True


def test_a_new_draft_starts_with_defaults_and_what_is_known() -> None:
    compiled = form(
        field("a", default="x"),
        field("n", "number", default=2.5),
        field("by", default_from="situation.by"),
        field("rows", "group", min_rows=1, fields=[field("y", "boolean", default=True)]),
    )
    assert compiled.initial({"situation.by": "agent"}) == {"a": "x", "n": "2.5", "by": "agent", "rows": [{"y": True}]}


def test_an_identity_number_fills_sex_and_birth_date_beside_it() -> None:
    columns = [
        field("id", "id_number", fills={"sex": "sex", "birth_date": "born"}),
        field("sex", "choice", code_table="sex"),
        field("born", "date"),
    ]
    compiled = form(*columns, field("people", "group", fields=columns))
    assert compiled.fill("id", "11010719900307001x") == {"sex": "1", "born": "1990-03-07"}
    assert compiled.fill("people/3/id", "110107199001010021") == {"people/3/sex": "2", "people/3/born": "1990-01-01"}
    assert compiled.fill("id", "110107199902300018") == {}
    assert compiled.fill("nowhere", "x") == {}
