"""A case from its first minute to its last, on both databases."""

import json
from datetime import date
from typing import Any

import pytest

from tests.yichuang.cases.conftest import BOTH, HallAtWork
from yichuang.errors import (
    ActionRefused,
    CaseHeld,
    CaseMissing,
    CaseOutdated,
    EntrustmentRefused,
    InputRefused,
    NotAllowed,
)

pytestmark = BOTH

POINT = {"target": "material", "code": "premises_use", "title": "经营场所使用证明", "problem": "租赁合同缺出租方签名", "standard": "双方签名盖章"}

SHEETS = ["受理通知书", "特别程序告知书", "延期通知书", "准予决定书", "送达回证"]


def titles(view: dict[str, Any]) -> list[str]:
    return [document["title"] for document in view["documents"]]


def test_an_application_at_the_counter_becomes_a_case_with_number_receipt_and_materials(hall: HallAtWork) -> None:
    case = hall.receive("food_business_new", operator_name="北京恒信餐饮有限公司")
    view = hall.view(case)
    assert view["number"] == "110107-2026-0000001"
    assert (view["state"], view["clock"]["answer_due"]) == ("received", "2026-03-09")
    assert [material["code"] for material in view["materials"] if material["missing"]]
    assert [step["action"] for step in view["steps"]] == ["receive"]
    assert titles(view) == []


def test_the_receipt_lists_what_was_handed_in(hall: HallAtWork) -> None:
    case = hall.receive("food_business_new")
    with pytest.raises(ActionRefused, match="还没有登记"):
        hall.act(case, "give_receipt")
    hall.collect(case)
    hall.act(case, "give_receipt")
    assert titles(hall.view(case)) == ["材料接收凭证"]


def test_what_is_complete_is_accepted_with_a_notice_and_a_due_day(hall: HallAtWork) -> None:
    case = hall.receive("food_business_new")
    with pytest.raises(ActionRefused, match="没有收齐"):
        hall.act(case, "accept")
    hall.collect(case)
    hall.act(case, "accept")
    view = hall.view(case)
    assert (view["state"], view["clock"]["due_on"], view["clock"]["light"]) == ("accepted", "2026-03-10", "green")
    assert "受理通知书" in titles(view)
    with hall.services.database.reading() as connection:
        facts = json.loads(str(connection.exec_driver_sql("SELECT facts FROM case_steps WHERE action = 'accept'").scalar()))
    assert facts["read"] == {"case.materials_missing": 0}


def review(hall: HallAtWork, item: str = "food_business_new") -> str:
    """A case accepted and taken in by the department."""
    case = hall.receive(item)
    hall.collect(case)
    hall.act(case, "accept")
    hall.act(case, "take_in", "approver")
    return case


def test_a_promised_case_goes_through_special_procedure_extension_decision_and_delivery(hall: HallAtWork) -> None:
    case = review(hall)
    hall.clock.at(3, 4)
    special = {"name": "expert_review", "reason": "集体用餐配送须评审", "basis": "行政许可法第四十五条", "days": 5, "approver": "演示负责人"}
    hall.act(case, "start_special", "approver", **special)
    assert (hall.view(case)["clock"]["light"], hall.state(case)) == ("grey", "special")
    hall.clock.at(3, 11)
    hall.act(case, "end_special", "approver", result="评审通过")
    assert hall.view(case)["clock"]["due_on"] == "2026-03-17"
    hall.act(case, "extend", "approver", reason="须核实设备参数", days=5, approver="演示负责人")
    assert hall.view(case)["clock"]["due_on"] == "2026-03-24"
    with pytest.raises(ActionRefused, match="已经延期过一次"):
        hall.act(case, "extend", "approver", reason="再延", days=5, approver="演示负责人")
    hall.act(case, "approve", "approver", opinion="准予经营")
    hall.act(case, "close", "approver")
    hall.act(case, "deliver", "delivery", method="direct", recipient="北京某公司", place="政务服务中心", on="2026-03-11")
    view = hall.view(case, "manager")
    assert (view["state"], view["outcome"]) == ("delivered", "approved")
    assert [document["title"] for document in view["documents"]] == SHEETS
    assert [step for step in view["steps"] if step["action"] == "approve"][0]["on_time"] is True


def test_an_instant_case_is_decided_on_the_spot(hall: HallAtWork) -> None:
    case = hall.receive("individual_business_new")
    hall.collect(case)
    hall.act(case, "issue_instant", result="个体工商户营业执照")
    view = hall.view(case)
    assert (view["state"], view["outcome"], view["clock"]["state"]) == ("closed", "approved", "stopped")


def test_one_correction_names_all_points_and_acceptance_counts_from_the_day_it_was_complete(hall: HallAtWork) -> None:
    case = hall.receive("food_business_new")
    hall.collect(case)
    field = {"target": "field", "code": "contact_phone", "title": "联系电话", "problem": "号码少一位", "standard": "11 位手机号"}
    hall.act(case, "correct", points=[POINT, field], days=10)
    view = hall.view(case)
    found = view["corrections"][0]
    assert (view["state"], found["due_on"], found["open_points"]) == ("correcting", "2026-03-16", 2)
    with pytest.raises(ActionRefused, match="还有 2 项"):
        hall.act(case, "receive_correction")
    clerk, cases = hall.who("clerk"), hall.services.cases
    cases.answer_point(case, found["id"], 1, {"text": "已补签"}, [], clerk)
    cases.answer_point(case, found["id"], 2, {"value": "13900000000"}, [], clerk)
    hall.clock.at(3, 5)
    hall.act(case, "receive_correction")
    hall.clock.at(3, 6)
    hall.act(case, "accept")
    view = hall.view(case)
    assert view["clock"]["accepted_on"] == "2026-03-05"
    assert view["answers"]["contact_phone"] == "13900000000"


def test_a_field_corrected_to_nonsense_is_refused_by_name(hall: HallAtWork) -> None:
    case = hall.receive("food_business_new")
    field = {"target": "field", "code": "contact_phone", "title": "联系电话", "problem": "号码少一位", "standard": "11 位手机号"}
    hall.act(case, "correct", points=[field], days=10)
    found = hall.view(case)["corrections"][0]
    hall.services.cases.answer_point(case, found["id"], 1, {"value": "12"}, [], hall.who("clerk"))
    with pytest.raises(ActionRefused, match="联系电话"):
        hall.act(case, "receive_correction")


def test_a_second_correction_needs_a_reason_and_the_lead(hall: HallAtWork) -> None:
    case = hall.receive("food_business_new")
    hall.act(case, "correct", points=[POINT], days=10)
    found = hall.view(case)["corrections"][0]
    hall.services.cases.answer_point(case, found["id"], 1, {"text": "已补"}, [], hall.who("clerk"))
    hall.act(case, "receive_correction")
    with pytest.raises(ActionRefused):
        hall.act(case, "correct", points=[POINT], days=5)
    with pytest.raises(InputRefused, match="理由"):
        hall.act(case, "propose_correction", points=[POINT], days=5)
    hall.act(case, "propose_correction", points=[POINT], days=5, reason="补正后的合同缺附件")
    with pytest.raises(NotAllowed):
        hall.act(case, "approve_correction")
    hall.services.cases.release(case, hall.who("clerk"), hall.grants("clerk"))
    hall.act(case, "approve_correction", "lead")
    view = hall.view(case)
    assert (view["state"], len(view["corrections"]), view["corrections"][1]["state"]) == ("correcting", 2, "open")
    assert titles(view) == ["补正告知书", "补正告知书"]


def test_what_nobody_answers_in_five_working_days_is_deemed_accepted_on_the_day_it_came_in(hall: HallAtWork) -> None:
    case = hall.receive("food_business_new")
    hall.clock.at(3, 9, 18)
    assert hall.services.cases.deem_accepted() == 0
    hall.clock.at(3, 10, 0)
    assert hall.services.cases.deem_accepted() == 1
    assert hall.services.cases.deem_accepted() == 0
    view = hall.view(case)
    assert (view["state"], view["clock"]["accepted_on"], view["clock"]["due_on"]) == ("accepted", "2026-03-02", "2026-03-10")


def test_a_correction_that_never_came_ends_the_case_with_a_written_notice(hall: HallAtWork) -> None:
    case = hall.receive("food_business_new")
    hall.act(case, "correct", points=[POINT], days=5)
    hall.clock.at(3, 9)
    assert hall.services.cases.lapse_corrections() == 0
    hall.clock.at(3, 10)
    assert hall.services.cases.lapse_corrections() == 1
    view = hall.view(case)
    assert (view["state"], titles(view)[-1], view["corrections"][0]["state"]) == ("correction_lapsed", "逾期未补正告知书", "lapsed")


def test_what_is_issued_on_the_spot_after_corrections_is_accepted_that_day_and_ends_today(hall: HallAtWork) -> None:
    case = hall.receive("individual_business_new")
    hall.collect(case)
    other = {"target": "other", "code": "", "title": "签名", "problem": "缺签名", "standard": "本人签名"}
    hall.act(case, "correct", points=[other], days=5)
    found = hall.view(case)["corrections"][0]
    hall.services.cases.answer_point(case, found["id"], 1, {"text": "已签"}, [], hall.who("clerk"))
    hall.clock.at(3, 4)
    hall.act(case, "receive_correction")
    hall.clock.at(3, 5)
    hall.act(case, "issue_instant")
    with hall.services.database.reading() as connection:
        events = json.loads(str(connection.exec_driver_sql("SELECT clock FROM cases").scalar()))
    assert [(e["kind"], e["on"]) for e in events][-2:] == [("accepted", "2026-03-04"), ("stopped", "2026-03-05")]


def test_a_rejection_waits_for_the_department_where_the_agreement_says_so(hall: HallAtWork) -> None:
    case = hall.receive("food_business_new")
    view = hall.view(case)
    offered = {offer["action"] for offer in view["offers"]}
    assert len(offered & {"reject", "propose_rejection"}) == 1
    given = {"category": "not_qualified", "reason": "场所为住宅", "basis": "食品安全法第三十三条"}
    if "propose_rejection" in offered:
        hall.act(case, "propose_rejection", **given)
        assert hall.state(case) == "rejection_pending"
        hall.act(case, "confirm_rejection", "approver")
    else:
        hall.act(case, "reject", **given)
    view = hall.view(case)
    assert (view["state"], view["outcome"], len(view["documents"])) == ("rejected", "rejected", 1)


def test_the_same_key_twice_is_one_step_one_document(hall: HallAtWork) -> None:
    case = hall.receive("food_business_new")
    hall.collect(case)
    hall.act(case, "accept", key="once")
    hall.act(case, "accept", key="once")
    view = hall.view(case)
    assert [step["action"] for step in view["steps"]] == ["receive", "accept"]
    assert len(view["documents"]) == 1


def test_a_case_in_another_clerks_hands_says_whose_and_a_lead_may_take_it_over(hall: HallAtWork) -> None:
    case = hall.receive("food_business_new")
    hall.collect(case)
    with pytest.raises(CaseHeld) as caught:
        hall.act(case, "accept", "clerk2")
    assert caught.value.extra["holder"] == "clerk"
    hall.services.cases.hand_over(case, "clerk2", "换班", hall.who("lead"), hall.grants("lead"))
    hall.act(case, "accept", "clerk2")
    assert hall.state(case) == "accepted"


def test_who_acts_on_what_has_changed_meanwhile_is_told_what_stands(hall: HallAtWork) -> None:
    case = hall.receive("food_business_new")
    old = hall.view(case)["revision"]
    hall.collect(case)
    hall.act(case, "accept")
    with pytest.raises(CaseOutdated) as caught:
        hall.services.cases.act(case, "correct", {}, hall.who("clerk"), hall.grants("clerk"), old, "late")
    assert caught.value.extra["current"]["state_title"] == "已受理"


def test_a_clerk_of_another_street_finds_nothing(hall: HallAtWork) -> None:
    case = hall.receive("food_business_new")
    with pytest.raises(CaseMissing):
        hall.view(case, "street")
    with pytest.raises(CaseMissing):
        hall.act(case, "accept", "street")


def test_a_window_without_the_entrustment_is_refused_with_the_way_out(hall: HallAtWork) -> None:
    with pytest.raises(EntrustmentRefused) as caught:
        hall.receive("food_business_new", "street")
    assert caught.value.way_out
    assert hall.view(hall.receive("elderly_allowance", "street"), "street")["number"]


def test_parties_are_sealed_masked_and_shown_whole_only_to_who_may(hall: HallAtWork) -> None:
    case = hall.receive("individual_business_new", operator_name="测试甲乙丙", operator_id_no="110107199001010013", phone="13812345678")
    applicant = hall.view(case)["applicant"]
    assert (applicant["name"], applicant["id_no"], applicant["phone"]) == ("测***丙", "110107********0013", "138****5678")
    assert hall.view(case, reveal=True)["applicant"]["id_no"] == "110107199001010013"
    with hall.services.database.reading() as connection:
        stored = json.dumps([[str(v) for v in row] for row in connection.exec_driver_sql("SELECT * FROM cases")], ensure_ascii=False)
        stored += json.dumps([[str(v) for v in row] for row in connection.exec_driver_sql("SELECT * FROM case_steps")], ensure_ascii=False)
    for secret in ("测试甲乙丙", "110107199001010013", "13812345678"):
        assert secret not in stored


def test_days_are_dates(hall: HallAtWork) -> None:
    case = hall.receive("food_business_new")
    with hall.services.database.reading() as connection:
        row = connection.exec_driver_sql("SELECT answer_due FROM cases").scalar()
    assert str(row) == str(date(2026, 3, 9))
    assert case
