"""The pages 数据推送 and API 管理: who sees and does what."""

import io
import re
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from flask.testing import FlaskClient

from yichuang import bootstrap
from yichuang.outbox.message import Message
from yichuang.outbox.model import messages
from yichuang.ports import SYSTEM, Place

Login = Callable[..., FlaskClient]


@pytest.fixture
def pushed(built: bootstrap.App) -> dict[str, str]:
    """One failed delivery to 卫健委, one sent to 市监局, by department."""
    with built.services.database.writing() as connection:
        made = {
            department: built.services.outbox.push(
                connection, Message(f"c-{department}", f"110107{department}", "x", "某事项", Place(department), "ACCEPT", {"name": "张三"})
            )
            for department in ("wjw", "scjg")
        }
    built.services.outbox.relay()
    with built.services.database.writing() as connection:
        mine = messages.update().where(messages.c.id == made["wjw"])
        connection.execute(mine.values(state="failed", last_error="连接超时", attempts=12))
    return made


def test_failed_ones_are_seen_with_their_reason_and_tried_again(login: Login, built: Any, pushed: dict[str, str]) -> None:
    client = login("items")
    page = client.get("/admin/deliveries/?state=failed").text
    assert "110107wjw" in page and "连接超时" in page and "110107scjg" not in page and "张三" not in page
    assert client.post("/admin/deliveries/resend?state=failed").status_code == 302
    built.services.outbox.relay()
    assert built.services.outbox.find(pushed["wjw"]).state == "sent"
    assert client.post(f"/admin/deliveries/{pushed['wjw']}/receive").status_code == 302
    assert built.services.outbox.find(pushed["wjw"]).received_by == "items"


def test_giving_up_needs_a_reason_and_says_so(login: Login, built: Any, pushed: dict[str, str]) -> None:
    client = login("items")
    refused = client.post(f"/admin/deliveries/{pushed['wjw']}/give-up", data={"reason": " "})
    assert refused.status_code == 400 and "请写明放弃的原因" in refused.text
    client.post(f"/admin/deliveries/{pushed['wjw']}/give-up", data={"reason": "部门停机，已线下登记"})
    assert built.services.outbox.find(pushed["wjw"]).close_reason == "部门停机，已线下登记"


def test_a_department_sees_and_touches_its_own_only(login: Login, built: Any, pushed: dict[str, str]) -> None:
    client = login("dept")
    page = client.get("/admin/deliveries/").text
    assert "110107wjw" in page and "110107scjg" not in page
    assert client.post(f"/admin/deliveries/{pushed['scjg']}/receive").status_code == 404
    assert built.services.outbox.find(pushed["scjg"]).state == "sent"


def test_excel_needs_the_power_to_export(login: Login, built: Any, pushed: dict[str, str]) -> None:
    role = dict(built.services.catalogue.current().get("role", "dept_admin"))
    change_set = built.services.publishing.open("不能导出", SYSTEM)
    built.services.publishing.put(change_set, role | {"powers": [p for p in role["powers"] if p != "export"]}, SYSTEM)
    built.services.publishing.publish(change_set, SYSTEM, "试验")
    built.services.catalogue.refresh()
    assert login("dept").get("/admin/deliveries/deliveries.xlsx").status_code == 403
    answer = login("items").get("/admin/deliveries/deliveries.xlsx")
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.data)).active.values)
    assert rows[0][:4] == ("办件编号", "事项", "目标", "部门")
    assert {row[0] for row in rows[1:]} == {"110107wjw", "110107scjg"}


def test_a_key_is_shown_once_and_works(login: Login, flask: Any) -> None:
    client = login("items")
    made = client.post("/admin/clients/", data={"title": "卫健审批系统", "department": "wjw", "scope": ["deliveries.read"]})
    found = re.search(r'id="given-key">(yck_[^<]+)<', made.text)
    assert found
    assert found.group(1) not in client.get("/admin/clients/").text
    answer = flask.test_client().get("/api/v1/deliveries", headers={"Authorization": f"Bearer {found.group(1)}"})
    assert answer.status_code == 200
    page = client.get("/admin/clients/").text
    assert "卫健审批系统" in page and "成功 1" in page


def test_a_client_without_department_or_scope_is_refused_in_words(login: Login) -> None:
    answer = login("items").post("/admin/clients/", data={"title": "x", "department": "nowhere"})
    assert answer.status_code == 400
    assert all(words in answer.text for words in ("名称须为 2 至 100 个字", "请选择部门", "请至少勾选一项权限"))


def test_stopping_a_client_stops_its_key_at_once(login: Login, flask: Any, built: Any) -> None:
    client = login("items")
    made = client.post("/admin/clients/", data={"title": "卫健审批系统", "department": "wjw", "scope": ["deliveries.read"]})
    key = re.search(r'id="given-key">(yck_[^<]+)<', made.text).group(1)  # type: ignore[union-attr]
    known = next(client for client in built.services.clients.all() if client.title == "卫健审批系统")
    client.post(f"/admin/clients/{known.id}/active", data={"active": "0"})
    assert flask.test_client().get("/api/v1/deliveries", headers={"Authorization": f"Bearer {key}"}).status_code == 401
