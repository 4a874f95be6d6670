"""HTTP whose calls end by a deadline: names, connections, slow readers and answers that arrive drop by drop are all within it.

No thread watches over a call: every read and write is given what is left of the time. Only where a name has to be looked up does the opening
of a connection run in a thread, because that can't be bounded otherwise. The standard library's client, which costs a third of httpx: a relay
makes hundreds of calls a second.
"""

import http.client
import io
import ipaddress
import select
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from connectors import certificates
from connectors.deadline import within
from yichuang.errors import ConnectorFailed

CHUNK = 65536
KEPT_SECONDS = 15.0
"""A connection that lay idle for longer is not used again: the other side may have closed it."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


class Wire:
    """Kept connections, for many threads: each call has one to itself. `tls`: whom to trust, else whom the system trusts."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self._tls = tls or ssl.create_default_context()
        self._idle: dict[tuple[str, str], list[_Line]] = {}
        self._lock = threading.Lock()

    def call(self, method: str, url: str, seconds: float, *, headers: Mapping[str, str], body: bytes = b"", most: int = CHUNK) -> Answer:
        """One exchange of at most `seconds`; of the answer at most `most` bytes. Raises `ConnectorFailed` with a `reason`."""
        until, parts = time.monotonic() + seconds, urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ConnectorFailed("对方系统的地址不对", reason="address")
        line = self._line(parts.scheme, parts.netloc, until)
        try:
            answer = line.exchange(method, f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}", headers, body, most, until)
        except TimeoutError as error:
            line.close()
            raise ConnectorFailed(f"{seconds:.3g} 秒内没有答完", reason="timeout") from error
        except (OSError, http.client.HTTPException) as error:
            line.close()
            raise ConnectorFailed("对方中途断开了连接", reason="cut") from error
        except BaseException:
            line.close()
            raise
        self._put_back(line)
        return answer

    def close(self) -> None:
        with self._lock:
            lines = [line for kept in self._idle.values() for line in kept]
            self._idle.clear()
        for line in lines:
            line.close()

    # ------------------------------------------------------------------ connections

    def _line(self, scheme: str, netloc: str, until: float) -> "_Line":
        while True:
            with self._lock:
                kept = self._idle.get((scheme, netloc))
                line = kept.pop() if kept else None
            if line is None:
                return self._opened(scheme, netloc, until)
            if line.usable():
                return line
            line.close()

    def _opened(self, scheme: str, netloc: str, until: float) -> "_Line":
        parts = urlsplit(f"{scheme}://{netloc}")
        host, port = str(parts.hostname), parts.port or (443 if scheme == "https" else 80)
        late = threading.Event()

        def connect() -> _Line:
            made = _Line(scheme, netloc, _connected(host, port, self._tls if scheme == "https" else None, until))
            if late.is_set():
                made.close()
            return made

        try:
            return connect() if _is_address(host) else within(until - time.monotonic(), connect, late.set)
        except TimeoutError as error:
            raise ConnectorFailed("没有及时连上对方系统", reason="timeout") from error
        except ssl.SSLCertVerificationError as error:
            raise ConnectorFailed(certificates.told("对方系统", error), reason="certificate") from error
        except OSError as error:
            raise ConnectorFailed("连不上对方系统", reason="unreachable") from error

    def _put_back(self, line: "_Line") -> None:
        if line.over:
            line.close()
            return
        with self._lock:
            self._idle.setdefault((line.scheme, line.netloc), []).append(line)


class _Line:
    """One connection."""

    def __init__(self, scheme: str, netloc: str, sock: socket.socket) -> None:
        self.scheme, self.netloc, self.over = scheme, netloc, False
        self._timed, self._since = _Timed(sock), time.monotonic()
        self._client = http.client.HTTPConnection(netloc)
        self._client.sock = self._timed

    def exchange(self, method: str, path: str, headers: Mapping[str, str], body: bytes, most: int, until: float) -> Answer:
        self._timed.until = until
        self._client.request(method, path, body or None, dict(headers))
        answer = self._client.getresponse()
        told = answer.read(most + 1)
        if len(told) > most:
            raise ConnectorFailed("对方的应答太长", reason="bad_answer")
        if answer.length:
            raise http.client.IncompleteRead(told, answer.length)
        self.over, self._since = answer.will_close or not answer.isclosed(), time.monotonic()
        return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, told)

    def usable(self) -> bool:
        """Not idle for too long, and nothing to read: what comes unasked is the other side's farewell."""
        return time.monotonic() - self._since < KEPT_SECONDS and not select.select([self._timed.sock], [], [], 0)[0]

    def close(self) -> None:
        self._timed.sock.close()


class _Timed:
    """A socket each of whose operations has what is left until a moment; as much of a socket as `http.client` uses."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock, self.until = sock, 0.0

    def sendall(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            self.sock.settimeout(_left(self.until))
            rest = rest[self.sock.send(rest) :]

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Reading(self))

    def close(self) -> None:
        """The client says so as soon as it knows that nothing follows the answer, which is still to be read: `_Line` closes."""


class _Reading(io.RawIOBase):
    def __init__(self, timed: _Timed) -> None:
        self._timed = timed

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._timed.sock.settimeout(_left(self._timed.until))
        return self._timed.sock.recv_into(buffer)


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _connected(host: str, port: int, tls: ssl.SSLContext | None, until: float) -> socket.socket:
    sock = socket.create_connection((host, port), _left(until))
    try:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.settimeout(_left(until))
        return tls.wrap_socket(sock, server_hostname=host) if tls else sock
    except BaseException:
        sock.close()
        raise


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
