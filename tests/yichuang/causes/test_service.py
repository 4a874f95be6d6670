"""What stood behind a bad review; causes with the share among the rest; before and after a changed definition."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from tests.yichuang.causes.conftest import BOTH, HallAtWork, given
from yichuang.access.grants import EVERYWHERE, Reach
from yichuang.causes.service import Cause
from yichuang.errors import NotFound
from yichuang.outbox.model import messages
from yichuang.ports import Ref
from yichuang.reviews.model import services_given
from yichuang.reviews.review import Invitation

pytestmark = BOTH
Served = Callable[..., Invitation]
TAGS = {1: "115", 2: "214", 3: "314", 4: "413", 5: "517"}


def review(hall: HallAtWork, service: Invitation, grade: int) -> str:
    hall.services.reviews.give(service.path.removeprefix("/r/"), given(grade, tags=[TAGS[grade]], key=f"page of {service.id}"))
    return service.id


def change(hall: HallAtWork, service: str, **values: Any) -> None:
    with hall.services.database.writing() as connection:
        connection.execute(update(services_given).where(services_given.c.id == service).values(**values))


def board(hall: HallAtWork, reach: Reach = EVERYWHERE) -> Mapping[str, dict[str, Cause]]:
    today = hall.clock.now().date()
    return {kind: {one.code: one for one in found} for kind, found in hall.services.causes.board(today, today, reach).items()}


def test_what_stood_behind_one(hall: HallAtWork, served: Served) -> None:
    service = served()
    change(hall, service.id, waited_seconds=2400, corrections=1)
    with hall.services.database.writing() as connection:
        connection.execute(update(messages).where(messages.c.case_id == service.case_id, messages.c.topic == "case").values(attempts=3))
    found = hall.services.causes.behind(service.id)
    told = (found.item_title, found.window, found.waited, found.corrections, found.fault)
    assert told == (service.item_title, "b12", "40 分钟", "1 次", "出过故障")
    assert found.version == 1 and found.situation and all(question and answer for question, answer in found.situation)
    with pytest.raises(NotFound):
        hall.services.causes.behind("nobody")


def test_whoever_may_not_find_out_is_told_what_enough_people_share(hall: HallAtWork, served: Served) -> None:
    services = [served() for _ in range(6)]
    one = services[-1]
    review(hall, one, 1)
    change(hall, one.id, waited_seconds=2400, corrections=2)
    for n, other in enumerate(services[:-1]):
        change(hall, other.id, waited_seconds=60, holder=f"person {n}")
    day = hall.clock.now().date()
    found = hall.services.causes.behind(one.id, protected=True)
    assert (found.window, found.day, found.channel) == (None, None, None), "nothing before the day is over: it would grow under one's eyes"
    hall.clock.moment += timedelta(days=1)
    found = hall.services.causes.behind(one.id, protected=True)
    assert (found.window, found.day, found.channel) == ("b12", day, "qr"), "six of six share it"
    assert (found.waited, found.corrections, found.fault) == (None, None, None) and {"等候", "补正", "对接故障"} <= set(found.left_out)
    known = hall.services.causes.behind(one.id)
    assert (known.waited, known.corrections, known.left_out) == ("40 分钟", "2 次", ())
    with hall.services.database.writing() as connection:
        at_b13 = (services_given.c.case_id == services[0].case_id,)
        connection.execute(update(services_given).where(*at_b13).values(window="b13"))
    assert hall.services.causes.behind(one.id, protected=True).window is None, "one at another window would be alone in not being told"


def test_many_services_of_few_people_are_few(hall: HallAtWork, served: Served) -> None:
    services = [served() for _ in range(6)]
    review(hall, services[0], 1)
    for n, one in enumerate(services):
        change(hall, one.id, holder=f"person {n % 3}")
    with hall.services.database.writing() as connection:
        connection.execute(update(services_given).where(services_given.c.service_number == 1).values(holder="person 0"))
    hall.clock.moment += timedelta(days=1)
    assert hall.services.causes.behind(services[0].id, protected=True).window is None


def test_of_a_service_that_is_seldom_given_nothing_is_told(hall: HallAtWork, served: Served) -> None:
    service = served()
    review(hall, service, 1)
    hall.clock.moment += timedelta(days=1)
    found = hall.services.causes.behind(service.id, protected=True)
    assert (found.window, found.day, found.channel, found.situation, found.release) == (None, None, None, [], None)
    assert found.item_title == service.item_title and "情形" in found.left_out


def test_causes_with_the_share_among_the_rest(hall: HallAtWork, served: Served) -> None:
    waited, other, good = (served() for _ in range(3))
    for service, grade in ((waited, 1), (other, 5), (good, 4)):
        review(hall, service, grade)
    change(hall, waited.id, waited_seconds=3600)
    found = board(hall)
    long = found["circumstance"]["long_wait"]
    assert (long.bad, long.rate, long.rest_rate) == (1, 100.0, 0.0)
    assert set(found["tag"]) == {"115"}, "only what some bad review has"
    assert (found["window"]["b12"].given, found["window"]["b12"].rate, found["window"]["b12"].few) == (3, 33.3, True)
    assert board(hall, Reach(halls=frozenset({"lugu_hall"})))["window"] == {}


def test_before_and_after_a_changed_definition(hall: HallAtWork, served: Served, republish: Callable[..., int]) -> None:
    review(hall, served(), 1)
    review(hall, served(), 5)
    hall.clock.moment += timedelta(minutes=1)
    release = republish("item", "food_business_new", lambda body: body.update(title="食品经营许可（新办）（改）"))
    review(hall, served(), 4)
    old, new = hall.services.causes.versions("food_business_new", EVERYWHERE)
    assert (old.given, old.bad, old.rate, old.change) == (2, 1, 50.0, None)
    assert (new.since, new.given, new.rate, new.change) == (release, 1, 0.0, -50.0)
    assert new.changed == {Ref("item", "food_business_new"): 2} and old.changed == {}
    republish("notice", "standard", lambda body: body.update(note="另一个说明"))
    hall.clock.moment += timedelta(minutes=1)
    form = republish("form", "food_business", lambda body: body.update(note="另一个说明"))
    review(hall, served(), 1)
    *_, latest = hall.services.causes.versions("food_business_new", EVERYWHERE)
    assert latest.since == form and latest.changed == {Ref("form", "food_business"): 2, Ref("notice", "standard"): 2}
