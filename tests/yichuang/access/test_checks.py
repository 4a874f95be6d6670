"""What the gate says of roles, and that their schema offers exactly what the code knows."""

import json
from typing import Any

import pytest

from yichuang.access.checks import findings
from yichuang.access.powers import ADMIN_PAGES, GROUPS, POWERS, REACHES
from yichuang.bootstrap import kind_table
from yichuang.catalogue.gate import check
from yichuang.catalogue.packing import packaged
from yichuang.catalogue.views import DocumentView, Overlay
from yichuang.ports import Ref

VIEW = DocumentView(packaged())
SCHEMA = json.loads(json.dumps(dict(kind_table().get("role").schema)))


def role(**parts: Any) -> dict[str, Any]:
    return {"kind": "role", "code": "reviewer", "title": "街道复核员", "reach": "street", "powers": ["case.read"]} | parts


def errors(body: dict[str, Any]) -> list[str]:
    return [finding.place for finding in findings(body, VIEW) if finding.severity == "error"]


def test_the_packaged_roles_pass_the_gate() -> None:
    only = [Ref("role", code) for code in VIEW.codes("role")]
    assert len(only) == 8
    assert check(VIEW, kind_table(), only) == []


def test_an_ordinary_role_passes() -> None:
    assert findings(role(), VIEW) == []


@pytest.mark.parametrize("code", ["sys_admin", "sec_admin", "audit_admin"])
def test_the_three_administrators_get_no_business_power(code: str) -> None:
    assert errors(role(code=code)) == ["code"]


@pytest.mark.parametrize(("parts", "place"), [
    ({"admin_pages": ["definitions.edit"]}, "reach"), ({"admin_pages": ["definitions.publish"], "reach": "department"}, "reach"),
    ({"title": "综窗受理员"}, "title"), ({"title": "安全管理员"}, "title"),
])  # fmt: skip
def test_what_does_not_fit_is_refused_at_its_place(parts: dict[str, Any], place: str) -> None:
    assert errors(role(**parts)) == [place]


def test_a_role_without_any_power_is_warned_of() -> None:
    assert [finding.severity for finding in findings(role(powers=[]), VIEW)] == ["warning"]


def test_a_role_that_handles_cases_is_told_which_powers_are_withheld() -> None:
    (found,) = findings(role(powers=["case.accept", "reviews.contact"]), VIEW)
    assert (found.severity, found.place) == ("warning", "powers") and "联系评价人" in found.message
    (found,) = findings(role(powers=["reviews.figures"], reach="department"), VIEW)
    assert "好差评指标" in found.message
    assert findings(role(powers=["case.read", "reviews.contact"]), VIEW) == []


def test_a_power_outside_of_the_list_is_refused() -> None:
    found = check(Overlay(VIEW, {Ref("role", "reviewer"): role(powers=["case.rob"])}), kind_table(), [Ref("role", "reviewer")])
    assert [finding.severity for finding in found] == ["error"]


def test_the_schema_offers_what_the_code_knows() -> None:
    parts = SCHEMA["properties"]
    powers = parts["powers"]["items"]
    assert dict(zip(powers["enum"], powers["x-enum-titles"], strict=True)) == POWERS
    assert {group["title"]: group["values"] for group in powers["x-enum-groups"]} == {name: list(codes) for name, codes in GROUPS.items()}
    assert dict(zip(parts["reach"]["enum"], parts["reach"]["x-enum-titles"], strict=True)) == REACHES
    pages = parts["admin_pages"]["items"]
    assert dict(zip(pages["enum"], pages["x-enum-titles"], strict=True)) == ADMIN_PAGES
