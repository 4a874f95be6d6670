"""A first form and mapping from another system's JSON Schema or OpenAPI description, for staff to go on with (表单处理)."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from yichuang.mappings.form_fields import field_of, group_of
from yichuang.mappings.suggesting import by_national_name
from yichuang.mappings.targets import inlined, kind_of, resolved

VERBS = ("post", "put", "patch")
PARTY = {f"applicant.{part}": part for part in ("name", "id_type", "id_no", "phone", "legal_rep")}
DEEPEST = 4
NOTE = "由系统按对方的接口描述起草，须逐项核对后使用。"
Schema = Mapping[str, Any]
Made = dict[str, Any]


def request_schemas(document: Mapping[str, Any]) -> dict[str, Schema]:
    """The schemas that a document offers: of an OpenAPI description those of its requests (`POST /cases`), else the document itself."""
    if not isinstance(document.get("paths"), Mapping):
        return {"": document}
    found: dict[str, Schema] = {}
    for path, operations in document["paths"].items():
        for verb in VERBS:
            schema = _body_of(operations.get(verb) if isinstance(operations, Mapping) else None, document)
            if schema:
                found[f"{verb.upper()} {path}"] = schema
    return found


def _body_of(operation: Any, document: Mapping[str, Any]) -> Schema:
    body = resolved(operation.get("requestBody"), document) if isinstance(operation, Mapping) else {}
    contents = body.get("content")
    for kind, content in contents.items() if isinstance(contents, Mapping) else ():
        if "json" in str(kind) and isinstance(content, Mapping):
            return resolved(content.get("schema"), document)
    return {}


def draft_from_schema(document: Mapping[str, Any], code: str, title: str, target: str, item: str = "", at: str = "") -> tuple[Made, Made]:
    """(form body, mapping body). `at`: which request of an OpenAPI description, the first unless said. Never raises on what it finds."""
    offered = request_schemas(document)
    schema = inlined(offered.get(at) or next(iter(offered.values()), {}), document)
    drafter = _Drafter()
    drafter.object(schema, "", ("basic", "基本信息"), 0)
    form = {"kind": "form", "code": code, "title": title, "note": NOTE, "columns": 2, "sections": drafter.filled_sections()}
    if "name" in drafter.party:
        form["parties"] = {"applicant": [drafter.party]}
    mapping = mapping_draft(f"{target}_{code}", f"{title} → {target}", target, [item] if item else [])
    return form, mapping | {"schema": schema or {"type": "object", "properties": {}}, "lines": drafter.lines}


def mapping_draft(code: str, title: str, target: str, items: Sequence[str]) -> Made:
    """The head of a draft: taken when the case is accepted and when it is decided."""
    return {
        "kind": "mapping", "code": code[:64].rstrip("_"), "title": title[:200], "note": NOTE, "target": target, "items": list(items),
        "steps": ["ACCEPT", "RESULT"],
    }  # fmt: skip


class _Drafter:
    def __init__(self) -> None:
        self.sections: dict[str, Made] = {}
        self.lines: list[Made] = []
        self.party: dict[str, str] = {}
        self.codes: set[str] = set()

    def object(self, schema: Schema, place: str, section: tuple[str, str], depth: int) -> None:
        properties, required = schema.get("properties"), schema.get("required")
        needed = required if isinstance(required, list) else []
        for name, inner in properties.items() if isinstance(properties, Mapping) else ():
            if isinstance(inner, Mapping):
                self.property(str(name), inner, place, section, depth, name in needed)

    def property(self, name: str, schema: Schema, place: str, section: tuple[str, str], depth: int, needed: bool) -> None:
        to, title = f"{place}{name}", str(schema.get("title") or schema.get("description") or name)[:200]
        if "." in name or not name:
            return
        if "const" in schema:
            self.lines.append({"to": to, "value": schema["const"]})
        elif kind_of(schema) == "object":
            if depth < DEEPEST:
                self.object(schema, f"{to}.", (identifier(name, "part"), title), depth + 1)
        elif (path := by_national_name(name, title)) and not path.startswith("applicant.") and kind_of(schema) == "string":
            self.lines.append({"to": to, "from": path, **_dated(path, schema)})
        else:
            self.asked(name, schema, to, title, section, needed, path)

    def asked(self, name: str, schema: Schema, to: str, title: str, section: tuple[str, str], needed: bool, path: str) -> None:
        """A field of the form, and the line that takes it over."""
        code = self.unique(identifier(name, f"field_{len(self.codes) + 1}"))
        spec = {"code": code, "title": title} | ({"required": True} if needed else {})
        if kind_of(schema) == "array" and kind_of(schema.get("items") or {}) == "object":
            field, line = group_of(spec, schema, to, identifier)
        else:
            field, line = field_of(spec, name, schema, to)
        if path in PARTY and field["type"] in ("text", "id_number", "credit_code", "phone"):
            self.party.setdefault(PARTY[path], code)
        key, said = section
        self.sections.setdefault(key, {"code": key, "title": said[:200], "fields": []})["fields"].append(field)
        self.lines.append(line)

    def unique(self, code: str) -> str:
        found = next(name for n in range(1, 1000) if (name := code if n == 1 else f"{code[:60]}_{n}") not in self.codes)
        self.codes.add(found)
        return found

    def filled_sections(self) -> list[Made]:
        text = {"code": "nothing", "type": "static", "title": "说明", "text": "对方所需的数据都由办件产生，申请人不必填写。"}
        return list(self.sections.values()) or [{"code": "basic", "title": "基本信息", "fields": [text]}]


def identifier(name: str, otherwise: str) -> str:
    """`applyerName` as `applyer_name`; what has no letters is called `otherwise`."""
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    plain = re.sub(r"[^a-z0-9]+", "_", snake.lower()).strip("_")[:60]
    return plain if re.match(r"[a-z]", plain) else otherwise


def _dated(path: str, schema: Schema) -> Made:
    """A moment of ours in the format that the schema asks for."""
    if not path.endswith(("_at", "_on", ".at")):
        return {}
    wanted = {"date": "iso_date", "date-time": "iso"}.get(str(schema.get("format")), "datetime")
    return {"transforms": [{"use": "date", "to": wanted} | ({"time": "00:00:00"} if wanted != "iso_date" and path.endswith("_on") else {})]}
