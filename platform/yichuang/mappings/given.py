"""What another system gives to describe its data: a JSON Schema, or an OpenAPI document with several. Read, never fetched; references are
written out, so that what is kept is complete in itself. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from yichuang.errors import InputRefused

DEEPEST, MOST_NODES, MOST_SCHEMAS = 14, 6_000, 200
DROPPED = frozenset({
    "example", "examples", "xml", "discriminator", "externalDocs", "deprecated", "readOnly", "writeOnly", "nullable", "$id", "$anchor",
    "$comment", "$defs", "definitions",
})  # fmt: skip
"""Keywords that say nothing about what is valid, or that have been dealt with. `x-order` is ours: definitions keep no order of names."""
NAMED = frozenset({"properties", "patternProperties", "dependentSchemas"})
"""Keywords whose value holds schemas by name."""
PLAIN = frozenset({"enum", "const", "required", "default", "dependentRequired", "type"})


@dataclass(frozen=True, slots=True)
class Given:
    """One schema that can be chosen: where it stands in the document, in words, and how many fields it has."""

    name: str
    title: str
    schema: Mapping[str, Any]
    fields: int


def schemas(document: Any) -> list[Given]:
    """All that describe an object. Raises `InputRefused` in words when there is none, or when one can't be written out."""
    if not isinstance(document, Mapping):
        raise InputRefused("内容不是 JSON Schema：最外层应当是一个对象 { … }")
    found = [_given(name, title, schema, document) for name, title, schema in _candidates(document)]
    kept = [one for one in found if one.fields]
    if not kept:
        raise InputRefused("没有找到字段：JSON Schema 里要有 properties（字段），OpenAPI 里要有 components.schemas 或请求内容")
    return kept[:MOST_SCHEMAS]


def _candidates(document: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """An OpenAPI's request bodies first, for these are what is sent; then its named schemas."""
    if "openapi" not in document and "swagger" not in document:
        yield "", str(document.get("title") or ""), document
        return
    yield from _bodies(document)
    named = _at(document, "components", "schemas") or document.get("definitions")
    for name, schema in _items(named):
        yield name, str(schema.get("title") or schema.get("description") or name) if isinstance(schema, Mapping) else name, schema


def _bodies(document: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    for path, methods in _items(document.get("paths")):
        for method, operation in _items(methods):
            if method not in ("post", "put", "patch") or not isinstance(operation, Mapping):
                continue
            words = str(operation.get("summary") or operation.get("operationId") or "")
            name = f"{method.upper()} {path}"
            schema = _sent(operation)
            if schema is not None:
                yield name, f"{words}（{name}）" if words else name, schema


def _sent(operation: Mapping[str, Any]) -> Any:
    """The schema of a request's content; Swagger 2 keeps it among the parameters."""
    for kind, media in _items(_at(operation, "requestBody", "content")):
        if "json" in kind and isinstance(media, Mapping):
            return media.get("schema")
    parameters = operation.get("parameters")
    for one in parameters if isinstance(parameters, list) else ():
        if isinstance(one, Mapping) and one.get("in") == "body":
            return one.get("schema")
    return None


def _given(name: str, title: str, schema: Any, root: Mapping[str, Any]) -> Given:
    whole = _Writer(root).out(schema if isinstance(schema, Mapping) else {}, (), 0)
    if whole.get("type") == "array" and isinstance(whole.get("items"), Mapping):
        whole = whole["items"]
    whole = {key: value for key, value in whole.items() if key not in ("$schema", "openapi")}
    return Given(name, title or str(whole.get("title") or ""), whole, count(whole))


def count(schema: Any) -> int:
    """How many fields, those within groups and lists included."""
    if not isinstance(schema, Mapping):
        return 0
    inner = sum(count(one) + (0 if _holds(one) else 1) for _, one in _items(schema.get("properties")))
    return inner + count(schema.get("items"))


def _holds(schema: Any) -> bool:
    return isinstance(schema, Mapping) and (count(schema) > 0)


class _Writer:
    """References replaced by what they mean, `allOf` put together, OpenAPI's `nullable` said as a type."""

    def __init__(self, root: Mapping[str, Any]) -> None:
        self.root = root
        self.nodes = 0

    def out(self, schema: Any, seen: tuple[str, ...], depth: int) -> dict[str, Any]:
        if not isinstance(schema, Mapping):
            return {}
        self.nodes += 1
        if depth > DEEPEST or self.nodes > MOST_NODES:
            raise InputRefused("格式嵌套太深或太大，请只保留办件要送的部分")
        reference = schema.get("$ref")
        if isinstance(reference, str):
            return self.referred(reference, schema, seen, depth)
        made = {key: self.part(key, value, seen, depth) for key, value in schema.items() if self.kept(key)}
        made = self.whole(made)
        if schema.get("nullable") is True and isinstance(made.get("type"), str):
            made["type"] = [made["type"], "null"]
        return made

    def kept(self, key: str) -> bool:
        return key not in DROPPED and not key.startswith("x-")

    def referred(self, reference: str, schema: Mapping[str, Any], seen: tuple[str, ...], depth: int) -> dict[str, Any]:
        if reference in seen:
            raise InputRefused(f"格式里有循环引用（{reference}），不能展开；请去掉其中一处")
        if not reference.startswith("#"):
            raise InputRefused(f"格式引用了另一个文件（{reference}）；请先合并成一个文件再粘贴")
        found = self.find(reference)
        if not isinstance(found, Mapping):
            raise InputRefused(f"格式里引用的 {reference} 不存在")
        beside = {key: value for key, value in schema.items() if key != "$ref" and self.kept(key)}
        return self.out(found, (*seen, reference), depth + 1) | beside

    def find(self, reference: str) -> Any:
        node: Any = self.root
        for step in reference.removeprefix("#").strip("/").split("/") if reference.strip("#/") else ():
            node = node.get(step.replace("~1", "/").replace("~0", "~")) if isinstance(node, Mapping) else None
        return node

    def part(self, key: str, value: Any, seen: tuple[str, ...], depth: int) -> Any:
        if key in PLAIN:
            return value
        if key in NAMED and isinstance(value, Mapping):
            return {str(name): self.out(inner, seen, depth + 1) for name, inner in value.items()}
        if isinstance(value, Mapping):
            return self.out(value, seen, depth + 1)
        if isinstance(value, list) and value and all(isinstance(one, Mapping) for one in value):
            return [self.out(one, seen, depth + 1) for one in value]
        return value

    def whole(self, made: dict[str, Any]) -> dict[str, Any]:
        """What `allOf` asks for together, as one object."""
        parts: Sequence[Mapping[str, Any]] = made.pop("allOf", ())
        for part in parts if isinstance(parts, list) else ():
            for key, value in part.items():
                if key == "properties":
                    made["properties"] = dict(value) | dict(made.get("properties", {}))
                elif key == "required":
                    made["required"] = list(dict.fromkeys([*value, *made.get("required", ())]))
                else:
                    made.setdefault(key, value)
        if "properties" in made:
            made.setdefault("type", "object")
            made["x-order"] = list(made["properties"])
        return made


def _items(value: Any) -> list[tuple[str, Any]]:
    return [(str(key), inner) for key, inner in value.items()] if isinstance(value, Mapping) else []


def _at(node: Any, *steps: str) -> Any:
    for step in steps:
        node = node.get(step) if isinstance(node, Mapping) else None
    return node
