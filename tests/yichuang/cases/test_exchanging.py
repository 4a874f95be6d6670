"""What departments' systems push back acts on the case as an approver of theirs would, within the flow, once."""

from dataclasses import replace

import pytest

from tests.yichuang.cases.conftest import BOTH, HallAtWork
from yichuang.cases.exchanging import Pushed
from yichuang.errors import ActionRefused, CaseMissing, Conflict, InputRefused
from yichuang.ports import Actor, Place

pytestmark = BOTH

SYSTEM_OF_SCJG = Actor("api:0123456789", "张审批（市监审批系统）", post=Place("scjg"))
APPROVED = Pushed(
    "r-1", "RESULT", "张审批", outcome="approved", explanation="准予经营", certificate={"name": "食品经营许可证", "number": "JY11107050000001"}
)


def accepted(hall: HallAtWork) -> str:
    case = hall.receive("food_business_new")
    hall.collect(case)
    hall.act(case, "accept")
    return case


def test_a_result_pushed_by_the_department_decides_the_case_once(hall: HallAtWork) -> None:
    case, take = accepted(hall), hall.services.cases.take_pushed
    assert take(case, Pushed("s-1", "REVIEW", "张审批", action="take_in"), SYSTEM_OF_SCJG).state == "in_review"
    first = take(case, APPROVED, SYSTEM_OF_SCJG)
    assert (first.state, first.outcome, first.repeated) == ("approved", "approved", False)
    again = take(case, APPROVED, SYSTEM_OF_SCJG)
    assert (again.state, again.revision, again.repeated) == ("approved", first.revision, True)
    view = hall.view(case, "manager")
    step = next(step for step in view["steps"] if step["action"] == "approve")
    assert (step["actor"], step["actor_title"]) == ("api:0123456789", "张审批（市监审批系统）")
    assert {entry["title"]: entry["value"] for entry in step["inputs"]}["证照编号"] == "JY11107050000001"
    assert "准予决定书" in [document["title"] for document in view["documents"]]


def test_what_the_flow_does_not_permit_is_refused_in_words(hall: HallAtWork) -> None:
    case, take = accepted(hall), hall.services.cases.take_pushed
    with pytest.raises(ActionRefused, match="不能进行") as refused:
        take(case, APPROVED, SYSTEM_OF_SCJG)
    assert "现在可以推送" in refused.value.reasons[0]["remedy"]
    assert hall.state(case) == "accepted"
    take(case, Pushed("s-1", "REVIEW", "张审批", action="take_in"), SYSTEM_OF_SCJG)
    with pytest.raises(InputRefused, match="理由"):
        take(case, Pushed("r-2", "RESULT", "张审批", outcome="denied"), SYSTEM_OF_SCJG)
    with pytest.raises(ActionRefused, match="多个"):
        take(case, Pushed("s-2", "SPECIAL", "张审批"), SYSTEM_OF_SCJG)


def test_a_key_used_for_something_else_is_a_conflict(hall: HallAtWork) -> None:
    case, take = accepted(hall), hall.services.cases.take_pushed
    take(case, Pushed("s-1", "REVIEW", "张审批", action="take_in"), SYSTEM_OF_SCJG)
    take(case, APPROVED, SYSTEM_OF_SCJG)
    with pytest.raises(Conflict):
        take(case, replace(APPROVED, outcome="denied"), SYSTEM_OF_SCJG)
    with pytest.raises(Conflict):
        take(case, Pushed("r-1", "PROCESS", "张审批", title="现场核查"), SYSTEM_OF_SCJG)


def test_a_departments_own_step_stands_in_the_history_and_changes_no_state(hall: HallAtWork) -> None:
    case, take = accepted(hall), hall.services.cases.take_pushed
    process = Pushed("p-1", "PROCESS", "李核查", title="现场核查", event="pass", explanation="布局合理")
    assert take(case, process, SYSTEM_OF_SCJG).state == "accepted"
    assert take(case, process, SYSTEM_OF_SCJG).repeated
    steps = [step for step in hall.view(case)["steps"] if step["action"] == "department_process"]
    assert [(step["title"], step["result"]) for step in steps] == [("现场核查", "通过")]


def test_another_departments_case_is_not_there(hall: HallAtWork) -> None:
    case = accepted(hall)
    for post in (Place("wjw"), Place()):
        with pytest.raises(CaseMissing):
            hall.services.cases.take_pushed(case, APPROVED, replace(SYSTEM_OF_SCJG, post=post))


def test_a_file_of_the_case_by_its_digest(hall: HallAtWork) -> None:
    case = hall.receive("food_business_new")
    code = hall.view(case)["materials"][0]["code"]
    kept = hall.services.cases.attach(case, code, "申请书.pdf", b"%PDF-1.4 one", hall.who("clerk"), hall.grants("clerk"))
    number = hall.view(case)["number"]
    assert hall.services.cases.file_of(number, kept["digest"], SYSTEM_OF_SCJG) == ("申请书.pdf", b"%PDF-1.4 one")
