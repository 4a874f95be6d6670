"""The facts of a case that a flow's conditions may read, beside those of item, applicant, place, day, situation and form."""

from collections.abc import Iterator, Mapping
from typing import Any

from yichuang.forms.checks import mentioned
from yichuang.forms.compiled import compile_form
from yichuang.items.facts import book_for
from yichuang.items.tables import Table
from yichuang.ports import Body, CodeTable, DefinitionView
from yichuang.rules.everyday import everyday
from yichuang.rules.facts import Fact, FactBook

CHANNELS = {"desk": "窗口", "apply": "网上"}
CASE_FACTS: tuple[Fact, ...] = (
    Fact("case.state", "text", "办件状态"),
    Fact("case.channel", "text", "申办渠道", CHANNELS),
    Fact("case.round", "number", "已补正次数"),
    Fact("case.extended", "boolean", "已延期"),
    Fact("case.materials_missing", "number", "未收齐的必交材料份数"),
    Fact("case.materials_received", "number", "已收到的材料份数"),
    Fact("case.points_open", "number", "未答复的补正项数"),
    Fact("case.committed", "boolean", "以告知承诺办理"),
    Fact("case.commitment_undecided", "number", "未答复的告知承诺数"),
    Fact("case.overdue", "boolean", "已超期"),
    Fact("case.days_left", "number", "剩余工作日"),
    Fact("case.agent", "boolean", "由代理人办理"),
    Fact("applicant.dishonest", "boolean", "有未修复的失信记录"),
    Fact("entrustment.reject_needs_consent", "boolean", "不予受理须经委托部门同意"),
    Fact("correction.overdue", "boolean", "补正期限已过"),
)
"""Given by the room of cases for each case; `case.state` has the flow's own states as options."""


def flow_facts(body: Body) -> list[Fact]:
    """The case facts, with this flow's states as the options of `case.state`."""
    states = {
        str(state.get("code")): str(state.get("title")) for state in body.get("states", ()) if isinstance(state, dict)
    }
    return [
        Fact(fact.path, fact.type, fact.title, states) if fact.path == "case.state" else fact for fact in CASE_FACTS
    ]


def flow_book(view: DefinitionView, body: Body) -> FactBook:
    """For a flow by itself: everyday facts and those of the case."""
    return FactBook([*everyday(view), *flow_facts(body)])


def item_flow_book(view: DefinitionView, body: Body, item: Body) -> FactBook:
    """For a flow as one item uses it: its situation and, where the flow reads them, its form's facts too."""
    book = book_for(view, item).with_(flow_facts(body))
    return (
        book.with_(_form_facts(view, item, book))
        if any(path.startswith("form.") for path in mentioned(_plain(body)))
        else book
    )


def _form_facts(view: DefinitionView, item: Body, outer: FactBook) -> Iterator[Fact]:
    form = view.find("form", item["form"]) if item.get("form") else None
    if form is None:
        return iter(())
    return iter(compile_form(form, outer, _Tables(view)).book)


def _plain(body: Body) -> Any:
    return [body.get("actions", [])]


class _Tables(Mapping[str, CodeTable]):
    """Code tables, read when a form asks for them."""

    def __init__(self, view: DefinitionView) -> None:
        self._view = view

    def __getitem__(self, code: str) -> CodeTable:
        body = self._view.find("code_table", code)
        if body is None:
            raise KeyError(code)
        return Table(body)

    def __iter__(self) -> Iterator[str]:
        return iter(self._view.codes("code_table"))

    def __len__(self) -> int:
        return len(self._view.codes("code_table"))
