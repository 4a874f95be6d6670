"""How far powers go."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yichuang.access.grants import ALL, EVERYWHERE, NOWHERE, Grants, Reach, protecting, reach_of
from yichuang.access.powers import KNOWING, POWERS, REACHES
from yichuang.errors import NotAllowed, OutOfReach
from yichuang.ports import Actor, Place

BAJIAO = Place("mzj", "bajiao_hall", "bajiao", "bajiao_w1")
GUCHENG = Place("mzj", "gucheng_hall", "gucheng", "gucheng_w1")
WHO = Actor("wang", "王", frozenset(), "bajiao_w1", Place("mzj", "bajiao_hall", "bajiao"))
CODES = st.sampled_from(["", "a", "b"])
PLACES = st.builds(Place, CODES, CODES, CODES, CODES)
SETS = st.frozensets(CODES)
REACHED = st.builds(Reach, st.booleans(), SETS, SETS, SETS, SETS, st.sampled_from(["", "wang"]))


@pytest.mark.parametrize(("kind", "here", "there"), [
    ("all", True, True), ("hall", True, False), ("street", True, False), ("department", True, True), ("window", True, False),
])  # fmt: skip
def test_a_reach_covers_ones_own_place(kind: str, here: bool, there: bool) -> None:
    reach = reach_of(kind, WHO)
    assert (reach.covers(BAJIAO), reach.covers(GUCHENG)) == (here, there)


def test_every_reach_that_can_be_chosen_is_known() -> None:
    assert all(isinstance(reach_of(kind, WHO), Reach) for kind in REACHES)


def test_own_covers_what_one_handles_and_nothing_else() -> None:
    own = reach_of("own", WHO)
    assert own.covers(GUCHENG, "wang")
    assert not own.covers(BAJIAO, "li")
    assert not own.covers(BAJIAO)


@pytest.mark.parametrize("kind", ["hall", "street", "department", "window"])
def test_without_a_posting_a_reach_is_nowhere_even_for_a_place_without_that_part(kind: str) -> None:
    reach = reach_of(kind, Actor("li"))
    assert reach.nowhere
    assert not reach.covers(Place())


@given(REACHED, PLACES)
def test_a_place_without_parts_is_covered_by_everything_only(reach: Reach, _place: Place) -> None:
    assert reach.covers(Place()) == reach.everything


@given(REACHED, REACHED, PLACES, st.sampled_from(["", "wang", "li"]))
def test_two_reaches_together_cover_what_either_covers(one: Reach, other: Reach, place: Place, clerk: str) -> None:
    assert (one | other).covers(place, clerk) == (one.covers(place, clerk) or other.covers(place, clerk))


def test_a_missing_power_is_refused_by_name_and_a_foreign_place_as_out_of_reach() -> None:
    grants = Grants({"case.read": reach_of("street", WHO)})
    grants.require("case.read", BAJIAO)
    grants.require("case.read")
    with pytest.raises(NotAllowed, match="导出"):
        grants.require("export", BAJIAO)
    with pytest.raises(OutOfReach):
        grants.require("case.read", GUCHENG)


def test_who_has_no_posting_is_told_whom_to_ask() -> None:
    with pytest.raises(OutOfReach, match="系统管理员"):
        Grants({"case.read": NOWHERE}).require("case.read", BAJIAO)


def test_the_system_may_everything_everywhere() -> None:
    assert all(ALL.reach(power) == EVERYWHERE for power in POWERS)


@pytest.mark.parametrize(("powers", "department"), [(("commitment.verify",), ""), (("case.decide",), ""), ((), "scjg")])
def test_whoever_may_be_reviewed_has_no_power_that_leads_to_the_reviewer(powers: tuple[str, ...], department: str) -> None:
    held = protecting(dict.fromkeys((*KNOWING, *powers, "reviews.rectify", "reviews.approve"), EVERYWHERE), department)
    assert set(held.powers) == {*powers, "reviews.rectify", "reviews.approve"} and held.withheld == KNOWING
    with pytest.raises(NotAllowed, match="保护评价人"):
        held.require("reviews.contact")


def test_who_serves_at_a_counter_doesnt_put_right_either() -> None:
    held = protecting(dict.fromkeys((*KNOWING, "case.accept", "reviews.rectify", "case.read"), EVERYWHERE), "")
    assert set(held.powers) == {"case.accept", "case.read"}


def test_what_lies_nowhere_is_not_theirs_whatever_their_reach() -> None:
    """Reviews on their way to the city."""
    held = protecting({"exchange.manage": EVERYWHERE, "case.decide": EVERYWHERE, "delivery.manage": Reach(halls=frozenset({"h"}))}, "")
    assert held.reach("exchange.manage").covers(Place("scjg")) and not held.reach("exchange.manage").covers(Place())
    assert held.reach("case.decide").covers(Place()) and held.reach("delivery.manage") == Reach(halls=frozenset({"h"}))
    both = held.reach("exchange.manage") | held.reach("delivery.manage")
    assert both.placed and not (both | EVERYWHERE).placed


def test_whoever_handles_no_cases_and_is_of_no_department_keeps_them() -> None:
    given_ = dict.fromkeys((*KNOWING, "case.read", "statistics.read", "exchange.manage"), EVERYWHERE)
    assert protecting(given_, "") == Grants(given_)
