"""After the decision: who is looked at, by whom and when, and what follows from what was found; on both databases."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from yichuang.commitment.credit import Finding
from yichuang.commitment.model import dishonest_records, verifications
from yichuang.errors import ActionRefused, CommitmentRefused, Conflict, InputRefused, NotAllowed
from yichuang.ports import Actor, Party

CLERK, OTHER = Actor("clerk", "受理员"), Actor("lead", "组长")
WHY = "现场与承诺不符"
NO = "11010719900307001X"


def task_of(house: Any, **more: Any) -> Any:
    house.decided(house.application(**more))
    [task] = house.commitments.verifications.tasks()
    return task


def looked(house: Any, result: str) -> Any:
    task = task_of(house)
    house.commitments.verifications.assign(task.id, ["检查员甲", "检查员乙"], CLERK)
    return house.commitments.verifications.record(task.id, result, WHY, ["照片 1"], CLERK)


def test_full_verification_makes_a_task_with_its_term(house: Any) -> None:
    task = task_of(house)
    assert (task.mode, task.state, task.due_on, task.warn_on, task.light) == ("on_site", "open", date(2027, 1, 24), date(2027, 1, 10), "green")
    assert house.commitments.get(task.commitment_id).state == "verifying"
    house.clock.forward(days=50)
    assert house.commitments.verifications.task(task.id).light == "yellow"
    house.clock.forward(days=20)
    assert house.commitments.verifications.task(task.id).light == "red"


def test_a_grade_without_verification_makes_no_task(house: Any) -> None:
    decided = house.decided(house.application(places=("kitchen",)), code="deed_proof")
    assert decided.state == "in_effect" and decided.draw["risk"] == "none"
    assert house.commitments.verifications.tasks() == []


def test_a_sample_is_drawn_and_the_draw_is_kept(house: Any) -> None:
    for n in range(12):
        house.decided(house.application(places=("kitchen",), key=f"case-{n}"), code="opening")
    kept = [house.commitments.of_case(f"case-{n}")[0] for n in range(12)]
    assert {found.draw["chosen"] for found in kept} == {True, False}
    assert all((found.state == "verifying") is found.draw["chosen"] and found.draw["seed"] == "seed" for found in kept)


def test_on_site_one_inspector_is_not_enough(house: Any) -> None:
    task = task_of(house)
    for people in ([], ["检查员甲"], ["检查员甲", " 检查员甲 "]):
        with pytest.raises(InputRefused, match="至少要 2 名"):
            house.commitments.verifications.assign(task.id, people, CLERK)
    with pytest.raises(Conflict, match="指派"):
        house.commitments.verifications.record(task.id, "true", WHY, [], CLERK)
    assert house.commitments.verifications.assign(task.id, ["检查员甲", "检查员乙"], CLERK).inspectors == ("检查员甲", "检查员乙")


def test_what_proves_true_ends_well(house: Any) -> None:
    task = looked(house, "true")
    assert task.state == "done" and task.findings == WHY and task.evidence == ("照片 1",)
    assert house.commitments.get(task.commitment_id).state == "verified_ok"
    with pytest.raises(ActionRefused):
        house.commitments.verifications.order(task.commitment_id, 10, WHY, CLERK)


def test_findings_are_sealed_at_rest(house: Any) -> None:
    looked(house, "true")
    with house.database.reading() as connection:
        assert WHY not in str(connection.execute(select(verifications)).all())


def test_an_order_to_put_right_asks_for_a_second_look(house: Any) -> None:
    task = looked(house, "partly")
    ordered = house.commitments.verifications.order(task.commitment_id, 15, "健康证明补齐", CLERK)
    assert ordered.state == "rectifying" and ordered.rectify_due == date(2026, 12, 9)
    second = next(t for t in house.commitments.verifications.of(task.commitment_id) if t.again)
    house.commitments.verifications.assign(second.id, ["检查员甲", "检查员丙"], CLERK)
    house.commitments.verifications.record(second.id, "true", "已经补齐", [], CLERK)
    assert house.commitments.get(task.commitment_id).state == "rectified"


def test_a_decision_is_revoked_by_two_people_and_goes_on_record(house: Any) -> None:
    task = looked(house, "untrue")
    with pytest.raises(ActionRefused):
        house.commitments.verifications.confirm_revoke(task.commitment_id, OTHER)
    house.commitments.verifications.propose_revoke(task.commitment_id, "场所产权为伪造", CLERK)
    with pytest.raises(NotAllowed, match="另一人"):
        house.commitments.verifications.confirm_revoke(task.commitment_id, CLERK)
    assert house.commitments.verifications.confirm_revoke(task.commitment_id, OTHER).state == "credit_recorded"
    assert house.commitments.credit.is_dishonest(NO) is True
    with pytest.raises(CommitmentRefused, match="失信"):
        house.commitments.offer(house.application(key="case-9"), "deed", CLERK)
    assert [step["event"] for step in house.commitments.steps(task.commitment_id)][-5:] == [
        "assign", "found", "propose_revoke", "revoke", "record",
    ]  # fmt: skip


def test_a_refused_revocation_leaves_the_commitment_where_it_was(house: Any) -> None:
    task = looked(house, "untrue")
    house.commitments.verifications.propose_revoke(task.commitment_id, "场所产权为伪造", CLERK)
    found = house.commitments.verifications.refuse_revoke(task.commitment_id, "先责令整改", OTHER)
    assert found.state == "verifying" and found.revoke_by == ""


def test_repair_ends_the_record_and_the_commitment(house: Any) -> None:
    task = looked(house, "untrue")
    house.commitments.verifications.propose_revoke(task.commitment_id, "场所产权为伪造", CLERK)
    house.commitments.verifications.confirm_revoke(task.commitment_id, OTHER)
    [record] = house.commitments.credit.of(NO, CLERK)
    assert (record.name, record.id_no, record.source) == ("测*甲", "110107********001X", "commitment")
    house.commitments.credit.repair(record.id, "信用修复决定 2 号", OTHER)
    assert house.commitments.credit.is_dishonest(NO) is False
    assert house.commitments.get(task.commitment_id).state == "credit_repaired"
    with pytest.raises(Conflict):
        house.commitments.credit.repair(record.id, "信用修复决定 2 号", OTHER)
    assert house.commitments.credit.read(record.id, CLERK).id_no == NO
    assert [entry.action for entry in house.audit.entries("credit", record.id)][:2] == ["credit.read", "credit.repair"]


def test_a_record_holds_nothing_personal_in_the_clear(house: Any) -> None:
    looked(house, "untrue")
    [task] = house.commitments.verifications.tasks()
    house.commitments.verifications.propose_revoke(task.commitment_id, "场所产权为伪造", CLERK)
    house.commitments.verifications.confirm_revoke(task.commitment_id, OTHER)
    with house.database.reading() as connection:
        row = str(connection.execute(select(dishonest_records)).one())
    assert NO not in row and "测试甲" not in row and "伪造" not in row


def test_half_a_record_is_refused_with_the_field_named(house: Any) -> None:
    with pytest.raises(InputRefused) as refused:
        house.commitments.credit.add(Party("测试甲"), Finding("", "依据", date(2026, 1, 1)), CLERK)
    assert [problem["field"] for problem in refused.value.problems] == ["id_no", "fact"]
