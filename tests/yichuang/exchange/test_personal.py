"""What is personal in a record is masked wherever it stands: in answers, in mapped bodies, in what the other side says."""

from typing import Any

from yichuang.exchange.personal import HIDDEN, Personal, plain

ID_NO, PHONE = "110107199001010013", "13911112222"
FORM: dict[str, Any] = {
    "parties": {"applicant": [{"name": "contact_name", "id_no": "contact_id"}]},
    "sections": [
        {
            "fields": [
                {"code": "contact_name", "type": "text"}, {"code": "contact_id", "type": "id_number"}, {"code": "remark", "type": "text"},
                {"code": "premises", "type": "address"},
                {"code": "staff", "type": "group", "fields": [
                    {"code": "name", "type": "text"}, {"code": "phone", "type": "phone"}, {"code": "job", "type": "text"},
                ]},
            ]
        }
    ],
}  # fmt: skip
RECORD: dict[str, Any] = {
    "applicant": {
        "name": "北京某某餐饮有限公司", "kind": "2", "id_type": "001", "id_no": "91110107MA01ABCD1X", "phone": PHONE, "legal_rep": "欧阳测隐",
    },
    "agent": {"name": "张三丰", "kind": "1", "id_type": "111", "id_no": ID_NO, "phone": "", "legal_rep": ""},
    "form": {
        "contact_name": "李四", "contact_id": "110107198505050018", "remark": "无", "premises": {"division": "110107003000", "detail": "某路 9 号"},
        "staff": [{"name": "王五六", "phone": "13812345678", "job": "厨师"}],
    },
}  # fmt: skip
PERSONAL = Personal.of(RECORD, FORM)


def test_people_are_masked_and_organisations_are_public() -> None:
    public = {"unit": "北京某某餐饮有限公司", "code": "91110107MA01ABCD1X"}
    shown = PERSONAL.shown(public | {"legal": "欧阳测隐", "agent": {"name": "张三丰", "id": ID_NO}})
    assert shown == public | {"legal": "欧**隐", "agent": {"name": "张*丰", "id": "110107********0013"}}


def test_rows_of_groups_and_parts_of_fields_are_known() -> None:
    shown = PERSONAL.shown({"staff": [{"n": "王五六", "t": "13812345678", "job": "厨师"}], "where": "北京市石景山区某路 9 号"})
    assert shown == {"staff": [{"n": "王*六", "t": "138****5678", "job": "厨师"}], "where": "北京市石景山区****"}


def test_what_was_made_from_something_personal_is_hidden_as_a_whole() -> None:
    assert PERSONAL.value("19900101", "agent.id_no") == HIDDEN
    assert PERSONAL.value("1990", "case.number,agent.id_no") == HIDDEN
    assert PERSONAL.value("厨师", "form.staff[1].job") == "厨师"
    assert PERSONAL.shown({"birthday": "1990-01-01", "no": 7}, {"birthday": "agent.id_no"}) == {"birthday": HIDDEN, "no": 7}


def test_a_raw_answer_gives_nothing_away() -> None:
    answer = f'{{"error": "证件号 {ID_NO.lower()} 与 张三丰 不符，电话 13700001111，另有 210102199912310023"}}'
    told = PERSONAL.text(answer)
    assert not any(secret in told for secret in (ID_NO, "张三丰", "13700001111", "210102199912310023"))
    assert "与 张*丰 不符" in told


def test_a_number_that_is_a_phone_is_masked_too() -> None:
    assert PERSONAL.value(int(PHONE)) == "139****2222"
    assert PERSONAL.value(12) == 12 and PERSONAL.value(None) is None and PERSONAL.value(True) is True


def test_paths_are_compared_without_their_rows() -> None:
    assert plain("form.staff[2].name") == plain("form.staff.2.name") == plain("form.staff[].name") == "form.staff.name"
    assert PERSONAL.about("form.staff[1].name") and not PERSONAL.about("form.staff[1].job")


def test_an_empty_record_masks_what_looks_personal() -> None:
    assert Personal.of({}).text(f"{PHONE} {ID_NO}") == "139****2222 110107********0013"
