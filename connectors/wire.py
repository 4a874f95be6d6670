"""HTTP whose calls end by a deadline: names, connections, slow readers and answers that arrive drop by drop are all within it.

No thread watches over a call: every read and write on a kept connection is given what is left of the time. Only the opening of a connection
runs in a thread, because looking up a name can't be bounded otherwise.
"""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import httpcore

from connectors.deadline import within
from yichuang.errors import ConnectorFailed

CHUNK = 65536
KEPT_SECONDS = 30.0
_until = threading.local()


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


class Wire:
    """Kept connections to one place, for many threads. `connections`: at most so many at once."""

    def __init__(self, connections: int = 64) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=ssl.create_default_context(), max_connections=connections, max_keepalive_connections=connections,
            keepalive_expiry=KEPT_SECONDS, network_backend=_Backend(),
        )  # fmt: skip

    def call(self, method: str, url: str, seconds: float, *, headers: Mapping[str, str], body: bytes = b"", most: int = CHUNK) -> Answer:
        """One exchange of at most `seconds`; of the answer at most `most` bytes. Raises `ConnectorFailed` with a `reason`."""
        _until.moment = time.monotonic() + seconds
        try:
            return self._call(method, url, list(headers.items()), body, most, seconds)
        except httpcore.TimeoutException as error:
            raise ConnectorFailed(f"{seconds:g} 秒内没有答完", reason="timeout") from error
        except httpcore.ConnectError as error:
            raise ConnectorFailed("连不上对方系统", reason="unreachable") from error
        except (httpcore.NetworkError, httpcore.ProtocolError) as error:
            raise ConnectorFailed("对方中途断开了连接", reason="cut") from error
        except httpcore.UnsupportedProtocol as error:
            raise ConnectorFailed("对方系统的地址不对", reason="address") from error

    def _call(self, method: str, url: str, headers: list[tuple[str, str]], body: bytes, most: int, seconds: float) -> Answer:
        with self._pool.stream(method, url, headers=headers, content=body, extensions={"timeout": {"pool": seconds}}) as answer:
            parts, size = [], 0
            for part in answer.iter_stream():
                size += len(part)
                if size > most:
                    raise ConnectorFailed("对方的应答太长", reason="bad_answer")
                parts.append(part)
            told = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in answer.headers}
            return Answer(answer.status, told, b"".join(parts))

    def close(self) -> None:
        self._pool.close()


def _left() -> float:
    left = float(getattr(_until, "moment", 0.0)) - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout
    return left


class _Stream(httpcore.NetworkStream):
    """A connection as the thread that uses it at the moment sees it: with what is left of that thread's time."""

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        sock: socket.socket = self._stream.get_extra_info("socket")
        rest = memoryview(buffer)
        try:
            while rest:
                sock.settimeout(_left())
                rest = rest[sock.send(rest) :]
        except TimeoutError as error:
            raise httpcore.WriteTimeout from error
        except OSError as error:
            raise httpcore.WriteError from error

    def close(self) -> None:
        self._stream.close()

    def start_tls(self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None) -> httpcore.NetworkStream:
        return _Stream(_opened(lambda left: self._stream.start_tls(ssl_context, server_hostname, left)))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _Backend(httpcore.NetworkBackend):
    def __init__(self) -> None:
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, local_address: str | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore.NetworkStream:
        return _Stream(_opened(lambda left: self._plain.connect_tcp(host, port, left, local_address, socket_options)))


def _opened(work: Callable[[float], httpcore.NetworkStream]) -> httpcore.NetworkStream:
    """A stream within what is left of the caller's time; one that comes too late is closed."""
    left, late = _left(), threading.Event()

    def run() -> httpcore.NetworkStream:
        stream = work(left)
        if late.is_set():
            stream.close()
        return stream

    try:
        return within(left, run, late.set)
    except ConnectorFailed as error:
        raise httpcore.ConnectTimeout from error
