"""A call through a connector ends within its budget and 50 ms, also when the answer drips; a dead broker or city slows no request down.

Calls: the department over HTTP slow, dripping, never accepting, never reading, nobody there, an unknown name; the front database on
PostgreSQL locked. The reference of the requests is the same requests with broker and city alive, in turns in the same run: clerks taking whole
cases through the desk, each of which pushes to the department's system. Limit: 1.25 of the time of a request (median of rounds).
"""

import socket
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx

from bench import _casepage
from bench._city import SECRET
from bench._exchange import City, Redis, Relays, free_port, settings_of
from bench._ground import own_schema
from bench._hall import clerks
from bench.desk import ITEM, Clerk, Figures
from connectors.front_database import FrontDatabase
from connectors.http_department import HttpDepartment
from connectors.sandbox.front import FrontReader
from yichuang.bootstrap import initialise, services_of
from yichuang.errors import ConnectorError
from yichuang.ports import Connector, Parcel
from yichuang.settings import Settings

BUDGET, SPARE, CALLS = 0.5, 0.050, 20
ROUNDS, CASES, LIMIT = 4, 6, 1.25
CASE = {"case_no": "1", "step": "ACCEPT", "enterprise": {"name": "某店", "credit_code": "91110107MA0TERT167"}, "legalPerson": "某人"}
ROW = {"up_pro_accept": {"project_no": "1"}}


def _parcel(payload: dict[str, Any], number: int) -> Parcel:
    return Parcel("m", f"{number}+ACCEPT+1@bench", str(number), "item", "scjg", "ACCEPT", 1, payload, "bench")


def longest(connector: Connector, payload: dict[str, Any], calls: int = CALLS) -> float:
    """Seconds of the longest of some calls, several at a time as a relay makes them."""
    spent: list[float] = []

    def call(number: int) -> None:
        began = time.perf_counter()
        try:
            connector.hand(_parcel(payload, number))
        except ConnectorError:
            spent.append(time.perf_counter() - began)

    for first in range(0, calls, 4):
        threads = [threading.Thread(target=call, args=(number,)) for number in range(first, first + 4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(spent) == calls, "a call that was to fail got through"
    return max(spent)


@contextmanager
def _deaf() -> Iterator[int]:
    """A port where connections are made by the kernel and nobody ever reads or answers."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        yield int(listener.getsockname()[1])


def calls(folder: Path, front: str) -> dict[str, float]:
    found: dict[str, float] = {}
    port = free_port()
    city, reader = City(port, folder / "calls", f"sqlite:///{folder / 'unused.sqlite3'}"), FrontReader(front, pause=0.05, lock_seconds=120)
    department = HttpDepartment(f"http://127.0.0.1:{port}/bureau", SECRET, budget=BUDGET)
    try:
        for mode in ("slow", "drip"):
            city.faults(mode, "", 0)
            found[f"http {mode}"] = longest(department, CASE)
    finally:
        city.stop()
    found["http nobody there"] = longest(department, CASE)
    found["http unknown name"] = longest(HttpDepartment("http://no-such-host.invalid", SECRET, budget=BUDGET), CASE, 8)
    with _deaf() as deaf:
        silent = HttpDepartment(f"http://127.0.0.1:{deaf}", SECRET, budget=BUDGET)
        found["http never answers"] = longest(silent, CASE)
        found["http never reads"] = longest(silent, {**CASE, "more": "x" * 4_000_000}, 8)
    reader.start()
    reader.switch({"mode": "locked"})
    time.sleep(0.5)
    database = FrontDatabase(front, budget=BUDGET)
    found["front locked"] = longest(database, ROW)
    reader.mode = ""
    reader.stop()
    database.close()
    return found


# ---------------------------------------------------------------------- requests


class Outside:
    """Broker and city, which die and come back."""

    def __init__(self, folder: Path, front: str) -> None:
        self._folder, self._front, self.port = folder, front, free_port()
        self.redis, self._city = Redis(folder), City(self.port, folder / "city", front)

    def die(self) -> None:
        self.redis.stop()
        self._city.stop()

    def revive(self) -> None:
        self.redis.restart(0.0)
        self._city = City(self.port, self._folder / "city", self._front)


def requests(folder: Path, database: str, front: str) -> list[tuple[float, float]]:
    """(alive, dead) mean milliseconds of a request by rounds."""
    outside, web = Outside(folder, front), free_port()
    environment = settings_of(folder / "data", database, outside.port, front, outside.redis.url) | {"YICHUANG_PORT": str(web)}
    settings = Settings(database_url=database.replace("postgresql+psycopg", "postgresql"), data_dir=str(folder / "data"), port=web)
    initialise(settings)
    services = services_of(settings)
    services.catalogue.refresh()
    names = clerks(services, 2)
    services.database.dispose()
    with ExitStack() as stack:
        processes = Relays([("yichuang.cli", "serve"), ("yichuang.cli", "worker", "--beat")], environment, folder / "platform.log")
        stack.callback(outside.die)
        stack.callback(processes.stop)
        _await(f"http://127.0.0.1:{web}/healthz")
        figures = Figures()
        people = [Clerk(f"http://127.0.0.1:{web}", name, figures, _casepage.application(ITEM)) for name in names]
        _work(people, figures, CASES // 2)
        pairs = []
        for _ in range(ROUNDS):
            alive = _work(people, figures, CASES)
            outside.die()
            dead = _work(people, figures, CASES)
            outside.revive()
            pairs.append((alive, dead))
        assert not figures.failed, figures.failed[:3]
    return pairs


def _work(people: list[Clerk], figures: Figures, cases: int) -> float:
    """Mean milliseconds of a request while each takes some cases through."""
    figures.times.clear()

    def take(clerk: Clerk) -> None:
        for _ in range(cases):
            for _step in clerk._case():
                pass

    _together([lambda clerk=clerk: take(clerk) for clerk in people])
    return statistics.fmean(spent for times in figures.times.values() for spent in times) * 1000


def _together(work: list[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=one) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _await(address: str) -> None:
    for _ in range(300):
        try:
            if httpx.get(address, timeout=2).status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.1)
    raise SystemExit("the server did not start")


def main() -> int:
    with tempfile.TemporaryDirectory() as name, own_schema() as front, own_schema() as database:
        found = calls(Path(name), front)
        pairs = requests(Path(name), database, front)
    for what, spent in found.items():
        print(f"  {what:<20} longest call {spent * 1000:6.0f} ms of {BUDGET * 1000:.0f} ms")
    within = all(spent <= BUDGET + SPARE for spent in found.values())
    alive, dead = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratio = statistics.median(after / before for before, after in pairs)
    print(f"every call within its budget and 50 ms: {'yes' if within else 'NO'}")
    print(f"a request with broker and city alive {alive:.1f} ms, dead {dead:.1f} ms; dead/alive = {ratio:.2f} (limit {LIMIT})")
    return 0 if within and ratio <= LIMIT else 1
