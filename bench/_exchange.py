"""What runs of the exchange stand on: a platform with patient targets, the sandbox city as a process, relays to be killed, cases that push."""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import Connection, Integer, String, column, table

from bench._city import SECRET
from bench._ground import kinds_without_checks
from yichuang.bootstrap import services_of
from yichuang.catalogue.packing import DocumentView, packaged
from yichuang.mappings import CompiledMapping, compile_mapping, filled, mapping_for
from yichuang.migrations import upgrade
from yichuang.outbox.message import Message
from yichuang.ports import Place
from yichuang.services import Services
from yichuang.settings import Settings

FOOD, HYGIENE = "food_bureau", "health_front"
ITEMS = {FOOD: "food_business_new", HYGIENE: "public_place_hygiene_new"}
STEPS = ("ACCEPT", "SPECIAL", "RESULT")
DEPARTMENTS = {FOOD: "scjg", HYGIENE: "wjw"}
CASES = table("fault_cases", column("number", String), column("steps", Integer))
ROLLED_BACK = 0.02
"""This share of the transactions is rolled back; what they pushed must never arrive."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def definitions(policy: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The packaged ones, the targets with another retry, circuit and limits."""
    bodies = [deepcopy(dict(body)) for body in packaged()]
    return [body | policy if body["kind"] == "target" and body["code"] in ITEMS else body for body in bodies]


def records() -> dict[str, list[dict[str, Any]]]:
    """Realistic records by target: the sample cases of the packaged mappings that are complete at every step, filled up."""
    view, found = DocumentView(packaged()), {}
    for target, item in ITEMS.items():
        mapping = compile_mapping(view, mapping_for(view, target, item, "ACCEPT") or "")
        samples = [filled(sample["record"]) for sample in mapping.body["samples"]]
        found[target] = [record for record in samples if all(_complete(mapping, record, step) for step in STEPS)]
        assert found[target], f"no packaged sample of {target} is complete at every step"
    return found


def _complete(mapping: CompiledMapping, record: dict[str, Any], step: str) -> bool:
    made = mapping.run(record, step)
    return not made.faults and not mapping.verdict(made.body, step)


@dataclass
class Platform:
    """`pushed`: keys by target and case, in order; what was rolled back is not among them."""

    services: Services
    environment: Mapping[str, str]
    pushed: dict[str, dict[str, list[str]]] = field(default_factory=lambda: {target: {} for target in ITEMS})
    withdrawn: list[str] = field(default_factory=list)

    def case(self, number: str, chance: random.Random, samples: Mapping[str, Sequence[dict[str, Any]]]) -> None:
        """One case with two or three steps, each a transaction of its own with a row of the case's, to both departments."""
        steps = ["ACCEPT", "SPECIAL", "RESULT"] if chance.random() < 0.2 else ["ACCEPT", "RESULT"]
        with self.services.database.writing() as connection:
            connection.execute(CASES.insert(), {"number": number, "steps": 0})
        for count, step in enumerate(steps, 1):
            self._step(number, step, count, chance, samples)

    def _step(self, number: str, step: str, count: int, chance: random.Random, samples: Mapping[str, Sequence[dict[str, Any]]]) -> None:
        if chance.random() < ROLLED_BACK:
            with suppress(_Undone), self.services.database.writing() as connection:
                self._push(connection, f"{number}X", step, samples)
                raise _Undone
            self.withdrawn.append(f"{number}X")
        with self.services.database.writing() as connection:
            connection.execute(CASES.update().where(CASES.c.number == number).values(steps=count))
            self._push(connection, number, step, samples)
        for target in ITEMS:
            self.pushed[target].setdefault(number, []).append(f"{number}+{step}+1@{target}")

    def _push(self, connection: Connection, number: str, step: str, samples: Mapping[str, Sequence[dict[str, Any]]]) -> None:
        for target, item in ITEMS.items():
            sample = samples[target][hash(number) % len(samples[target])]
            record = {**sample, "case": {**sample["case"], "number": number}, "step": {**sample["step"], "code": step}}
            place = Place(DEPARTMENTS[target], "district_hall")
            self.services.outbox.push(connection, Message(number, number, item, "某事项", place, step, record, target=target))


class _Undone(Exception):
    pass


def settings_of(folder: Path, database: str, city_port: int, front: str, broker: str = "") -> dict[str, str]:
    """The environment of every process of the platform."""
    connections = {FOOD: {"url": f"http://127.0.0.1:{city_port}/bureau", "secret": SECRET}, HYGIENE: {"url": front}}
    return {
        "YICHUANG_DATA_DIR": str(folder), "YICHUANG_DATABASE_URL": database, "YICHUANG_BROKER_URL": broker,
        "YICHUANG_CONNECTIONS": json.dumps(connections), "YICHUANG_NOTIFY": "false", "YICHUANG_SANDBOX_PORT": str(city_port),
    }  # fmt: skip


@contextmanager
def platform(environment: Mapping[str, str], policy: Mapping[str, Any]) -> Iterator[Platform]:
    """An initialised platform; its tables are in the database that the environment names."""
    settings = Settings(**{name.removeprefix("YICHUANG_").lower(): value for name, value in environment.items() if name in PLAIN})  # type: ignore[arg-type]
    services = services_of(settings)
    upgrade(services.database)
    with services.database.writing() as connection:
        connection.exec_driver_sql("CREATE TABLE fault_cases (number VARCHAR(40) PRIMARY KEY, steps INTEGER NOT NULL)")
    publishing = services.publishing
    publishing._kinds = kinds_without_checks()
    publishing.ensure_first_release(definitions(policy))
    services.catalogue.refresh()
    try:
        yield Platform(services, environment)
    finally:
        services.database.dispose()


PLAIN = {"YICHUANG_DATA_DIR", "YICHUANG_DATABASE_URL", "YICHUANG_CONNECTIONS"}


class City:
    """The sandbox as a process."""

    def __init__(self, port: int, folder: Path, front: str) -> None:
        self.base = f"http://127.0.0.1:{port}"
        command = [sys.executable, "-m", "bench._city", str(port), str(folder), front]
        self._process = subprocess.Popen(command, start_new_session=True, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})
        _await(port)

    def faults(self, bureau: str, front: str, share: int) -> None:
        for who, mode in (("bureau", bureau), ("front", front)):
            told = {"who": who, "mode": mode, "probability": str(share)}
            httpx.post(f"{self.base}/departments/faults", data=told, timeout=30, follow_redirects=True).raise_for_status()

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()


class Relays:
    """Worker processes that are killed with `kill -9`, whole groups at once, and started again."""

    def __init__(self, commands: Sequence[Sequence[str]], environment: Mapping[str, str], log: Path) -> None:
        self._commands, self._log = commands, log
        self._environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **environment}
        self._running: list[subprocess.Popen[bytes]] = [self._start(command) for command in commands]
        self.kills = 0

    def kill(self, which: int) -> None:
        """Nothing is said to it beforehand; another takes its place."""
        self._end(self._running[which])
        self.kills += 1
        self._running[which] = self._start(self._commands[which])

    def stop(self) -> None:
        for process in self._running:
            self._end(process)

    def _start(self, command: Sequence[str]) -> "subprocess.Popen[bytes]":
        with self._log.open("ab") as log:
            return subprocess.Popen([sys.executable, "-m", *command], start_new_session=True, env=self._environment, stdout=log, stderr=log)

    @staticmethod
    def _end(process: "subprocess.Popen[bytes]") -> None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


class Redis:
    """A broker of our own, without persistence: what it knew is gone when it is restarted."""

    def __init__(self, folder: Path) -> None:
        self.port, self._folder, self.restarts = free_port(), folder, 0
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._process = self._start()

    def restart(self, pause: float = 1.0) -> None:
        self.stop()
        time.sleep(pause)
        self._process = self._start()
        self.restarts += 1

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()

    def _start(self) -> "subprocess.Popen[bytes]":
        command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(self._folder)]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True)
        _await(self.port)
        return process


def _await(port: int, seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", port), 0.2).close()
            return
        time.sleep(0.05)
    raise SystemExit(f"nothing answers on port {port}")
