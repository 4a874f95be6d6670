"""`/n/<code>` in granian against a minimal WSGI "hello" in the same server, same run, PostgreSQL behind the notices.

Limit: 0.7 of hello's requests a second. A page is given whole (brotli, as browsers ask), on kept connections with pipelined requests, so that
the load generator isn't what is measured. Also: an unchanged page is answered 304 without a body, and every opening is counted.
"""

import os
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from sqlalchemy import func, select

from bench._ground import kinds_without_checks, own_schema
from renderers.pdf import PdfRenderer
from yichuang.catalogue.feed import Catalogue
from yichuang.catalogue.packing import packaged
from yichuang.catalogue.service import Publishing
from yichuang.database import Database
from yichuang.migrations import upgrade
from yichuang.notices.model import notice_events
from yichuang.notices.service import Notices
from yichuang.ports import SystemClock
from yichuang.settings import Settings
from yichuang.web.fast import front

LIMIT = 0.7
ROUNDS, SECONDS, CONNECTIONS, DEPTH = 9, 0.8, 4, 16
ITEM = "food_business_new"
SITUATION = {
    "business_type": "catering", "catering_scale": "small", "business_items": ["hot_food"], "premises": "rent", "handler": "self",
}  # fmt: skip
URL = "YICHUANG_BENCH_DATABASE_URL"
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Any]


def hello() -> Wsgi:
    """The reference: the least a WSGI application can do."""

    def application(_environ: dict[str, Any], start: Callable[..., Any]) -> Any:
        start("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "5")])
        return [b"hello"]

    return application


def _services(url: str) -> Any:
    database, clock = Database(url), SystemClock()
    catalogue = Catalogue(database, clock)
    notices = Notices(database, catalogue, clock, "https://hall.example.gov.cn", PdfRenderer())
    return SimpleNamespace(database=database, clock=clock, catalogue=catalogue, notices=notices, settings=Settings())


def fast() -> Wsgi:
    """What a worker serves, without Flask behind it."""
    services = _services(os.environ[URL])
    services.catalogue.refresh()
    services.catalogue.start()
    services.notices.start()
    return front(hello(), services)


@contextmanager
def served(target: str, url: str) -> Iterator[int]:
    """A granian with one worker and two threads; gives its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--factory", "--workers", "1", "--blocking-threads", "2", "--no-access-log",
        "--log-level", "error", "--host", "127.0.0.1", "--port", str(port), f"bench.notice:{target}",
    ]  # fmt: skip
    process = subprocess.Popen(command, env={**os.environ, URL: url})
    try:
        _await(port)
        yield port
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(15)


def _await(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), 0.2).close()
            return
        except OSError:
            time.sleep(0.05)
    raise SystemExit("granian did not start")


def ask(port: int, path: str, *headers: str) -> bytes:
    """One request on a connection of its own: the whole answer."""
    with socket.create_connection(("127.0.0.1", port), 5) as connection:
        connection.sendall(_request(path, *headers, "Connection: close"))
        return b"".join(iter(lambda: connection.recv(65536), b""))


def _request(path: str, *headers: str) -> bytes:
    return "\r\n".join(
        [f"GET {path} HTTP/1.1", "Host: 127.0.0.1", "Accept-Encoding: gzip, deflate, br", *headers, "", ""]
    ).encode()


class Load:
    """Kept connections that each have `DEPTH` requests under way."""

    def __init__(self, port: int, path: str) -> None:
        self._connections = [socket.create_connection(("127.0.0.1", port), 5) for _ in range(CONNECTIONS)]
        self._batch = _request(path) * DEPTH
        self._size = self._measure(path)

    def _measure(self, path: str) -> int:
        connection = self._connections[0]
        connection.sendall(_request(path))
        got = connection.recv(65536)
        while b"\r\n\r\n" not in got:
            got += connection.recv(65536)
        head, _, body = got.partition(b"\r\n\r\n")
        if b" 200 OK" not in head:
            raise SystemExit(f"not served: {head!r}")
        length = next(
            int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")
        )
        while len(body) < length:
            body += connection.recv(65536)
        return len(head) + 4 + length

    def run(self, seconds: float) -> float:
        """Requests a second."""
        for connection in self._connections:
            connection.sendall(self._batch)
        done, began = 0, time.perf_counter()
        while time.perf_counter() - began < seconds:
            for connection in self._connections:
                self._drain(connection)
                connection.sendall(self._batch)
                done += DEPTH
        spent = time.perf_counter() - began
        for connection in self._connections:
            self._drain(connection)
        return done / spent

    def _drain(self, connection: socket.socket) -> None:
        left = self._size * DEPTH
        while left:
            left -= len(connection.recv(min(left, 1 << 18)))

    def close(self) -> None:
        for connection in self._connections:
            connection.close()


def _prepare(url: str) -> str:
    services = _services(url)
    upgrade(services.database)
    Publishing(services.database, kinds_without_checks(), services.clock, services.catalogue).ensure_first_release(
        packaged()
    )
    services.catalogue.refresh()
    path: str = services.notices.issue(ITEM, SITUATION, "desk").path
    services.database.dispose()
    return path


def _unchanged(port: int, path: str) -> bool:
    head = ask(port, path).partition(b"\r\n\r\n")[0].decode().lower()
    etag = next(line.partition(":")[2].strip() for line in head.split("\r\n") if line.startswith("etag:"))
    answer = ask(port, path, f"If-None-Match: {etag}")
    return answer.startswith(b"HTTP/1.1 304") and answer.partition(b"\r\n\r\n")[2] == b""


def _counted(url: str) -> int:
    time.sleep(2.5)
    database = Database(url)
    with database.reading() as connection:
        found = int(connection.execute(select(func.coalesce(func.sum(notice_events.c.count), 0))).scalar_one())
    database.dispose()
    return found


def main() -> int:
    with own_schema() as url:
        path = _prepare(url)
        with served("hello", url) as plain, served("fast", url) as ours:
            loads = Load(plain, "/"), Load(ours, path)
            for load in loads:
                load.run(0.5)
            pairs = [(loads[0].run(SECONDS), loads[1].run(SECONDS)) for _ in range(ROUNDS)]
            for load in loads:
                load.close()
            unchanged, size = _unchanged(ours, path), len(ask(ours, path).partition(b"\r\n\r\n")[2])
            counted = _counted(url)
    ratio = statistics.median(page / reference for reference, page in pairs)
    reference, page = (statistics.median(column) for column in zip(*pairs, strict=True))
    print(
        f"hello {reference:,.0f} requests/s; notice page of {size:,} bytes {page:,.0f} requests/s; {counted:,} openings counted"
    )
    print(f"an unchanged page is answered 304 without a body: {'yes' if unchanged else 'NO'}")
    print(f"notice/hello = {ratio:.2f} (limit {LIMIT})")
    return 0 if ratio >= LIMIT and unchanged and counted else 1
