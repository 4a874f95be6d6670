"""Which items go where, at which steps there is a mapping, since when."""

from datetime import UTC, datetime, timedelta
from typing import Any

from yichuang.catalogue.views import DocumentView
from yichuang.exchange.routes import NATIVE, NONE, PART, WHOLE, Listed, Stage, routes, since

FOOD, SHOP = Listed("food", "食品", "scjg", "市监"), Listed("shop", "店铺", "wjw", "卫健")
ORDER = ["APPLY", "ACCEPT", "RESULT"]
START = datetime(2026, 1, 1, tzinfo=UTC)


def target(code: str, **more: Any) -> dict[str, Any]:
    return {"kind": "target", "code": code, "title": code, "transport": "http", "pushes": ["ACCEPT", "RESULT"], **more}


def mapping(code: str, to: str, steps: list[str], **more: Any) -> dict[str, Any]:
    return {"kind": "mapping", "code": code, "title": code, "target": to, "steps": steps, "lines": [], "schema": {}, **more}


def states(*documents: Any) -> dict[tuple[str, str], str]:
    return {(route.item.code, route.target): route.state for route in routes(DocumentView(documents), [FOOD, SHOP], ORDER)}


def test_an_item_goes_to_the_targets_of_its_department_only() -> None:
    assert set(states(target("bureau", departments=["scjg"]), target("bus", transport="pull"))) == {
        ("food", "bureau"), ("food", "bus"), ("shop", "bus"),
    }  # fmt: skip


def test_a_step_without_a_mapping_is_lacking() -> None:
    bureau = target("bureau", departments=["scjg"])
    assert states(bureau)["food", "bureau"] == NONE
    assert states(bureau, mapping("m", "bureau", ["ACCEPT"]))["food", "bureau"] == PART
    assert states(bureau, mapping("m", "bureau", ["*"]))["food", "bureau"] == WHOLE
    assert states(bureau, mapping("m", "bureau", ["*"], items=["other"]))["food", "bureau"] == NONE


def test_who_asks_gets_our_own_names_where_there_is_no_mapping() -> None:
    bus = target("bus", transport="pull", pushes=[])
    assert states(bus)["food", "bus"] == NATIVE
    assert states(bus, mapping("m", "bus", ["INTAKE"]))["food", "bus"] == WHOLE


def test_since_is_the_beginning_of_the_unbroken_time() -> None:
    body = mapping("m", "bureau", ["*"], items=["food"])
    stages = [Stage(START + timedelta(days=day), found) for day, found in enumerate([body, None, body, {**body, "note": "改"}])]
    assert since("food", "bureau", stages) == START + timedelta(days=2)
    assert since("shop", "bureau", stages) is None
    assert since("food", "bus", stages) is None
    assert since("food", "bureau", stages[:2]) is None
