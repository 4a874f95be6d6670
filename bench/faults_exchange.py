"""The fault run on PostgreSQL: 5,000 cases through two departments that fail at random, by Celery workers that are killed ten times with
`kill -9`, over a Redis without persistence that is restarted twice. Nothing lost, nothing doubled in effect, every case in order.

Every case pushes two or three steps to both departments, each step in a transaction with a row of the case's; some transactions are rolled
back. The cases are rows of a table of the run's own and the records are the packaged mappings' complete samples: the desk isn't part of this.
YICHUANG_BENCH_CASES for fewer, YICHUANG_BENCH_BROKER for another broker (which is not restarted then).
"""

import os
import tempfile
from pathlib import Path

from bench._exchange import City, Redis, Relays, free_port, platform, settings_of
from bench._faults import POLICY, Plan, run
from bench._ground import own_schema

CASES, KILLS, SHARE, PAUSE, PATIENCE = 5000, 10, 15, 6.0, 900.0
WORKERS = (("yichuang.cli", "worker", "--beat"), ("yichuang.cli", "worker"))


def main() -> int:
    cases, broker = int(os.environ.get("YICHUANG_BENCH_CASES", CASES)), os.environ.get("YICHUANG_BENCH_BROKER", "")
    with tempfile.TemporaryDirectory() as name, own_schema() as database, own_schema() as front:
        folder, port = Path(name), free_port()
        redis = None if broker else Redis(folder)
        environment = settings_of(folder / "data", database, port, front, broker or (redis.url if redis else ""))
        with platform(environment, POLICY) as made:
            city, relays = City(port, folder / "city", front), Relays(WORKERS, environment, folder / "relays.log")
            try:
                disturb = (redis.restart, redis.restart) if redis else ()
                result = run(made, city, relays, Plan(cases, KILLS, SHARE, PAUSE, PATIENCE, disturb), folder / "city", front)
            finally:
                relays.stop()
                city.stop()
                if redis:
                    redis.stop()
        restarts = redis.restarts if redis else 0
    print(f"{result.cases:,} cases, {result.pushed:,} messages in {result.seconds:,.0f} s")
    print(f"{relays.kills} workers killed, broker restarted {restarts} times; {result.again:,} attempts failed or were made again")
    print(f"{result.repeats:,} times a message came to the HTTP department once more, always with one effect")
    for words in result.wrong:
        print(f"WRONG: {words}")
    print("none lost, none doubled, order kept, both sides reconciled" if not result.wrong else "NOT as it must be")
    return 0 if not result.wrong and relays.kills == KILLS else 1
