"""The facts that are there for every item, and those of an item's situation questions; read from the definitions."""

from collections.abc import Iterator, Mapping
from typing import Any

from yichuang.ports import Body, DefinitionView
from yichuang.rules.facts import Fact

Options = Mapping[str, str]


def everyday(view: DefinitionView) -> list[Fact]:
    """`item.*`, `applicant.*`, `org.*`, `date.today`, with the options that code tables and organisation give them."""
    halls = [hall for code in view.codes("organisation") for hall in _body(view, code).get("halls", ())]
    streets = [street for code in view.codes("organisation") for street in _body(view, code).get("streets", ())]
    departments = [d for code in view.codes("organisation") for d in _body(view, code).get("departments", ())]
    windows = [window for hall in halls for window in hall.get("windows", ())]
    return [
        Fact("item.code", "text", "事项代码"),
        Fact("item.case_type", "text", "办件类型", _table(view, "case_type")),
        Fact("item.department", "text", "实施部门", _titles(departments)),
        Fact("applicant.kind", "text", "服务对象", _table(view, "target_type")),
        Fact("org.hall", "text", "办理大厅", _titles(halls)),
        Fact("org.street", "text", "所属街道", _titles(streets)),
        Fact("org.window", "text", "办理窗口", _titles(windows)),
        Fact("date.today", "date", "今天"),
    ]


def situation_facts(item: Body) -> list[Fact]:
    """A fact for each situation question, nested ones too."""
    return [
        Fact(
            f"situation.{question['code']}", "texts" if question["kind"] == "multiple" else "text", question["title"],
            _titles(question["options"]),
        )
        for question in questions(item.get("situations", ()))
    ]  # fmt: skip


def questions(nested: Any) -> Iterator[Mapping[str, Any]]:
    """All questions in order, each followed by those of its options."""
    for question in nested:
        yield question
        for option in question["options"]:
            yield from questions(option.get("questions", ()))


def _body(view: DefinitionView, code: str) -> Body:
    return view.find("organisation", code) or {}


def _titles(entries: Any) -> Options:
    return {entry["code"]: entry["title"] for entry in entries}


def _table(view: DefinitionView, code: str) -> Options | None:
    body = view.find("code_table", code)
    return _titles(body["entries"]) if body is not None else None
