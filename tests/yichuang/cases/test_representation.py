"""Who applies online, for whom, and with which papers."""

from types import SimpleNamespace
from typing import Any

import pytest

from yichuang.applicants.account import Account, Identity
from yichuang.cases.handing_in import authority_of, refuse_missing
from yichuang.cases.representation import parties_online, refuse_strangers
from yichuang.cases.uploads import grade_of
from yichuang.errors import InputRefused
from yichuang.ports import Party

LIN = Party("林若溪", "1", "111", "110107199001010021", "13900000001")
SHOP = Party("北京京西小厨餐饮有限公司", "2", "001", "91110107MA0TERT167", "01068000001", "何志远")
PERSON, FIRM = Account("a", 1, Identity(LIN)), Account("b", 1, Identity(SHOP, LIN))
ELDER = {"kind": "1", "name": "苏桂兰", "id_no": "110107 1963 0815 4560", "phone": "139 0000 0004"}
FORM = {
    "sections": [{"fields": [{"code": "name", "type": "text"}, {"code": "id_no", "type": "id_number"}, {"code": "agent", "type": "person"}]}],
    "parties": {"applicant": [{"name": "name", "id_no": "id_no"}], "agent": [{"name": "agent/name", "id_no": "agent/id_no"}]},
}


def faults(call: Any) -> dict[str, str]:
    with pytest.raises(InputRefused) as refused:
        call()
    return {problem["field"]: problem["message"] for problem in refused.value.problems}


def test_a_person_applies_for_themselves() -> None:
    assert parties_online(PERSON, {"as": "self"}) == (LIN, None)


def test_an_organisation_applies_through_its_operator() -> None:
    assert parties_online(FIRM, {"as": "self"}) == (SHOP, LIN)


def test_for_somebody_else_both_are_on_record() -> None:
    principal, agent = parties_online(PERSON, {"as": "agent", "principal": ELDER})
    assert (principal.name, principal.id_no, principal.id_type, principal.phone) == ("苏桂兰", "110107196308154560", "111", "13900000004")
    assert agent == LIN


def test_an_enterprises_operator_acts_for_another_as_a_person() -> None:
    assert parties_online(FIRM, {"as": "agent", "principal": ELDER})[1] == LIN


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({}, "as"), ({"as": "both"}, "as"), ({"as": "agent"}, "principal/name"), ({"as": "agent", "principal": "x"}, "principal/kind"),
        ({"as": "agent", "principal": ELDER | {"id_no": "110107196308154561"}}, "principal/id_no"),
        ({"as": "agent", "principal": ELDER | {"phone": "12"}}, "principal/phone"),
        ({"as": "agent", "principal": ELDER | {"id_no": LIN.id_no}}, "principal/id_no"),
        ({"as": "agent", "principal": {"kind": "2", "name": "某公司", "id_no": SHOP.id_no, "phone": "01068000001"}}, "principal/legal_rep"),
    ],
)  # fmt: skip
def test_what_is_missing_or_cannot_be_is_named_by_field(told: dict[str, Any], field: str) -> None:
    assert field in faults(lambda: parties_online(PERSON, told))


def test_the_form_and_the_log_in_speak_of_the_same_people() -> None:
    answers = {"name": "林若溪", "id_no": "110107199001010021"}
    refuse_strangers(FORM, answers, LIN, None)
    refuse_strangers(None, answers, SHOP, None)
    assert "申请表" in faults(lambda: refuse_strangers(FORM, answers | {"id_no": "110107199001010013"}, LIN, None))["as"]
    stranger = {"agent": {"name": "何志远", "id_no": "110107198512314217"}}
    assert "代理人" in faults(lambda: refuse_strangers(FORM, answers | stranger, LIN, LIN))["as"]


def entry(code: str, *, needed: bool = True, **material: Any) -> Any:
    body = {"code": code, "title": code, "necessity": "required"} | material
    return SimpleNamespace(code=code, needed=needed, material=body)


LIST = [
    entry("plan"), entry("form", generated=True), entry("card", e_licence={"available": True}), entry("checked", shared_check="由系统核验"),
    entry("later", necessity="deferrable"), entry("maybe", necessity="optional"), entry("other", needed=False),
]  # fmt: skip


def test_only_what_comes_from_nowhere_else_must_be_uploaded() -> None:
    assert set(faults(lambda: refuse_missing(LIST, {}, agent=False))) == {"materials/plan"}
    refuse_missing(LIST, {"plan": [1]}, agent=False)
    refuse_missing(LIST, {}, agent=False, settled={"plan"})


def test_whoever_acts_for_another_shows_the_letter_of_authority() -> None:
    assert set(faults(lambda: refuse_missing(LIST, {"plan": [1]}, agent=True))) == {"materials/authority_letter"}
    refuse_missing(LIST, {"plan": [1], "authority_letter": [1]}, agent=True)
    own = [*LIST, entry("power_of_attorney", title="授权委托书")]
    assert authority_of(own) == "power_of_attorney"
    refuse_missing(own, {"plan": [1], "power_of_attorney": [1]}, agent=True)


def test_what_one_makes_oneself_is_trusted_least() -> None:
    assert grade_of({"self_made": True}, [1]) == "D"
    assert grade_of({}, [1]) == "C"
    assert grade_of({}, []) == ""
