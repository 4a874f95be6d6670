"""Paper on its way from the counter to the department, and the data that goes ahead of it."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.yichuang.cases.conftest import BOTH
from yichuang.access.grants import Reach
from yichuang.entrustment.handover import Handover
from yichuang.errors import Conflict, HandoverMissing, InputRefused, OutOfReach
from yichuang.ports import Place

FOOD = "food_business_new"
HALL = Reach(halls=frozenset({"district_hall"}))
SCJG, WJW = Reach(departments=frozenset({"scjg"})), Reach(departments=frozenset({"wjw"}))


def accepted(hall: Any, item: str = FOOD) -> str:
    case = str(hall.receive(item))
    hall.collect(case)
    hall.act(case, "accept")
    return case


def collected(hall: Any, *cases: str) -> Handover:
    """A sheet to 区市场监管局 with these cases on it."""
    handovers, clerk = hall.services.handovers, hall.who("clerk")
    sheet = handovers.open(Place("scjg", "district_hall"), clerk, HALL)
    return handovers.add(sheet.id, hall.services.paper.entries(cases, HALL), clerk, HALL)  # type: ignore[no-any-return]


@BOTH
def test_what_was_accepted_today_waits_until_it_is_on_a_sheet(hall: Any) -> None:
    case, today = accepted(hall), hall.clock.now().date()
    (entry,) = hall.services.paper.waiting(HALL, today)
    assert (entry.case_id, entry.department) == (case, "scjg")
    assert entry.materials and entry.originals + entry.copies > 0
    assert hall.services.paper.waiting(WJW, today) == []
    sheet = collected(hall, case)
    assert sheet.number == "石景山区政务服务中心交接〔2026〕1号"
    assert [line.case_id for line in sheet.lines] == [case]
    assert hall.services.paper.waiting(HALL, today) == []
    hall.services.handovers.remove(sheet.id, case, hall.who("clerk"), HALL)
    assert [e.case_id for e in hall.services.paper.waiting(HALL, today, "scjg")] == [case]


@BOTH
def test_a_sheet_is_sent_with_its_document_and_confirmed_line_by_line(hall: Any) -> None:
    first, second = accepted(hall), accepted(hall)
    handovers, clerk, approver = hall.services.handovers, hall.who("clerk"), hall.who("approver")
    draft = collected(hall, first, second)
    assert [s.id for s in handovers.list(HALL)] == [draft.id]
    assert handovers.list(SCJG) == []
    with pytest.raises(HandoverMissing):
        handovers.find(draft.id, SCJG)
    sent = handovers.send(draft.id, clerk, HALL)
    assert handovers.send(draft.id, clerk, HALL).document_id == sent.document_id
    (document,) = hall.services.documents.of_case(sent.id)
    assert (document.doc_type, document.id) == ("HANDOVER", sent.document_id)
    assert hall.services.documents.pdf(document.id).startswith(b"%PDF")
    with pytest.raises(Conflict):
        handovers.add(sent.id, [], clerk, HALL)
    with pytest.raises(HandoverMissing):
        handovers.receive(sent.id, {}, hall.who("approver_wjw"), WJW)
    with pytest.raises(InputRefused):
        handovers.receive(sent.id, {second: " "}, approver, SCJG)
    done = handovers.receive(sent.id, {second: "少一份平面图"}, approver, SCJG)
    assert (done.state, done.received_by) == ("disputed", "approver")
    assert [(line.state, line.dispute) for line in done.lines] == [("confirmed", ""), ("disputed", "少一份平面图")]
    with pytest.raises(Conflict):
        handovers.receive(sent.id, {}, approver, SCJG)
    assert [s.number for s in handovers.of_case(second)] == [sent.number]
    assert [e.case_id for e in hall.services.paper.waiting(HALL, hall.clock.now().date())] == [second]


def test_a_case_travels_on_one_sheet_and_only_to_its_department(hall: Any) -> None:
    case, clerk = accepted(hall), hall.who("clerk")
    collected(hall, case)
    handovers = hall.services.handovers
    other = handovers.open(Place("wjw", "district_hall"), clerk, HALL)
    with pytest.raises(InputRefused, match="不是本大厅交给该部门的办件"):
        handovers.add(other.id, hall.services.paper.entries([case], HALL), clerk, HALL)
    own = handovers.open(Place("scjg", "district_hall"), clerk, HALL)
    handovers.send(own.id, clerk, HALL)
    again = handovers.open(Place("scjg", "district_hall"), clerk, HALL)
    assert again.id != own.id
    with pytest.raises(Conflict, match="已在交接单"):
        handovers.add(again.id, hall.services.paper.entries([case], HALL), clerk, HALL)


@BOTH
def test_of_many_who_collect_at_once_every_case_is_on_one_sheet(hall: Any) -> None:
    cases, clerk, handovers = [accepted(hall) for _ in range(3)], hall.who("clerk"), hall.services.handovers
    entries = hall.services.paper.entries(cases, HALL)

    def collect(_n: int) -> str:
        try:
            sheet = handovers.open(Place("scjg", "district_hall"), clerk, HALL)
            handovers.add(sheet.id, entries, clerk, HALL)
            return str(handovers.send(sheet.id, clerk, HALL).id)
        except (Conflict, InputRefused):
            return ""

    with ThreadPoolExecutor(6) as pool:
        sent = set(pool.map(collect, range(6))) - {""}
    assert len(sent) == 1
    assert [len(handovers.of_case(case)) for case in cases] == [1, 1, 1]
    numbers = sorted(int(s.number.rsplit("〕")[1][:-1]) for s in handovers.list(HALL))
    assert numbers == list(range(1, len(numbers) + 1))


def test_an_empty_sheet_is_not_sent_and_a_cancelled_number_is_not_used_again(hall: Any) -> None:
    handovers, clerk = hall.services.handovers, hall.who("clerk")
    sheet = handovers.open(Place("scjg", "district_hall"), clerk, HALL)
    with pytest.raises(InputRefused):
        handovers.send(sheet.id, clerk, HALL)
    assert handovers.cancel(sheet.id, clerk, HALL).state == "cancelled"
    assert handovers.open(Place("scjg", "district_hall"), clerk, HALL).number.endswith("〔2026〕2号")
    with pytest.raises(OutOfReach):
        handovers.open(Place("scjg", "bajiao_hall", "bajiao"), clerk, HALL)


def inboxed(hall: Any, case: str) -> list[Any]:
    """What lies, or will, in the department's inbox; other systems have their own."""
    return [delivery for delivery in hall.services.outbox.of_case(case) if delivery.target == "inbox"]


def test_an_accepted_case_is_pushed_with_its_term_and_its_department_gets_it(hall: Any) -> None:
    case = accepted(hall)
    deliveries = hall.services.outbox
    pushed = inboxed(hall, case)
    assert [(d.step, d.place.department, d.state) for d in pushed][-1] == ("ACCEPT", "scjg", "waiting")
    assert (pushed[-1].due_at - pushed[-1].created_at).total_seconds() == 24 * 3600
    while deliveries.relay():
        pass
    assert {d.state for d in inboxed(hall, case)} == {"sent"}
    payload = deliveries.payload(pushed[-1].id, hall.who("approver"), SCJG)
    assert payload["case_no"] == pushed[-1].case_number and payload["form"] and payload["materials"]


def test_an_accepted_case_goes_to_the_departments_own_system_too_as_its_record(hall: Any) -> None:
    case, outbox = accepted(hall), hall.services.outbox
    (sent,) = [d for d in outbox.of_case(case) if d.target == "food_bureau"]
    assert (sent.step, sent.key, sent.due_at) == ("ACCEPT", f"{sent.case_number}+ACCEPT+1@food_bureau", None)
    record = outbox.payload(sent.id, hall.who("approver"))
    assert (record["step"]["code"], record["case"]["number"], record["case"]["accepted_on"] != "") == ("ACCEPT", sent.case_number, True)
    assert record["documents"]


def test_a_department_that_takes_the_case_in_hand_has_what_was_sent(hall: Any) -> None:
    case, deliveries = accepted(hall), hall.services.outbox
    while deliveries.relay():
        pass
    hall.act(case, "take_in", "approver")
    assert {(d.state, d.received_by) for d in inboxed(hall, case) if d.step == "ACCEPT"} == {("received", "approver")}
    hall.act(case, "approve", "approver", content="准予")
    result = inboxed(hall, case)[-1]
    assert (result.step, result.state, result.due_at) == ("RESULT", "waiting", None)


def test_a_refused_step_pushes_nothing(hall: Any) -> None:
    case = str(hall.receive(FOOD))
    before = hall.services.outbox.of_case(case)
    with pytest.raises(Exception, match="材料"):
        hall.act(case, "accept")
    assert hall.services.outbox.of_case(case) == before
