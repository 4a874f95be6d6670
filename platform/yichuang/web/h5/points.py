"""A point of a correction as the applicant answers it: for a field its own kind of input, with what stands there now."""

from collections.abc import Mapping
from typing import Any

PARTS = {"date_range": "date", "person": "text", "organisation": "text", "address": "text"}
INPUTS = {
    "text": "text", "textarea": "textarea", "number": "text", "money": "text", "date": "date", "time": "time", "id_number": "text",
    "credit_code": "text", "phone": "text", "email": "text", "boolean": "choice", "choice": "choice",
}  # fmt: skip
YES_NO = [{"code": "true", "title": "是"}, {"code": "false", "title": "否"}]


def point_told(form: Mapping[str, Any] | None, answers: Mapping[str, Any], point: Mapping[str, Any]) -> dict[str, Any]:
    """`input`: text, textarea, date, time, choice, or empty where words must do; `options`, `now` and `boolean` beside it."""
    field = _field(form, point["code"]) if point["target"] == "field" else None
    if field is None:
        return {"input": "", "options": [], "now": "", "boolean": False}
    kind, boolean = INPUTS.get(field["type"], ""), field["type"] == "boolean"
    options: list[Mapping[str, Any]] = list(YES_NO) if boolean else list(field.get("options") or ())
    if kind == "choice" and not options:
        kind = ""
    now = _at(answers, point["code"])
    return {"input": kind, "options": options, "now": _words(now, options), "boolean": boolean}


def _field(form: Mapping[str, Any] | None, path: str) -> Mapping[str, Any] | None:
    """The field at a path; a part of a composite field (`legal_rep/phone`) is a field of text."""
    steps = [step for step in path.split("/") if not step.isdigit()]
    fields = [field for section in (form or {"sections": ()})["sections"] for field in section["fields"]]
    found: Mapping[str, Any] | None = None
    for step in steps:
        inner = next((field for field in fields if field["code"] == step), None)
        if inner is None:
            return {"type": PARTS[found["type"]]} if found is not None and found["type"] in PARTS else None
        found, fields = inner, list(inner.get("fields", ()))
    return found


def _at(answers: Any, path: str) -> Any:
    for step in path.split("/"):
        if isinstance(answers, Mapping):
            answers = answers.get(step)
        elif isinstance(answers, list) and step.isdigit() and int(step) < len(answers):
            answers = answers[int(step)]
        else:
            return None
    return answers


def _words(value: Any, options: list[Mapping[str, Any]]) -> str:
    if isinstance(value, bool):
        value = "true" if value else "false"
    if not isinstance(value, (str, int)):
        return ""
    return next((str(option["title"]) for option in options if option["code"] == value), str(value))
