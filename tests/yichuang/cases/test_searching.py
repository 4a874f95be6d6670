"""Cases are found by number, name and identity number, within reach only, page by page."""

from typing import Any

import pytest

from tests.yichuang.cases.conftest import BOTH, HallAtWork
from yichuang.cases.case import CaseQuery
from yichuang.cases.words import identity_meant, numbers_meant, pairs
from yichuang.errors import InputRefused, NotAllowed


def found(hall: HallAtWork, by: str = "clerk", **query: Any) -> list[str]:
    answer = hall.services.cases.search(CaseQuery(**query), hall.who(by), hall.grants(by))
    return [line["number"] for line in answer["cases"]]


@BOTH
def test_by_number_tail_organisation_name_and_credit_code(hall: HallAtWork) -> None:
    hall.receive("food_business_new", operator_name="北京恒信食品商贸有限公司")
    hall.receive("food_business_new", operator_name="北京远山餐饮有限公司")
    assert found(hall, text="110107-2026-0000002") == found(hall, text="2") == ["110107-2026-0000002"]
    assert found(hall, text="恒信") == found(hall, text="恒信食品") == ["110107-2026-0000001"]
    assert sorted(found(hall, text="有限公司")) == ["110107-2026-0000001", "110107-2026-0000002"]
    assert len(found(hall, text="91110107ma0tert167")) == 2
    assert found(hall, text="查无此人") == []


def test_a_person_is_found_by_whole_name_or_number_but_never_by_a_part(hall: HallAtWork) -> None:
    hall.receive("individual_business_new", operator_name="欧阳测试", operator_id_no="110107199001010013")
    assert len(found(hall, text="欧阳测试")) == 1
    assert len(found(hall, text="１１０１０７１９９００１０１００１３")) == 1
    assert found(hall, text="欧阳") == []


@BOTH
def test_by_plain_properties_and_the_clocks_light(hall: HallAtWork) -> None:
    case = hall.receive("food_business_new")
    hall.collect(case)
    hall.act(case, "accept")
    hall.receive("individual_business_new")
    assert found(hall, item="food_business_new", state="accepted") == ["110107-2026-0000001"]
    assert found(hall, light="green") == ["110107-2026-0000001"]
    hall.clock.at(3, 11)
    assert (found(hall, light="green"), found(hall, light="red")) == ([], ["110107-2026-0000001"])
    with pytest.raises(InputRefused):
        found(hall, light="purple")


@BOTH
def test_pages_follow_each_other_without_gap_or_repeat(hall: HallAtWork) -> None:
    for _ in range(5):
        hall.receive("individual_business_new")
    cases, seen, before = hall.services.cases, [], ""
    while True:
        answer = cases.search(CaseQuery(limit=2, before=before), hall.who("clerk"), hall.grants("clerk"))
        seen += [line["number"] for line in answer["cases"]]
        if not answer["more"]:
            break
        before = answer["more"]
    assert sorted(seen) == [f"110107-2026-000000{n}" for n in range(1, 6)]
    with pytest.raises(InputRefused):
        found(hall, before="rubbish")


def test_another_street_finds_nothing_and_a_department_its_own(hall: HallAtWork) -> None:
    hall.receive("food_business_new")
    assert found(hall, "street", text="1") == []
    assert found(hall, "street") == []
    assert found(hall, "approver_wjw") == []
    assert found(hall, "approver") == found(hall, "manager") == ["110107-2026-0000001"]
    with pytest.raises(NotAllowed):
        found(hall, "sysadmin")


def test_the_work_list_shows_each_what_they_can_act_on(hall: HallAtWork) -> None:
    case = hall.receive("food_business_new")
    groups = {g["title"]: g["count"] for g in hall.services.cases.worklist(hall.who("clerk"), hall.grants("clerk"))["groups"]}
    assert groups["已收件"] == 1
    hall.collect(case)
    hall.act(case, "accept")
    inbox = {g["title"]: g["count"] for g in hall.services.cases.worklist(hall.who("approver"), hall.grants("approver"))["groups"]}
    assert (inbox["已受理"], inbox.get("已收件")) == (1, None)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("12", ["110107-2026-0000012", "110107-2025-0000012"]), ("110107-2026-12", ["110107-2026-0000012"]), ("张三", [])],
)
def test_what_a_typed_number_means(typed: str, meant: list[str]) -> None:
    from datetime import date

    assert list(numbers_meant(typed, "110107", date(2026, 3, 2))) == meant


def test_names_are_cut_into_pairs_and_identity_numbers_known() -> None:
    assert pairs("北京A公司") == ["北京", "京a", "a公", "公司"]
    assert identity_meant("11010719900307001x") == "11010719900307001X"
    assert identity_meant("食品") == ""
