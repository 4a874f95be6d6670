"""What was filled in for an action, checked and made canonical; every fault at once, by field, in Chinese.

Values: text, longtext, choice (code), date (`YYYY-MM-DD`): str; days: int; boolean: bool; people: list of names;
points: list of `{"target": material|field|other, "code", "title", "problem", "standard"}`.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from yichuang.errors import InputRefused
from yichuang.flows.machine import Action, Input

MOST_POINTS = 60
TARGETS = ("material", "field", "other")
POINT_TITLES = {"title": "名称", "problem": "存在的问题", "standard": "补正标准"}
POINT_LENGTHS = {"code": 200, "title": 300, "problem": 1000, "standard": 1000}
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_DIGITS = re.compile(r"\d{1,4}")


class _Fault(Exception):
    def __init__(self, message: str, place: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.place = place


def checked(action: Action, raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """The inputs by code, without empty ones and without what the action doesn't ask for. Raises `InputRefused`."""
    given = raw if isinstance(raw, Mapping) else {}
    values: dict[str, Any] = {}
    problems: list[Mapping[str, str]] = []
    for one in action.inputs:
        try:
            value = _value(one, given.get(one.code))
        except _Fault as fault:
            field = f"{one.code}/{fault.place}" if fault.place else one.code
            problems.append({"field": field, "message": f"{one.title}：{fault.message}"})
            continue
        if value is not None:
            values[one.code] = value
    if problems:
        raise InputRefused("；".join(problem["message"] for problem in problems), problems)
    return values


def figure(action: Action, values: Mapping[str, Any]) -> str:
    """The title of the reason category that goes into the figures; empty without one."""
    return next(
        (one.options[values[one.code]] for one in action.inputs if one.figures and values.get(one.code) in one.options),
        "",
    )


def _value(one: Input, raw: Any) -> Any:
    if isinstance(raw, str):
        raw = raw.strip()
    if raw is None or raw in ("", []):
        if one.required:
            raise _Fault(_MISSING.get(one.type, "请填写"))
        return None
    return _READ[one.type](one, raw)


def _text(one: Input, raw: Any) -> str:
    if not isinstance(raw, str):
        raise _Fault("请填写文字")
    text = raw.replace("\r\n", "\n")
    if _CONTROL.search(text):
        raise _Fault("含有不可见的控制字符，请删去后重新填写")
    if one.type == "text" and "\n" in text:
        raise _Fault("只能写一行")
    if len(text) > one.max_length:
        raise _Fault(f"最多 {one.max_length} 字，现在有 {len(text)} 字")
    return text


def _choice(one: Input, raw: Any) -> str:
    if not isinstance(raw, str) or raw not in one.options:
        raise _Fault("请在列出的选项中选择")
    return raw


def _days(one: Input, raw: Any) -> int:
    if isinstance(raw, str) and _DIGITS.fullmatch(raw) and raw.isascii():
        raw = int(raw)
    if type(raw) is not int:
        raise _Fault("请填写整数天数")
    least = 1 if one.min is None else one.min
    if raw < least:
        raise _Fault(f"不能少于 {least} 天")
    if one.max is not None and raw > one.max:
        raise _Fault(f"不能多于 {one.max} 天")
    return raw


def _date(one: Input, raw: Any) -> str:
    try:
        if isinstance(raw, str) and len(raw) == 10:
            return date.fromisoformat(raw).isoformat()
    except ValueError:
        pass
    raise _Fault("请填写日期，例如 2026-03-02")


def _boolean(one: Input, raw: Any) -> bool:
    if type(raw) is bool:
        return raw
    if raw in ("true", "false"):
        return bool(raw == "true")
    raise _Fault("请选“是”或“否”")


def _people(one: Input, raw: Any) -> list[str]:
    names = re.split(r"[、，,;；\n]", raw) if isinstance(raw, str) else raw
    if not isinstance(names, Sequence) or any(not isinstance(name, str) for name in names):
        raise _Fault("请填写姓名，多人用顿号分开")
    people = list(dict.fromkeys(name.strip() for name in names if name.strip()))
    if any(len(name) > one.max_length or _CONTROL.search(name) for name in people):
        raise _Fault(f"每个姓名最多 {one.max_length} 字，不能有控制字符")
    if len(people) < (one.min or (1 if one.required else 0)):
        raise _Fault(f"至少要有 {one.min or 1} 人，且不能重复")
    if one.max is not None and len(people) > one.max:
        raise _Fault(f"最多 {one.max} 人")
    return people


def _points(one: Input, raw: Any) -> list[dict[str, str]]:
    if not isinstance(raw, list):
        raise _Fault("请逐项填写需要补正的内容")
    if len(raw) > MOST_POINTS:
        raise _Fault(f"最多 {MOST_POINTS} 项")
    return [_point(entry, number) for number, entry in enumerate(raw)]


def _point(entry: Any, number: int) -> dict[str, str]:
    if not isinstance(entry, Mapping) or entry.get("target") not in TARGETS:
        raise _Fault(f"第 {number + 1} 项请选择对应的材料、栏目或“其他”", str(number))
    point = {"target": str(entry["target"])}
    for key, most in POINT_LENGTHS.items():
        text = entry.get(key) or ""
        place = f"{number}/{key}"
        if not isinstance(text, str) or _CONTROL.search(text):
            raise _Fault(f"第 {number + 1} 项含有不能读取的内容，请重新填写", place)
        point[key] = text = text.strip()
        if key in POINT_TITLES and not text:
            raise _Fault(f"第 {number + 1} 项请写明{POINT_TITLES[key]}", place)
        if len(text) > most:
            raise _Fault(f"第 {number + 1} 项最多 {most} 字", place)
    if point["target"] != "other" and not point["code"]:
        raise _Fault(f"第 {number + 1} 项请选择对应的材料或栏目", f"{number}/code")
    return point


_MISSING = {"choice": "请选择", "points": "请至少填写一项", "people": "请填写人员姓名", "boolean": "请选择"}
_READ: Mapping[str, Callable[[Input, Any], Any]] = {
    "text": _text, "longtext": _text, "choice": _choice, "days": _days, "date": _date, "boolean": _boolean, "people": _people,
    "points": _points,
}  # fmt: skip
INPUT_TYPES = frozenset(_READ)
