"""One contract for every connector: once in effect, what is wrong said in the right way, always within the budget."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from connectors.front_database import FrontDatabase
from connectors.http_department import HttpDepartment
from connectors.sandbox.bureau import Bureau
from connectors.sandbox.front import FrontReader
from connectors.sandbox.mischief import Mischief
from connectors.sandbox.received import Store
from tests.connectors.city import free_port
from yichuang.errors import ConnectorFailed, ConnectorRefused
from yichuang.outbox.inbox import Inbox
from yichuang.ports import SHANGHAI, Connector, Parcel

BUDGET, SPARE = 0.4, 0.05
SECRET = "shared-secret-of-the-test"
CASE = {"case_no": "1101070001", "step": "ACCEPT", "enterprise": {"name": "某餐饮店", "credit_code": "91110107MA0TERT167"}, "legalPerson": "何志远"}
ROWS = {
    "up_pro_accept": {"project_no": "1101070001", "task_name": "公共场所卫生许可", "applyer_name": "某宾馆"},
    "up_pro_material": [{"project_no": "1101070001", "material_name": title, "get_num": 1} for title in ("申请书", "平面图")],
}


@dataclass
class Side:
    """A connector, a body it takes, another, one it refuses; what the other side has, by key, and how to make that side hang."""

    connector: Connector
    body: dict[str, Any]
    other: dict[str, Any]
    bad: dict[str, Any]
    has: Callable[[], dict[str, int]]
    hang: Callable[[], Any]

    def parcel(self, key: str = "1101070001+ACCEPT+1@x", body: dict[str, Any] | None = None) -> Parcel:
        return Parcel("m1", key, "1101070001", "item", "scjg", "ACCEPT", 1, body or self.body, "x")


@contextmanager
def served(application: Any) -> Iterator[str]:
    server = make_server("127.0.0.1", free_port(), application, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    server.server_close()


def bureau_app(bureau: Bureau) -> Any:
    @Request.application
    def application(request: Request) -> Response:
        return bureau.post(request) if request.method == "POST" else bureau.list(request)

    return application


@contextmanager
def http_side(_request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Side]:
    bureau = Bureau(Store(str(tmp_path / "bureau.sqlite3"), "bureau"), SECRET, Mischief(slow=3))
    with served(bureau_app(bureau)) as url:
        connector = HttpDepartment(f"{url}/bureau", SECRET, budget=BUDGET)
        yield Side(
            connector, CASE, CASE | {"legalPerson": "林若溪"}, CASE | {"legalPerson": 7}, lambda: {r.key: 1 for r in bureau.store.all()},
            lambda: bureau.mischief.switch({"mode": "slow"}),
        )  # fmt: skip
        connector.close()


def _front(url: str) -> Iterator[Side]:
    reader = FrontReader(url, pause=0.05, lock_seconds=1.5)
    connector = FrontDatabase(url, budget=BUDGET)
    other = ROWS | {"up_pro_accept": ROWS["up_pro_accept"] | {"applyer_name": "另一宾馆"}}

    def has() -> dict[str, int]:
        reader.take()
        taken = reader.taken()
        return {one.batch: sum(t.batch == one.batch and t.table == "up_pro_accept" for t in taken) for one in taken}

    def hang() -> None:
        reader.switch({"mode": "locked"})
        reader.start()
        time.sleep(0.3)

    yield Side(connector, ROWS, other, {"up_pro_accept": {"no_such_column": "x"}}, has, hang)
    reader.switch({})
    reader.stop()
    connector.close()


@contextmanager
def sqlite_side(_request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Side]:
    yield from _front(f"sqlite:///{tmp_path / 'front.sqlite3'}")


@contextmanager
def postgres_side(request: pytest.FixtureRequest, _tmp_path: Path) -> Iterator[Side]:
    yield from _front(request.getfixturevalue("postgres_url"))


@pytest.fixture(params=[http_side, sqlite_side, postgres_side], ids=["http", "front-sqlite", "front-postgresql"])
def side(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Side]:
    with request.param(request, tmp_path) as made:
        yield made


def held(side: Side) -> dict[str, str]:
    now = datetime.now(SHANGHAI)
    return {one.key: one.digest for one in side.connector.holdings(now - timedelta(hours=1), now + timedelta(hours=1))}


def test_the_same_message_twice_is_one_effect_with_one_reference(side: Side) -> None:
    first, second = side.connector.hand(side.parcel()), side.connector.hand(side.parcel())
    assert first == second
    assert first.reference and first.digest == side.connector.digest(side.body)
    assert side.has() == {"1101070001+ACCEPT+1@x": 1}


def test_what_the_other_side_holds_is_told_by_key_and_digest_of_what_was_sent(side: Side) -> None:
    receipts = {key: side.connector.hand(side.parcel(key)) for key in ("a+ACCEPT+1@x", "b+ACCEPT+1@x")}
    assert held(side) == {key: receipt.digest for key, receipt in receipts.items()}
    future = datetime.now(SHANGHAI) + timedelta(hours=1)
    assert list(side.connector.holdings(future, future + timedelta(hours=1))) == []


def test_what_replaces_replaces_and_stays_one(side: Side) -> None:
    side.connector.hand(side.parcel())
    replaced = side.connector.hand(replace(side.parcel(body=side.other), operation="U"))
    assert held(side) == {"1101070001+ACCEPT+1@x": replaced.digest}
    assert side.has() == {"1101070001+ACCEPT+1@x": 1}


def test_what_does_not_fit_is_refused_with_the_answer_and_words_without_values(side: Side) -> None:
    with pytest.raises(ConnectorRefused) as refused:
        side.connector.hand(side.parcel(body=side.bad))
    assert refused.value.extra["answer"] and refused.value.extra["reason"].startswith("refused/")
    assert held(side) == {}


def test_a_hanging_other_side_costs_no_more_than_the_budget(side: Side) -> None:
    side.connector.hand(side.parcel("warm+ACCEPT+1@x"))
    side.hang()
    begun = time.monotonic()
    with pytest.raises(ConnectorFailed):
        side.connector.hand(side.parcel())
    assert time.monotonic() - begun < BUDGET + SPARE


def test_many_at_once_are_all_there_once(side: Side) -> None:
    keys = [f"c{n}+ACCEPT+1@x" for n in range(24)]
    failed: list[Exception] = []

    def hand(key: str) -> None:
        for _ in range(5):
            try:
                side.connector.hand(side.parcel(key))
                return
            except ConnectorFailed as error:
                last = error
        failed.append(last)

    threads = [threading.Thread(target=hand, args=(key,)) for key in keys * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert not failed
    assert side.has() == dict.fromkeys(keys, 1)


# ---------------------------------------------------------------------- what only one of them can do


@pytest.fixture
def bureau(tmp_path: Path) -> Bureau:
    return Bureau(Store(str(tmp_path / "b.sqlite3"), "bureau"), SECRET, Mischief(slow=3, shuffle=0.1))


@pytest.fixture
def department(bureau: Bureau) -> Iterator[HttpDepartment]:
    with served(bureau_app(bureau)) as url:
        connector = HttpDepartment(f"{url}/bureau", SECRET, budget=BUDGET)
        yield connector
        connector.close()


def parcel(key: str = "k+ACCEPT+1@x", **body: Any) -> Parcel:
    return Parcel("m1", key, "1101070001", "item", "scjg", "ACCEPT", 1, CASE | body, "x")


@pytest.mark.parametrize(
    ("mode", "reason", "taken"),
    [
        ("error", "status/500", 0), ("wrong", "bad_answer", 1), ("cut", "cut", 1), ("drip", "timeout", 1), ("slow", "timeout", 0),
        ("duplicate", "status/500", 1),
    ],
)
def test_every_fault_is_a_failure_within_the_budget(bureau: Bureau, department: HttpDepartment, mode: str, reason: str, taken: int) -> None:
    bureau.mischief.switch({"mode": mode})
    begun = time.monotonic()
    with pytest.raises(ConnectorFailed) as failed:
        department.hand(parcel())
    assert time.monotonic() - begun < BUDGET + SPARE
    assert failed.value.extra["reason"] == reason
    assert bureau.store.count() == taken
    bureau.mischief.switch({"mode": ""})
    assert department.hand(parcel()).reference
    assert bureau.store.count() == 1


def test_the_same_key_with_other_content_is_refused(department: HttpDepartment) -> None:
    department.hand(parcel())
    with pytest.raises(ConnectorRefused, match="同一编号"):
        department.hand(parcel(legalPerson="别人"))


def test_a_refusal_names_the_fields_and_keeps_what_was_said_apart(department: HttpDepartment) -> None:
    with pytest.raises(ConnectorRefused) as refused:
        department.hand(parcel(sex="男"))
    assert str(refused.value) == "对方拒收（422）：sex"
    assert refused.value.extra["reason"] == "refused/sex"
    assert "须为 1 或 2" in refused.value.extra["answer"]


def test_a_second_shape_is_taken_when_the_system_has_changed_its_mind(bureau: Bureau, department: HttpDepartment) -> None:
    bureau.shape = "3"
    with pytest.raises(ConnectorRefused, match="legal_rep.name"):
        department.hand(parcel())
    changed = {"legal_rep": {"name": "何志远"}, "sex": "M", "apply_date": "20261125", "employees": [{"no": 1, "name": "张三"}]}
    body = {key: value for key, value in CASE.items() if key != "legalPerson"} | changed
    assert department.hand(Parcel("m", "n+ACCEPT+1@x", "1", "item", "scjg", "ACCEPT", 1, body, "x")).reference


def test_a_wrong_secret_is_not_the_cases_fault(bureau: Bureau) -> None:
    with served(bureau_app(bureau)) as url, pytest.raises(ConnectorFailed, match="签名"):
        HttpDepartment(f"{url}/bureau", "another secret", budget=BUDGET).hand(parcel())


def test_nobody_there_and_no_such_name_end_within_the_budget() -> None:
    for url in (f"http://127.0.0.1:{free_port()}", "http://no-such-host.invalid"):
        begun = time.monotonic()
        with pytest.raises(ConnectorFailed):
            HttpDepartment(url, SECRET, budget=BUDGET).hand(parcel())
        assert time.monotonic() - begun < BUDGET + SPARE


def test_a_reader_that_takes_drop_by_drop_ends_within_the_budget() -> None:
    """A listener whose buffers are full: the request is large and nobody reads it."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        listener.bind(("127.0.0.1", 0))
        listener.listen(1)
        begun = time.monotonic()
        with pytest.raises(ConnectorFailed):
            HttpDepartment(f"http://127.0.0.1:{listener.getsockname()[1]}", SECRET, budget=BUDGET).hand(parcel(big="x" * 30_000_000))
        assert time.monotonic() - begun < BUDGET + 0.3  # composing thirty megabytes takes its time too


def test_a_busy_system_is_asked_again_after_the_time_it_names() -> None:
    @Request.application
    def busy(_request: Request) -> Response:
        return Response("busy", 429, {"Retry-After": "17"})

    with served(busy) as url, pytest.raises(ConnectorFailed) as failed:
        HttpDepartment(url, SECRET, budget=BUDGET).hand(parcel())
    assert failed.value.extra["after"] == 17


def test_a_front_database_that_fails_to_write_is_tried_again(tmp_path: Path, postgres_url: str) -> None:
    for url in (f"sqlite:///{tmp_path / 'f.sqlite3'}", postgres_url):
        reader, connector = FrontReader(url), FrontDatabase(url, budget=BUDGET)
        reader.switch({"mode": "error"})
        with pytest.raises(ConnectorFailed):
            connector.hand(Parcel("m", "k@x", "1", "i", "wjw", "ACCEPT", 1, ROWS, "x"))
        reader.switch({"mode": "again"})
        connector.hand(Parcel("m", "k@x", "1", "i", "wjw", "ACCEPT", 1, ROWS, "x"))
        reader.take()
        assert [(one.batch, one.times) for one in reader.taken()] == [("k@x", 2)] * 3
        reader.stop()
        connector.close()


def test_what_was_taken_and_sent_again_is_not_taken_again_unless_it_replaces(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'f.sqlite3'}"
    reader, connector = FrontReader(url), FrontDatabase(url, budget=BUDGET)
    message = Parcel("m", "k@x", "1", "i", "wjw", "ACCEPT", 1, ROWS, "x")
    connector.hand(message)
    assert reader.take() == 3
    connector.hand(message)
    assert reader.take() == 0
    connector.hand(replace(message, operation="U"))
    assert reader.take() == 3
    with create_engine(url).connect() as connection:
        assert connection.execute(text("SELECT cd_operation, is_sync, cd_batch FROM up_pro_accept")).all() == [("U", "1", "k@x")]
    reader.stop()


@pytest.mark.parametrize("body", [{}, {"t": {"a b": 1}}, {"t": {"x": {"deep": 1}}}, {"t; drop": {"x": 1}}, {"t": {"is_sync": "1"}}, {"t": ["text"]}])
def test_what_is_no_table_of_plain_values_is_refused(tmp_path: Path, body: dict[str, Any]) -> None:
    with pytest.raises(ConnectorRefused):
        FrontDatabase(f"sqlite:///{tmp_path / 'f.sqlite3'}").hand(Parcel("m", "k", "1", "i", "wjw", "ACCEPT", 1, body, "x"))


def test_the_inbox_takes_everything_at_once() -> None:
    assert Inbox().hand(parcel()).reference == "inbox/scjg"
    assert list(Inbox().holdings(datetime.now(SHANGHAI), datetime.now(SHANGHAI))) == []


def test_connections_are_kept_where_the_other_side_keeps_them_and_opened_anew_where_it_closed_them(bureau: Bureau) -> None:
    seen: list[tuple[str, int]] = []

    class Keeping(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            seen.append(self.client_address)
            body = b'{"reference": "r"}'
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            self.close_connection = len(seen) == 2

        def log_message(self, *_args: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Keeping)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    connector = HttpDepartment(f"http://127.0.0.1:{server.server_port}", SECRET, budget=BUDGET)
    for _ in range(4):
        connector.hand(parcel())
        time.sleep(0.05)
    server.shutdown()
    connector.close()
    assert len(seen) == 4 and len(set(seen)) == 2
