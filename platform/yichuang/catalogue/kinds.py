"""The kinds of definitions: a schema each, and the checks their rooms bring."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import Any

import jsonschema_rs

from yichuang.errors import DefinitionMissing
from yichuang.ports import Body, DefinitionView, Finding

Check = Callable[[Body, DefinitionView], Sequence[Finding]]


@lru_cache(maxsize=1)
def fragments() -> Mapping[str, Mapping[str, Any]]:
    """Schemas shared by kinds (condition, expression), by their `$id`."""
    folder = files("definitions") / "schemas" / "fragments"
    read = (json.loads(entry.read_text(encoding="utf-8")) for entry in folder.iterdir() if entry.name.endswith(".json"))
    return {schema["$id"]: schema for schema in read}


@dataclass(frozen=True)
class Kind:
    """One kind: `name` as in files and tables, Chinese `title`, the checks its room brings to the gate, and what is kept for searching."""

    name: str
    title: str
    checks: Sequence[Check] = field(default=(), repr=False)
    words: Callable[[Body], Mapping[str, Any]] | None = field(default=None, repr=False)

    @cached_property
    def schema(self) -> Mapping[str, Any]:
        text = (files("definitions") / "schemas" / f"{self.name}.json").read_text(encoding="utf-8")
        return json.loads(text)  # type: ignore[no-any-return]

    @cached_property
    def validator(self) -> Any:
        registry = jsonschema_rs.Registry([(name, dict(schema)) for name, schema in fragments().items()])
        return jsonschema_rs.Draft202012Validator(dict(self.schema), registry=registry)


class KindTable:
    """All kinds, in the order people see them. An instance, filled in `bootstrap`."""

    def __init__(self, *kinds: Kind) -> None:
        self._kinds = {kind.name: kind for kind in kinds}

    def __iter__(self) -> Iterator[Kind]:
        return iter(self._kinds.values())

    def __contains__(self, name: object) -> bool:
        return name in self._kinds

    def get(self, name: str) -> Kind:
        """Raises `DefinitionMissing` for an unknown kind."""
        try:
            return self._kinds[name]
        except KeyError:
            raise DefinitionMissing(f"没有“{name}”这一类定义") from None

    @property
    def names(self) -> list[str]:
        return list(self._kinds)
