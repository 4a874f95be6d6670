"""The sandbox's duty office: takes alerts by webhook and by mail, shows what came. No mail leaves the machine."""

import contextlib
import email
import email.policy
import hashlib
import socketserver
import threading
from email.message import EmailMessage

import orjson
from werkzeug.wrappers import Request, Response

from connectors.http_department import signature
from connectors.sandbox.received import OtherContent, Store


class DutyOffice:
    """`port` 0: no mail server."""

    def __init__(self, store: Store, secret: str, port: int = 0) -> None:
        self.store, self._secret, self._port = store, secret, port
        self._server: _Server | None = None

    def take(self, request: Request) -> Response:
        """The webhook."""
        body, key = request.get_data(), request.headers.get("Idempotency-Key", "")
        parts = (request.headers.get("X-Yichuang-Time", ""), "POST", request.path, key, request.headers.get("X-Yichuang-Operation", ""))
        if request.headers.get("X-Yichuang-Signature") != signature(self._secret, *parts, body):
            return Response("signature", 401)
        return self._kept(key, "接口", body)

    def _kept(self, key: str, step: str, body: bytes) -> Response:
        try:
            title = str(orjson.loads(body)["warning"]["title"])
            self.store.take(key, title, step, hashlib.sha256(body).hexdigest(), body.decode())
        except (orjson.JSONDecodeError, KeyError, TypeError):
            return Response("unreadable", 422)
        except OtherContent:
            return Response("other content", 409)
        return Response('{"ok": true}', mimetype="application/json")

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
            verb = line.split(" ", 1)[0].upper()
            if verb == "DATA":
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
