"""Counting never disturbs, and loses nothing while the database is away."""

import threading
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from yichuang.notices.events import EventCounter
from yichuang.notices.model import notice_events


def counted(database: Any) -> int:
    with database.reading() as connection:
        return int(connection.execute(select(func.coalesce(func.sum(notice_events.c.count), 0))).scalar_one())


def test_events_from_many_threads_are_added_up(notice_house: Any) -> None:
    counter = EventCounter(notice_house.database, notice_house.clock)

    def note() -> None:
        for number in range(500):
            counter.note(f"code{number % 3}", "opened")
            if number % 100 == 0:
                counter.flush()

    threads = [threading.Thread(target=note) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    counter.flush()
    assert counted(notice_house.database) == 2000


def test_two_processes_add_to_the_same_row(notice_house: Any) -> None:
    for _ in range(2):
        counter = EventCounter(notice_house.database, notice_house.clock)
        counter.note("a", "opened")
        counter.flush()
    with notice_house.database.reading() as connection:
        assert [tuple(row) for row in connection.execute(select(notice_events))] == [("a", "opened", "2026-11-24", 2)]


def test_what_could_not_be_written_is_kept_and_written_later(
    notice_house: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    counter = EventCounter(notice_house.database, notice_house.clock)
    counter.note("a", "opened")

    def away(_batch: Any) -> None:
        raise OperationalError("", None, Exception())

    with monkeypatch.context() as patch:
        patch.setattr(counter, "_write", away)
        with pytest.raises(OperationalError):
            counter.flush()
        counter.note("a", "opened")
        counter.stop()
    counter.flush()
    assert counted(notice_house.database) == 2


def test_stopping_writes_what_is_left(notice_house: Any) -> None:
    counter = EventCounter(notice_house.database, notice_house.clock)
    counter.start()
    counter.note("a", "printed")
    counter.stop()
    assert counted(notice_house.database) == 1
