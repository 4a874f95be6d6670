"""Taking a review by HTTP (check of the link, rules, review, message to the city and event in one durable transaction) against a bare Flask route
that inserts one row in one transaction; PostgreSQL, the same server (granian, one process, eight threads each), in turns in one run.

Limit: half of the bare route's requests a second. YICHUANG_BENCH_REVIEWS for how many services there are to review.
"""

import os
import random
import statistics
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from subprocess import DEVNULL, Popen
from typing import Any

import orjson

from bench._exchange import _await, free_port
from bench._ground import own_schema, percentile
from bench._reviews import environment_of, platform, serve

REVIEWS, ROUNDS, SECONDS, CONNECTIONS, THREADS, LIMIT = 24_000, 5, 2.0, 8, "8", 0.5
URL = "YICHUANG_BENCH_URL"


def bare() -> Any:
    """What it is measured against: Flask, SQLAlchemy, one INSERT, one commit."""
    from flask import Flask, request
    from sqlalchemy import create_engine, text

    app = Flask("bare")
    engine = create_engine(os.environ[URL], pool_size=20)
    insert = text("INSERT INTO bare_rows (id, body) VALUES (:id, :body)")

    @app.post("/row")
    def row() -> tuple[dict[str, str], int]:
        body = request.get_json()
        key = str(uuid.uuid4())
        with engine.begin() as connection:
            connection.execute(insert, {"id": key, "body": str(body["words"])})
        return {"id": key}, 201

    return app


def main() -> int:
    count = int(os.environ.get("YICHUANG_BENCH_REVIEWS", REVIEWS))
    with tempfile.TemporaryDirectory() as name, own_schema() as database:
        more = {URL: database, "YICHUANG_LOG_FORMAT": "json", "YICHUANG_FORWARDED_HOPS": "1"}
        environment = environment_of(Path(name), database, free_port()) | more
        with platform(environment) as services:
            paths = [f"/r/{token}" for token in serve(services, count)]
            with services.database.writing() as connection:
                connection.exec_driver_sql("CREATE TABLE bare_rows (id VARCHAR(36) PRIMARY KEY, body TEXT NOT NULL)")
            with server("bench.review:bare", environment) as theirs, server("yichuang.bootstrap:application", environment) as ours:
                return _compare(theirs, ours, paths, services)


@contextmanager
def server(target: str, environment: dict[str, str]) -> Iterator[int]:
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--factory", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    more = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **environment}
    process = Popen([*command, "--blocking-threads", THREADS, target], env=more, stdout=DEVNULL, stderr=DEVNULL)
    try:
        _await(port, 40.0)
        yield port
    finally:
        process.terminate()
        process.wait()


class Load:
    """So many connections, each asking as fast as it is answered."""

    def __init__(self, port: int, paths: Sequence[str] = ()) -> None:
        self._port, self._paths, self._at, self._lock = port, paths, 0, threading.Lock()

    def run(self, seconds: float) -> tuple[float, float, int]:
        """Requests a second, p99 in ms, how many."""
        times: list[float] = []
        end = time.perf_counter() + seconds
        threads = [threading.Thread(target=self._ask, args=(end, times)) for _ in range(CONNECTIONS)]
        began = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return len(times) / (time.perf_counter() - began), percentile(times, 0.99) * 1000, len(times)

    def _ask(self, end: float, times: list[float]) -> None:
        connection = HTTPConnection("127.0.0.1", self._port)
        while (began := time.perf_counter()) < end and (path := self._next()):
            body = {"grade": 5, "tags": ["510", "517"], "words": "很快，谢谢", "channel": "qr", "key": uuid.uuid4().hex, "device": "bench"}
            headers = {"Content-Type": "application/json", "Accept": "application/json", "X-Forwarded-For": _address()}
            connection.request("POST", path, orjson.dumps(body), headers)
            answer = connection.getresponse()
            said = answer.read()
            if answer.status != 201:
                print(f"{path} answered {answer.status}: {said[:300]!r}")
                os._exit(1)
            times.append(time.perf_counter() - began)
        connection.close()

    def _next(self) -> str:
        if not self._paths:
            return "/row"
        with self._lock:
            self._at += 1
            return self._paths[self._at - 1] if self._at <= len(self._paths) else ""


def _address() -> str:
    """Another one each time, as reviews come from: what one address may do is limited."""
    return ".".join(["10", *(str(random.randrange(256)) for _ in range(3))])


def _compare(theirs: int, ours: int, paths: Sequence[str], services: Any) -> int:
    peer, mine = Load(theirs), Load(ours, paths)
    peer.run(1.0)
    asked = mine.run(1.0)[2]
    pairs = []
    for _ in range(ROUNDS):
        pairs.append((peer.run(SECONDS), mine.run(SECONDS)))
        asked += pairs[-1][1][2]
    ratio = statistics.median(one[0] / other[0] for other, one in pairs)
    base, own = ([statistics.median(values) for values in zip(*side, strict=True)] for side in zip(*pairs, strict=True))
    kept = services.reviews.counts()[0]
    print(f"bare Flask, one row: {base[0]:,.0f} requests/s, p99 {base[1]:.1f} ms; a review: {own[0]:,.0f} requests/s, p99 {own[1]:.1f} ms")
    print(f"review/bare = {ratio:.2f} (limit {LIMIT}); {kept:,} reviews kept of {asked:,} taken")
    return 0 if ratio >= LIMIT and kept == asked else 1
