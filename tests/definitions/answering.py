"""Invented answers to any form, and any way through an item's questions."""

from datetime import date
from random import Random
from typing import Any

from yichuang.forms.fields import Field
from yichuang.items.compiled import CompiledItem

TODAY = date(2026, 11, 24)
PERSON = {"name": "测试甲", "id_type": "111", "id_no": "110107199001010013", "phone": "13800000000"}
ORGANISATION = {"name": "测试公司", "credit_code": "91110107MA0TERT167", "legal_rep": "测试甲", "phone": "13800000000"}
FIXED: dict[str, Any] = {
    "date": "2026-11-20",
    "date_range": {"from": "2026-01-01", "to": "2027-12-31"},
    "boolean": True,
    "id_number": "110107199001010013",
    "credit_code": "91110107MA0TERT167",
    "phone": "13800000000",
    "email": "a@example.com",
    "address": {"division": "110107003000", "detail": "演示路 1 号"},
    "person": PERSON,
    "organisation": ORGANISATION,
}
PATTERNED = {
    "account_no": "6222000000000000",
    "certificate_no": "110110000000001",
    "project_code": "2026-110107-47-01-000001",
}


def answer(field: Field) -> Any:
    """A plausible answer, or None for what isn't answered by hand."""
    spec = field.spec
    if field.compute or field.type in ("static", "attachment"):
        return None
    if field.options:
        first = next(iter(field.options))
        return [first] if field.type == "choices" else first
    if field.type == "group":
        row = {column.code: value for column in field.columns if (value := answer(column)) is not None}
        return [row for _ in range(max(1, spec.get("min_rows", 1)))]
    if field.type in ("number", "money"):
        return str(max(1, int(spec.get("min", 1))))
    if field.type in ("text", "textarea"):
        return PATTERNED.get(field.code) or "测试内容".ljust(spec.get("min_length", 0), "补")
    return FIXED[field.type]


def answers_for(item: CompiledItem, facts: Any, **given: Any) -> dict[str, Any]:
    """A filled-in form: what the form itself proposes, `given`, and an invented answer to everything else."""
    assert item.form is not None
    proposed = {code: value for code, value in item.form.initial(facts).items() if not isinstance(value, list)}
    invented = {field.code: value for field in item.form.fields if (value := answer(field)) is not None}
    return invented | proposed | given


def draw_situation(item: CompiledItem, facts: Any, random: Random) -> dict[str, Any]:
    """Answers to all questions, in the order in which they come up."""
    given: dict[str, Any] = {}
    while open_ := [q for q in item.questions(given, facts) if q.code not in given]:
        for question in open_:
            codes = [option.code for option in question.options]
            given[question.code] = (
                random.sample(codes, random.randint(1, len(codes))) if question.multiple else random.choice(codes)
            )
    return given
