"""Draining 100,000 waiting messages to the sandbox department against a bare httpx loop of equal concurrency to the same one.

Limit: 0.8 of the loop's messages a second. The relay claims, opens, maps, checks, signs, sends and settles on PostgreSQL; the loop sends bodies
that were mapped, dumped and signed beforehand. The two take turns, so that a noisy machine is noisy for both.
YICHUANG_BENCH_MESSAGES for fewer.
"""

import os
import statistics
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import httpx
import orjson
from sqlalchemy import func, insert, select

from bench._city import SECRET
from bench._exchange import DEPARTMENTS, FOOD, ITEMS, City, Platform, free_port, platform, records, settings_of
from bench._ground import own_schema
from connectors.http_department import signature
from yichuang.exchange.sending import Mapper
from yichuang.outbox.message import Message
from yichuang.outbox.model import messages
from yichuang.ports import Parcel, Place

LIMIT = 0.8
MESSAGES, ROUNDS, THREADS = 100_000, 10, 8
POLICY = {"limits": {"in_flight": THREADS, "budget_seconds": 5}}
CHUNK = 1000


def _record(number: str, sample: dict[str, Any]) -> dict[str, Any]:
    return {**sample, "case": {**sample["case"], "number": number}, "step": {**sample["step"], "code": "ACCEPT"}}


def _fill(made: Platform, count: int) -> None:
    """Waiting messages, one a case, sealed as always."""
    outbox, sample = made.services.outbox, records()[FOOD][0]
    for start in range(0, count, CHUNK):
        numbers = [f"1101072026{n:08d}" for n in range(start, min(start + CHUNK, count))]
        place = Place(DEPARTMENTS[FOOD], "district_hall")
        rows = [
            outbox._values(Message(number, number, ITEMS[FOOD], "某事项", place, "ACCEPT", _record(number, sample), 1, target=FOOD), 1)
            for number in numbers
        ]
        with made.services.database.writing() as connection:
            connection.execute(insert(messages), rows)
    with made.services.database.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.exec_driver_sql("ANALYZE messages")


class Loop:
    """The reference: threads that post what lies ready, over one client."""

    def __init__(self, made: Platform, base: str, count: int, mark: int) -> None:
        self._url, sample, view = f"{base}/bureau/cases", records()[FOOD][0], Mapper(made.services.catalogue.current())
        self._ready = []
        for n in range(count):
            number, key = f"99{mark:02d}{n:08d}", f"99{mark:02d}{n:08d}+ACCEPT+1@loop"
            parcel = Parcel("", key, number, ITEMS[FOOD], "scjg", "ACCEPT", 1, _record(number, sample), FOOD)
            self._ready.append((key, orjson.dumps(view.body(parcel), option=orjson.OPT_SORT_KEYS)))

    def run(self) -> float:
        """Messages a second."""
        moment, ready, lock = str(int(time.time())), self._ready[::-1], threading.Lock()
        signed = [(key, body, signature(SECRET, moment, "POST", "/bureau/cases", key, "I", body)) for key, body in ready]

        def post(client: httpx.Client) -> None:
            while True:
                with lock:
                    if not signed:
                        return
                    key, body, proof = signed.pop()
                headers = {
                    "Content-Type": "application/json", "Idempotency-Key": key, "X-Yichuang-Operation": "I", "X-Yichuang-Time": moment,
                    "X-Yichuang-Signature": proof,
                }  # fmt: skip
                answer = client.post(self._url, content=body, headers=headers)
                assert answer.status_code == 200 and answer.json()["reference"], answer.text

        count, began = len(signed), time.perf_counter()
        with httpx.Client(timeout=5.0, limits=httpx.Limits(max_connections=THREADS, max_keepalive_connections=THREADS), trust_env=False) as client:
            threads = [threading.Thread(target=post, args=(client,)) for _ in range(THREADS)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        return count / (time.perf_counter() - began)


def _drain(made: Platform, count: int) -> float:
    began = time.perf_counter()
    done = made.services.outbox.relay(limit=count, seconds=3600)
    assert done == count, f"{done} of {count}"
    return count / (time.perf_counter() - began)


def main() -> int:
    total = int(os.environ.get("YICHUANG_BENCH_MESSAGES", MESSAGES))
    share = total // ROUNDS
    with tempfile.TemporaryDirectory() as name, own_schema() as database, own_schema() as front:
        folder, port = Path(name), free_port()
        with platform(settings_of(folder / "data", database, port, front), POLICY) as made:
            city = City(port, folder / "city", front)
            try:
                _fill(made, total)
                pairs = []
                for number in range(ROUNDS):
                    loop = Loop(made, city.base, max(200, share // 4), number)
                    pairs.append((loop.run(), _drain(made, share)))
            finally:
                city.stop()
            with made.services.database.reading() as connection:
                sent = connection.execute(select(func.count()).where(messages.c.state == "sent", messages.c.digest != "")).scalar_one()
    bare, ours = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratio = statistics.median(mine / reference for reference, mine in pairs)
    print(f"bare httpx loop {bare:,.0f} messages/s; relay {ours:,.0f} messages/s over {sent:,} messages, {THREADS} at once")
    print(f"relay/httpx = {ratio:.2f} (limit {LIMIT})")
    return 0 if ratio >= LIMIT and sent == share * ROUNDS else 1
