"""Places in a record and in a target's body, in words, and what may be written there (pure)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from yichuang.errors import InputRefused
from yichuang.mappings import source_paths
from yichuang.mappings.record import entry
from yichuang.mappings.targets import target_fields
from yichuang.ports import Body, DefinitionView

_STEP = re.compile(r"([^.\[\]]+)(?:\[(\d+)\])?")
_NUMBER = re.compile(r"\[(\d+)\]")
_LEAD = re.compile(r"^[\w.\[\]{}-]+：")
_SOURCE = re.compile(r"来源 (\S+) 的值")
MOST_OPTIONS = 100
YES_NO = (("true", "是"), ("false", "否"))
TABLES: Mapping[str, str] = {
    "applicant.kind": "target_type", "agent.kind": "target_type", "case.case_type": "case_type", "item.case_type": "case_type",
    "item.item_type": "item_type",
}  # fmt: skip
"""Paths of every record whose values stand in a code table; identity documents besides."""


def value_at(record: Mapping[str, Any], path: str) -> Any:
    """What stands at a concrete path (`form.staff[2].sex`, rows from 1; `documents.acceptance.number`); an empty text for nothing."""
    value: Any = record
    for name, number in _STEP.findall(path):
        value = value.get(name) if isinstance(value, Mapping) else entry(value, name) if isinstance(value, list) else None
        if number:
            at = int(number) - 1
            value = value[at] if isinstance(value, list) and 0 <= at < len(value) else None
    return "" if value is None else value


def rows_out(path: str) -> str:
    """`form.staff[2].sex` as `form.staff[].sex`."""
    return _NUMBER.sub("[]", path)


def _of_row(path: str, title: str) -> str:
    numbers = _NUMBER.findall(path)
    return f"{title}（第 {'、'.join(numbers)} 行）" if numbers else title


class Titles:
    """Of an item's record, and of a target's body by the mapping's schema."""

    def __init__(self, view: DefinitionView, item: str, mapping: Body | None) -> None:
        self._sources = {one.path: one.title for one in source_paths(view, item)}
        self._targets = {one.path: one.title for one in target_fields((mapping or {}).get("schema"))}

    def source(self, path: str) -> str:
        """Of several paths with commas between, each."""
        return "、".join(_of_row(one, self._sources.get(rows_out(one), one)) for one in path.split(",") if one)

    def target(self, path: str) -> str:
        return _of_row(path, self._targets.get(rows_out(path)) or path)

    def said(self, words: str) -> str:
        """A fault's message by titles instead of paths: `sex：来源 form.sex 的值（1 位数字）…` is `“表单 › 性别”的值（1 位数字）…`."""
        told = _LEAD.sub("", words)
        return _SOURCE.sub(lambda found: f"“{self.source(found[1])}”的值", told)


def options_for(view: DefinitionView, item: str, path: str, value: Any) -> Sequence[tuple[str, str]]:
    """What may be chosen at a source path: code and title; empty where one writes freely."""
    if isinstance(value, bool):
        return YES_NO
    plain = rows_out(path)
    if plain in TABLES or plain.endswith(".id_type"):
        return _entries(view, TABLES.get(plain, "id_type"))
    field = _field(view, item, path)
    if not field or field.get("type") not in ("choice", "boolean"):
        return ()
    if field["type"] == "boolean":
        return YES_NO
    return _pairs(field.get("options") or ()) or _entries(view, str(field.get("table", "")))


def _entries(view: DefinitionView, table: str) -> Sequence[tuple[str, str]]:
    return _pairs((view.find("code_table", table) or {}).get("entries", ()))


def _pairs(listed: Sequence[Body]) -> Sequence[tuple[str, str]]:
    """Nothing where there are too many to choose from a list."""
    return [(str(one["code"]), str(one["title"])) for one in listed] if len(listed) <= MOST_OPTIONS else ()


def _field(view: DefinitionView, item: str, path: str) -> Body | None:
    root, *codes = rows_out(path).replace("[]", "").split(".")
    body = view.find("item", item) or {}
    form = view.find("form", str(body.get("form", ""))) if root == "form" and codes else None
    fields = [field for section in (form or {}).get("sections", ()) for field in section.get("fields", ())]
    for code in codes:
        found = next((field for field in fields if field.get("code") == code), None)
        if found is None or code == codes[-1]:
            return found
        fields = found.get("fields", ())
    return None


def place_of(lines: Any, to: str, before: str = "", place: str = "lines") -> str:
    """Where a mapping's line for a target path stands in its definition (`lines/3/lines/0`); empty without such a line."""
    wanted = rows_out(to)
    for number, line in enumerate(lines if isinstance(lines, list) else ()):
        own, here = f"{before}{line.get('to', '')}", f"{place}/{number}"
        if line.get("to") and own == wanted:
            return here
        inner = place_of(line.get("lines"), to, f"{own}[]." if line.get("to") else before, f"{here}/lines")
        if inner:
            return inner
    return ""


def typed(text: str, before: Any) -> Any:
    """What was typed, as the kind of value that stands there. Raises `InputRefused`."""
    text = text.strip()
    if isinstance(before, bool):
        return text == "true"
    if isinstance(before, list):
        return [part for part in re.split(r"[、，,]", text) if part]
    if isinstance(before, int):
        if not re.fullmatch(r"-?\d{1,15}", text):
            raise InputRefused("请填写整数", problems=[{"field": "value", "message": "这里须为整数"}])
        return int(text)
    if isinstance(before, Mapping):
        raise InputRefused("这一处有几部分，请更正其中的一部分", problems=[{"field": "value", "message": "不能整体更正"}])
    return text


def concrete(source: str, to: str) -> str:
    """A source path with rows left open, at the rows of the target path: `form.staff[].sex` for `employees[2].sex` is `form.staff[2].sex`."""
    numbers = iter(_NUMBER.findall(to))
    return re.sub(r"\[\]", lambda _: f"[{next(numbers, '1')}]", source)


def leaves(body: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every value of a body with its path, rows numbered from 1; what is empty as a whole is one value."""
    if isinstance(body, Mapping) and body:
        for key, value in body.items():
            yield from leaves(value, f"{path}.{key}" if path else str(key))
    elif isinstance(body, list) and body:
        for number, value in enumerate(body, 1):
            yield from leaves(value, f"{path}[{number}]")
    else:
        yield path, "" if body in ({}, []) else body
