"""One field of a drafted form from a JSON Schema, with the line that maps it back; and a form's field as a JSON Schema with its line."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from yichuang.mappings.targets import kind_of

Made = dict[str, Any]
Schema = Mapping[str, Any]
OWN_TYPES: tuple[tuple[str, str], ...] = (
    ("credit_code", r"统一社会信用代码|credit_?code|uscc"), ("id_number", r"身份证|id_?card|identity_?no"),
    ("phone", r"手机|电话|mobile|phone|(^|_)tel$"), ("email", r"邮箱|邮件|e_?mail"),
)  # fmt: skip
FILES = r"base64|binary|附件|文件|扫描件|attachment|file"
LONG, MOST_OPTIONS, MOST_ROWS = 200, 100, 200


def field_of(spec: Made, name: str, schema: Schema, to: str, source: str = "form.") -> tuple[Made, Made]:
    """(field, line) for a value or a list of values."""
    line: Made = {"to": to, "from": f"{source}{spec['code']}"}
    kind = kind_of(schema)
    if kind == "array":
        return _several(spec, schema.get("items") or {}, line)
    if kind == "boolean":
        return spec | {"type": "boolean"}, line
    if kind in ("integer", "number"):
        return _number(spec, kind, schema), line | {"transforms": [{"use": "number", "as": "number"}]}
    return _text(spec, name, schema, line)


def _several(spec: Made, inner: Schema, line: Made) -> tuple[Made, Made]:
    if inner.get("enum"):
        return spec | {"type": "choices", "options": _options(inner)}, line
    hint = {"type": "textarea", "hint": "每行一项", "max_length": 4000}
    return spec | hint, line | {"transforms": [{"use": "split", "by": "\n"}]}


def _number(spec: Made, kind: str, schema: Schema) -> Made:
    bounds = {ours: schema[theirs] for ours, theirs in (("min", "minimum"), ("max", "maximum")) if isinstance(schema.get(theirs), (int, float))}
    return spec | {"type": "number", "scale": 0 if kind == "integer" else 6} | bounds


def _text(spec: Made, name: str, schema: Schema, line: Made) -> tuple[Made, Made]:
    if schema.get("enum"):
        return spec | {"type": "choice", "options": _options(schema)}, line
    if schema.get("format") in ("date", "date-time"):
        timed = schema["format"] == "date-time"
        to: Made = {"use": "date", "to": "iso", "time": "00:00:00"} if timed else {"use": "date", "to": "iso_date"}
        return spec | {"type": "date"}, line | {"transforms": [to]}
    said = f"{name} {spec['title']} {schema.get('format', '')} {schema.get('contentEncoding', '')}".lower()
    if re.search(FILES, said):
        chain = [{"use": "file", "by": "reference"}, {"use": "join", "with": ","}]
        return spec | {"type": "attachment"}, line | {"transforms": chain}
    for own, pattern in OWN_TYPES:
        if re.search(pattern, said):
            return spec | {"type": own}, line
    longest = schema.get("maxLength")
    length = {"max_length": min(longest, 4000)} if isinstance(longest, int) and longest > 0 else {}
    return spec | {"type": "textarea" if length.get("max_length", 0) > LONG else "text"} | length, line


def _options(schema: Schema) -> list[Made]:
    codes = list(dict.fromkeys(str(code) for code in schema["enum"] if code not in (None, "")))
    titles = schema.get("x-enum-titles") or schema.get("x-enumNames") or []
    said = dict(zip(codes, titles, strict=False)) if isinstance(titles, list) else {}
    return [{"code": code[:32], "title": str(said.get(code) or code)[:200]} for code in codes[:MOST_OPTIONS]] or [{"code": "1", "title": "1"}]


def group_of(spec: Made, schema: Schema, to: str, identifier: Callable[[str, str], str]) -> tuple[Made, Made]:
    """A repeating group; what would nest deeper is left to staff."""
    items = schema.get("items") or {}
    properties, needed = items.get("properties") or {}, items.get("required") or []
    columns: list[Made] = []
    lines: list[Made] = []
    for n, (name, inner) in enumerate(properties.items(), 1):
        if not isinstance(inner, Mapping) or kind_of(inner) in ("object", "array"):
            continue
        code = identifier(str(name), f"column_{n}")
        if any(column["code"] == code for column in columns):
            code = f"{code[:56]}_{n}"
        title = str(inner.get("title") or inner.get("description") or name)[:200]
        own = {"code": code, "title": title} | ({"required": True} if name in needed else {})
        field, line = field_of(own, str(name), inner, str(name), "row.")
        columns.append(field)
        lines.append(line)
    most = schema.get("maxItems")
    group = spec | {"type": "group", "layout": "card" if len(columns) > 6 else "table", "fields": columns, "span": "full"}
    group |= {"max_rows": most} if isinstance(most, int) and 0 < most <= MOST_ROWS else {}
    return group, {"to": to, "each": f"form.{spec['code']}", "lines": lines}
