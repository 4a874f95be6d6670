"""The gate refuses rules that could never be asked; the packaged ones pass and read as sentences."""

from typing import Any

import pytest

from tests.yichuang.warnings.conftest import Release, rule
from yichuang.catalogue.packing import packaged
from yichuang.warnings.checks import findings
from yichuang.warnings.compiled import told

PACKAGED = [body for body in packaged() if body["kind"] == "warning"]


def without(name: str, **more: Any) -> dict[str, Any]:
    return {key: value for key, value in rule(**more).items() if key != name}


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (without("times"), "times"),
        (without("same"), "same"),
        (without("within", watch="screen_silent"), "within"),
        (rule(watch="rate_falling", least=20), "points"),
        (rule(watch="rate_falling", same="clerk", least=20, points=10), "same"),
        (rule(within={"amount": 32, "unit": "day"}), "within/amount"),
        (rule(watch="screen_silent", hours={"from": "17:00", "to": "09:00"}), "hours/to"),
        (rule(reviews="any", times=1), "times"),
    ],
)
def test_what_is_wrong_is_said_at_its_place(body: dict[str, Any], place: str) -> None:
    assert place in {finding.place for finding in findings(body, Release([body]))}  # type: ignore[arg-type]


def test_more_rules_than_the_engine_bears() -> None:
    many = [rule(code=f"r{n}") for n in range(61)]
    assert findings(many[0], Release(many))  # type: ignore[arg-type]
    assert not findings(many[0], Release(many[:60]))  # type: ignore[arg-type]


@pytest.mark.parametrize("body", PACKAGED, ids=lambda body: str(body["code"]))
def test_packaged_rules(body: dict[str, Any]) -> None:
    assert findings(body, Release(PACKAGED)) == []  # type: ignore[arg-type]
    assert told(body).endswith("预警。")


def test_in_words() -> None:
    assert told(rule()) == "同一窗口在 60 分钟以内有 2 次差评时预警。"
