"""Real processes, really killed: nothing confirmed is lost, nothing is half-published."""

import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import orjson
import pytest
from sqlalchemy import select

from yichuang.access.roles import DEMO_PASSWORD
from yichuang.bootstrap import initialise, services_of
from yichuang.catalogue.documents import digest
from yichuang.catalogue.model import change_sets, definition_versions, releases
from yichuang.settings import Settings

pytestmark = pytest.mark.slow
ITEM = "food_business_new"
SITUATION = {
    "business_type": "catering", "catering_scale": "restaurant", "chain": "single_store",
    "business_items": ["loose_and_packed"], "premises": "rent", "handler": "agent",
}  # fmt: skip


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def alive(base: str) -> bool:
    try:
        return httpx.get(f"{base}/healthz", timeout=2).status_code == 200
    except httpx.HTTPError:
        return False


def wait_until(condition: Any, seconds: float = 40) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.05)


def children(pid: int) -> list[int]:
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False).stdout.split()
    return [descendant for child in map(int, listed) for descendant in (child, *children(child))]


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, initialised: Path, tmp_path: Path) -> Iterator[str]:
    """An initialised database's address, as the settings take it, on both kinds of server."""
    if request.param == "sqlite":
        shutil.copyfile(initialised / "yichuang.sqlite3", tmp_path / "test.sqlite3")
        yield f"sqlite:///{tmp_path / 'test.sqlite3'}"
        return
    own_database = request.getfixturevalue("own_database")
    with own_database(request.getfixturevalue("initialised_postgresql")) as url:
        yield url


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[Any]:
    """`yichuang run` in processes of its own; `.kill_workers()` ends its web workers with SIGKILL."""
    port = free_port()
    environment = os.environ | {
        "YICHUANG_DATABASE_URL": database_url, "YICHUANG_DATA_DIR": str(tmp_path / "var"), "YICHUANG_PORT": str(port), "YICHUANG_WORKERS": "2",
    }  # fmt: skip
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen([sys.executable, "-m", "yichuang.cli", "run"], env=environment, stdout=log, stderr=log)
    base = f"http://127.0.0.1:{port}"
    wait_until(lambda: alive(base), 180)

    def kill_workers() -> None:
        for pid in children(process.pid)[1:]:
            command = Path(f"/proc/{pid}/cmdline")
            if command.exists() and b"multiprocessing" in command.read_bytes():
                os.kill(pid, signal.SIGKILL)

    yield SimpleNamespace(base=base, process=process, kill_workers=kill_workers, url=database_url, data_dir=str(tmp_path / "var"))
    process.terminate()
    process.wait(30)


def signed_in(base: str, user: str) -> httpx.Client:
    client = httpx.Client(base_url=base, timeout=10, follow_redirects=True)
    page = client.get("/login/").text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page) or re.search(r'csrf-token" content="([^"]+)"', page)
    assert token
    answer = client.post("/login/", data={"username": user, "password": DEMO_PASSWORD, "csrf_token": token[1]}, headers={"Referer": base})
    assert answer.status_code == 200
    desk = re.search(r'csrf-token" content="([^"]+)"', client.get("/desk").text)
    assert desk
    client.headers.update({"X-CSRFToken": desk[1], "Referer": base, "Accept": "application/json"})
    return client


def stubborn(call: Any, seconds: float = 30) -> httpx.Response:
    """Ask again until the server answers, as the page does."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return call()
        except httpx.HTTPError:
            assert time.monotonic() < deadline
            time.sleep(0.05)


def test_what_was_confirmed_while_typing_survives_killed_workers(house: Any) -> None:
    clerk = signed_in(house.base, "clerk")
    draft = str(uuid.uuid4())
    assert clerk.post("/desk/api/drafts", json={"id": draft, "item": ITEM}).status_code == 201
    stop = threading.Event()

    def killer() -> None:
        while not stop.wait(random.uniform(0.4, 0.9)):
            house.kill_workers()

    thread = threading.Thread(target=killer)
    thread.start()
    revision, kept, conflicts = 1, "", 0
    for number in range(60):
        answers = {"operator_name": f"第{number}次输入"}
        answer = stubborn(lambda r=revision, a=answers: clerk.put(f"/desk/api/drafts/{draft}", json={"revision": r, "answers": a}))
        if answer.status_code == 409:
            conflicts += 1
            revision = answer.json()["current"]["revision"]
            continue
        assert answer.status_code == 200, answer.text
        revision, kept = answer.json()["revision"], answers["operator_name"]
        time.sleep(0.02)
    stop.set()
    thread.join()
    assert conflicts < 40
    found = stubborn(lambda: clerk.get(f"/desk/api/drafts/{draft}")).json()["draft"]
    assert int(re.sub(r"\D", "", found["answers"]["operator_name"])) >= int(re.sub(r"\D", "", kept))


def test_notices_that_were_issued_are_there_after_a_kill(house: Any) -> None:
    clerk = signed_in(house.base, "clerk")
    issued = []
    for number in range(30):
        answer = stubborn(lambda: clerk.post("/desk/api/notices", json={"item": ITEM, "situation": SITUATION}))
        if answer.status_code == 429:
            break
        assert answer.status_code == 201, answer.text
        issued.append(answer.json()["code"])
        if number % 7 == 3:
            house.kill_workers()
    assert len(issued) > 20
    for code in issued:
        assert stubborn(lambda c=code: httpx.get(f"{house.base}/n/{c}", timeout=5)).status_code == 200


PUBLISHER = """
import sys, itertools
from yichuang.bootstrap import services_of
from yichuang.ports import Actor
from yichuang.settings import from_environment
services = services_of(from_environment())
services.catalogue.refresh()
who = Actor("items", "事项管理员")
for number in itertools.count():
    change_set = services.publishing.open(f"第{number}", who)
    for code in ("food_business_new", "public_place_hygiene_new"):
        body = dict(services.catalogue.current().get("item", code))
        body["note"] = f"改动 {services.catalogue.current().release} {number}"
        services.publishing.put(change_set, body, who)
    print(services.publishing.publish(change_set, who, "反复发布"), flush=True)
"""


def test_a_killed_publisher_leaves_whole_releases_only(database_url: str, tmp_path: Path) -> None:
    settings = Settings(database_url=database_url, data_dir=str(tmp_path))
    initialise(settings)
    environment = os.environ | {"YICHUANG_DATABASE_URL": database_url, "YICHUANG_DATA_DIR": str(tmp_path)}
    confirmed = 0
    for _ in range(6):
        process = subprocess.Popen([sys.executable, "-c", PUBLISHER], env=environment, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        confirmed = int(process.stdout.readline())
        time.sleep(random.uniform(0, 0.25))
        process.kill()
        rest = process.stdout.read().split()
        confirmed = int(rest[-1]) if rest else confirmed
        process.wait()
    services = services_of(settings)
    with services.database.reading() as connection:
        lines = connection.execute(select(releases).order_by(releases.c.number)).all()
        bodies = {row.id: row for row in connection.execute(select(definition_versions))}
        published = {row.id for row in connection.execute(select(change_sets.c.id).where(change_sets.c.state == "published"))}
    assert [line.number for line in lines] == list(range(1, len(lines) + 1))
    assert lines[-1].number >= confirmed
    assert {line.change_set for line in lines} - {None} == published
    for line in lines:
        for entries in orjson.loads(line.manifest).values():
            assert all(bodies[version].sha256 == sha == digest(bodies[version].body) for version, _number, sha in entries.values())
    services.catalogue.refresh()
    notes = {services.catalogue.current().get("item", code)["note"] for code in (ITEM, "public_place_hygiene_new")}
    assert len(notes) == 1
    services.database.dispose()
