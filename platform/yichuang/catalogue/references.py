"""Where a definition points to: found by walking it along its schema's `x-ref` annotations."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from yichuang.ports import Body, DefinitionView, Ref


@dataclass(frozen=True, slots=True)
class Reference:
    """`place` in the definition, `target` as annotated (`form`, `code_table:item_type`, `organisation:halls`), the `value` that stands there."""

    place: str
    target: str
    value: str

    @property
    def definitions(self) -> tuple[Ref, ...]:
        """The definitions this depends on; an organisation's code may be any, written `*`."""
        kind, _, part = self.target.partition(":")
        if kind == "self":
            return ()
        if not part:
            return (Ref(kind, self.value),)
        return (Ref(kind, part if kind == "code_table" else "*"),)


def references(body: Body, schema: Mapping[str, Any]) -> list[Reference]:
    return list(_walk(body, schema, schema, ""))


def _walk(value: Any, schema: Mapping[str, Any], root: Mapping[str, Any], place: str) -> Iterator[Reference]:
    schema = resolved(schema, root)
    target = schema.get("x-ref")
    if target and isinstance(value, str):
        yield Reference(place, target, value)
    elif isinstance(value, Mapping):
        properties = schema.get("properties", {})
        for key, part in value.items():
            if key in properties:
                yield from _walk(part, properties[key], root, f"{place}/{key}" if place else str(key))
    elif isinstance(value, list) and "items" in schema:
        for number, part in enumerate(value):
            yield from _walk(part, schema["items"], root, f"{place}/{number}")


def resolved(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema behind a local `$ref` (`#/$defs/…`); shared fragments hold no references and stay as they are."""
    pointer = schema.get("$ref", "")
    if not pointer.startswith("#/"):
        return schema
    target: Any = root
    for part in pointer[2:].split("/"):
        target = target[part]
    return target  # type: ignore[no-any-return]


class Targets:
    """What references may point to in one view; each set is read once."""

    def __init__(self, view: DefinitionView) -> None:
        self._view = view
        self._sets: dict[str, frozenset[str] | None] = {}

    def codes(self, target: str) -> frozenset[str] | None:
        """All codes a target allows; None when the table itself is missing."""
        if target not in self._sets:
            self._sets[target] = self._read(target)
        return self._sets[target]

    def _read(self, target: str) -> frozenset[str] | None:
        kind, _, part = target.partition(":")
        if not part:
            return frozenset(self._view.codes(kind))
        if kind == "code_table":
            table = self._view.find(kind, part)
            return None if table is None else frozenset(str(entry.get("code")) for entry in table.get("entries", ()))
        return frozenset(self._organisation_codes(part))

    def _organisation_codes(self, part: str) -> Iterator[str]:
        for code in self._view.codes("organisation"):
            body = self._view.find("organisation", code) or {}
            if part == "windows":
                for hall in body.get("halls", ()):
                    yield from (str(window.get("code")) for window in hall.get("windows", ()))
            else:
                yield from (str(entry.get("code")) for entry in body.get(part, ()))


def index_words(kind: str, body: Body, schema: Mapping[str, Any]) -> list[str]:
    """The definitions a body depends on, as `kind/code`, for finding dependants without reading bodies."""
    return sorted({str(ref) for reference in references(body, schema) for ref in reference.definitions} - {f"{kind}/{body.get('code')}"})
