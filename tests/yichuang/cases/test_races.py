"""Many at once: one acceptance, one number, one document; numbers without a gap, also when some fail."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import text

from tests.yichuang.cases.conftest import BOTH, HallAtWork
from yichuang.errors import YichuangError

CLERKS = 16


def at_once(count: int, verb: Callable[[int], Any]) -> list[Any]:
    """What each of `count` callers got, started together; refusals as the error's class name."""

    def run(number: int) -> Any:
        try:
            return verb(number)
        except YichuangError as refused:
            return type(refused).__name__

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


@BOTH
def test_sixteen_clerks_take_in_at_once_and_every_number_is_given_once_without_a_gap(hall: HallAtWork) -> None:
    clerk, grants, cases = hall.who("clerk"), hall.grants("clerk"), hall.services.cases
    good = [hall.draft("individual_business_new") for _ in range(CLERKS)]
    bad = [hall.draft("individual_business_new", operator_id_no="1") for _ in range(4)]
    wanted = [key for pair in zip(good[:4], bad, strict=True) for key in pair] + good[4:]
    answers = at_once(len(wanted), lambda n: cases.receive(wanted[n], 1, clerk, grants))
    numbers = sorted(answer for answer in answers if answer.startswith("110107"))
    assert numbers == [f"110107-2026-{n:07d}" for n in range(1, CLERKS + 1)]
    assert answers.count("AnswersInvalid") == 4


@BOTH
def test_the_same_draft_taken_in_twice_at_once_is_one_case(hall: HallAtWork) -> None:
    clerk, grants = hall.who("clerk"), hall.grants("clerk")
    key = hall.draft("individual_business_new")
    answers = at_once(6, lambda _n: hall.services.cases.receive(key, 1, clerk, grants))
    assert sorted(answers) == ["110107-2026-0000001"] + ["Conflict"] * 5


@BOTH
def test_clerks_accepting_one_case_at_once_make_one_acceptance_and_one_document(hall: HallAtWork) -> None:
    case = hall.receive("food_business_new")
    hall.collect(case)
    hall.services.cases.release(case, hall.who("clerk"), hall.grants("clerk"))
    revision = hall.view(case)["revision"]
    people = [(hall.who(name), hall.grants(name)) for name in ("clerk", "clerk2")]

    def accept(number: int) -> str:
        who, grants = people[number % 2]
        hall.services.cases.act(case, "accept", {}, who, grants, revision, f"key-of-{number}")
        return "accepted"

    answers = at_once(8, accept)
    assert answers.count("accepted") == 1
    assert set(answers) <= {"accepted", "CaseHeld", "CaseOutdated", "ActionRefused"}
    view = hall.view(case)
    assert [step["action"] for step in view["steps"]] == ["receive", "accept"]
    assert len(view["documents"]) == 1


@BOTH
def test_one_click_sent_many_times_is_one_step(hall: HallAtWork) -> None:
    case = hall.receive("food_business_new")
    hall.collect(case)
    clerk, grants = hall.who("clerk"), hall.grants("clerk")
    answers = at_once(8, lambda _n: hall.services.cases.act(case, "accept", {}, clerk, grants, None, "one click"))
    assert answers == [None] * 8
    with hall.services.database.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM case_steps WHERE action = 'accept'")).scalar() == 1
        assert connection.execute(text("SELECT count(*) FROM documents")).scalar() == 1
