"""However many deliveries arrive at once, each is looked at, and none is lost when the looking is undone."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from tests.yichuang.indicators.conftest import BOTH, HallAtWork
from yichuang.indicators import arrivals
from yichuang.indicators.model import review_sums
from yichuang.indicators.rolling import TOPICS, Rolling
from yichuang.outbox.model import messages
from yichuang.reviews.review import Invitation

pytestmark = BOTH


def pushed(hall: HallAtWork) -> int:
    columns = review_sums.c
    total = (columns.scope == "") & (columns.dimension == "total") & (columns.grain == "y")
    with hall.services.database.reading() as connection:
        return connection.execute(select(func.sum(columns.pushed)).where(total)).scalar() or 0


def deliver(hall: HallAtWork) -> int:
    """Everything that goes to the city arrives now, a few milliseconds apart; how many."""
    now, columns = hall.clock.now(), messages.c
    with hall.services.database.writing() as connection:
        ids = connection.execute(select(columns.id).where(columns.topic.in_(TOPICS), columns.sent_at.is_(None))).scalars().all()
        for n, key in enumerate(ids):
            connection.execute(update(messages).where(columns.id == key).values(state="sent", sent_at=now + timedelta(milliseconds=n)))
    return len(ids)


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrivals, "PAGE", 2)
    monkeypatch.setattr(arrivals, "MOST", 3)


@pytest.mark.usefixtures("small_pages")
def test_more_deliveries_within_two_minutes_than_are_read_at_once(hall: HallAtWork, served: Callable[..., Invitation]) -> None:
    for _ in range(6):
        served()
    hall.services.indicators.rolling.run()
    assert pushed(hall) == 0
    delivered = deliver(hall)
    assert delivered > 5
    for _ in range(delivered):
        hall.services.indicators.rolling.run()
    assert pushed(hall) == delivered


@pytest.mark.usefixtures("small_pages")
def test_they_are_found_by_a_worker_that_begins_anew_too(hall: HallAtWork, served: Callable[..., Invitation]) -> None:
    for _ in range(3):
        served()
    hall.services.indicators.rolling.run()
    delivered = deliver(hall)
    for _ in range(delivered):
        hall.services.indicators.rolling.run()
    served()
    again = Rolling(hall.services.database, hall.services.clock)
    hall.clock.moment += timedelta(seconds=30)
    more = deliver(hall)
    for _ in range(delivered + more):
        again.run()
    assert pushed(hall) == delivered + more


def test_a_look_that_is_undone_is_made_again(
    hall: HallAtWork, served: Callable[..., Invitation], monkeypatch: pytest.MonkeyPatch
) -> None:
    served()
    rolling = hall.services.indicators.rolling
    rolling.run()
    delivered = deliver(hall)

    def fails(*_: object) -> None:
        raise RuntimeError("the connection is gone")

    with monkeypatch.context() as broken, pytest.raises(RuntimeError):
        broken.setattr(Rolling, "_note", fails)
        rolling.run()
    rolling.run()
    assert pushed(hall) == delivered
