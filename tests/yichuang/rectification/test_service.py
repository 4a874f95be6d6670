"""A bad review is followed to its end, by the right people, in time, and nobody learns who gave it."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.yichuang.rectification.conftest import APPROVER, BOTH, LEAD, MANAGER, OTHER, PNG, SECOND, Handled, given
from yichuang.audit.model import audit_entries
from yichuang.errors import ActionRefused, Conflict, InputRefused, NotAllowed, NotFound, OutOfReach
from yichuang.ports import Actor, Place
from yichuang.rectification.model import rectifications
from yichuang.rectification.record import Wanted
from yichuang.reviews.model import reviews

pytestmark = BOTH
ASSIGN = {"level": "normal"}
VERIFY = {"classification": "true_reasonable", "findings": "录像显示等候四十分钟"}
REPLY = {"result": "增开一个窗口", "reply": "感谢您的意见，已增开窗口"}


def to_approval(handled: Handled) -> None:
    handled.act("assign", **ASSIGN)
    handled.act("take", APPROVER)
    handled.act("verify", APPROVER, **VERIFY)
    handled.act("reply", APPROVER, **REPLY)


def state_of(handled: Handled) -> str:
    with handled.hall.services.database.reading() as connection:
        return str(connection.execute(select(reviews.c.state).where(reviews.c.id == handled.review.id)).scalar_one())


def test_a_bad_review_begins_a_handling_and_a_good_one_none(handled: Handled, served: Callable[[], Any]) -> None:
    (line,) = handled.mine(MANAGER)
    assert (line.state, line.grade, line.place.department, line.light, line.term) == ("triage", 1, "scjg", "green", "7 day")
    assert line.due_on == line.opened_on + timedelta(days=7)
    service = served()
    handled.hall.services.reviews.give(service.path.removeprefix("/r/"), given(3, key="another page"))
    assert len(handled.mine(MANAGER, "all")) == 1


def test_from_triage_to_call_back(handled: Handled) -> None:
    to_approval(handled)
    services = handled.hall.services
    assert services.rectifications.answer(handled.service.id) == {"state": "正在整改", "reply": ""}, "not before it is approved"
    handled.act("approve")
    assert services.rectifications.answer(handled.service.id) == {"state": "已答复", "reply": "感谢您的意见，已增开窗口"}
    handled.act("call_missed", words="下午三点没有人接")
    line = handled.act("call_back", satisfied="acceptable", words="表示理解")
    assert (line.state, line.ended, line.light) == ("closed", True, "grey")
    told = handled.told()
    assert [step.action for step in told.steps][-3:] == ["approve", "call_missed", "call_back"]
    assert told.steps[-1].told[0] == {"title": "评价人对处理是否满意", "value": "基本满意"}
    assert handled.mine(MANAGER) == [] and len(handled.mine(MANAGER, "ended")) == 1
    with services.database.reading() as connection:
        row = connection.execute(select(rectifications)).one()
    assert all((row.put_right_at, row.replied_at, row.called_back_at, row.closed_at)) and "增开窗口" not in row.reply


def test_an_appeal_upheld_takes_the_review_out_and_keeps_it(handled: Handled) -> None:
    handled.act("assign", **ASSIGN)
    handled.act("appeal", APPROVER, reason="当天没有这项服务")
    assert handled.offers(APPROVER) == {}
    handled.act("uphold", reason="经核对情况属实")
    assert state_of(handled) == "invalid" and handled.told().review.words == "等了很久，态度差"
    handled.act("restore", reason="重新核对后恢复")
    assert state_of(handled) == "valid" and handled.told().line.state == "triage"


def test_an_appeal_dismissed_goes_on(handled: Handled) -> None:
    handled.act("assign", **ASSIGN)
    handled.act("appeal", APPROVER, reason="不属实")
    assert handled.act("dismiss", reason="录像显示属实").state == "investigating"
    assert state_of(handled) == "valid"


def test_malicious_only_with_evidence_and_a_second_person(handled: Handled) -> None:
    handled.act("assign", **ASSIGN)
    handled.act("take", APPROVER)
    with pytest.raises(ActionRefused, match="证据"):
        handled.act("propose_malicious", APPROVER, reason="反复骚扰")
    handled.act("propose_malicious", APPROVER, reason="反复骚扰", pictures=[PNG])
    assert state_of(handled) == "valid"
    both = Actor(APPROVER.name, "兼任", frozenset({"SUPERVISOR"}))
    with pytest.raises(ActionRefused, match="另一人"):
        handled.act("confirm_malicious", both, reason="同意")
    handled.act("confirm_malicious", SECOND, reason="同意")
    told = handled.told()
    assert state_of(handled) == "malicious" and told.line.classification == "malicious" and told.review.words
    assert handled.hall.services.rectifications.picture(told.line.id, told.line.evidence[0]["digest"], MANAGER, handled.grants(MANAGER))[1] == PNG


def test_nobody_finds_malice_alone_or_without_evidence_whatever_the_definition_says(
    handled: Handled, republish: Callable[..., int], served: Callable[[], Any]
) -> None:
    def careless(body: dict[str, Any]) -> None:
        for action in body["actions"]:
            action.pop("guards", None)
            if action["code"] in ("propose_malicious", "confirm_malicious"):
                action["power"] = "reviews.triage"
                action.pop("other_than", None)

    republish("rectification", "standard", careless)
    handled.review = handled.hall.services.reviews.give(served().path.removeprefix("/r/"), given(1, tags=["115"], key="of the new release"))
    handled.act("propose_malicious", reason="没有证据")
    with pytest.raises(ActionRefused, match="另一人"):
        handled.act("confirm_malicious", reason="同意")
    with pytest.raises(ActionRefused, match="须有证据"):
        handled.act("confirm_malicious", SECOND, reason="同意")
    handled.act("confirm_malicious", SECOND, reason="同意", pictures=[PNG])
    assert state_of(handled) == "malicious"


def moments(handled: Handled) -> dict[str, bool]:
    with handled.hall.services.database.reading() as connection:
        row = connection.execute(select(rectifications).where(rectifications.c.review_id == handled.review.id)).one()
    return {name: getattr(row, f"{name}_at") is not None for name in ("put_right", "replied")}


def test_what_was_sent_back_is_not_put_right_and_a_new_draft_is_not_public(handled: Handled) -> None:
    to_approval(handled)
    assert moments(handled) == {"put_right": True, "replied": False}
    handled.act("send_back", reason="没有写明措施")
    assert moments(handled) == {"put_right": False, "replied": False}
    handled.act("reply", APPROVER, **REPLY)
    handled.act("approve")
    assert moments(handled) == {"put_right": True, "replied": True}


def test_a_flow_that_leads_back_after_approval_hides_the_new_draft(
    handled: Handled, republish: Callable[..., int], served: Callable[[], Any]
) -> None:
    back = {"code": "again", "title": "重新答复", "from": ["leader_approved"], "to": "rectifying", "power": "reviews.approve"}
    republish("rectification", "standard", lambda body: body["actions"].append(back))
    service = served()
    handled.review = handled.hall.services.reviews.give(service.path.removeprefix("/r/"), given(1, tags=["115"], key="of the new release"))
    to_approval(handled)
    handled.act("approve")
    handled.act("again")
    handled.act("reply", APPROVER, result="再次整改", reply="还没有审批的新答复")
    answer = handled.hall.services.rectifications.answer(service.id)
    assert answer is not None and answer["reply"] == ""


def test_talked_to_is_known_by_what_the_step_brings_about_not_by_its_name(
    handled: Handled, republish: Callable[..., int], served: Callable[[], Any]
) -> None:
    def renamed(body: dict[str, Any]) -> None:
        for action in body["actions"]:
            if action["code"] == "contact":
                action["code"] = "talk"
            if action["code"] == "inform":
                told = {"message": "还没有联系评价人", "remedy": "请先联系"}
                action["guards"] = [{"when": {"fact": "rectification.contacted", "op": "eq", "value": True}, **told}]

    republish("rectification", "standard", renamed)
    handled.review = handled.hall.services.reviews.give(served().path.removeprefix("/r/"), given(1, tags=["115"], key="of the new release"))
    handled.act("assign", **ASSIGN)
    handled.act("take", APPROVER)
    with pytest.raises(ActionRefused, match="还没有联系"):
        handled.act("inform", words="可以核实")
    handled.act("talk", reached="yes", words="已沟通")
    assert handled.act("inform", words="可以核实").state == "investigating"
    assert [step.action for step in handled.told(APPROVER).steps][-1] == "inform"


def test_who_drafted_a_reply_does_not_approve_it(handled: Handled) -> None:
    handled.act("assign", **ASSIGN)
    both = Actor("both", "兼任", frozenset({"SUPERVISOR", "DEPT_APPROVER"}), None, APPROVER.post)
    for action, inputs in (("take", {}), ("verify", VERIFY), ("reply", REPLY)):
        handled.act(action, both, **inputs)
    assert handled.offers(both)["approve"] is False
    with pytest.raises(ActionRefused, match="另一人"):
        handled.act("approve", both)


def test_the_person_reviewed_sees_nothing_of_it(handled: Handled) -> None:
    reviewed = Actor("clerk", "受理员", frozenset({"COUNTER_LEAD"}), None, LEAD.post)
    assert handled.review.clerk == "clerk" and handled.mine(reviewed) == []
    with pytest.raises(NotFound):
        handled.told(reviewed)
    with pytest.raises(NotFound):
        handled.act("propose_malicious", reviewed, reason="不", pictures=[PNG])


def test_who_reviewed_is_shown_to_those_who_call_back_alone_and_noted(handled: Handled) -> None:
    services = handled.hall.services
    handled.act("assign", **ASSIGN)
    with pytest.raises(NotAllowed):
        services.rectifications.contact(handled.key, APPROVER, handled.grants(APPROVER))
    assert not handled.told(APPROVER).may_contact
    with pytest.raises(NotFound):
        services.rectifications.contact(handled.key, LEAD, handled.grants(LEAD))
    found = services.rectifications.contact(handled.key, MANAGER, handled.grants(MANAGER))
    assert found["applicant"].phone and found["number"].startswith("110107")
    with services.database.reading() as connection:
        noted = connection.execute(select(audit_entries).where(audit_entries.c.action == "review.reviewer_read")).all()
    assert [(one.actor, one.object_code) for one in noted] == [("manager", handled.review.id)]


def test_the_department_sees_nothing_before_it_was_given_to_it(handled: Handled) -> None:
    """When it appears would tell when it was given."""
    assert handled.mine(APPROVER, "all") == []
    with pytest.raises(NotFound):
        handled.told(APPROVER)
    handled.act("assign", **ASSIGN)
    (line,) = handled.mine(APPROVER, "all")
    assert not line.known and (line.place, line.clerk, line.named) == (Place(department="scjg"), "", False)
    told = handled.told(APPROVER)
    assert told.steps[0].when == f"{line.opened_on}" and not told.may_contact
    assert handled.mine(MANAGER)[0].clerk == "clerk"


def test_who_serves_at_a_counter_puts_nothing_right(handled: Handled) -> None:
    """They aren't shown what is about themselves; so of what they were shown they would know that it isn't."""
    handled.act("assign", **ASSIGN)
    both = Actor("lead", "组长", frozenset({"COUNTER_LEAD", "DEPT_APPROVER"}), None, Place("scjg", "district_hall"))
    assert handled.mine(LEAD, "all") == handled.mine(both, "all") == []


def test_that_the_reviewer_was_talked_to_is_not_told_to_the_department(handled: Handled) -> None:
    """It would tell whether they left a telephone number."""
    to_approval(handled)
    handled.act("approve")
    handled.act("call_missed", words="没有人接")
    handled.act("call_back", satisfied="satisfied", words="满意")
    told = handled.told(APPROVER)
    assert {"call_back", "call_missed"}.isdisjoint({step.action for step in told.steps}) and told.line.called_back_at is None
    assert {"call_back", "call_missed"} <= {step.action for step in handled.told().steps}


def test_the_department_reads_the_items_title_of_today(handled: Handled, republish: Callable[..., int]) -> None:
    handled.act("assign", **ASSIGN)
    republish("item", "food_business_new", lambda body: body.update(title="食品经营许可（改名）"))
    assert handled.mine(APPROVER)[0].item_title == "食品经营许可（改名）" != handled.mine(MANAGER)[0].item_title


def test_evidence_of_those_who_know_the_reviewer_stays_with_them(handled: Handled) -> None:
    handled.act("assign", pictures=[PNG], **ASSIGN)
    digest = handled.told().line.evidence[0]["digest"]
    assert handled.told(APPROVER).line.evidence == ()
    with pytest.raises(NotFound):
        handled.hall.services.rectifications.picture(handled.key, digest, APPROVER, handled.grants(APPROVER))


def test_the_list_is_filtered_and_counted_as_a_whole(handled: Handled, served: Callable[[], Any]) -> None:
    service = served()
    handled.hall.services.reviews.give(service.path.removeprefix("/r/"), given(2, tags=["214"], key="another page"))
    handled.act("assign", **ASSIGN)
    found = handled.hall.services.rectifications.list(Wanted(limit=1), MANAGER, handled.grants(MANAGER))
    assert (len(found.lines), found.total, found.lights["green"], set(found.states)) == (1, 2, 2, {"triage", "assigned"})
    assert [line.state for line in handled.mine(MANAGER, state="triage")] == ["triage"]
    assert [line.state for line in handled.mine(MANAGER, mine=True)] == ["triage"], "what was assigned is the department's to take"
    assert handled.mine(MANAGER, light="red") == [] and handled.mine(MANAGER, hall="elsewhere") == []
    assert len(handled.mine(MANAGER, hall="district_hall", department="scjg")) == 2
    assert handled.mine(APPROVER, hall="district_hall") == [], "where it was given is no question for the department"


def test_another_department_neither_sees_nor_acts(handled: Handled) -> None:
    assert handled.mine(OTHER) == []
    with pytest.raises(NotFound):
        handled.act("take", OTHER)
    handled.act("assign", department="rsj", **ASSIGN)
    assert handled.mine(OTHER) and not handled.mine(APPROVER)
    with pytest.raises((NotAllowed, OutOfReach, NotFound)):
        handled.act("take", APPROVER)


def test_inputs_are_asked_for_by_name(handled: Handled) -> None:
    with pytest.raises(InputRefused) as refused:
        handled.act("assign")
    assert refused.value.extra["problems"][0]["field"] == "level"
    with pytest.raises(InputRefused, match="责任部门"):
        handled.act("assign", department="nowhere", **ASSIGN)


def test_the_same_sending_counts_once_and_an_old_page_is_told(handled: Handled) -> None:
    first = handled.act("assign", key="k", revision=1, **ASSIGN)
    assert handled.act("assign", key="k", revision=1, **ASSIGN) == first
    with pytest.raises(Conflict):
        handled.act("take", APPROVER, revision=1)
    assert len(handled.told().steps) == 2


def test_of_two_at_the_same_moment_one_acts(handled: Handled) -> None:
    key, told = handled.key, []
    barrier = threading.Barrier(2)

    def act(who: Actor) -> None:
        barrier.wait()
        try:
            told.append(handled.act("assign", who, revision=1, **ASSIGN).revision)
        except Conflict:
            told.append("conflict")

    threads = [threading.Thread(target=act, args=(who,)) for who in (MANAGER, SECOND)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, told)) == ["2", "conflict"] and key


def test_the_deadline_is_that_of_the_rules_when_it_came_in(handled: Handled, republish: Callable[..., int], served: Callable[[], Any]) -> None:
    republish("review", "standard", lambda body: body.update(rectify={"amount": 10, "unit": "working_day"}))
    service = served()
    handled.hall.services.reviews.give(service.path.removeprefix("/r/"), given(2, tags=["214"], key="a later page"))
    old, new = sorted(handled.mine(MANAGER), key=lambda line: line.grade)
    assert (old.term, new.term) == ("7 day", "10 working_day")
    calendar = handled.hall.services.rectifications.opening
    assert new.due_on == calendar.due(new.opened_on, {"amount": 10, "unit": "working_day"}) != new.opened_on + timedelta(days=10)


def test_what_is_late_is_red_and_warned_of(handled: Handled) -> None:
    clock = handled.hall.clock
    clock.moment += timedelta(days=6)
    assert handled.mine(MANAGER)[0].light == "yellow"
    clock.moment += timedelta(days=2)
    assert handled.mine(MANAGER)[0].light == "red" and handled.mine(MANAGER, "late")
    handled.hall.services.warnings.watch.look()
    found = [one for one in handled.hall.services.warnings.open(MANAGER, handled.grants(MANAGER)) if one.rule == "rectification_late"]
    assert len(found) == 1 and "已过" in found[0].words
