"""Running a plan with closures, one value after another: the oracle of the generated function, and exact about every fault."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from yichuang.mappings.faults import OMIT, MappingFault, Refused, fault
from yichuang.mappings.plan import Branch, Choice, Columns, Line, Node, Rows, fact_paths
from yichuang.mappings.record import EMPTY, Source, read
from yichuang.rules.conditions import Condition


@dataclass(slots=True)
class Scope:
    """Where we are: the record, the facts, the row and its number, and what these are called on both sides."""

    record: Mapping[str, Any]
    facts: Mapping[str, Any]
    row: Any = None
    number: int = 0
    to: str = ""
    source: str = ""
    faults: list[MappingFault] = field(default_factory=list)

    def inside(self, row: Any, number: int, to: str, source: str) -> "Scope":
        return Scope(self.record, self.facts, row, number, f"{self.to}{to}[{number}].", f"{source}[{number}]", self.faults)

    def told(self, where: Source | None) -> str:
        """A source's concrete path: rows by their number."""
        if where is None:
            return ""
        return (self.source + where.path.removeprefix("row")) if where.in_row else where.path

    def refuse(self, to: str, source: str, value: Any, why: Refused) -> Any:
        place = self.to + (to.replace("{n}", str(self.number)) if self.number else to)
        self.faults.append(fault(place, source, value, why))
        return OMIT


Build = Callable[[Scope], Any]
Run = Callable[[Mapping[str, Any]], tuple[dict[str, Any], tuple[MappingFault, ...]]]


def oracle(root: Branch) -> Run:
    """The plan as a function from record to body and faults. Total."""
    build, paths = _branch(root), fact_paths(root)

    def run(record: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[MappingFault, ...]]:
        given = record if type(record) is dict else {}
        scope = Scope(given, {where.path: read(given, where) for where in paths})
        return build(scope), tuple(scope.faults)

    return run


def _node(node: Node) -> Build:
    if isinstance(node, Line):
        return _line(node)
    if isinstance(node, Branch):
        return _inner(_branch(node))
    return _rows(node) if isinstance(node, Rows) else _columns(node)


def _branch(branch: Branch) -> Build:
    """Columns put several keys into the object, everything else one."""
    children = [(key, _node(node), isinstance(node, Columns)) for key, node in branch.children.items()]

    def build(scope: Scope) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for key, child, flat in children:
            value = child(scope)
            if value is OMIT:
                continue
            if flat:
                made |= value
            else:
                made[key] = value
        return made

    return build


def _inner(build: Build) -> Build:
    """An object in which nothing was written isn't written either."""

    def inner(scope: Scope) -> Any:
        return build(scope) or OMIT

    return inner


def _holds(condition: Condition, scope: Scope) -> bool:
    row = scope.row if type(scope.row) is dict else EMPTY
    if "row.number" in condition.facts:
        row = {**row, "number": scope.number}
    return condition.holds(scope.facts, row)


def _line(line: Line) -> Build:
    pick = _picker(line)

    def build(scope: Scope) -> Any:
        if line.when is not None and not _holds(line.when, scope):
            return OMIT
        value, where = pick(scope)
        given = value
        try:
            for step in line.chain:
                if value is OMIT:
                    break
                value = step.apply(value)
        except Refused as why:
            return scope.refuse(line.to, scope.told(where), given, why)
        return value

    return build


def _picker(line: Line) -> Callable[[Scope], tuple[Any, Source | None]]:
    if line.choices:
        return lambda scope: _chosen(line.choices, scope)
    if line.many:
        return lambda scope: ([read(scope.record, where, scope.row, scope.number) for where in line.sources], next(iter(line.sources), None))
    if line.sources:
        only = line.sources[0]
        return lambda scope: (read(scope.record, only, scope.row, scope.number), only)
    return lambda scope: (line.value, None)


def _chosen(choices: tuple[Choice, ...], scope: Scope) -> tuple[Any, Source | None]:
    for choice in choices:
        if choice.when is None or _holds(choice.when, scope):
            if choice.source is None:
                return choice.value, None
            return read(scope.record, choice.source, scope.row, scope.number), choice.source
    return OMIT, None


def _entries(node: Rows | Columns, scope: Scope) -> Any:
    """The rows, OMIT when the line doesn't apply; not a list is a fault."""
    if node.when is not None and not _holds(node.when, scope):
        return OMIT
    rows = read(scope.record, node.source, scope.row, scope.number)
    if rows in ("", {}):
        return []
    if type(rows) is not list:
        why = Refused("type", "不是重复组或列表", "请改选重复组作为来源")
        return scope.refuse(node.to, scope.told(node.source), rows, why)
    return rows


def _rows(node: Rows) -> Build:
    build = _branch(node.branch)

    def run(scope: Scope) -> Any:
        rows = _entries(node, scope)
        if rows is OMIT:
            return OMIT
        called = scope.told(node.source).removesuffix("[]")
        return [build(scope.inside(row, n, node.to, called)) for n, row in enumerate(rows, 1)]

    return run


def _columns(node: Columns) -> Build:
    lines = [(key, _line(line)) for key, line in node.lines]

    def run(scope: Scope) -> Any:
        rows = _entries(node, scope)
        if rows is OMIT:
            return OMIT
        if len(rows) > node.most:
            words = f"多于对方的 {node.most} 列，不能截断"
            why = Refused("overflow", words, "请与对方商定更多的列，或改用数组传送；本件请人工处理")
            return scope.refuse(node.to, scope.told(node.source), rows, why)
        made: dict[str, Any] = {}
        called = scope.told(node.source).removesuffix("[]")
        for n, row in enumerate(rows, 1):
            inner = Scope(scope.record, scope.facts, row, n, scope.to, f"{called}[{n}]", scope.faults)
            for key, build in lines:
                value = build(inner)
                if value is not OMIT:
                    made[key.replace("{n}", str(n))] = value
        return made

    return run
