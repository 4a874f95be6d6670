"""What the browser gets of an item."""

from collections.abc import Iterable, Mapping
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
    wire["facts"] = {f.path: _label(f) for f in item.book if f.path in _read(item) and not f.path.startswith(_OWN)}
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


def _read(item: "CompiledItem") -> frozenset[str]:
    conditions: Iterable[Any] = [
        *(q.visible for q in item.all_questions), *(m.needed for m in item.materials),
        *(m.commitment for m in item.materials), *(when for _, when in item.tip_conditions),
    ]  # fmt: skip
    read = frozenset().union(*(c.facts for c in conditions if c))
    return read | (item.form.facts_read if item.form else frozenset())


def _label(fact: Fact) -> dict[str, Any]:
    """Title and options for the words; facts of form and situation are found in the fields and questions themselves."""
    return {"type": fact.type, "title": fact.title} | ({"options": dict(fact.options)} if fact.options is not None else {})
