"""Facts: the named, typed values that conditions and calculations read.

Facts at run time are a flat mapping from path to raw value: `{"form.area": "12.50", "situation.agent": "self"}`. A column of a
repeating group is a list of its rows' values under `form.shareholders[].amount`. Inside a row, `row.*` facts come from a
mapping of their own without the prefix. A raw value of another type than declared is missing, as are null, "" and [].
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from yichuang.rules import dates
from yichuang.rules.numbers import number

FactType = Literal["text", "number", "boolean", "date", "time", "texts", "rows", "file"]
Facts = Mapping[str, Any]
Read = Callable[[Facts, Facts], Any]
"""Facts and the row's facts to the typed value; None is missing."""

TYPE_TITLES: Mapping[str, str] = {
    "text": "文字", "number": "数字", "boolean": "是／否", "date": "日期", "time": "时间",
    "texts": "多选", "rows": "重复组", "file": "附件",
}  # fmt: skip
NO_ROW: Facts = {}


@dataclass(frozen=True, slots=True)
class Fact:
    """A declared fact. `options` maps codes to titles where the values are a closed list."""

    path: str
    type: FactType
    title: str
    options: Mapping[str, str] | None = None

    @property
    def column(self) -> bool:
        """True for a column of a repeating group, which only sum, count, min, max and join can read."""
        return "[]" in self.path


class FactBook:
    """An immutable register of facts by path."""

    __slots__ = ("_facts",)

    def __init__(self, facts: Iterable[Fact] = ()) -> None:
        self._facts: Mapping[str, Fact] = {fact.path: fact for fact in facts}

    def get(self, path: str) -> Fact | None:
        return self._facts.get(path)

    def with_(self, facts: Iterable[Fact]) -> "FactBook":
        return FactBook([*self._facts.values(), *facts])

    def __iter__(self) -> Iterator[Fact]:
        return iter(self._facts.values())

    def __contains__(self, path: object) -> bool:
        return path in self._facts


def _text(value: Any) -> str | None:
    return value if type(value) is str and value else None


def _boolean(value: Any) -> bool | None:
    return value if type(value) is bool else None


def _texts(value: Any) -> list[str] | None:
    if type(value) is not list or not value or any(type(entry) is not str or not entry for entry in value):
        return None
    return value


def _rows(value: Any) -> list[Any] | None:
    return value if type(value) is list and value else None


TYPED: Mapping[str, Callable[[Any], Any]] = {
    "text": _text, "number": number, "boolean": _boolean, "date": dates.day, "time": dates.time,
    "texts": _texts, "rows": _rows, "file": _rows,
}  # fmt: skip


def reader(path: str, kind: str) -> Read:
    """A function that reads a fact and checks its type."""
    typed = TYPED[kind]
    if path.startswith("row."):
        key = path[4:]
        return lambda facts, row: typed(row.get(key))
    return lambda facts, row: typed(facts.get(path))


def column_reader(path: str, kind: str) -> Read:
    """A function that reads a column's values, without the missing ones."""
    typed = TYPED[kind]

    def read(facts: Facts, row: Facts) -> list[Any]:
        values = facts.get(path)
        return [v for raw in values if (v := typed(raw)) is not None] if type(values) is list else []

    return read
