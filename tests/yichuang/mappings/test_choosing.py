"""Which mapping is for a case: those that name the item first, `*` last."""

from typing import Any

from yichuang.catalogue.views import DocumentView
from yichuang.mappings import compile_mapping, mapping_for


def view(*mappings: tuple[str, list[str], list[str]]) -> DocumentView:
    def body(code: str, items: list[str], steps: list[str]) -> dict[str, Any]:
        return {"kind": "mapping", "code": code, "target": "t", "items": items, "steps": steps}

    return DocumentView(body(*one) for one in mappings)


def test_a_named_item_comes_before_all_and_a_named_step_before_any() -> None:
    known = view(("all", [], ["*"]), ("some", [], ["ACCEPT"]), ("own", ["a"], ["RESULT"]), ("own_any", ["b"], ["*"]))
    expected = {("a", "RESULT"): "own", ("a", "ACCEPT"): "some", ("a", "INTAKE"): "all", ("b", "ACCEPT"): "own_any", ("c", "ACCEPT"): "some"}
    assert {place: mapping_for(known, "t", *place) for place in expected} == expected


def test_another_target_or_an_unmapped_step_has_none() -> None:
    known = view(("own", ["a"], ["RESULT"]))
    assert mapping_for(known, "u", "a", "RESULT") is None
    assert mapping_for(known, "t", "a", "ACCEPT") is None
    assert mapping_for(known, "t", "b", "RESULT") is None


def test_compiling_reads_only_what_the_mapping_needs(packaged: DocumentView) -> None:
    class Noting:
        def __init__(self) -> None:
            self.read: set[tuple[str, str]] = set()

        def find(self, kind: str, code: str) -> Any:
            self.read.add((kind, code))
            return packaged.find(kind, code)

        def codes(self, kind: str) -> Any:
            self.read.add((kind, "*"))
            return packaged.codes(kind)

    bus, food = Noting(), Noting()
    compile_mapping(bus, "city_bus_case")
    compile_mapping(food, "food_bureau_case")
    assert bus.read == {("mapping", "city_bus_case")}
    assert food.read == {
        ("mapping", "food_bureau_case"), ("item", "food_business_new"), ("form", "food_business"), ("code_table", "division"),
    }  # fmt: skip
