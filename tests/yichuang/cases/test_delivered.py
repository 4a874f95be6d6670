"""What a clerk entered once arrives in the departments' own systems: accepted at the desk, mapped, handed over, taken."""

import logging
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from connectors.sandbox.bureau import Bureau
from connectors.sandbox.front import FrontReader
from connectors.sandbox.received import Store
from yichuang.connections import Connection

FOOD, HYGIENE = "food_business_new", "public_place_hygiene_new"


@pytest.fixture
def bureau(hall: Any, tmp_path: Path) -> Iterator[Bureau]:
    made = Bureau(Store(str(tmp_path / "bureau.sqlite3"), "bureau"), "a shared secret")
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    application = Request.application(lambda request: made.post(request) if request.method == "POST" else Response(status=404))
    server = make_server("127.0.0.1", 0, application, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    hall.services.sending._connections = {
        "food_bureau": Connection(f"http://127.0.0.1:{server.port}/bureau", "a shared secret"),
        "health_front": Connection(f"sqlite:///{tmp_path / 'front.sqlite3'}"),
    }
    yield made
    server.shutdown()
    server.server_close()


@pytest.fixture
def front(bureau: Bureau, tmp_path: Path) -> Iterator[FrontReader]:
    reader = FrontReader(f"sqlite:///{tmp_path / 'front.sqlite3'}")
    yield reader
    reader.stop()


def accepted(hall: Any, item: str) -> str:
    case = str(hall.receive(item))
    hall.collect(case)
    hall.act(case, "accept")
    return case


def relay(hall: Any) -> None:
    while hall.services.outbox.relay():
        pass


def test_a_food_case_arrives_at_the_bureau_in_its_shape_step_by_step(hall: Any, bureau: Bureau) -> None:
    case = accepted(hall, FOOD)
    relay(hall)
    hall.act(case, "take_in", "approver")
    hall.act(case, "approve", "approver", content="准予")
    relay(hall)
    sent = [d for d in hall.services.outbox.of_case(case) if d.target == "food_bureau"]
    assert [(d.step, d.state, d.last_error) for d in sent] == [("ACCEPT", "sent", ""), ("RESULT", "sent", "")]
    received = bureau.store.all()
    assert [(one.step, one.times) for one in received] == [("ACCEPT", 1), ("RESULT", 1)]
    body = orjson.loads(received[0].body)
    assert body["case_no"] == sent[0].case_number and body["enterprise"]["name"] and body["legalPerson"]


def test_a_hygiene_case_arrives_in_the_front_database_in_the_national_tables(hall: Any, front: FrontReader) -> None:
    hall.clock.at(11, 26)  # the answers that the form is given lie before
    case = accepted(hall, HYGIENE)
    relay(hall)
    (sent,) = [d for d in hall.services.outbox.of_case(case) if d.target == "health_front"]
    assert (sent.state, sent.last_error) == ("sent", "")
    front.take()
    accept = next(one for one in front.taken() if one.table == "up_pro_accept")
    assert accept.batch == sent.key and accept.body["project_no"] == sent.case_number
    assert all(accept.body[name] for name in ("task_name", "applyer_name", "accept_date", "cd_time"))


def test_a_bureau_that_changed_its_shape_is_an_exception_until_the_mapping_follows(hall: Any, bureau: Bureau, republish: Any) -> None:
    """Change requests A8 and A9, seen at the other side."""
    bureau.shape = "3"
    case = accepted(hall, FOOD)
    relay(hall)
    (stuck,) = [d for d in hall.services.outbox.of_case(case) if d.target == "food_bureau"]
    assert stuck.state == "refused" and "legal_rep.name" in stuck.last_error

    def follow(body: dict[str, Any]) -> None:
        """As a member of staff would: rename a field, change the codes, the date's format, leave out an empty phone."""
        for line in body["lines"]:
            if line.get("to") == "legalPerson":
                line["to"] = "legal_rep.name"
            if line.get("to") == "sex":
                line["transforms"].append({"use": "code", "table": {"1": "M", "2": "F"}, "unknown": "fault"})
            if line.get("to") == "apply_date":
                line["transforms"] = [{"use": "date", "to": "basic_date"}]
        properties = body["schema"]["properties"]
        properties["legal_rep"] = {"type": "object", "properties": {"name": properties.pop("legalPerson")}, "required": ["name"]}
        body["schema"]["required"] = ["legal_rep" if name == "legalPerson" else name for name in body["schema"].get("required", ())]
        for name in ("sex", "apply_date"):
            properties[name] = {"type": "string"}
        body["samples"] = []

    republish("mapping", "food_bureau_case", follow)
    hall.services.outbox.resend(stuck.id, hall.who("items"))
    relay(hall)
    assert hall.services.outbox.find(stuck.id).state == "sent", hall.services.outbox.find(stuck.id).last_error
    assert orjson.loads(bureau.store.all()[0].body)["legal_rep"]["name"]
