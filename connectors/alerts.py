"""Telling people and systems outside of an alert: by a webhook, signed, or by mail. Each telling has a key; the same key again changes nothing there.

Webhook: `POST <url>` with `{"warning": {…}}`, `Idempotency-Key`, `X-Yichuang-Time` and `X-Yichuang-Signature` as for departments
(`http_department.signature`). Mail: over `smtp://[name@]host:port` or `smtps://…`; the key is the mail's `Message-ID`.
"""

import hashlib
import smtplib
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from email.message import EmailMessage
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import orjson

from connectors.deadline import within
from connectors.http_department import REFUSALS, signature
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

    def __init__(self, url: str, secret: str, *, budget: float = 5.0, clock: Callable[[], float] = time.time) -> None:
        self._url, self._secret, self._budget, self._clock = url, secret, budget, clock
        self._path = urlsplit(url).path or "/"
        self._wire = Wire()

    def hand(self, parcel: Parcel) -> Receipt:
        body, moment, name = _body(parcel.payload), str(int(self._clock())), quote(parcel.key, safe="+@-_.")
        headers = {
            "Content-Type": "application/json", "Accept": "application/json", "Idempotency-Key": name, "X-Yichuang-Time": moment,
            "X-Yichuang-Operation": parcel.operation,
            "X-Yichuang-Signature": signature(self._secret, moment, "POST", self._path, name, parcel.operation, body),
        }  # fmt: skip
        answer = self._wire.call("POST", self._url, self._budget, headers=headers, body=body)
        if answer.status in REFUSALS:
            raise ConnectorRefused(f"对方拒收（{answer.status}）", reason=f"refused/{answer.status}")
        if not 200 <= answer.status < 300:
            raise ConnectorFailed(f"对方系统出错（{answer.status}）", reason=f"status/{answer.status}")
        return Receipt(name[:100], hashlib.sha256(body).hexdigest())

    def close(self) -> None:
        self._wire.close()


class Mail(_Alert):
    """A `Connector`. `url`: `smtp://name@host:port?from=…`; `secret`: the password of `name`, if any; `recipients`: addresses."""

    def __init__(self, url: str, secret: str, recipients: Sequence[str], *, budget: float = 10.0) -> None:
        self._parts, self._secret, self._recipients, self._budget = urlsplit(url), secret, tuple(recipients), budget

    def hand(self, parcel: Parcel) -> Receipt:
        if not self._recipients:
            raise ConnectorRefused("没有填写收件人", reason="no_recipient")
        mail, until = self._mail(parcel), time.monotonic() + self._budget
        kept: list[smtplib.SMTP] = []
        try:
            within(self._budget, lambda: self._send(mail, until, kept), lambda: _close(kept))
        except smtplib.SMTPRecipientsRefused as error:
            codes = {code for code, _ in error.recipients.values()}
            raise (_refused if codes and all(code in PERMANENT for code in codes) else _failed)("recipients", "邮件服务器不收这些收件人") from error
        except smtplib.SMTPResponseException as error:
            raise (_refused if error.smtp_code in PERMANENT else _failed)(str(error.smtp_code), f"邮件服务器拒绝（{error.smtp_code}）") from error
        except (OSError, smtplib.SMTPException) as error:
            raise _failed("unreachable", "邮件服务器连不上或没有答完") from error
        return Receipt(str(mail["Message-ID"])[:100], hashlib.sha256(_body(parcel.payload)).hexdigest())

    def _send(self, mail: EmailMessage, until: float, kept: list[smtplib.SMTP]) -> None:
        make = smtplib.SMTP_SSL if self._parts.scheme == "smtps" else smtplib.SMTP
        left = max(0.1, until - time.monotonic())
        with make(self._parts.hostname or "", self._parts.port or (465 if self._parts.scheme == "smtps" else 25), timeout=left) as server:
            kept.append(server)
            if self._parts.username and self._secret:
                if self._parts.scheme != "smtps":
                    server.starttls()
                server.login(self._parts.username, self._secret)
            server.send_message(mail)

    def _mail(self, parcel: Parcel) -> EmailMessage:
        told = parcel.payload["warning"]
        mail, sender = EmailMessage(), parse_qs(self._parts.query).get("from", ["yichuang@localhost"])[0]
        domain = sender.rpartition("@")[2] or "localhost"
        mail["Subject"] = f"【{told['level']}】{told['title']}"
        mail["From"], mail["To"] = sender, ", ".join(self._recipients)
        mail["Message-ID"] = f"<{hashlib.sha256(parcel.key.encode()).hexdigest()[:40]}@{domain}>"
        mail.set_content(f"{told['words']}\n\n时间：{told['at']}\n处理：{told['url']}\n\n本邮件由一窗自动发出，请在系统中确认，不要回复。\n")
        return mail


def _close(kept: Sequence[smtplib.SMTP]) -> None:
    for one in kept:
        one.close()


def _refused(reason: str, words: str) -> ConnectorRefused:
    return ConnectorRefused(words, reason=f"smtp/{reason}")


def _failed(reason: str, words: str) -> ConnectorFailed:
    return ConnectorFailed(words, reason=f"smtp/{reason}")


def _body(payload: Mapping[str, Any]) -> bytes:
    return orjson.dumps(payload, option=orjson.OPT_SORT_KEYS)
