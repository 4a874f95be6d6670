"""The sandbox's duty office: takes alerts by webhook and by mail, shows what came. No mail leaves the machine.

What it does with a webhook is what every receiver should do: time, signature, key, in this order.
"""

import contextlib
import email
import email.policy
import hashlib
import secrets
import socketserver
import threading
import time
from collections.abc import Mapping
from email.message import EmailMessage

import orjson
from werkzeug.wrappers import Request, Response

from connectors.http_department import signature
from connectors.sandbox.pages import json_answer
from connectors.sandbox.received import OtherContent, Store

WINDOW_SECONDS = 300
REFUSE, FAIL = "refuse", "fail"
MODES = {"": "正常", REFUSE: "拒收（接口 422，邮件 550）", FAIL: "暂时出错（接口 503，邮件 451）"}


class DutyOffice:
    """`port` 0: no mail server."""

    def __init__(self, store: Store, secret: str, port: int = 0) -> None:
        self.store, self.mode, self._secret, self._port = store, "", secret, port
        self._server: _Server | None = None

    def switch(self, given: Mapping[str, str]) -> None:
        self.mode = given["mode"] if given.get("mode") in MODES else self.mode

    def take(self, request: Request) -> Response:
        """The webhook. The same key again changes nothing and is answered as the first time."""
        if fault := self._fault(request):
            return json_answer({"message": fault}, 401)
        if self.mode:
            return json_answer({"message": f"演示：{MODES[self.mode]}"}, 422 if self.mode == REFUSE else 503)
        return self._kept(request.headers.get("Idempotency-Key", ""), "接口", request.get_data())

    def _fault(self, request: Request) -> str:
        """Why the request is not the platform's own of these minutes; empty when it is."""
        moment, given = (request.headers.get(f"X-Yichuang-{name}", "") for name in ("Time", "Signature"))
        if not moment.isdecimal() or abs(time.time() - int(moment)) > WINDOW_SECONDS:
            return "时间相差超过 5 分钟"
        path, key = request.full_path.removesuffix("?"), request.headers.get("Idempotency-Key", "")
        own = signature(self._secret, moment, "POST", path, key, request.headers.get("X-Yichuang-Operation", ""), request.get_data())
        return "" if secrets.compare_digest(own.encode(), given.encode()) else "签名不符"

    def _kept(self, key: str, step: str, body: bytes) -> Response:
        try:
            title = str(orjson.loads(body)["warning"]["title"])
            self.store.take(key, title, step, hashlib.sha256(body).hexdigest(), body.decode())
        except (orjson.JSONDecodeError, KeyError, TypeError):
            return json_answer({"message": "内容无法读取"}, 422)
        except OtherContent:
            return json_answer({"message": "同一编号已有不同内容"}, 409)
        return json_answer({"ok": True})

    def mail(self, raw: bytes) -> None:
        """One mail as it came."""
        found = email.message_from_bytes(raw, policy=email.policy.default)
        assert isinstance(found, EmailMessage)
        words = found.get_content().strip() if found.get_content_type() == "text/plain" else ""
        told = {"from": str(found["From"]), "to": str(found["To"]), "subject": str(found["Subject"]), "words": words}
        body = orjson.dumps(told)
        with contextlib.suppress(OtherContent):
            self.store.take(str(found["Message-ID"]), told["subject"], "邮件", hashlib.sha256(body).hexdigest(), body.decode())

    def start(self) -> None:
        if self._port:
            self._server = _Server(("127.0.0.1", self._port), _Session)
            self._server.office = self
            threading.Thread(target=self._server.serve_forever, name="sandbox-mail", daemon=True).start()

    def stop(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address, daemon_threads = True, True
    office: DutyOffice


class _Session(socketserver.StreamRequestHandler):
    """As much of SMTP as a sender of one mail needs."""

    server: _Server

    def handle(self) -> None:
        self._say("220 sandbox")
        while line := self.rfile.readline(2000).decode("utf-8", "replace").strip():
            verb, mode = line.split(" ", 1)[0].upper(), self.server.office.mode
            if verb == "RCPT" and mode:
                self._say("550 not here" if mode == REFUSE else "451 later")
            elif verb == "DATA":
                self._say("354 go on")
                self.server.office.mail(self._data())
                self._say("250 kept")
            elif verb == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250-sandbox\r\n250 8BITMIME" if verb == "EHLO" else "250 ok")

    def _data(self) -> bytes:
        lines = []
        while (line := self.rfile.readline(100_000)) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        return b"".join(lines)

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())
