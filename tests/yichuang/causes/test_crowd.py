"""Whatever is told of one, it is told of enough people in the same words, and so is what is left out."""

from collections import defaultdict
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from yichuang.causes.crowd import Crowd, Trait

One = tuple[int, Any, Any, Any]
"""Who came, window, day, situation."""
TRAITS: list[Trait[One]] = [Trait(name, lambda one, at=n: one[at]) for n, name in enumerate(("window", "day", "situation"), 1)]
SERVICES = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 3), st.integers(0, 4), st.sampled_from("abc")), max_size=60)


def told(services: list[One], one: One, least: int) -> frozenset[str]:
    people: Crowd[One] = Crowd(lambda each: each[0], least)
    return people.told(services, one, TRAITS)


def seen(services: list[One], one: One, least: int) -> tuple[Any, ...]:
    """All that a page shows of one: the values told, and that others are not."""
    shown = told(services, one, least)
    return tuple((trait.code, trait.of(one)) if trait.code in shown else trait.code for trait in TRAITS)


@given(SERVICES, st.integers(1, 6))
def test_every_page_fits_enough_people(services: list[One], least: int) -> None:
    pages = defaultdict(set)
    for one in services:
        pages[seen(services, one, least)].add(one[0])
    everybody = {one[0] for one in services}
    assert all(len(people) >= min(least, len(everybody)) for people in pages.values())


def test_too_few_altogether_are_told_nothing_of_nor_is_who_is_not_among_them() -> None:
    few = [(n, 1, 1, "a") for n in range(4)]
    assert told(few, few[0], 5) == frozenset()
    many = [(n, 1, 1, "a") for n in range(9)]
    assert told(many, (99, 1, 1, "a"), 5) == frozenset()


def test_many_services_of_one_person_are_one() -> None:
    assert told([(1, 1, 1, "a")] * 20, (1, 1, 1, "a"), 5) == frozenset()


def test_what_all_share_is_told_and_what_singles_out_is_not() -> None:
    services = [(n, 1, n, "a") for n in range(12)] + [(20 + n, 2, 1, "a") for n in range(6)]
    assert told(services, services[3], 5) == {"window", "situation"}


def test_a_small_group_is_not_found_by_being_left_out() -> None:
    """Seventeen at one window, one at another: if the first were told, the second would be alone in not being told."""
    services = [(n, 1, 1, "a") for n in range(17)] + [(30, 2, 1, "a")]
    assert "window" not in told(services, services[0], 5) | told(services, services[-1], 5)
