"""The target's side: which paths a plan writes and where each comes from; which fields a JSON Schema has."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from yichuang.mappings.plan import Branch, Columns, Line, Node, Rows
from yichuang.mappings.record import Source


def sources_of(root: Branch) -> dict[str, str]:
    """Target path to source path; several sources with commas between, a fixed value's is empty. Rows are `[]` on both sides."""
    return dict(_walk(root, "", ""))


def _walk(node: Node, to: str, rows: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, Line):
        yield to, ",".join(dict.fromkeys(_called(where, rows) for where in node.paths))
    elif isinstance(node, Branch):
        for key, child in node.children.items():
            if isinstance(child, Columns):
                yield from _flat(child, to, rows)
            else:
                yield from _walk(child, f"{to}.{key}" if to else key, rows)
    elif isinstance(node, Rows):
        here = f"{_called(node.source, rows)}[]"
        yield to, here
        yield from _walk(node.branch, f"{to}[]", here)


def _flat(node: Columns, to: str, rows: str) -> Iterator[tuple[str, str]]:
    here = f"{_called(node.source, rows)}[]"
    for key, line in node.lines:
        for n in range(1, node.most + 1):
            name = key.replace("{n}", str(n))
            inner = here.removesuffix("[]") + f"[{n}]"
            yield (f"{to}.{name}" if to else name), ",".join(_called(where, inner) for where in line.paths)


def _called(where: Source, rows: str) -> str:
    path = where.path.removesuffix("[]")
    if path == "row.number":
        return ""
    return rows + path.removeprefix("row") if where.in_row else path


DEEPEST, MOST_FIELDS = 8, 3000
ELSEWHERE = ("$schema", "$id", "$defs", "definitions", "components")


@dataclass(frozen=True, slots=True)
class TargetField:
    """A field of the target: dotted path (`[]` for elements), the schema's title and type, whether it must be there."""

    path: str
    title: str
    type: str
    required: bool
    description: str = ""
    needed: bool = False
    """Whether it must be there if what it is part of is there."""


def target_fields(schema: Any) -> list[TargetField]:
    """All fields of a schema, objects and arrays before what is in them. Local `$ref`s are followed; depth and number are bounded."""
    return list(islice(_fields(schema, schema, "", True, 0), MOST_FIELDS)) if isinstance(schema, Mapping) else []


def _fields(schema: Any, root: Mapping[str, Any], place: str, sure: bool, depth: int) -> Iterator[TargetField]:
    schema = resolved(schema, root)
    if depth > DEEPEST:
        return
    if isinstance(schema.get("items"), Mapping) and kind_of(schema) == "array":
        yield from _fields(schema["items"], root, f"{place}[]", sure, depth + 1)
        return
    properties, required = schema.get("properties"), schema.get("required")
    if not isinstance(properties, Mapping):
        return
    needed = required if isinstance(required, list) else []
    for name, given in properties.items():
        inner = resolved(given, root)
        path, must = (f"{place}.{name}" if place else str(name)), sure and name in needed
        title, said = str(inner.get("title", "")), str(inner.get("description", ""))
        yield TargetField(path, title, kind_of(inner), must, said, name in needed)
        yield from _fields(inner, root, path, must, depth + 1)


def kind_of(schema: Mapping[str, Any]) -> str:
    kinds = schema.get("type", "object" if "properties" in schema else "string")
    if isinstance(kinds, list):
        return str(next((kind for kind in kinds if kind != "null"), "string"))
    return str(kinds)


def resolved(schema: Any, root: Mapping[str, Any]) -> Mapping[str, Any]:
    """Behind a local reference (`#/$defs/…`, `#/components/schemas/…`); an empty schema where there is nothing."""
    for _ in range(20):
        if not isinstance(schema, Mapping):
            return {}
        pointer = schema.get("$ref")
        if not isinstance(pointer, str) or not pointer.startswith("#/"):
            return schema
        found: Any = root
        for step in pointer[2:].split("/"):
            found = found.get(step.replace("~1", "/").replace("~0", "~")) if isinstance(found, Mapping) else None
        schema = found
    return {}


def inlined(schema: Any, root: Mapping[str, Any]) -> dict[str, Any]:
    """The schema by itself, its local references put in. What refers to itself, and what is too much, ends in anything."""
    return _Inliner(root).schema(schema, 0)


class _Inliner:
    """OpenAPI 3.0's `nullable` is said as a type; `allOf` of objects is laid together, so that their fields can be seen."""

    def __init__(self, root: Mapping[str, Any]) -> None:
        self.root = root
        self.left = MOST_FIELDS
        self.open: set[int] = set()

    def schema(self, given: Any, depth: int) -> dict[str, Any]:
        own = resolved(given, self.root)
        self.left -= 1
        if depth > DEEPEST or self.left < 0 or id(own) in self.open:
            return {}
        self.open.add(id(own))
        found = self.parts(dict(own), depth + 1)
        self.open.discard(id(own))
        return _merged(found)

    def parts(self, found: dict[str, Any], depth: int) -> dict[str, Any]:
        if found.pop("nullable", None) is True and isinstance(found.get("type"), str):
            found["type"] = [found["type"], "null"]
        if isinstance(found.get("properties"), Mapping):
            found["properties"] = {str(name): self.schema(inner, depth) for name, inner in found["properties"].items()}
        for key in ("items", "additionalProperties"):
            if isinstance(found.get(key), Mapping):
                found[key] = self.schema(found[key], depth)
        for key in ("allOf", "anyOf", "oneOf"):
            if isinstance(found.get(key), list):
                found[key] = [self.schema(inner, depth) for inner in found[key]]
        return found


def _merged(schema: dict[str, Any]) -> dict[str, Any]:
    parts = schema.pop("allOf", None)
    merged = {key: value for key, value in schema.items() if key not in ELSEWHERE}
    for part in parts if isinstance(parts, list) else ():
        properties = _object(part.get("properties")) | _object(merged.get("properties"))
        required = list(dict.fromkeys([*_list(merged.get("required")), *_list(part.get("required"))]))
        merged = part | merged | ({"properties": properties} if properties else {}) | ({"required": required} if required else {})
    return merged


def _object(value: Any) -> dict[str, Any]:
    return dict(value) if isinstance(value, Mapping) else {}


def _list(value: Any) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
