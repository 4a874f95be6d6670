"""What runs about reviews stand on: a platform whose city is played, services that were given, and the fault run itself."""

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import func, select

from bench import _shifted
from bench._city import SECRET
from bench._exchange import Relays, _await
from bench._ground import kinds_without_checks
from connectors.sandbox.received import Store
from yichuang.bootstrap import services_of
from yichuang.catalogue.packing import packaged
from yichuang.migrations import upgrade
from yichuang.outbox.model import messages
from yichuang.outbox.standing import message_attempts
from yichuang.ports import Party, Place
from yichuang.reviews.model import reviews
from yichuang.reviews.review import Given, Service
from yichuang.services import Services
from yichuang.settings import Settings

CITY = "city_reviews"
POLICY: Mapping[str, Any] = {
    "retry": {"first_seconds": 1, "longest_seconds": 2, "factor": 1.5, "attempts": 100, "jitter": 0.5},
    "circuit": {"failures": 12, "rest_seconds": 1},
    "limits": {"in_flight": 8, "budget_seconds": 0.3},
}
TAGS = {5: ("510", "517"), 4: ("413",), 3: ("308",), 2: ("214", "213"), 1: ("115",)}
HOUR = 3600


def environment_of(folder: Path, database: str, port: int, broker: str = "") -> dict[str, str]:
    connections = {CITY: {"url": f"http://127.0.0.1:{port}/reviews", "secret": SECRET}}
    return {
        "YICHUANG_DATA_DIR": str(folder), "YICHUANG_DATABASE_URL": database, "YICHUANG_BROKER_URL": broker,
        "YICHUANG_CONNECTIONS": json.dumps(connections), "YICHUANG_NOTIFY": "false", "YICHUANG_SANDBOX_PORT": str(port),
        _shifted.FILE: str(folder / "shift"),
    }  # fmt: skip


@contextmanager
def platform(environment: Mapping[str, str], policy: Mapping[str, Any] = POLICY) -> Iterator[Services]:
    """Initialised, with the packaged definitions and a patient target."""
    plain = ("data_dir", "database_url", "connections", "sandbox_port")
    given: dict[str, Any] = {name: environment[f"YICHUANG_{name.upper()}"] for name in plain if f"YICHUANG_{name.upper()}" in environment}
    given["sandbox_port"] = int(given["sandbox_port"])
    services = services_of(Settings(**given))
    upgrade(services.database)
    services.publishing._kinds = kinds_without_checks()
    bodies = [deepcopy(dict(body)) for body in packaged()]
    services.publishing.ensure_first_release([b | policy if b["kind"] == "target" and b["code"] == CITY else b for b in bodies])
    services.catalogue.refresh()
    try:
        yield services
    finally:
        services.database.dispose()


def serve(services: Services, count: int, first: int = 0) -> list[str]:
    """Services at a counter, one a case; the tokens of their links."""
    tokens, at = [], services.clock.now()
    for start in range(first, first + count, 200):
        with services.database.writing() as connection:
            for n in range(start, min(start + 200, first + count)):
                case_id = f"{n:036d}"
                services.reviews.served(connection, _service(case_id, f"110107-2026-{n:07d}", at))
                tokens.append(services.reviews.links.token(case_id, 1))
    return tokens


def _service(case_id: str, number: str, at: datetime) -> Service:
    item = {"code": "food_business_new", "title": "食品经营许可（新办）", "item_type": "01", "promised_days": 10, "implement_code": "x"}
    case = {"number": number, "item_title": item["title"], "state": "2", "case_type": "2", "accepted_at": at.isoformat(), "decided_at": ""}
    record = {"case": case, "item": item, "applicant": {"name": "某", "kind": "1", "id_type": "111", "id_no": "x", "phone": ""}, "agent": {}}
    place = Place("scjg", "district_hall", "", "b12")
    return Service(
        case_id, number, "food_business_new", str(item["title"]), 1, place, "clerk", "desk", "ACCEPT", at, at, None, {}, 60, 600, 0,
        Party("某"), None, "某", record,
    )  # fmt: skip


class City:
    """The city as a process."""

    def __init__(self, port: int, folder: Path) -> None:
        self.base, self.folder = f"http://127.0.0.1:{port}", folder
        command = [sys.executable, "-m", "bench._review_city", str(port), str(folder)]
        self._process = subprocess.Popen(command, start_new_session=True, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})
        _await(port)

    def faults(self, mode: str, share: int = 20, *, down: bool = False) -> None:
        told = {"mode": mode, "probability": str(share), "down": "1" if down else ""}
        httpx.post(f"{self.base}/faults", data=told, timeout=30).raise_for_status()

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()


@dataclass(frozen=True, slots=True)
class Plan:
    """`down`: for how many seconds the city is away; `back`: for how many the clock is an hour behind."""

    count: int
    kills: int
    pause: float
    down: float
    back: float
    patience: float
    disturb: Sequence[Callable[[], None]] = ()


@dataclass(frozen=True, slots=True)
class Result:
    given: int
    there: int
    seconds: float
    again: int
    repeats: int
    early: int
    wrong: tuple[str, ...]


def run(services: Services, city: City, relays: Relays, plan: Plan, environment: Mapping[str, str]) -> Result:
    """Reviews are given while everything else goes wrong; then it is counted."""
    began, chance, disturb = time.monotonic(), random.Random(3), list(plan.disturb)
    _shifted.wrong_clock()
    os.environ[_shifted.FILE] = environment[_shifted.FILE]
    tokens = serve(services, plan.count)
    city.faults("random")
    told = {plan.count * (n + 1) // (plan.kills + 1): n for n in range(plan.kills)}
    for n, token in enumerate(tokens):
        _give(services, token, n, chance)
        if n not in told:
            continue
        number = told[n]
        relays.kill(number % 2)
        _misfortune(number, plan, city, environment, disturb)
        time.sleep(plan.pause)
    for one in disturb:
        one()
    Path(environment[_shifted.FILE]).write_text("0")
    _wait(services, plan.patience)
    city.faults("")
    _wait(services, plan.patience)
    relays.stop()
    return _judged(services, city, plan, time.monotonic() - began)


def _misfortune(number: int, plan: Plan, city: City, environment: Mapping[str, str], disturb: list[Callable[[], None]]) -> None:
    """At the second death the city goes away, at the fourth it refuses every signature, at the sixth the clock is set back, and so on."""
    shift = Path(environment[_shifted.FILE])
    if number == 1:
        city.faults("", down=True)
        time.sleep(plan.down)
        city.faults("random")
    elif number == 3:
        city.faults("signature")
        time.sleep(plan.pause)
        city.faults("random", 30)
    elif number == 5:
        shift.write_text(str(-HOUR))
        time.sleep(plan.back)
    elif number == 6:
        shift.write_text("0")
    elif disturb and number in (2, 7):
        disturb.pop(0)()


def _give(services: Services, token: str, n: int, chance: random.Random) -> None:
    grade = chance.choice((5, 5, 5, 4, 4, 3, 2, 1))
    words = f"第 {n} 条：等了很久，“引号”、换行\n与 emoji 🙂" if grade < 3 or chance.random() < 0.2 else ""
    given = Given(grade, TAGS[grade], words, channel=chance.choice(("counter", "qr", "mobile", "kiosk")), key=f"sending-{n}")
    services.reviews.give(token, given)
    if chance.random() < 0.02:
        services.reviews.give(token, given)


def _wait(services: Services, seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with services.database.reading() as connection:
            if not connection.execute(select(func.count()).where(messages.c.state == "waiting")).scalar_one():
                return
        time.sleep(0.5)


# ---------------------------------------------------------------------- counting


def _judged(services: Services, city: City, plan: Plan, seconds: float) -> Result:
    store = Store(str(city.folder / "received.sqlite3"), "reviews")
    received = store.all()
    there = {one.key: json.loads(one.body) for one in received if one.step == "REVIEW"}
    with services.database.reading() as connection:
        rows = connection.execute(select(reviews)).all()
        again = int(connection.execute(select(func.count()).select_from(message_attempts)).scalar_one())
        kinds = (messages.c.state, messages.c.last_error)
        states = connection.execute(select(*kinds, func.count()).group_by(*kinds)).all()
    wrong = [f"{count} messages are {state}: {words}" for state, words, count in states if state != "sent"]
    if len(rows) != plan.count:
        wrong.append(f"{len(rows)} reviews here, {plan.count} were given")
    if len(there) != len(rows) or sum(one.step == "SERVICE" for one in received) != plan.count:
        wrong.append(f"{len(there)} reviews and {len(received) - len(there)} services there")
    for row in rows:
        words = services.vault.open(row.words, f"review/{row.id}") if row.words else ""
        ours = {
            "satisfaction": str(row.grade), "gbLevel": str(6 - row.grade), "evalDetail": ",".join(json.loads(row.tags)), "writingEvaluation": words,
            "assessTime": f"{row.at:%Y-%m-%d %H:%M:%S}", "assessNumber": str(row.service_number), "projectNo": row.case_number,
        }  # fmt: skip
        theirs = there.get(f"{row.case_number}+REVIEW+{row.service_number}", {})
        if {name: theirs.get(name) for name in ours} != ours:
            wrong.append(f"{row.case_number} is another there")
    wrong += _order(received) + _reconciled(services)
    repeats = sum(one.times - 1 for one in received)
    return Result(len(rows), len(there), seconds, again, repeats, sum(row.anomaly == "early" for row in rows), tuple(wrong[:20]))


def _order(received: Sequence[Any]) -> list[str]:
    first = {one.case_no: one.seq for one in received if one.step == "SERVICE"}
    crossed = [one.case_no for one in received if one.step == "REVIEW" and first.get(one.case_no, 10**9) > one.seq]
    return [f"{len(crossed)} reviews came before their service"] if crossed else []


def _reconciled(services: Services) -> list[str]:
    """What the city says it has is what the outbox says was sent, by key and digest."""
    now, connector = services.clock.now(), services.sending.connector_of(CITY)
    since, until = now - timedelta(days=1), now + timedelta(days=1)
    ours = {one.key: one.digest for one in services.outbox.handed(CITY, since, until)}
    with suppress(AttributeError):
        connector._budget = 60.0  # type: ignore[union-attr]
    theirs = {one.key: one.digest for one in connector.holdings(since, until)} if connector else {}
    differ = [key for key in ours.keys() | theirs.keys() if ours.get(key) != theirs.get(key)]
    return [f"{len(differ)} differ when reconciled, e.g. {differ[:3]}"] if differ else []


