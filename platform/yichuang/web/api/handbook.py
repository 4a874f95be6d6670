"""The documentation page (接口文档): the OpenAPI document as people read it, made anew from it each time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

GROUPS = (
    ("intakes", "接件与推送", ("getIntake", "listIntakes", "batchIntakes", "getIntakeFile", "pushStep", "pushResult")),
    ("deliveries", "推送给部门的数据", ("listDeliveries", "getDelivery", "giveReceipt")),
    ("public", "公开的事项与告知单", ()),
)
TYPES: Mapping[str, str] = {
    "string": "文字", "integer": "整数", "number": "数字", "boolean": "是/否", "array": "列表", "object": "对象", "null": "空",
}  # fmt: skip
MOST_DEPTH = 4


@dataclass(frozen=True, slots=True)
class Field:
    """A line of a table of fields. `path`: with `[]` for elements of a list."""

    path: str
    type: str
    needed: bool
    words: str


@dataclass(frozen=True, slots=True)
class Entry:
    name: str
    method: str
    path: str
    summary: str
    description: str
    secured: bool
    parameters: Sequence[Field]
    request: Sequence[Field]
    answers: Sequence[tuple[str, str]]
    response: Sequence[Field]
    example: str


def groups(document: Mapping[str, Any]) -> list[tuple[str, str, list[Entry]]]:
    """(anchor, title, entries), each operation once; what no group names stands in the last."""
    entries = {entry.name: entry for entry in _entries(document)}
    named = {name for _, _, names in GROUPS for name in names}
    found = []
    for anchor, title, names in GROUPS:
        chosen = [entries[name] for name in names if name in entries] or [e for e in entries.values() if e.name not in named]
        found.append((anchor, title, chosen))
    return found


def _entries(document: Mapping[str, Any]) -> Iterator[Entry]:
    for path, methods in document["paths"].items():
        for method, told in methods.items():
            yield _entry(method, path, told)


def _entry(method: str, path: str, told: Mapping[str, Any]) -> Entry:
    parameters = [
        Field(p["name"], f"{'路径' if p['in'] == 'path' else '查询'} · {_type(p['schema'])}", p["required"], p["description"] + _limits(p["schema"]))
        for p in told["parameters"]
    ]
    good = next(answer for status, answer in told["responses"].items() if status.startswith("2"))
    schema = next(iter(good["content"].values()))["schema"]
    request = told.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    return Entry(
        told["operationId"], method.upper(), path, told["summary"], told.get("description", ""), "security" in told, parameters,
        list(_fields(request)) if request else [], [(status, answer["description"]) for status, answer in told["responses"].items()],
        list(_fields(schema)), _example(request) if request else "",
    )  # fmt: skip


def _fields(schema: Mapping[str, Any], place: str = "", depth: int = 0) -> Iterator[Field]:
    if schema.get("type") == "array" and depth <= MOST_DEPTH:
        yield from _fields(schema["items"], f"{place}[]", depth + 1)
        return
    needed = schema.get("required", ())
    for name, part in schema.get("properties", {}).items():
        path = f"{place}.{name}" if place else name
        yield Field(path, _type(part), name in needed, part.get("description", "") + _limits(part))
        if depth < MOST_DEPTH:
            yield from _fields(part, path, depth + 1)


def _type(schema: Mapping[str, Any]) -> str:
    kind = schema.get("type", "string" if "enum" in schema else "object")
    kinds = kind if isinstance(kind, list) else [kind]
    return "或".join(TYPES.get(str(one), str(one)) for one in kinds)


def _limits(schema: Mapping[str, Any]) -> str:
    told = []
    if "enum" in schema:
        told.append("取值 " + "、".join(str(value) for value in schema["enum"]))
    if "maxLength" in schema:
        told.append(f"最长 {schema['maxLength']} 字")
    if "maxItems" in schema:
        told.append(f"最多 {schema['maxItems']} 项")
    if "minimum" in schema or "maximum" in schema:
        told.append(f"{schema.get('minimum', '')} 至 {schema.get('maximum', '')}")
    return f"（{'；'.join(told)}）" if told else ""


def _example(schema: Mapping[str, Any]) -> str:
    return orjson.dumps(_sample(schema), option=orjson.OPT_INDENT_2).decode()


def _sample(schema: Mapping[str, Any]) -> Any:
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type", "string")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        return {name: _sample(part) for name, part in schema.get("properties", {}).items()}
    if kind == "array":
        return [_sample(schema.get("items", {}))]
    return {"integer": 1, "number": 1, "boolean": True}.get(kind, "…")
