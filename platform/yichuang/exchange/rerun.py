"""A message mapped again: under any set of definitions, with what people corrected laid over its record (pure)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from yichuang.errors import DefinitionMissing
from yichuang.exchange.places import concrete, leaves, rows_out
from yichuang.mappings import CompiledMapping, MappingFault, amended, compile_mapping, mapping_for
from yichuang.outbox.message import Delivery, Inside
from yichuang.ports import DefinitionView


@dataclass(frozen=True, slots=True)
class Rerun:
    """`mapping`: the code of the mapping that was used, empty where there is none. `sources`: target path to source path."""

    mapping: str
    body: Mapping[str, Any] = field(default_factory=dict)
    faults: tuple[MappingFault, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict)

    @property
    def passes(self) -> bool:
        return bool(self.mapping) and not self.faults

    @property
    def read(self) -> Mapping[str, str]:
        """Concrete source paths that a person may correct, each with the target path it goes to: of every value, and of every fault."""
        found = {concrete(self.sources.get(rows_out(to), ""), to): to for to, _ in leaves(self.body)}
        found |= {fault.source: fault.to for fault in self.faults}
        return {path: to for path, to in found.items() if path and "," not in path and "[]" not in path}


class Rerunning:
    """Under one view; each mapping is compiled once."""

    def __init__(self, view: DefinitionView) -> None:
        self._view = view
        self._made: dict[str, CompiledMapping] = {}
        self._codes: dict[tuple[str, str, str], str | None] = {}

    def of(self, delivery: Delivery, inside: Inside) -> Rerun:
        """Never raises on data; a definition that can't be compiled is as good as none."""
        place = (delivery.target, delivery.item, delivery.step)
        code = self._codes[place] if place in self._codes else self._codes.setdefault(place, mapping_for(self._view, *place))
        mapping = self._mapping(code) if code else None
        if mapping is None:
            return Rerun("")
        mapped = mapping.run(amended(inside.payload, inside.amended), delivery.step)
        faults = mapped.faults or mapping.verdict(mapped.body, delivery.step)
        return Rerun(mapping.code, mapped.body, tuple(faults), mapped.sources)

    def _mapping(self, code: str) -> CompiledMapping | None:
        if code not in self._made:
            try:
                compiled = getattr(self._view, "compiled", None)
                self._made[code] = compiled(compile_mapping, code) if compiled else compile_mapping(self._view, code)
            except (DefinitionMissing, KeyError, TypeError, ValueError, AttributeError):
                return None
        return self._made[code]
