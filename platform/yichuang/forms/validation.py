"""Fast checks of canonical answers against a form's JSON Schema, with Chinese messages. For interfaces and imports.

The schema knows nothing of conditions: `CompiledForm.decide` has the last word. Both refuse the same answers as far as rules
without context go, in the same words.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import jsonschema_rs

from yichuang.forms.compiled import CompiledForm
from yichuang.forms.errors import error_of, required_error
from yichuang.forms.faults import TYPE_REST
from yichuang.forms.fields import Fault, Field, Options, Wrong
from yichuang.ports import FieldError
from yichuang.rules import dates, national, numbers
from yichuang.rules.facts import NO_ROW


class SchemaValidator:
    """A form's schema, compiled. Cheap to call, expensive to make: keep it beside the form."""

    def __init__(self, form: CompiledForm) -> None:
        self.form = form
        self.fields: Mapping[str, Field] = {f.code: f for f in form.fields}
        self._validator = jsonschema_rs.validator_for(
            form.json_schema(),
            formats={"id-number": _good_id},
            validate_formats=True,
            keywords=_keywords(form),
            pattern_options=jsonschema_rs.RegexOptions(),
            offline=True,
        )

    def is_valid(self, answers: Any) -> bool:
        return bool(self._validator.is_valid(answers))

    def errors(self, answers: Any) -> Iterator[jsonschema_rs.ValidationError]:
        """The raw errors, all of them."""
        return iter(self._validator.iter_errors(answers))


def schema_errors(validator: SchemaValidator, answers: Any) -> list[FieldError]:
    """All errors of canonical answers (see `CompiledForm.normalised`), each once, in Chinese. Warnings are not among them."""
    found: dict[tuple[str, str], FieldError] = {}
    for error in validator.errors(answers):
        for told in _told(validator, error, answers):
            found.setdefault((told.path, told.kind), told)
    return list(found.values())


def _told(validator: SchemaValidator, error: jsonschema_rs.ValidationError, answers: Any) -> Iterator[FieldError]:
    place = list(error.instance_path)
    kind = error.kind.name
    if kind == "required":
        place.append(error.kind.property)  # type: ignore[attr-defined]
    found = _located(validator, place)
    if found is None:
        yield FieldError("", validator.form.title, "type", "提交的内容格式不正确，请重新填写")
        return
    field, path, row, part = found
    if kind == "required" and not (field.type == "attachment" and len(place) > 1):
        missing = [part] if part or not field.parts else [p.code for p in field.parts]
        yield from (required_error(field, path, row, name) for name in missing)
    else:
        value = field.normalise(_value(answers, path))
        wrong = value is None or isinstance(value, Wrong)
        faults = [Fault("type", TYPE_REST)] if wrong else field.faults(value, NO_ROW)
        yield from (error_of(field, path, row, f) for f in faults if f.severity == "error" and (wrong or f.part == part))


def _located(validator: SchemaValidator, place: list[Any]) -> tuple[Field, str, int | None, str] | None:
    """The field at a JSON path, its answer's path, its row, and the part."""
    field = validator.fields.get(place[0]) if place else None
    if field is None:
        return None
    if field.type == "group" and len(place) > 2:
        column = next((c for c in field.columns if c.code == place[2]), None)
        return (column, f"{place[0]}/{place[1]}/{place[2]}", place[1], _part(column, place[3:])) if column else None
    return field, str(place[0]), None, _part(field, place[1:])


def _part(field: Field, rest: list[Any]) -> str:
    return str(rest[0]) if field.parts and rest else ""


def _value(answers: Any, path: str) -> Any:
    for name in path.split("/"):
        answers = answers[int(name) if isinstance(answers, list) else name]
    return answers


def _good_id(value: str) -> bool:
    return national.id_fault(value) is None


def _keywords(form: CompiledForm) -> dict[str, Any]:
    tables = {f.table or "": f.options for f in _all(form) if f.options is not None}
    tables |= {f.table or "": f.part_options["division"] for f in _all(form) if "division" in f.part_options}
    return {
        "x-minimum": _Minimum, "x-maximum": _Maximum, "x-earliest": _Earliest, "x-latest": _Latest,
        "x-date-order": _DateOrder, "x-code-table": _in_table(tables),
    }  # fmt: skip


def _all(form: CompiledForm) -> Iterator[Field]:
    for field in form.fields:
        yield field
        yield from field.columns


class _Limit:
    """Keywords hold for text only; `type` speaks for everything else."""

    def __init__(self, _schema: Any, value: Any, _path: Any) -> None:
        self.limit = value

    def passes(self, instance: str) -> bool:
        return True

    def validate(self, instance: Any) -> None:
        if isinstance(instance, str) and not self.passes(instance):
            raise ValueError(self.limit)


class _Minimum(_Limit):
    def passes(self, instance: str) -> bool:
        exact, limit = numbers.number(instance), numbers.number(self.limit)
        return exact is None or limit is None or exact >= limit


class _Maximum(_Limit):
    def passes(self, instance: str) -> bool:
        exact, limit = numbers.number(instance), numbers.number(self.limit)
        return exact is None or limit is None or exact <= limit


class _Earliest(_Limit):
    def passes(self, instance: str) -> bool:
        return dates.day(instance) is None or instance >= self.limit


class _Latest(_Limit):
    def passes(self, instance: str) -> bool:
        return dates.day(instance) is None or instance <= self.limit


class _DateOrder(_Limit):
    def validate(self, instance: Any) -> None:
        first, last = (dates.day(instance.get(part)) for part in ("from", "to")) if isinstance(instance, dict) else (None, None)
        if first and last and last < first:
            raise ValueError("from > to")


def _in_table(tables: Mapping[str, Options | None]) -> type[_Limit]:
    class InTable(_Limit):
        def passes(self, instance: str) -> bool:
            options = tables.get(self.limit)
            return options is None or instance in options

    return InTable
