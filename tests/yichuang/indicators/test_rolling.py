"""The sums equal a direct count after whatever happened, each change counted once; reach; what is public."""

import random
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, insert, select

from tests.yichuang.indicators.conftest import BOTH, HallAtWork, given
from tests.yichuang.rectification.conftest import APPROVER, MANAGER, SECOND, Handled
from yichuang.access.grants import EVERYWHERE, Reach
from yichuang.errors import OutOfReach
from yichuang.indicators.measures import CODES
from yichuang.indicators.model import review_counted, review_sums
from yichuang.indicators.service import Question, scopes_of
from yichuang.reviews.model import mark, review_marks, reviews, services_given
from yichuang.reviews.review import Invitation
from yichuang.statistics.periods import start

pytestmark = BOTH


def roll(hall: HallAtWork) -> None:
    while hall.services.indicators.rolling.batch(3):
        pass


def sums(hall: HallAtWork) -> dict[Any, dict[str, int]]:
    """Rows that aren't all 0, by key."""
    with hall.services.database.reading() as connection:
        rows = connection.execute(select(review_sums)).mappings().all()
    keys = review_sums.primary_key.columns.keys()
    return {tuple(row[key] for key in keys): found for row in rows if (found := {code: row[code] for code in CODES if row[code]})}


def directly(hall: HallAtWork) -> dict[Any, dict[str, int]]:
    """The few measures of all reviews, counted one by one by day and item, in no way like the rolling."""
    found: dict[Any, Counter[str]] = {}
    with hall.services.database.reading() as connection:
        joined = services_given.outerjoin(reviews, reviews.c.service_id == services_given.c.id)
        rows = connection.execute(select(services_given, reviews.c.grade, reviews.c.state).select_from(joined)).all()
    for row in rows:
        into = found.setdefault(row.item, Counter())
        into["services"] += 1
        if row.state == "valid":
            into["given"] += 1
            into[f"grade_{row.grade}"] += 1
        elif row.state in ("invalid", "malicious"):
            into["excluded"] += 1
    return {item: dict(counts) for item, counts in found.items()}


def by_item(hall: HallAtWork) -> dict[Any, dict[str, int]]:
    wanted = ("services", "given", "excluded", *(f"grade_{n}" for n in range(1, 6)))
    found = {key[4]: row for key, row in sums(hall).items() if key[:3] == ("", "item", "y")}
    return {item: {code: n for code, n in row.items() if code in wanted} for item, row in found.items()}


def test_services_and_reviews_are_summed_by_every_margin(hall: HallAtWork, served: Callable[..., Invitation]) -> None:
    service = served()
    roll(hall)
    assert by_item(hall) == directly(hall) == {"food_business_new": {"services": 2}}
    hall.services.reviews.give(service.path.removeprefix("/r/"), given(2, tags=["214"]))
    roll(hall)
    assert by_item(hall) == directly(hall)
    today, found = hall.clock.now().date(), sums(hall)
    places = {"window": "b12", "hall": "district_hall", "department": "scjg", "channel": "qr", "tag": "214", "clerk": "clerk"}
    for dimension, member in places.items():
        for grain in "dtmqy":
            assert found[("", dimension, grain, start(today, grain), member)]["grade_2"] == 1
    assert found[("h:district_hall", "item", "m", today.replace(day=1), "food_business_new")]["given"] == 1
    assert ("h:district_hall", "tag", "d", today, "214") in found


def test_counting_again_changes_nothing(handled: Handled) -> None:
    roll(handled.hall)
    before = sums(handled.hall)
    with handled.hall.services.database.writing() as connection:
        for _ in range(3):
            mark(connection, handled.service.id)
    roll(handled.hall)
    assert sums(handled.hall) == before
    assert handled.hall.services.indicators.rolling.recount() == 2
    assert sums(handled.hall) == {}
    roll(handled.hall)
    assert sums(handled.hall) == before


def test_what_is_found_malicious_is_taken_out_again_and_restored(handled: Handled) -> None:
    hall = handled.hall
    roll(hall)
    assert by_item(hall)["food_business_new"]["grade_1"] == 1
    from tests.yichuang.rectification.conftest import PNG

    handled.act("assign", level="normal")
    handled.act("take", APPROVER)
    handled.act("propose_malicious", APPROVER, reason="反复骚扰", pictures=[PNG])
    handled.act("confirm_malicious", SECOND, reason="同意")
    roll(hall)
    found = by_item(hall)["food_business_new"]
    assert found == {"services": 2, "excluded": 1} == directly(hall)["food_business_new"]
    assert not any("115" in key for key in sums(hall)), "its tags count no more either"
    handled.act("restore", MANAGER, reason="重新核对")
    roll(hall)
    assert by_item(hall) == directly(hall)


def test_putting_right_in_time_and_calling_back_are_counted_on_the_services_day(handled: Handled) -> None:
    hall = handled.hall
    day = hall.clock.now().date()
    for action, who, inputs in (
        ("assign", MANAGER, {"level": "normal"}), ("take", APPROVER, {}),
        ("verify", APPROVER, {"classification": "true_reasonable", "findings": "属实"}),
        ("reply", APPROVER, {"result": "已整改", "reply": "已整改"}), ("approve", MANAGER, {}),
    ):  # fmt: skip
        hall.clock.moment += timedelta(days=1)
        handled.act(action, who, **inputs)
    handled.act("call_back", MANAGER, satisfied="satisfied", words="满意")
    roll(hall)
    total = sums(hall)[("", "total", "d", day, "")]
    wanted = ("handled", "true_bad", "true_put_right", "on_time", "named_bad", "called_back")
    assert {code: total.get(code, 0) for code in wanted} == dict.fromkeys(wanted, 1)


def test_a_random_day_equals_a_direct_count(hall: HallAtWork, served: Callable[..., Invitation]) -> None:
    draw = random.Random(5)
    for n in range(6):
        service = served(draw.choice(["food_business_new", "individual_business_new"]))
        if draw.random() < 0.8:
            grade = draw.randint(1, 5)
            tag = {1: "115", 2: "214", 3: "314", 4: "413", 5: "517"}[grade]
            hall.services.reviews.give(service.path.removeprefix("/r/"), given(grade, tags=[tag], key=f"page number {n}"))
        if draw.random() < 0.5:
            roll(hall)
    roll(hall)
    assert by_item(hall) == directly(hall)


def test_figures_within_reach(handled: Handled) -> None:
    hall = handled.hall
    roll(hall)
    today = hall.clock.now().date()
    question = Question(today - timedelta(days=400), today, "window")
    whole = hall.services.indicators.figures(question, EVERYWHERE)
    own = hall.services.indicators.figures(question, Reach(halls=frozenset({"district_hall"})))
    assert whole.rows == own.rows and whole.rows["b12"]["given"] == 1 and whole.totals["services"] == 2
    assert hall.services.indicators.figures(question, Reach(halls=frozenset({"lugu_hall"}))).rows == {}
    assert scopes_of(("department", "scjg"), EVERYWHERE) == ("d:scjg",)
    with pytest.raises(OutOfReach):
        scopes_of(("hall", "lugu_hall"), Reach(halls=frozenset({"district_hall"})))
    with pytest.raises(OutOfReach):
        scopes_of(("", ""), Reach())


def test_too_few_reviews_are_not_public_and_do_not_follow_from_the_rest(hall: HallAtWork) -> None:
    def put(member: str, number: int) -> None:
        row = dict.fromkeys(CODES, 0) | {"given": number, "grade_5": number, "services": number}
        with hall.services.database.writing() as connection:
            key = {"scope": "", "dimension": "hall", "grain": "m", "period": date(2026, 1, 1), "member": member}
            connection.execute(insert(review_sums), key | row)

    with hall.services.database.writing() as connection:
        for table in (review_sums, review_counted, review_marks):
            connection.execute(delete(table))
    for member, number in (("a", 40), ("b", 12), ("c", 3)):
        put(member, number)
    rows = hall.services.indicators.public(date(2026, 1, 1), date(2026, 1, 31), 10)["hall"]
    told = {row.member: (row.hidden, row.given) for row in rows}
    assert told == {"a": (False, 40), "b": (True, 0), "c": (True, 0)}, "b is hidden with c: alone, c would follow from the total"
    put("d", 9)
    rows = hall.services.indicators.public(date(2026, 1, 1), date(2026, 1, 31), 10)["hall"]
    assert {row.member for row in rows if row.hidden} == {"c", "d"}


def test_what_is_public_does_not_follow_by_department(hall: HallAtWork) -> None:
    """Fourteen of a department less the twelve of one item would be the two of the other."""

    def put(scope: str, dimension: str, member: str, number: int) -> None:
        row = dict.fromkeys(CODES, 0) | {"given": number, "grade_5": number, "services": number}
        key = {"scope": scope, "dimension": dimension, "grain": "m", "period": date(2026, 1, 1), "member": member}
        with hall.services.database.writing() as connection:
            connection.execute(insert(review_sums), key | row)

    with hall.services.database.writing() as connection:
        for table in (review_sums, review_counted, review_marks):
            connection.execute(delete(table))
    items = {("scjg", "food"): 12, ("scjg", "shop"): 2, ("rsj", "pension"): 30, ("rsj", "card"): 9}
    for (department, item), number in items.items():
        put("", "item", item, number)
        put(f"d:{department}", "item", item, number)
    for department, number in (("scjg", 14), ("rsj", 39)):
        put("", "department", department, number)
    put("", "total", "", 53)
    put("", "hall", "district_hall", 53)
    told = hall.services.indicators.public(date(2026, 1, 1), date(2026, 1, 31), 10)
    shown = {by: {row.member for row in rows if not row.hidden} for by, rows in told.items()}
    assert shown["hall"] == {"district_hall"} and shown["department"] == {"scjg", "rsj"}
    assert shown["item"] == set(), "either would follow from its department"
    assert all(row.given == 0 and not row.values for rows in told.values() for row in rows if row.hidden)
