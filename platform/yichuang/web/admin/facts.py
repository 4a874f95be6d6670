"""The facts that conditions and calculations of a definition may read, for the editor: by title, from drafts that are still wrong too."""

from collections.abc import Iterator, Mapping
from typing import Any

from yichuang.commitment.facts import commitment_facts
from yichuang.documents.facts import document_facts
from yichuang.documents.fields import SCOPES as DOCUMENT_SCOPES
from yichuang.errors import YichuangError
from yichuang.flows.facts import flow_facts
from yichuang.forms.compiled import compile_form
from yichuang.forms.properties import BELONGS
from yichuang.items.tables import Table
from yichuang.ports import Body, DefinitionView
from yichuang.rules.everyday import everyday, situation_facts
from yichuang.rules.facts import Fact, FactBook
from yichuang.web.admin import mapping_desk

CONDITIONS = ("visible_when", "required_when", "compute", "default", "default_from", "fills", "pattern")
COMMITTING = ("commitment", "commitment_rules")
SCOPES = {
    "form": "申请表",
    "situation": "情形",
    "item": "事项",
    "applicant": "申请人",
    "org": "办理地点",
    "date": "日期",
    "row": "本行",
    "case": "办件",
    "correction": "补正",
    "entrustment": "委托",
    **{scope: title for scope, title in DOCUMENT_SCOPES.items() if scope not in ("applicant", "item", "case", "correction")},
}


def offered(view: DefinitionView, kind: str, code: str) -> dict[str, Any]:
    """`facts`: those of every place; `rows`: those inside a repeating group, by the group's code. `scopes` names the first parts of paths."""
    body = view.find(kind, code) or {}
    if kind == "mapping":
        return mapping_desk.facts(view, body)
    items = _items(view, kind, code, body)
    forms = [body] if kind == "form" else [view.find("form", str(item.get("form", ""))) or {} for item in items]
    books = [_form_book(view, form) for form in forms if form]
    own = [fact for book, _ in books for fact in book]
    situations = [fact for item in items for fact in _situations(item)]
    rows = {group: facts for _, groups in books for group, facts in groups.items()} if kind == "form" else {}
    more = _more(kind, body)
    every = {fact.path: fact for fact in [*everyday(view), *more, *situations, *own]}
    return {
        "facts": [_told(fact) for fact in every.values()],
        "rows": {group: [_told(fact) for fact in facts] for group, facts in rows.items()},
        "scopes": SCOPES,
    }


def _items(view: DefinitionView, kind: str, code: str, body: Body) -> list[Body]:
    """The items whose situations and forms a definition of this kind may read."""
    if kind == "item":
        return [body]
    if kind == "commitment":
        return [item for item in [view.find("item", str(body.get("item", "")))] if item is not None]
    return list(_using(view, kind, code))


def _more(kind: str, body: Body) -> list[Fact]:
    """The facts that only definitions of one kind may read."""
    if kind == "flow":
        return list(flow_facts(body))
    if kind == "document":
        return document_facts()
    return list(commitment_facts()) if kind in COMMITTING else []


def belongings() -> dict[str, list[str]]:
    """Properties of a field that only some types have; those that all have are not in it."""
    return {key: sorted(types) for key, types in BELONGS.items()}


def _using(view: DefinitionView, kind: str, code: str) -> Iterator[Body]:
    for item in view.codes("item"):
        body = view.find("item", item) or {}
        if body.get(kind) == code:
            yield body


def _situations(item: Body) -> list[Fact]:
    try:
        return situation_facts(item)
    except (KeyError, TypeError):
        return []


def _form_book(view: DefinitionView, form: Body) -> tuple[FactBook, Mapping[str, list[Fact]]]:
    try:
        compiled = compile_form(_bare(form), FactBook(), _Tables(view))
    except (KeyError, TypeError, ValueError, AttributeError, YichuangError):
        return FactBook(), {}
    groups = {
        spec["code"]: [
            Fact(f"row.{fact.path.rsplit('[].', 1)[1]}", fact.type, fact.title, fact.options)
            for fact in compiled.book
            if fact.path.startswith(f"form.{spec['code']}[].")
        ]
        for section in form.get("sections", ())
        for spec in section.get("fields", ())
        if spec.get("type") == "group"
    }
    return compiled.book, groups


def _bare(form: Body) -> dict[str, Any]:
    """The form without what may still be wrong."""
    fields = [
        _plain(field) for section in form.get("sections", ()) for field in section.get("fields", ()) if _named(field)
    ]
    return {"code": "x", "title": "", "sections": [{"code": "s", "title": "", "fields": fields}]}


def _named(field: Any) -> bool:
    return isinstance(field, Mapping) and all(
        isinstance(field.get(key), str) and field[key] for key in ("code", "type", "title")
    )


def _plain(field: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in field.items() if key not in CONDITIONS}
    if isinstance(kept.get("fields"), list):
        kept["fields"] = [_plain(inner) for inner in kept["fields"] if _named(inner)]
    return kept


class _Tables(dict[str, Any]):
    """Code tables, read when asked for."""

    def __init__(self, view: DefinitionView) -> None:
        super().__init__()
        self._view = view

    def __contains__(self, code: object) -> bool:
        return self._view.find("code_table", str(code)) is not None

    def __getitem__(self, code: str) -> Any:
        return self.get(code)

    def get(self, code: str, default: Any = None) -> Any:
        body = self._view.find("code_table", code)
        return default if body is None else Table(body)


def _told(fact: Fact) -> dict[str, Any]:
    told: dict[str, Any] = {"path": fact.path, "type": fact.type, "title": fact.title, "column": fact.column}
    if fact.options is not None:
        told["options"] = [[code, title] for code, title in fact.options.items()]
    return told
