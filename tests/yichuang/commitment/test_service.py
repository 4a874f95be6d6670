"""Offering, signing, declining, withdrawing, and what the case's hooks make of it; on both databases."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from yichuang.commitment.credit import Finding
from yichuang.commitment.model import commitments as table
from yichuang.commitment.signature import signature_of
from yichuang.errors import ActionRefused, CommitmentRefused, DefinitionMissing, InputRefused
from yichuang.ports import Actor, Party

CLERK = Actor("clerk", "受理员")
NO = "11010719900307001X"
PERSON = Party("测试甲", "1", "111", NO)


def record(house: Any, id_no: str = NO) -> str:
    finding = Finding("虚假承诺场所产权", "核查笔录 1 号", date(2026, 11, 1))
    return str(house.commitments.credit.add(Party("测试甲", "1", "111", id_no), finding, CLERK))


def test_a_commitment_may_stand_in_for_a_material_only_below_50_square_metres(house: Any) -> None:
    small = house.commitments.offers(house.application("40"))[0]
    assert small.open and [stand.code for stand in small.replaced] == ["title_deed"]
    large = house.commitments.offers(house.application("60"))[0]
    assert not large.open and "不小于50" in large.reasons[0].message and large.reasons[0].remedy == "请提交这份材料"


def test_an_offer_that_needs_a_situation_appears_only_in_it(house: Any) -> None:
    assert [o.code for o in house.commitments.offers(house.application())] == ["deed"]
    codes = [o.code for o in house.commitments.offers(house.application(places=("shop", "kitchen")))]
    assert codes == ["deed", "deed_proof", "opening"]
    with pytest.raises(DefinitionMissing):
        house.commitments.offer(house.application(), "opening", CLERK)


def test_the_dishonest_see_the_reason_and_may_commit_again_after_repair(house: Any) -> None:
    key = record(house)
    [offer] = house.commitments.offers(house.application())
    assert not offer.open and offer.dishonest
    assert offer.reasons[0].message == "申请人有尚未修复的失信记录"
    with pytest.raises(CommitmentRefused) as refused:
        house.commitments.offer(house.application(), "deed", CLERK)
    assert refused.value.reasons[0]["remedy"] == "修复后可以再选择"
    house.commitments.credit.repair(key, "信用修复决定〔2026〕1号", CLERK)
    assert house.commitments.offers(house.application())[0].open


def test_without_a_number_nobody_knows_the_record_and_the_offer_waits(house: Any) -> None:
    [offer] = house.commitments.offers(house.application(applicant=Party()))
    assert not offer.open and offer.undecided and "证件号码" in offer.reasons[0].remedy


def test_a_rule_for_all_is_added_in_the_general_rules(house: Any) -> None:
    rule = {"when": {"fact": "case.channel", "op": "eq", "value": "desk"}, "message": "只能在窗口承诺"}
    house.edit("commitment_rules", "standard", lambda body: body.update(eligibility=[rule]))
    assert house.commitments.offers(house.application())[0].open
    online = house.commitments.offers(house.application(channel="apply"))[0]
    assert [reason.message for reason in online.reasons] == ["只能在窗口承诺"]


def test_an_application_keeps_the_rules_of_its_release(house: Any) -> None:
    before = house.catalogue.current().release
    house.edit("commitment", "deed", lambda body: body.update(state="suspended"))
    assert house.commitments.offers(house.application()) == []
    assert [o.code for o in house.commitments.offers(house.application(release=before))] == ["deed"]


def test_signing_keeps_letter_and_strokes_bound_to_each_other_and_sealed(house: Any) -> None:
    signed = house.signed(house.application())
    assert signed.state == "signed" and house.commitments.effective("case-1").replaced == {"title_deed"}
    kept = house.commitments.snapshot(signed.id, CLERK)
    assert kept["genuine"] is True and "<svg" in kept["signature"]
    assert "承诺人：测试甲" in kept["letter"][0].lines and kept["letter_hash"] == signed.letter_hash
    with house.database.reading() as connection:
        row = connection.execute(select(table)).one()
    assert NO not in str(row) and "测试甲" not in str(row) and row.label == "测*甲"
    assert [step["event"] for step in house.commitments.steps(signed.id)] == ["offer", "check", "sign"]


def test_a_letter_put_under_another_signature_is_found_out(house: Any) -> None:
    first, second = house.signed(house.application()), house.signed(house.application(key="case-2"))
    with house.database.writing() as connection:
        strokes = connection.execute(select(table.c.binding).where(table.c.id == second.id)).scalar_one()
        connection.execute(table.update().where(table.c.id == first.id).values(binding="0" * len(strokes)))
    assert house.commitments.snapshot(first.id, CLERK)["genuine"] is False


def test_signing_twice_is_signing_once(house: Any) -> None:
    first = house.signed(house.application())
    again = house.signed(house.application())
    assert first.id == again.id and first.revision == again.revision


def test_a_letter_that_was_not_the_one_read_is_not_signed(house: Any) -> None:
    application = house.application()
    found = house.commitments.offer(application, "deed", CLERK)
    with pytest.raises(CommitmentRefused, match="重新阅读|承诺书内容"):
        house.commitments.sign(found.id, application, _strokes(), CLERK, letter_hash="0" * 64)
    assert house.commitments.get(found.id).state == "offered"


def test_who_became_dishonest_before_signing_is_told_and_goes_the_general_way(house: Any) -> None:
    application = house.application()
    found = house.commitments.offer(application, "deed", CLERK)
    letter = house.commitments.letter(application, "deed")[1]
    record(house)
    with pytest.raises(CommitmentRefused, match="失信"):
        house.commitments.sign(found.id, application, _strokes(), CLERK, letter_hash=letter)
    assert house.commitments.get(found.id).state == "ineligible"
    assert not house.commitments.effective("case-1").replaced


def test_a_proof_is_signed_by_the_applicants_own_hand(house: Any) -> None:
    agent = Party("测试乙", "1", "111", "11010719900307028X")
    application = house.application(places=("kitchen",), agent=agent)
    found = house.commitments.offer(application, "deed_proof", CLERK)
    letter = house.commitments.letter(application, "deed_proof")[1]
    with pytest.raises(CommitmentRefused, match="本人"):
        house.commitments.sign(found.id, application, _strokes(), CLERK, letter_hash=letter, signer="agent")
    assert house.commitments.sign(found.id, application, _strokes(), CLERK, letter_hash=letter).signer == "applicant"
    online = replace(application, channel="apply")
    closed = next(o for o in house.commitments.offers(online) if o.code == "deed_proof")
    assert [reason.kind for reason in closed.reasons] == ["agent"]


def test_an_agent_may_sign_what_is_no_proof_but_only_when_there_is_one(house: Any) -> None:
    application = house.application()
    found = house.commitments.offer(application, "deed", CLERK)
    letter = house.commitments.letter(application, "deed")[1]
    with pytest.raises(CommitmentRefused, match="没有代理人"):
        house.commitments.sign(found.id, application, _strokes(), CLERK, letter_hash=letter, signer="agent")
    with_agent = replace(application, agent=Party("测试乙"))
    assert house.commitments.sign(found.id, with_agent, _strokes(), CLERK, letter_hash=letter, signer="agent").signer == "agent"


def test_declining_leads_to_the_general_procedure_and_answers_the_offer(house: Any) -> None:
    application = house.application()
    assert house.commitments.undecided(application) == 1
    found = house.commitments.offer(application, "deed", CLERK)
    assert house.commitments.undecided(application) == 1
    assert house.commitments.decline(found.id, CLERK).state == "declined"
    assert house.commitments.undecided(application) == 0
    assert not house.commitments.effective("case-1").committed
    with pytest.raises(ActionRefused):
        house.commitments.decline(found.id, CLERK)


def test_withdrawn_before_the_decision_the_material_is_needed_again(house: Any) -> None:
    application = house.application()
    signed = house.signed(application)
    with house.database.writing() as connection:
        house.commitments.on_accepted(connection, application, CLERK)
    assert house.commitments.withdraw(signed.id, CLERK, "改交产权证明").state == "withdrawn"
    assert not house.commitments.effective("case-1").replaced


def test_after_the_decision_nothing_is_withdrawn(house: Any) -> None:
    decided = house.decided(house.application())
    with pytest.raises(ActionRefused):
        house.commitments.withdraw(decided.id, CLERK)


def test_what_was_signed_for_a_small_place_does_not_carry_a_large_one(house: Any) -> None:
    house.signed(house.application("40"))
    large = house.application("60")
    assert "不小于50" in house.commitments.unfit(large)[0].message
    with pytest.raises(CommitmentRefused), house.database.writing() as connection:
        house.commitments.on_accepted(connection, large, CLERK)
    assert house.commitments.of_case("case-1")[0].state == "signed"


def test_changed_answers_ask_for_the_notice_to_be_read_again(house: Any) -> None:
    first = house.commitments.offer(house.application(), "deed", CLERK)
    house.edit("commitment", "deed", lambda body: body.update(notice_clauses=["新的条款。"]))
    second = house.commitments.offer(house.application(), "deed", CLERK)
    assert second.id != first.id and house.commitments.get(first.id).state == "lapsed"


def test_the_effect_of_a_licence_is_told_to_the_case(house: Any) -> None:
    application = house.application(places=("kitchen",))
    house.signed(application, "opening")
    effective = house.commitments.effective("case-1")
    assert effective.instant and effective.promised == {"amount": 1, "unit": "working_day"}
    assert effective.provided == {"application"} and effective.deferred["health"].days == 5
    assert (effective.word("health"), effective.word("application"), effective.word("licence")) == ("容缺后补", "已签承诺书", "")


def test_a_denied_case_ends_its_commitments_without_a_look(house: Any) -> None:
    assert house.decided(house.application(), approved=False).state == "lapsed"
    assert house.commitments.verifications.tasks() == []


def test_an_abandoned_draft_leaves_no_letter_behind_but_a_case_does(house: Any) -> None:
    house.signed(house.application())
    house.decided(house.application(key="case-2"))
    for key in ("case-1", "case-2"):
        house.commitments.forget(key)
    with house.database.reading() as connection:
        assert connection.execute(select(table.c.case_id)).scalars().all() == ["case-2"]


def test_an_unreadable_signature_is_refused_in_words() -> None:
    dot = [[10, 10, 0.5, 0]] * 9
    for raw in (None, {"strokes": "x"}, {"strokes": [dot], "width": 300, "height": 100}, {"strokes": [[[1, 2]]], "width": 300, "height": 100}):
        with pytest.raises(InputRefused, match="签名"):
            signature_of(raw)


def _strokes() -> Any:
    return signature_of({"strokes": [[[10 * n, 20 + n, 0.5, n] for n in range(12)]], "width": 300, "height": 120})
