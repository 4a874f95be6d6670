"""A mapping's lines for one step, understood: a tree of what is to be built. Both ways of running it read this."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from yichuang.mappings.record import Source, source
from yichuang.mappings.sources import in_rows
from yichuang.mappings.transforms import Context, Transform, compile_transform
from yichuang.ports import Body
from yichuang.rules.conditions import Condition, compile_condition
from yichuang.rules.facts import FactBook

ANY_STEP = "*"
DEEPEST = 3
"""An `each` within an `each` within an `each`."""


@dataclass(frozen=True, slots=True)
class Choice:
    """`when` None: otherwise. `source` None: the fixed `value`."""

    when: Condition | None
    source: Source | None
    value: Any


@dataclass(frozen=True, slots=True)
class Line:
    """What gives one value: sources (one, or several as a list), a fixed value, or the first choice that holds."""

    to: str
    sources: tuple[Source, ...] = ()
    value: Any = None
    choices: tuple[Choice, ...] = ()
    when: Condition | None = None
    chain: tuple[Transform, ...] = ()
    many: bool = False

    @property
    def paths(self) -> Iterator[Source]:
        yield from self.sources
        yield from (choice.source for choice in self.choices if choice.source)


@dataclass(slots=True)
class Branch:
    """An object; its keys in the order in which the lines first name them."""

    children: dict[str, "Node"] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rows:
    """An array with an element for every row."""

    to: str
    source: Source
    when: Condition | None
    branch: Branch


@dataclass(frozen=True, slots=True)
class Columns:
    """Rows laid flat into an object: `lines` have keys with `{n}`; more rows than `most` are refused."""

    to: str
    source: Source
    when: Condition | None
    most: int
    lines: tuple[tuple[str, Line], ...]


Node = Line | Branch | Rows | Columns
Tables = Callable[[str], Body | None]


def steps_of(lines: Any) -> frozenset[str]:
    """Every step that some line is only for."""
    found: set[str] = set()
    for line in _dicts(lines):
        found.update(step for step in line.get("steps", ()) if isinstance(step, str))
        found |= steps_of(line.get("lines"))
    return frozenset(found)


def plan(lines: Any, step: str, book: FactBook, tables: Tables) -> Branch:
    """The tree of one step. Never raises: a line that makes no sense is left out, of two for one target the first counts."""
    return _Planner(step, book, tables).branch(lines, 0)


class _Planner:
    def __init__(self, step: str, book: FactBook, tables: Tables, called: str = "") -> None:
        self.step = step
        self.book = book
        self.tables = tables
        self.called = called

    def inside(self, each: str) -> "_Planner":
        """For the lines of an `each`: conditions there know the row's facts."""
        book, called = in_rows(self.book, each, self.called)
        return _Planner(self.step, book, self.tables, called)

    def branch(self, lines: Any, depth: int) -> Branch:
        root = Branch()
        for line in _dicts(lines):
            if self.wanted(line):
                self.place(root, line, depth)
        return root

    def wanted(self, line: Mapping[str, Any]) -> bool:
        steps = line.get("steps")
        return not steps or self.step in steps or ANY_STEP in steps

    def place(self, root: Branch, line: Mapping[str, Any], depth: int) -> None:
        if isinstance(line.get("each"), str):
            if depth < DEEPEST:
                self.rows(root, line, depth)
            return
        to = line.get("to")
        if isinstance(to, str) and to:
            _put(root, to.split("."), self.line(to, line))

    def rows(self, root: Branch, line: Mapping[str, Any], depth: int) -> None:
        where, when, inside = source(str(line["each"])), self.condition(line), self.inside(str(line["each"]))
        if isinstance(line.get("columns"), dict):
            most = line["columns"].get("most", 1)
            for prefix, flat in inside.flat(line).items():
                keys = prefix.split(".") if prefix else []
                key = "".join(name for name, _ in flat)
                _put(root, [*keys, f"\0{key}"], Columns(".".join([*keys, flat[0][0]]), where, when, most, tuple(flat)))
        elif isinstance(line.get("to"), str) and line["to"]:
            to = line["to"]
            _put(root, to.split("."), Rows(to, where, when, inside.branch(line.get("lines"), depth + 1)))

    def flat(self, line: Mapping[str, Any]) -> dict[str, list[tuple[str, Line]]]:
        """Lines with `{n}` by the object they are put into."""
        found: dict[str, list[tuple[str, Line]]] = {}
        for inner in _dicts(line.get("lines")):
            to = inner.get("to")
            if self.wanted(inner) and isinstance(to, str) and "{n}" in to.rpartition(".")[2] and "each" not in inner:
                prefix, _, name = to.rpartition(".")
                found.setdefault(prefix, []).append((name, self.line(to, inner)))
        return found

    def line(self, to: str, line: Mapping[str, Any]) -> Line:
        given = line.get("from")
        paths = [given] if isinstance(given, str) else [path for path in given or () if isinstance(path, str)]
        many = isinstance(given, list)
        chain = tuple(compile_transform(spec, Context(self.tables, many)) for spec in _dicts(line.get("transforms")))
        choices = tuple(self.choice(one) for one in _dicts(line.get("choose")))
        sources = () if "choose" in line else tuple(source(path) for path in paths)
        return Line(to, sources, line.get("value"), choices, self.condition(line), chain, many)

    def choice(self, one: Mapping[str, Any]) -> Choice:
        when = None if one.get("otherwise") is True else compile_condition(one.get("when"), self.book)
        path = one.get("from")
        return Choice(when, source(path) if isinstance(path, str) else None, one.get("value"))

    def condition(self, line: Mapping[str, Any]) -> Condition | None:
        return compile_condition(line["when"], self.book) if "when" in line else None


def _put(root: Branch, keys: Sequence[str], node: Node) -> None:
    for key in keys[:-1]:
        inner = root.children.setdefault(key, Branch())
        if not isinstance(inner, Branch):
            return
        root = inner
    root.children.setdefault(keys[-1], node)


def _dicts(lines: Any) -> list[Mapping[str, Any]]:
    return [line for line in lines if isinstance(line, Mapping)] if isinstance(lines, (list, tuple)) else []


def conditions(node: Node) -> Iterator[Condition]:
    """Every condition below a node."""
    if isinstance(node, Branch):
        for child in node.children.values():
            yield from conditions(child)
        return
    if node.when is not None:
        yield node.when
    if isinstance(node, Line):
        yield from (choice.when for choice in node.choices if choice.when is not None)
    elif isinstance(node, Rows):
        yield from conditions(node.branch)
    else:
        for _, line in node.lines:
            yield from conditions(line)


def fact_paths(root: Branch) -> tuple[Source, ...]:
    """What conditions read of the record, rows aside."""
    paths = {path for condition in conditions(root) for path in condition.facts if not path.startswith("row.")}
    return tuple(source(path) for path in sorted(paths))
