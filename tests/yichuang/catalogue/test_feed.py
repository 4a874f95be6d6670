import threading
import time
import timeit
from datetime import timedelta

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from yichuang.catalogue import feed
from yichuang.catalogue.feed import Catalogue
from yichuang.errors import ReleaseMissing


def wait_for(condition, seconds=5.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.005)
    return False


def test_nothing_published_is_said_in_words(database, clock) -> None:
    with pytest.raises(ReleaseMissing, match="yichuang init"):
        Catalogue(database, clock).current()


@pytest.mark.parametrize("notify", [True, False])
def test_another_process_serves_a_new_release_by_itself(house, notify) -> None:
    other = Catalogue(house.database, house.clock, poll_ms=20, notify=notify)
    other.refresh()
    seen = []
    other.subscribe(lambda snapshot: seen.append(snapshot.release))
    other.start()
    try:
        house.publishing.publish(house.edit("food", 3), house.staff, "改")
        assert wait_for(lambda: other.current().release == 2)
        assert seen == [2]
    finally:
        other.stop()


def test_a_failing_subscriber_does_not_stop_the_others(house) -> None:
    seen = []
    house.catalogue.subscribe(lambda snapshot: 1 / 0)
    house.catalogue.subscribe(lambda snapshot: seen.append(snapshot.release))
    house.publishing.publish(house.edit("food", 3), house.staff, "改")
    assert seen == [2]


def test_readers_never_see_a_half_of_a_release(house) -> None:
    stop, torn = threading.Event(), []

    def read() -> None:
        while not stop.is_set():
            snapshot = house.catalogue.current()
            pair = {code: snapshot.get("item", code)["time_limits"]["promised"]["amount"] for code in ("food", "hygiene")}
            if pair["food"] != pair["hygiene"]:
                torn.append((snapshot.release, pair))

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for number in range(1, 8):
        change_set = house.edit("food", number)
        house.edit("hygiene", number, change_set)
        house.publishing.publish(change_set, house.staff, "一起改")
    stop.set()
    for reader in readers:
        reader.join(5)
    assert not torn


def test_the_last_release_is_served_while_the_database_is_away(house, monkeypatch) -> None:
    house.catalogue.start()
    monkeypatch.setattr(house.database, "reading", lambda: (_ for _ in ()).throw(OSError("away")))
    time.sleep(0.2)
    assert house.catalogue.current().release == 1
    monkeypatch.undo()
    house.publishing.publish(house.edit("food", 3), house.staff, "改")
    assert wait_for(lambda: house.catalogue.current().release == 2)


def test_a_waiting_release_takes_effect_by_itself_at_its_moment(house) -> None:
    house.publishing.publish(house.edit("food", 3), house.staff, "一分钟后", house.clock.now() + timedelta(minutes=1))
    house.catalogue.start()
    time.sleep(0.1)
    assert house.catalogue.current().release == 1
    house.clock.forward(minutes=1)
    assert wait_for(lambda: house.catalogue.current().release == 2)


def test_a_prepared_release_takes_effect_although_the_database_is_away(house, monkeypatch) -> None:
    house.publishing.publish(house.edit("food", 3), house.staff, "一分钟后", house.clock.now() + timedelta(minutes=1))
    house.catalogue.refresh()
    monkeypatch.setattr(house.database, "reading", lambda: (_ for _ in ()).throw(OperationalError("", {}, Exception())))
    house.catalogue.start()
    house.clock.forward(minutes=1)
    assert wait_for(lambda: house.catalogue.current().release == 2)


def test_a_lost_notify_connection_is_opened_again_and_nothing_is_missed(postgres_house, monkeypatch) -> None:
    opened = []
    connect = psycopg.connect
    monkeypatch.setattr(feed.psycopg, "connect", lambda *a, **k: opened.append(connect(*a, **k)) or opened[-1])
    other = Catalogue(postgres_house.database, postgres_house.clock, poll_ms=60_000, notify=True)
    other.refresh()
    other.start()
    try:
        assert wait_for(lambda: opened and "LISTEN" in listening(postgres_house.database, opened[0]))
        with postgres_house.database.reading() as connection:
            connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": opened[0].info.backend_pid})
        postgres_house.publishing.publish(postgres_house.edit("food", 3), postgres_house.staff, "断线时改")
        assert wait_for(lambda: other.current().release == 2)
        postgres_house.publishing.publish(postgres_house.edit("food", 4), postgres_house.staff, "连上后改")
        assert wait_for(lambda: other.current().release == 3, 1.0)
    finally:
        other.stop()


def listening(database, connection) -> str:
    with database.reading() as own:
        query = text("SELECT query FROM pg_stat_activity WHERE pid = :pid")
        return own.execute(query, {"pid": connection.info.backend_pid}).scalar() or ""


def test_only_so_many_old_releases_are_kept_and_the_served_one_always(house, monkeypatch) -> None:
    monkeypatch.setattr(feed, "KEPT_RELEASES", 3)
    for number in range(3, 10):
        house.publishing.publish(house.edit("food", number), house.staff, "改")
    for number in range(1, 9):
        assert house.catalogue.at(number).release == number
    assert len(house.catalogue._kept) <= 3
    assert house.catalogue.current().release in house.catalogue._kept
    assert house.catalogue.at(2).get("item", "food")["time_limits"]["promised"]["amount"] == 3


def test_reading_what_is_in_force_costs_less_than_a_microsecond(house) -> None:
    current = house.catalogue.current
    best = min(timeit.repeat(current, number=20_000, repeat=5)) / 20_000
    assert best < 1e-6


def test_a_missing_release_is_named(house) -> None:
    with pytest.raises(ReleaseMissing, match="第 77 版"):
        house.catalogue.at(77)
