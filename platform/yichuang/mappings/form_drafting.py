"""A first mapping from one of our forms: every field under its own name, for a target that has no description yet."""

from collections.abc import Iterator, Mapping
from typing import Any

from yichuang.mappings.drafting import mapping_draft
from yichuang.mappings.sources import FIELD_TYPES, PARTS, fields_of
from yichuang.ports import DefinitionView

Made = dict[str, Any]
HEAD: tuple[tuple[str, str, str], ...] = (
    ("case_no", "办件编号", "case.number"), ("step", "环节", "step.code"), ("item_code", "事项编码", "item.handling_code"),
    ("applicant_name", "申请人", "applicant.name"), ("applicant_id_no", "申请人证件号码", "applicant.id_no"),
)  # fmt: skip
FILES = {"name": "string", "size": "integer", "digest": "string"}


def draft_from_form(view: DefinitionView, form: str, target: str, item: str = "") -> Made:
    """A mapping body of all that the form asks, with a schema of its own; `item` is found by the form unless said."""
    body = view.find("form", form) or {}
    items = [item] if item else [code for code in view.codes("item") if (view.find("item", code) or {}).get("form") == form]
    properties: Made = {to: {"type": "string", "title": title} for to, title, _ in HEAD}
    lines: list[Made] = [{"to": to, "from": path} for to, _, path in HEAD]
    for field in fields_of(body):
        schema, line = _field(field, field["code"], f"form.{field['code']}")
        properties[field["code"]] = schema
        lines += line
    required = ["case_no", "step", *(f["code"] for f in fields_of(body) if f.get("required") is True and not f.get("visible_when"))]
    schema = {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
    title = f"{body.get('title', form)} → {target}"
    return mapping_draft(f"{target}_{form}", title, target, items) | {"schema": schema, "lines": lines}


def _field(field: Mapping[str, Any], to: str, source: str) -> tuple[Made, list[Made]]:
    kind, title = FIELD_TYPES.get(field["type"], "text"), str(field["title"])
    if kind == "rows":
        return _group(field, to, source)
    if kind == "files":
        lines = [{"to": name, "from": f"row.{name}"} for name in FILES]
        return {"type": "array", "title": title, "items": _object(FILES)}, [{"to": to, "each": source, "lines": lines}]
    if kind in PARTS:
        return {"title": title} | _object(dict.fromkeys(PARTS[kind], "string")), [
            {"to": f"{to}.{part}", "from": f"{source}.{part}"} for part in PARTS[kind]
        ]
    if kind == "texts":
        return {"type": "array", "title": title, "items": {"type": "string"}}, [{"to": to, "from": source}]
    return {"type": "boolean" if kind == "boolean" else "string", "title": title}, [{"to": to, "from": source} | _chain(field)]


def _chain(field: Mapping[str, Any]) -> Made:
    """A field that may be hidden gives nothing rather than an empty value, where the target wants no text."""
    return {"transforms": [{"use": "omit_empty"}]} if field["type"] == "boolean" else {}


def _group(field: Mapping[str, Any], to: str, source: str) -> tuple[Made, list[Made]]:
    properties: Made = {"no": {"type": "integer", "title": "序号"}}
    lines: list[Made] = [{"to": "no", "from": "row.number"}]
    for column in _columns(field):
        schema, line = _field(column, column["code"], f"row.{column['code']}")
        properties[column["code"]] = schema
        lines += line
    items = {"type": "object", "properties": properties, "required": ["no"], "additionalProperties": False}
    return {"type": "array", "title": field["title"], "items": items}, [{"to": to, "each": source, "lines": lines}]


def _columns(field: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    return (column for column in field.get("fields", ()) if column["type"] != "static" and column["code"] != "no")


def _object(types: Mapping[str, str]) -> Made:
    return {"type": "object", "properties": {name: {"type": kind} for name, kind in types.items()}, "additionalProperties": False}
