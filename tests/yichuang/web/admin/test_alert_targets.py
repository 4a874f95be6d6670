"""Warnings told outside: what the duty office refuses waits among the exceptions, where staff see why and send it again."""

import html
import json
import re
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from flask.testing import FlaskClient
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request

from connectors.sandbox.alerts import DutyOffice
from connectors.sandbox.received import Store
from tests.yichuang.web.admin.conftest import MovableClock
from yichuang import bootstrap
from yichuang.outbox.message import DeliveryQuery
from yichuang.settings import Settings
from yichuang.warnings.compiled import compile_warnings
from yichuang.warnings.watch import message_of

Login = Callable[..., FlaskClient]
SECRET = "a secret of the duty office"
WORDS = "“食品经营许可”差评整改已过 2 天"
REFUSED = {"duty_mail": "邮件服务器不收这些收件人", "duty_webhook": "对方拒收（422）"}
TITLES = {"duty_mail": "值班邮箱（演示）", "duty_webhook": "值班系统（演示）"}
TARGETS = pytest.mark.parametrize("target", ["duty_mail", "duty_webhook"])


class Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002
        """Nothing."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def mail_port() -> int:
    return free_port()


@pytest.fixture
def office(tmp_path: Path, mail_port: int) -> Iterator[DutyOffice]:
    made = DutyOffice(Store(str(tmp_path / "received.sqlite3"), "alerts"), SECRET, mail_port)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def webhook(office: DutyOffice) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, Request.application(office.take), threaded=True, request_handler=Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/alerts"
    server.shutdown()
    server.server_close()


@pytest.fixture
def built(initialised_folder: Path, tmp_path: Path, clock: MovableClock, mail_port: int, webhook: str) -> Iterator[bootstrap.App]:
    """The platform, with the duty office where its two targets lead."""
    shutil.copytree(initialised_folder, tmp_path / "data")
    known = {"duty_mail": {"url": f"smtp://127.0.0.1:{mail_port}?from=hall@example.invalid"}, "duty_webhook": {"url": webhook, "secret": SECRET}}
    app = bootstrap.build(Settings(data_dir=str(tmp_path / "data"), connections=json.dumps(known)), clock)
    yield app
    app.stop()


def warned(built: bootstrap.App, target: str) -> str:
    """A warning, told as the job tells it; the message's id."""
    services = built.services
    rule = next(rule for rule in services.catalogue.current().compiled(compile_warnings, "") if rule.code == "rectification_late")
    message = message_of(rule, "0f3c9a52-0000-4000-8000-000000000000", WORDS, services.clock.now(), (target, "https://hall.invalid"))
    with services.database.writing() as connection:
        return services.outbox.push(connection, message)


def seen(page: str) -> str:
    """A page's words without its marks."""
    return html.unescape(re.sub(r"<[^>]+>", " ", page))


@TARGETS
def test_what_is_refused_is_among_the_exceptions_and_arrives_once_when_sent_again(
    login: Login, built: bootstrap.App, office: DutyOffice, clock: MovableClock, target: str
) -> None:
    outbox, client = built.services.outbox, login("items")
    office.switch({"mode": "refuse"})
    message = warned(built, target)
    assert outbox.relay() == 0 and office.store.count() == 0
    found = outbox.find(message)
    assert (found.state, found.attempts, found.last_error) == ("refused", 1, REFUSED[target])
    clock.ahead += timedelta(hours=6)
    assert outbox.relay() == 0 and outbox.find(message).attempts == 1, "what is refused waits for people"

    listed = seen(client.get("/admin/exceptions/").text)
    assert TITLES[target] in listed and "对方拒收" in listed and REFUSED[target] in listed and "6 小时" in listed
    one = seen(client.get(f"/admin/exceptions/{message}").text)
    assert REFUSED[target] in one and WORDS in one and "差评整改临期或超期" in one and "没有适用于这个事项和环节的映射" not in one
    assert ("演示：拒收" in one) == (target == "duty_webhook"), "what a webhook answered stands there"
    assert "异常" in seen(client.get(f"/admin/exchange/{target}").text)

    office.switch({"mode": ""})
    assert client.post(f"/admin/exceptions/{message}/retry").status_code == 302
    assert outbox.relay() == 1 and outbox.relay() == 0
    assert outbox.find(message).state == "sent"
    (kept,) = office.store.all(limit=9)
    assert kept.times == 1 and WORDS in json.dumps(orjson.loads(kept.body), ensure_ascii=False)
    after = seen(client.get(f"/admin/exceptions/{message}").text)
    assert "重试" in after and "第 1 次" in after and "送达" in after
    assert "没有需要处理的异常" in client.get("/admin/exceptions/").text
    assert [row.actor for row in built.services.audit.entries("delivery", message) if row.action == "delivery.resent"] == ["items"]


@TARGETS
def test_what_fails_for_now_is_tried_again_by_itself(built: bootstrap.App, office: DutyOffice, clock: MovableClock, target: str) -> None:
    outbox = built.services.outbox
    office.switch({"mode": "fail"})
    message = warned(built, target)
    assert outbox.relay() == 0 and outbox.find(message).state == "waiting"
    office.switch({"mode": ""})
    clock.ahead += timedelta(minutes=1)
    assert outbox.relay() == 1 and outbox.find(message).state == "sent" and office.store.count() == 1
    assert not outbox.list(DeliveryQuery(stuck=True))


def test_a_department_sees_no_warning_of_everybodys(login: Login, built: bootstrap.App, office: DutyOffice) -> None:
    office.switch({"mode": "refuse"})
    message = warned(built, "duty_webhook")
    built.services.outbox.relay()
    assert login("dept").get(f"/admin/exceptions/{message}").status_code == 404
    assert "没有需要处理的异常" in login("dept").get("/admin/exceptions/").text


@TARGETS
def test_a_target_for_warnings_is_no_system_that_fetches(login: Login, target: str) -> None:
    page = login("items").get(f"/admin/exchange/{target}").text
    assert "对方用接口来取数据" not in page and "暂停推送" in page and "预警" in page
