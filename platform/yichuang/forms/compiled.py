"""A form, compiled once per release from its definition. Immutable; shared by all threads."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from yichuang.forms import wires
from yichuang.forms.deciding import Check, Plan, decide
from yichuang.forms.decision import Decision
from yichuang.forms.faults import faults_of
from yichuang.forms.fields import PART_TABLES, PARTS, Field, Options, Wrong, facts_of
from yichuang.forms.filling import filled
from yichuang.forms.normalising import normaliser
from yichuang.forms.order import node_of, ordered
from yichuang.forms.schemas import json_schema
from yichuang.ports import Body, CodeTable, WorkingDays
from yichuang.rules.conditions import Condition, compile_condition
from yichuang.rules.expressions import compile_expression
from yichuang.rules.facts import NO_ROW, Fact, FactBook, Facts


class CompiledForm:
    """A form ready for answers.

    `fields`: all top-level fields in form order, groups with their `columns`. `book`: the facts that the form declares.
    `facts_read`: paths of all facts that its conditions and calculations read. `cycles`: nodes that depend on themselves.
    """

    def __init__(self, body: Body, fields: Sequence[Field], outer: FactBook, own: FactBook, days: WorkingDays | None) -> None:
        self.body = body
        self.title: str = body["title"]
        self.fields = tuple(fields)
        self.book = own
        everything = outer.with_(own)
        sections = [_condition(s.get("visible_when"), everything) for s in body["sections"]]
        checks = [_check(c, everything) for c in body.get("checks", ())]
        needs = _needs(self.fields, sections)
        steps, self.cycles = ordered(needs)
        self._plan = Plan(
            self.title, [_step(node, self.fields) for node in steps], sections, self.fields, _by_field(checks, self.fields),
            {fact.path: fact.type for fact in everything},
        )  # fmt: skip
        self._sections = sections
        self._checks = checks
        self.facts_read = frozenset(path for read in _reads(self.fields, sections, checks) for path in read)
        self.working_days = any(f.compute.working_days for f in _flat(self.fields) if f.compute)
        self._days = days

    def decide(self, answers: Any, facts: Facts = NO_ROW, trace: bool = False) -> Decision:
        """Everything about these answers. `facts`: flat, from outside of the form. Never raises, whatever the answers are."""
        return decide(self._plan, answers, facts, trace)

    def wire(self) -> dict[str, Any]:
        """What the browser gets: the definition with compiled conditions, resolved options and a `path` for each field."""
        return wires.form_wire(self.body, self.fields, self._sections, self._checks, self._days if self.working_days else None)

    def json_schema(self) -> dict[str, Any]:
        """The rules that do not depend on other answers, for canonical answers (`normalised`), as JSON Schema 2020-12."""
        return json_schema(self.body, self.fields, self._sections)

    def normalised(self, answers: Any) -> dict[str, Any]:
        """Answers in canonical form, missing ones left out, those of a wrong type as they came. Visibility plays no part."""
        return _normalised(self.fields, answers) if isinstance(answers, Mapping) else {}

    def initial(self, facts: Facts = NO_ROW) -> dict[str, Any]:
        """Answers of a new draft: defaults, and what is taken over from facts; rows that must be there."""
        answers = _initial(self.fields, facts)
        for group in self.fields:
            if group.type == "group" and group.spec.get("min_rows", 0):
                answers[group.code] = [self.initial_row(group.code, facts) for _ in range(group.spec["min_rows"])]
        return answers

    def initial_row(self, group: str, facts: Facts = NO_ROW) -> dict[str, Any]:
        """A new row of a repeating group."""
        return _initial(next((f.columns for f in self.fields if f.code == group), ()), facts)

    def fill(self, path: str, value: Any) -> dict[str, Any]:
        """Further answers that follow from one just given, by path: sex and birth date from an identity number."""
        return filled(self.fields, path, value)


def compile_form(
    body: Body, book: FactBook, tables: Mapping[str, CodeTable], days: WorkingDays | None = None
) -> CompiledForm:
    """Compile a form's definition. `book`: the facts from outside. Tables that are missing allow every code."""
    compiler = _Compiler(body, tables)
    own = FactBook(compiler.facts())
    return CompiledForm(body, compiler.fields(book.with_(own), days), book, own, days)


class _Compiler:
    def __init__(self, body: Body, tables: Mapping[str, CodeTable]) -> None:
        self.body = body
        self.tables = tables
        self._offered: dict[str, Options] = {}

    def table(self, code: str | None) -> Options | None:
        if not code or code not in self.tables:
            return None
        if code not in self._offered:
            entries = self.tables[code].entries()
            self._offered[code] = {e["code"]: e["title"] for e in entries if not e.get("disabled")}
        return self._offered[code]

    def options(self, spec: Mapping[str, Any]) -> Options | None:
        if spec["type"] not in ("choice", "choices"):
            return None
        if spec.get("options"):
            return {o["code"]: o["title"] for o in spec["options"]}
        return self.table(spec.get("code_table"))

    def parts(self, spec: Mapping[str, Any]) -> dict[str, Options]:
        found = {}
        for part in PARTS.get(spec["type"], ()):
            default = PART_TABLES.get((spec["type"], part.code))
            options = self.table(spec.get("code_table", default) if default else None)
            if options is not None:
                found[part.code] = options
        return found

    def specs(self) -> Iterator[tuple[int, Mapping[str, Any]]]:
        return ((n, spec) for n, section in enumerate(self.body["sections"]) for spec in section["fields"])

    def facts(self) -> Iterator[Fact]:
        for _, spec in self.specs():
            yield from facts_of(spec, "form.", self.options(spec), self.parts(spec))
            for column in spec.get("fields", ()):
                yield from facts_of(column, f"form.{spec['code']}[].", self.options(column), self.parts(column))

    def fields(self, book: FactBook, days: WorkingDays | None) -> list[Field]:
        return [self.field(spec, n, book, days, None) for n, spec in self.specs()]

    def field(self, spec: Mapping[str, Any], section: int, book: FactBook, days: WorkingDays | None, group: str | None) -> Field:
        options, parts = self.options(spec), self.parts(spec)
        columns: tuple[Field, ...] = ()
        if spec["type"] == "group":
            row = [f for c in spec.get("fields", ()) for f in facts_of(c, "row.", self.options(c), self.parts(c))]
            inside = book.with_(row)
            columns = tuple(self.field(c, section, inside, days, spec["code"]) for c in spec.get("fields", ()))
        return Field(
            code=spec["code"], type=spec["type"], title=spec["title"],
            path=f"{group}/*/{spec['code']}" if group else spec["code"],
            spec=spec, section=section, group=group, options=options, part_options=parts,
            table=spec.get("code_table") or PART_TABLES.get((spec["type"], "division")),
            visible=_condition(spec.get("visible_when"), book), required=bool(spec.get("required", False)),
            required_when=_condition(spec.get("required_when"), book),
            compute=compile_expression(spec["compute"], book, days) if "compute" in spec else None,
            normalise=normaliser(spec["type"]), faults=faults_of(spec, options, parts), columns=columns,
        )  # fmt: skip


def _condition(condition: Any, book: FactBook) -> Condition | None:
    return None if condition is None else compile_condition(condition, book)


def _check(spec: Mapping[str, Any], book: FactBook) -> Check:
    codes = [path.replace("[]", "").replace(".", "/").split("/")[0] for path in spec["fields"]]
    when, require = _condition(spec.get("when"), book), compile_condition(spec["require"], book)
    return Check(spec["code"], when, require, spec["message"], codes, spec.get("severity", "error"))


def _by_field(checks: Sequence[Check], fields: Sequence[Field]) -> dict[str, list[Check]]:
    return {f.code: found for f in fields if (found := [c for c in checks if f.code in c.fields])}


def _flat(fields: Sequence[Field]) -> Iterator[Field]:
    for item in fields:
        yield item
        yield from item.columns


def _reads(fields: Sequence[Field], sections: Sequence[Condition | None], checks: Sequence[Check]) -> Iterator[frozenset[str]]:
    conditions = [*sections, *(c.when for c in checks), *(c.require for c in checks)]
    for item in _flat(fields):
        conditions += [item.visible, item.required_when]
        if item.compute:
            yield item.compute.facts
    yield from (c.facts for c in conditions if c)


def _needs(fields: Sequence[Field], sections: Sequence[Condition | None]) -> dict[str, list[str]]:
    codes = frozenset(f.code for f in fields)
    needs: dict[str, list[str]] = {}
    for n, condition in enumerate(sections):
        needs[f"s:{n}"] = _nodes(condition.facts if condition else (), None, codes)
        for item in (f for f in fields if f.section == n):
            needs[f"f:{item.code}"] = [f"s:{n}", *_nodes(_value_facts(item), None, codes)]
            for column in item.columns:
                needs[f"c:{item.code}.{column.code}"] = [f"f:{item.code}", *_nodes(_value_facts(column), item.code, codes)]
    return needs


def _value_facts(item: Field) -> list[str]:
    """What decides whether a field shows and which value it has."""
    read = (item.visible.facts if item.visible else frozenset()) | (item.compute.facts if item.compute else frozenset())
    return sorted(read)


def _nodes(paths: Iterable[str], group: str | None, codes: frozenset[str]) -> list[str]:
    return [node for path in sorted(paths) if (node := node_of(path, group, codes))]


def _step(node: str, fields: Sequence[Field]) -> tuple[str, Any, Field | None]:
    kind, _, name = node.partition(":")
    if kind == "s":
        return "section", int(name), None
    code, _, column = name.partition(".")
    item = next(f for f in fields if f.code == code)
    return kind, item, next((c for c in item.columns if c.code == column), None)


def _normalised(fields: Sequence[Field], answers: Mapping[str, Any]) -> dict[str, Any]:
    kept = {}
    for item in fields:
        if item.compute is not None or item.type == "static":
            continue
        value = item.normalise(answers.get(item.code))
        if item.type == "group" and type(value) is list:
            value = [_normalised(item.columns, row) for row in value]
        if value is not None:
            kept[item.code] = _raw(value)
    return kept


def _raw(value: Any) -> Any:
    if type(value) is dict:
        return {part: given.raw if isinstance(given, Wrong) else given for part, given in value.items()}
    return value.raw if isinstance(value, Wrong) else value


def _initial(fields: Sequence[Field], facts: Facts) -> dict[str, Any]:
    started = {}
    for item in fields:
        if item.compute is not None:
            continue
        given = facts.get(item.spec.get("default_from", ""))
        value = item.normalise(_default(item, item.spec.get("default") if given in (None, "", []) else given))
        if value is not None and not isinstance(value, Wrong):
            started[item.code] = value
    return started


def _default(item: Field, given: Any) -> Any:
    if isinstance(given, (int, float)) and not isinstance(given, bool):
        return str(given)
    return [given] if item.type == "choices" and isinstance(given, str) else given
