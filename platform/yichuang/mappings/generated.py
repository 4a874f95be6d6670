"""A plan as one generated Python function: no closures to call, no interpreter to ask.

Built from the syntax trees of templates that stand in this file and in the transforms; what staff wrote enters as constants and
bound objects only. It knows good data: whatever it trips over (a `Refused`, a missing key, another type) is run again by the oracle,
which says exactly what is wrong.
"""

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from yichuang.mappings.faults import OMIT, empty
from yichuang.mappings.plan import Branch, Choice, Columns, Line, Node, Rows, fact_paths
from yichuang.mappings.record import EMPTY, OBJECTS, Source, entry, source
from yichuang.mappings.transforms import Transform
from yichuang.rules.conditions import Condition

Generated = Callable[[Mapping[str, Any]], dict[str, Any]]
Part = ast.expr | str
"""A node to put in, or a name to use instead."""


def generated(root: Branch) -> Generated:
    """The function from a complete record to the body. Raises anything for a record that it can't map."""
    writer = _Writer()
    body = writer.function(root)
    module = ast.Module([body], [])
    ast.fix_missing_locations(module)
    exec(compile(module, "<mapping>", "exec"), writer.bound)
    made: Generated = writer.bound["mapped"]
    return made


class _Substitute(ast.NodeTransformer):
    def __init__(self, parts: Mapping[str, Part]) -> None:
        self.parts = parts

    def visit_Name(self, node: ast.Name) -> ast.expr:
        part = self.parts.get(node.id)
        if part is None:
            return node
        return ast.Name(part, node.ctx) if isinstance(part, str) else part


def statements(template: str, **parts: Part) -> list[ast.stmt]:
    """The template's statements with its names replaced."""
    tree = _Substitute(parts).visit(ast.parse(template))
    return list(tree.body)


def expression(template: str, **parts: Part) -> ast.expr:
    statement = statements(template, **parts)[0]
    assert isinstance(statement, ast.Expr)
    return statement.value


def as_rows(value: Any) -> list[Any]:
    """What isn't a list: no rows, or something for the oracle."""
    if empty(value):
        return []
    raise TypeError


def one_row(row: Any) -> Any:
    """A row for conditions."""
    return row if type(row) is dict else EMPTY


class _Writer:
    """Writes the function, one line of the mapping after another. `at` is where we are: the row's variables, if in rows."""

    def __init__(self) -> None:
        self.bound: dict[str, Any] = {"OMIT": OMIT, "EMPTY": EMPTY, "entry": entry, "as_rows": as_rows, "one_row": one_row}
        self.prefixes: dict[str, str] = {}
        self.top: list[ast.stmt] = []
        self.count = 0
        self.closures = False

    def function(self, root: Branch) -> ast.FunctionDef:
        body, value = self.object(root, None)
        facts = self.facts(root)
        made = statements("def mapped(record):\n    pass")[0]
        assert isinstance(made, ast.FunctionDef)
        made.body = [*self.top, *facts, *body, *statements("return V", V=value)]
        return made

    def facts(self, root: Branch) -> list[ast.stmt]:
        """What conditions read, looked up once, unless all of them have been written out."""
        if not self.closures:
            return []
        paths = fact_paths(root)
        values = [self.read(where, None) for where in paths]
        return statements("facts = D", D=ast.Dict([ast.Constant(where.path) for where in paths], values))

    def name(self, start: str) -> str:
        self.count += 1
        return f"{start}{self.count}"

    def bind(self, value: Any) -> str:
        name = self.name("b")
        self.bound[name] = value
        return name

    def constant(self, value: Any) -> ast.expr:
        """A literal for what can be one, else a bound object."""
        if value is None or type(value) in (str, int, bool):
            return ast.Constant(value)
        return ast.Name(self.bind(value), ast.Load())

    # Reading

    def room(self, root: str) -> str:
        """A local variable for a part of the record, filled once at the top."""
        if root not in self.prefixes:
            self.prefixes[root] = name = self.name("r")
            self.top += statements("R = record[K]", R=name, K=ast.Constant(root))
        return self.prefixes[root]

    def holder(self, where: Source, at: "_At | None") -> tuple[ast.expr, tuple[str, ...], bool]:
        """The object that a path begins at, the keys that are left, and whether its first key is always there."""
        if where.in_row:
            return ast.Name(at.row if at else "EMPTY", ast.Load()), where.keys, False
        if where.code:
            place = f"{where.root}.{where.code}"
            if place not in self.prefixes:
                self.prefixes[place] = name = self.name("e")
                parts: dict[str, Part] = {"E": name, "R": ast.Constant(where.root), "C": ast.Constant(where.code)}
                self.top += statements("E = entry(record.get(R), C)", **parts)
            return ast.Name(self.prefixes[place], ast.Load()), where.keys, False
        if not where.keys:
            return ast.Name("record", ast.Load()), (where.root,), False
        return ast.Name(self.room(where.root), ast.Load()), where.keys, where.root in OBJECTS

    def read(self, where: Source, at: "_At | None") -> ast.expr:
        """The value at a path, None where it is missing."""
        if where.in_row and at is None:
            return ast.Constant(0 if where.keys == ("number",) else None)
        if where.in_row and at and where.keys == ("number",):
            return ast.Name(at.number, ast.Load())
        value, keys, sure = self.holder(where, at)
        for n, key in enumerate(keys):
            if n:
                value = expression("V or EMPTY", V=value)
            value = expression("V[K]" if sure and not n else "V.get(K)", V=value, K=ast.Constant(key))
        return value

    # Writing

    def object(self, branch: Branch, at: "_At | None") -> tuple[list[ast.stmt], ast.expr]:
        """Statements, and then the object: a literal where every key is sure to be there."""
        children = list(branch.children.items())
        if all(_sure(child) for _, child in children):
            parts = [self.node(child, at) for _, child in children]
            done = [statement for body, _ in parts for statement in body]
            return done, ast.Dict([ast.Constant(key) for key, _ in children], [value for _, value in parts])
        made = self.name("o")
        done = statements("O = {}", O=made)
        for key, child in children:
            done += self.columns(child, made, at) if isinstance(child, Columns) else self.put(key, child, made, at)
        return done, ast.Name(made, ast.Load())

    def put(self, key: str, node: Node, made: str, at: "_At | None") -> list[ast.stmt]:
        body, value = self.node(node, at)
        parts: dict[str, Part] = {"O": made, "K": ast.Constant(key), "V": value}
        if _sure(node):
            return [*body, *statements("O[K] = V", **parts)]
        if isinstance(node, Branch):
            return [*body, *statements("if V: O[K] = V", **parts)]
        return [*body, *statements("if V is not OMIT: O[K] = V", **parts)]

    def node(self, node: Node, at: "_At | None") -> tuple[list[ast.stmt], ast.expr]:
        if isinstance(node, Branch):
            return self.object(node, at)
        if isinstance(node, Rows):
            return self.rows(node, at)
        assert isinstance(node, Line)
        name = self.name("v")
        return self.line(node, name, at), ast.Name(name, ast.Load())

    def line(self, line: Line, name: str, at: "_At | None") -> list[ast.stmt]:
        body = [*self.picked(line, name, at), *self.chain(line, name)]
        return self.guarded(line.when, body, name, at)

    def guarded(self, when: Condition | None, body: list[ast.stmt], name: str, at: "_At | None") -> list[ast.stmt]:
        if when is None:
            return body
        made = statements("if C: pass\nelse: V = OMIT", C=self.holds(when, at), V=name)
        assert isinstance(made[0], ast.If)
        made[0].body = body
        return made

    def holds(self, condition: Condition, at: "_At | None") -> ast.expr:
        plain = self.written_out(condition.wire, at)
        if plain is not None:
            return plain
        self.closures = True
        parts: dict[str, Part] = {"C": self.bind(condition.holds)}
        if at is None:
            return expression("C(facts, EMPTY)", **parts)
        parts |= {"R": at.row, "N": at.number}
        return expression("C(facts, {**one_row(R), 'number': N})" if "row.number" in condition.facts else "C(facts, one_row(R))", **parts)

    def written_out(self, wire: Any, at: "_At | None") -> ast.expr | None:
        """The commonest conditions by themselves: a text that is this, or one of these, and all, any or none of such."""
        for key, joined in (("all", ast.And()), ("any", ast.Or())):
            if key in wire:
                parts = [self.written_out(part, at) for part in wire[key]]
                found = [part for part in parts if part is not None]
                return ast.BoolOp(joined, found) if len(found) == len(parts) > 1 else None
        if wire.get("type") != "text" or wire.get("op") not in ("eq", "in") or not wire.get("value"):
            return None
        texts: list[ast.expr] = [ast.Constant(text) for text in ([wire["value"]] if wire["op"] == "eq" else wire["value"]) if text]
        return expression("V in W", V=self.read(source(wire["fact"]), at), W=ast.Tuple(texts, ast.Load()))

    def picked(self, line: Line, name: str, at: "_At | None") -> list[ast.stmt]:
        if line.choices:
            return self.chosen(list(line.choices), name, at)
        if line.many:
            values = [expression("'' if (T := V) is None else T", T=name, V=self.read(one, at)) for one in line.sources]
            return statements("V = L", V=name, L=ast.List(values, ast.Load()))
        if not line.sources:
            return statements("V = C", V=name, C=self.constant(line.value))
        return self.plain(line.sources[0], name, at)

    def plain(self, where: Source, name: str, at: "_At | None") -> list[ast.stmt]:
        return statements("V = E\nif V is None: V = ''", V=name, E=self.read(where, at))

    def chosen(self, choices: list[Choice], name: str, at: "_At | None") -> list[ast.stmt]:
        if not choices:
            return statements("V = OMIT", V=name)
        first, *others = choices
        value = self.plain(first.source, name, at) if first.source else statements("V = C", V=name, C=self.constant(first.value))
        if first.when is None:
            return value
        made = statements("if C: pass\nelse: pass", C=self.holds(first.when, at))
        assert isinstance(made[0], ast.If)
        made[0].body, made[0].orelse = value, self.chosen(others, name, at)
        return made

    def chain(self, line: Line, name: str) -> list[ast.stmt]:
        """One transform after another; what may leave the value out guards those after it."""
        done: list[ast.stmt] = []
        into, unsure = done, bool(line.choices) and line.choices[-1].when is not None
        for step in line.chain:
            if unsure:
                guard = statements("if V is not OMIT: pass", V=name)
                assert isinstance(guard[0], ast.If)
                guard[0].body = []
                into += guard
                into, unsure = guard[0].body, False
            into += self.step(step, name)
            unsure = step.use == "omit_empty"
        return done

    def step(self, step: Transform, name: str) -> list[ast.stmt]:
        if not step.inline:
            return statements("V = F(V)", V=name, F=self.bind(step.apply))
        parts: dict[str, Part] = {key: self.constant(value) for key, value in step.bound.items()}
        return statements(f"V = {step.inline.replace('v', 'V')}", V=name, **parts)

    def rows(self, node: Rows, at: "_At | None") -> tuple[list[ast.stmt], ast.expr]:
        here, made = _At(self.name("row"), self.name("n")), self.name("a")
        body, value = self.object(node.branch, here)
        done = [*statements("A = []", A=made), *self.loop(node, here, at, [*body, *statements("A.append(V)", A=made, V=value)])]
        return self.guarded(node.when, done, made, at), ast.Name(made, ast.Load())

    def loop(self, node: Rows | Columns, here: "_At", at: "_At | None", body: list[ast.stmt]) -> list[ast.stmt]:
        rows = self.name("l")
        done = statements("L = E\nif type(L) is not list: L = as_rows(L)", L=rows, E=self.read(node.source, at))
        if isinstance(node, Columns):
            done += statements("if len(L) > M: raise OverflowError", L=rows, M=ast.Constant(node.most))
        done += statements("for N, R in enumerate(L, 1): pass", N=here.number, R=here.row, L=rows)
        assert isinstance(done[-1], ast.For)
        done[-1].body = body
        return done

    def columns(self, node: Columns, made: str, at: "_At | None") -> list[ast.stmt]:
        here, keys = _At(self.name("row"), self.name("n")), self.name("k")
        names = [tuple(key.replace("{n}", str(n)) for key, _ in node.lines) for n in range(node.most + 1)]
        body = statements("K = B[N]", K=keys, B=self.bind(names), N=here.number)
        for n, (_, line) in enumerate(node.lines):
            value = self.name("v")
            put = "O[K[N]] = V" if _sure(line) else "if V is not OMIT: O[K[N]] = V"
            body += [*self.line(line, value, here), *statements(put, O=made, K=keys, N=ast.Constant(n), V=value)]
        unused = self.name("v")
        return self.guarded(node.when, self.loop(node, here, at, body), unused, at)


@dataclass(frozen=True, slots=True)
class _At:
    """Inside of rows: the variables of the row and of its number."""

    row: str
    number: str


def _sure(node: Node) -> bool:
    """Whether there will be a value whatever the record holds."""
    if isinstance(node, Branch):
        return bool(node.children) and all(_sure(child) for child in node.children.values())
    if node.when is not None or isinstance(node, Columns):
        return False
    if isinstance(node, Rows):
        return True
    decided = not node.choices or any(choice.when is None for choice in node.choices)
    return decided and all(step.use != "omit_empty" for step in node.chain)
