"""Minimum living allowance by its own flow: check, visit, publicity in natural days, confirmation; the clock waits meanwhile."""

import json
from datetime import date
from typing import Any

import pytest

from yichuang.errors import ActionRefused, InputRefused

MEMBER = {
    "name": "测试甲", "relation": "0", "id_no": "110107199001010013", "sex": "0", "birth_date": "1990-01-01", "health": "good",
    "disability_no": "1", "employment": "employed", "monthly_income": "1", "authorised": True,
}  # fmt: skip
CHECK = {"name": "economic_check", "reason": "核对家庭收入和财产", "basis": "某办法第一条", "days": 10, "approver": "某主任"}
VISIT = {
    "people": ["测试乙", "测试丙"], "on": "2026-03-18", "place": "演示路 1 号", "result": "passed", "findings": "与申报一致",
}  # fmt: skip
PUBLICITY = {"name": "publicity", "reason": "拟确认名单", "place": "社区公示栏", "basis": "某办法第二条", "days": 7, "approver": "某主任"}


def taken_in(hall: Any) -> str:
    case: str = hall.receive("minimum_living", "street", birth_date="1990-01-01", members=[MEMBER])
    hall.collect(case, "street")
    hall.act(case, "accept", "street")
    hall.act(case, "take_in", "approver_jd")
    return case


def said(hall: Any, paper: Any) -> str:
    """All that a document says."""
    return json.dumps(hall.services.documents.content(paper.id), ensure_ascii=False, default=str)


def due(hall: Any, case: str) -> date:
    """The due date of the list, which following the calendar leaves as it is."""
    assert hall.services.deadlines.follow(hall.services.catalogue.current()) == 0
    return date.fromisoformat(str(hall.view(case, "manager")["due_on"]))


def test_an_allowance_is_checked_visited_publicised_and_confirmed(hall: Any) -> None:
    case = taken_in(hall)
    first = due(hall, case)
    hall.clock.at(3, 4)
    hall.act(case, "start_check", "approver_jd", **CHECK)
    assert hall.view(case, "manager")["light"] == "grey"
    hall.clock.at(3, 16)
    hall.act(case, "end_check", "approver_jd", finding="consistent", result="一致")
    later = due(hall, case)
    assert (later - first).days > 0
    hall.clock.at(3, 18)
    hall.act(case, "visit", "approver_jd", **VISIT)
    hall.act(case, "start_publicity", "approver_jd", **PUBLICITY)
    check, publicity = [said(hall, paper) for paper in hall.services.documents.of_case(case) if paper.doc_type == "SPECIAL_NOTICE"]
    assert "10个工作日" in check and "2026年3月18日" in check
    assert "7个自然日" in publicity and "2026年3月25日" in publicity
    with pytest.raises(ActionRefused):
        hall.act(case, "approve", "approver_jd", opinion="确认")
    hall.clock.at(3, 25)
    hall.act(case, "end_publicity", "approver_jd", result="无异议")
    assert due(hall, case) > later
    hall.act(case, "approve", "approver_jd", opinion="确认")
    assert hall.state(case) == "approved"


def test_an_objection_goes_back_to_the_inquiry(hall: Any) -> None:
    case = taken_in(hall)
    hall.act(case, "start_publicity", "approver_jd", **PUBLICITY)
    hall.act(case, "uphold_objection", "approver_jd", result="邻居反映有车")
    assert hall.state(case) == "in_review"


def test_publicity_lasts_seven_days_at_least(hall: Any) -> None:
    case = taken_in(hall)
    with pytest.raises(InputRefused, match="不能少于 7 天"):
        hall.act(case, "start_publicity", "approver_jd", **PUBLICITY | {"days": 6})
