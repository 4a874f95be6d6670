"""Telling people and systems outside of an alert: by a webhook, signed, or by mail. Each telling has a key; the same key again changes nothing there.

Webhook: `POST <url>` with `{"warning": {…}}`, `Idempotency-Key`, `X-Yichuang-Time` and `X-Yichuang-Signature` as for departments
(`http_department.signature`). Mail: over `smtp://[name@]host:port` or `smtps://…`; the key is the mail's `Message-ID`.

A mail server's certificate is checked, by name too, before anything is told. `smtp://` turns to TLS where the server offers it; with a password
it must, without one on this machine it need not: a relay there has a certificate of its own making.
"""

import hashlib
import ipaddress
import smtplib
import ssl
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from email.message import EmailMessage
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

import orjson

from connectors import certificates
from connectors.deadline import within
from connectors.http_department import REFUSALS, refused, signature, well
from connectors.wire import Wire
from yichuang.errors import ConnectorFailed, ConnectorRefused
from yichuang.ports import Holding, Parcel, Receipt

PERMANENT = range(500, 600)
"""SMTP's answers that trying again won't change."""


class _Alert:
    """What both have in common: nothing is held there that could be asked for."""

    def digest(self, payload: Mapping[str, Any]) -> str:
        return hashlib.sha256(_body(payload)).hexdigest()

    def holdings(self, since: datetime, until: datetime) -> Iterable[Holding]:
        raise ConnectorRefused("预警只发出，不对账", reason="no_books")


class Webhook(_Alert):
    """A `Connector`. `budget`: seconds for the exchange as a whole."""

    def __init__(
        self, url: str, secret: str, *, budget: float = 5.0, clock: Callable[[], float] = time.time, tls: ssl.SSLContext | None = None
    ) -> None:
        self._url, self._secret, self._budget, self._clock = url, secret, budget, clock
        parts = urlsplit(url)
        self._path = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
        self._wire = Wire(tls)

    def hand(self, parcel: Parcel) -> Receipt:
        body, moment, name = _body(parcel.payload), str(int(self._clock())), quote(parcel.key, safe="+@-_.")
        headers = {
            "Content-Type": "application/json", "Accept": "application/json", "Idempotency-Key": name, "X-Yichuang-Time": moment,
            "X-Yichuang-Operation": parcel.operation,
            "X-Yichuang-Signature": signature(self._secret, moment, "POST", self._path, name, parcel.operation, body),
        }  # fmt: skip
        answer = self._wire.call("POST", self._url, self._budget, headers=headers, body=body)
        if answer.status in REFUSALS:
            raise refused(answer)
        well(answer)
        return Receipt(name[:100], hashlib.sha256(body).hexdigest())

    def close(self) -> None:
        self._wire.close()


class Mail(_Alert):
    """A `Connector`. `url`: `smtp://name@host:port?from=…`, `@` in the name as `%40`; `secret`: the password of `name`, if any;
    `recipients`: addresses; `tls`: whom to trust, else whom the system trusts."""

    def __init__(
        self, url: str, secret: str, recipients: Sequence[str], *, budget: float = 10.0, tls: ssl.SSLContext | None = None
    ) -> None:
        self._parts, self._secret, self._recipients, self._budget = urlsplit(url), secret, tuple(recipients), budget
        self._tls = tls or ssl.create_default_context()

    def hand(self, parcel: Parcel) -> Receipt:
        if not self._recipients:
            raise ConnectorRefused("没有填写收件人", reason="no_recipient")
        mail, until = self._mail(parcel), time.monotonic() + self._budget
        kept: list[smtplib.SMTP] = []
        try:
            within(self._budget, lambda: self._send(mail, until, kept), lambda: _close(kept))
        except (OSError, smtplib.SMTPException) as error:
            raise _told(error) from error
        return Receipt(str(mail["Message-ID"])[:100], hashlib.sha256(_body(parcel.payload)).hexdigest())

    def _send(self, mail: EmailMessage, until: float, kept: list[smtplib.SMTP]) -> None:
        with self._connected(max(0.1, until - time.monotonic())) as server:
            kept.append(server)
            self._secure(server)
            if self._named:
                server.login(unquote(str(self._parts.username)), self._secret)
            if time.monotonic() >= until:
                raise TimeoutError
            server.send_message(mail)

    def _connected(self, seconds: float) -> smtplib.SMTP:
        host, port = self._parts.hostname or "", self._parts.port
        if self._parts.scheme == "smtps":
            return smtplib.SMTP_SSL(host, port or 465, timeout=seconds, context=self._tls)
        return smtplib.SMTP(host, port or 25, timeout=seconds)

    def _secure(self, server: smtplib.SMTP) -> None:
        """Raises `ConnectorFailed` where a password would go out for everybody to read."""
        if self._parts.scheme == "smtps":
            return
        server.ehlo_or_helo_if_needed()
        offered = server.has_extn("starttls")
        if self._named and not offered:
            raise _failed("tls", "邮件服务器不提供加密连接（STARTTLS），密码没有发出")
        if offered and (self._named or not _on_this_machine(self._parts.hostname or "")):
            server.starttls(context=self._tls)

    @property
    def _named(self) -> bool:
        return bool(self._parts.username and self._secret)

    def _mail(self, parcel: Parcel) -> EmailMessage:
        told = parcel.payload["warning"]
        mail, sender = EmailMessage(), parse_qs(self._parts.query).get("from", ["yichuang@localhost"])[0]
        domain = sender.rpartition("@")[2] or "localhost"
        mail["Subject"] = " ".join(f"【{told['level']}】{told['title']}".split())
        mail["From"], mail["To"] = sender, ", ".join(self._recipients)
        mail["Message-ID"] = f"<{hashlib.sha256(parcel.key.encode()).hexdigest()[:40]}@{domain}>"
        mail.set_content(f"{told['words']}\n\n时间：{told['at']}\n处理：{told['url']}\n\n本邮件由一窗自动发出，请在系统中确认，不要回复。\n")
        return mail


def _close(kept: Sequence[smtplib.SMTP]) -> None:
    for one in kept:
        one.close()


def _on_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _told(error: Exception) -> ConnectorFailed | ConnectorRefused:
    """What went wrong, and whether trying again may help."""
    match error:
        case ssl.SSLCertVerificationError():
            return _failed("certificate", certificates.told("邮件服务器", error))
        case ssl.SSLError():
            return _failed("tls", "邮件服务器的加密连接没有建立，请核对端口和方式（smtp 或 smtps）")
        case smtplib.SMTPRecipientsRefused():
            codes = {code for code, _ in error.recipients.values()}
            return _refused_or_failed(bool(codes) and codes <= set(PERMANENT), "recipients", "邮件服务器不收这些收件人")
        case smtplib.SMTPAuthenticationError():
            return _refused_or_failed(error.smtp_code in PERMANENT, str(error.smtp_code), f"邮件服务器不认可账号或密码（{error.smtp_code}）")
        case smtplib.SMTPResponseException():
            return _refused_or_failed(error.smtp_code in PERMANENT, str(error.smtp_code), f"邮件服务器拒绝（{error.smtp_code}）")
    return _failed("unreachable", "邮件服务器连不上或没有答完")


def _refused_or_failed(for_good: bool, reason: str, words: str) -> ConnectorFailed | ConnectorRefused:
    return ConnectorRefused(words, reason=f"smtp/{reason}") if for_good else _failed(reason, words)


def _failed(reason: str, words: str) -> ConnectorFailed:
    return ConnectorFailed(words, reason=f"smtp/{reason}")


def _body(payload: Mapping[str, Any]) -> bytes:
    return orjson.dumps(payload, option=orjson.OPT_SORT_KEYS)
