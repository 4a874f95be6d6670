"""A schema's refusals in Chinese: what is wrong at which place, and what to do."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from yichuang.catalogue.kinds import Kind
from yichuang.catalogue.titles import place_in_words
from yichuang.ports import Body, Finding

TYPES = {"string": "文字", "integer": "整数", "number": "数字", "boolean": "是或否", "array": "列表", "object": "一组内容", "null": "空"}


def _allowed(error: Any) -> str:
    return "、".join(str(option) for option in error.kind.options)


def _one_of(error: Any) -> tuple[str, str]:
    """A condition is an object; of anything else nothing has been chosen yet, or too much."""
    if isinstance(error.instance, Mapping):
        return "写法不完整或不对", "请在编辑器中重新选择事实、比较方式和值"
    return ("还没有选择或填写", "请选择或填写") if error.instance in ("", []) else ("内容的写法不对", "请在编辑器中重新选择或填写")


WORDS: Mapping[str, Callable[[Any], tuple[str, str]]] = {
    "required": lambda e: (f"缺少“{e.kind.property}”", "请补上这一项"),
    "additionalProperties": lambda e: (f"多出“{'、'.join(e.kind.unexpected)}”", "请检查名称是否写错，或删去"),
    "type": lambda e: ("内容的类型不对", f"应为{'或'.join(TYPES.get(t, t) for t in _types(e))}"),
    "enum": lambda e: (f"不能是“{e.instance}”", f"可选：{_allowed(e)}"),
    "const": lambda e: (f"不能是“{e.instance}”", f"应为“{e.kind.expected_value}”"),
    "pattern": lambda e: (f"“{str(e.instance)[:40]}”不符合格式", "代码用小写字母、数字和下划线；日期写作 2026-01-31，时间写作 2026-01-31 09:00"),
    "maxLength": lambda e: ("文字过长", f"最多 {e.kind.limit} 个字"),
    "minLength": lambda e: ("不能为空", f"至少 {e.kind.limit} 个字"),
    "maxItems": lambda e: ("项数过多", f"最多 {e.kind.limit} 项"),
    "minItems": lambda e: ("项数不足", f"至少 {e.kind.limit} 项"),
    "maximum": lambda e: (f"{e.instance} 过大", f"不得大于 {e.kind.limit}"),
    "minimum": lambda e: (f"{e.instance} 过小", f"不得小于 {e.kind.limit}"),
    "oneOf": _one_of,
}


def _types(error: Any) -> list[str]:
    types = error.kind.types
    return list(types) if not isinstance(types, str) else [types]


def schema_findings(kind: Kind, body: Body) -> Iterator[Finding]:
    code = str(body.get("code", ""))
    for error in kind.validator.iter_errors(body):
        place = "/".join(str(step) for step in error.instance_path)
        make = WORDS.get(error.kind.name)
        message, remedy = make(error) if make else ("内容不符合要求", "请对照定义参考修改")
        where = place_in_words(place, body, kind.schema)
        yield Finding(kind.name, code, place, f"{where}：{message}" if where else message, remedy)
