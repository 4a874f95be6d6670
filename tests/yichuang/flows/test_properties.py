"""Over every packaged flow and random facts: only what is permitted happens, nobody is stuck, and the clock never runs backwards."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yichuang.cases.clock import Limit, Limits, Reckoning, reckon
from yichuang.cases.ticking import advanced, extended
from yichuang.catalogue.documents import read
from yichuang.catalogue.views import DocumentView
from yichuang.errors import ActionRefused
from yichuang.flows import CompiledFlow, compile_flow, compile_item_flow
from yichuang.flows.facts import CASE_FACTS
from yichuang.items.calendar import Calendar

ROOT = Path(__file__).parents[3] / "definitions"
VIEW = DocumentView(read(path.read_text("utf-8")) for path in sorted(ROOT.glob("*/*.yaml")))
FLOWS = [compile_flow(VIEW, code) for code in VIEW.codes("flow")] + [compile_item_flow(VIEW, "minimum_living")]
CALENDAR = Calendar(VIEW.find("calendar", "china") or {})
OF_TYPE: dict[str, Any] = {
    "boolean": st.booleans(), "number": st.integers(-2, 4), "text": st.sampled_from(["desk", "apply", "received", "in_review"]),
}  # fmt: skip
FACTS = st.fixed_dictionaries(
    {"item.case_type": st.sampled_from(["1", "2"])}, optional={fact.path: OF_TYPE[fact.type] for fact in CASE_FACTS}
)
UNITS = st.sampled_from(["working_day", "day", "month", "hour"])


def by_hand(flow: CompiledFlow, state: str) -> set[str]:
    """From the definition's text: the actions that have their place in a state."""
    return {action["code"] for action in flow.body["actions"] if state in action["from"]}


@given(st.sampled_from(FLOWS), FACTS, st.data())
@settings(max_examples=100, deadline=None)
def test_from_every_state_only_permitted_actions_are_possible(flow: CompiledFlow, facts: dict[str, Any], data: st.DataObject) -> None:
    state = data.draw(st.sampled_from(list(flow.states)))
    allowed = {
        offer.action.code
        for by in ("staff", "applicant", "system")
        for offer in flow.offers(state, facts, lambda _action: None, by=by)
        if offer.allowed
    }
    taken = set()
    for code in flow.actions:
        try:
            target = flow.take(state, code, facts)
        except ActionRefused as refused:
            assert refused.reasons and all(reason["message"] for reason in refused.reasons)
            continue
        taken.add(code)
        assert target.code == flow.actions[code].target
    assert taken == allowed <= by_hand(flow, state)


@given(st.sampled_from(FLOWS), st.text(max_size=20), st.text(max_size=20), FACTS)
@settings(max_examples=200, deadline=None)
def test_taking_a_step_answers_or_refuses_whatever_is_asked(flow: CompiledFlow, state: str, action: str, facts: dict[str, Any]) -> None:
    try:
        assert flow.take(state, action, facts).code in flow.states
    except ActionRefused as refused:
        assert refused.detail


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.code)
def test_there_is_no_dead_end_for_a_case_in_order(flow: CompiledFlow) -> None:
    """With every guard satisfiable by its facts, a way to an end stays open from everywhere; counted here on its own."""
    ways = {code: {flow.actions[action].target for action in by_hand(flow, code)} for code in flow.states}
    for start in flow.states:
        found, waiting = {start}, [start]
        while waiting:
            for target in ways[waiting.pop()] - found:
                found.add(target)
                waiting.append(target)
        assert any(flow.states[code].ended for code in found), start


@given(st.sampled_from(FLOWS), st.data(), st.integers(0, 30), UNITS)
@settings(max_examples=200, deadline=None)
def test_the_clock_never_runs_backwards(flow: CompiledFlow, data: st.DataObject, amount: int, unit: str) -> None:
    """A random way through the flow on days that go on: due dates only move later, used days never grow fewer."""
    amount = amount % 6 if unit == "month" else amount
    limits = Limits(Limit(amount, unit), Limit(amount + 6, unit))
    today = date(2024, 1, 2) + timedelta(days=data.draw(st.integers(0, 300)))
    opening = flow.opening(data.draw(st.sampled_from(["desk", "apply"])))
    state, events, facts = flow.states[opening.target], advanced([], "", flow.states[opening.target].clock, today), {"extended": 0}
    before = reckon(events, limits, CALENDAR, today, flow.settings)
    for _ in range(data.draw(st.integers(1, 12))):
        today += timedelta(days=data.draw(st.integers(0, 9)))
        before = later(before, reckon(events, limits, CALENDAR, today, flow.settings))
        codes = sorted(by_hand(flow, state.code))
        if not codes:
            break
        action = flow.actions[data.draw(st.sampled_from(codes))]
        if "extend" in action.effects:
            if facts["extended"]:
                continue
            facts["extended"] = 1
            events = extended(events, data.draw(st.integers(1, 20)), today)
        target = flow.states[action.target]
        instant = bool(action.outcome == "approved")
        events = advanced(events, state.clock, target.clock, today, settled="deem" in action.effects, instant=instant)
        state = target
        before = later(before, reckon(events, limits, CALENDAR, today, flow.settings))
    days = [event["on"] for event in events if event["kind"] != "accepted"]
    assert days == sorted(days)


def later(before: Reckoning, now: Reckoning) -> Reckoning:
    assert not now.provisional
    for name in ("due_on", "statutory_due"):
        earlier, since = getattr(before, name), getattr(now, name)
        assert earlier is None or (since is not None and since >= earlier), (name, before, now)
    assert before.used is None or (now.used is not None and now.used >= before.used)
    return now
