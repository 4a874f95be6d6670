"""A review and its event are one transaction; the packaged rule warns of the second bad one."""

from collections.abc import Callable

from tests.yichuang.reviews.conftest import (  # noqa: F401 - fixtures
    BOTH,
    HallAtWork,
    given,
    hall,
    hall_settings,
    packed_postgresql,
    packed_sqlite,
    served,
)
from yichuang.access.grants import EVERYWHERE, Grants
from yichuang.ports import Actor
from yichuang.reviews.review import Invitation

MANAGER, ALL = Actor("manager", roles=frozenset({"SUPERVISOR"})), Grants({"warnings.manage": EVERYWHERE})


def test_two_bad_reviews_through_the_reviews_door(hall: HallAtWork, served: Callable[[], Invitation]) -> None:  # noqa: F811
    services = hall.services
    for n in range(2):
        invitation = served()
        services.reviews.give(invitation.path.removeprefix("/r/"), given(1, tags=("110",), key=f"page-{n}", device="a-phone", channel="qr"))
        assert services.warnings.watch.run() == n
    [one] = services.warnings.open(MANAGER, ALL)
    assert one.rule == "two_bad_reviews"
    events = services.warnings.events_of(one)
    assert len(events) == 2
    assert all("a-phone" not in str(event.payload) for event in events)
