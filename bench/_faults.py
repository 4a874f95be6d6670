"""The fault run: cases push while departments fail at random, relays are killed and the broker is restarted; then it is counted."""

import random
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from bench._exchange import FOOD, HYGIENE, ITEMS, City, Platform, Relays, records
from connectors.front_database import FrontDatabase
from connectors.http_department import HttpDepartment
from connectors.sandbox.front import FrontReader
from connectors.sandbox.received import Store
from yichuang.outbox.model import messages
from yichuang.outbox.standing import message_attempts
from yichuang.ports import SHANGHAI, Connector

POLICY: Mapping[str, Any] = {
    "retry": {"first_seconds": 1, "longest_seconds": 2, "factor": 1.5, "attempts": 60, "jitter": 0.5},
    "circuit": {"failures": 12, "rest_seconds": 1},
    "limits": {"in_flight": 8, "budget_seconds": 0.5},
}


@dataclass(frozen=True, slots=True)
class Plan:
    """`kills`: how many relays die; `share`: percent of exchanges that go wrong; `disturb`: more to do at some of the deaths."""

    cases: int
    kills: int
    share: int
    pause: float
    patience: float
    disturb: Sequence[Callable[[], None]] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """What came of it. `wrong`: everything that must not be, in words; empty when all is well."""

    cases: int
    pushed: int
    seconds: float
    again: int
    repeats: int
    wrong: tuple[str, ...]


def run(made: Platform, city: City, relays: Relays, plan: Plan, city_folder: Path, front: str) -> Result:
    began = time.monotonic()
    chance, samples = random.Random(11), records()
    city.faults("random", "random", plan.share)
    deaths = {plan.cases * (n + 1) // (plan.kills + 1): n for n in range(plan.kills)}
    disturb = list(plan.disturb)
    for n in range(plan.cases):
        made.case(f"1101072026{n:08d}", chance, samples)
        if n in deaths:
            relays.kill(deaths[n] % 2)
            if disturb and deaths[n] % 3 == 1:
                disturb.pop(0)()
            time.sleep(plan.pause)
    pushed = time.monotonic() - began
    for remaining in disturb:
        remaining()
    _wait(made, plan.patience)
    drained = time.monotonic() - began
    city.faults("", "", 0)
    _wait(made, plan.patience)
    relays.stop()
    time.sleep(2.0)
    print(f"pushed after {pushed:.1f} s, drained after {drained:.1f} s", flush=True)
    return _judged(made, city_folder, front, time.monotonic() - began)


def _wait(made: Platform, seconds: float) -> None:
    """Until nothing waits, or patience ends."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with made.services.database.reading() as connection:
            if not connection.execute(select(func.count()).where(messages.c.state == "waiting")).scalar_one():
                return
        time.sleep(0.5)


# ---------------------------------------------------------------------- counting


def _judged(made: Platform, city_folder: Path, front: str, seconds: float) -> Result:
    bureau = Store(str(city_folder / "received.sqlite3"), "bureau").all()
    reader = FrontReader(front)
    reader.take()
    taken = reader.taken()
    reader.stop()
    arrived = {FOOD: [(r.case_no, r.key) for r in bureau], HYGIENE: _batches(taken)}
    wrong = [*_states(made), *_rows(taken), *_reconciled(made)]
    for target in ITEMS:
        wrong += _compared(target, made.pushed[target], arrived[target])
    with made.services.database.reading() as connection:
        again = int(connection.execute(select(func.count()).select_from(message_attempts)).scalar_one())
    repeats = sum(r.times - 1 for r in bureau)
    total = sum(len(keys) for target in ITEMS for keys in made.pushed[target].values())
    return Result(len(made.pushed[FOOD]), total, seconds, again, repeats, tuple(wrong))


def _batches(taken: Sequence[Any]) -> list[tuple[str, str]]:
    """(case, key) in the order in which the department took them."""
    return [(str(key).partition("+")[0], str(key)) for key in dict.fromkeys(one.batch for one in taken)]


def _compared(target: str, pushed: Mapping[str, Sequence[str]], arrived: Sequence[tuple[str, str]]) -> list[str]:
    """Lost, doubled, out of order, or never pushed at all."""
    got: dict[str, list[str]] = {}
    for case, key in arrived:
        got.setdefault(case, []).append(key)
    counts = Counter(key for _, key in arrived)
    lost = [key for keys in pushed.values() for key in keys if key not in counts]
    doubled = [key for key, count in counts.items() if count > 1]
    strange = [key for key in counts if key.partition("+")[0] not in pushed]
    crossed = [case for case, keys in pushed.items() if not lost and got.get(case) != list(keys)]
    named = {"lost": lost, "doubled": doubled, "never pushed": strange, "out of order": crossed}
    return [f"{target}: {len(found)} {what}, e.g. {found[:3]}" for what, found in named.items() if found]


def _states(made: Platform) -> list[str]:
    with made.services.database.reading() as connection:
        kinds = (messages.c.state, messages.c.last_error)
        counted = connection.execute(select(*kinds, func.count()).group_by(*kinds)).all()
    return [f"{count} messages are {state}: {words}" for state, words, count in counted if state != "sent"]


def _rows(taken: Sequence[Any]) -> list[str]:
    """A row has one identity; a message's main row is there once."""
    per_case = Counter((one.body["project_no"], one.batch) for one in taken if one.table == "up_pro_accept")
    return [f"{key} was accepted {count} times" for key, count in per_case.items() if count > 1]


def _reconciled(made: Platform) -> list[str]:
    """What the other sides hold by key and digest is what the outbox says was sent."""
    now, wrong = datetime.now(SHANGHAI), []
    known = made.services.settings.connected
    asked: dict[str, Connector] = {
        FOOD: HttpDepartment(known[FOOD].url, known[FOOD].secret, budget=60), HYGIENE: FrontDatabase(known[HYGIENE].url, budget=60),
    }  # fmt: skip
    for target in ITEMS:
        ours = {d.key: d.digest for d in made.services.outbox.handed(target, now - timedelta(days=1), now + timedelta(days=1))}
        theirs = {one.key: one.digest for one in asked[target].holdings(now - timedelta(days=1), now + timedelta(days=1))}
        differ = [key for key in ours.keys() | theirs.keys() if ours.get(key) != theirs.get(key)]
        wrong += [f"{target}: {len(differ)} differ when reconciled, e.g. {differ[:3]}"] if differ else []
    return wrong
