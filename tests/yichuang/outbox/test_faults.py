"""Departments that fail at random, relays killed with kill -9, a broker that forgets: nothing lost, nothing doubled, every case in order.

The same on PostgreSQL with 5,000 cases: `python -m bench faults_exchange`.
"""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bench._exchange import City, Redis, Relays, free_port, platform, settings_of
from bench._faults import POLICY, Plan, run
from yichuang.settings import Settings

RELAY = ("bench._relay",)


@pytest.mark.slow
def test_five_hundred_cases_on_sqlite_with_ten_dead_relays(tmp_path: Path) -> None:
    port, front = free_port(), f"sqlite:///{tmp_path / 'front.sqlite3'}"
    environment = settings_of(tmp_path / "data", "", port, front)
    with platform(environment, POLICY) as made:
        city = City(port, tmp_path / "city", front)
        relays = Relays([RELAY, RELAY], environment, tmp_path / "relays.log")
        try:
            result = run(made, city, relays, Plan(500, 10, 12, 0.6, 60.0), tmp_path / "city", front)
        finally:
            relays.stop()
            city.stop()
    assert result.wrong == ()
    assert (result.cases, relays.kills) == (500, 10)
    assert result.again > 20, "the run was not disturbed enough to prove anything"


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("redis-server") is None, reason="no redis-server to restart; install one (Debian: apt-get install redis-server)")
def test_celery_on_postgresql_with_a_broker_that_is_restarted(own_database: Callable[..., Any], postgres_url: str, tmp_path: Path) -> None:
    port, redis = free_port(), Redis(tmp_path)
    with own_database() as database:
        environment = settings_of(tmp_path / "data", Settings(database_url=database).sqlalchemy_url, port, postgres_url, redis.url)
        with platform(environment, POLICY) as made:
            city = City(port, tmp_path / "city", postgres_url)
            relays = Relays([("yichuang.cli", "worker", "--beat"), ("yichuang.cli", "worker")], environment, tmp_path / "relays.log")
            try:
                result = run(made, city, relays, Plan(120, 3, 15, 5.0, 60.0, (redis.restart,)), tmp_path / "city", postgres_url)
            finally:
                relays.stop()
                city.stop()
                redis.stop()
    assert result.wrong == ()
    assert (result.cases, relays.kills, redis.restarts) == (120, 3, 1)
