"""Definitions as text: YAML in and out, canonical JSON, SHA-256."""

import hashlib
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
import yaml

from yichuang.catalogue.reading import MAX_DEPTH, parse
from yichuang.errors import MalformedInput
from yichuang.ports import Body

MAX_BYTES = 2 * 1024 * 1024
MAX_WHOLE = 10**15
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")


class _Dumper(yaml.CSafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: yaml.CSafeDumper, value: str) -> Any:
    block = "\n" in value and "\r" not in value and not value.endswith(("\n\n", " ")) and not value.startswith((" ", "\n"))
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if block else None)


_Dumper.add_representer(str, _text)


def read(text: str) -> dict[str, Any]:
    """A definition from YAML or JSON text. Raises `MalformedInput` naming line and column."""
    if len(text) > MAX_BYTES or len(text.encode(errors="replace")) > MAX_BYTES:
        raise MalformedInput("单个定义不得超过 2 MB")
    body = parse(text.removeprefix("\ufeff"))
    if not isinstance(body, dict):
        raise MalformedInput("定义应由“名称: 内容”组成", problems=[{"field": "", "message": "最外层不是“名称: 内容”的形式", "line": "1"}])
    return body


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
    """One text for one content: sorted keys, no white space, whole numbers without a point.

    Raises `MalformedInput` for what no definition may hold: other types than JSON's, control characters, numbers of 16 and more
    digits, deep nesting, more than 2 MB.
    """
    text = orjson.dumps(_plain(body, 0), option=orjson.OPT_SORT_KEYS)
    if len(text) > MAX_BYTES:
        raise MalformedInput("单个定义不得超过 2 MB")
    return text.decode()


def _plain(value: Any, depth: int) -> Any:
    if depth > MAX_DEPTH:
        raise MalformedInput(f"嵌套超过 {MAX_DEPTH} 层")
    if isinstance(value, str):
        return _clean(value)
    if isinstance(value, Mapping):
        return {_clean(key): _plain(part, depth + 1) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(part, depth + 1) for part in value]
    if value is None or isinstance(value, bool):
        return value
    return _number(value)


def _clean(value: Any) -> str:
    if not isinstance(value, str):
        raise MalformedInput("名称须为文字")
    if _CONTROL.search(value):
        raise MalformedInput(f"“{_CONTROL.sub('', value)[:20]}”中有不可见的控制字符，请删去")
    return value


def _number(value: Any) -> int | float:
    if not isinstance(value, (int, float)):
        raise MalformedInput(f"定义中不能有“{type(value).__name__}”类型的内容")
    if not math.isfinite(value) or abs(value) >= MAX_WHOLE:
        raise MalformedInput(f"数字 {value} 过大；长号码请写成文字")
    return int(value) if float(value).is_integer() else value


def digest(canonical_text: str) -> str:
    """SHA-256 of the canonical JSON, hex."""
    return hashlib.sha256(canonical_text.encode()).hexdigest()
