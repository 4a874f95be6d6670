"""A form as JSON Schema 2020-12, for interfaces and for fast checks: the rules that don't depend on other answers.

It describes canonical answers (see `normalising`). What the standard can't say is said by annotations `x-…`, which
`validation` understands and other validators pass over: exact limits of decimals, date limits, large code tables.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from yichuang.forms.faults import EMAIL, LENGTHS, MAX_FILES, MAX_ROWS, PART_LENGTH, RESIDENT_ID, WHOLE_DIGITS
from yichuang.forms.fields import Field
from yichuang.forms.wires import INLINE
from yichuang.rules.conditions import Condition
from yichuang.rules.numbers import literal, plain
from yichuang.rules.patterns import Pattern, PatternRefused

DRAFT = "https://json-schema.org/draft/2020-12/schema"
_CREDIT = "^[0-9A-HJ-NPQRTUWXY]{18}$"
_PHONE = "^(?:1[3-9][0-9]{9}|(?:010|02[0-9]|0[3-9][0-9]{2})-[2-9][0-9]{6,7})$"
_DAY = (
    "^(?:(?:1[89]|[2-9][0-9])[0-9]{2}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
    "|02-(?:0[1-9]|1[0-9]|2[0-8]))|(?:(?:1[89]|[2-9][0-9])(?:0[48]|[2468][048]|[13579][26])|(?:[2468][048]|[3579][26])00)-02-29)$"
)
"""Every real day of 1800–9999 in one expression, so that any validator knows it."""


def json_schema(body: Mapping[str, Any], fields: Sequence[Field], sections: Sequence[Condition | None]) -> dict[str, Any]:
    shown = [f for f in fields if f.type != "static"]
    always = [f for f in shown if sections[f.section] is None]
    return {"$schema": DRAFT, "title": body["title"], **_object(shown, always)}


def _object(fields: Sequence[Field], always: Sequence[Field]) -> dict[str, Any]:
    required = [f.code for f in always if f.required and not (f.visible or f.required_when or f.compute)]
    schema: dict[str, Any] = {"type": "object", "properties": {f.code: field_schema(f) for f in fields}}
    return schema | ({"required": required} if required else {})


def field_schema(item: Field) -> dict[str, Any]:
    """The schema of one field's canonical answer."""
    about = {"title": item.title} | ({"description": item.spec["hint"]} if item.spec.get("hint") else {})
    if item.compute is not None:
        return about | {"readOnly": True}
    return about | _rules(item)


def _rules(item: Field) -> dict[str, Any]:
    kind, spec = item.type, item.spec
    if kind in ("text", "textarea"):
        return _text(spec)
    if kind in ("number", "money"):
        return _number(spec)
    if kind == "group":
        return _group(item)
    if kind in ("choice", "choices"):
        one = {"type": "string"} | _codes(item.options, item.spec.get("code_table"))
        return one if kind == "choice" else {"type": "array", "items": one}
    if item.parts:
        return _parts(item)
    made: dict[str, Any] = _SIMPLE[kind](spec)
    return made


def _text(spec: Mapping[str, Any]) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string", "maxLength": spec.get("max_length", LENGTHS[spec["type"]])}
    if spec.get("min_length"):
        schema["minLength"] = spec["min_length"]
    try:
        return schema | ({"pattern": Pattern(spec["pattern"]).ecma} if spec.get("pattern") else {})
    except PatternRefused:
        return schema


def _number(spec: Mapping[str, Any]) -> dict[str, Any]:
    places = spec.get("scale", 6)
    after = r"\.[0-9]{2}" if spec["type"] == "money" else rf"(?:\.[0-9]{{1,{places}}})?" if places else ""
    schema: dict[str, Any] = {"type": "string", "pattern": f"^-?(?:0|[1-9][0-9]{{0,{WHOLE_DIGITS - 1}}}){after}$"}
    for key, bound in (("x-minimum", "min"), ("x-maximum", "max")):
        exact = literal(spec.get(bound))
        if exact is not None:
            schema[key] = plain(exact)
    return schema


def _date(spec: Mapping[str, Any]) -> dict[str, Any]:
    limits = {f"x-{key}": spec[key] for key in ("earliest", "latest") if spec.get(key, "today") != "today"}
    return {"type": "string", "pattern": _DAY} | limits


def _codes(options: Mapping[str, str] | None, table: str | None) -> dict[str, Any]:
    if options is None:
        return {}
    return {"enum": list(options)} if len(options) <= INLINE or not table else {"x-code-table": table}


def _group(item: Field) -> dict[str, Any]:
    columns = [c for c in item.columns if c.type != "static"]
    rows = {"type": "array", "items": _object(columns, columns), "maxItems": item.spec.get("max_rows", MAX_ROWS)}
    least = max(item.spec.get("min_rows", 0), 0)
    return rows | ({"minItems": least} if least else {})


def _parts(item: Field) -> dict[str, Any]:
    tables = {"division": item.table or "division", "id_type": "id_type"}
    parts: dict[str, dict[str, Any]] = {}
    for part in item.parts:
        limits = {"type": "string"} | (_date(item.spec) if part.type == "date" else {"maxLength": PART_LENGTH})
        parts[part.code] = limits | _codes(item.part_options.get(part.code), tables.get(part.code))
        if part.code == "phone":
            parts[part.code] = {"type": "string", "pattern": _PHONE}
    if "credit_code" in parts:
        parts["credit_code"] = {"type": "string", "pattern": _CREDIT}
    schema: dict[str, Any] = {"type": "object", "properties": parts}
    if item.required and not (item.visible or item.required_when):
        schema["required"] = list(parts)
    if item.type == "date_range":
        schema["x-date-order"] = True
    if item.type == "person":
        other = {"properties": {"id_type": {"not": {"const": RESIDENT_ID}}}, "required": ["id_type"]}
        schema |= {"if": other, "else": {"properties": {"id_no": {"format": "id-number"}}}}
    return schema


def _attachment(spec: Mapping[str, Any]) -> dict[str, Any]:
    file: dict[str, Any] = {
        "type": "object",
        "required": ["name", "size", "digest"],
        "properties": {"name": {"type": "string", "minLength": 1}, "size": {"type": "integer", "minimum": 0}, "digest": {"type": "string"}},
    }
    file["properties"]["size"]["maximum"] = spec.get("max_megabytes", 20) * 1048576
    if accept := [*spec.get("accept", ()), *(("jpeg",) if "jpg" in spec.get("accept", ()) else ())]:
        endings = "|".join("".join(f"[{c.lower()}{c.upper()}]" for c in kind) for kind in accept)
        file["properties"]["name"]["pattern"] = rf"\.(?:{endings})$"
    return {"type": "array", "items": file, "maxItems": spec.get("max_files", MAX_FILES)}


_SIMPLE: Mapping[str, Any] = {
    "date": _date,
    "time": lambda spec: {"type": "string", "pattern": "^(?:[01][0-9]|2[0-3]):[0-5][0-9]$"},
    "boolean": lambda spec: {"type": "boolean"},
    "id_number": lambda spec: {"type": "string", "format": "id-number"},
    "credit_code": lambda spec: {"type": "string", "pattern": _CREDIT},
    "phone": lambda spec: {"type": "string", "pattern": _PHONE},
    "email": lambda spec: {"type": "string", "maxLength": LENGTHS["email"], "pattern": f"^(?:{EMAIL.pattern})$"},
    "attachment": _attachment,
}
