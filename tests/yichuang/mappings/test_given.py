"""What another system gives to describe its data is read in full, or refused in words."""

from typing import Any

import pytest

from yichuang.errors import InputRefused
from yichuang.mappings.given import count, schemas

PERSON = {"type": "object", "properties": {"name": {"type": "string"}, "phone": {"type": "string", "nullable": True}}}


def test_a_plain_schema_is_one_choice_with_its_fields_counted() -> None:
    [only] = schemas({"title": "申请", "type": "object", "properties": {"b": {"type": "string"}, "a": PERSON}})
    assert (only.title, only.fields) == ("申请", 3)
    assert only.schema["x-order"] == ["b", "a"], "a definition forgets the order of names, people don't"


def test_references_are_written_out_and_nullable_becomes_a_type() -> None:
    [only] = schemas({"properties": {"owner": {"$ref": "#/$defs/person", "title": "负责人"}}, "$defs": {"person": PERSON}})
    owner = only.schema["properties"]["owner"]
    assert owner["title"] == "负责人"
    assert owner["properties"]["phone"] == {"type": ["string", "null"]}
    assert "$defs" not in only.schema


def test_parts_of_all_of_are_put_together() -> None:
    [only] = schemas({"allOf": [{"properties": {"a": {"type": "string"}}, "required": ["a"]}, {"properties": {"b": {"type": "string"}}}]})
    assert set(only.schema["properties"]) == {"a", "b"}
    assert only.schema["required"] == ["a"]


def test_of_an_openapi_what_is_sent_comes_first() -> None:
    document = {
        "openapi": "3.1.0",
        "paths": {"/cases": {"post": {"summary": "提交办件", "requestBody": {"content": {"application/json": {"schema": PERSON}}}}}},
        "components": {"schemas": {"Other": PERSON, "Empty": {"type": "string"}}},
    }  # fmt: skip
    assert [one.name for one in schemas(document)] == ["POST /cases", "Other"]
    assert schemas(document)[0].title == "提交办件（POST /cases）"


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ([], "不是 JSON Schema"), ({}, "没有找到字段"), ({"properties": {}}, "没有找到字段"),
        ({"properties": {"a": {"$ref": "#/nowhere"}}}, "不存在"), ({"properties": {"a": {"$ref": "other.json"}}}, "另一个文件"),
        ({"properties": {"a": {"$ref": "#"}}}, "循环引用"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused_in_words(document: Any, words: str) -> None:
    with pytest.raises(InputRefused) as refused:
        schemas(document)
    assert words in str(refused.value.detail or refused.value)


def test_a_schema_without_end_is_refused() -> None:
    deep: dict[str, Any] = {"type": "string"}
    for _ in range(40):
        deep = {"type": "object", "properties": {"a": deep}}
    with pytest.raises(InputRefused):
        schemas(deep)


@pytest.mark.parametrize("odd", [None, 1, "x", {"properties": 3}, {"properties": {"a": 3}}])
def test_counting_never_raises(odd: Any) -> None:
    assert count(odd) >= 0
