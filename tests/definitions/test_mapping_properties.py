"""Put-get and get-put: for records of any answers that a form takes, a body read back and mapped again is the same body."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yichuang.catalogue.packing import packaged as packaged_bodies
from yichuang.catalogue.views import DocumentView
from yichuang.mappings import CompiledMapping, compile_mapping, filled
from yichuang.rules.national import credit_check_digit, id_check_digit

VIEW = DocumentView(packaged_bodies())
SETTINGS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
HAN = st.text("王李张赵阿依古丽小明华𬱖某有限公司店路号", min_size=1, max_size=8)
DAYS = st.dates(date(1900, 1, 1)).map(lambda day: day.isoformat())
MOMENTS = st.datetimes(datetime(1900, 1, 1)).map(lambda at: at.isoformat(timespec="seconds") + "+08:00")
PHONES = st.integers(0, 10**9 - 1).map(lambda n: f"13{n:09d}") | st.integers(0, 10**7 - 1).map(lambda n: f"010-6{n:07d}")
NAMES = HAN | st.builds(lambda one, other: f"{one}·{other}", HAN, HAN)
IDS = st.builds(lambda day, n: f"110107{day.replace('-', '')}{n:03d}", DAYS, st.integers(0, 999)).map(lambda body: body + id_check_digit(body))
CREDITS = st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=9, max_size=9).map(lambda own: "91110107" + own).map(
    lambda body: body + credit_check_digit(body)
)
DIVISIONS = st.sampled_from([entry["code"] for entry in (VIEW.find("code_table", "division") or {})["entries"]])
ADDRESSES = st.fixed_dictionaries({"division": DIVISIONS, "detail": HAN})
PERSONS = st.fixed_dictionaries({"name": NAMES, "id_type": st.just("111"), "id_no": IDS, "phone": PHONES})
KINDS: Mapping[str, Any] = {
    "text": NAMES, "textarea": HAN, "date": DAYS, "boolean": st.booleans(), "id_number": IDS, "credit_code": CREDITS, "phone": PHONES,
    "email": st.just("a@example.com"), "address": ADDRESSES, "person": PERSONS, "time": st.just("09:00"),
    "organisation": st.fixed_dictionaries({"name": HAN, "credit_code": CREDITS, "legal_rep": NAMES, "phone": PHONES}),
    "date_range": st.fixed_dictionaries({"from": DAYS, "to": DAYS}), "attachment": st.just([]),
    "money": st.integers(0, 10**12).map(lambda fen: f"{fen // 100}.{fen % 100:02d}"),
}  # fmt: skip


def codes(field: Mapping[str, Any]) -> list[str]:
    listed = field.get("options") or (VIEW.find("code_table", str(field.get("code_table"))) or {}).get("entries", ())
    return [entry["code"] for entry in listed]


def answer(field: Mapping[str, Any]) -> Any:
    kind = field["type"]
    if kind == "choice":
        return st.sampled_from(codes(field))
    if kind == "choices":
        return st.lists(st.sampled_from(codes(field)), unique=True, min_size=1)
    if kind == "number":
        return st.integers(0, 10**6).map(str)
    if kind == "group":
        return st.lists(answers(field["fields"]), max_size=4)
    return KINDS[kind]


def answers(fields: Any) -> Any:
    asked = [field for field in fields if field["type"] != "static"]
    needed = {field["code"]: answer(field) for field in asked if field.get("required")}
    return st.fixed_dictionaries(needed, optional={field["code"]: answer(field) for field in asked if not field.get("required")})


def records(item: str) -> Any:
    form = VIEW.find("form", (VIEW.find("item", item) or {})["form"]) or {}
    fields = [field for section in form["sections"] for field in section["fields"]]
    party = {"name": NAMES, "kind": st.sampled_from("12"), "id_type": st.sampled_from(["111", "001"]), "id_no": IDS, "phone": PHONES,
    "legal_rep": NAMES}
    step = st.fixed_dictionaries({"seq": st.integers(1, 9), "title": HAN, "step": st.sampled_from(["APPLY", "ACCEPT", "SPECIAL"]),
    "at": MOMENTS, "by": HAN})
    case = {
        "number": st.integers(10**16, 10**17).map(str), "summary": HAN, "case_type": st.sampled_from("12"),
        "channel": st.sampled_from(["desk", "apply"]),
        "applied_at": MOMENTS, "accepted_at": MOMENTS, "due_on": DAYS, "decided_at": MOMENTS, "outcome": st.sampled_from(["approved", "denied", ""]),
        "department_code": CREDITS, "state_title": HAN,
    }  # fmt: skip
    return st.fixed_dictionaries({
        "case": st.fixed_dictionaries(case), "form": answers(fields), "applicant": st.fixed_dictionaries(party),
        "contact": st.fixed_dictionaries(party),
        "item": st.fixed_dictionaries({"title": HAN, "version": st.integers(1, 99)}), "steps": st.lists(step, max_size=3),
        "step": st.fixed_dictionaries({"code": st.just("ACCEPT"), "title": HAN, "at": MOMENTS, "by": HAN, "opinion": HAN}),
    }).map(filled)  # fmt: skip


def invertible(value: Any, closed: tuple[str, ...], place: str = "") -> Any:
    """The part of a body whose lines have a way back."""
    if isinstance(value, dict):
        paths = {key: f"{place}.{key}".removeprefix(".") for key in value}
        kept = {key: invertible(value[key], closed, path) for key, path in paths.items() if path not in closed}
        return {key: part for key, part in kept.items() if part != {}}
    if isinstance(value, list):
        return [invertible(part, closed, f"{place}[{n}]") for n, part in enumerate(value, 1)]
    return value


CASES = [
    ("food_bureau_case", "food_business_new", "ACCEPT"), ("food_bureau_case", "food_business_new", "RESULT"),
    ("health_front_case", "public_place_hygiene_new", "ACCEPT"), ("city_bus_case", "food_business_new", "INTAKE"),
    ("city_bus_company", "company_new", "INTAKE"), ("city_bus_nurse", "nurse_registration", "INTAKE"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "item", "step"), CASES)
def test_what_is_read_back_maps_to_the_same_and_what_is_mapped_again_reads_the_same(code: str, item: str, step: str) -> None:
    mapping = compile_mapping(VIEW, code)
    tried = []

    @SETTINGS
    @given(record=records(item))
    def put_get(record: Any) -> None:
        mapped = mapping.run(record, step)
        if mapped.faults:
            return
        tried.append(1)
        check(mapping, mapped.body, step)

    put_get()
    assert len(tried) > 20


def check(mapping: CompiledMapping, body: Any, step: str) -> None:
    back = mapping.back(body, step)
    assert back.faults == ()
    again = mapping.run(filled(back.record), step)
    assert invertible(again.body, back.not_invertible) == invertible(body, back.not_invertible)
    assert mapping.back(again.body, step).record == back.record
