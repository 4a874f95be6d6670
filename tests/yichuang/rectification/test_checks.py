"""The gate: a handling without an end, without people, or without a second person is told where it is wrong. Properties of the packaged one."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yichuang.access.powers import POWERS as EVERY_POWER
from yichuang.bootstrap import kind_table
from yichuang.catalogue.packing import packaged
from yichuang.errors import ActionRefused
from yichuang.ports import Body, DefinitionView
from yichuang.rectification.checks import findings
from yichuang.rectification.compiled import BEGINS, EFFECTS, Handling, compile_handling
from yichuang.rectification.record import POWERS


class View:
    def __init__(self, bodies: list[Any]) -> None:
        self._bodies = {(body["kind"], body["code"]): body for body in bodies}

    def find(self, kind: str, code: str) -> Body | None:
        return self._bodies.get((kind, code))

    def codes(self, kind: str) -> list[str]:
        return sorted(code for found, code in self._bodies if found == kind)


@pytest.fixture(scope="module")
def view() -> DefinitionView:
    return View(packaged())


@pytest.fixture(scope="module")
def handling(view: DefinitionView) -> Handling:
    return compile_handling(view, "standard")


@pytest.fixture
def body(view: DefinitionView) -> dict[str, Any]:
    return copy.deepcopy(dict(view.find("rectification", "standard") or {}))


def action(body: dict[str, Any], code: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in body["actions"] if one["code"] == code)
    return found


def said(body: dict[str, Any], view: DefinitionView) -> str:
    return "；".join(f"{one.place} {one.message}" for one in findings(body, view))


def test_the_packaged_one_is_whole(body: dict[str, Any], view: DefinitionView) -> None:
    assert findings(body, view) == []


def test_faults_are_told_with_their_place(body: dict[str, Any], view: DefinitionView) -> None:
    action(body, "confirm_malicious")["from"].append("triage")
    action(body, "assign")["power"] = "nothing"
    action(body, "approve")["to"] = "nowhere"
    action(body, "verify")["inputs"] = []
    action(body, "dismiss")["other_than"] = ["nobody"]
    body["states"].append({"code": "lost", "title": "迷路"})
    told = said(body, view)
    for words in ("须由另一人先提出", "没有设所需权限", "没有状态“nowhere”", "需要必填的填写项 classification", "没有动作“nobody”", "迷路"):
        assert words in told


def test_conditions_know_the_facts_of_handlings_only(body: dict[str, Any], view: DefinitionView) -> None:
    action(body, "take")["when"] = {"fact": "case.round", "op": "gte", "value": 1}
    assert "case.round" in said(body, view)


def test_a_departments_step_may_not_hang_on_whether_the_reviewer_can_be_called(body: dict[str, Any], view: DefinitionView) -> None:
    action(body, "take")["when"] = {"fact": "rectification.named", "op": "eq", "value": True}
    assert "否则部门能推知评价人" in said(body, view)


def test_exactly_one_action_begins(body: dict[str, Any], view: DefinitionView) -> None:
    action(body, "take")["begins"] = True
    assert "恰好有一个动作开始处置" in said(body, view)


def test_the_closed_lists_of_the_schema_are_those_of_the_code() -> None:
    schema = kind_table().get("rectification").schema["properties"]["actions"]["items"]["properties"]
    assert dict(zip(schema["effects"]["items"]["enum"], schema["effects"]["items"]["x-enum-titles"], strict=True)) == EFFECTS
    assert dict(zip(schema["power"]["enum"], schema["power"]["x-enum-titles"], strict=True)) == {code: EVERY_POWER[code] for code in POWERS}


@given(st.data())
def test_from_every_state_only_its_actions_lead_on_and_an_end_is_never_far(handling: Handling, data: st.DataObject) -> None:
    flow = handling.flow
    facts = {
        "rectification.named": data.draw(st.booleans()), "rectification.evidence": data.draw(st.integers(0, 2)), "rectification.grade": 1,
        "rectification.classification": "", "rectification.state": "", "rectification.contacted": False, "rectification.appeals": 0,
        "rectification.overdue": False, "rectification.days_left": 0,
    }  # fmt: skip
    state = flow.opening(BEGINS).target
    for _ in range(40):
        facts["rectification.state"] = state
        allowed = {offer.action.code for offer in flow.offers(state, facts, lambda _action: None) if offer.allowed}
        for code in flow.actions:
            if code not in allowed:
                with pytest.raises(ActionRefused):
                    flow.take(state, code, facts)
        assert allowed or flow.states[state].ended, state
        if not allowed:
            break
        taken = data.draw(st.sampled_from(sorted(allowed)))
        state = flow.take(state, taken, facts).code
