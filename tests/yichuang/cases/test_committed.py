"""A case by commitment from signing to revocation: the checklist shrinks, papers are issued, the history tells it, the next one is refused."""

from typing import Any

import pytest

from tests.yichuang.cases.conftest import BOTH, HallAtWork
from yichuang.commitment.signature import signature_of
from yichuang.errors import CommitmentRefused

ITEM, CODE = "public_place_hygiene_new", "public_place_hygiene"
SITUATION = {"method": "commitment"}


def signed(hall: HallAtWork, case: str) -> Any:
    room, who = hall.services.commitments, hall.who("clerk")
    application = hall.services.cases.application(case, hall.grants("clerk"))
    found = room.offer(application, CODE, who)
    line = [[20 + 6 * n, 40 + (n % 3) * 9, 0.5, 12 * n] for n in range(24)]
    signature = signature_of({"strokes": [line], "width": 400, "height": 160})
    return room.sign(found.id, application, signature, who, letter_hash=room.letter(application, CODE)[1])


def material(hall: HallAtWork, case: str, code: str) -> Any:
    return next(entry for entry in hall.view(case)["materials"] if entry["code"] == code)


def accepted(hall: HallAtWork) -> tuple[str, Any]:
    case = hall.receive(ITEM, situation=SITUATION)
    found = signed(hall, case)
    hall.collect(case)
    hall.act(case, "accept")
    return case, found


@pytest.fixture
def hall(hall: HallAtWork) -> HallAtWork:
    """In November: the answers that the form is given lie before."""
    hall.clock.at(11, 26)
    return hall


def test_what_is_promised_is_not_asked_for_and_withdrawn_is_asked_for_again(hall: HallAtWork) -> None:
    case = hall.receive(ITEM, situation=SITUATION)
    before = material(hall, case, "premises_title")["state"]
    found = signed(hall, case)
    assert material(hall, case, "premises_title")["state"] == "committed" != before
    hall.services.commitments.withdraw(found.id, hall.who("clerk"), "改交产权证明")
    assert material(hall, case, "premises_title")["state"] == before


@BOTH
def test_accepted_on_a_promise_looked_at_found_untrue_and_revoked(hall: HallAtWork) -> None:
    case, found = accepted(hall)
    room = hall.services.commitments
    papers = {paper["title"] for paper in hall.view(case)["documents"]}
    assert {"告知承诺告知书", "告知承诺承诺书", "受理通知书"} <= papers
    approve(hall, case)
    [task] = room.verifications.of(found.id)
    first, second = hall.who("approver_wjw"), hall.who("dept")
    room.verifications.assign(task.id, ["张检查", "李检查"], first)
    room.verifications.record(task.id, "untrue", "没有消毒设施", [], first)
    room.verifications.propose_revoke(found.id, "承诺不实", first)
    room.verifications.confirm_revoke(found.id, second)
    last = hall.view(case)["steps"][-1]
    assert (last["action"], last["title"], last["reason"]) == ("revoke_decision", "撤销决定", "承诺不实")
    assert last["public"] and hall.view(case)["outcome"] == "revoked"
    again = hall.receive(ITEM, situation=SITUATION)
    with pytest.raises(CommitmentRefused, match="失信"):
        signed(hall, again)


def approve(hall: HallAtWork, case: str) -> None:
    hall.act(case, "take_in", "approver_wjw")
    hall.act(case, "approve", "approver_wjw", opinion="准予")
    assert hall.services.commitments.of_case(case)[0].decided_at is not None
