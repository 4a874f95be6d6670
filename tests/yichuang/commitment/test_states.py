"""The table of states: no dead end but the named ones, nothing from nowhere, and any walk stays within it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yichuang.commitment import states
from yichuang.commitment.states import EVENTS, LIVING, MOVES, STANDING, TITLES, after, events
from yichuang.errors import ActionRefused

ENDS = {"declined", "ineligible", "withdrawn", "lapsed", "verified_ok", "rectified", "credit_repaired"}


def test_every_state_and_event_has_a_chinese_title() -> None:
    assert {state for move, target in MOVES.items() for state in (move[0], target)} == set(TITLES)
    assert {event for _, event in MOVES} | {"offer"} == set(EVENTS)


def test_only_the_named_ends_lead_nowhere() -> None:
    assert {state for state in TITLES if not events(state)} == ENDS


def test_every_state_is_reached_from_the_offer() -> None:
    reached, fresh = {"offered"}, {"offered"}
    while fresh:
        fresh = {MOVES[state, event] for state in fresh for event in events(state)} - reached
        reached |= fresh
    assert reached == set(TITLES)


def test_from_every_state_an_end_is_reached() -> None:
    def ends(state: str) -> bool:
        return state in ENDS or any(ends(MOVES[state, event]) for event in events(state))

    assert all(ends(state) for state in TITLES)


@given(st.lists(st.sampled_from(sorted(EVENTS)), max_size=12))
def test_a_walk_takes_only_permitted_steps_and_never_returns_to_standing(walk: list[str]) -> None:
    state, fell = "offered", False
    for event in walk:
        if event in events(state):
            state = after(state, event)
        else:
            with pytest.raises(ActionRefused) as refused:
                after(state, event)
            assert TITLES[state] in refused.value.reasons[0]["message"]
        assert not (fell and state in STANDING), "what was withdrawn or revoked stood in for materials again"
        fell = fell or state not in LIVING


@pytest.mark.parametrize("wrong", ["", "nothing", states.SIGNED])
def test_an_unknown_event_is_refused_in_words(wrong: Any) -> None:
    with pytest.raises(ActionRefused):
        after("offered", wrong)
