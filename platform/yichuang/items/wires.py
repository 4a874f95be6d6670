"""What the browser gets of an item."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from yichuang.rules.conditions import compile_condition
from yichuang.rules.facts import Fact, FactBook

if TYPE_CHECKING:
    from yichuang.items.compiled import CompiledItem

_OWN = ("form.", "row.", "situation.")
_INTERNAL = frozenset({"needed_when", "commitment"})


def item_wire(item: "CompiledItem") -> dict[str, Any]:
    body = item.body
    wire: dict[str, Any] = {key: body[key] for key in ("code", "title", "case_type", "department") if key in body}
    wire["questions"] = [_question(spec, item.book) for spec in body.get("situations", ())]
    wire["materials"] = [_material(m.body, m.needed, m.commitment) for m in item.materials]
    wire["tips"] = [{**tip, **({"when": when.wire} if when else {})} for tip, when in item.tip_conditions]
    wire["form"] = item.form.wire() if item.form else None
    named = frozenset(_named([wire["questions"], wire["materials"], wire["tips"]]))
    wire["facts"] = {f.path: _label(f) for f in item.book if f.path in named and not f.path.startswith(_OWN)}
    return wire


def _question(spec: Mapping[str, Any], book: FactBook) -> dict[str, Any]:
    wire = {key: value for key, value in spec.items() if key not in ("visible_when", "options")}
    if "visible_when" in spec:
        wire["visible_when"] = compile_condition(spec["visible_when"], book).wire
    wire["options"] = [
        {**option, **({"questions": [_question(q, book) for q in option["questions"]]} if option.get("questions") else {})}
        for option in spec["options"]
    ]
    return wire


def _material(body: Mapping[str, Any], needed: Any, commitment: Any) -> dict[str, Any]:
    wire = {key: value for key, value in body.items() if key not in _INTERNAL}
    if needed is not None:
        wire["needed_when"] = needed.wire
    if "commitment" in body:
        when = {"when": commitment.wire} if commitment is not None else {}
        wire["commitment"] = {**body["commitment"], **when}
    return wire


def _named(node: Any) -> Iterator[str]:
    """All fact paths that a wire names."""
    if isinstance(node, Mapping):
        for key in ("fact", "other"):
            if isinstance(node.get(key), str):
                yield node[key]
        for value in node.values():
            yield from _named(value)
    elif isinstance(node, list):
        for value in node:
            yield from _named(value)


def _label(fact: Fact) -> dict[str, Any]:
    """Title and options for the words; facts of form and situation are found in the fields and questions themselves."""
    return {"type": fact.type, "title": fact.title} | ({"options": dict(fact.options)} if fact.options is not None else {})
