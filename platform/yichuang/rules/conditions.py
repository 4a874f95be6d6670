"""Conditions, compiled to closures. Typed, no coercion, total; missing is a value of its own. The twin is `engine/conditions.js`.

Every comparison with a missing fact is false (also `ne` and `not_in`); only `missing` is true. A condition that the gate would
refuse (unknown fact, wrong type) compiles too: such a comparison never holds.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from yichuang.rules.condition_problems import problems
from yichuang.rules.facts import NO_ROW, FactBook, Facts, Read, reader
from yichuang.rules.limits import DEPTH, NODES, Problem
from yichuang.rules.literals import OPS_OF, wanted
from yichuang.rules.numbers import number, plain
from yichuang.rules.patterns import Pattern
from yichuang.rules.traces import Trace

__all__ = ["Condition", "Problem", "Trace", "compile_condition", "problems"]

Holds = Callable[[Facts, Facts], bool]
Tracer = Callable[[Facts, Facts], Trace]
Test = Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class Condition:
    """A compiled condition. `facts` are the paths it reads; `needed` those that it compares (all but exists/missing)."""

    wire: Mapping[str, Any]
    facts: frozenset[str]
    needed: frozenset[str]
    _holds: Holds = field(repr=False)
    _trace: Tracer = field(repr=False)

    def holds(self, facts: Facts, row: Facts = NO_ROW) -> bool:
        return self._holds(facts, row)

    def trace(self, facts: Facts, row: Facts = NO_ROW) -> Trace:
        return self._trace(facts, row)


@dataclass(slots=True)
class _Built:
    wire: dict[str, Any]
    holds: Holds
    trace: Tracer


def compile_condition(condition: Any, book: FactBook) -> Condition:
    """Compile a condition as it stands in a definition. Never raises: what makes no sense never holds."""
    compiler = _Compiler(book)
    built = compiler.build(condition, 1)
    return Condition(built.wire, frozenset(compiler.facts), frozenset(compiler.needed), built.holds, built.trace)


class _Compiler:
    def __init__(self, book: FactBook) -> None:
        self.book = book
        self.facts: set[str] = set()
        self.needed: set[str] = set()
        self.nodes = 0

    def build(self, condition: Any, depth: int) -> _Built:
        self.nodes += 1
        if not isinstance(condition, Mapping) or depth > DEPTH or self.nodes > NODES:
            return _never({"fact": "", "op": "eq", "type": None})
        for key, verdict in (("all", all), ("any", any)):
            if isinstance(parts := condition.get(key), list):
                return _together(key, verdict, [self.build(part, depth + 1) for part in parts])
        if "not" in condition:
            return _not(self.build(condition["not"], depth + 1))
        return self.leaf(condition)

    def leaf(self, condition: Mapping[str, Any]) -> _Built:
        path, op = str(condition.get("fact", "")), str(condition.get("op", ""))
        fact = self.book.get(path)
        wire: dict[str, Any] = {"fact": path, "op": op}
        if fact is None or fact.column or op not in OPS_OF[fact.type]:
            return _missing(wire) if op == "missing" else _never(wire | {"type": None})
        wire["type"] = fact.type
        read = reader(path, fact.type)
        if op in ("exists", "missing"):
            self.facts.add(path)
            return _bare(wire, read, op == "exists")
        if "other" in condition:
            return self.pair(wire, read, str(condition["other"]))
        want = wanted(op, condition.get("value"), fact.type)
        if want is None:
            return _never(wire | {"type": None})
        self.compares(path)
        wire["value"] = list(want) if isinstance(want, tuple) else want
        return _compare(wire, read, _test(op, want, fact.type), want)

    def pair(self, wire: dict[str, Any], read: Read, path: str) -> _Built:
        other = self.book.get(path)
        wire["other"] = path
        if other is None or other.column or other.type != wire["type"] or wire["op"] not in _PAIRS:
            return _never(wire | {"type": None})
        self.compares(wire["fact"], path)
        return _pair(wire, read, reader(path, other.type), _PAIRS[wire["op"]])

    def compares(self, *paths: str) -> None:
        self.facts.update(paths)
        self.needed.update(paths)


def _shown(value: Any) -> Any:
    return plain(value) if type(value) is Decimal else value


def _never(wire: dict[str, Any]) -> _Built:
    told = Trace("compare", False, (), wire["fact"], wire["op"], wire.get("value"), wire.get("other", ""))
    return _Built(wire, lambda facts, row: False, lambda facts, row: told)


def _missing(wire: dict[str, Any]) -> _Built:
    told = Trace("compare", True, (), wire["fact"], "missing")
    return _Built(wire | {"type": None}, lambda facts, row: True, lambda facts, row: told)


def _together(kind: str, verdict: Callable[[Iterable[bool]], bool], parts: list[_Built]) -> _Built:
    holding, tracing = [p.holds for p in parts], [p.trace for p in parts]

    def holds(facts: Facts, row: Facts) -> bool:
        return verdict(part(facts, row) for part in holding)

    def trace(facts: Facts, row: Facts) -> Trace:
        found = tuple([part(facts, row) for part in tracing])
        return Trace(kind, verdict(bool(part.holds) for part in found), found)

    return _Built({kind: [p.wire for p in parts]}, holds, trace)


def _not(part: _Built) -> _Built:
    holding, tracing = part.holds, part.trace

    def trace(facts: Facts, row: Facts) -> Trace:
        found = tracing(facts, row)
        return Trace("not", not found.holds, (found,))

    return _Built({"not": part.wire}, lambda facts, row: not holding(facts, row), trace)


def _bare(wire: dict[str, Any], read: Read, wants: bool) -> _Built:
    path, op, kind = wire["fact"], wire["op"], wire["type"]

    def holds(facts: Facts, row: Facts) -> bool:
        return (read(facts, row) is not None) is wants

    def trace(facts: Facts, row: Facts) -> Trace:
        found = read(facts, row)
        shown = len(found) if found is not None and kind in ("rows", "file") else _shown(found)
        return Trace("compare", (found is not None) is wants, (), path, op, found=shown)

    return _Built(wire, holds, trace)


def _compare(wire: dict[str, Any], read: Read, test: Test, want: Any) -> _Built:
    path, op = wire["fact"], wire["op"]

    def holds(facts: Facts, row: Facts) -> bool:
        found = read(facts, row)
        return found is not None and test(found)

    def trace(facts: Facts, row: Facts) -> Trace:
        found = read(facts, row)
        return Trace("compare", found is not None and test(found), (), path, op, want, "", _shown(found))

    return _Built(wire, holds, trace)


def _pair(wire: dict[str, Any], read: Read, read_other: Read, test: Callable[[Any, Any], bool]) -> _Built:
    path, op, other = wire["fact"], wire["op"], wire["other"]

    def holds(facts: Facts, row: Facts) -> bool:
        found, against = read(facts, row), read_other(facts, row)
        return found is not None and against is not None and test(found, against)

    def trace(facts: Facts, row: Facts) -> Trace:
        found, against = read(facts, row), read_other(facts, row)
        verdict = found is not None and against is not None and test(found, against)
        return Trace("compare", verdict, (), path, op, None, other, _shown(found), _shown(against))

    return _Built(wire, holds, trace)


_PAIRS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda a, b: bool(a == b), "ne": lambda a, b: bool(a != b), "lt": lambda a, b: bool(a < b),
    "lte": lambda a, b: bool(a <= b), "gt": lambda a, b: bool(a > b), "gte": lambda a, b: bool(a >= b),
}  # fmt: skip


def _test(op: str, want: Any, kind: str) -> Test:
    """The test of a present value. Numbers compare as exact decimals, everything else as text by code point."""
    if op == "matches":
        return Pattern(want).matches
    if op == "contains":
        return lambda found: want in found
    if op == "contains_any":
        several = frozenset(want)
        return lambda found: not several.isdisjoint(found)
    if op in ("in", "not_in"):
        members = frozenset(number(v) if kind == "number" else v for v in want)
        return (lambda found: found in members) if op == "in" else (lambda found: found not in members)
    against = number(want) if kind == "number" else want
    test = _PAIRS[op]
    return lambda found: test(found, against)
