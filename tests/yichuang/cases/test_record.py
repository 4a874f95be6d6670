"""The case record: complete at every step, the same keys always, plain JSON."""

import json
from typing import Any

from tests.yichuang.cases.conftest import BOTH, HallAtWork

pytestmark = BOTH

TOP = ["case", "step", "item", "applicant", "agent", "contact", "situation", "form", "materials", "documents", "corrections", "steps"]
POINT = {"target": "material", "code": "premises_use", "title": "经营场所使用证明", "problem": "租赁合同缺出租方签名", "standard": "双方签名盖章"}


def record(hall: HallAtWork, case: str, seq: int = 0) -> dict[str, Any]:
    with hall.services.database.reading() as connection:
        return hall.services.cases.record(connection, case, seq)


def test_a_case_just_taken_in_has_every_key_and_nothing_but_plain_json(hall: HallAtWork) -> None:
    case = hall.receive("food_business_new", operator_name="北京恒信餐饮有限公司")
    found = record(hall, case)
    assert list(found) == TOP
    assert json.loads(json.dumps(found)) == found
    told = found["case"]
    assert (told["number"], told["summary"]) == ("110107-2026-0000001", "关于北京恒信餐饮有限公司食品经营许可（新办）的申请")
    assert (told["applied_at"], told["accepted_at"], told["accepted_on"]) == ("2026-03-02T09:30:00+08:00", "", "")
    assert (told["department_title"], told["department_code"]) == ("石景山区市场监督管理局", "11110107000070017X")
    assert (told["clerk_title"], told["approver_title"], told["committed"]) == ("演示clerk", "", False)
    assert told["situation_words"]
    assert (found["step"]["code"], found["step"]["version"], found["step"]["inputs"]) == ("RECEIVE", 1, {})
    assert found["applicant"]["name"] == found["contact"]["name"] == "北京恒信餐饮有限公司"
    assert found["agent"] == {"name": "", "kind": "", "id_type": "", "id_no": "", "phone": "", "legal_rep": ""}
    assert found["item"]["implement_code"].startswith("11110107000070017X")
    assert found["item"]["promised_days"] == 6
    assert found["corrections"] == []


def test_files_of_materials_are_named_by_digest_and_by_where_to_fetch_them(hall: HallAtWork) -> None:
    case = hall.receive("food_business_new")
    code = record(hall, case)["materials"][0]["code"]
    hall.services.cases.attach(case, code, "申请书.pdf", b"%PDF-1.4 one", hall.who("clerk"), hall.grants("clerk"))
    found = record(hall, case)
    file = found["materials"][0]["files"][0]
    assert (file["name"], file["size"]) == ("申请书.pdf", 12)
    assert file["url_path"] == f"/api/v1/intakes/{found['case']['number']}/files/{file['digest']}"


def test_acceptance_shows_its_document_and_the_days_promised(hall: HallAtWork) -> None:
    case = hall.receive("food_business_new")
    hall.collect(case)
    hall.act(case, "accept")
    found = record(hall, case)
    assert (found["case"]["state"], found["case"]["accepted_on"], found["case"]["due_on"]) == ("accepted", "2026-03-02", "2026-03-10")
    acceptance = next(document for document in found["documents"] if document["code"] == "acceptance")
    assert (acceptance["kind"], acceptance["voided"], bool(acceptance["number"])) == ("ACCEPTANCE", False, True)
    assert (found["step"]["code"], found["step"]["action"], found["step"]["by"]) == ("ACCEPT", "accept", "演示clerk")


def test_a_correction_is_told_point_by_point_with_its_answer(hall: HallAtWork) -> None:
    case = hall.receive("food_business_new")
    hall.collect(case)
    hall.act(case, "correct", points=[POINT], days=10)
    [told] = record(hall, case)["corrections"]
    assert (told["round"], told["state"], told["days"], told["due_on"]) == (1, "open", 10, "2026-03-16")
    hall.services.cases.answer_point(case, hall.view(case)["corrections"][0]["id"], 1, {"text": "已补签"}, [], hall.who("clerk"))
    hall.act(case, "receive_correction")
    found = record(hall, case)
    point = found["corrections"][0]["points"][0]
    assert (point["problem"], point["state"], point["answer"]) == (POINT["problem"], "answered", "已补签")
    assert found["step"]["code"] == "CORRECT_ACCEPT"


def test_the_record_of_an_earlier_step_is_that_step_on_the_case_as_it_stands(hall: HallAtWork) -> None:
    case = hall.receive("food_business_new")
    hall.collect(case)
    for action, by in (("accept", "clerk"), ("take_in", "approver")):
        hall.act(case, action, by)
    hall.act(case, "approve", "approver", opinion="准予经营", certificate="JY11107050000001")
    found = record(hall, case)
    assert (found["step"]["code"], found["step"]["opinion"], found["step"]["result"]) == ("RESULT", "准予经营", "approved")
    assert found["step"]["inputs"]["certificate"] == "JY11107050000001"
    assert (found["case"]["outcome"], found["case"]["approver_title"]) == ("approved", "演示approver")
    earlier = record(hall, case, next(step["seq"] for step in found["steps"] if step["step"] == "ACCEPT"))
    assert (earlier["step"]["code"], earlier["case"]) == ("ACCEPT", found["case"])
    assert [step["step"] for step in found["steps"]] == ["RECEIVE", "ACCEPT", "REVIEW", "RESULT"]
