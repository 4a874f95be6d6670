"""What the conditions of a document may read: the everyday facts, the state of the case, and the fields themselves."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from yichuang.documents.fields import FIELDS
from yichuang.documents.texts import listed, plain
from yichuang.ports import DefinitionView
from yichuang.rules.everyday import everyday
from yichuang.rules.facts import Fact, FactBook

CASE_FACTS = (
    Fact("case.state", "text", "办件状态"),
    Fact("case.channel", "text", "申请渠道", {"desk": "窗口", "apply": "网上"}),
    Fact("case.round", "number", "补正次数"),
    Fact("case.agent", "boolean", "由代理人办理"),
    Fact("case.committed", "boolean", "以告知承诺办理"),
    Fact("case.extended", "boolean", "已经延期"),
    Fact("case.deemed", "boolean", "视为受理"),
)
"""The facts of a case that documents care about; the full list is the flow's."""


def document_facts() -> list[Fact]:
    """The fields as facts, and those of the case; of two with one path the case's is the one."""
    fields = [_fact(path) for path in FIELDS if FIELDS[path].type in _FACT_TYPES]
    return list({fact.path: fact for fact in [*fields, *CASE_FACTS]}.values())


def book(view: DefinitionView) -> FactBook:
    return FactBook([*document_facts(), *everyday(view)])


_FACT_TYPES = {"text": "text", "number": "number", "date": "date", "moment": "text", "lines": "texts", "rows": "rows"}


def _fact(path: str) -> Fact:
    found = FIELDS[path]
    return Fact(path, _FACT_TYPES[found.type], found.title)  # type: ignore[arg-type]


def facts_of(values: Mapping[str, Any], facts: Mapping[str, Any]) -> dict[str, Any]:
    """Values as facts, under those that the case brings."""
    told = {path: _raw(FIELDS[path].type, value) for path, value in values.items() if path in FIELDS}
    return {**told, **facts}


def _raw(kind: str, value: Any) -> Any:
    if kind == "lines":
        return listed(value)
    if kind == "rows":
        return list(value) if isinstance(value, list | tuple) else None
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return plain(value) if kind == "text" else value
