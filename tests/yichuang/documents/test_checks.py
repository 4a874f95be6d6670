"""What the gate says of a document: in words, with the place and the way out."""

import copy
from typing import Any

import pytest

from yichuang.bootstrap import kind_table
from yichuang.catalogue.gate import check
from yichuang.catalogue.packing import packaged
from yichuang.catalogue.views import DocumentView, Overlay
from yichuang.documents.fields import FIELDS, MATERIAL_COLUMNS, POINT_COLUMNS
from yichuang.documents.order import TYPES
from yichuang.documents.requirements import MANDATORY
from yichuang.ports import Ref

KINDS = kind_table()
VIEW = DocumentView(packaged())


def said(code: str, change: Any) -> list[str]:
    body = copy.deepcopy(dict(VIEW.find("document", code) or {}))
    change(body)
    found = check(Overlay(VIEW, {Ref("document", code): body}), KINDS, {Ref("document", code)})
    return [f"{finding.place}：{finding.message}——{finding.remedy}" for finding in found]


def without(text: str) -> Any:
    """Take everything out of the texts and tables that names `text`."""

    def change(body: dict[str, Any]) -> None:
        for block in body["blocks"]:
            block["rows"] = [row for row in block.get("rows", ()) if text not in row["value"]]
            if "text" in block:
                block["text"] = block["text"].replace(f"{{{text}}}", "……")
        body["blocks"] = [b for b in body["blocks"] if b.get("source") != text and (b["type"] != "fields" or b["rows"])]
        for block in body["blocks"]:
            if block["type"] != "fields":
                block.pop("rows")

    return change


def test_an_unknown_field_is_named_with_the_list_to_choose_from() -> None:
    def change(body: dict[str, Any]) -> None:
        body["blocks"][0]["text"] = "{applicant.nickname}，您好："

    [finding] = [words for words in said("acceptance", change) if "nickname" in words]
    assert finding.startswith("blocks/0/text：没有字段“applicant.nickname”")
    assert "申请人（{applicant.name}）" in finding


def test_a_title_typed_as_a_field_is_answered_with_the_field() -> None:
    findings = said("acceptance", lambda body: body["blocks"][0].update(text="{受理日期}"))
    assert "受理日期（{dates.accepted}）" in "".join(findings)


@pytest.mark.parametrize(
    ("code", "field", "words"),
    [
        ("acceptance", "dates.due", "承诺办结日"), ("acceptance", "item.legal_basis", "法律依据"), ("acceptance", "document.copies", "份数与去向"),
        ("correction", "correction.points", "补正内容"), ("correction", "correction.method", "补正方式"), ("correction", "clerk.name", "承办人"),
        ("rejection", "refusal.reason", "不予受理的理由"), ("rejection", "refusal.basis", "不予受理的依据"),
        ("receipt", "case.query_code", "查询码"), ("receipt", "materials.received", "收到的材料"),
        ("special_notice", "special.name", "特别程序名称"), ("extension", "extension.approver", "批准人"),
        ("decision_denied", "decision.reason", "不予办理的理由"), ("delivery_ack", "delivery.documents", "送达文书名称"),
        ("handover", "handover.batch", "交接批次"), ("commitment_notice", "commitment.inspection", "核查方式"),
        ("commitment_letter", "commitment.clauses", "承诺内容"), ("payment", "payment.amount", "缴费金额"),
    ],
)  # fmt: skip
def test_a_mandatory_content_that_is_missing_closes_the_gate(code: str, field: str, words: str) -> None:
    findings = "".join(said(code, without(field)))
    assert words in findings
    assert f"{{{field}}}" in findings


def test_a_mandatory_content_under_a_condition_is_not_enough() -> None:
    def change(body: dict[str, Any]) -> None:
        row = next(row for block in body["blocks"] for row in block.get("rows", ()) if "dates.due" in row["value"])
        row["when"] = {"fact": "case.agent", "op": "eq", "value": True}

    assert "只在条件成立时印出" in "".join(said("acceptance", change))


def test_remedies_seal_signature_and_number_are_asked_for() -> None:
    def drop(kind: str) -> Any:
        return lambda body: body.update(blocks=[block for block in body["blocks"] if block["type"] != kind])

    assert "必须有“救济途径”" in "".join(said("rejection", drop("remedy")))
    assert "必须写明“60日”" in "".join(said("rejection", lambda b: [x.update(text="可以复议、诉讼") for x in b["blocks"] if x["type"] == "remedy"]))
    assert "必须有“落款与印章”" in "".join(said("acceptance", drop("seal")))
    assert "必须有“签字栏”" in "".join(said("acceptance", drop("signatures")))
    assert "必须有“核验二维码”" in "".join(said("receipt", drop("qr")))
    assert "必须有文书编号" in "".join(said("acceptance", lambda body: body.pop("number")))
    assert "必须加盖印章" in "".join(said("acceptance", lambda body: body.pop("sealed_by")))
    assert "没有印章" in "".join(said("acceptance", lambda body: body.update(sealed_by=body["sealed_by"][:1])))
    assert "不代表受理" in "".join(said("receipt", lambda b: [x.update(text="已收到") for x in b["blocks"] if "不代表" in x.get("text", "")]))


def test_a_number_that_could_repeat_is_refused() -> None:
    assert "缺少〔年份〕" in "".join(said("acceptance", lambda body: body["number"].update(parts=["prefix", "word", "ordinal"])))
    assert "缺少序号" in "".join(said("acceptance", lambda body: body["number"].update(parts=["prefix", "word", "year"])))


def test_a_table_shows_what_its_source_has() -> None:
    def change(body: dict[str, Any]) -> None:
        table = next(block for block in body["blocks"] if block["type"] == "table")
        table["columns"] = [{"key": "title"}, {"key": "problem"}, {"key": "pages"}]

    findings = "".join(said("correction", change))
    assert "没有这一列" in findings
    assert "必须有：补正标准" in findings


def test_an_empty_block_and_a_lonely_brace_are_told() -> None:
    assert "印不出内容" in "".join(said("acceptance", lambda body: body["blocks"].append({"type": "paragraph"})))
    assert "花括号不成对" in "".join(said("acceptance", lambda body: body["blocks"].append({"type": "note", "text": "{dates.due"})))
    assert "不能写在文字里" in "".join(said("acceptance", lambda b: b["blocks"].append({"type": "note", "text": "{correction.points}"})))


def test_a_condition_on_something_unknown_is_refused() -> None:
    when = {"fact": "case.colour", "op": "eq", "value": "red"}
    assert any(words.startswith("blocks/1/when") for words in said("acceptance", lambda body: body["blocks"][1].update(when=when)))


def test_schema_fields_and_requirements_know_the_same_types_sources_and_columns() -> None:
    schema = KINDS.get("document").schema
    block = schema["$defs"]["block"]["properties"]
    assert set(schema["properties"]["doc_type"]["enum"]) == set(TYPES) == set(MANDATORY)
    assert {path for path, field in FIELDS.items() if field.type == "rows"} <= set(block["source"]["enum"]) <= set(FIELDS)
    keys = set(block["columns"]["items"]["properties"]["key"]["enum"])
    assert {*MATERIAL_COLUMNS, *POINT_COLUMNS} <= keys
    assert all(path in FIELDS for contents in MANDATORY.values() for one in contents.fields for path in one.fields)
