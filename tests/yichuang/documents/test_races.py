"""Sixteen clerks at once: no number twice and none left out, however many transactions fail; one paper whoever presses it first."""

import hashlib
import multiprocessing
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import select

from tests.yichuang.documents.conftest import SECRET, StandingClock, rooms
from yichuang.catalogue.feed import Catalogue
from yichuang.database import Database
from yichuang.documents.model import counters, documents
from yichuang.errors import DocumentMissing

CLERKS, EACH = 16, 6


class GivenUp(Exception):
    pass


def numbers(house) -> list[int]:
    with house.database.reading() as connection:
        return sorted(connection.execute(select(documents.c.seq)).scalars())


def test_sixteen_threads_take_each_number_once(house) -> None:
    with ThreadPoolExecutor(CLERKS) as clerks:
        issued = list(clerks.map(lambda n: house.issue(case_id=f"c{n}").number, range(CLERKS * EACH)))
    assert len(set(issued)) == CLERKS * EACH
    assert numbers(house) == list(range(1, CLERKS * EACH + 1))


def test_transactions_that_fail_leave_no_gap(house) -> None:
    kept = []

    def work(clerk: int) -> None:
        random = Random(clerk)
        for n in range(EACH):
            try:
                with house.database.writing() as connection:
                    issued = house.documents.issue(connection, house.order(case_id=f"c{clerk}-{n}"))
                    if random.random() < 0.5:
                        raise GivenUp
                kept.append(issued.seq)
            except GivenUp:
                pass

    with ThreadPoolExecutor(CLERKS) as clerks:
        list(clerks.map(work, range(CLERKS)))
    assert 10 < len(kept) < CLERKS * EACH
    assert sorted(kept) == list(range(1, len(kept) + 1)) == numbers(house)
    with house.database.reading() as connection:
        assert connection.execute(select(counters.c.last)).scalar_one() == len(kept)


def test_a_double_click_is_one_document(house) -> None:
    ready = threading.Barrier(8)

    def click(_: int) -> str:
        ready.wait()
        try:
            return house.issue(key="step-7").id
        except Exception as error:
            assert "IntegrityError" in type(error).__name__
            return house.issue(key="step-7").id

    with ThreadPoolExecutor(8) as hands:
        assert len(set(hands.map(click, range(8)))) == 1
    assert numbers(house) == [1]


def _press(url: str, folder: str, document: str, ready, answers) -> None:
    database, clock = Database(url), StandingClock()
    own = rooms(database, Catalogue(database, clock, notify=False), clock, Path(folder))
    ready.wait(60)
    answers.put(hashlib.sha256(own.pdf(document)).hexdigest())
    database.dispose()


def test_processes_that_press_at_once_give_one_paper(house) -> None:
    issued = house.issue()
    context = multiprocessing.get_context("spawn")
    ready, answers = context.Barrier(3), context.Queue()
    url = house.database.url.render_as_string(hide_password=False)
    processes = [context.Process(target=_press, args=(url, str(house.folder), issued.id, ready, answers)) for _ in range(3)]
    for process in processes:
        process.start()
    found = {answers.get(timeout=90) for _ in processes}
    for process in processes:
        process.join(30)
    assert found == {house.documents.find(issued.id).sha256}
    kept = [path for path in house.folder.rglob("*") if path.is_file()]
    assert [path.name for path in kept] == list(found)
    assert SECRET not in kept[0].read_text()


def test_a_paper_that_lost_the_race_is_thrown_away(house, monkeypatch) -> None:
    """Another process, with another font, was first: everybody gets its paper."""
    issued, other = house.issue(), house.another()
    kept = other.pdf(issued.id)
    stale = house.documents.find(issued.id)
    monkeypatch.setattr(house.documents, "find", lambda _id, seen=[]: (seen.append(1), other.find(issued.id))[1])
    monkeypatch.setattr(house.documents._rooms.pdf, "document", lambda *_: b"%PDF-1.7 of another font")
    assert stale.sha256
    assert house.documents._pressed(stale) == kept
    assert len([path for path in house.folder.rglob("*") if path.is_file()]) == 1


def test_a_paper_that_was_lost_comes_back_when_it_is_the_same(house) -> None:
    issued = house.issue()
    made = house.documents.pdf(issued.id)
    for path in house.folder.rglob("*"):
        if path.is_file():
            path.unlink()
    assert house.another().pdf(issued.id) == made
    assert len([path for path in house.folder.rglob("*") if path.is_file()]) == 1


def test_a_paper_that_was_lost_is_never_replaced_by_another(house, monkeypatch) -> None:
    issued = house.issue()
    house.documents.pdf(issued.id)
    for path in house.folder.rglob("*"):
        if path.is_file():
            path.unlink()
    other = house.another()
    monkeypatch.setattr(other._rooms.pdf, "document", lambda *_: b"%PDF-1.7 of another font")
    with pytest.raises(DocumentMissing, match="备份"):
        other.pdf(issued.id)


def test_the_worker_presses_what_nobody_opened(house) -> None:
    waiting = [house.issue(case_id=f"c{n}") for n in range(3)]
    assert house.documents.press_waiting() == 0
    house.clock.forward(seconds=30)
    assert house.documents.press_waiting() == 3
    assert house.documents.press_waiting() == 0
    assert all(len(house.documents.find(one.id).sha256) == 64 for one in waiting)
