"""Calculations of computed fields, compiled to closures. Exact, typed, total. The twin is `engine/expressions.js`.

A missing argument makes the result missing, except in sum, count, min, max, join and coalesce, which skip it. What the gate
would refuse compiles to a calculation that is always missing.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from yichuang.ports import WorkingDays
from yichuang.rules.conditions import compile_condition
from yichuang.rules.expression_problems import expression_problems, typed_literal
from yichuang.rules.facts import NO_ROW, FactBook, Facts, column_reader, reader
from yichuang.rules.functions import DEFAULT_SCALE, FUNCTIONS, TODAY, Function, Settings
from yichuang.rules.limits import DEPTH, NODES
from yichuang.rules.numbers import number, plain

__all__ = ["Expression", "compile_expression", "expression_problems"]

Value = Callable[[Facts, Facts], Any]


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled calculation. `.type` is a fact type or None when it can have no value; `.working_days` whether it counts them."""

    wire: Mapping[str, Any]
    facts: frozenset[str]
    type: str | None
    working_days: bool
    _value: Value = field(repr=False)

    def value(self, facts: Facts, row: Facts = NO_ROW) -> Any:
        """The value at rest: a number as canonical decimal string, text, date, time as str, yes/no as bool; None is missing."""
        found = self._value(facts, row)
        return plain(found) if type(found) is Decimal else found


@dataclass(slots=True)
class _Built:
    wire: dict[str, Any]
    type: str | None
    value: Value
    spread: bool = False
    """The value is a list of values (a column, texts, rows), not one."""


def _nothing() -> _Built:
    return _Built({"none": True}, None, lambda facts, row: None)


def compile_expression(expression: Any, book: FactBook, days: WorkingDays | None = None) -> Expression:
    """Compile a calculation as it stands in a definition. Never raises."""
    compiler = _Compiler(book, days)
    built = compiler.build(expression, 1)
    if built.spread:
        built = _nothing()
    return Expression(built.wire, frozenset(_reads(built.wire)), built.type, _counts(built.wire), built.value)


def _reads(node: Any) -> Iterator[str]:
    """The facts that a wire reads; what was left out as senseless reads nothing."""
    if isinstance(node, Mapping):
        if node.get("type") and "fact" in node:
            yield node["fact"]
            if "other" in node:
                yield node["other"]
        for value in node.values():
            yield from _reads(value)
    elif isinstance(node, list):
        for value in node:
            yield from _reads(value)


def _counts(node: Any) -> bool:
    """Whether working days are counted anywhere."""
    if isinstance(node, Mapping):
        counting = node.get("fn") in ("date_add", "days_between") and node.get("unit") == "working_day"
        return counting or any(_counts(value) for value in node.values())
    return isinstance(node, list) and any(_counts(value) for value in node)


class _Compiler:
    def __init__(self, book: FactBook, days: WorkingDays | None) -> None:
        self.book = book
        self.days = days
        self.nodes = 0

    def build(self, expression: Any, depth: int) -> _Built:
        self.nodes += 1
        if not isinstance(expression, Mapping) or depth > DEPTH or self.nodes > NODES:
            return _nothing()
        if "fn" in expression:
            return self.call(expression, depth)
        if "if" in expression:
            return self.choice(expression, depth)
        if "fact" in expression:
            return self.fact(expression["fact"])
        return self.constant(expression.get("value"))

    def constant(self, raw: Any) -> _Built:
        kind, rest = typed_literal(raw)
        if kind is None:
            return _nothing()
        value = number(rest) if kind == "number" else rest
        return _Built({"value": rest, "type": kind}, kind, lambda facts, row: value)

    def fact(self, path: Any) -> _Built:
        fact = self.book.get(path) if isinstance(path, str) else None
        if fact is None:
            return _nothing()
        wire = {"fact": fact.path, "type": fact.type}
        spread = fact.column or fact.type in ("texts", "rows", "file")
        return _Built(wire, fact.type, (column_reader if fact.column else reader)(fact.path, fact.type), spread)

    def choice(self, expression: Mapping[str, Any], depth: int) -> _Built:
        condition = compile_condition(expression["if"], self.book)
        then = self.build(expression.get("then"), depth + 1)
        other = self.build(expression["else"], depth + 1) if "else" in expression else _nothing()
        kind = then.type or other.type
        if then.spread or other.spread or {then.type, other.type} - {kind, None}:
            return _nothing()
        holds, yes, no = condition.holds, then.value, other.value
        wire = {"if": condition.wire, "then": then.wire, "else": other.wire, "type": kind}
        return _Built(wire, kind, lambda facts, row: yes(facts, row) if holds(facts, row) else no(facts, row))

    def call(self, expression: Mapping[str, Any], depth: int) -> _Built:
        function = FUNCTIONS.get(str(expression["fn"]))
        args = expression.get("args")
        if function is None or not isinstance(args, list) or not function.least <= len(args) <= function.most:
            return _nothing()
        built = [self.build(arg, depth + 1) for arg in args]
        if expression["fn"] == "age" and len(built) == 1:
            built.append(self.fact(TODAY))
        kind = _kind(function, built)
        if kind is None:
            return _nothing()
        settings = self.settings(expression)
        wire: dict[str, Any] = {"fn": expression["fn"], "args": [b.wire for b in built], "type": kind}
        wire |= {"unit": settings.unit, "scale": settings.scale, "separator": settings.separator}
        return _Built(wire, kind, (_skipping if function.skips else _strict)(function, built, settings))

    def settings(self, expression: Mapping[str, Any]) -> Settings:
        unit = expression.get("unit", "day")
        scale = expression.get("scale", DEFAULT_SCALE.get(expression["fn"], 0))
        scale = scale if isinstance(scale, int) and 0 <= scale <= 6 else 0
        return Settings(str(unit), scale, str(expression.get("separator", "")), self.days)


def _kind(function: Function, built: list[_Built]) -> str | None:
    """The result's type, or None when the arguments do not fit."""
    for n, arg in enumerate(built):
        takes = function.takes[min(n, len(function.takes) - 1)]
        if arg.type is None or arg.type not in takes or (arg.spread and not function.columns):
            return None
    if function.gives:
        return function.gives
    kinds = {arg.type for arg in built}
    return kinds.pop() if len(kinds) == 1 else None


def _strict(function: Function, built: list[_Built], settings: Settings) -> Value:
    reads, call = [b.value for b in built], function.call

    def value(facts: Facts, row: Facts) -> Any:
        values = [read(facts, row) for read in reads]
        return None if None in values else call(values, settings)

    return value


def _skipping(function: Function, built: list[_Built], settings: Settings) -> Value:
    reads, call = [(b.value, b.spread) for b in built], function.call

    def value(facts: Facts, row: Facts) -> Any:
        values: list[Any] = []
        for read, spread in reads:
            found = read(facts, row)
            if found is not None:
                values.extend(found) if spread else values.append(found)
        return call(values, settings)

    return value
