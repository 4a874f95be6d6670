"""From a publication's commit to the moment each of four worker processes serves it, while they answer HTTP requests.

Fifty publications by polling alone (limit 300 ms p99), fifty with NOTIFY (50 ms p99), on a district of 300 items; no request may
fail. Reference in the same run: a bare `LISTEN` connection that hears the same commits. One machine, one monotonic clock.
"""

import http.client
import multiprocessing
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import psycopg

from bench._ground import district, kinds_without_checks, own_schema, percentile
from yichuang.catalogue.feed import CHANNEL, Catalogue
from yichuang.catalogue.service import Publishing
from yichuang.catalogue.snapshot import Snapshot
from yichuang.database import Database
from yichuang.migrations import upgrade
from yichuang.ports import SYSTEM, SystemClock

WORKERS, PUBLICATIONS, ITEMS, EDITED = 4, 50, 300, "item_00007"
LIMITS = {"polling": 0.300, "notify": 0.050}


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        pass


def worker(url: str, notify: bool, pipe: Connection) -> None:
    """Serves the edited item's title; tells over the pipe when it first served each release."""
    database = Database(url)
    catalogue = Catalogue(database, SystemClock(), poll_ms=100, notify=notify)
    served: dict[int, float] = {}

    def note(snapshot: Snapshot) -> None:
        served[snapshot.release] = time.monotonic()

    def application(_environ: Any, start: Any) -> list[bytes]:
        snapshot = catalogue.current()
        body = f"{snapshot.release} {snapshot.get('item', EDITED)['title']}".encode()
        start("200 OK", [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body)))])
        return [body]

    catalogue.subscribe(note)
    catalogue.refresh()
    catalogue.start()
    server = make_server("127.0.0.1", 0, application, _Server, _Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    pipe.send(server.server_port)
    pipe.recv()
    catalogue.stop()
    pipe.send(served)
    database.dispose()


@dataclass
class Asker:
    """Asks one worker again and again; counts answers and keeps what went wrong."""

    port: int
    answers: int = 0
    failures: list[str] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        while not self.stop.wait(0.01):
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
            try:
                connection.request("GET", "/")
                response = connection.getresponse()
                text = response.read().decode()
                release, title = text.split(" ", 1)
                if response.status != 200 or not title.endswith(f"第 {release} 版"):
                    self.failures.append(text)
                self.answers += 1
            except OSError as error:
                self.failures.append(repr(error))
            finally:
                connection.close()


class Committed(Catalogue):
    """The publisher's own catalogue: `refresh` is the first thing after the commit, so its call is the commit's moment."""

    moment = 0.0

    def refresh(self) -> Snapshot | None:
        self.moment = time.monotonic()
        return super().refresh()


@contextmanager
def listening(url: str) -> Iterator[list[float]]:
    """The moments at which a bare connection hears the channel."""
    heard: list[float] = []
    stop = threading.Event()
    address = Database(url).url.set(drivername="postgresql").render_as_string(hide_password=False)
    connection = psycopg.connect(address, autocommit=True)
    connection.execute(f"LISTEN {CHANNEL}")

    def listen() -> None:
        while not stop.is_set():
            for _ in connection.notifies(timeout=0.2, stop_after=1):
                heard.append(time.monotonic())

    thread = threading.Thread(target=listen)
    thread.start()
    yield heard
    stop.set()
    thread.join()
    connection.close()


def publish_all(database: Database) -> dict[int, float]:
    """Fifty publications of one changed title; the moment of each commit by release number."""
    catalogue = Committed(database, SystemClock(), notify=False)
    publishing = Publishing(database, kinds_without_checks(), SystemClock(), catalogue)
    catalogue.refresh()
    commits: dict[int, float] = {}
    for _ in range(PUBLICATIONS):
        body = dict(catalogue.current().get("item", EDITED))
        change_set = publishing.open("改名", SYSTEM)
        publishing.put(change_set, body | {"title": f"事项 第 {catalogue.current().release + 1} 版"}, SYSTEM)
        number = publishing.publish(change_set, SYSTEM, "测速")
        commits[number] = catalogue.moment
        time.sleep(0.137)
    time.sleep(0.5)
    return commits


def run(notify: bool) -> tuple[list[float], list[float], list[Asker]]:
    """Delays of every worker and release, delays of the bare listener, and the askers."""
    context = multiprocessing.get_context("spawn")
    with own_schema() as url:
        database = Database(url)
        upgrade(database)
        catalogue = Catalogue(database, SystemClock())
        documents = district(ITEMS)
        for body in documents:
            if body["code"] == EDITED:
                body["title"] = "事项 第 1 版"
        Publishing(database, kinds_without_checks(), SystemClock(), catalogue).ensure_first_release(documents)
        pipes = [context.Pipe() for _ in range(WORKERS)]
        processes = [context.Process(target=worker, args=(url, notify, child)) for _, child in pipes]
        for process in processes:
            process.start()
        askers = [Asker(parent.recv()) for parent, _ in pipes]
        threads = [threading.Thread(target=asker.run) for asker in askers]
        for thread in threads:
            thread.start()
        with listening(url) as heard:
            commits = publish_all(database)
        for asker, thread in zip(askers, threads, strict=True):
            asker.stop.set()
            thread.join()
        delays: list[float] = []
        for parent, _ in pipes:
            parent.send("stop")
            served = parent.recv()
            delays += [served[number] - moment if number in served else 9.9 for number, moment in commits.items()]
        for process in processes:
            process.join(20)
        database.dispose()
        bare = [moment - commit for moment, commit in zip(heard, commits.values(), strict=False)]
        return delays, bare, askers


def main() -> int:
    told, late, failed = [], False, 0
    for name, limit in LIMITS.items():
        delays, bare, askers = run(notify=name == "notify")
        p50, p99 = percentile(delays, 0.5), percentile(delays, 0.99)
        failures = [failure for asker in askers for failure in asker.failures]
        late, failed = late or p99 > limit, failed + len(failures)
        print(
            f"{name}: {len(delays)} delays, p50 {p50 * 1000:.1f} ms, p99 {p99 * 1000:.1f} ms, most {max(delays) * 1000:.1f} ms "
            f"(limit {limit * 1000:.0f}); {sum(asker.answers for asker in askers)} requests, {len(failures)} failed {failures[:2] or ''}"
            f"; bare LISTEN p50 {percentile(bare, 0.5) * 1000:.1f} ms, p99 {percentile(bare, 0.99) * 1000:.1f} ms"
        )
        told.append(f"{name} p99 {p99 * 1000:.1f} ms")
    print(f"publish: {', '.join(told)}, {failed} failed requests {'TOO SLOW' if late else 'ok' if not failed else 'FAILED'}")
    return int(late or failed > 0)


if __name__ == "__main__":
    raise SystemExit(main())
