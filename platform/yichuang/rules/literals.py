"""Fixed values in conditions, brought to the type of the fact they are compared with. No coercion: text never becomes a number."""

from typing import Any

from yichuang.rules import dates
from yichuang.rules.facts import FactType
from yichuang.rules.numbers import literal, plain
from yichuang.rules.patterns import Pattern, PatternRefused

ORDERED = frozenset({"lt", "lte", "gt", "gte"})
LISTS = frozenset({"in", "not_in", "contains_any"})
BARE = frozenset({"exists", "missing"})
OPS_OF: dict[str, frozenset[str]] = {
    "text": frozenset({"eq", "ne", "in", "not_in", "matches"}) | ORDERED | BARE,
    "number": frozenset({"eq", "ne", "in", "not_in"}) | ORDERED | BARE,
    "date": frozenset({"eq", "ne", "in", "not_in"}) | ORDERED | BARE,
    "time": frozenset({"eq", "ne", "in", "not_in"}) | ORDERED | BARE,
    "boolean": frozenset({"eq", "ne"}) | BARE,
    "texts": frozenset({"contains", "contains_any"}) | BARE,
    "rows": BARE,
    "file": BARE,
}


def scalar(value: Any, kind: FactType) -> Any:
    """The literal at rest (numbers as canonical strings), or None when its type is not `kind`."""
    if kind in ("text", "texts"):
        return value if isinstance(value, str) else None
    if kind == "number":
        exact = literal(value)
        return None if exact is None else plain(exact)
    if kind == "boolean":
        return value if isinstance(value, bool) else None
    if kind == "date":
        return dates.day(value)
    return dates.time(value) if kind == "time" else None


def wanted(op: str, value: Any, kind: FactType) -> Any:
    """What a comparison wants, at rest: a scalar, or a tuple for list operators; None when it doesn't fit."""
    if op in LISTS:
        if not isinstance(value, list) or not value:
            return None
        each = tuple(scalar(entry, kind) for entry in value)
        return None if None in each else each
    if op == "matches":
        return value if isinstance(value, str) and _readable(value) else None
    return scalar(value, kind)


def _readable(source: str) -> bool:
    try:
        Pattern(source)
    except PatternRefused:
        return False
    return True
