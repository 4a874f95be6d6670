"""What is fetched is the same whether it was mapped beforehand or just now; a changed mapping is never answered with its old shape."""

from collections.abc import Callable
from typing import Any

import orjson
from sqlalchemy import select

from tests.yichuang.cases.conftest import BOTH, HallAtWork
from yichuang.clients.client import Terms
from yichuang.exchange.intakes_model import intake_shapes
from yichuang.ports import SYSTEM
from yichuang.web.fast.intakes import IntakeFront

pytestmark = BOTH
BUS = "city_bus"


class Bus:
    """The city's bus at the intakes' own entrance."""

    def __init__(self, hall: HallAtWork, **terms: Any) -> None:
        self._key = hall.services.clients.create("市总线", Terms("*", frozenset({"intakes.read"}), target=BUS, **terms), SYSTEM)[1]
        self._front = IntakeFront(lambda _environ, _start: [b"elsewhere"], hall.services)

    def fetch(self, intake: str, query: str = "") -> tuple[str, Any]:
        said: list[str] = []
        environ = {
            "PATH_INFO": f"/api/v1/intakes/{intake}", "REQUEST_METHOD": "GET", "QUERY_STRING": query,
            "HTTP_AUTHORIZATION": f"Bearer {self._key}", "REMOTE_ADDR": "127.0.0.1",
        }  # fmt: skip
        body = b"".join(self._front(environ, lambda status, _headers: said.append(status)))
        return said[0], orjson.loads(body)


def shapes(hall: HallAtWork) -> dict[str, str]:
    with hall.services.database.reading() as connection:
        return {row.case_id: row.mark for row in connection.execute(select(intake_shapes).where(intake_shapes.c.target == BUS))}


def assemble(hall: HallAtWork) -> None:
    sum(iter(hall.services.intakes.assemble, 0))


def test_the_shape_is_what_mapping_would_give(hall: HallAtWork) -> None:
    case, bus = hall.receive("food_business_new"), Bus(hall)
    just_mapped = bus.fetch(case)
    assemble(hall)
    assert just_mapped[0] == "200 OK" and shapes(hall)[case] == hall.services.intakes.shapes.mark(BUS, "food_business_new") != ""
    number = hall.services.intakes.find(case).number
    assert bus.fetch(case) == bus.fetch(number) == just_mapped


def test_a_change_is_seen_before_it_is_shaped(hall: HallAtWork) -> None:
    case, bus = hall.receive("food_business_new"), Bus(hall)
    assemble(hall)
    before = bus.fetch(case)
    hall.collect(case)
    hall.act(case, "accept")
    after = bus.fetch(case)
    assert after != before
    assemble(hall)
    assert bus.fetch(case) == after


def test_what_is_kept_back_is_kept_back_of_shapes_too(hall: HallAtWork) -> None:
    case = hall.receive("food_business_new")
    assemble(hall)
    whole, narrow = Bus(hall).fetch(case), Bus(hall, fields=frozenset({"materials"})).fetch(case)
    assert narrow[1] != whole[1]


def test_whom_a_case_does_not_concern_gets_no_shape(hall: HallAtWork) -> None:
    case = hall.receive("food_business_new")
    assemble(hall)
    assert Bus(hall, items=frozenset({"nurse_registration"})).fetch(case)[0].startswith("404")


def test_a_changed_mapping_is_asked_at_once_and_all_is_shaped_anew_behind(hall: HallAtWork, republish: Callable[..., Any]) -> None:
    cases, bus = [hall.receive("food_business_new") for _ in range(3)], Bus(hall)
    assemble(hall)
    old = shapes(hall)
    snapshot = hall.services.catalogue.current()
    code = next(code for code in snapshot.codes("mapping") if (snapshot.find("mapping", code) or {})["target"] == BUS)

    def noted(body: dict[str, Any]) -> None:
        body["lines"].append({"to": "yichuang_note", "value": "改后"})
        body["schema"]["properties"]["yichuang_note"] = {"type": "string"}

    republish("mapping", code, noted)
    assert bus.fetch(cases[0])[1]["yichuang_note"] == "改后" and shapes(hall) == old
    while hall.services.intakes.reshape(2):
        pass
    new = shapes(hall)
    assert set(new) == set(old) and not set(new.values()) & set(old.values())
    assert [bus.fetch(case)[1]["yichuang_note"] for case in cases] == ["改后"] * 3
