"""What lines make of a record: paths, constants, choices, conditions, steps, rows, columns; and what is said when something is wrong."""

from collections.abc import Callable
from typing import Any

import pytest

from yichuang.catalogue.views import DocumentView
from yichuang.errors import DefinitionMissing
from yichuang.mappings import CompiledMapping, compile_mapping, filled

Make = Callable[..., CompiledMapping]
STAFF = [{"name": "张三", "sex": "1", "duty": "officer"}, {"name": "李四", "sex": "2"}]
SEX = {"use": "code", "table": {"1": "M", "2": "F"}}


def form(**answers: Any) -> dict[str, Any]:
    return filled({"form": answers})


def test_dots_make_objects_and_keys_stand_in_the_order_of_the_lines(mapping: Make) -> None:
    made = mapping({"to": "b.x", "from": "case.number"}, {"to": "a", "value": 1}, {"to": "b.y.z", "from": "form.email"})
    body = made.run(form(email="e") | {"case": {"number": "7"}}).body
    assert body == {"b": {"x": "7", "y": {"z": "e"}}, "a": 1}
    assert list(body) == ["b", "a"]


def test_what_is_absent_is_an_empty_text_unless_the_line_says_otherwise(mapping: Make) -> None:
    chain = {"omitted": [{"use": "omit_empty"}], "none": [{"use": "empty", "as": None}], "default": [{"use": "default", "value": "0"}]}
    lines = [{"to": name, "from": "form.email", "transforms": specs} for name, specs in chain.items()]
    assert mapping({"to": "plain", "from": "form.email"}, *lines).run(form()).body == {"plain": "", "none": None, "default": "0"}


def test_the_first_choice_that_holds_counts_and_none_writes_nothing(mapping: Make) -> None:
    when = {"when": {"fact": "case.outcome", "op": "eq", "value": "approved"}, "value": "1"}
    other = {"when": {"fact": "case.outcome", "op": "eq", "value": "denied"}, "from": "step.opinion"}
    made = mapping({"to": "r", "choose": [when, other, {"otherwise": True, "value": "9"}]}, {"to": "s", "choose": [when]})
    outcomes = {"approved": {"r": "1", "s": "1"}, "denied": {"r": "不符"}, "": {"r": "9"}}
    for outcome, body in outcomes.items():
        record = filled({"case": {"outcome": outcome}, "step": {"opinion": "不符"}})
        assert made.run(record).body == made.oracle(record).body == body


def test_a_line_counts_only_in_its_steps_and_when_its_condition_holds(mapping: Make) -> None:
    rent = {"fact": "form.premises_source", "op": "eq", "value": "rent"}
    made = mapping({"to": "a", "value": 1, "steps": ["ACCEPT"]}, {"to": "b", "from": "form.email", "when": rent}, {"to": "c", "value": 2})
    assert made.run(form(premises_source="rent", email="e"), "ACCEPT").body == {"a": 1, "b": "e", "c": 2}
    assert made.run(form(premises_source="own"), "RESULT").body == {"c": 2}
    assert made.run(filled({"step": {"code": "ACCEPT"}})).body == {"a": 1, "c": 2}


def test_rows_become_elements_numbered_from_one(mapping: Make) -> None:
    lines = [{"to": "no", "from": "row.number"}, {"to": "name", "from": "row.name"}, {"to": "sex", "from": "row.sex", "transforms": [SEX]}]
    made = mapping({"to": "staff", "each": "form.managers", "lines": lines})
    assert made.run(form(managers=STAFF)).body == {"staff": [{"no": 1, "name": "张三", "sex": "M"}, {"no": 2, "name": "李四", "sex": "F"}]}
    assert made.run(form()).body == {"staff": []}


def test_rows_lie_flat_in_columns_and_too_many_are_refused(mapping: Make) -> None:
    lines = [{"to": "x.name{n}", "from": "row.name"}, {"to": "sex{n}", "from": "row.sex", "transforms": [SEX]}]
    made = mapping({"each": "form.managers", "columns": {"most": 2}, "lines": lines})
    assert made.run(form(managers=STAFF)).body == {"x": {"name1": "张三", "name2": "李四"}, "sex1": "M", "sex2": "F"}
    faults = made.run(form(managers=[*STAFF, STAFF[0]])).faults
    assert {fault.kind for fault in faults} == {"overflow"}
    assert "3 项的列表" in faults[0].message and "不能截断" in faults[0].message


def test_conditions_inside_rows_read_the_row(mapping: Make) -> None:
    officer = {"fact": "row.duty", "op": "eq", "value": "officer"}
    lines = [{"to": "name", "from": "row.name", "when": officer},
    {"to": "first", "value": True, "when": {"fact": "row.number", "op": "eq", "value": 1}}]
    made = mapping({"to": "staff", "each": "form.managers", "lines": lines})
    assert made.run(form(managers=STAFF)).body == {"staff": [{"name": "张三", "first": True}, {}]}


def test_one_of_a_list_is_found_by_its_code_the_latest_that_is_not_void(mapping: Make) -> None:
    made = mapping({"to": "no", "from": "documents.acceptance.number"}, {"to": "days", "from": "corrections.last.days"},
    {"to": "at", "from": "steps.ACCEPT.by"})
    documents = [{"code": "acceptance", "number": n, "voided": void} for n, void in (("1", False), ("2", False), ("3", True))]
    steps = [{"step": "ACCEPT", "by": "甲"}, {"step": "RESULT", "by": "乙"}]
    record = filled({"documents": documents, "corrections": [{"days": 5}, {"days": 10}], "steps": steps})
    assert made.run(record).body == {"no": "2", "days": 10, "at": "甲"}


def test_an_each_within_an_each_reads_the_inner_rows(mapping: Make) -> None:
    inner = {"to": "files", "each": "row.files", "lines": [{"to": "id", "from": "row.digest"}, {"to": "n", "from": "row.number"}]}
    made = mapping({"to": "m", "each": "materials", "lines": [{"to": "code", "from": "row.code"}, inner]})
    record = filled({"materials": [{"code": "a", "files": [{"digest": "x"}, {"digest": "y"}]}, {"code": "b"}]})
    assert made.run(record).body == {"m": [{"code": "a", "files": [{"id": "x", "n": 1}, {"id": "y", "n": 2}]}, {"code": "b", "files": []}]}


def test_a_fault_names_both_paths_and_the_class_of_the_value_and_the_rest_is_mapped(mapping: Make) -> None:
    made = mapping(
        {"to": "no", "from": "case.number"},
        {"to": "staff", "each": "form.managers", "lines": [{"to": "sex", "from": "row.sex", "transforms": [SEX]},
        {"to": "name", "from": "row.name"}]},
    )
    mapped = made.run(filled({"case": {"number": "1"}, "form": {"managers": [STAFF[0], {"name": "丙", "sex": "123456"}]}}))
    fault = mapped.faults[0]
    assert (fault.to, fault.source, fault.kind) == ("staff[2].sex", "form.managers[2].sex", "unknown_code")
    assert fault.value_class == "6 位数字"
    assert fault.message == "staff[2].sex：来源 form.managers[2].sex 的值（6 位数字）不在代码对照中"
    assert fault.remedy and "123456" not in str(fault)
    assert mapped.body == {"no": "1", "staff": [{"sex": "M", "name": "张三"}, {"name": "丙"}]}


def test_all_faults_are_told_at_once(mapping: Make) -> None:
    lines = [{"to": f"t{n}", "from": "form.email", "transforms": [{"use": use, "to": "iso_date"}]} for n,
    use in enumerate(("phone", "date", "number"))]
    assert [fault.kind for fault in mapping(*lines).run(form(email="x@y")).faults] == ["phone", "date", "number"]


@pytest.mark.parametrize("record", [{}, {"form": []}, {"case": "x", "form": {"managers": "x"}}, {"form": {"managers": [1, None, []]}}])
def test_a_broken_record_gives_faults_or_empties_never_an_exception(mapping: Make, record: Any) -> None:
    made = mapping({"to": "a", "from": "case.number"}, {"to": "s", "each": "form.managers", "lines": [{"to": "n", "from": "row.name"}]})
    assert made.run(record) == made.oracle(record)


def test_sources_say_where_each_field_comes_from(mapping: Make) -> None:
    made = mapping(
        {"to": "a.b", "from": ["form.email", "case.number"], "transforms": [{"use": "join"}]}, {"to": "c", "value": "1"},
        {"to": "s", "each": "form.managers", "lines": [{"to": "n", "from": "row.name"}, {"to": "no", "from": "row.number"}]},
        {"each": "form.managers", "columns": {"most": 2}, "lines": [{"to": "p{n}", "from": "row.phone"}]},
    )  # fmt: skip
    assert made.run(form()).sources == {
        "a.b": "form.email,case.number", "c": "", "s": "form.managers[]", "s[].n": "form.managers[].name", "s[].no": "",
        "p1": "form.managers[1].phone", "p2": "form.managers[2].phone",
    }  # fmt: skip


def test_a_mapping_that_is_not_there_is_missing(packaged: DocumentView) -> None:
    with pytest.raises(DefinitionMissing):
        compile_mapping(packaged, "nowhere")


def test_words_of_staff_never_become_code(mapping: Make) -> None:
    evil = "x'] = 1\nimport os; os.system('true') #"
    made = mapping({"to": evil, "from": f"form.{evil}"}, {"to": "b", "value": evil},
    {"to": "c", "from": "form.email", "transforms": [{"use": "prefix", "text": evil}]})
    assert made.run(form(email="1")).body["b"] == evil
    assert made.of_step("").run(form(email="1")) == made.oracle(form(email="1")).body
