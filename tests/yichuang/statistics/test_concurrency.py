"""Writers side by side, counters side by side, counters killed: no step is missed, none is counted twice."""

import multiprocessing
import os
import random
import signal
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from yichuang.cases.model import case_steps
from yichuang.database import Database
from yichuang.ports import SystemClock
from yichuang.statistics.fence import Fence, Safe
from yichuang.statistics.rolling import Roller

Figures = Callable[[], dict[str, list[Any]]]
Tally = Callable[..., dict[str, int]]


def largest(database: Database) -> Callable[[], Safe]:
    """The mark one would take without thinking: the largest number that can be seen."""

    def safe() -> Safe:
        with database.reading() as connection:
            return Safe(connection.execute(select(func.max(case_steps.c.id))).scalar() or 0, SystemClock().now())

    return safe


def overtaken(database: Database, ground: Any, roll: Callable[[], int]) -> tuple[int, int]:
    """A case with a smaller number is committed after one with a larger: steps counted in between, and afterwards."""
    with database.engine.begin() as slow:
        ground.begin(within=slow)
        ground.begin()
        between = roll()
    return between, roll()


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_number_committed_late_is_waited_for(database: Database, ground: Any, tally: Tally) -> None:
    fence = Fence(database, SystemClock())
    roller = Roller(database, SystemClock(), lambda: fence.safe(patience=0.1))
    assert overtaken(database, ground, roller.roll) == (0, 2)
    assert tally() == {"applied": 2, "received": 2}


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_without_the_fence_it_would_be_missed(database: Database, ground: Any, tally: Tally) -> None:
    roller = Roller(database, SystemClock(), largest(database))
    assert overtaken(database, ground, roller.roll) == (1, 0)
    assert tally() == {"applied": 1, "received": 1}


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_new_writers_do_not_keep_the_fence_waiting(database: Database, ground: Any) -> None:
    fence = Fence(database, SystemClock())
    first = ground.begin()
    with database.engine.begin() as slow:
        ground.begin(within=slow)
        assert fence.safe(patience=0.1) is None
        with database.engine.begin() as another:
            ground.step(first, "accept", "received", "accepted", within=another)
            slow.commit()
            safe = fence.safe(patience=0.1)
    assert safe is not None and safe.step == 1


def test_many_writers_and_two_counters(database: Database, ground: Any, roller: Roller, all_figures: Figures, tally: Tally) -> None:
    writers, each = (8, 25) if not database.sqlite else (3, 15)
    stop, kept, lock = threading.Event(), [0], threading.Lock()

    def write(seed: int) -> None:
        draw = random.Random(seed)
        for _ in range(each):
            with database.engine.connect() as connection, connection.begin() as transaction:
                case = ground.begin(within=connection)
                time.sleep(draw.random() * 0.01)
                ground.step(case, "accept", "received", "accepted", within=connection)
                if draw.random() < 0.15:
                    transaction.rollback()
                    continue
            with lock:
                kept[0] += 1

    def count() -> None:
        own = Roller(database, SystemClock())
        while not stop.is_set():
            own.roll()

    counters = [threading.Thread(target=count) for _ in range(2)]
    threads = [threading.Thread(target=write, args=(seed,)) for seed in range(writers)]
    for thread in counters + threads:
        thread.start()
    for thread in threads:
        thread.join()
    stop.set()
    for thread in counters:
        thread.join()
    roller.roll()
    assert tally() == {"applied": kept[0], "received": kept[0], "accepted": kept[0]}
    counted = all_figures()
    roller.reset()
    roller.roll()
    assert all_figures() == counted


def count_forever(url: str) -> None:
    from yichuang.statistics import rolling

    rolling.BATCH = {"sqlite": 3, "postgresql": 3}
    roller = Roller(Database(url), SystemClock())
    while True:
        roller.roll(most=3)


def test_killed_while_counting_it_neither_loses_nor_doubles(
    database: Database, ground: Any, roller: Roller, all_figures: Figures, tally: Tally
) -> None:
    context = multiprocessing.get_context("spawn")
    draw, made = random.Random(3), 0
    url = database.url.render_as_string(hide_password=False)
    for _ in range(4):
        process = context.Process(target=count_forever, args=(url,), daemon=True)
        process.start()
        until = time.monotonic() + 1.2 + draw.random()
        while time.monotonic() < until:
            ground.step(ground.begin(), "accept", "received", "accepted")
            made += 1
        assert process.pid
        os.kill(process.pid, signal.SIGKILL)
        process.join(10)
    until = time.monotonic() + 20
    while roller.roll() < 1 and tally().get("applied") != made and time.monotonic() < until:
        time.sleep(0.1)  # the server may still hold what the killed one had locked: then nothing is counted this time
    roller.roll()
    assert tally() == {"applied": made, "received": made, "accepted": made}
    counted = all_figures()
    roller.reset()
    roller.roll()
    assert all_figures() == counted
