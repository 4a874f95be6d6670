"""An item, compiled once per release: questions, checklist, tips and form from the definitions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from yichuang.errors import DefinitionMissing
from yichuang.forms import CompiledForm, Decision, compile_form
from yichuang.forms.fields import PART_TABLES
from yichuang.items import wires
from yichuang.items.calendar import Calendar, make_calendar
from yichuang.items.checklist import ChecklistEntry, compile_materials, entry
from yichuang.items.facts import book_for
from yichuang.items.situations import Question, asked, compile_questions, situation_errors
from yichuang.items.tables import Table, make_table
from yichuang.ports import Body, DefinitionView, FieldError
from yichuang.rules.conditions import compile_condition
from yichuang.rules.facts import NO_ROW, FactBook, Facts

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class ItemDecision:
    """All about one application at once, as the desk shows it. `form` is None for an item without a form."""

    questions: tuple[Question, ...]
    situation_errors: list[FieldError]
    form: Decision | None
    checklist: list[ChecklistEntry]
    tips: list[Mapping[str, Any]]
    facts: Mapping[str, Any]


class CompiledItem:
    """An item ready to be applied for. Immutable; shared by all threads."""

    def __init__(self, body: Body, outer: FactBook, form: CompiledForm | None, tables: Mapping[str, Table], days: Calendar | None) -> None:
        self.body = body
        self.code: str = body["code"]
        self.form = form
        self.tables = tables
        self.calendar = days
        self.book = outer.with_(form.book) if form else outer
        self.all_questions = compile_questions(body.get("situations", ()), self.book)
        self.materials = compile_materials(body.get("materials", ()), self.book)
        self._tips = [(tip, compile_condition(tip["when"], self.book) if "when" in tip else None) for tip in body.get("tips", ())]

    def questions(self, answers: Any, facts: Facts = NO_ROW) -> tuple[Question, ...]:
        """The questions to ask after these answers (`{question: code or list of codes}`), nested ones flattened in order."""
        return asked(self.all_questions, answers, facts).questions

    def situation_errors(self, answers: Any, facts: Facts = NO_ROW) -> list[FieldError]:
        """What is missing or wrong in the situation answers; `stop` errors say why one can't go on."""
        return situation_errors(self.questions(answers, facts), answers)

    def with_situation(self, answers: Any, facts: Facts = NO_ROW) -> Mapping[str, Any]:
        """The facts given and those of the situation answers."""
        return asked(self.all_questions, answers, facts).facts

    def checklist(self, facts: Facts) -> list[ChecklistEntry]:
        """Every material, decided. `facts`: those of `with_situation`, or `Decision.facts` once the form is filled in."""
        return [entry(material, facts, self.book) for material in self.materials]

    def tips(self, facts: Facts) -> list[Mapping[str, Any]]:
        """The tips that show on `date.today` (both days included)."""
        today = facts.get("date.today") or ""
        return [
            tip
            for tip, when in self._tips
            if (not tip.get("from") or (today and tip["from"] <= today))
            and (not tip.get("to") or (today and today <= tip["to"]))
            and (when is None or when.holds(facts))
        ]

    def decide(self, situation: Any, answers: Any, facts: Facts = NO_ROW) -> ItemDecision:
        """Everything at once. Never raises. `facts`: see `items.facts.everyday_facts`."""
        situated = asked(self.all_questions, situation, facts)
        decision = self.form.decide(answers, situated.facts) if self.form else None
        known = decision.facts if decision else situated.facts
        faults = situation_errors(situated.questions, situation)
        return ItemDecision(situated.questions, faults, decision, self.checklist(known), self.tips(known), known)

    def wire(self) -> dict[str, Any]:
        """All the desk needs: questions, materials, tips, form, and the words' labels. Fetched once per item and release."""
        return wires.item_wire(self)

    @property
    def tip_conditions(self) -> Any:
        return self._tips


def compile_item(view: DefinitionView, code: str) -> CompiledItem:
    """Compile an item from a release. Raises `DefinitionMissing`."""
    body = view.find("item", code)
    if body is None:
        raise DefinitionMissing(f"当前版本中没有事项 {code}")
    form_body = view.find("form", body["form"]) if body.get("form") else None
    tables = _tables(view, form_body)
    days = _made(view, make_calendar, body["calendar"]) if body.get("calendar") else None
    if days is None and view.codes("calendar"):
        days = _made(view, make_calendar, view.codes("calendar")[0])
    outer = book_for(view, body)
    form = compile_form(form_body, outer, tables, days) if form_body is not None else None
    return CompiledItem(body, outer, form, tables, days)


def _made(view: DefinitionView, maker: Callable[[DefinitionView, str], Made], code: str) -> Made:
    """Through the snapshot's cache where there is one, so that releases and items share tables and calendars."""
    compiled = getattr(view, "compiled", None)
    made: Made = compiled(maker, code) if compiled is not None else maker(view, code)
    return made


def _tables(view: DefinitionView, form: Body | None) -> dict[str, Table]:
    found = {code: _made(view, make_table, code) for code in sorted(_named(form) | {"target_type"})}
    return {code: table for code, table in found.items() if table is not None}


def _named(form: Body | None) -> set[str]:
    """Codes of the tables that a form's fields take their options from."""
    names: set[str] = set()
    for section in form["sections"] if form else ():
        for field in section["fields"]:
            for spec in (field, *field.get("fields", ())):
                names.update({table for (kind, _), table in PART_TABLES.items() if kind == spec["type"]})
                names.update({spec["code_table"]} if spec.get("code_table") else ())
    return names
