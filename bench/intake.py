"""Fetching an intake by id, with authentication, a mapping of 60 fields, the target's schema and audit, against a minimal Node server that reads the
same row raw by primary key; PostgreSQL, both in the same run, in turns, at equal concurrency.

Limits: 0.5 of Node's requests a second, p99 at most twice Node's; with ten times the cases at most 20 % more processor time a request.
`YICHUANG_BENCH_CASES` shrinks the million for trials; then the growth is not asked.
"""

import os
import random
import statistics
import tempfile
import time

from sqlalchemy import func, select

from bench._bus import Load, case_id, cpu, fill, node, platform, prepare, settings, stubs
from bench._ground import own_schema
from yichuang.audit.model import audit_entries
from yichuang.bootstrap import services_of

CASES = int(os.environ.get("YICHUANG_BENCH_CASES", "1000000"))
WHOLE = CASES >= 1_000_000
FETCHED, ROUNDS, SECONDS, CONNECTIONS, THREADS = 20_000, 7, 3.0, 8, 1
LIMIT, LIMIT_P99, LIMIT_GROWTH = 0.5, 2.0, 1.2


def main() -> int:
    with own_schema() as url, tempfile.TemporaryDirectory() as folder:
        key = prepare(url, folder)
        began = time.perf_counter()
        fill(url, folder, 1, CASES)
        print(f"{CASES:,} cases of 60 fields in {time.perf_counter() - began:,.0f} s")
        ids = [case_id(n) for n in random.Random(7).sample(range(1, CASES + 1), min(FETCHED, CASES))]
        with platform(url, folder, THREADS) as (ours, process), node(url, CONNECTIONS) as (theirs, _):
            good = _compare(url, ours, theirs, key, ids)
            if WHOLE:
                before = _cpu(url, process, ours, key, ids)
                stubs(url, CASES + 1, 10 * CASES)
                after = _cpu(url, process, ours, key, ids)
                print(f"processor time a request at {CASES:,}: {before * 1e6:,.0f} µs, at {10 * CASES:,}: {after * 1e6:,.0f} µs,", end=" ")
                print(f"{after / before:.2f} (limit {LIMIT_GROWTH})")
                good = good and after <= before * LIMIT_GROWTH
    return 0 if good else 1


def _compare(url: str, ours: int, theirs: int, key: str, ids: list[str]) -> bool:
    loads = Load(theirs, CONNECTIONS), Load(ours, CONNECTIONS, f"Authorization: Bearer {key}\r\n")
    asked = sum(load.run(1.0, ids)[2] for load in loads[1:])
    loads[0].run(1.0, ids)
    pairs = []
    for _ in range(ROUNDS):
        pairs.append((loads[0].run(SECONDS, ids), loads[1].run(SECONDS, ids)))
        asked += pairs[-1][1][2]
    for load in loads:
        load.close()
    ratio = statistics.median(mine[0] / peer[0] for peer, mine in pairs)
    slower = statistics.median(mine[1] / peer[1] for peer, mine in pairs)
    peer, mine = (
        [statistics.median(values) for values in zip(*side, strict=True)] for side in zip(*pairs, strict=True)
    )
    recorded = _recorded(url)
    print(f"Node raw {peer[0]:,.0f} requests/s, p99 {peer[1]:.2f} ms; intakes {mine[0]:,.0f} requests/s, p99 {mine[1]:.2f} ms")
    print(f"intakes/Node = {ratio:.2f} (limit {LIMIT}), p99 {slower:.2f} × Node's (limit {LIMIT_P99})")
    print(f"{recorded:,} readings on record of {asked:,} and those under way")
    return ratio >= LIMIT and slower <= LIMIT_P99 and recorded >= asked


def _recorded(url: str) -> int:
    time.sleep(3.0)
    services = services_of(settings(url, tempfile.gettempdir()))
    query = select(func.count()).select_from(audit_entries).where(audit_entries.c.action == "intake.read")
    with services.database.reading() as connection:
        found = int(connection.execute(query).scalar_one())
    services.database.dispose()
    return found


def _cpu(url: str, process: int, port: int, key: str, ids: list[str]) -> float:
    """Seconds of processor time a request, of the server and of PostgreSQL for it: the median of several rounds."""
    load = Load(port, CONNECTIONS, f"Authorization: Bearer {key}\r\n")
    load.run(2.0, ids)
    found = []
    for _ in range(5):
        before = cpu(url, process)
        asked = load.run(SECONDS, ids)[2]
        found.append((cpu(url, process) - before) / asked)
    load.close()
    return statistics.median(found)
