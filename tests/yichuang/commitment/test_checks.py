"""What the gate says of commitments."""

from copy import deepcopy
from typing import Any

import pytest

from yichuang.bootstrap import kind_table
from yichuang.catalogue.gate import check_one
from yichuang.catalogue.packing import packaged
from yichuang.catalogue.views import DocumentView, Overlay
from yichuang.ports import Ref

KINDS = kind_table()
VIEW = DocumentView(packaged())


def faults(code: str, kind: str = "commitment", **changes: Any) -> list[tuple[str, str]]:
    body = deepcopy(dict(VIEW.find(kind, code) or {})) | changes
    found = check_one(Overlay(VIEW, {Ref(kind, code): body}), KINDS, KINDS.get(kind), code)
    return [(finding.place, finding.message) for finding in found]


@pytest.mark.parametrize("code", VIEW.codes("commitment"))
def test_the_packaged_commitments_pass(code: str) -> None:
    assert faults(code) == []


def test_a_material_must_be_the_items_and_allow_a_commitment() -> None:
    assert faults("public_place_hygiene", replaces=[{"material": "nothing"}])[0][0] == "replaces/0/material"
    [(place, message)] = faults("public_place_hygiene", replaces=[{"material": "plan"}])
    assert place == "replaces/0/material" and "没有允许用承诺替代" in message
    assert faults("public_place_hygiene", letter_material="nothing")[0][0] == "letter_material"


def test_a_proof_is_always_signed_by_ones_own_hand_and_replaces_something() -> None:
    assert faults("residence_work", own_hands_only=False)[0][0] == "own_hands_only"
    assert faults("residence_work", replaces=[])[0][0] == "replaces"


def test_conditions_read_facts_that_are_there() -> None:
    rule = {"when": {"fact": "form.nothing", "op": "eq", "value": 1}, "message": "不行"}
    assert faults("residence_work", eligibility=[rule])[0][0].startswith("eligibility/0/when")
    good = {"when": {"fact": "applicant.dishonest", "op": "eq", "value": False}, "message": "失信"}
    assert faults("residence_work", eligibility=[good]) == []


def test_verification_needs_a_term_and_two_inspectors_on_site() -> None:
    found = faults("public_place_hygiene", verification={"mode": "on_site", "risk": "sample", "inspectors": 1})
    assert [place for place, _ in found] == ["verification/sample_percent", "verification/due", "verification/inspectors"]


def test_the_general_rules_may_only_read_what_every_item_has() -> None:
    rule = {"when": {"fact": "situation.handler", "op": "eq", "value": "self"}, "message": "不行"}
    assert faults("standard", "commitment_rules", eligibility=[rule])[0][0].startswith("eligibility/0/when")
    good = {"when": {"fact": "applicant.dishonest", "op": "eq", "value": False}, "message": "失信"}
    assert faults("standard", "commitment_rules", eligibility=[good]) == []
    domains = [{"code": "a", "title": "甲"}, {"code": "a", "title": "乙"}]
    assert {place.split("/")[0] for place, _ in faults("standard", "commitment_rules", domains=domains)} == {"domains"}
