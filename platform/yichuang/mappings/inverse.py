"""Running a mapping back: what of the record a body tells, where every transform of a line has an inverse."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from yichuang.mappings.faults import OMIT, MappingFault, Refused, Restored, fault
from yichuang.mappings.plan import Branch, Columns, Line, Node, Rows
from yichuang.mappings.record import LAST, Source
from yichuang.mappings.transforms.transform import Joint


@dataclass(slots=True)
class _Parted:
    """A source, the parts of it that lines have, and these lines' targets."""

    record: dict[str, Any]
    source: Source
    joint: Joint
    parts: dict[str, Any]
    lines: list[str]


class _Restoring:
    """`lists`: those read back row by row; single entries of the same can't be told apart from them."""

    def __init__(self, lists: frozenset[str]) -> None:
        self.lists = lists
        self.faults: list[MappingFault] = []
        self.closed: dict[str, None] = {}
        self.parted: dict[tuple[int, str], _Parted] = {}

    def branch(self, branch: Branch, body: Any, record: Any, place: str) -> None:
        """Lines of one object; `record` is what paths are laid into: the record, or a row."""
        given = body if isinstance(body, Mapping) else {}
        for key, node in branch.children.items():
            to = f"{place}{key}"
            if isinstance(node, Columns):
                self.columns(node, given, record, place)
            elif isinstance(node, Branch):
                self.branch(node, given.get(key), record, f"{to}.")
            elif isinstance(node, Rows):
                self.rows(node, given.get(key), record, to)
            else:
                self.line(node, given.get(key, OMIT), record, to)

    def line(self, line: Line, value: Any, record: Any, to: str) -> None:
        joint = _joint(line)
        if joint is not None:
            own = self.parted.setdefault((id(record), line.sources[0].path), _Parted(record, line.sources[0], joint, {}, []))
            own.lines.append(to)
            own.parts.update({} if value is OMIT else {joint.part: value})
            return
        if not _settable(line) or (line.sources[0].code and line.sources[0].root in self.lists):
            if line.sources or line.choices or line.when is not None:
                self.closed[to] = None
            return
        if value is OMIT:
            return
        found = self.undone(line, value, to)
        if found is not OMIT:
            lay(record, line.sources[0], found, over=not any(step.lossy for step in line.chain))

    def undone(self, line: Line, value: Any, to: str) -> Any:
        given = value
        try:
            for step in reversed(line.chain):
                assert step.back is not None
                value = step.back(value)
        except Refused as why:
            self.faults.append(fault(to, line.sources[0].path, given, why))
            return OMIT
        return value

    def put_together(self) -> None:
        """Sources that several lines have each a part of."""
        for own in self.parted.values():
            if not own.joint.needs <= set(own.parts):
                self.closed.update(dict.fromkeys(own.lines))
                continue
            try:
                lay(own.record, own.source, own.joint.restore(own.parts))
            except Refused as why:
                self.faults.append(fault(own.lines[0], own.source.path, own.parts, why))

    def rows(self, node: Rows, value: Any, record: Any, to: str) -> None:
        if not isinstance(value, Sequence) or isinstance(value, str) or node.when is not None:
            self.closed[to] = None
            return
        rows: list[dict[str, Any]] = []
        for n, element in enumerate(value, 1):
            row: dict[str, Any] = {}
            rows.append(row)
            self.branch(node.branch, element, row, f"{to}[{n}].")
        lay(record, node.source, rows)

    def columns(self, node: Columns, body: Mapping[str, Any], record: Any, place: str) -> None:
        rows: list[dict[str, Any]] = []
        for n in range(1, node.most + 1):
            named = [(key.replace("{n}", str(n)), line) for key, line in node.lines]
            if not any(key in body for key, _ in named):
                break
            row: dict[str, Any] = {}
            rows.append(row)
            for key, line in named:
                self.line(line, body.get(key, OMIT), row, f"{place}{key}")
        if node.when is None:
            lay(record, node.source, rows)


def restore(root: Branch, body: Any) -> Restored:
    """Total: what can't be read back stands in `faults` or `not_invertible`."""
    restoring = _Restoring(frozenset(_lists(root)))
    record: dict[str, Any] = {}
    restoring.branch(root, body, record, "")
    restoring.put_together()
    return Restored(record, tuple(restoring.faults), tuple(restoring.closed))


def _joint(line: Line) -> Joint | None:
    alone = len(line.sources) == 1 and not line.many and len(line.chain) == 1 and line.when is None
    return line.chain[0].joint if alone else None


def _lists(node: Node) -> Iterator[str]:
    if isinstance(node, Branch):
        for child in node.children.values():
            yield from _lists(child)
    elif not isinstance(node, Line):
        yield node.source.root


def _settable(line: Line) -> bool:
    """One source, no conditions, and every transform with a way back."""
    own = line.sources[0] if len(line.sources) == 1 and not line.many else None
    return own is not None and own.code != LAST and line.when is None and all(step.back is not None for step in line.chain)


def lay(record: dict[str, Any], where: Source, value: Any, *, over: bool = True) -> None:
    """Put a value at a path, making what leads there; not `over` what is there already."""
    if where.in_row and where.keys in ((), ("number",)):
        return
    keys = list(where.keys) if where.in_row else [where.root, *where.keys]
    holder = _entry(record, keys.pop(0), where.code) if where.code else record
    for key in keys[:-1]:
        inner = holder.setdefault(key, {})
        if not isinstance(inner, dict):
            return
        holder = inner
    if keys and (over or keys[-1] not in holder):
        holder[keys[-1]] = value


def _entry(record: dict[str, Any], name: str, code: str) -> dict[str, Any]:
    """One of a list by its code, made if need be."""
    entries = record.setdefault(name, [])
    found = next((one for one in entries if one.get("code") == code), None)
    if found is None:
        entries.append(found := {"code": code})
    entry: dict[str, Any] = found
    return entry
