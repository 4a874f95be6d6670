"""A district of 2,000 items in 5 releases, every item changed in each: start, memory and search of a worker process.

Limits: a worker starts at most 3 s later than on the packaged definitions alone (the reference, in the same run), stays within 350 MB
after it has served old releases and hundreds of item pages, and finds items within 100 ms p99.
"""

import multiprocessing
import random
import tempfile
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from bench._ground import district, kinds_without_checks, own_schema, percentile
from yichuang.bootstrap import build, initialise
from yichuang.catalogue.feed import Catalogue
from yichuang.catalogue.service import Publishing
from yichuang.database import Database
from yichuang.migrations import upgrade
from yichuang.ports import SYSTEM, Body, SystemClock
from yichuang.settings import Settings
from yichuang.web.item_page import page_of

ITEMS, RELEASES, SEARCHES, PAGES, STARTS = 2000, 5, 1000, 600, 3
START, MEMORY, SEARCH = 3.0, 350.0, 0.100
QUERIES = (
    "spjyxk", "食品经营", "shipin", "许可", "xk", "第1", "别名17", "item_00", "公共卫生许可", "市场监管", "劳务 备案", "没有这种事", "a",
    "经营许可新办",
)  # fmt: skip


def megabytes(field: str) -> float:
    """`VmRSS` or `VmHWM` (the most there ever was) of this process, MB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(field)) / 1024


def starting(settings: Settings, pipe: Connection) -> None:
    """A worker's start, to the first search answered; seconds."""
    begun = time.monotonic()
    app = build(settings).start()
    app.services.catalogue.search("spjyxk")
    pipe.send(time.monotonic() - begun)
    app.stop()


def working(settings: Settings, pipe: Connection) -> None:
    """Search delays in seconds, then MB after all kinds of reading."""
    app = build(settings).start()
    catalogue, draw = app.services.catalogue, random.Random(7)
    delays = []
    for number in range(SEARCHES):
        begun = time.perf_counter()
        catalogue.search(QUERIES[number % len(QUERIES)])
        delays.append(time.perf_counter() - begun)
    codes = catalogue.current().codes("item")
    for code in draw.sample(list(codes), min(PAGES, len(codes))):
        page_of(catalogue.current(), code)
    for release in range(1, catalogue.current().release + 1):
        for code in draw.sample(list(codes), min(PAGES // 4, len(codes))):
            page_of(catalogue.at(release), code)
    pipe.send((delays, megabytes("VmRSS"), megabytes("VmHWM")))
    app.stop()


def in_a_process(task: Callable[[Settings, Connection], None], settings: Settings) -> Any:
    context = multiprocessing.get_context("spawn")
    parent, child = context.Pipe()
    process = context.Process(target=task, args=(settings, child))
    process.start()
    child.close()
    result = parent.recv()
    process.join(20)
    return result


def fill(url: str) -> float:
    """Publish the district and change all its items four times; seconds."""
    begun = time.monotonic()
    database = Database(url)
    upgrade(database)
    catalogue = Catalogue(database, SystemClock())
    publishing = Publishing(database, kinds_without_checks(), SystemClock(), catalogue)
    documents = district(ITEMS)
    publishing.ensure_first_release(documents)
    catalogue.refresh()
    for release in range(2, RELEASES + 1):
        change_set = publishing.import_documents([edited(body, release) for body in documents], SYSTEM)
        publishing.publish(change_set, SYSTEM, "全部调整")
    database.dispose()
    return time.monotonic() - begun


def edited(body: Body, release: int) -> Body:
    return dict(body) | {"title": f"{body['title']}（{release}）"} if body["kind"] == "item" else body


def main() -> int:
    with tempfile.TemporaryDirectory() as folder, own_schema() as small, own_schema() as large:
        filled = fill(large)
        reference, settings = Settings(database_url=small, data_dir=f"{folder}/a"), Settings(database_url=large, data_dir=f"{folder}/b")
        for each in (reference, settings):
            initialise(each)
        pairs = [(in_a_process(starting, reference), in_a_process(starting, settings)) for _ in range(STARTS)]
        before, after = (sorted(times)[STARTS // 2] for times in zip(*pairs, strict=True))
        delays, memory, most = in_a_process(working, settings)
    p50, p99 = percentile(delays, 0.5) * 1000, percentile(delays, 0.99) * 1000
    print(f"{ITEMS} items × {RELEASES} releases published in {filled:.0f} s; start {after:.2f} s, on the packaged definitions {before:.2f} s")
    print(f"memory {memory:.0f} MB, at most {most:.0f} MB; {len(delays)} searches, p50 {p50:.1f} ms, p99 {p99:.1f} ms")
    within = after - before <= START and most <= MEMORY and p99 <= SEARCH * 1000
    print(
        f"catalogue: start {after - before:+.2f} s (limit {START:.0f}), {most:.0f} MB (limit {MEMORY:.0f}), "
        f"search p99 {p99:.1f} ms (limit {SEARCH * 1000:.0f}) {'ok' if within else 'MISSED'}"
    )
    return int(not within)


if __name__ == "__main__":
    raise SystemExit(main())
