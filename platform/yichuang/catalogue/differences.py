"""What differs between two bodies, in words: 时限 › 承诺办结时限 › 数量：10 → 7."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from yichuang.catalogue.kinds import KindTable
from yichuang.catalogue.references import resolved
from yichuang.catalogue.snapshot import Snapshot
from yichuang.catalogue.titles import name_of
from yichuang.ports import Body
from yichuang.rules.everyday import situation_facts
from yichuang.rules.facts import Fact, FactBook, FactType
from yichuang.rules.words import describe

Schema = Mapping[str, Any]
Words = tuple[str, ...]
KEYS = ("code", "key", "year", "date", "law", "hall", "question", "title")
"""By which an array's elements are recognised, whatever their order."""


@dataclass(frozen=True, slots=True)
class Difference:
    """`place` as in a finding; `words` its Chinese path; `before`/`after` in words, empty where there was or is nothing.

    With neither, `words` say it all.
    """

    place: str
    words: str
    before: str
    after: str

    def __str__(self) -> str:
        if not self.before and not self.after:
            return self.words
        if not self.before:
            return f"{self.words}：新增“{self.after}”"
        return f"{self.words}：删去“{self.before}”" if not self.after else f"{self.words}：“{self.before}”改为“{self.after}”"


def between(old: Body | None, new: Body | None, schema: Mapping[str, Any]) -> list[Difference]:
    """All differences, in the order of the schema. A missing side is a definition added or removed."""
    if old is None or new is None:
        title = str((new or old or {}).get("title", ""))
        return [Difference("", "定义", title if new is None else "", title if old is None else "")]
    return list(_Differ(schema, facts_in(old) | facts_in(new)).objects(old, new, schema, "", ()))


def _key_of(*lists: Sequence[Any]) -> str | None:
    """The first of KEYS that every element has and that tells all elements of each list apart."""
    if not all(isinstance(element, Mapping) for elements in lists for element in elements):
        return None
    return next((key for key in KEYS if all(_tells_apart(key, elements) for elements in lists)), None)


def _tells_apart(key: str, elements: Sequence[Any]) -> bool:
    return len({str(element.get(key)) for element in elements if element.get(key) is not None}) == len(elements)


class _Differ:
    """`facts`: those that the two bodies declare themselves, so that conditions are said with their titles."""

    def __init__(self, root: Mapping[str, Any], facts: Mapping[str, Fact]) -> None:
        self.root = root
        self.facts = facts

    def objects(self, old: Any, new: Any, schema: Schema, place: str, words: Words) -> Iterator[Difference]:
        properties = schema.get("properties", {})
        keys = list(properties) + sorted({*old, *new} - set(properties))
        for key in keys:
            if old.get(key) != new.get(key):
                inner = properties.get(key, {})
                title = str(inner.get("title") or key)
                yield from self.values(old.get(key), new.get(key), resolved(inner, self.root), f"{place}/{key}".lstrip("/"), (*words, title))

    def values(self, old: Any, new: Any, schema: Schema, place: str, words: Words) -> Iterator[Difference]:
        if isinstance(old, Mapping) and isinstance(new, Mapping) and "properties" in schema:
            yield from self.objects(old, new, schema, place, words)
        elif schema.get("type") == "array" and isinstance(old or [], list) and isinstance(new or [], list):
            yield from self.arrays(old or [], new or [], resolved(schema.get("items", {}), self.root), place, words)
        else:
            yield Difference(place, " › ".join(words), self.shown(old, schema), self.shown(new, schema))

    def arrays(self, old: list[Any], new: list[Any], schema: Schema, place: str, words: Words) -> Iterator[Difference]:
        key = _key_of(old, new)
        if key is None:
            yield from self.plain_arrays(old, new, schema, place, words)
            return
        before = {str(element.get(key)): element for element in old}
        after = {str(element.get(key)): element for element in new}
        for number, (name, element) in enumerate(after.items()):
            inner = (*words, name_of(element, schema) or name)
            if name not in before:
                yield Difference(f"{place}/{number}", " › ".join(words), "", self.shown(element, schema))
            elif before[name] != element:
                yield from self.values(before[name], element, schema, f"{place}/{number}", inner)
        for name, element in before.items():
            if name not in after:
                yield Difference(place, " › ".join(words), self.shown(element, schema), "")
        kept_before, kept_after = [n for n in before if n in after], [n for n in after if n in before]
        if kept_before != kept_after:
            yield Difference(place, " › ".join((*words, "顺序")), self.names(kept_before, before, schema), self.names(kept_after, after, schema))

    def names(self, order: Sequence[str], elements: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
        return "、".join(name_of(elements[name], schema) or name for name in order)

    def plain_arrays(self, old: list[Any], new: list[Any], schema: Schema, place: str, words: Words) -> Iterator[Difference]:
        added, removed = [e for e in new if e not in old], [e for e in old if e not in new]
        for element in added:
            yield Difference(place, " › ".join(words), "", self.shown(element, schema))
        for element in removed:
            yield Difference(place, " › ".join(words), self.shown(element, schema), "")
        if not added and not removed:
            yield Difference(place, " › ".join((*words, "顺序")), self.shown(old, schema), self.shown(new, schema))

    def shown(self, value: Any, schema: Mapping[str, Any]) -> str:
        """A value as staff read it: titles for enumerations, 是/否, names for objects."""
        if value is None:
            return ""
        if isinstance(value, bool):
            return "是" if value else "否"
        if isinstance(value, str) and value in schema.get("enum", ()):
            return str(dict(zip(schema["enum"], schema.get("x-enum-titles", schema["enum"]), strict=False))[value])
        if schema.get("$ref") == "condition.json":
            return describe(value, book_of(value, self.facts))
        if isinstance(value, Mapping):
            return name_of(value, schema) or "、".join(f"{key} {self.shown(part, {})}" for key, part in value.items())[:120]
        if isinstance(value, list):
            return "、".join(self.shown(part, {}) for part in value)[:200]
        return str(value)


def facts_in(body: Body) -> dict[str, Fact]:
    """Facts that a body declares itself: an item's situations, a form's fields. None of one that is still wrong."""
    try:
        return {fact.path: fact for fact in situation_facts(body)} | _fields_in(body)
    except (KeyError, TypeError, AttributeError):
        return {}


def _fields_in(body: Body) -> dict[str, Fact]:
    found: dict[str, Fact] = {}
    for section in body.get("sections", ()):
        for field in section.get("fields", ()):
            options = {str(o.get("code")): str(o.get("title")) for o in field.get("options", ())} or None
            found[f"form.{field.get('code')}"] = Fact(f"form.{field.get('code')}", "text", str(field.get("title")), options)
    return found


def book_of(condition: Any, known: Mapping[str, Fact]) -> FactBook:
    """The facts a condition names; one that is unknown here is called by its path and typed by what it is compared with."""
    return FactBook(known.get(path) or Fact(path, _type_of(value), path) for path, value in _compared(condition))


def _type_of(value: Any) -> FactType:
    if isinstance(value, bool):
        return "boolean"
    return "number" if isinstance(value, (int, float)) else "text"


def _compared(condition: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(condition, Mapping):
        for name in ("fact", "other"):
            if isinstance(condition.get(name), str):
                yield condition[name], condition.get("value")
        for inner in condition.values():
            yield from _compared(inner)
    elif isinstance(condition, list):
        for part in condition:
            yield from _compared(part)


def in_words(old: Snapshot, new: Snapshot, kinds: KindTable) -> Iterator[str]:
    """All differences between two releases, a line each, headed by kind and title."""
    for kind in kinds:
        for code in sorted({*old.codes(kind.name), *new.codes(kind.name)}):
            if old.sha(kind.name, code) == new.sha(kind.name, code):
                continue
            before, after = old.find(kind.name, code), new.find(kind.name, code)
            title = (after or before or {}).get("title", code)
            for difference in between(before, after, kind.schema):
                yield f"{kind.title}“{title}”：{difference}"
