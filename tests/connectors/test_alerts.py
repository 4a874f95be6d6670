"""Alerts by webhook and by mail against real sockets: told once whatever happens, refused for good or for now, never longer than the budget."""

import socket
import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from werkzeug.serving import make_server
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request, Response

from connectors.alerts import Mail, Webhook
from connectors.sandbox.alerts import DutyOffice
from connectors.sandbox.received import Store
from yichuang.errors import ConnectorFailed, ConnectorRefused
from yichuang.ports import Connector, Parcel

SECRET = "a secret of the duty office"
TOLD = {"warning": {"id": "1", "rule": "r", "title": "窗口差评", "words": "B12：60 分钟内 2 次差评", "level": "严重", "at": "2026-11-26 09:00:00",
                    "url": "https://hall.invalid/admin/warnings/1"}}  # fmt: skip


def parcel(key: str = "W1+WARNING+1@duty") -> Parcel:
    return Parcel("1", key, "W1", "", "", "WARNING", 1, TOLD, "duty")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def office(tmp_path: Path) -> Iterator[DutyOffice]:
    made = DutyOffice(Store(str(tmp_path / "received.sqlite3"), "alerts"), SECRET, free_port())
    made.start()
    yield made
    made.stop()


@pytest.fixture
def serve() -> Iterator[Callable[[Callable[[Request], Response]], str]]:
    """An HTTP server around a view; its address."""
    running = []

    def start(view: Callable[[Request], Response]) -> str:
        server = make_server("127.0.0.1", 0, Request.application(view), threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        running.append(server)
        return f"http://127.0.0.1:{server.server_port}/alerts"

    yield start
    for server in running:
        server.shutdown()


@pytest.fixture(params=["webhook", "mail"])
def connector(request: Any, office: DutyOffice, serve: Any) -> Connector:
    if request.param == "webhook":
        return Webhook(serve(office.take), SECRET)
    return Mail(f"smtp://127.0.0.1:{office._port}?from=hall@example.invalid", "", ["duty@example.invalid", "lead@example.invalid"])


def test_it_arrives_and_again_is_the_same(connector: Connector, office: DutyOffice) -> None:
    first, second = connector.hand(parcel()), connector.hand(parcel())
    assert first == second and first.reference
    (kept,) = office.store.all(limit=9)
    assert kept.times == 2 and "60 分钟内 2 次差评" in kept.body
    connector.hand(parcel("W1+WARNING+2@duty"))
    assert office.store.count() == 2


def test_there_are_no_books_to_compare(connector: Connector) -> None:
    from datetime import datetime

    with pytest.raises(ConnectorRefused):
        list(connector.holdings(datetime.now(), datetime.now()))


def test_a_mail_says_what_and_where_and_to_whom(office: DutyOffice) -> None:
    Mail(f"smtp://127.0.0.1:{office._port}?from=hall@example.invalid", "", ["duty@example.invalid"]).hand(parcel())
    (kept,) = office.store.all(limit=9)
    for words in ("【严重】窗口差评", "hall@example.invalid", "duty@example.invalid", "https://hall.invalid/admin/warnings/1"):
        assert words in kept.body


def test_a_wrong_secret_may_be_put_right_and_an_unreadable_alert_not(office: DutyOffice, serve: Any) -> None:
    url = serve(office.take)
    with pytest.raises(ConnectorFailed):
        Webhook(url, "another").hand(parcel())
    with pytest.raises(ConnectorRefused):
        Webhook(serve(lambda _request: Response("no", 422)), SECRET).hand(parcel())
    with pytest.raises(ConnectorFailed):
        Webhook(serve(lambda _request: Response("down", 503)), SECRET).hand(parcel())
    assert office.store.count() == 0


@pytest.mark.parametrize("apart", [-301, 301])
def test_a_signature_of_another_time_is_refused_and_a_fresh_one_goes_through(office: DutyOffice, serve: Any, apart: int) -> None:
    url = serve(office.take)
    with pytest.raises(ConnectorFailed, match="401") as failed:
        Webhook(url, SECRET, clock=lambda: time.time() + apart).hand(parcel())
    assert "时间相差超过 5 分钟" in failed.value.extra["answer"]
    assert office.store.count() == 0
    assert Webhook(url, SECRET, clock=lambda: time.time() + apart * 0.9).hand(parcel()).reference


@pytest.mark.parametrize("change", ["time", "key", "operation", "path", "body", "signature", "no time", "no signature"])
def test_whatever_is_changed_on_the_way_breaks_the_signature(office: DutyOffice, serve: Any, change: str) -> None:
    seen = _overheard(serve)
    headers, path, body = dict(seen.headers), "/alerts", seen.get_data()
    headers = {name: headers[name] for name in ("X-Yichuang-Time", "X-Yichuang-Signature", "X-Yichuang-Operation", "Idempotency-Key")}
    changed = {
        "time": {"X-Yichuang-Time": str(int(time.time()) + 1)}, "key": {"Idempotency-Key": "another"}, "operation": {"X-Yichuang-Operation": "U"},
        "signature": {"X-Yichuang-Signature": "é"}, "no time": {"X-Yichuang-Time": ""}, "no signature": {"X-Yichuang-Signature": ""},
    }  # fmt: skip
    path, body = (path + "?to=x" if change == "path" else path), (body + b" " if change == "body" else body)
    told = Request(EnvironBuilder(path, method="POST", headers=headers | changed.get(change, {}), data=body).get_environ())
    assert office.take(told).status_code == 401 and office.store.count() == 0


def test_a_request_played_back_within_the_minutes_changes_nothing(office: DutyOffice, serve: Any) -> None:
    seen = _overheard(serve)
    again = [Request(EnvironBuilder("/alerts", method="POST", headers=dict(seen.headers), data=seen.get_data()).get_environ()) for _ in range(3)]
    assert [(office.take(one).status_code, office.store.count()) for one in again] == [(200, 1)] * 3


def test_the_same_key_with_other_words_is_refused(office: DutyOffice, serve: Any) -> None:
    webhook = Webhook(serve(office.take), SECRET)
    webhook.hand(parcel())
    with pytest.raises(ConnectorRefused, match="同一编号"):
        webhook.hand(replace(parcel(), payload={"warning": {**TOLD["warning"], "words": "别的"}}))
    assert office.store.count() == 1


def test_what_stands_in_the_addresss_query_is_signed_too(office: DutyOffice, serve: Any) -> None:
    assert Webhook(f"{serve(office.take)}?room=2", SECRET).hand(parcel()).reference


def test_the_office_refuses_and_fails_when_it_is_told_to(connector: Connector, office: DutyOffice) -> None:
    for mode, error in (("refuse", ConnectorRefused), ("fail", ConnectorFailed)):
        office.switch({"mode": mode})
        with pytest.raises(error):
            connector.hand(parcel())
    office.switch({"mode": ""})
    assert connector.hand(parcel()).reference and office.store.count() == 1


def _overheard(serve: Any) -> Request:
    """A request as the platform makes it."""
    heard: list[Request] = []

    def listen(request: Request) -> Response:
        request.get_data()
        heard.append(request)
        return Response("{}")

    Webhook(serve(listen), SECRET).hand(parcel())
    return heard[0]


class _Talk(socketserver.StreamRequestHandler):
    """An SMTP server that says what it is told to, slowly where a line begins with a number of seconds."""

    answers: tuple[str, ...] = ()

    def handle(self) -> None:
        for answer in self.answers:
            if answer.startswith("wait"):
                time.sleep(float(answer.removeprefix("wait")))
                continue
            self.wfile.write(f"{answer}\r\n".encode())
            if not self.rfile.readline(2000):
                return


@pytest.fixture
def talk() -> Iterator[Callable[..., str]]:
    running = []

    def start(*answers: str) -> str:
        handler = type("Talk", (_Talk,), {"answers": answers})
        server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        running.append(server)
        return f"smtp://127.0.0.1:{server.server_address[1]}"

    yield start
    for server in running:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(("answers", "error"), [
    (("220 hi", "250 ok", "250 ok", "550 no such user"), ConnectorRefused),
    (("220 hi", "250 ok", "250 ok", "451 later"), ConnectorFailed),
    (("220 hi", "250 ok", "554 not from you"), ConnectorRefused),
    (("554 go away",), ConnectorRefused),
])  # fmt: skip
def test_what_the_mail_server_says_decides(talk: Callable[..., str], answers: tuple[str, ...], error: type[Exception]) -> None:
    with pytest.raises(error):
        Mail(talk(*answers), "", ["duty@example.invalid"], budget=3).hand(parcel())


def test_nobody_there_or_too_slow_ends_within_the_budget(talk: Callable[..., str]) -> None:
    for url in (f"smtp://127.0.0.1:{free_port()}", talk("wait30")):
        began = time.monotonic()
        with pytest.raises(ConnectorFailed):
            Mail(url, "", ["duty@example.invalid"], budget=0.5).hand(parcel())
        assert time.monotonic() - began < 5


def test_without_recipients_people_must_look() -> None:
    with pytest.raises(ConnectorRefused, match="收件人"):
        Mail("smtp://127.0.0.1:1", "", []).hand(parcel())
