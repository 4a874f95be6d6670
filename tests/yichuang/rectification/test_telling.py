"""A warning is told outside of the pages too, by the outbox, in the transaction of the warning; nothing of people in it."""

from datetime import timedelta
from typing import Any

import orjson

from tests.yichuang.rectification.conftest import BOTH, MANAGER, Handled
from yichuang.bootstrap import kind_table
from yichuang.outbox.message import DeliveryQuery
from yichuang.warnings.checks import findings

pytestmark = BOTH
DUTY = ("duty_mail", "duty_webhook")


def messages(handled: Handled) -> dict[str, list[Any]]:
    return {target: list(handled.hall.services.outbox.list(DeliveryQuery(target=target))) for target in DUTY}


def test_told_once_and_again_after_the_rules_interval(handled: Handled) -> None:
    hall = handled.hall
    hall.clock.moment += timedelta(days=8)
    hall.services.warnings.watch.look()
    hall.services.warnings.watch.look()
    assert {target: len(found) for target, found in messages(handled).items()} == dict.fromkeys(DUTY, 1)
    hall.clock.moment += timedelta(days=1, minutes=1)
    hall.services.warnings.watch.look()
    found = messages(handled)
    assert {target: len(listed) for target, listed in found.items()} == dict.fromkeys(DUTY, 2)
    assert len({one.key for listed in found.values() for one in listed}) == 4


def test_what_is_told_names_no_reviewer_and_no_case(handled: Handled) -> None:
    hall = handled.hall
    hall.clock.moment += timedelta(days=8)
    hall.services.warnings.watch.look()
    (one,) = messages(handled)["duty_mail"]
    told = hall.services.outbox.payload(one.id, MANAGER)
    assert set(told) == {"warning"} and told["warning"]["level"] == "严重" and "已过" in told["warning"]["words"]
    text = orjson.dumps(told).decode()
    person = hall.services.rectifications.contact(handled.key, MANAGER, handled.grants(MANAGER))
    for secret in (person["number"], person["applicant"].name, person["applicant"].phone, handled.review.words):
        assert secret not in text


def test_only_targets_for_warnings_may_be_told(handled: Handled) -> None:
    snapshot = handled.hall.services.catalogue.current()
    body = dict(snapshot.get("warning", "rectification_late")) | {"tell": ["city_bus", "duty_mail"]}
    assert [one.place for one in findings(body, snapshot)] == ["tell/0"]
    assert kind_table().get("warning").schema["properties"]["tell"]["items"]["x-ref"] == "target"
