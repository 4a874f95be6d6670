import threading
import time

import pytest

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


def test_a_missing_release_is_named(house) -> None:
    with pytest.raises(ReleaseMissing, match="第 77 版"):
        house.catalogue.at(77)
