"""The target's own schema over a mapped body, in Chinese, without the values; and what is left open."""

from collections.abc import Callable
from typing import Any

from yichuang.mappings import CompiledMapping, filled

Make = Callable[..., CompiledMapping]
SCHEMA = {
    "type": "object", "required": ["no", "rows"], "additionalProperties": False,
    "properties": {
        "no": {"type": "string", "maxLength": 3}, "sex": {"enum": ["M", "F"]}, "day": {"type": "string", "format": "date"},
        "n": {"type": "integer", "minimum": 1},
        "rows": {"type": "array", "items": {"type": "object", "required": ["a"],
        "properties": {"a": {"type": "string", "minLength": 1, "pattern": "^[甲乙]+$"}}}},
    },
}  # fmt: skip
LINES: tuple[dict[str, Any], ...] = (
    {"to": "no", "from": "case.number"}, {"to": "sex", "from": "form.email"}, {"to": "day", "from": "form.contact_name"},
    {"to": "rows", "each": "form.managers", "lines": [{"to": "a", "from": "row.name"}]},
)  # fmt: skip


def test_a_body_that_fits_has_no_faults(mapping: Make) -> None:
    assert mapping(*LINES, schema=SCHEMA).verdict({"no": "1", "rows": [{"a": "甲"}]}) == ()


def test_every_misfit_is_told_with_its_source_and_the_class_of_the_value(mapping: Make) -> None:
    made = mapping(*LINES, schema=SCHEMA)
    record = filled({"case": {"number": "机密编号"}, "form": {"email": "X", "contact_name": "2026-02-30",
    "managers": [{"name": "甲"}, {"name": "机密"}]}})
    found = {fault.to: fault for fault in made.verdict(made.run(record).body | {"n": 0, "extra": 1})}
    assert {to: (f.source, f.kind) for to, f in found.items()} == {
        "no": ("case.number", "schema:maxLength"), "sex": ("form.email", "schema:enum"), "day": ("form.contact_name", "schema:format"),
        "n": ("", "schema:minimum"), "rows[2].a": ("form.managers[2].name", "schema:pattern"), "": ("", "schema:additionalProperties"),
    }  # fmt: skip
    assert "4 个汉字" in found["no"].message and "不会自动截断" in found["no"].remedy
    assert all("机密" not in str(fault) for fault in found.values())


def test_what_is_missing_is_named(mapping: Make) -> None:
    faults = mapping(*LINES, schema=SCHEMA).verdict({"rows": [{}]})
    assert [(fault.to, fault.source, fault.kind) for fault in faults] == [
        ("no", "case.number", "schema:required"), ("rows[1].a", "form.managers[1].name", "schema:required"),
    ] or {fault.to for fault in faults} == {"no", "rows[1].a"}  # fmt: skip


def test_a_broken_schema_says_so_instead_of_passing(mapping: Make) -> None:
    assert mapping(schema={"type": "objekt"}).verdict({})[0].kind == "schema:broken"


def test_coverage_names_open_mandatory_fields_and_what_goes_nowhere(mapping: Make) -> None:
    found = mapping(LINES[1], LINES[3] | {"lines": []}, schema=SCHEMA).coverage(["form.email", "form.managers", "form.seats", "case.number"])
    assert found.unmapped_required == ("no", "rows[].a")
    assert found.unused_sources == ("form.seats", "case.number")
    whole = mapping({"to": "no", "value": "1"}, {"to": "rows", "from": "form.managers"}, schema=SCHEMA).coverage([])
    assert whole.unmapped_required == ()
