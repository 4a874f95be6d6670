"""The fault run at a small size: a city that fails, is down and takes no signature, relays killed, a clock set back; nothing lost, twice or altered.

In full on PostgreSQL with 10,000: `python -m bench faults_reviews`.
"""

from pathlib import Path

import pytest

from bench._exchange import Relays, free_port
from bench._reviews import City, Plan, environment_of, platform, run

RELAY = ("bench._shifted", "relay")


@pytest.mark.slow
def test_a_thousand_reviews_on_sqlite_with_ten_dead_relays(tmp_path: Path) -> None:
    port = free_port()
    environment = environment_of(tmp_path / "data", "", port)
    with platform(environment) as services:
        city, relays = City(port, tmp_path / "city"), Relays([RELAY, RELAY], environment, tmp_path / "relays.log")
        try:
            result = run(services, city, relays, Plan(1000, 10, 0.8, 3.0, 1.0, 90.0), environment)
        finally:
            relays.stop()
            city.stop()
    assert result.wrong == ()
    assert (result.given, result.there, relays.kills) == (1000, 1000, 10)
    assert result.again > 10, "the run was not disturbed enough to prove anything"
    assert result.early > 0
