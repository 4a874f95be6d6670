"""What the browser gets of a form: plain JSON, conditions typed and normalised, options resolved."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, runtime_checkable

from yichuang.forms.deciding import Check
from yichuang.forms.fields import Field, Options
from yichuang.ports import Body, WorkingDays
from yichuang.rules.conditions import Condition
from yichuang.rules.numbers import literal, plain

INLINE = 60
"""Tables of up to so many entries go along; larger ones are fetched by code."""
_LEFT_OUT = frozenset({"visible_when", "required_when", "compute", "options", "code_table", "fields"})


@runtime_checkable
class CarriesDays(Protocol):
    """A calendar that can be sent along."""

    def wire(self) -> dict[str, Any]: ...


def form_wire(
    body: Body, fields: Sequence[Field], sections: Sequence[Condition | None], checks: Sequence[Check], days: WorkingDays | None
) -> dict[str, Any]:
    wire: dict[str, Any] = {key: body[key] for key in ("code", "title", "columns") if key in body}
    wire["sections"] = [_section(n, spec, fields, sections[n]) for n, spec in enumerate(body["sections"])]
    if checks:
        wire["checks"] = [_check(check) for check in checks]
    if isinstance(days, CarriesDays):
        wire["calendar"] = days.wire()
    return wire


def _section(index: int, spec: Mapping[str, Any], fields: Sequence[Field], condition: Condition | None) -> dict[str, Any]:
    wire = {key: spec[key] for key in ("code", "title", "hint") if key in spec}
    if condition is not None:
        wire["visible_when"] = condition.wire
    wire["fields"] = [field_wire(item) for item in fields if item.section == index]
    return wire


def field_wire(item: Field) -> dict[str, Any]:
    wire: dict[str, Any] = {key: value for key, value in item.spec.items() if key not in _LEFT_OUT}
    wire["path"] = item.path
    for bound in ("min", "max"):
        exact = literal(item.spec.get(bound))
        if exact is not None:
            wire[bound] = plain(exact)
    for key, compiled in (("visible_when", item.visible), ("required_when", item.required_when), ("compute", item.compute)):
        if compiled is not None:
            wire[key] = compiled.wire
    wire |= _choices(item)
    if item.type == "group":
        wire["fields"] = [field_wire(column) for column in item.columns]
    return wire


def _choices(item: Field) -> dict[str, Any]:
    hints = {o["code"]: o.get("hint") for o in item.spec.get("options", ())}
    if item.options is not None:
        if len(item.options) > INLINE and item.spec.get("code_table") and not item.spec.get("options"):
            return {"table": item.spec["code_table"]}
        return {"options": _listed(item.options, hints)}
    parts = {}
    for part, options in item.part_options.items():
        table = item.table if part == "division" else "id_type"
        parts[part] = {"options": _listed(options, {})} if len(options) <= INLINE else {"table": table}
    return {"parts": parts} if parts else {}


def _listed(options: Options, hints: Mapping[str, str | None]) -> list[dict[str, str]]:
    return [{"code": c, "title": t, **({"hint": hint} if (hint := hints.get(c)) else {})} for c, t in options.items()]


def _check(check: Check) -> dict[str, Any]:
    wire: dict[str, Any] = {"code": check.code, "require": check.require.wire, "message": check.message, "fields": list(check.fields)}
    if check.when is not None:
        wire["when"] = check.when.wire
    return wire | ({"severity": "warning"} if check.severity == "warning" else {})
