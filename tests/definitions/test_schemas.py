"""Every packaged definition fits its schema, sits in the right place, and is marked as demonstration data."""

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from yichuang.catalogue.documents import read

ROOT = Path(__file__).parents[2] / "definitions"
SCHEMAS = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted((ROOT / "schemas").glob("*.json"))}
FRAGMENTS = [json.loads(path.read_text("utf-8")) for path in sorted((ROOT / "schemas" / "fragments").glob("*.json"))]
FILES = sorted(ROOT.glob("*/*.yaml"))


def validator(kind: str) -> jsonschema_rs.Validator:
    registry = jsonschema_rs.Registry([(fragment["$id"], fragment) for fragment in FRAGMENTS])
    return jsonschema_rs.Draft202012Validator(SCHEMAS[kind], registry=registry)


VALIDATORS = {kind: validator(kind) for kind in SCHEMAS}


def load(path: Path) -> dict[str, Any]:
    return read(path.read_text("utf-8"))


def name(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


@pytest.mark.parametrize("path", FILES, ids=name)
def test_a_definition_fits_its_schema(path: Path) -> None:
    faults = [
        f"{'/'.join(map(str, e.instance_path))}: {e.message}"
        for e in VALIDATORS[path.parent.name].iter_errors(load(path))
    ]
    assert faults == []


@pytest.mark.parametrize("path", FILES, ids=name)
def test_a_definition_is_named_after_its_folder_and_file(path: Path) -> None:
    body = load(path)
    assert (body["kind"], body["code"]) == (path.parent.name, path.stem)


@pytest.mark.parametrize("path", FILES, ids=name)
def test_a_definition_is_marked_as_demonstration_data_with_a_word_on_its_sources(path: Path) -> None:
    body = load(path)
    assert body["demo"] is True
    assert body["note"]


def test_every_kind_has_packaged_definitions() -> None:
    assert {path.parent.name for path in FILES} == set(SCHEMAS)


def test_a_misspelt_key_is_refused() -> None:
    body = load(ROOT / "item" / "food_business_new.yaml") | {"titel": "错字"}
    assert not VALIDATORS["item"].is_valid(body)


def test_a_condition_of_another_shape_is_refused() -> None:
    body = load(ROOT / "item" / "food_business_new.yaml")
    body["materials"][0]["needed_when"] = {"fact": "form.area", "op": "like", "value": 1}
    assert not VALIDATORS["item"].is_valid(body)
