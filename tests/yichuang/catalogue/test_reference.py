"""The reference pages say what the schemas say, and the committed ones are current."""

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from yichuang.catalogue.examples import example
from yichuang.catalogue.kinds import fragments
from yichuang.catalogue.reference import page, pages

ROOT = Path(__file__).parents[3]
DOCS = ROOT / "docs" / "definitions"
SCHEMAS: dict[str, Any] = {
    path.stem: json.loads(path.read_text("utf-8")) for path in (ROOT / "definitions" / "schemas").rglob("*.json")
}


def test_the_committed_pages_are_current() -> None:
    committed = {path.stem: path.read_text("utf-8") for path in DOCS.glob("*.md")}
    assert committed == pages(SCHEMAS), "更新：yichuang definitions reference"


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_example_of_a_page_fits_its_schema(name: str) -> None:
    registry = jsonschema_rs.Registry(list(fragments().items()))
    validator = jsonschema_rs.Draft202012Validator(SCHEMAS[name], registry=registry)
    assert [error.message for error in validator.iter_errors(example(SCHEMAS[name], SCHEMAS[name]))] == []


def test_every_key_of_an_item_is_on_its_page() -> None:
    text = page("item", SCHEMAS["item"])
    for key, inner in SCHEMAS["item"]["properties"].items():
        assert f"| `{key}` | {inner['title']} |" in text


def test_a_choice_is_said_with_code_and_title() -> None:
    assert "`deferrable` 容缺后补" in page("item", SCHEMAS["item"])


def test_what_must_be_there_is_marked() -> None:
    schema = {
        "title": "试", "type": "object", "required": ["a"],
        "properties": {"a": {"type": "string", "title": "甲", "x-ref": "form"}, "b": {"type": "integer", "title": "乙", "maximum": 9}},
    }  # fmt: skip
    text = page("trial", schema)
    assert "| `a` | 甲 | 文字 | 是 | 取自 [`form`](form.md) 的代码 |" in text
    assert "| `b` | 乙 | 整数 |  | 不大于 9 |" in text


def test_conditions_are_linked_to_their_own_page() -> None:
    assert "[条件](condition.md)" in page("form", SCHEMAS["form"])
    assert "condition" in pages(SCHEMAS)
