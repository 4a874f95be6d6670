"""The fault run of reviews on PostgreSQL: 10,000 are given while the city answers at random with 500, nothing in time, nonsense or half an answer,
is down for a while (ten minutes, scaled), takes no signature for right, Celery workers are killed ten times with `kill -9`, a Redis without
persistence is restarted twice, and the clock is set back an hour and put right: 10,000 here, 10,000 there, none twice, none altered.

YICHUANG_BENCH_REVIEWS for fewer, YICHUANG_BENCH_DOWN for the seconds for which the city is down.
"""

import os
import tempfile
from pathlib import Path

from bench._exchange import Redis, Relays, free_port
from bench._ground import own_schema
from bench._reviews import City, Plan, environment_of, platform, run

REVIEWS, KILLS, DOWN = 10_000, 10, 30.0
WORKERS = (("bench._shifted", "worker", "--beat"), ("bench._shifted", "worker"))


def main() -> int:
    count, down = int(os.environ.get("YICHUANG_BENCH_REVIEWS", REVIEWS)), float(os.environ.get("YICHUANG_BENCH_DOWN", DOWN))
    with tempfile.TemporaryDirectory() as name, own_schema() as database:
        folder, port, redis = Path(name), free_port(), Redis(Path(name))
        environment = environment_of(folder / "data", database, port, redis.url)
        with platform(environment) as services:
            city, relays = City(port, folder / "city"), Relays(WORKERS, environment, folder / "relays.log")
            try:
                plan = Plan(count, KILLS, 4.0, down, 6.0, 900.0, (redis.restart, redis.restart))
                result = run(services, city, relays, plan, environment)
            finally:
                relays.stop()
                city.stop()
                redis.stop()
    print(f"{result.given:,} reviews here, {result.there:,} there, in {result.seconds:,.0f} s; down for {down:.0f} s")
    print(f"{relays.kills} workers killed, broker restarted {redis.restarts} times")
    print(f"{result.again:,} attempts failed or were made again, {result.repeats:,} times something came once more, always with one effect")
    print(f"{result.early:,} were given while the clock was an hour behind: kept, marked, with the time of their service")
    for words in result.wrong:
        print(f"WRONG: {words}")
    print("none lost, none twice, none altered, both sides reconciled" if not result.wrong else "NOT as it must be")
    return 0 if not result.wrong and relays.kills == KILLS else 1
