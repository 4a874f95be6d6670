"""Materials: checked off, graded, deferred with a term, with files, and reused from earlier cases."""

from typing import Any

import pytest

from tests.yichuang.cases.conftest import HallAtWork
from yichuang.errors import Conflict, InputRefused, NotFound

PDF = b"%PDF-1.7 demonstration"


def material(hall: HallAtWork, case: str, code: str) -> dict[str, Any]:
    return next(entry for entry in hall.view(case)["materials"] if entry["code"] == code)


def check(hall: HallAtWork, case: str, code: str, **change: Any) -> None:
    hall.services.cases.check_material(case, code, change, hall.who("clerk"), hall.grants("clerk"))


def attach(hall: HallAtWork, case: str, code: str, name: str = "执照.pdf", content: bytes = PDF) -> None:
    hall.services.cases.attach(case, code, name, content, hall.who("clerk"), hall.grants("clerk"))


def test_a_file_is_graded_c_and_b_once_the_original_was_seen(hall: HallAtWork) -> None:
    case = hall.receive("food_business_new")
    attach(hall, case, "business_licence")
    assert material(hall, case, "business_licence")["grade"] == "C"
    check(hall, case, "business_licence", state="received", verified=True, copies=1, pages=2, points={"在有效期内": True})
    seen = material(hall, case, "business_licence")
    assert (seen["grade"], seen["state"], seen["copies"], seen["pages"], seen["missing"]) == ("B", "received", 1, 2, False)


def test_only_a_deferrable_material_may_come_later_and_needs_a_term(hall: HallAtWork) -> None:
    case = hall.receive("food_business_new")
    with pytest.raises(InputRefused, match="不能容缺"):
        check(hall, case, "business_licence", state="deferred", due_on="2026-03-09")
    with pytest.raises(InputRefused, match="补交期限"):
        check(hall, case, "health_certificates", state="deferred")
    check(hall, case, "health_certificates", state="deferred", due_on="2026-03-09")
    assert material(hall, case, "health_certificates")["due_on"] == "2026-03-09"
    hall.clock.at(3, 10)
    groups = {group["title"]: group["count"] for group in hall.services.cases.worklist(hall.who("clerk"), hall.grants("clerk"))["groups"]}
    assert groups["容缺逾期未补"] == 1


@pytest.mark.parametrize("change", [{"copies": -1}, {"pages": "3"}, {"state": "flying"}, {"points": ["x"]}])
def test_rubbish_is_refused_by_field(hall: HallAtWork, change: dict[str, Any]) -> None:
    case = hall.receive("food_business_new")
    with pytest.raises(InputRefused) as refused:
        check(hall, case, "business_licence", **change)
    assert refused.value.problems[0]["field"] == next(iter(change))


def test_a_file_that_is_none_is_refused(hall: HallAtWork) -> None:
    case = hall.receive("food_business_new")
    with pytest.raises(InputRefused, match="扩展名"):
        attach(hall, case, "business_licence", "执照.pdf", b"MZ not a pdf")


def test_an_earlier_checked_material_of_the_same_applicant_is_reused_with_its_file(hall: HallAtWork) -> None:
    first = hall.receive("food_business_new")
    attach(hall, first, "business_licence")
    check(hall, first, "business_licence", state="received", verified=True)
    second = hall.receive("food_business_new")
    offered = material(hall, second, "business_licence")["reusable"]
    assert [entry["number"] for entry in offered] == ["110107-2026-0000001"]
    hall.services.cases.reuse(second, "business_licence", offered[0]["number"], hall.who("clerk"), hall.grants("clerk"))
    seen = material(hall, second, "business_licence")
    assert (seen["state"], seen["grade"], seen["reused_from"]) == ("reused", "B", "110107-2026-0000001")
    name, content = hall.services.cases.file(second, seen["files"][0]["digest"], hall.who("clerk"), hall.grants("clerk"))
    assert (name, content) == ("执照.pdf", PDF)


def test_another_applicants_material_is_never_offered_nor_given(hall: HallAtWork) -> None:
    first = hall.receive("food_business_new")
    attach(hall, first, "business_licence")
    check(hall, first, "business_licence", state="received", verified=True)
    second = hall.receive("food_business_new", credit_code="91110107MA01AB2C3C")
    assert material(hall, second, "business_licence")["reusable"] == []
    with pytest.raises(NotFound):
        hall.services.cases.reuse(second, "business_licence", "110107-2026-0000001", hall.who("clerk"), hall.grants("clerk"))


def test_nothing_is_changed_once_the_case_has_ended(hall: HallAtWork) -> None:
    case = hall.receive("food_business_new")
    hall.act(case, "register_withdrawal", reason="不办了")
    with pytest.raises(Conflict):
        check(hall, case, "business_licence", state="received")
