"""Formulas against figures reckoned by hand; the gate; the packaged definitions."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yichuang.bootstrap import kind_table
from yichuang.catalogue.packing import packaged
from yichuang.indicators.checks import findings
from yichuang.indicators.compiled import Indicator
from yichuang.indicators.measures import CODES, MEASURES

SUMS = dict.fromkeys(CODES, 0) | {
    "services": 40, "given": 20, "grade_5": 8, "grade_4": 6, "grade_3": 3, "grade_2": 2, "grade_1": 1, "handled": 3, "true_bad": 2,
    "true_put_right": 1, "on_time": 2, "named_bad": 3, "called_back": 2, "pushes": 60, "pushed": 57, "pushed_in_time": 54,
}  # fmt: skip
"""All five grades."""
BY_HAND = {
    "active_rate": 50.0, "good_rate": 85.0, "bad_rate": 15.0, "rectified_rate": 50.0, "on_time_rate": 66.7, "call_back_rate": 66.7,
    "score": 79.0, "gathered_rate": 95.0, "gathered_in_time_rate": 90.0,
}  # fmt: skip
"""score: (8×100 + 6×85 + 3×70 + 2×30 + 1×0) ÷ 20."""
PACKAGED = {body["code"]: Indicator(body) for body in packaged() if body["kind"] == "indicator"}


def test_every_packaged_one_is_reckoned_here() -> None:
    assert set(PACKAGED) == set(BY_HAND)


@pytest.mark.parametrize("code", BY_HAND)
def test_the_formula_by_hand(code: str) -> None:
    assert PACKAGED[code].value(SUMS) == BY_HAND[code]
    assert PACKAGED[code].value(dict.fromkeys(CODES, 0)) is None, "nothing to divide by is no zero"


@given(
    st.lists(st.decimals(0, 1000, places=3), min_size=3, max_size=3), st.lists(st.integers(0, 10**7), min_size=3, max_size=3), st.integers(0, 3)
)
def test_whole_numbers_give_what_decimals_give(times: list[Decimal], numbers: list[int], decimals: int) -> None:
    terms = [{"measure": f"grade_{n}", "times": str(one)} for n, one in enumerate(times, 1)]
    body = {"code": "x", "title": "x", "scale": "percent", "numerator": terms, "denominator": [{"measure": "given"}], "decimals": decimals}
    sums = {f"grade_{n}": number for n, number in enumerate(numbers, 1)} | {"given": 1 + numbers[0]}
    exact = sum((one * number for one, number in zip(times, numbers, strict=True)), Decimal(0)) * 100 / (1 + numbers[0])
    assert Indicator(body).value(sums) == float(exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))


def test_the_basis_is_said_in_words() -> None:
    assert PACKAGED["good_rate"].basis == "（非常满意＋满意＋基本满意） ÷ 主动评价（有效） × 100%"
    assert PACKAGED["score"].basis.startswith("（非常满意×100＋满意×85")


def test_goals_up_and_down() -> None:
    assert PACKAGED["good_rate"].met(95.0) is True and PACKAGED["good_rate"].met(94.9) is False
    lower = Indicator({**PACKAGED["bad_rate"].body, "goal": 5})
    assert lower.met(5.0) is True and lower.met(5.1) is False and PACKAGED["bad_rate"].met(1.0) is None


def test_the_gate_asks_for_what_a_rate_needs() -> None:
    body: dict[str, Any] = dict(PACKAGED["good_rate"].body)
    body.pop("denominator")
    assert [one.place for one in findings(body, None)] == ["denominator"]  # type: ignore[arg-type]
    twice = {**PACKAGED["good_rate"].body, "numerator": [{"measure": "given"}, {"measure": "given"}]}
    assert [one.place for one in findings(twice, None)] == ["numerator"]  # type: ignore[arg-type]


def test_the_closed_list_of_the_schema_is_that_of_the_code() -> None:
    term = kind_table().get("indicator").schema["properties"]["numerator"]["items"]["properties"]["measure"]
    assert dict(zip(term["enum"], term["x-enum-titles"], strict=True)) == MEASURES
