"""The API against its own description: whatever is sent, no 5xx and no answer that isn't as declared (schemathesis)."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from tests.yichuang.web.api.conftest import (  # noqa: F401
    Caller,
    HallAtWork,
    bus,
    caller,
    hall,
    hall_settings,
    packed_postgresql,
    packed_sqlite,
)
from yichuang.clients.client import SCOPES

schemathesis = pytest.importorskip("schemathesis")

EXAMPLES = 25
QUIET = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture]


@pytest.fixture
def case(hall: HallAtWork) -> str:  # noqa: F811
    """A case under review in the department whose system asks."""
    made = hall.receive("food_business_new")
    hall.collect(made)
    hall.act(made, "accept")
    hall.act(made, "take_in", "approver")
    hall.services.intakes.assemble()
    return made


@pytest.fixture
def described(bus: Any) -> Any:  # noqa: F811
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", bus)


@pytest.fixture
def conforms(described: Any) -> Iterator[Callable[..., int]]:
    """`conforms(method, path, headers, **values)`: try an operation with whatever its description allows and forbids; how many tries."""
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi.checks import (
        content_type_conformance,
        response_schema_conformance,
        status_code_conformance,
    )

    checks = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]

    def try_it(method: str, path: str, headers: dict[str, str], modes: Any, **values: str) -> int:
        operation, tried = described[path][method], 0

        @settings(max_examples=EXAMPLES, deadline=None, database=None, derandomize=True, suppress_health_check=QUIET, phases=[Phase.generate])
        @given(made=operation.as_strategy(generation_mode=modes))
        def run(made: Any) -> None:
            nonlocal tried
            made.path_parameters = {**(made.path_parameters or {}), **values}
            made.headers = {**(made.headers or {}), **headers}
            made.validate_response(made.call(), checks=checks)
            tried += 1

        run()
        return tried

    yield try_it


OPERATIONS = [
    ("GET", "/intakes/{intake}"), ("GET", "/intakes"), ("POST", "/intakes/batch"), ("POST", "/intakes/{intake}/steps"),
    ("POST", "/intakes/{intake}/results"), ("GET", "/intakes/{intake}/files/{digest}"), ("GET", "/deliveries"), ("GET", "/items"),
    ("POST", "/items/{code}/checklist"), ("POST", "/items/{code}/validate"), ("GET", "/entrustments"),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_no_answer_is_a_fault_or_other_than_declared(
    hall: HallAtWork,  # noqa: F811
    caller: Callable[..., Caller],  # noqa: F811
    conforms: Callable[..., int],
    case: str,
    method: str,
    path: str,
) -> None:
    from schemathesis import GenerationMode

    key = {"Authorization": f"Bearer {caller(scopes=frozenset(SCOPES)).key}"}
    values = {"intake": case} if "{intake}" in path else {"code": "food_business_new"} if "{code}" in path else {}
    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
        assert conforms(method, path, key, mode, **values) > 0 or mode is GenerationMode.NEGATIVE
        if "{intake}" in path:
            conforms(method, path, key, mode)


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer nonsense"}, {"X-Yichuang-Signature": "00", "X-Yichuang-Client": "e"}])
def test_without_a_right_nothing_opens(conforms: Callable[..., int], headers: dict[str, str], hall: HallAtWork) -> None:  # noqa: F811
    from schemathesis import GenerationMode

    assert conforms("GET", "/intakes/{intake}", headers, GenerationMode.POSITIVE, intake="110107-2026-0000001") > 0
    assert {row.status for row in hall.services.clients.refusals()} == {401}
