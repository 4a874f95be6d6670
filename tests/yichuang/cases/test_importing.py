"""Finished cases of a former system: sealed, found again, resumed, refused line by line."""

from typing import Any

import orjson
import pytest

from tests.yichuang.cases.conftest import BOTH, HallAtWork
from yichuang.cases import importing
from yichuang.cases.case import CaseQuery
from yichuang.ports import SYSTEM

pytestmark = BOTH


def line(n: int, **more: Any) -> bytes:
    made = {
        "number": f"110107-2019-{n:07d}", "item": "food_business_new", "state": "delivered", "outcome": "approved", "hall": "district_hall",
        "applicant": {"name": f"北京恒信{n}餐饮有限公司", "kind": "2", "id_type": "001", "id_no": f"91110107MA{n:08d}"},
        "answers": {"operator_name": f"北京恒信{n}餐饮有限公司\t\\N\n"}, "situation": {"business_type": "catering"},
        "applied_at": "2019-05-06T09:30:00+08:00", "accepted_at": "2019-05-07T10:00:00+08:00", "decided_at": "2019-05-10T15:00:00+08:00",
    }  # fmt: skip
    return orjson.dumps({**made, **more})


def bring_in(hall: HallAtWork, *lines: bytes) -> Any:
    return list(hall.services.importing.run(lines, SYSTEM))[-1]


def test_what_is_brought_in_is_sealed_found_by_search_and_fetched(hall: HallAtWork) -> None:
    assert bring_in(hall, *map(line, range(1, 4))).taken == 3
    with hall.services.database.reading() as connection:
        body = connection.exec_driver_sql("SELECT body FROM cases WHERE number = '110107-2019-0000002'").scalar()
    assert body is not None and "恒信" not in body
    found = hall.services.cases.search(CaseQuery("恒信2餐饮"), hall.who("manager"), hall.grants("manager"))
    assert "110107-2019-0000002" in str(found)
    record = hall.services.intakes.find("110107-2019-0000002").record
    assert record["form"]["operator_name"] == "北京恒信2餐饮有限公司\t\\N\n"
    assert (record["case"]["state"], record["case"]["outcome"], record["case"]["accepted_on"]) == ("delivered", "approved", "2019-05-07")
    assert hall.view(record["case"]["id"], "manager")["steps"][0]["title"] == "历史数据导入"


def test_run_again_it_goes_on_and_a_bad_line_holds_nobody_up(hall: HallAtWork) -> None:
    bring_in(hall, line(1))
    bad = [b"{", line(3, state="accepted"), line(4, item="nothing"), line(5, extra=1), line(6, applied_at="yesterday"), line(2), b"\n"]
    done = bring_in(hall, line(1), line(2), *bad)
    assert (done.taken, done.known) == (1, 1)
    assert [number for number, _, _ in sorted(done.refused)] == [3, 4, 5, 6, 7, 8]
    assert all("恒信" not in why for _, _, why in done.refused)


def test_a_line_that_the_database_would_not_take_is_refused_like_any_other(hall: HallAtWork) -> None:
    odd = [
        line(1, window="w" * 65), line(2, number="110107\0"), line(3, applied_at="2019-05-06T09:30:00+23:59"),
        line(4, applied_at="0001-01-01T00:00:00"),
        line(5, due_on="0001-01-01"), line(6, applicant={"name": "长" * 190, "kind": "1"}),
    ]  # fmt: skip
    done = bring_in(hall, *odd)
    assert [number for number, _, _ in sorted(done.refused)] == [1, 2, 3, 4, 5] and done.taken == 1


def test_a_number_that_stands_in_two_batches_is_taken_once(hall: HallAtWork, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second one is prepared before the first one is written."""
    monkeypatch.setattr(importing, "BATCH", 3)
    done = bring_in(hall, *map(line, (1, 2, 3, 4, 2, 5, 6, 1, 7)))
    assert (done.taken, done.known, done.refused) == (7, 2, [])
    with hall.services.database.reading() as connection:
        assert connection.exec_driver_sql("SELECT COUNT(*) FROM cases").scalar() == 7


def test_figures_and_time_go_on_with_them(hall: HallAtWork) -> None:
    bring_in(hall, line(1))
    hall.services.statistics.roll()
    assert hall.services.cases.deem_accepted() == 0
    hall.services.deadlines.keep_up()
