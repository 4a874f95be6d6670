"""The packaged items in use: every way through the questions, a complete application for each, and what staff will change."""

import copy
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.definitions.answering import FITTING, TODAY, answers_for, draw_situation
from yichuang.catalogue.documents import read
from yichuang.catalogue.views import DocumentView, Overlay
from yichuang.items.compiled import CompiledItem, compile_item
from yichuang.items.facts import everyday_facts
from yichuang.ports import Ref

ITEMS = sorted(
    path.stem
    for path in (Path(__file__).parents[2] / "definitions" / "item").glob("*.yaml")
    if read(path.read_text("utf-8"))["state"] == "active"
)
def facts_of(item: CompiledItem, situation: Any) -> Any:
    return item.with_situation(situation, everyday_facts(item.body, TODAY, applicant_kind="1", hall="district_hall"))


@pytest.mark.parametrize("code", ITEMS)
def test_every_way_through_the_questions_ends_in_a_checklist_or_a_reason(packaged: DocumentView, code: str) -> None:
    item, random, needed = compile_item(packaged, code), Random(code), set()
    everyday = everyday_facts(item.body, TODAY)
    for _ in range(200):
        situation = draw_situation(item, everyday, random)
        faults = item.situation_errors(situation, everyday)
        assert all("请" in fault.message or "不" in fault.message for fault in faults)
        if not faults:
            listed = {entry.code for entry in item.checklist(item.with_situation(situation, everyday)) if entry.needed}
            assert "application" in listed
            needed |= listed
    from_the_form = {
        material.body["code"]
        for material in item.materials
        if material.needed and any(path.startswith("form.") for path in material.needed.facts)
    }
    assert {material.body["code"] for material in item.materials} - needed <= from_the_form


@pytest.mark.parametrize("code", ITEMS)
def test_a_complete_application_passes(packaged: DocumentView, code: str) -> None:
    item = compile_item(packaged, code)
    situation, given = FITTING[code]
    decision = item.decide(situation, answers_for(item, facts_of(item, situation), **given), facts_of(item, situation))
    assert decision.situation_errors == []
    assert decision.form is not None
    assert [error.as_dict() for error in decision.form.errors] == []


@pytest.mark.parametrize("code", ITEMS)
def test_an_empty_application_is_told_everything_that_is_missing(packaged: DocumentView, code: str) -> None:
    item = compile_item(packaged, code)
    decision = item.decide(FITTING[code][0], {}, facts_of(item, FITTING[code][0]))
    assert decision.form is not None
    assert len(decision.form.errors) >= 8


def changed(packaged: DocumentView, kind: str, code: str) -> tuple[dict[str, Any], Any]:
    body: dict[str, Any] = copy.deepcopy(dict(packaged.find(kind, code) or {}))
    return body, lambda: Overlay(packaged, {Ref(kind, code): body})


@pytest.mark.parametrize(
    ("items", "needed"), [(["central_kitchen"], True), (["group_delivery"], True), (["hot_food"], False)]
)
def test_a1_a_material_for_central_kitchens_only(packaged: DocumentView, items: list[str], needed: bool) -> None:
    body, view = changed(packaged, "item", "food_business_new")
    when = {"fact": "situation.business_items", "op": "contains_any", "value": ["central_kitchen", "group_delivery"]}
    body["materials"].append(
        {
            "code": "self_check",
            "title": "食品安全自查报告",
            "necessity": "required",
            "source_type": "applicant",
            "needed_when": when,
        }
    )
    item = compile_item(view(), "food_business_new")
    entry = item.checklist(facts_of(item, FITTING["food_business_new"][0] | {"business_items": items}))[-1]
    assert (entry.material["title"], entry.needed) == ("食品安全自查报告", needed)


def test_a3_a_chain_names_its_head_office(packaged: DocumentView) -> None:
    body, view = changed(packaged, "form", "food_business")
    section = next(s for s in body["sections"] if s["code"] == "premises")
    at = [field["code"] for field in section["fields"]].index("premises_area")
    when = {"fact": "form.chain", "op": "eq", "value": True}
    section["fields"][at + 1 : at + 1] = [
        {"code": "chain", "type": "boolean", "title": "是否连锁经营", "required": True},
        {
            "code": "chain_office",
            "type": "text",
            "title": "连锁企业总部名称",
            "visible_when": when,
            "required_when": when,
        },
    ]
    item = compile_item(view(), "food_business_new")
    situation, given = FITTING["food_business_new"]
    answers = answers_for(item, facts_of(item, situation), **given) | {"chain_office": ""}
    for chain, missing in ((True, ["chain_office"]), (False, [])):
        decision = item.decide(situation, answers | {"chain": chain}, facts_of(item, situation)).form
        assert decision is not None
        assert [error.path for error in decision.errors] == missing
        assert ("chain_office" in decision.visible) is chain


@pytest.mark.parametrize(("area", "able"), [("49.99", True), ("50", False)])
def test_a5_a_commitment_for_small_places_only(packaged: DocumentView, area: str, able: bool) -> None:
    body, view = changed(packaged, "item", "public_place_hygiene_new")
    material = next(m for m in body["materials"] if m["title"] == "场所产权证明")
    material["commitment"]["when"] = {"fact": "form.premises_area", "op": "lt", "value": 50}
    item = compile_item(view(), "public_place_hygiene_new")
    situation, given = FITTING["public_place_hygiene_new"]
    answers = answers_for(item, facts_of(item, situation), **given) | {"premises_area": area}
    entries = {e.code: e for e in item.decide(situation, answers, facts_of(item, situation)).checklist}
    assert entries["premises_title"].commitment is able


def test_a2_the_promised_limit_of_public_places_is_ten_working_days(packaged: DocumentView) -> None:
    limits = (packaged.find("item", "public_place_hygiene_new") or {})["time_limits"]
    assert limits["promised"] == {"amount": 10, "unit": "working_day", "note": limits["promised"]["note"]}


def test_a6_window_b12_is_among_the_places_of_two_items(packaged: DocumentView) -> None:
    places = [(packaged.find("item", code) or {})["places"] for code in ITEMS]
    assert sum(any("b12" in place.get("windows", ()) for place in one) for one in places) >= 2


@pytest.mark.parametrize(
    ("id_no", "amount"),
    [("110107194509010011", "100.00"), ("110107193509010025", "500.00"), ("110107192509010039", "800.00")],
)
def test_the_allowance_follows_from_the_age_in_the_identity_number(
    packaged: DocumentView, id_no: str, amount: str
) -> None:
    item = compile_item(packaged, "elderly_allowance")
    situation, given = FITTING["elderly_allowance"]
    facts = facts_of(item, situation)
    decision = item.decide(situation, answers_for(item, facts, **given) | {"id_no": id_no}, facts).form
    assert decision is not None
    assert decision.computed["elder_amount"] == amount
