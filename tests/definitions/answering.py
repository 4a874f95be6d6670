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


SHAREHOLDER = {
    "kind": "legal", "name": "测试公司", "credit_code": "91110107MA0TERT167", "amount": "1000000.00", "method": "cash", "due": "2030-01-01",
}  # fmt: skip
KEY_PERSON = {"name": "测试甲", "id_no": "110107199001010013", "certificate": "京 0001"}
STAFF = {"name": "测试甲", "certificate": "110110000000001", "first_practice": True}
FITTING: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "clinic_filing": (
        {"founder_kind": "person", "work_unit": "not_working", "specialty": ["western"], "pharmacy": "without_pharmacy", "handler": "self"},
        {"practice_from": "2015-01-01", "principal_birth": "1990-01-01", "staff": [STAFF | {"kind": "doctor"}, STAFF | {"kind": "nurse"}]},
    ),
    "company_new": (
        {"shareholder_kind": "with_legal", "state_owned": "not_state", "premises": "own", "pre_approval": "without_pre", "handler": "self"},
        {"registered_capital": "1000000.00", "shareholders": [SHAREHOLDER]},
    ),
    "construction_permit": (
        {"apply_kind": "new", "kind": "building", "contract": "tender", "phased": "phased_no", "commitment": "not_commitment"},
        {
            "area": "12000", "investment": "80000000.00", "phased": False,
            "key_people": [KEY_PERSON | {"post": post} for post in ("manager", "technical", "safety")],
        },
    ),
    "elderly_allowance": (
        {"allowance": ["elder"], "first_time": "first", "use_card": "social_card", "handler": "self"},
        {"id_no": "110107193509010025", "kinds": ["elder"]},
    ),
    "flexible_pension": (
        {"household": "local", "apply_kind": "first", "channel": "bank", "handler": "self"},
        {"birth_date": "1990-01-01", "account_name": "测试甲", "name": "测试甲", "base_amount": "7162.00"},
    ),
    "food_business_new": (
        {
            "business_type": "catering", "catering_scale": "restaurant", "chain": "single_store",
            "business_items": ["hot_food", "cold_food"], "premises": "rent", "handler": "self",
        },
        {"premises_area": "120", "kitchen_area": "40", "business_items": ["hot_food", "cold_food"]},
    ),
    "individual_business_new": (
        {"composition": "personal", "premises": "own", "pre_approval": "without_pre", "with_name": "unnamed", "handler": "self"},
        {"operator_birth": "1990-01-01"},
    ),
    "labour_dispatch": (
        {"kind": "new", "premises": "own", "branch": "without_branch", "handler": "self"},
        {"registered_capital": "2000000.00"},
    ),
    "minimum_living": ({"household_size": "single", "hardship": ["none"], "handler": "self"}, {"has_vehicle": False}),
    "nurse_registration": (
        {"kind": "first", "exam_age": "within_three", "multi_site": "one_site", "handler": "self"},
        {"internship_months": "8", "punished": False},
    ),
    "private_school": (
        {"founder_kind": "person", "school_kind": "kindergarten", "prepared": "prepared_no"},
        {"premises_area": "2000", "scale": "180"},
    ),
    "public_place_hygiene_new": (
        {"method": "commitment", "place_kind": "hair", "central_air": "without_air", "handler": "self"},
        {"ventilation": "natural"},
    ),
    "residence_permit": (
        {"apply_kind": "first", "reason": "work", "work_kind": "employed", "handler": "self"},
        {"registered_on": "2026-01-05", "birth_date": "1990-01-01"},
    ),
    "temporary_assistance": (
        {"kind": "urgent", "emergency": "can_wait", "place": "household", "handler": "self"},
        {"kind": "urgent", "amount": "3000.00", "other_aid": False},
    ),
}  # fmt: skip
"""For each packaged item a situation, and the answers it asks for beyond the invented ones, with which an application passes."""
