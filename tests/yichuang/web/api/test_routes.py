"""API v1: what is declared is what is served; errors are problems in Chinese that name their fields."""

from collections.abc import Callable
from typing import Any

import jsonschema
import pytest
from flask.testing import FlaskClient

FOOD = "/api/v1/items/food_business_new"
CANTEEN = {"business_type": "canteen", "canteen_kind": "self_run", "business_items": ["hot_food"], "premises": "own", "handler": "self"}
CALLS: list[tuple[str, str, str, Any]] = [
    ("get", "/items", "/api/v1/items?q=spjyxk", None),
    ("get", "/items/{code}", FOOD, None),
    ("get", "/items/{code}/form-schema", f"{FOOD}/form-schema", None),
    ("post", "/items/{code}/checklist", f"{FOOD}/checklist", {"situation": CANTEEN}),
    ("post", "/items/{code}/validate", f"{FOOD}/validate", {"answers": {"premises_area": "abc"}}),
    ("post", "/items/{code}/notices", f"{FOOD}/notices", {"situation": CANTEEN}),
    ("get", "/releases/{release}/tables/{code}", "/api/v1/releases/1/tables/division", None),
    ("get", "/entrustments", "/api/v1/entrustments?department=wjw", None),
]
KEYED = {
    ("get", "/deliveries"), ("get", "/deliveries/{delivery}"), ("post", "/deliveries/{delivery}/receipt"), ("get", "/intakes"),
    ("get", "/intakes/{intake}"), ("post", "/intakes/batch"), ("get", "/intakes/{intake}/files/{digest}"), ("post", "/intakes/{intake}/steps"),
    ("post", "/intakes/{intake}/results"),
}  # fmt: skip
"""Called with a client's key, in test_deliveries and test_intakes."""


@pytest.fixture
def described(visitor: FlaskClient) -> dict[str, Any]:
    return dict(visitor.get("/api/v1/openapi.json").get_json())


@pytest.mark.parametrize(("method", "path", "address", "body"), CALLS)
def test_every_answer_is_of_the_declared_shape(
    visitor: FlaskClient, described: dict[str, Any], method: str, path: str, address: str, body: Any
) -> None:
    response = visitor.open(address, method=method.upper(), json=body)
    declared = described["paths"][path][method]["responses"][str(response.status_code)]["content"]["application/json"]["schema"]
    assert response.status_code in {200, 201}, response.get_json()
    jsonschema.Draft202012Validator(declared).validate(response.get_json())


def test_every_declared_operation_is_called_by_these_tests(described: dict[str, Any]) -> None:
    declared = {(method, path) for path, methods in described["paths"].items() for method in methods}
    assert declared == {(method, path) for method, path, _, _ in CALLS} | {("get", "/notices/{notice}/qr.svg")} | KEYED
    assert described["openapi"] == "3.1.0"


def test_the_checklist_follows_the_situation_with_reasons(visitor: FlaskClient) -> None:
    needed = {}
    for handler in ("self", "agent"):
        answer = visitor.post(f"{FOOD}/checklist", json={"situation": {**CANTEEN, "handler": handler}}).get_json()
        assert all(material["words"] for material in answer["materials"])
        needed[handler] = {m["code"] for m in answer["materials"] if m["needed"]}
    assert needed["agent"] > needed["self"]


def test_validation_names_path_kind_and_message_of_every_fault(visitor: FlaskClient) -> None:
    answer = visitor.post(f"{FOOD}/validate", json={"situation": CANTEEN, "answers": {"premises_area": "abc"}}).get_json()
    faults = {error["path"]: error["kind"] for error in answer["errors"]}
    assert answer["valid"] is False
    assert faults["premises_area"] == "number"
    assert faults["operator_name"] == "required"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"situation": []}, "situation"),
        ({"situation": {"premises": 1}}, "situation/premises"),
        ({"surprise": 1}, ""),
        ({"situation": {}, "applicant": {"name": "张三"}}, "applicant"),
    ],
)
def test_what_is_not_as_declared_is_refused_with_the_field(visitor: FlaskClient, body: Any, field: str) -> None:
    response = visitor.post(f"{FOOD}/checklist", json=body)
    assert response.status_code == 400
    assert response.mimetype == "application/problem+json"
    assert field in [problem["field"] for problem in response.get_json()["problems"]]
    assert response.get_json()["title"]


def test_unreadable_json_is_said_with_its_place(visitor: FlaskClient) -> None:
    response = visitor.post(f"{FOOD}/checklist", data="{", content_type="application/json")
    assert (response.status_code, response.get_json()["type"]) == (400, "urn:yichuang:malformed_input")


@pytest.mark.parametrize(
    ("method", "path"),
    [("get", "/api/v1/items/nowhere"), ("get", "/api/v1/releases/99/tables/division"), ("get", "/api/v1/releases/1/tables/nowhere"),
     ("post", "/api/v1/items/nowhere/checklist"), ("get", "/api/v1/notices/nothing/qr.svg")],
)  # fmt: skip
def test_what_is_not_there_is_a_problem_with_404(visitor: FlaskClient, method: str, path: str) -> None:
    response = visitor.open(path, method=method.upper(), json={} if method == "post" else None)
    assert (response.status_code, response.mimetype) == (404, "application/problem+json")


def test_a_notice_for_an_open_situation_is_refused_and_for_a_closed_item_too(visitor: FlaskClient, republish: Callable[..., int]) -> None:
    assert visitor.post(f"{FOOD}/notices", json={"situation": {}}).status_code == 400
    republish("food_business_new", state="suspended", state_note="系统升级")
    refused = visitor.post(f"{FOOD}/notices", json={"situation": CANTEEN})
    assert (refused.status_code, refused.get_json()["detail"]) == (422, "系统升级")


def test_tables_are_kept_for_good_and_carry_initials(visitor: FlaskClient) -> None:
    response = visitor.get("/api/v1/releases/1/tables/ethnicity")
    assert "immutable" in response.headers["Cache-Control"]
    assert response.get_json()["entries"][0]["initials"]


def test_the_costly_posts_are_limited_per_client(site: Any, services: Any) -> None:
    from yichuang.web.api.routes import operations

    assert all(operation.limit or operation.scope for operation in operations(services))
