"""Whom a step is pushed to, and what the gate says of a target."""

from typing import Any

import pytest

from yichuang.bootstrap import kind_table
from yichuang.catalogue.gate import check
from yichuang.catalogue.packing import DocumentView, packaged
from yichuang.exchange.targets import compile_targets
from yichuang.ports import Ref

VIEW = DocumentView(packaged())
PUSHED = {
    "kind": "target", "code": "bureau", "title": "某系统", "transport": "http", "connection": "bureau", "departments": ["scjg"], "pushes": ["ACCEPT"],
}  # fmt: skip


def findings(*bodies: dict[str, Any]) -> list[tuple[str, str, str]]:
    view = DocumentView([*packaged(), *bodies])
    only = [Ref(body["kind"], body["code"]) for body in bodies if body["kind"] == "target"]
    return [(finding.severity, finding.place, finding.message) for finding in check(view, kind_table(), only)]


def test_a_step_goes_to_the_targets_of_its_department_only() -> None:
    targets = compile_targets(VIEW, "")
    assert [target.code for target in targets.receivers("scjg", "food_business_new", "ACCEPT")] == ["food_bureau"]
    assert [target.code for target in targets.receivers("wjw", "public_place_hygiene_new", "RESULT")] == ["health_front"]
    assert targets.receivers("mzj", "minimum_living", "ACCEPT") == []
    assert targets.receivers("scjg", "food_business_new", "WITHDRAW") == []


def test_who_pulls_is_sent_nothing() -> None:
    bus = compile_targets(VIEW, "").get("city_bus")
    assert not bus.pushed and bus.concerns("mzj", "minimum_living")
    assert not bus.receives("mzj", "minimum_living", "ACCEPT")


def test_what_a_definition_leaves_out_is_as_usual() -> None:
    target = compile_targets(DocumentView([PUSHED | {"limits": {"budget_seconds": 0.5}}]), "").get("bureau")
    assert (target.policy.budget_seconds, target.policy.attempts, target.policy.in_flight, target.alarm_waiting) == (0.5, 12, 8, 1000)


@pytest.mark.parametrize(
    ("change", "severity", "place"),
    [
        ({"connection": ""}, "error", "connection"),
        ({"code": "inbox"}, "error", "code"),
        ({"pushes": []}, "warning", "pushes"),
        ({"transport": "pull"}, "warning", "pushes"),
        ({"items": ["nurse_registration"]}, "warning", "items"),
        ({"retry": {"first_seconds": 60, "longest_seconds": 5}}, "error", "retry/longest_seconds"),
        ({"transport": "pigeon"}, "error", "transport"),
        ({"departments": ["nowhere"]}, "error", "departments/0"),
    ],
)
def test_the_gate_says_what_is_wrong(change: dict[str, Any], severity: str, place: str) -> None:
    body = {key: value for key, value in (PUSHED | change).items() if value != ""}
    assert (severity, place) in {(found[0], found[1]) for found in findings(body)}


def test_a_pushed_step_without_a_mapping_is_pointed_out() -> None:
    mapping = {"kind": "mapping", "code": "m", "target": "bureau", "items": ["food_business_new"], "steps": ["APPLY"]}
    (found,) = findings(PUSHED | {"items": ["food_business_new"]}, mapping)
    assert found == ("warning", "pushes", "没有字段映射：food_business_new 受理；推送时会列入异常数据")
