"""From a fault to what a person reads: the field is named, inside a repeating group its row too."""

from yichuang.forms.fields import Fault, Field
from yichuang.ports import FieldError

_CHOSEN = frozenset({"choice", "choices", "boolean", "date", "time"})


def subject(field: Field, part: str) -> str:
    """“法定代表人”, or “法定代表人”的证件号码."""
    title = next((p.title for p in field.parts if p.code == part), "")
    return f"“{field.title}”的{title}" if title else f"“{field.title}”"


def error_of(field: Field, path: str, row: int | None, fault: Fault) -> FieldError:
    """`row` counts from 0; people read 第1行."""
    message = fault.whole or subject(field, fault.part) + fault.rest
    return _error(field, path, row, fault.part, fault.kind, message, fault.severity)


def required_error(field: Field, path: str, row: int | None, part: str = "") -> FieldError:
    return _error(field, path, row, part, "required", _request(field, part), "error")


def _request(field: Field, part: str) -> str:
    if part:
        chosen = any(p.code == part and (p.chosen or p.type == "date") for p in field.parts)
        return f"请{'选择' if chosen else '填写'}{subject(field, part)}"
    if field.type == "attachment":
        return f"请上传“{field.title}”"
    if field.type == "group":
        return f"请至少填写一行“{field.title}”"
    return f"请{'选择' if field.type in _CHOSEN else '填写'}“{field.title}”"


def _error(field: Field, path: str, row: int | None, part: str, kind: str, message: str, severity: str) -> FieldError:
    told = message if row is None else f"第{row + 1}行：{message}"
    full = f"{path}/{part}" if part else path
    return FieldError(full, field.title, kind, told, "warning" if severity == "warning" else "error")
