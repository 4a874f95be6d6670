"""Who sees which figures, and takes them away; what a wrong address is answered."""

import io
import json
from collections.abc import Callable, Iterator

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import insert

from tests.yichuang.statistics.conftest import MORNING
from yichuang.audit.model import audit_entries
from yichuang.cases.model import case_steps, cases
from yichuang.ports import SYSTEM, Place
from yichuang.services import Services

DAYS = "since=2026-03-01&until=2026-03-31"
ASK = {"rows": ["hall"], "measures": ["cases"], "since": "2026-03-01", "until": "2026-03-31"}
SignIn = Callable[[str], FlaskClient]
HALLS = ("district_hall", "laoshan_hall", "laoshan_hall")


@pytest.fixture
def counted(services: Services) -> Iterator[Services]:
    """Three received cases: one in the district's hall, two in a street's."""
    with services.database.writing() as connection:
        for number, hall in enumerate(HALLS):
            street = "" if hall == "district_hall" else "laoshan"
            row = {
                "id": f"c{number}", "number": f"N{number}", "item": "food_business_new", "item_title": "食品经营许可（新办）", "department": "scjg",
                "release": 1, "flow": "standard", "state": "received", "phase": "receiving", "channel": "desk", "hall": hall, "street": street,
                "window": f"w_{hall}", "revision": 1, "body": "sealed", "applied_at": MORNING, "updated_at": MORNING, "clock_state": "answering",
            }  # fmt: skip
            step = {
                "case_id": f"c{number}", "seq": 1, "action": "receive", "title": "收件", "from_state": "", "to_state": "received", "actor": "clerk",
                "release": 1, "at": MORNING, "key": "k", "facts": json.dumps({"light": "green"}),
            }  # fmt: skip
            connection.execute(insert(cases), row)
            connection.execute(insert(case_steps), step)
    services.statistics.roll()
    services.statistics.count_open()
    services.statistics.export()
    services.authority.post(SYSTEM, "lead", Place(hall="laoshan_hall"))
    yield services


@pytest.fixture
def roles(monkeypatch: pytest.MonkeyPatch) -> None:
    """A supervisor (everything, may export) beside the usual people."""
    from tests.yichuang.web import conftest

    monkeypatch.setitem(conftest.ROLES, "manager", "SUPERVISOR")


def received(answer: str) -> int:
    foot = answer[answer.index("<tfoot>") :]
    return int(foot.split('<td class="number">')[2].split("<")[0])


@pytest.mark.parametrize("path", ["", "/particularity", "/questions", "/board.xlsx", "/particularity.xlsx"])
def test_figures_need_the_power(counted: Services, sign_in: SignIn, visitor: FlaskClient, path: str) -> None:
    assert visitor.get(f"/desk/statistics{path}").status_code in (302, 401)
    assert sign_in("clerk").get(f"/desk/statistics{path}").status_code == 403


def test_the_interface_needs_it_too(counted: Services, sign_in: SignIn, visitor: FlaskClient) -> None:
    for path in ("ask", "ask.xlsx", "saved"):
        assert visitor.post(f"/desk/api/statistics/{path}", json=ASK).status_code == 401
        assert sign_in("clerk").post(f"/desk/api/statistics/{path}", json=ASK).status_code == 403
    assert sign_in("clerk").get("/desk/api/statistics/items?q=x").status_code == 403


def test_a_lead_sees_the_own_hall_only(counted: Services, sign_in: SignIn) -> None:
    lead = sign_in("lead")
    assert received(lead.get(f"/desk/statistics?{DAYS}").text) == 2
    assert received(lead.get(f"/desk/statistics?{DAYS}&hall=laoshan_hall&by=day").text) == 2
    assert lead.get(f"/desk/statistics?{DAYS}&hall=district_hall").status_code == 403
    assert 'value="district_hall"' not in lead.get("/desk/statistics").text
    asked = lead.post("/desk/api/statistics/ask", json=ASK | {"filters": {"hall": ["district_hall", "laoshan_hall"]}}).json
    assert asked and [row[1] for row in asked["rows"]] == [2]


def test_who_sees_everything_sees_all_halls(counted: Services, sign_in: SignIn) -> None:
    everyone = sign_in("items")
    assert received(everyone.get(f"/desk/statistics?{DAYS}").text) == 3
    asked = everyone.post("/desk/api/statistics/ask", json=ASK).json
    assert asked and sorted(row[1] for row in asked["rows"]) == [1, 2]
    assert asked["as_of"]


def test_taking_away_needs_a_power_of_its_own_and_is_noted(counted: Services, sign_in: SignIn, roles: None) -> None:
    lead = sign_in("lead")
    assert lead.get(f"/desk/statistics/board.xlsx?{DAYS}").status_code == 403
    assert lead.post("/desk/api/statistics/ask.xlsx", json=ASK).status_code == 403
    assert "导出 Excel" not in lead.get("/desk/statistics").text
    manager = sign_in("manager")
    book = load_workbook(io.BytesIO(manager.get(f"/desk/statistics/board.xlsx?{DAYS}").data))
    assert book.sheetnames == ["按事项", "走势", "原因", "在办", "口径"]
    first = book["按事项"]
    assert [cell.value for cell in first[1]][:3] == ["事项", "申办", "收件"] and first["C2"].value == 3
    asked = load_workbook(io.BytesIO(manager.post("/desk/api/statistics/ask.xlsx", json=ASK).data))
    assert sum(row[1].value for row in asked["查询结果"].iter_rows(min_row=2)) == 3
    items = load_workbook(io.BytesIO(manager.get("/desk/statistics/particularity.xlsx?before=1").data))
    assert items.sheetnames[:3] == ["按部门", "事项", "第 1 版以来"]
    with counted.database.reading() as connection:
        noted = [row.object_code for row in connection.execute(audit_entries.select().where(audit_entries.c.action == "statistics.exported"))]
    assert sorted(noted) == ["board", "particularity", "question"]


def test_an_unreadable_address_falls_back_or_says_why(counted: Services, sign_in: SignIn) -> None:
    page = sign_in("items")
    assert page.get("/desk/statistics?since=x&until=y&by=nothing&hall=nowhere").status_code == 200
    assert page.get("/desk/statistics?by=situation").status_code == 200
    unknown = page.get("/desk/statistics?item=没有的事项")
    assert unknown.status_code == 400 and "没有这个事项" in unknown.text
    assert page.get("/desk/statistics/particularity?release=999&before=abc&feature=zzz").status_code == 200
    named = page.get(f"/desk/statistics?{DAYS}&item=食品经营许可（新办）&by=situation")
    assert "未分情形" in named.text


def test_a_wrong_question_names_the_field(counted: Services, sign_in: SignIn) -> None:
    answer = sign_in("items").post("/desk/api/statistics/ask", json=ASK | {"rows": ["1; DROP TABLE cases"]})
    assert answer.status_code == 400 and answer.json and answer.json["problems"][0]["field"] == "rows"


def test_changes_between_releases_are_told(counted: Services, sign_in: SignIn, republish: Callable[..., int]) -> None:
    body = counted.catalogue.current().get("item", "food_business_new")
    number = republish("food_business_new", features={**body["features"], "entrusted": False, "urgent": True})
    told = sign_in("items").get(f"/desk/statistics/particularity?release={number}&before=1").text
    assert "增加：<ins>可先办后补</ins>" in told and "减少：<del>委托受理</del>" in told


def test_a_recount_under_way_is_said(counted: Services, sign_in: SignIn) -> None:
    counted.statistics.rebuild()
    assert "正在重新统计" in sign_in("items").get("/desk/statistics").text


