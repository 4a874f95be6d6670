"""The target's own JSON Schema: is this body what it takes? In Chinese, without the values."""

from collections.abc import Callable, Mapping
from typing import Any

import jsonschema_rs

from yichuang.mappings.faults import MappingFault, value_class

TYPES = {"string": "文字", "integer": "整数", "number": "数字", "boolean": "是或否", "array": "列表", "object": "一组内容", "null": "空"}
Said = Callable[[Any], tuple[str, str]]


def _types(error: Any) -> str:
    types = error.kind.types
    return "或".join(TYPES.get(one, one) for one in ([types] if isinstance(types, str) else types))


SAID: Mapping[str, Said] = {
    "required": lambda e: ("对方要求必填，映射没有给出", "请补上这一行映射，或请申请人补填来源"),
    "additionalProperties": lambda e: (f"多出对方没有的“{'、'.join(e.kind.unexpected)}”", "请删去这一行映射，或更正目标名称"),
    "type": lambda e: (f"类型不对，对方要{_types(e)}", "请更正转换，使结果成为对方要的类型"),
    "enum": lambda e: ("不在对方的取值范围内", "请更正代码对照"),
    "const": lambda e: ("不是对方要求的固定值", "请更正固定值"),
    "pattern": lambda e: ("不符合对方的格式", "请更正转换，或更正来源"),
    "format": lambda e: (f"不是对方要的格式（{e.kind.format}）", "请更正日期等格式转换"),
    "maxLength": lambda e: (f"超过对方的 {e.kind.limit} 个字", "请更正来源；不会自动截断"),
    "minLength": lambda e: (f"不足对方要求的 {e.kind.limit} 个字", "请补全来源"),
    "maxItems": lambda e: (f"多于对方的 {e.kind.limit} 项", "请与对方商定更多的项；不会自动截断"),
    "minItems": lambda e: (f"不足对方要求的 {e.kind.limit} 项", "请补全来源"),
    "maximum": lambda e: (f"大于对方的上限 {e.kind.limit}", "请更正来源，或核对单位"),
    "minimum": lambda e: (f"小于对方的下限 {e.kind.limit}", "请更正来源，或核对单位"),
}


class Verdict:
    """A compiled schema. One that is none accepts nothing and says so."""

    def __init__(self, schema: Any) -> None:
        self.problem = ""
        try:
            self._validator = _compiled(schema)
        except (jsonschema_rs.ValidationError, ValueError, TypeError) as error:
            self.problem = str(error).splitlines()[0][:200]

    def is_valid(self, body: Any) -> bool:
        return not self.problem and bool(self._validator.is_valid(body))

    def faults(self, body: Any, sources: Mapping[str, str]) -> tuple[MappingFault, ...]:
        """Everything the target would refuse."""
        if self.problem:
            return (MappingFault("", "", "schema:broken", "空", "对方的 JSON Schema 无效，无法核对", "请更正映射中的 JSON Schema"),)
        if self._validator.is_valid(body):
            return ()
        return tuple(_fault(error, sources) for error in self._validator.iter_errors(body))


def _compiled(schema: Any) -> Any:
    if not isinstance(schema, Mapping):
        raise TypeError("not an object")
    return jsonschema_rs.validator_for(
        dict(schema), validate_formats=True, offline=True, pattern_options=jsonschema_rs.RegexOptions()
    )


def _fault(error: Any, sources: Mapping[str, str]) -> MappingFault:
    kind = error.kind.name
    place = list(error.instance_path)
    value = error.instance
    if kind == "required":
        place.append(error.kind.property)
        value = None
    to = said(place)
    words, remedy = SAID[kind](error) if kind in SAID else ("不符合对方的要求", "请对照对方的 JSON Schema 更正")
    shape = value_class(value)
    return MappingFault(to, source_of(place, sources), f"schema:{kind}", shape, f"{to or '整体'}：{words}（现为{shape}）", remedy)


def said(place: list[Any]) -> str:
    """`staff[2].name`, counting from 1."""
    text = ""
    for step in place:
        text += f"[{step + 1}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return text


def source_of(place: list[Any], sources: Mapping[str, str]) -> str:
    """The source path of a place in the body, with its rows' numbers where the source has rows too."""
    pattern = "".join("[]" if isinstance(step, int) else f".{step}" for step in place).removeprefix(".")
    found = sources.get(pattern) or next((sources[to] for to in sources if to.startswith(f"{pattern}.")), "")
    for step in place:
        if isinstance(step, int):
            found = found.replace("[]", f"[{step + 1}]", 1)
    return found
