"""YAML text to plain values, without the surprises of YAML 1.1 and with nothing that a definition has no use for.

Only `true`/`false`, `null`, and plain numbers of up to 15 digits are anything but text: dates, `on`, `no`, `1:30` and long codes
stay text. Anchors, aliases, tags, merge keys and duplicate keys are refused. Built from the parser's events: depth is bounded before
anything recurses (the library's own composer crashes the process on deep nesting).
"""

import re
from collections.abc import Iterator
from typing import Any

import yaml

from yichuang.errors import MalformedInput

MAX_DEPTH = 40
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,14})")
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]{0,14})\.[0-9]{1,20}(?:e[+-][0-9]{1,3})?")
_WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}
_SAID = {
    "could not find expected ':'": "这里缺少冒号，或上一行的缩进不对",
    "mapping values are not allowed": "冒号的位置不对，请检查缩进；文字中有冒号时请加引号",
    "cannot start any token": "不能用制表符缩进，也不能以这个符号开头；请改用空格或给文字加引号",
    "unexpected end of stream": "引号没有结束",
    "did not find expected ',' or": "方括号或花括号没有结束，或缺少逗号",
    "did not find expected key": "缩进不对，或文字中的引号没有成对",
    "did not find expected '-' indicator": "列表的缩进不对，每项以“- ”开头并左对齐",
    "expected <document start>": "一个文件只能有一个定义",
}
_OTHERWISE = "格式有误，请检查缩进、冒号后的空格和引号"


def parse(text: str) -> Any:
    """The one document in `text`. Raises `MalformedInput` naming line and column."""
    try:
        events = iter(_events(text))
        next(events), next(events)
        value = _value(next(events), events, 0)
        next(events)
        after = next(events)
        if not isinstance(after, yaml.StreamEndEvent):
            raise refused(after, "一个文件只能有一个定义")
    except StopIteration:
        return None
    except yaml.MarkedYAMLError as error:
        problem = str(error.problem or "")
        raise _malformed(error.problem_mark or error.context_mark, next((s for p, s in _SAID.items() if p in problem), _OTHERWISE)) from error
    except (yaml.YAMLError, UnicodeError) as error:
        raise MalformedInput("文本中有不可见的控制字符，请删去") from error
    return value


def _events(text: str) -> Iterator[Any]:
    loader = yaml.CSafeLoader(text)
    try:
        while loader.check_event():
            yield loader.get_event()
    finally:
        loader.dispose()


def refused(event: Any, said: str) -> MalformedInput:
    return _malformed(event.start_mark, said)


def _malformed(mark: Any, said: str) -> MalformedInput:
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    problem = {"field": "", "message": said, "line": str(line), "column": str(column)}
    return MalformedInput(f"第 {line} 行第 {column} 列：{said}", problems=[problem])


def _value(event: Any, events: Iterator[Any], depth: int) -> Any:
    if isinstance(event, yaml.AliasEvent):
        raise refused(event, "不允许使用引用（*）；以 * 开头的文字请加引号")
    if depth > MAX_DEPTH:
        raise refused(event, f"嵌套超过 {MAX_DEPTH} 层")
    if getattr(event, "tag", None) or getattr(event, "anchor", None):
        raise refused(event, "不允许使用标签（!）或锚点（&）；以它们开头的文字请加引号")
    if isinstance(event, yaml.ScalarEvent):
        return _plain(event.value) if event.implicit[0] else event.value
    if isinstance(event, yaml.SequenceStartEvent):
        return _sequence(events, depth)
    if isinstance(event, yaml.MappingStartEvent):
        return _mapping(events, depth)
    return None


def _sequence(events: Iterator[Any], depth: int) -> list[Any]:
    found = []
    while not isinstance(event := next(events), yaml.SequenceEndEvent):
        found.append(_value(event, events, depth + 1))
    return found


def _mapping(events: Iterator[Any], depth: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    while not isinstance(event := next(events), yaml.MappingEndEvent):
        if not isinstance(event, yaml.ScalarEvent):
            raise refused(event, "名称须为文字")
        if event.value in found:
            raise refused(event, f"“{event.value}”重复出现")
        if event.implicit[0] and event.value == "<<":
            raise refused(event, "不允许使用合并键（<<）")
        found[event.value] = _value(next(events), events, depth + 1)
    return found


def _plain(value: str) -> Any:
    if value in _WORDS:
        return _WORDS[value]
    if _INTEGER.fullmatch(value):
        return int(value)
    return float(value) if _DECIMAL.fullmatch(value) else value
