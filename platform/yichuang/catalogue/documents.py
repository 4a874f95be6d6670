"""Definitions as text: YAML in and out, canonical JSON, SHA-256.

Strings stay strings: only `true`/`false`, `null`, plain integers and decimals are anything else. Dates, `on`, `no`, `1:30` are text.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
import yaml

from yichuang.errors import MalformedInput
from yichuang.ports import Body

MAX_BYTES = 2 * 1024 * 1024
MAX_DEPTH = 40


class _Loader(yaml.CSafeLoader):
    """YAML without the surprises of 1.1: no dates, no yes/no, no sexagesimals, no merge keys, no aliases, no duplicate keys."""

    yaml_implicit_resolvers: dict[str, list[Any]] = {}

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key, _value in node.value:
            name = self.construct_object(key, deep=True)
            if not isinstance(name, str):
                raise yaml.constructor.ConstructorError(None, None, "名称须为文字", key.start_mark)
            if name in seen:
                raise yaml.constructor.ConstructorError(None, None, f"“{name}”重复出现", key.start_mark)
            seen.add(name)
        return super().construct_mapping(node, deep=True)


for _tag, _pattern, _first in (
    ("tag:yaml.org,2002:bool", r"^(?:true|false)$", "tf"),
    ("tag:yaml.org,2002:int", r"^-?(?:0|[1-9][0-9]{0,17})$", "-0123456789"),
    ("tag:yaml.org,2002:float", r"^-?(?:0|[1-9][0-9]*)\.[0-9]+$", "-0123456789"),
    ("tag:yaml.org,2002:null", r"^(?:null|~|)$", ["n", "~", ""]),
):
    _Loader.add_implicit_resolver(_tag, re.compile(_pattern), list(_first))


class _Dumper(yaml.CSafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: yaml.CSafeDumper, value: str) -> Any:
    block = "\n" in value and "\r" not in value and not value.endswith(("\n\n", " ")) and not value.startswith((" ", "\n"))
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if block else None)


_Dumper.add_representer(str, _text)


def read(text: str) -> dict[str, Any]:
    """A definition from YAML or JSON text. Raises `MalformedInput` naming line and column."""
    if len(text.encode()) > MAX_BYTES:
        raise MalformedInput("单个定义不得超过 2 MB")
    try:
        _refuse_aliases(text)
        body = yaml.load(text, _Loader)
    except yaml.MarkedYAMLError as error:
        raise _malformed(error) from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise MalformedInput("无法读取，请检查是否为 YAML 文本") from error
    if not isinstance(body, dict):
        raise MalformedInput("定义应由“名称: 内容”组成", problems=[{"field": "", "message": "最外层不是“名称: 内容”的形式", "line": "1"}])
    _refuse_deep(body, 0)
    return body


def _refuse_aliases(text: str) -> None:
    if "&" not in text:
        return
    for event in yaml.parse(text, yaml.CSafeLoader):
        if isinstance(event, yaml.AliasEvent):
            raise yaml.composer.ComposerError(None, None, "不允许使用引用（*）", event.start_mark)


def _malformed(error: yaml.MarkedYAMLError) -> MalformedInput:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    said = error.problem if error.problem and not error.problem.isascii() else "格式有误，请检查缩进、冒号后的空格和引号"
    problem = {"field": "", "message": str(said), "line": str(line), "column": str(column)}
    return MalformedInput(f"第 {line} 行第 {column} 列：{said}", problems=[problem])


def _refuse_deep(value: Any, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise MalformedInput(f"嵌套超过 {MAX_DEPTH} 层")
    for part in value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ():
        _refuse_deep(part, depth + 1)


def write(body: Body, schema: Mapping[str, Any] | None = None) -> str:
    """Readable YAML, keys in the schema's order. `read(write(x)) == x` for everything that JSON can say."""
    ordered = in_order(body, schema, schema) if schema else body
    return str(yaml.dump(ordered, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110, indent=2))


def in_order(value: Any, schema: Mapping[str, Any] | None, root: Mapping[str, Any] | None) -> Any:
    """The same value with every object's keys in the order of its schema; unknown ones last, sorted."""
    schema = _resolved(schema, root)
    if isinstance(value, Mapping):
        known = list(schema.get("properties", {}))
        keys = [key for key in known if key in value] + sorted(key for key in value if key not in known)
        return {key: in_order(value[key], schema.get("properties", {}).get(key), root) for key in keys}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [in_order(part, schema.get("items"), root) for part in value]
    return value


def _resolved(schema: Mapping[str, Any] | None, root: Mapping[str, Any] | None) -> Mapping[str, Any]:
    schema = schema or {}
    pointer = schema.get("$ref", "")
    if root and pointer.startswith("#/"):
        target: Any = root
        for part in pointer[2:].split("/"):
            target = target[part]
        return target  # type: ignore[no-any-return]
    return schema


def canonical(body: Any) -> str:
    """One text for one content: sorted keys, no white space, whole numbers without a point."""
    return orjson.dumps(_plain(body), option=orjson.OPT_SORT_KEYS).decode()


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(part) for part in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def digest(canonical_text: str) -> str:
    """SHA-256 of the canonical JSON, hex."""
    return hashlib.sha256(canonical_text.encode()).hexdigest()
