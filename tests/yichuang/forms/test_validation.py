"""The JSON Schema and the decision refuse the same answers, in the same words, as far as rules without context go."""

import random
from typing import Any

import jsonschema
import pytest

from yichuang.forms import compile_form
from yichuang.forms.validation import SchemaValidator, schema_errors
from yichuang.rules.facts import FactBook

OPTIONS = [{"code": "1", "title": "男"}, {"code": "2", "title": "女"}]


class Table:
    def __init__(self, size: int) -> None:
        self._entries = [{"code": f"d{n}", "title": f"街道{n}"} for n in range(size)]

    def entries(self) -> list[dict[str, str]]:
        return self._entries

    def title(self, code: str) -> str | None:
        return None

    def has(self, code: str) -> bool:
        return True


def field(kind: str, **more: Any) -> dict[str, Any]:
    return {"code": kind, "type": kind, "title": f"栏{kind}", **more}


ROW = [field("text", required=True), field("money", min=1), field("person"), field("static")]
FIELDS = [
    field("text", required=True, min_length=2, max_length=4, pattern="[一-龥a-z👍]+"),
    field("textarea"),
    field("number", required=True, min=0.5, max=100, scale=2),
    field("money", min=0),
    field("date", earliest="2020-01-01", latest="2030-12-31"),
    field("date_range", earliest="2020-01-01"),
    field("time"),
    field("boolean", required=True),
    field("choice", options=OPTIONS),
    field("choices", code_table="division"),
    field("id_number"),
    field("credit_code"),
    field("phone"),
    field("email"),
    field("address"),
    field("person", required=True),
    field("organisation"),
    field("attachment", accept=["pdf", "jpg"], max_files=2, max_megabytes=1),
    field("group", min_rows=1, max_rows=2, fields=ROW),
]
TEXTS = [
    "",
    "a",
    "ab",
    "甲乙丙丁戊",
    "👍👍",
    "x1",
    "0.5",
    "0.49",
    "100.01",
    "5.001",
    "１２.５",
    "abc",
    "-1",
    "1e3",
    "9" * 20,
    "9" * 40,
    "2024-02-29",
    "2025-02-29",
    "2019-12-31",
    "2031-01-01",
    "2024/2/9",
    "09:30",
    "25:00",
    "1",
    "3",
    "d3",
    "d99",
    "11010719900307001X",
    "110107199902300018",
    "111",
    "414",
    "91350100M000100Y43",
    "91350100M000100Y4A",
    "9135",
    "13800138000",
    "12345",
    "me@example.cn",
    "me@",
    "z" * 300,
    "0.1234567",
]
GARBAGE: list[Any] = [5, 1.5, True, [], {}, [1], {"a": 1}, [{"name": "a.exe", "size": 2**30, "digest": "d"}]]


def form() -> Any:
    body = {"title": "申请表", "sections": [{"title": "甲", "fields": FIELDS}]}
    return compile_form(body, FactBook(), {"division": Table(80), "id_type": IdTypes()})


class IdTypes(Table):
    def __init__(self) -> None:
        super().__init__(0)
        self._entries = [{"code": "111", "title": "居民身份证"}, {"code": "414", "title": "护照"}]


def draw(pick: random.Random, spec: dict[str, Any]) -> Any:
    parts = {
        "date_range": ["from", "to"],
        "address": ["division", "detail"],
        "person": ["name", "id_type", "id_no", "phone"],
        "organisation": ["name", "credit_code", "legal_rep", "phone"],
    }
    kind = spec["type"]
    if pick.random() < 0.05:
        return pick.choice(GARBAGE)
    if kind in parts:
        return {part: pick.choice(TEXTS) if pick.random() < 0.95 else 5 for part in parts[kind] if pick.random() < 0.8}
    if kind == "group":
        return [{f["code"]: draw(pick, f) for f in ROW if pick.random() < 0.8} for _ in range(pick.randint(0, 3))]
    if kind == "choices":
        return [pick.choice(["d3", "d7", "d99"]) for _ in range(pick.randint(0, 3))]
    if kind == "attachment":
        return [
            {"name": pick.choice(["a.pdf", "b.JPEG", "c.exe"]), "size": pick.choice([1, 2**21]), "digest": "d"}
            for _ in range(pick.randint(0, 3))
        ]
    return pick.random() < 0.5 if kind == "boolean" else pick.choice(TEXTS)


def test_the_schema_refuses_exactly_what_the_decision_refuses() -> None:
    compiled, pick = form(), random.Random(7)
    validator = SchemaValidator(compiled)
    refused = set()
    for _ in range(1500):
        raw = {f["code"]: draw(pick, f) for f in FIELDS if pick.random() < 0.85}
        decided = {(e.path, e.kind) for e in compiled.decide(raw).errors if e.severity == "error"}
        told = {(e.path, e.kind) for e in schema_errors(validator, compiled.normalised(raw))}
        assert told == decided, raw
        refused |= decided
    assert len(refused) > 60


def test_messages_are_those_of_the_decision() -> None:
    compiled = form()
    answers = {
        "text": "甲乙丙丁戊",
        "number": "0.1",
        "boolean": True,
        "group": [{"money": "0.50"}],
        "person": {"name": "张三", "id_no": "1"},
    }
    decided = {e.message for e in compiled.decide(answers).errors}
    assert {e.message for e in schema_errors(SchemaValidator(compiled), answers)} == decided
    assert "第1行：请填写“栏text”" in decided
    assert "“栏number”不能小于0.5" in decided


def test_a_list_instead_of_an_object_is_said_in_words() -> None:
    assert [e.message for e in schema_errors(SchemaValidator(form()), [])] == ["提交的内容格式不正确，请重新填写"]


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(form().json_schema())


@pytest.mark.parametrize(
    "answers", [None, 5, "x", [], {"group": 5}, {"group": [5]}, {"person": [[]]}, {"attachment": [{"size": 1e400}]}]
)
def test_no_answer_makes_a_decision_raise(answers: Any) -> None:
    assert form().decide(answers).errors
