"""Which mapping of a target is for a case: one per item and step; those that name the item come before those for all."""

from collections.abc import Callable, Mapping
from typing import Any
from weakref import WeakKeyDictionary

from yichuang.mappings.plan import ANY_STEP
from yichuang.ports import Body, DefinitionView

Routes = Mapping[tuple[str, str], str]
"""(item, step) to code; item empty: every item."""
_KNOWN: WeakKeyDictionary[Any, dict[str, Routes]] = WeakKeyDictionary()
"""Of snapshots, which never change: looking one up must not cost more with every mapping there is."""


def routes(view: DefinitionView, target: str) -> Routes:
    """For `Snapshot.compiled`: the mappings of a target. Of two for the same the first code counts (the gate refuses that)."""
    found: dict[tuple[str, str], str] = {}
    for code in view.codes("mapping"):
        body = view.find("mapping", code) or {}
        if body.get("target") == target:
            for place in places(body):
                found.setdefault(place, code)
    return found


def places(body: Body) -> list[tuple[str, str]]:
    """The items and steps a mapping is for."""
    return [(item, step) for item in body.get("items") or ("",) for step in body.get("steps") or ()]


def mapping_for(view: DefinitionView, target: str, item: str, step: str) -> str | None:
    """The code of the mapping, or None where the target takes nothing of this."""
    known = _routes_of(view, target)
    tries = ((item, step), (item, ANY_STEP), ("", step), ("", ANY_STEP))
    return next((known[place] for place in tries if place in known), None)


def _routes_of(view: DefinitionView, target: str) -> Routes:
    compiled: Callable[[Any, str], Routes] | None = getattr(view, "compiled", None)
    if compiled is None:
        return routes(view, target)
    kept = _KNOWN.setdefault(view, {})
    if target not in kept:
        kept[target] = compiled(routes, target)
    return kept[target]
