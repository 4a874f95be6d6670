"""Random lives of cases: the sums kept while they happen, and every board, are those of a recount from the steps."""

import random
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from tests.yichuang.statistics.recounting import (
    NAMES,
    expected_counts,
    expected_tallies,
    kept_counts,
    kept_tallies,
    live,
    naive,
)
from yichuang.access.grants import EVERYWHERE, Reach
from yichuang.database import Database
from yichuang.errors import OutOfReach
from yichuang.statistics.board import BY_TITLES, BoardQuestion
from yichuang.statistics.model import reason_counts
from yichuang.statistics.rolling import Roller
from yichuang.statistics.service import Statistics


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(seed=st.integers(min_value=0, max_value=2**32))
def test_kept_sums_are_those_of_a_recount(database: Database, ground: Any, roller: Roller, seed: int) -> None:
    ground.clear()
    roller.reset()
    live(ground, random.Random(seed), roller)
    figures, told = naive(database)
    assert kept_tallies(database) == expected_tallies(figures, told)
    assert kept_counts(database) == expected_counts(figures)
    with database.reading() as connection:
        days = connection.execute(select(reason_counts).where(reason_counts.c.grain == "d")).mappings().all()
    kept = {(tuple(row[name] for name in NAMES), str(row["period"]), row["kind"], row["reason"]): row["count"] for row in days}
    assert {key: value for key, value in kept.items() if value} == dict(told)


def test_the_recount_itself_notices_a_wrong_sum(database: Database, ground: Any, roller: Roller) -> None:
    live(ground, random.Random(5), roller)
    figures, told = naive(database)
    assert expected_tallies(figures, told)
    figures[next(iter(figures))] += 1
    with pytest.raises(AssertionError):
        assert kept_tallies(database) == expected_tallies(figures, told)


REACHES = (
    EVERYWHERE, Reach(halls=frozenset({"district"})), Reach(streets=frozenset({"gucheng"})), Reach(departments=frozenset({"scjg"})),
    Reach(windows=frozenset({"b12", "g1"})), Reach(halls=frozenset({"gucheng_hall"}), departments=frozenset({"wjw"})),
    Reach(halls=frozenset({"district", "gucheng_hall"}), clerk="clerk"),
)  # fmt: skip
CODES = {
    "item": ["food", "voucher"], "department": ["scjg", "wjw"], "hall": ["district", "gucheng_hall"], "street": ["gucheng"],
    "window": ["b12", "b13", "g1"], "channel": ["desk", "apply"],
}  # fmt: skip


def covered(at: dict[str, str], reach: Reach, filters: dict[str, str]) -> bool:
    own = reach.everything or any(
        at[name] and at[name] in codes
        for name, codes in (("hall", reach.halls), ("street", reach.streets), ("department", reach.departments), ("window", reach.windows))
    )
    return own and all(at[name] == code for name, code in filters.items())


def question(draw: random.Random, first: date) -> BoardQuestion:
    filters = {name: draw.choice(codes) for name, codes in CODES.items() if draw.random() < 0.3}
    by = draw.choice([code for code in BY_TITLES if code != "situation" or "item" in filters])
    since = first + timedelta(days=draw.randint(-5, 200))
    return BoardQuestion(since, since + timedelta(days=draw.choice([0, 1, 30, 45, 300, 800])), by, filters)


def check(board: Any, asked: BoardQuestion, reach: Reach, figures: Counter[Any], told: Counter[Any]) -> None:
    rows: Counter[Any] = Counter()
    totals: Counter[Any] = Counter()
    given_reasons: Counter[Any] = Counter()
    since, until = asked.since.isoformat(), asked.until.isoformat()
    for (place, situation, day, measure), amount in figures.items():
        at = dict(zip(NAMES, place, strict=True)) | {"situation": situation, "day": day if board.grain == "d" else day[:8] + "01"}
        if since <= day <= until and covered(at, reach, dict(asked.filters)):
            rows[(at[asked.by], measure)] += amount
            totals[measure] += amount
    for (place, day, kind, reason), amount in told.items():
        if since <= day <= until and covered(dict(zip(NAMES, place, strict=True)), reach, dict(asked.filters)):
            given_reasons[(f"{kind}_reason", reason)] += amount
    assert {(str(key), name): value for key, sums in board.rows.items() for name, value in sums.items() if value} == dict(+rows)
    assert {name: value for name, value in board.totals.items() if value} == dict(+totals)
    assert {(kind, reason): n for kind, listed in board.reasons.items() for reason, n in listed.items()} == dict(given_reasons)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(seed=st.integers(min_value=0, max_value=2**32))
def test_every_board_shows_what_a_recount_finds(database: Database, standing: Any, ground: Any, roller: Roller, tmp_path: Path, seed: int) -> None:
    ground.clear()
    roller.reset()
    draw, first = random.Random(seed), ground.moment.date()
    for _ in range(2):
        live(ground, draw, roller)
    figures, told = naive(database)
    standing.moment = ground.moment
    statistics = Statistics(database, standing, tmp_path)
    for _ in range(40):
        asked, reach = question(draw, first), draw.choice(REACHES)
        try:
            board = statistics.board(asked, reach)
        except OutOfReach:
            assert not any(covered(dict(zip(NAMES, key[0], strict=True)), reach, dict(asked.filters)) for key in figures)
            continue
        check(board, asked, reach, figures, told)


def test_own_cases_only_is_no_reach_for_figures(database: Database, standing: Any, tmp_path: Path) -> None:
    statistics = Statistics(database, standing, tmp_path)
    with pytest.raises(OutOfReach):
        statistics.board(BoardQuestion(date(2026, 1, 1), date(2026, 1, 31)), Reach(clerk="clerk"))
