"""What the public tables tell, nobody can subtract down to a few reviews: an attacker with linear algebra finds nothing."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yichuang.indicators.hiding import Given, hidden

LEAST = 10
Atoms = dict[tuple[str, str], int]
"""(department, item) → reviews."""


def tables(atoms: Atoms) -> Given:
    sides: dict[str, Counter[str]] = {"department": Counter(), "item": Counter()}
    for (department, item), number in atoms.items():
        sides["department"][department] += number
        sides["item"][item] += number
    return Given(sides, {("department", "item"): list(atoms)})


def told(atoms: Atoms) -> dict[str, set[str]]:
    made, found = tables(atoms), hidden(tables(atoms), LEAST)
    return {name: set(table) - found[name] for name, table in made.tables.items()}


def test_an_item_does_not_follow_from_its_department() -> None:
    atoms = {("scjg", "food"): 12, ("scjg", "shop"): 2, ("rsj", "pension"): 30, ("rsj", "card"): 9}
    shown = told(atoms)
    assert "shop" not in shown["item"] and "card" not in shown["item"], "too few"
    assert not ({"scjg"} <= shown["department"] and {"food"} <= shown["item"]), "14 - 12 would be the two of the shop"
    assert not ({"rsj"} <= shown["department"] and {"pension"} <= shown["item"]), "39 - 30 would be the nine of the card"


def test_where_all_have_enough_all_are_told() -> None:
    atoms = {("scjg", "food"): 12, ("scjg", "shop"): 10, ("rsj", "pension"): 30}
    assert told(atoms) == {"department": {"scjg", "rsj"}, "item": {"food", "shop", "pension"}}


def test_those_without_a_member_count_as_hidden() -> None:
    atoms = {("scjg", ""): 3, ("scjg", "food"): 40, ("rsj", "pension"): 30}
    shown = told(atoms)
    assert not ({"scjg"} <= shown["department"] and {"food"} <= shown["item"])


def test_what_is_common_to_two_rows_does_not_follow_either() -> None:
    shown = told({("A", "u"): 1, ("A", "v"): 10, ("B", "u"): 10})
    assert not ({"A"} <= shown["department"] and {"v"} <= shown["item"]), "11 - 10 would be the one of u in A"


def test_big_hidden_groups_hide_no_more() -> None:
    atoms = {("scjg", f"item{n}"): 6 for n in range(4)} | {("scjg", "food"): 50, ("rsj", "pension"): 30}
    shown = told(atoms)
    assert shown == {"department": {"scjg", "rsj"}, "item": {"food", "pension"}}, "24 reviews of four items together are enough"


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.tuples(st.sampled_from("ABC"), st.sampled_from("uvwxyz")), st.integers(1, 25), min_size=1, max_size=9))
def test_no_sum_of_told_rows_leaves_less_than_enough(atoms: Atoms) -> None:
    """Every combination of told rows, added and subtracted, that is a set of reviews is either nothing or enough of them."""
    shown, keys = told(atoms), list(atoms)
    rows = [[int(key[0] == name) for key in keys] for name in sorted(shown["department"])]
    rows += [[-int(key[1] == name) for key in keys] for name in sorted(shown["item"])]
    for chosen in range(1, 1 << len(rows)):
        summed = [sum(row[n] for place, row in enumerate(rows) if chosen >> place & 1) for n in range(len(keys))]
        for sign in (1, -1):
            signed = [sign * weight for weight in summed]
            if set(signed) <= {0, 1} and any(signed):
                number = sum(atoms[key] for key, weight in zip(keys, signed, strict=True) if weight)
                assert number >= LEAST, (atoms, shown, number)


@pytest.mark.parametrize("number", [1, 9])
def test_a_single_small_one_is_hidden(number: int) -> None:
    assert told({("scjg", "food"): number}) == {"department": set(), "item": set()}
