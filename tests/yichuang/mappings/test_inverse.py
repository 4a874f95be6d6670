"""Running back: what can be read from a body, what can't and why."""

from collections.abc import Callable
from typing import Any

from yichuang.mappings import CompiledMapping, filled

Make = Callable[..., CompiledMapping]
PARTS = ("province", "city", "district", "street", "detail")


def part(name: str) -> dict[str, Any]:
    return {"to": f"a.{name}", "from": "form.domicile", "transforms": [{"use": "address", "part": name, "skipped": "市辖区"}]}


def test_values_rows_and_columns_come_back(mapping: Make) -> None:
    made = mapping(
        {"to": "x.no", "from": "case.number"}, {"to": "accept", "from": "documents.acceptance.number"},
        {"to": "staff", "each": "form.managers", "lines": [{"to": "no", "from": "row.number"}, {"to": "n", "from": "row.name"}]},
        {"each": "form.warehouses", "columns": {"most": 3}, "lines": [{"to": "area{n}", "from": "row.area"}]},
    )  # fmt: skip
    back = made.back({"x": {"no": "1"}, "accept": "A1", "staff": [{"no": 1, "n": "甲"}, {"no": 2, "n": "乙"}], "area1": "5", "area2": "6"})
    assert back.record == {
        "case": {"number": "1"}, "documents": [{"code": "acceptance", "number": "A1"}],
        "form": {"managers": [{"name": "甲"}, {"name": "乙"}], "warehouses": [{"area": "5"}, {"area": "6"}]},
    }  # fmt: skip
    assert back.not_invertible == () and back.faults == ()


def test_what_has_no_way_back_is_named(mapping: Make) -> None:
    made = mapping(
        {"to": "org", "from": "form.credit_code", "transforms": [{"use": "credit_code", "part": "organisation_code"}]},
        {"to": "r", "choose": [{"otherwise": True, "value": "1"}]}, {"to": "v", "value": "1.0"},
        {"to": "w", "from": "form.email", "when": {"fact": "case.outcome", "op": "exists"}},
        {"to": "j", "from": ["form.email", "case.number"], "transforms": [{"use": "join", "with": " "}]},
    )  # fmt: skip
    back = made.back({"org": "MA0AAAA1X", "r": "1", "v": "1.0", "w": "e", "j": "a b"})
    assert back.record == {} and back.not_invertible == ("org", "r", "w", "j")


def test_a_value_that_was_never_mapped_is_a_fault(mapping: Make) -> None:
    made = mapping({"to": "sex", "from": "form.email", "transforms": [{"use": "code", "table": {"1": "M"}}]})
    back = made.back({"sex": "X"})
    assert [(fault.to, fault.source, fault.kind) for fault in back.faults] == [("sex", "form.email", "unknown_code")]


def test_an_exact_line_counts_before_one_that_loses_something(mapping: Make) -> None:
    lines = [
        {"to": "day", "from": "case.applied_at", "transforms": [{"use": "date", "to": "basic_date"}]},
        {"to": "moment", "from": "case.applied_at", "transforms": [{"use": "date", "to": "datetime"}]},
    ]  # fmt: skip
    for order in (lines, lines[::-1]):
        made = mapping(*order)
        back = made.back({"day": "20240506", "moment": "2024-05-06 09:30:00"})
        assert back.record == {"case": {"applied_at": "2024-05-06T09:30:00+08:00"}}


def test_the_parts_of_an_address_are_put_together_from_their_lines(mapping: Make) -> None:
    made = mapping(*(part(name) for name in PARTS))
    body = {"a": {"province": "北京市", "city": "市辖区", "district": "石景山区", "street": "八角街道", "detail": "某某路1号"}}
    back = made.back(body)
    assert back.record == {"form": {"domicile": {"division": "110107003000", "detail": "某某路1号"}}}
    assert made.run(filled(back.record)).body == body
    assert made.back({"a": body["a"] | {"district": "某某区"}}).faults[0].kind == "address"
    assert mapping(part("street")).back({"a": {"street": "八角街道"}}).not_invertible == ("a.street",)


def test_nonsense_reads_nothing(mapping: Make) -> None:
    made = mapping({"to": "a.b", "from": "case.number"}, {"to": "s", "each": "form.managers", "lines": [{"to": "n", "from": "row.name"}]})
    for body in (None, [], "x", {"a": 1}, {"a": {"c": 1}, "s": "x"}, {"s": [1, None]}):
        assert "number" not in made.back(body).record.get("case", {})
