"""What differs between two bodies, in words: 时限 › 承诺办结时限 › 数量：10 → 7."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from yichuang.catalogue.kinds import KindTable
from yichuang.catalogue.references import resolved
from yichuang.catalogue.snapshot import Snapshot
from yichuang.catalogue.titles import name_of
from yichuang.ports import Body

Schema = Mapping[str, Any]
Words = tuple[str, ...]
KEYS = ("code", "key", "year", "date", "law", "hall", "question", "title")
"""By which an array's elements are recognised, whatever their order."""


@dataclass(frozen=True, slots=True)
class Difference:
    """`place` as in a finding; `words` its Chinese path; `before`/`after` in words, empty where there was or is nothing."""

    place: str
    words: str
    before: str
    after: str

    def __str__(self) -> str:
        if not self.before:
            return f"{self.words}：新增“{self.after}”"
        return f"{self.words}：删去“{self.before}”" if not self.after else f"{self.words}：“{self.before}”改为“{self.after}”"


def between(old: Body | None, new: Body | None, schema: Mapping[str, Any]) -> list[Difference]:
    """All differences, in the order of the schema. A missing side is a definition added or removed."""
    if old is None or new is None:
        title = str((new or old or {}).get("title", ""))
        return [Difference("", "定义", title if new is None else "", title if old is None else "")]
    return list(_objects(old, new, schema, schema, "", ()))


def _objects(old: Any, new: Any, schema: Schema, root: Schema, place: str, words: Words) -> Iterator[Difference]:
    properties = schema.get("properties", {})
    keys = list(properties) + sorted({*old, *new} - set(properties))
    for key in keys:
        if old.get(key) != new.get(key):
            inner = properties.get(key, {})
            title = str(inner.get("title") or key)
            yield from _values(old.get(key), new.get(key), resolved(inner, root), root, f"{place}/{key}".lstrip("/"), (*words, title))


def _values(old: Any, new: Any, schema: Schema, root: Schema, place: str, words: Words) -> Iterator[Difference]:
    if isinstance(old, Mapping) and isinstance(new, Mapping) and "properties" in schema:
        yield from _objects(old, new, schema, root, place, words)
    elif schema.get("type") == "array" and (isinstance(old, list) or isinstance(new, list)):
        yield from _arrays(old or [], new or [], resolved(schema.get("items", {}), root), root, place, words)
    else:
        yield Difference(place, " › ".join(words), shown(old, schema), shown(new, schema))


def _key_of(elements: Sequence[Any]) -> str | None:
    """The first of KEYS that every element has and that tells all of them apart."""
    if not elements or not all(isinstance(element, Mapping) for element in elements):
        return None
    return next((key for key in KEYS if len({str(e.get(key)) for e in elements if e.get(key) is not None}) == len(elements)), None)


def _arrays(old: list[Any], new: list[Any], schema: Schema, root: Schema, place: str, words: Words) -> Iterator[Difference]:
    key = _key_of(old or new)
    if key is None or (new and _key_of(new) is None):
        yield from _plain_arrays(old, new, schema, place, words)
        return
    before = {str(element.get(key)): element for element in old}
    after = {str(element.get(key)): element for element in new}
    for number, (name, element) in enumerate(after.items()):
        inner = (*words, name_of(element, schema) or name)
        if name not in before:
            yield Difference(f"{place}/{number}", " › ".join(words), "", shown(element, schema))
        elif before[name] != element:
            yield from _values(before[name], element, schema, root, f"{place}/{number}", inner)
    for name, element in before.items():
        if name not in after:
            yield Difference(place, " › ".join(words), shown(element, schema), "")
    kept_before, kept_after = [n for n in before if n in after], [n for n in after if n in before]
    if kept_before != kept_after:
        yield Difference(place, " › ".join((*words, "顺序")), _names(kept_before, before, schema), _names(kept_after, after, schema))


def _names(order: Sequence[str], elements: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    return "、".join(name_of(elements[name], schema) or name for name in order)


def _plain_arrays(old: list[Any], new: list[Any], schema: Schema, place: str, words: Words) -> Iterator[Difference]:
    added, removed = [e for e in new if e not in old], [e for e in old if e not in new]
    for element in added:
        yield Difference(place, " › ".join(words), "", shown(element, schema))
    for element in removed:
        yield Difference(place, " › ".join(words), shown(element, schema), "")
    if not added and not removed:
        yield Difference(place, " › ".join((*words, "顺序")), "、".join(shown(e, schema) for e in old), "、".join(shown(e, schema) for e in new))


def shown(value: Any, schema: Mapping[str, Any]) -> str:
    """A value as staff read it: titles for enumerations, 是/否, names for objects."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, str) and value in schema.get("enum", ()):
        return str(dict(zip(schema["enum"], schema.get("x-enum-titles", schema["enum"]), strict=False))[value])
    if isinstance(value, Mapping):
        return name_of(value, schema) or "、".join(f"{key} {shown(part, {})}" for key, part in value.items())[:120]
    if isinstance(value, list):
        return "、".join(shown(part, {}) for part in value)[:200]
    return str(value)


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
