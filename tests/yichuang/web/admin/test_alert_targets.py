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
from yichuang.web import guards

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
    guards.limiter.reset()
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


# ------------------------------------------------------------------ 发送测试


def pressed(client: FlaskClient, target: str) -> str:
    """What the page says after one press."""
    answer = client.post(f"/admin/exchange/{target}/test")
    assert answer.status_code == 200, answer.text
    found = re.search(r'id="tested">(.*?)</div></div>|id="tested">(.*?)</div>\s*<', answer.text, re.DOTALL)
    assert found
    return " ".join(seen(found[1] or found[2]).split())


@TARGETS
def test_one_press_sends_one_at_once_and_not_by_the_outbox(login: Login, built: bootstrap.App, office: DutyOffice, target: str) -> None:
    client = login("items")
    assert "发送测试" in client.get(f"/admin/exchange/{target}").text
    said = pressed(client, target)
    (kept,) = office.store.all(limit=9)
    assert said.startswith("测试：已送达") and (kept.key in said) and "发送测试" in kept.body and "不必处理" in kept.body
    assert not built.services.outbox.list(DeliveryQuery(target=target)) and built.services.outbox.relay() == 0
    (row,) = built.services.audit.entries("target", target)
    assert (row.actor, row.action, row.detail) == ("items", "target.tested", "已送达")
    assert "发送测试" in login("audit").get("/admin/audit/?kind=target").text
    pressed(client, target)
    assert office.store.count() == 2, "each press is a new one"


@TARGETS
def test_what_became_of_it_is_said_in_words(login: Login, office: DutyOffice, target: str) -> None:
    client = login("items")
    office.switch({"mode": "refuse"})
    assert pressed(client, target).startswith(f"测试：没有被接受 ：{REFUSED[target]}")
    assert ("对方的答复" in pressed(client, target)) == (target == "duty_webhook")
    office.switch({"mode": "fail"})
    assert pressed(client, target).startswith("测试：没有送到")
    assert office.store.count() == 0


@pytest.mark.parametrize(("known", "target", "words"), [
    ({"url": "smtp://127.0.0.1:{port}"}, "duty_mail", "连不上 ：邮件服务器连不上"),
    ({"url": "http://127.0.0.1:{port}/alerts", "secret": SECRET}, "duty_webhook", "连不上 ：连不上对方系统"),
    ({"url": "smtps://localhost:{tls}"}, "duty_mail", "证书不符，没有发出 ：邮件服务器的名称或证书不符：签发机构不在信任之列"),
    ({"url": "https://localhost:{tls}/alerts", "secret": SECRET}, "duty_webhook", "证书不符，没有发出 ：对方系统的名称或证书不符：签发机构"),
])  # fmt: skip
def test_nobody_there_and_a_wrong_certificate_are_told_apart(
    login: Login, built: bootstrap.App, tmp_path: Path, known: dict[str, str], target: str, words: str
) -> None:
    from tests.connectors.certifying import Authority
    from tests.connectors.mail_server import MailServer, serving_mail
    from yichuang.connections import Connection

    with serving_mail(MailServer(Authority(tmp_path).serving("localhost"), at_once=True)) as server:
        url = known["url"].format(port=free_port(), tls=server.port)
        built.services.sending._connections = {target: Connection(url, known.get("secret", ""))}
        said = pressed(login("items"), target)
        assert said.startswith(f"测试：{words}") and server.private == [] and server.mails == []


def test_a_connection_that_nobody_configured_is_said(login: Login, built: bootstrap.App) -> None:
    built.services.sending._connections = {}
    assert "没有配置连接“duty_mail”" in pressed(login("items"), "duty_mail")


def test_who_manages_deliveries_of_everybody_tests_and_nobody_else(login: Login, office: DutyOffice) -> None:
    for name, status in (("lead", 403), ("dept", 403), ("clerk", 403), ("sysadmin", 403), ("items", 200)):
        assert login(name).post("/admin/exchange/duty_webhook/test").status_code == status, name
    assert office.store.count() == 1
    for name in ("lead", "dept"):
        assert "发送测试" not in login(name).get("/admin/exchange/duty_webhook").text


def test_what_takes_cases_gets_no_test(login: Login, built: bootstrap.App) -> None:
    client = login("items")
    assert "发送测试" not in client.get("/admin/exchange/food_bureau").text
    answer = client.post("/admin/exchange/food_bureau/test")
    assert answer.status_code == 400 and "只有预警接口和预警邮件可以发送测试" in answer.text
    assert client.post("/admin/exchange/nowhere/test").status_code == 404
    assert not built.services.audit.entries("target", "food_bureau")


def test_without_the_pages_token_nothing_is_sent(login: Login, office: DutyOffice) -> None:
    client = login("items")
    del client.environ_base["HTTP_X_CSRFTOKEN"]
    assert client.post("/admin/exchange/duty_webhook/test").status_code == 400
    assert office.store.count() == 0


def test_a_target_is_not_flooded(login: Login, office: DutyOffice) -> None:
    first, second = login("items"), login("items")
    answers = [client.post("/admin/exchange/duty_webhook/test") for client in (first, second, first, second)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert "一分钟最多发送 3 次测试" in answers[-1].text and office.store.count() == 3
    assert first.post("/admin/exchange/duty_mail/test").status_code == 200, "each target by itself"
