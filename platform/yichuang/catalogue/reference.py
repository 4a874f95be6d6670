"""Reference pages of the kinds: from a schema, the Markdown that says what may stand in a definition."""

from collections.abc import Iterator, Mapping
from typing import Any

from yichuang.catalogue.documents import write
from yichuang.catalogue.examples import example

Schema = Mapping[str, Any]
SHARED: Mapping[str, str] = {"condition.json": "condition", "expression.json": "expression"}
"""Pages of the schemas that several kinds share."""
_TYPES: Mapping[str, str] = {
    "string": "文字", "integer": "整数", "number": "数字", "boolean": "是／否", "object": "一组内容", "array": "列表", "null": "空",
}  # fmt: skip
_WIDGETS: Mapping[str, str] = {
    "date": "日期（YYYY-MM-DD）", "moment": "时间（YYYY-MM-DD HH:MM）", "time": "时间（HH:MM）", "longtext": "长文字", "fact": "事实",
    "json": "JSON",
}  # fmt: skip
_HEAD = "| 键 | 名称 | 类型 | 必填 | 说明 |\n|---|---|---|---|---|"
_ORIGIN = "本页由 `definitions/schemas/{path}` 生成，请勿手改；更新用 `yichuang definitions reference`。"


def pages(schemas: Mapping[str, Schema]) -> dict[str, str]:
    """A page for each schema, by name, and an `index`. Pure: the same schemas give the same bytes."""
    named = {name: page(name, schema) for name, schema in schemas.items()}
    return named | {"index": _index(schemas)}


def page(name: str, schema: Schema) -> str:
    """One schema as Markdown: tables of the keys, one for each level, then an example."""
    folder = "fragments/" if f"{name}.json" in SHARED else ""
    parts = [
        f"# {schema['title']}（`{name}`）",
        schema.get("description", ""),
        _ORIGIN.format(path=f"{folder}{name}.json"),
    ]
    parts += _alternatives(schema) if "oneOf" in schema else [*_groups(schema), *_levels(schema), *_definitions(schema)]
    parts += ["## 最小示例", f"```yaml\n{write(example(schema, schema), schema)}```"]
    return "\n\n".join(part for part in parts if part) + "\n"


def _index(schemas: Mapping[str, Schema]) -> str:
    rows = [
        f"| [{schema['title']}]({name}.md) | `{name}` | {_cell(schema.get('description', ''))} |"
        for name, schema in sorted(schemas.items(), key=lambda pair: (f"{pair[0]}.json" in SHARED, pair[0]))
    ]
    return "\n".join(["# 定义参考", "", "| 类别 | 代码 | 用途 |", "|---|---|---|", *rows]) + "\n"


def _groups(schema: Schema) -> Iterator[str]:
    grouped = {key for group in schema.get("x-groups", ()) for key in group["keys"]}
    rest = [key for key in schema["properties"] if key not in grouped]
    for title, keys in [("标识", rest), *((g["title"], g["keys"]) for g in schema.get("x-groups", ()))]:
        if keys:
            yield f"## {title}"
            yield _table({key: schema["properties"][key] for key in keys}, schema["required"], "")


def _alternatives(schema: Schema) -> Iterator[str]:
    for number, choice in enumerate(schema["oneOf"], 1):
        yield f"## {number}. {choice['title']}"
        yield _table(choice["properties"], choice["required"], "")


def _definitions(schema: Schema) -> Iterator[str]:
    for name, definition in schema.get("$defs", {}).items():
        yield _heading(definition["title"], name)
        yield _table(definition["properties"], definition["required"], name)
        yield from _levels(definition, name)


def _levels(schema: Schema, place: str = "") -> Iterator[str]:
    """The objects inside of an object, each with its own table; those behind a `$ref` have their own place."""
    for key, inner in schema.get("properties", {}).items():
        nested, below = _nested(inner, f"{place}.{key}" if place else key)
        if nested is not None:
            yield _heading(str(inner["title"]), below)
            yield _table(nested["properties"], nested.get("required", ()), below)
            yield from _levels(nested, below)


def _nested(schema: Schema, place: str) -> tuple[Schema | None, str]:
    if schema.get("type") == "array":
        return _nested(schema["items"], f"{place}[]")
    return (schema, place) if "properties" in schema else (None, place)


def _heading(title: str, place: str) -> str:
    return f"### {title} `{place}`"


def _table(properties: Mapping[str, Schema], required: Any, place: str) -> str:
    rows = [
        f"| `{key}` | {_cell(inner.get('title', ''))} | {_type(inner)} | {'是' if key in required else ''} | {_cell(_words(inner))} |"
        for key, inner in properties.items()
    ]
    return "\n".join([_HEAD, *rows])


def _type(schema: Schema) -> str:
    target = schema.get("$ref", "")
    if target in SHARED:
        return f"[{'条件' if target == 'condition.json' else '计算'}]({SHARED[target]}.md)"
    if target:
        return "同上一级" if target == "#" else f"见 `{target.rsplit('/', 1)[-1]}`"
    if "const" in schema:
        return f"固定为 `{schema['const']}`"
    if "oneOf" in schema:
        return "或".join(_type(choice) for choice in schema["oneOf"])
    if schema.get("type") == "array":
        return f"列表：{_type(schema['items'])}"
    return "选项" if "enum" in schema else _WIDGETS.get(schema.get("x-widget", ""), _TYPES[schema["type"]])


def _words(schema: Schema) -> str:
    """Description, choices, what it points to, bounds."""
    inner = schema["items"] if schema.get("type") == "array" else schema
    said = [schema.get("description", ""), _choices(inner), _target(inner), _bounds(schema)]
    return "；".join(part for part in said if part)


def _choices(schema: Schema) -> str:
    titles = schema.get("x-enum-titles", schema.get("enum", ()))
    return "、".join(f"`{code}` {title}" for code, title in zip(schema.get("enum", ()), titles, strict=True))


def _target(schema: Schema) -> str:
    kind, _, part = schema.get("x-ref", "").partition(":")
    if kind == "self":
        return "取自本定义的栏目"
    if not kind:
        return ""
    return f"取自 [`{kind}`]({kind}.md)" + (f" `{part}`" if part else "") + " 的代码"


def _bounds(schema: Schema) -> str:
    words = {
        "minimum": "不小于 {}",
        "maximum": "不大于 {}",
        "minItems": "至少 {} 项",
        "maxItems": "至多 {} 项",
        "maxLength": "至多 {} 字",
    }
    return "，".join(text.format(schema[key]) for key, text in words.items() if key in schema)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
