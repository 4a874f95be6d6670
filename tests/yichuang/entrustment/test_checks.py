"""What the gate says about an agreement before it can be published."""

from collections.abc import Callable
from typing import Any

import pytest

from yichuang.catalogue.views import DocumentView
from yichuang.entrustment.checks import findings, item_findings

Views = Callable[..., DocumentView]


def said(view_of: Views, *agreements: dict[str, Any]) -> list[str]:
    view = view_of(*agreements)
    return [f"{f.severity} {f.place} {f.message}" for f in findings(agreements[0], view)]


def test_a_sound_agreement_passes(view_of: Views, agreement: dict[str, Any]) -> None:
    assert said(view_of, agreement) == []


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"valid_to": "2026-01-01 00:00"}, "error valid_to 期满时间不晚于生效时间"),
        ({"valid_from": "2026-02-30 00:00"}, "error valid_from 没有“2026-02-30 00:00”这个时间"),
        ({"items": [{"item": "food"}]}, "error items/0/item “食品经营许可”的实施部门不是委托部门，不能由它委托"),
        ({"items": [{"item": "nurse"}, {"item": "nurse"}]}, "error items/1/item 同一事项列了两次"),
        (
            {"items": [{"item": "nurse", "from": "2027-01-02 00:00", "until": "2027-01-01 00:00"}]},
            "error items/0/until 停止受理的时间不晚于开始受理的时间",
        ),
        ({"items": [{"item": "nurse", "from": "2029-01-01 00:00"}]}, "error items/0 这一事项的起止时间完全在委托书有效期之外"),
        ({"windows": ["lugu_w1"]}, "error windows 窗口“1 号”属于鲁谷大厅，不在所选的大厅、街道内"),
        ({"powers": ["RECEIVE"]}, "warning items/0/powers “护士执业注册”由窗口受理需要的权限没有给全：作出受理"),
        ({"announcement": None}, "warning announcement 委托已生效，但没有登记公告"),
        (
            {"items": [{"item": "nurse", "review_points": [{"material": "x", "points": ["y"]}]}]},
            "error items/0/review_points/0/material “护士执业注册”没有代码为“x”的材料",
        ),
        ({"items": [{"item": "nurse", "versions": {"from": 3, "to": 2}}]}, "error items/0/versions 适用的事项版本写反了"),
    ],
)
def test_each_fault_is_named_at_its_place(view_of: Views, agreement: dict[str, Any], changed: dict[str, Any], words: str) -> None:
    assert said(view_of, agreement | changed) == [words]


def test_one_window_acts_under_one_agreement_only(view_of: Views, agreement: dict[str, Any]) -> None:
    other = agreement | {"code": "other", "title": "另一份", "windows": ["c22"]}
    assert said(view_of, agreement, other) == ["error items/0 “护士执业注册”在委托书“另一份”中已委托给相同的窗口，时间也重叠"]
    assert said(view_of, agreement, other | {"valid_from": "2028-01-01 00:00", "valid_to": "2029-01-01 00:00"}) == []
    assert said(view_of, agreement, other | {"halls": ["lugu_hall"], "windows": []}) == []
    assert said(view_of, agreement, other | {"state": "revoked"}) == []


def test_what_the_items_flow_asks_of_the_window_must_be_given(view_of: Views, agreement: dict[str, Any]) -> None:
    actions = [{"code": "receive", "entrusted": "RECEIVE"}, {"code": "reject", "entrusted": "REJECT_NOTICE"}]
    flow = {"kind": "flow", "code": "standard", "title": "通用流程", "actions": actions}
    assert said(view_of, agreement, flow) == ["warning items/0/powers “护士执业注册”由窗口受理需要的权限没有给全：出具不予受理"]


def test_an_items_mark_and_the_agreements_agree(view_of: Views, agreement: dict[str, Any]) -> None:
    view = view_of(agreement)
    nurse, food = dict(view.find("item", "nurse") or {}), view.find("item", "food") or {}
    assert item_findings(nurse, view) == []
    assert "没有列入任何在用的委托书" in item_findings(food, view)[0].message
    nurse["features"] = {}
    assert "没有标为“委托受理”" in item_findings(nurse, view)[0].message
