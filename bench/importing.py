"""`yichuang cases import`: a million finished cases of 60 fields from JSON lines, checked, sealed and indexed, against plain COPY of the very same
rows into the same tables with the same indexes; PostgreSQL, one after the other in turns.

Limit: 0.8 of COPY's rows a second. `YICHUANG_BENCH_CASES` shrinks the million for trials.
"""

import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from bench._bus import connected, settings
from bench._ground import kinds_without_checks, own_schema
from bench.mapping import record
from yichuang.bootstrap import services_of
from yichuang.catalogue.packing import packaged
from yichuang.catalogue.service import Publishing
from yichuang.migrations import upgrade
from yichuang.ports import SYSTEM

CASES = int(os.environ.get("YICHUANG_BENCH_CASES", "1000000"))
LIMIT, TEMPLATES = 0.8, 60
TABLES = ("cases", "case_steps")


def lines() -> Iterator[bytes]:
    """Cases as another system's export would have them."""
    forms = [orjson.dumps(record(n)["form"]) for n in range(TEMPLATES)]
    for n in range(1, CASES + 1):
        yield (
            b'{"number":"110107-2019-%07d","item":"food_business_new","state":"delivered","outcome":"approved","hall":"district_hall",'
            b'"applicant":{"name":"\xe5\x8c\x97\xe4\xba\xac\xe6\x81\x92\xe4\xbf\xa1%d\xe9\xa4\x90\xe9\xa5\xae\xe6\x9c\x89\xe9\x99\x90\xe5\x85\xac\xe5\x8f\xb8",'
            b'"kind":"2","id_type":"001","id_no":"91110107MA%08d"},"answers":%b,"situation":{"business_type":"catering"},'
            b'"applied_at":"2019-05-06T09:30:00+08:00","accepted_at":"2019-05-07T10:00:00+08:00","decided_at":"2019-05-10T15:00:00+08:00"}'
            % (n, n, n, forms[n % TEMPLATES])
        )


def _services(url: str, folder: str) -> Any:
    services = services_of(settings(url, folder))
    upgrade(services.database)
    Publishing(services.database, kinds_without_checks(), services.clock, services.catalogue).ensure_first_release(packaged())
    services.catalogue.refresh()
    return services


def _imported(url: str, folder: str, source: Path) -> float:
    services = _services(url, folder)
    began = time.perf_counter()
    with source.open("rb") as read:
        done = list(services.importing.run(read, SYSTEM))[-1]
    spent = time.perf_counter() - began
    services.database.dispose()
    if done.taken != CASES or done.refused:
        raise SystemExit(f"taken {done.taken:,}, refused {done.refused[:3]}")
    return spent


def _dumped(url: str, folder: Path) -> None:
    with connected(url) as connection:
        for table in TABLES:
            with (folder / table).open("wb") as file, connection.cursor() as cursor, cursor.copy(f"COPY {table} TO STDOUT") as copy:
                for block in copy:
                    file.write(block)


def _copied(url: str, folder: Path) -> float:
    """Plain COPY: the rows as they are, a transaction for each table."""
    began = time.perf_counter()
    with connected(url) as connection:
        for table in TABLES:
            with (folder / table).open("rb") as file, connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN") as copy:
                while block := file.read(1 << 16):
                    copy.write(block)
    return time.perf_counter() - began


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = folder / "cases.jsonl"
        source.write_bytes(b"\n".join(lines()))
        with own_schema() as url:
            ours = _imported(url, name, source)
            _dumped(url, folder)
        with own_schema() as url:
            _services(url, name).database.dispose()
            plain = _copied(url, folder)
    ratio = plain / ours
    print(f"{CASES:,} cases of 60 fields: imported {CASES / ours:,.0f}/s in {ours:,.0f} s; plain COPY {CASES / plain:,.0f}/s")
    print(f"import/COPY = {ratio:.2f} (limit {LIMIT})")
    return 0 if ratio >= LIMIT else 1
