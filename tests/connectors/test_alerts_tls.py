"""Certificates of mail servers and webhooks are checked, and nothing is told before: neither the password nor the alert."""

import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from connectors.alerts import Mail, Webhook
from tests.connectors.certifying import Authority
from tests.connectors.mail_server import MailServer, serving_mail
from yichuang.errors import ConnectorFailed, ConnectorRefused
from yichuang.ports import Parcel

PASSWORD = "only-for-the-right-server"
FAR = "mail.hall.invalid"
TOLD = {"warning": {"id": "1", "rule": "r", "title": "窗口差评", "words": "2 次差评", "level": "严重", "at": "2026-11-26 09:00:00", "url": "https://h"}}
PARCEL = Parcel("1", "W1+WARNING+1@duty", "W1", "", "", "WARNING", 1, TOLD, "duty")
TO = ["duty@example.invalid"]
SCHEMES = pytest.mark.parametrize("scheme", ["smtp", "smtps"])


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def far(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that is not this machine's to the program, and leads here."""
    real: Callable[..., Any] = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *more, **named: real("127.0.0.1" if host == FAR else host, *more, **named))


def server_for(authority: Authority, scheme: str, name: str, **more: Any) -> MailServer:
    return MailServer(authority.serving(name), at_once=scheme == "smtps", takes_password=PASSWORD, **more)


@SCHEMES
@pytest.mark.parametrize("host", ["localhost", FAR])
def test_the_right_server_gets_password_and_mail_inside(authority: Authority, far: None, scheme: str, host: str) -> None:
    with serving_mail(server_for(authority, scheme, host)) as server:
        Mail(f"{scheme}://duty%40hall.invalid@{host}:{server.port}", PASSWORD, TO, tls=authority.trusting()).hand(PARCEL)
        assert [inside for inside, _ in server.mails] == [True]
        assert server.passwords == [PASSWORD] and not any(line.startswith(("AUTH", "MAIL")) for line in server.plain)


@SCHEMES
@pytest.mark.parametrize("host", ["localhost", FAR])
@pytest.mark.parametrize(("fault", "words"), [("unknown", "签发机构不在信任之列"), ("name", "证书不是发给这个名称的"), ("ended", "证书已过期")])
def test_a_server_that_cannot_prove_itself_gets_nothing(
    authority: Authority, far: None, tmp_path: Path, scheme: str, host: str, fault: str, words: str
) -> None:
    context = authority.serving("other.invalid" if fault == "name" else host, ended=fault == "ended")
    trusted = Authority(tmp_path, "Another CA") if fault == "unknown" else authority
    with serving_mail(MailServer(context, at_once=scheme == "smtps", takes_password=PASSWORD)) as server:
        with pytest.raises(ConnectorFailed, match=f"名称或证书不符：{words}") as failed:
            Mail(f"{scheme}://duty@{host}:{server.port}", PASSWORD, TO, tls=trusted.trusting()).hand(PARCEL)
        assert failed.value.extra["reason"] == "smtp/certificate"
        assert server.passwords == [] and server.private == [] and server.mails == []
        assert not any(line.startswith(("AUTH", "MAIL", "RCPT")) for line in server.plain)


def test_without_more_ado_only_authorities_of_the_system_are_trusted(authority: Authority) -> None:
    with serving_mail(server_for(authority, "smtp", "localhost")) as server:
        with pytest.raises(ConnectorFailed, match="名称或证书不符"):
            Mail(f"smtp://duty@localhost:{server.port}", PASSWORD, TO).hand(PARCEL)
        assert server.passwords == []


def test_ssl_cert_file_names_an_authority_of_ones_own(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.path))
    with serving_mail(server_for(authority, "smtps", "localhost")) as server:
        Mail(f"smtps://localhost:{server.port}", "", TO).hand(PARCEL)
        assert len(server.mails) == 1


@pytest.mark.parametrize(("host", "inside"), [(FAR, True), ("localhost", False), ("127.0.0.1", False)])
def test_without_a_password_tls_is_used_where_it_is_offered_except_on_this_machine(
    authority: Authority, far: None, host: str, inside: bool
) -> None:
    with serving_mail(server_for(authority, "smtp", host)) as server:
        Mail(f"smtp://{host}:{server.port}", "", TO, tls=authority.trusting()).hand(PARCEL)
        assert [private for private, _ in server.mails] == [inside]


def test_without_a_password_a_wrong_certificate_is_refused_too(authority: Authority, far: None) -> None:
    with serving_mail(server_for(authority, "smtp", "other.invalid")) as server:
        with pytest.raises(ConnectorFailed, match="名称或证书不符"):
            Mail(f"smtp://{FAR}:{server.port}", "", TO, tls=authority.trusting()).hand(PARCEL)
        assert server.mails == []


@pytest.mark.parametrize("host", [FAR, "localhost"])
def test_a_password_never_goes_out_where_no_tls_is_offered(authority: Authority, far: None, host: str) -> None:
    with serving_mail(server_for(authority, "smtp", host, offers=False)) as server:
        with pytest.raises(ConnectorFailed, match="不提供加密连接"):
            Mail(f"smtp://duty@{host}:{server.port}", PASSWORD, TO, tls=authority.trusting()).hand(PARCEL)
        assert server.passwords == [] and server.mails == []
        Mail(f"smtp://{host}:{server.port}", "", TO).hand(PARCEL)
        assert [private for private, _ in server.mails] == [False]


def test_a_wrong_password_and_a_port_without_tls_are_said_in_words(authority: Authority) -> None:
    with serving_mail(server_for(authority, "smtp", "localhost")) as server:
        with pytest.raises(ConnectorRefused, match="不认可账号或密码（535）"):
            Mail(f"smtp://duty@localhost:{server.port}", "wrong", TO, tls=authority.trusting()).hand(PARCEL)
        with pytest.raises(ConnectorFailed, match="加密连接没有建立"):
            Mail(f"smtps://localhost:{server.port}", "", TO, tls=authority.trusting()).hand(PARCEL)


@pytest.mark.parametrize(("name", "trusted", "words"), [
    ("localhost", True, ""), ("localhost", False, "签发机构不在信任之列"), ("other.invalid", True, "证书不是发给这个名称的"),
])  # fmt: skip
def test_a_webhooks_certificate_is_checked_as_well(authority: Authority, tmp_path: Path, name: str, trusted: bool, words: str) -> None:
    taken: list[bytes] = []

    @Request.application
    def take(request: Request) -> Response:
        taken.append(request.get_data())
        return Response("{}")

    server = make_server("127.0.0.1", 0, take, threaded=True, ssl_context=authority.serving(name))
    server.log = lambda *_args: None  # type: ignore[method-assign]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    known = authority if trusted else Authority(tmp_path, "Another CA")
    webhook = Webhook(f"https://localhost:{server.server_port}/alerts", "s" * 20, tls=known.trusting())
    try:
        if not words:
            assert webhook.hand(PARCEL).reference and len(taken) == 1
            return
        with pytest.raises(ConnectorFailed, match=f"名称或证书不符：{words}") as failed:
            webhook.hand(PARCEL)
        assert failed.value.extra["reason"] == "certificate" and taken == []
    finally:
        webhook.close()
        server.shutdown()
        server.server_close()
