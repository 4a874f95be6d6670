"""One pass over a compiled form: what shows, what is computed, what is wrong. Total: no answer can make it raise.

A field that is hidden keeps nothing here: it isn't checked, isn't submitted, and its fact is missing for every other condition.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from yichuang.forms.decision import Decision
from yichuang.forms.errors import error_of, required_error
from yichuang.forms.faults import MAX_ROWS, TYPE_REST
from yichuang.forms.fields import Fault, Field, Wrong
from yichuang.ports import FieldError
from yichuang.rules import numbers
from yichuang.rules.conditions import Condition
from yichuang.rules.facts import NO_ROW, TYPED, Facts
from yichuang.rules.traces import Trace


@dataclass(frozen=True, slots=True)
class Check:
    """A cross-field check. `fields` are the codes it concerns; the error stands at the first that shows."""

    code: str
    when: Condition | None
    require: Condition
    message: str
    fields: Sequence[str]
    severity: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What a pass needs of a compiled form. `steps` are nodes in dependency order: (kind, index or field, column)."""

    title: str
    steps: Sequence[tuple[str, Any, Field | None]]
    sections: Sequence[Condition | None]
    fields: Sequence[Field]
    checks: Mapping[str, Sequence[Check]]
    fact_types: Mapping[str, str]


@dataclass(slots=True)
class _Row:
    raw: Mapping[str, Any]
    facts: dict[str, Any] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    visible: set[str] = field(default_factory=set)


def decide(plan: Plan, answers: Any, facts: Facts, traced: bool) -> Decision:
    """See `CompiledForm.decide`."""
    return _Pass(plan, answers, facts, traced).run()


class _Pass:
    def __init__(self, plan: Plan, answers: Any, facts: Facts, traced: bool) -> None:
        self.plan = plan
        self.readable = isinstance(answers, Mapping)
        self.raw: Mapping[str, Any] = answers if self.readable else {}
        self.facts: dict[str, Any] = {path: v for path, v in facts.items() if not path.startswith(("form.", "row."))}
        self.traced = traced
        self.hidden: set[int] = set()
        self.shown: set[str] = set()
        self.values: dict[str, Any] = {}
        self.rows: dict[str, list[_Row]] = {}
        self.computed: dict[str, Any] = {}
        self.errors: list[FieldError] = []
        self.required: set[str] = set()
        self.visible: set[str] = set()
        self.traces: dict[str, dict[str, Trace]] = {}

    def run(self) -> Decision:
        for kind, what, column in self.plan.steps:
            if kind == "section":
                self.section(what)
            elif column is None:
                self.field(what)
            else:
                self.column(what, column)
        answers = self.collect()
        return Decision(
            frozenset(self.visible), frozenset(self.required), self.computed, tuple(self.errors), answers, self.facts, self.traces
        )

    def holds(self, condition: Condition | None, path: str, what: str, row: Facts = NO_ROW) -> bool:
        if condition is None:
            return True
        if not self.traced:
            return condition.holds(self.facts, row)
        trace = condition.trace(self.facts, row)
        self.traces.setdefault(path, {})[what] = trace
        return bool(trace.holds)

    def section(self, index: int) -> None:
        if not self.holds(self.plan.sections[index], f"#{index}", "visible"):
            self.hidden.add(index)

    def field(self, item: Field) -> None:
        if item.section in self.hidden or not self.holds(item.visible, item.path, "visible"):
            return
        self.shown.add(item.code)
        value = self.value(item, self.raw, item.path, NO_ROW)
        if value is None:
            return
        self.values[item.code] = value
        if item.type == "group" and type(value) is list:
            self.rows[item.code] = [_Row(row) for row in value[:MAX_ROWS]]
        _declare(self.facts, f"form.{item.code}", value)

    def column(self, group: Field, item: Field) -> None:
        parts = [f".{part.code}" for part in item.parts] or [""]
        listed: dict[str, list[Any]] = {part: [] for part in parts}
        for number, row in enumerate(self.rows.get(group.code, ())):
            path = f"{group.code}/{number}/{item.code}"
            if self.holds(item.visible, path, "visible", row.facts):
                row.visible.add(item.code)
                value = self.value(item, row.raw, path, row.facts)
                if value is not None:
                    row.values[item.code] = value
                    _declare(row.facts, item.code, value)
            for part in parts:
                listed[part].append(row.facts.get(item.code + part))
        for part, column in listed.items():
            self.facts[f"form.{group.code}[].{item.code}{part}"] = column

    def value(self, item: Field, raw: Mapping[str, Any], path: str, row: Facts) -> Any:
        if item.compute is None:
            return item.normalise(raw.get(item.code))
        value = computed(item, item.compute.value(self.facts, row))
        self.computed[path] = value
        return value

    def collect(self) -> dict[str, Any]:
        if not self.readable:
            self.errors.append(FieldError("", self.plan.title, "type", "提交的内容格式不正确，请重新填写"))
        answers: dict[str, Any] = {}
        for item in self.plan.fields:
            if item.code not in self.shown:
                continue
            self.visible.add(item.path)
            value = self.values.get(item.code)
            self.examine(item, item.path, None, value, NO_ROW)
            if item.type == "group" and type(value) is list:
                answers[item.code] = self.collect_rows(item)
            elif (kept := _kept(value)) is not None:
                answers[item.code] = kept
            for check in self.plan.checks.get(item.code, ()):
                self.check(check, item)
        return answers

    def collect_rows(self, group: Field) -> list[dict[str, Any]]:
        collected = []
        for number, row in enumerate(self.rows[group.code]):
            answers: dict[str, Any] = {}
            for item in group.columns:
                if item.code not in row.visible:
                    continue
                path = f"{group.code}/{number}/{item.code}"
                self.visible.add(path)
                value = row.values.get(item.code)
                self.examine(item, path, number, value, row.facts)
                if (kept := _kept(value)) is not None:
                    answers[item.code] = kept
            collected.append(answers)
        return collected

    def examine(self, item: Field, path: str, row: int | None, value: Any, row_facts: Facts) -> None:
        """Required, type and all other faults of one field."""
        if item.compute is not None or item.type == "static":
            return
        required = item.required
        if item.required_when is not None:
            required = self.holds(item.required_when, path, "required", row_facts)
        if required:
            self.required.update((path, *(f"{path}/{part.code}" for part in item.parts)))
            self.errors.extend(self.lacking(item, path, row, value))
        if value is None:
            return
        faults = (Fault("type", TYPE_REST),) if isinstance(value, Wrong) else item.faults(value, self.facts)
        self.errors.extend([error_of(item, path, row, fault) for fault in faults])

    def lacking(self, item: Field, path: str, row: int | None, value: Any) -> Iterable[FieldError]:
        if isinstance(value, Wrong):
            return []
        if not item.parts:
            return [required_error(item, path, row)] if value is None else []
        given = value or {}
        return [required_error(item, path, row, part.code) for part in item.parts if part.code not in given]

    def check(self, check: Check, first: Field) -> None:
        """Once, at the first field of the check that shows. Silent while a fact it compares is missing."""
        if next((code for code in check.fields if code in self.shown), None) != first.code:
            return
        if not self.holds(check.when, f"#{check.code}", "when") or self.holds(check.require, f"#{check.code}", "require"):
            return
        types = self.plan.fact_types
        if all(TYPED[types[path]](self.facts.get(path)) is not None for path in check.require.needed):
            severity = "warning" if check.severity == "warning" else "error"
            self.errors.append(FieldError(first.path, first.title, "check", check.message, severity))  # type: ignore[arg-type]


def _declare(facts: dict[str, Any], path: str, value: Any) -> None:
    if type(value) is dict:
        for part, given in value.items():
            if type(given) is str:
                facts[f"{path}.{part}"] = given
    elif not isinstance(value, Wrong):
        facts[path] = value


def _kept(value: Any) -> Any:
    if isinstance(value, Wrong):
        return None
    if type(value) is dict:
        return {part: given for part, given in value.items() if type(given) is str} or None
    return value


def computed(item: Field, value: Any) -> Any:
    """A calculation's result in the form that the field's type has; None when it can't have it."""
    if value is None:
        return None
    if item.type in ("number", "money"):
        exact = numbers.number(value) if type(value) is str else None
        if exact is None:
            return None
        return numbers.fixed(exact, 2) if item.type == "money" else numbers.plain(numbers.rounded(exact, item.spec.get("scale", 6)))
    given = [value] if item.type == "choices" else value
    settled = item.normalise(given)
    return None if isinstance(settled, Wrong) or type(settled) is dict else settled
