"""The pages of a changed calendar: what will move, what moved, and to whom it is shown."""

import io
import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert

from yichuang.cases.model import cases, deadline_moves
from yichuang.ports import SYSTEM

Login = Callable[..., FlaskClient]


@pytest.fixture
def three(built: Any) -> None:
    """Open cases of two departments, accepted on 2 March 2026."""
    services = built.services
    now = services.clock.now()
    for number, item, department in (("N1", "food_business_new", "scjg"), ("N2", "food_business_new", "scjg"), ("N3", "nurse_registration", "wjw")):
        row = {
            "id": f"id-{number}", "number": number, "item": item, "item_title": services.catalogue.current().get("item", item)["title"],
            "department": department, "release": 1, "flow": "standard", "state": "in_review", "phase": "reviewing", "channel": "desk",
            "hall": "district_hall", "revision": 1, "body": "", "clock": json.dumps([{"kind": "accepted", "on": "2026-03-02"}]),
            "clock_state": "running", "applied_at": now.replace(year=2026, month=3, day=2), "updated_at": now,
        }  # fmt: skip
        with services.database.writing() as connection:
            connection.execute(insert(cases), row)
    services.deadlines.follow(services.catalogue.current())
    with services.database.writing() as connection:
        connection.execute(deadline_moves.delete())


def put(built: Any, change: Callable[[dict[str, Any]], Any]) -> int:
    publishing, current = built.services.publishing, built.services.catalogue.current()
    body = deepcopy(dict(current.get("calendar", "china")))
    change(body)
    number: int = publishing.open("放假安排", SYSTEM)
    publishing.put(number, body, SYSTEM)
    return number


def day_off(body: dict[str, Any]) -> None:
    year = next(year for year in body["years"] if year["year"] == 2026)
    year["holidays"].append({"date": "2026-03-06", "name": "临时放假", "source": "通知"})


def cells(answer: Any) -> list[tuple[Any, ...]]:
    return list(openpyxl.load_workbook(io.BytesIO(answer.data)).active.iter_rows(values_only=True))


def test_a_change_set_with_a_calendar_tells_whose_deadlines_will_move(login: Login, built: Any, three: None) -> None:
    number, client = put(built, day_off), login("items")
    assert f'data-impact="/admin/changes/{number}/impact"' in client.get(f"/admin/changes/{number}").text
    told = client.get(f"/admin/changes/{number}/impact").get_json()
    assert told["cases"] == 3
    assert dict(told["departments"]) == {"石景山区市场监督管理局": 2, "石景山区卫生健康委员会": 1}
    first = next(row for row in told["rows"] if row["number"] == "N1" and row["kind"] == "承诺期限")
    assert (first["item"], first["before"], first["after"]) == ("食品经营许可（新办）", "2026-03-10", "2026-03-11")
    sheet = cells(client.get(f"/admin/changes/{number}/impact.xlsx"))
    assert sheet[0] == ("办件编号", "事项", "部门", "期限", "原期限", "现期限") and len(sheet) == 1 + len(told["rows"])


def test_other_change_sets_say_nothing_of_deadlines(login: Login, built: Any, three: None) -> None:
    client = login("items")
    number = client.post("/admin/definitions/item/food_business_new/edit").headers["Location"].split("/")[3]
    assert "data-impact" not in client.get(f"/admin/changes/{number}").text
    assert client.get(f"/admin/changes/{number}/impact").get_json()["cases"] == 0


def test_a_broken_calendar_is_told_in_words(login: Login, built: Any) -> None:
    number = put(built, lambda body: body.update(years=[{"year": 2026}]))
    answer = login("items").get(f"/admin/changes/{number}/impact", headers={"Accept": "application/json"})
    assert answer.status_code == 400 and "工作日历的内容还不完整" in answer.text


def test_what_moved_is_listed_by_release_with_excel(login: Login, built: Any, three: None) -> None:
    number, client = put(built, day_off), login("items")
    assert "还没有因日历变更而移动的期限" in client.get("/admin/deadlines/").text
    client.post(f"/admin/changes/{number}/publish", data={"reason": "国务院办公厅通知", "when": "now"})
    assert built.services.deadlines.keep_up() == 3
    page = client.get("/admin/deadlines/").text
    assert "第 2 版（3 件）" in page and "<del>2026-03-10</del>" in page and "<ins>2026-03-11</ins>" in page
    only = client.get("/admin/deadlines/?release=2&department=wjw").text
    assert "N3" in only and "N1" not in only
    assert {row[0] for row in cells(client.get("/admin/deadlines/2.xlsx"))[1:]} == {"N1", "N2", "N3"}
    assert client.get("/admin/deadlines/?release=99").status_code in (200, 404)


def test_a_department_sees_its_own_cases_only(login: Login, built: Any, three: None) -> None:
    """`dept` is the health commission's administrator."""
    number = put(built, day_off)
    told = login("dept").get(f"/admin/changes/{number}/impact").get_json()
    assert {row["number"] for row in told["rows"]} == {"N3"}
    login("items").post(f"/admin/changes/{number}/publish", data={"reason": "通知", "when": "now"})
    built.services.deadlines.keep_up()
    page = login("dept").get("/admin/deadlines/").text
    assert "N3" in page and "N1" not in page and "第 2 版（1 件）" in page
    assert {row[0] for row in cells(login("dept").get("/admin/deadlines/2.xlsx"))[1:]} == {"N3"}


def test_the_preview_of_a_calendar_counts_its_year_and_marks_what_is_new(login: Login, built: Any) -> None:
    number, client = put(built, day_off), login("items")
    year = client.get(f"/admin/changes/{number}/preview/calendar/china?at=2026").text
    assert "全年 247 个工作日，与现行日历有 1 天不同" in year and 'class="day off changed" title="临时放假">6' in year
    for asked, working in (("2023", 249), ("2024", 251), ("2025", 248)):
        assert f"全年 {working} 个工作日" in client.get(f"/admin/changes/{number}/preview/calendar/china?at={asked}").text
    broken = put(built, lambda body: body.update(years=[{"year": 2026}]))
    assert "内容还不完整" in client.get(f"/admin/changes/{broken}/preview/calendar/china").text
