"""A burst of 1,000 events a second through 50 warning rules on one core: at most 1 ms of processor time an event, database included.

The job as the worker runs it, on SQLite in a folder of its own: batches of half a second's events are put (not counted: their causes do that)
and asked of 50 rules whose time ranges are 1 to 60 minutes. Before the burst lie the events of the hour before it, a busy city's 3,000: the job
reads the window anew for every batch, so its cost grows with what lies in the window, not only with what is new. The warnings are compared
with those of a peer in the same run: the same events asked with the plain-Python oracle in place of durable-rules.
"""

import random
import tempfile
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from yichuang.audit.service import Audit
from yichuang.database import Database
from yichuang.migrations import upgrade
from yichuang.ports import SHANGHAI
from yichuang.rules import correlation
from yichuang.rules.correlation import Correlator
from yichuang.warnings.events import Events
from yichuang.warnings.model import warnings
from yichuang.warnings.service import Warnings
from yichuang.warnings.watch import WarningRooms

EVENTS, BEFORE, RATE, BATCH, RULES, LIMIT_MS = 6_000, 3_000, 1_000, 500, 50, 1.0
START = datetime(2026, 11, 26, 9, 0, tzinfo=SHANGHAI)
SAME = ("window", "item", "clerk", "tag_at_item", "device")


def rules() -> list[dict[str, Any]]:
    """Fifty that differ in what they count, how often and within what time; a tenth of the reviews is bad."""
    return [
        {
            "kind": "warning", "code": f"r{n}", "title": f"规则 {n}", "watch": "repeated", "same": SAME[n % 5],
            "reviews": "any" if n % 10 == 9 else "bad", "times": 2 + n % 7 if n % 10 != 9 else 20,
            "within": {"amount": 1 + n % 60, "unit": "minute"}, "level": "notice",
        }
        for n in range(RULES)
    ]  # fmt: skip


def event(chance: random.Random) -> dict[str, Any]:
    bad = chance.random() < 0.1
    window = chance.randrange(400)
    return {
        "grade": 1 if bad else 5, "bad": bad, "tags": [str(chance.randrange(110, 122))], "channel": "qr", "item": f"item{chance.randrange(1500)}",
        "department": f"d{window % 40}", "hall": f"h{window % 12}", "street": "", "window": f"w{window}", "clerk": f"c{window}",
        "device": f"{chance.randrange(50_000):x}",
    }  # fmt: skip


class Fixed:
    """A clock and a release that stand still."""

    release = 1

    def __init__(self) -> None:
        self._bodies, self._made = {body["code"]: body for body in rules()}, dict[Any, Any]()

    def now(self) -> datetime:
        return START

    def current(self) -> "Fixed":
        return self

    def codes(self, kind: str) -> list[str]:
        return list(self._bodies) if kind == "warning" else []

    def find(self, _kind: str, code: str) -> Mapping[str, Any] | None:
        return self._bodies.get(code)

    def compiled(self, maker: Any, code: str) -> Any:
        if maker not in self._made:
            self._made[maker] = maker(self, code)
        return self._made[maker]


class Plain:
    """The oracle in the engine's place."""

    def __init__(self, patterns: Any) -> None:
        self._patterns = patterns

    def firings(self, histories: Any) -> Any:
        return correlation.correlate(self._patterns, histories)


def run(folder: Path, engine: type) -> tuple[float, set[tuple[str, str, str]]]:
    """Processor seconds of the job alone, and the warnings."""
    from yichuang.warnings import watch

    watch.Correlator = engine  # type: ignore[misc,assignment]
    database, fixed, chance, spent = Database(f"sqlite:///{folder / 'bench.sqlite3'}"), Fixed(), random.Random(7), 0.0
    upgrade(database)
    room = Warnings(WarningRooms(database, fixed, fixed, {}), Events(database), Audit(database, fixed))  # type: ignore[arg-type]
    with database.writing() as connection:
        for n in range(BEFORE):
            room.events.put(connection, "review", START - timedelta(seconds=3600 * (BEFORE - n) / BEFORE), event(chance))
    room.watch.run()
    for batch in range(EVENTS // BATCH):
        with database.writing() as connection:
            for n in range(BATCH):
                room.events.put(connection, "review", START + timedelta(seconds=(batch * BATCH + n) / RATE), event(chance))
        began = time.process_time()
        room.watch.run()
        spent += time.process_time() - began
    with database.reading() as connection:
        columns = warnings.c
        found = {tuple(row) for row in connection.execute(select(columns.rule, columns.subject, columns.events))}
    assert not room.watch.engine_failures
    database.dispose()
    return spent, found


def main() -> int:
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        spent, found = run(Path(one), Correlator)
        plain, expected = run(Path(other), Plain)
    each, peer = spent / EVENTS * 1000, plain / EVENTS * 1000
    print(f"{RULES} 条规则，{EVENTS} 个事件，{len(found)} 条预警；与参照一致：{'是' if found == expected else '否'}")
    print(f"每个事件 {each:.3f} ms 处理器时间，即每核每秒 {1000 / each:,.0f} 个（限值 {LIMIT_MS} ms）；以纯 Python 代替引擎 {peer:.3f} ms")
    return 0 if each <= LIMIT_MS and found == expected else 1
