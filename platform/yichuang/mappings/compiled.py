"""A mapping, compiled once per release."""

import threading
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from yichuang.errors import DefinitionMissing
from yichuang.mappings import oracle as closures
from yichuang.mappings.coverage import Coverage, coverage
from yichuang.mappings.faults import Mapped, MappingFault, Restored
from yichuang.mappings.generated import Generated, generated
from yichuang.mappings.inverse import restore
from yichuang.mappings.plan import ANY_STEP, Branch, Tables, plan, steps_of
from yichuang.mappings.sources import book_of
from yichuang.mappings.targets import sources_of
from yichuang.mappings.verdict import Verdict
from yichuang.ports import Body, DefinitionView
from yichuang.rules.facts import FactBook


class _OfStep:
    """One step's function, its oracle, and where its values come from. The function is made when it is first run."""

    def __init__(self, root: Branch) -> None:
        self.root = root
        self.oracle: closures.Run = closures.oracle(root)
        self.sources = sources_of(root)

    @cached_property
    def run(self) -> Generated:
        return generated(self.root)


class CompiledMapping:
    """A mapping ready to run. Immutable; shared by all threads."""

    def __init__(self, body: Body, book: FactBook, tables: Tables) -> None:
        self.body = body
        self.code: str = str(body.get("code", ""))
        self.target: str = str(body.get("target", ""))
        self.items: tuple[str, ...] = tuple(body.get("items", ()))
        self.steps: tuple[str, ...] = tuple(body.get("steps", ()))
        self._book = book
        self._tables = tables
        self._named = steps_of(body.get("lines"))
        self._made: dict[str, _OfStep] = {}
        self._lock = threading.Lock()

    def run(self, record: Mapping[str, Any], step: str = "") -> Mapped:
        """The body for a step (that of the record unless said). Total: what is wrong stands in `faults`."""
        made = self.of_step(step or _step(record))
        try:
            return Mapped(made.run(record), (), made.sources)
        except Exception:
            body, faults = made.oracle(record)
            return Mapped(body, faults, made.sources)

    def oracle(self, record: Mapping[str, Any], step: str = "") -> Mapped:
        """The same by closures."""
        made = self.of_step(step or _step(record))
        body, faults = made.oracle(record)
        return Mapped(body, faults, made.sources)

    def back(self, body: Any, step: str = "") -> Restored:
        """What of the record can be read back from a body."""
        return restore(self.of_step(step).root, body)

    def verdict(self, body: Any, step: str = "") -> tuple[MappingFault, ...]:
        """What the target's schema finds wrong with a body."""
        return () if self._verdict.is_valid(body) else self._verdict.faults(body, self.of_step(step).sources)

    def coverage(self, paths: Iterable[str], step: str = "") -> Coverage:
        """Mandatory target fields that no line gives, and which of `paths` go nowhere."""
        return coverage(self.body.get("schema"), self.of_step(step).sources, paths)

    @cached_property
    def _verdict(self) -> Verdict:
        return Verdict(self.body.get("schema"))

    def of_step(self, step: str) -> _OfStep:
        """Steps that no line names are all alike."""
        key = step if step in self._named else ANY_STEP
        made = self._made.get(key)
        if made is None:
            with self._lock:
                made = self._made.get(key)
                if made is None:
                    root = plan(self.body.get("lines"), "" if key == ANY_STEP else key, self._book, self._tables)
                    made = self._made[key] = _OfStep(root)
        return made


def _step(record: Any) -> str:
    step = record.get("step") if type(record) is dict else None
    code = step.get("code") if type(step) is dict else ""
    return code if type(code) is str else ""


def compile_mapping(view: DefinitionView, code: str) -> CompiledMapping:
    """Compile a mapping from a release. Raises `DefinitionMissing`."""
    body = view.find("mapping", code)
    if body is None:
        raise DefinitionMissing(f"当前版本中没有映射 {code}")
    return compile_body(view, body)


def compile_body(view: DefinitionView, body: Body) -> CompiledMapping:
    """A mapping that stands in no release yet."""
    tables = {name: view.find("code_table", name) for name in _tables(body.get("lines"))}
    return CompiledMapping(body, book_of(view, body), tables.get)


def _tables(lines: Any) -> set[str]:
    """Every code table that transforms name, read now, so that a release's cache knows."""
    found: set[str] = set()
    if isinstance(lines, Mapping):
        for key, value in lines.items():
            if key in ("table", "from_table", "to_table") and isinstance(value, str):
                found.add(value)
            found |= _tables(value)
        if lines.get("use") in ("address", "division"):
            found.add("division")
    elif isinstance(lines, (list, tuple)):
        for one in lines:
            found |= _tables(one)
    return found
