"""The smallest definition that a schema allows, as an example for the reference pages."""

from collections.abc import Mapping
from typing import Any

from yichuang.catalogue.references import resolved

Schema = Mapping[str, Any]
CONDITION = {"fact": "situation.handler", "op": "eq", "value": "agent"}
EXPRESSION = {"fn": "sum", "args": [{"fact": "form.shareholders[].amount"}]}
_SHARED: Mapping[str, Any] = {"condition.json": CONDITION, "expression.json": EXPRESSION}


def example(schema: Schema, root: Schema) -> Any:
    """A value that `schema` accepts: what must be there, and the first of every choice."""
    name = schema.get("$ref") or schema.get("$id", "").rsplit("/", 1)[-1]
    if name in _SHARED:
        return _SHARED[name]
    schema = resolved(schema, root)
    if "const" in schema:
        return schema["const"]
    if "oneOf" in schema:
        return example(schema["oneOf"][0], root)
    return {"object": _object, "array": _array, "boolean": _boolean, "integer": _number, "number": _number}.get(
        schema.get("type", ""), _text
    )(schema, root)


def _object(schema: Schema, root: Schema) -> Any:
    if "properties" not in schema:
        return {}
    wanted = [name for name in schema["properties"] if name in schema["required"]] or list(schema["properties"])[:1]
    return {name: example(schema["properties"][name], root) for name in wanted}


def _array(schema: Schema, root: Schema) -> Any:
    return [example(schema["items"], root)] * max(1, schema.get("minItems", 1))


def _boolean(_schema: Schema, _root: Schema) -> Any:
    return True


def _number(schema: Schema, _root: Schema) -> Any:
    return max(1, schema.get("minimum", 1))


def _text(schema: Schema, _root: Schema) -> Any:
    if "enum" in schema:
        return schema["enum"][0]
    if "examples" in schema:
        return schema["examples"][0]
    if schema.get("x-widget") == "date":
        return "2026-01-01"
    if schema.get("x-widget") == "moment":
        return "2026-01-01 00:00"
    if schema.get("x-widget") == "time":
        return "09:00"
    if "pattern" in schema or "x-ref" in schema:
        return "example"
    return str(schema.get("title", "文字"))[: schema.get("maxLength", 200)]
