"""What a compiled flow offers, takes and refuses."""

from typing import Any

import pytest

from yichuang.catalogue.views import DocumentView
from yichuang.errors import ActionRefused, DefinitionMissing
from yichuang.flows import CompiledFlow, compile_flow, compile_item_flow
from yichuang.flows.machine import Action

READY: dict[str, Any] = {
    "case.materials_missing": 0, "case.materials_received": 3, "case.commitment_undecided": 0, "case.round": 0, "case.points_open": 0,
    "case.extended": False,
    "case.overdue": False, "item.case_type": "2",
}  # fmt: skip


@pytest.fixture(scope="module")
def flow(packaged: DocumentView) -> CompiledFlow:
    return compile_flow(packaged, "standard")


def anyone(_action: Action) -> None:
    return None


def offered(flow: CompiledFlow, state: str, **facts: Any) -> dict[str, bool]:
    given = READY | {key.replace("__", "."): value for key, value in facts.items()}
    return {offer.action.code: offer.allowed for offer in flow.offers(state, given, anyone)}


def test_a_case_begins_where_its_channel_begins(flow: CompiledFlow) -> None:
    assert (flow.opening("desk").code, flow.initial("desk").code) == ("receive", "received")
    assert (flow.opening("apply").code, flow.initial("apply").code) == ("submit", "submitted")
    with pytest.raises(ActionRefused):
        flow.initial("fax")


def test_only_the_beginning_actions_begin_a_case(flow: CompiledFlow) -> None:
    assert flow.take("", "receive", READY).code == "received"
    with pytest.raises(ActionRefused, match="尚未开始"):
        flow.take("", "accept", READY)


def test_a_received_case_is_accepted_corrected_or_refused(flow: CompiledFlow) -> None:
    assert offered(flow, "received") == {
        "accept": True, "correct": True, "reject": True, "not_applicable": True, "register_withdrawal": True,
        "give_receipt": True,
    }  # fmt: skip


def test_the_second_correction_is_proposed_to_a_lead(flow: CompiledFlow) -> None:
    now = offered(flow, "received", case__round=1)
    assert "correct" not in now and now["propose_correction"]
    assert offered(flow, "correction_pending") == {"approve_correction": True, "refuse_correction": True, "register_withdrawal": True}


def test_where_the_department_must_consent_a_refusal_is_proposed(flow: CompiledFlow) -> None:
    now = offered(flow, "received", entrustment__reject_needs_consent=True)
    assert "reject" not in now and now["propose_rejection"]


@pytest.mark.parametrize(("case_type", "there"), [("1", True), ("2", False)])
def test_only_an_instant_item_is_issued_on_the_spot(flow: CompiledFlow, case_type: str, there: bool) -> None:
    assert ("issue_instant" in offered(flow, "received", item__case_type=case_type)) is there
    assert flow.outcome("issue_instant") == "approved"


def test_missing_materials_refuse_acceptance_with_their_number_and_the_way_out(flow: CompiledFlow) -> None:
    facts = READY | {"case.materials_missing": 2}
    with pytest.raises(ActionRefused) as refused:
        flow.take("received", "accept", facts)
    (reason,) = refused.value.reasons
    assert reason["message"] == "还有 2 份必交材料没有收齐"
    assert "补正" in reason["remedy"]
    offer = next(o for o in flow.offers("received", facts, anyone) if o.action.code == "accept")
    assert (offer.allowed, offer.reasons) == (False, (reason,))


def test_who_may_not_sees_why(flow: CompiledFlow) -> None:
    offers = flow.offers("received", READY, lambda action: "您没有受理权限" if action.power == "case.accept" else None)
    refused = {offer.action.code: offer.reasons for offer in offers if not offer.allowed}
    assert refused == {"accept": ({"message": "您没有受理权限", "remedy": ""},)}


def test_a_term_is_extended_once_and_before_it_ends(flow: CompiledFlow) -> None:
    assert offered(flow, "in_review")["extend"]
    assert not offered(flow, "in_review", case__extended=True)["extend"]
    assert not offered(flow, "in_review", case__overdue=True)["extend"]


def test_each_side_is_offered_its_own(flow: CompiledFlow) -> None:
    facts = READY | {"correction.overdue": True}
    assert [o.action.code for o in flow.offers("correcting", facts, anyone, by="applicant")] == ["answer_correction", "withdraw"]
    assert [o.action.code for o in flow.offers("correcting", facts, anyone, by="system")] == ["lapse_correction"]
    assert flow.offers("correcting", READY, anyone, by="system") == []


def test_the_applicant_cannot_hand_in_half_of_a_correction(flow: CompiledFlow) -> None:
    with pytest.raises(ActionRefused, match="还有 1 项没有答复"):
        flow.take("correcting", "answer_correction", READY | {"case.points_open": 1})


def test_what_is_not_known_is_refused_in_words(flow: CompiledFlow) -> None:
    with pytest.raises(ActionRefused, match="没有“fly”这一步"):
        flow.take("received", "fly", READY)
    with pytest.raises(ActionRefused, match="不能受理"):
        flow.take("closed", "accept", READY)


def test_an_item_names_its_own_flow_or_has_the_standard_one(packaged: DocumentView) -> None:
    assert compile_item_flow(packaged, "minimum_living").code == "public_notice"
    assert compile_item_flow(packaged, "food_business_new").code == "standard"
    with pytest.raises(DefinitionMissing):
        compile_flow(packaged, "nothing")


def test_publicity_comes_before_confirmation(packaged: DocumentView) -> None:
    flow = compile_flow(packaged, "public_notice")
    assert "approve" not in {offer.action.code for offer in flow.offers("in_review", READY, anyone)}
    assert flow.take("publicised", "end_publicity", READY).code == "confirming"
    assert flow.take("confirming", "approve", READY).outcome == "approved"
    days = next(one for one in flow.action("start_publicity").inputs if one.code == "days")
    assert (days.min, days.unit) == (7, "day")


def test_the_wire_tells_titles_and_inputs_but_no_conditions(flow: CompiledFlow) -> None:
    wire = flow.wire()
    deny = next(action for action in wire["actions"] if action["code"] == "deny")
    assert [one["code"] for one in deny["inputs"]] == ["reason", "basis"]
    assert "when" not in deny and "guards" not in deny
    assert wire["settings"]["answer_days"] == 5
