"""Whatever is told of one, it is told of enough others in the same words, and so is what is left out."""

from collections import Counter
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from yichuang.causes.crowd import Trait, told

TRAITS: list[Trait[tuple[Any, ...]]] = [Trait(name, lambda one, at=n: one[at]) for n, name in enumerate(("window", "day", "situation"))]
PEOPLE = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4), st.sampled_from("abc")), max_size=60)


def seen(everybody: list[tuple[Any, ...]], one: tuple[Any, ...], least: int) -> tuple[Any, ...]:
    """All that a page shows of one: the values told, and that others are not."""
    shown = told(everybody, one, TRAITS, least)
    return tuple((trait.code, trait.of(one)) if trait.code in shown else trait.code for trait in TRAITS)


@given(PEOPLE, st.integers(1, 6))
def test_every_page_fits_at_least_so_many(everybody: list[tuple[Any, ...]], least: int) -> None:
    pages = Counter(seen(everybody, one, least) for one in everybody)
    assert all(number >= min(least, len(everybody)) for number in pages.values())


def test_too_few_altogether_are_told_nothing_of() -> None:
    assert told([(1, 1, "a")] * 4, (1, 1, "a"), TRAITS, 5) == frozenset()


def test_what_all_share_is_told_and_what_singles_out_is_not() -> None:
    everybody = [(1, day, "a") for day in range(12)] + [(2, 1, "a")] * 6
    assert told(everybody, (1, 3, "a"), TRAITS, 5) == {"window", "situation"}


def test_a_small_group_is_not_found_by_being_left_out() -> None:
    """Seventeen at one window, one at another: if the first were told, the second would be alone in not being told."""
    everybody = [(1, 1, "a")] * 17 + [(2, 1, "a")]
    assert "window" not in told(everybody, everybody[0], TRAITS, 5) | told(everybody, everybody[-1], TRAITS, 5)
