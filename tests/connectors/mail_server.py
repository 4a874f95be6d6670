"""A mail server with TLS on a free loopback port, which writes down what it was told before and after it became private."""

import base64
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any


class MailServer(socketserver.ThreadingTCPServer):
    """`tls`: with what it serves; `at_once`: from the first byte (smtps), else by STARTTLS; `offers`: whether it says that it has it."""

    allow_reuse_address, daemon_threads = True, True

    def __init__(self, tls: ssl.SSLContext, *, at_once: bool = False, offers: bool = True, takes_password: str = "") -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.tls, self.at_once, self.offers, self.takes_password = tls, at_once, offers, takes_password
        self.plain: list[str] = []
        self.private: list[str] = []
        self.mails: list[tuple[bool, str]] = []

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    @property
    def passwords(self) -> list[str]:
        """Whatever looked like one, whether it was private or not."""
        given = [line.split(" ", 2)[2] for line in self.plain + self.private if line.upper().startswith("AUTH PLAIN ")]
        return [base64.b64decode(one).split(b"\0")[2].decode() for one in given]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up over a certificate are what is tested."""


class _Session(socketserver.StreamRequestHandler):
    server: MailServer

    def setup(self) -> None:
        self.inside = self.server.at_once
        if self.inside:
            self.request = self.server.tls.wrap_socket(self.request, server_side=True)
        super().setup()

    def handle(self) -> None:
        self._say("220 here")
        with suppress(OSError):
            while line := self.rfile.readline(2000).decode().strip():
                (self.server.private if self.inside else self.server.plain).append(line)
                if not self._answer(line.split(" ", 1)[0].upper(), line):
                    return

    def _answer(self, verb: str, line: str) -> bool:
        if verb == "EHLO":
            more = "" if self.inside or not self.server.offers else "250-STARTTLS\r\n"
            self._say(f"250-here\r\n{more}250 AUTH PLAIN")
        elif verb == "STARTTLS":
            self._say("220 go on")
            self.request = self.server.tls.wrap_socket(self.request, server_side=True)
            self.inside = True
            super().setup()
        elif verb == "AUTH":
            self._say("235 yes" if self.server.passwords[-1] == self.server.takes_password else "535 no")
        elif verb == "DATA":
            self._say("354 go on")
            self.server.mails.append((self.inside, self._data()))
            self._say("250 kept")
        else:
            self._say("221 bye" if verb == "QUIT" else "250 ok")
        return verb != "QUIT"

    def _data(self) -> str:
        lines = []
        while (line := self.rfile.readline(100_000)) not in (b".\r\n", b""):
            lines.append(line)
        return b"".join(lines).decode()

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())
        self.wfile.flush()


@contextmanager
def serving_mail(server: MailServer) -> Iterator[MailServer]:
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
