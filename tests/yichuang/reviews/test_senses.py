"""What the warnings can only look for: silent screens, a stuck queue, a rate below its own four weeks."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, update

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
from yichuang.ports import Actor, Place
from yichuang.reviews.model import reviews, screens
from yichuang.reviews.review import Invitation
from yichuang.reviews.senses import Senses

CLERK = Actor("clerk", "李芳")


def rated(hall: HallAtWork, window: str, days: float, good: int, bad: int, **more: Any) -> None:  # noqa: F811
    at = hall.services.clock.now() - timedelta(days=days)
    row = {
        "case_number": "n", "tags": "[]", "words": "", "pictures": "[]", "channel": "qr", "device": "", "received_at": at, "at": at, "default": False,
        "recorded_by": "", "state": "valid", "anomaly": "", "rules": "", "release": 1, "item": "i", "department": "d", "hall": "h", "street": "",
        "window": window, "clerk": "c",
    } | more  # fmt: skip
    rows = [row | {"id": str(uuid.uuid4()), "service_id": str(uuid.uuid4()), "key": uuid.uuid4().hex, "case_number": uuid.uuid4().hex,
                   "service_number": 1, "grade": 5 if n < good else 1} for n in range(good + bad)]  # fmt: skip
    with hall.services.database.writing() as connection:
        connection.execute(insert(reviews), rows)


def test_a_rate_is_compared_with_its_own_four_weeks(hall: HallAtWork) -> None:  # noqa: F811
    now, senses = hall.services.clock.now(), Senses(hall.services.database)
    for window, lately in (("falls", 17), ("holds", 19)):
        rated(hall, window, 20, 20, 0)
        rated(hall, window, 2, lately, 20 - lately)
    rated(hall, "few", 20, 20, 0)
    rated(hall, "few", 2, 0, 19)
    rated(hall, "silence", 20, 20, 0)
    rated(hall, "silence", 2, 0, 20, default=True)
    rated(hall, "long_ago", 36, 20, 0)
    rated(hall, "long_ago", 2, 0, 20)
    assert senses.falling(now, "window", 10, 20) == [("falls", 100.0, 85.0)]


def test_a_screen_that_no_longer_asks(hall: HallAtWork) -> None:  # noqa: F811
    services, senses = hall.services, Senses(hall.services.database)
    now = services.clock.now()
    services.reviews.screens.code(Place("", "district_hall", "", "b13"), CLERK)
    code, _ = services.reviews.screens.code(Place("", "district_hall", "", "b12"), CLERK)
    services.reviews.screens.bind(code)
    assert senses.silent(now + timedelta(minutes=1), timedelta(hours=2)) == []
    with services.database.writing() as connection:
        connection.execute(update(screens).where(screens.c.window == "b12").values(seen_at=now - timedelta(hours=2, minutes=1)))
    [one] = senses.silent(now, timedelta(hours=2))
    assert (one.subject, one.place.hall) == ("b12", "district_hall")


def test_what_is_not_sent_to_the_city(hall: HallAtWork, served: Callable[[], Invitation]) -> None:  # noqa: F811
    served()
    senses, now = Senses(hall.services.database), hall.services.clock.now()
    assert senses.stuck(now, timedelta(minutes=30), 1) == []
    [one] = senses.stuck(now + timedelta(minutes=31), timedelta(minutes=30), 1)
    assert one.subject == "city_reviews"
    assert senses.stuck(now + timedelta(minutes=31), timedelta(minutes=30), 1000) == []


def test_the_packaged_rule_says_it_once(hall: HallAtWork, served: Callable[[], Invitation]) -> None:  # noqa: F811
    served()
    services = hall.services
    with services.database.writing() as connection:
        connection.exec_driver_sql("UPDATE messages SET created_at = '2020-01-01 00:00:00' WHERE target = 'city_reviews'")
    services.warnings.watch.look()
    services.warnings.watch.look()
    found = services.warnings.open(Actor("manager", roles=frozenset({"SUPERVISOR"})), Grants({"warnings.manage": EVERYWHERE}))
    assert [one.rule for one in found].count("push_stuck") == 1
