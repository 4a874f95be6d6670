"""What the packaged definitions promise: enough of them, complete, and passing the gate without a finding."""

import re
from collections.abc import Mapping
from typing import Any

import pytest

from yichuang.bootstrap import kind_table
from yichuang.catalogue.gate import check
from yichuang.catalogue.views import DocumentView
from yichuang.rules.national import credit_fault

KINDS = kind_table()
COMPLETE = (
    "legal_basis", "accept_conditions", "situations", "materials", "time_limits", "process", "results", "places",
    "fees", "tips", "faq", "features", "keywords", "themes", "form", "notice", "calendar", "impl_code",
)  # fmt: skip


def depth(questions: Any) -> int:
    return max((1 + depth(o.get("questions", ())) for q in questions for o in q["options"]), default=0)


def fields(form: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    top = [field for section in form["sections"] for field in section["fields"]]
    return top + [column for field in top for column in field.get("fields", ())]


def test_the_gate_finds_nothing_in_the_packaged_definitions(packaged: DocumentView) -> None:
    assert [str(finding) for finding in check(packaged, KINDS)] == []


def test_there_are_at_least_twelve_items_in_use_each_complete(active: Mapping[str, Any]) -> None:
    assert len(active) >= 12
    assert {code: [key for key in COMPLETE if not body.get(key)] for code, body in active.items()} == {
        code: [] for code in active
    }


def test_situations_are_nested_two_deep_and_more(active: Mapping[str, Any]) -> None:
    assert all(depth(body["situations"]) >= 2 for body in active.values())
    assert max(depth(body["situations"]) for body in active.values()) >= 3


def test_every_form_has_15_to_60_fields_with_rows_conditions_calculations_and_checks(
    active: Mapping[str, Any], packaged: DocumentView
) -> None:
    for code in {body["form"] for body in active.values()}:
        form = packaged.find("form", code) or {}
        assert 15 <= len(fields(form)) <= 60, code
        assert any("visible_when" in field for field in fields(form)), code
        assert any("compute" in field for field in fields(form)), code
        assert form["checks"], code


def test_together_the_forms_use_every_type_of_field_but_the_clock(packaged: DocumentView) -> None:
    used = {field["type"] for code in packaged.codes("form") for field in fields(packaged.find("form", code) or {})}
    known = set(KINDS.get("form").schema["$defs"]["field"]["properties"]["type"]["enum"])
    assert known - used <= {"time"}


def test_time_limits_come_in_working_days_natural_days_and_months(active: Mapping[str, Any]) -> None:
    limits = [body["time_limits"] for body in active.values()]
    assert {limit["statutory"]["unit"] for limit in limits} == {"working_day", "day", "month"}
    assert any(limit.get("special") for limit in limits)


def test_some_tips_are_dated_and_all_dated_ones_end_after_they_begin(active: Mapping[str, Any]) -> None:
    dated = [tip for body in active.values() for tip in body["tips"] if "from" in tip]
    assert dated
    assert all(tip["from"] <= tip["to"] for tip in dated)


def test_implementation_codes_are_built_of_agency_level_and_base_code(
    active: Mapping[str, Any], packaged: DocumentView
) -> None:
    organisation = packaged.find("organisation", "shijingshan") or {}
    agencies = {department["code"]: department["uscc"] for department in organisation["departments"]}
    for body in active.values():
        assert body["impl_code"] == agencies[body["department"]] + body["exercise_level"] + body["base_code"]
        assert re.fullmatch(re.escape(body["impl_code"]) + r"\d{2}", body["handling_code"])


def test_invented_agency_codes_have_their_check_digit(packaged: DocumentView) -> None:
    organisation = packaged.find("organisation", "shijingshan") or {}
    faults = [credit_fault(department["uscc"]) for department in organisation["departments"]]
    assert faults == [None] * len(faults)


def test_every_parent_of_a_hierarchical_table_is_an_entry(packaged: DocumentView) -> None:
    for table in (packaged.find("code_table", code) or {} for code in packaged.codes("code_table")):
        codes = [entry["code"] for entry in table["entries"]]
        assert len(codes) == len(set(codes)), table["code"]
        assert {entry["parent"] for entry in table["entries"] if "parent" in entry} <= set(codes), table["code"]


def test_the_industry_table_has_20_sections_and_97_divisions(packaged: DocumentView) -> None:
    codes = [entry["code"] for entry in (packaged.find("code_table", "industry") or {})["entries"]]
    assert [len([code for code in codes if len(code) == n]) for n in (1, 2)] == [20, 97]
    assert len(codes) > 500


@pytest.mark.parametrize("street", ["babaoshan", "guangning", "lugu"])
def test_every_street_has_a_hall_with_windows(packaged: DocumentView, street: str) -> None:
    organisation = packaged.find("organisation", "shijingshan") or {}
    hall = next(hall for hall in organisation["halls"] if hall.get("street") == street)
    assert len(hall["windows"]) >= 3
    assert len(organisation["streets"]) == 9


def test_a_retired_item_leads_to_one_in_use(packaged: DocumentView, active: Mapping[str, Any]) -> None:
    retired = [packaged.find("item", code) or {} for code in packaged.codes("item") if code not in active]
    assert retired
    assert {body["successor"] for body in retired} <= set(active)
