"""The pages of the exchange: who sees what of exceptions, puts them right, pauses a target, sends a range again."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from yichuang import bootstrap
from yichuang.access.vault import Vault
from yichuang.errors import ConnectorRefused, InputRefused, Unmapped
from yichuang.exchange.places import place_of, typed, value_at
from yichuang.outbox.message import DeliveryQuery, Message
from yichuang.outbox.model import messages
from yichuang.outbox.policy import Policy
from yichuang.outbox.service import Outbox
from yichuang.ports import Parcel, Place, Receipt

Login = Callable[..., FlaskClient]
ID_NO = "110107199001010013"
RECORD: dict[str, Any] = {
    "case": {"number": "110107-1", "release": 1, "item": "food_business_new"},
    "applicant": {"name": "张三丰", "kind": "1", "id_type": "111", "id_no": ID_NO, "phone": "13911112222", "legal_rep": ""},
    "form": {"staff": [{"name": "王五六", "sex": "7"}]},
}
PROBLEM = {
    "to": "sex", "source": "form.staff[1].sex", "kind": "unknown_code", "value_class": "1 位数字", "message": "代码表中没有这个值",
    "remedy": "请更正",
}  # fmt: skip


@dataclass
class Department:
    """A target's way: what can't be mapped, what is refused, what passes."""

    policy: Policy = Policy()

    def hand(self, parcel: Parcel) -> Receipt:
        if parcel.case_number.endswith("-1") and not parcel.amended:
            raise Unmapped("代码表中没有这个值", [PROBLEM], "unknown_code/sex")
        if parcel.case_number.endswith("-2"):
            raise ConnectorRefused("对方拒收（422）", reason="refused/422", answer=f"证件号 {ID_NO} 与张三丰不符")
        return Receipt(f"r-{parcel.case_number}", "d" * 64)


@pytest.fixture
def stuck(built: bootstrap.App) -> dict[str, str]:
    """Of 市监局: one that can't be mapped, one refused, one sent; of 卫健委 one sent. By the end of the case number."""
    services, department = built.services, Department()
    outbox = Outbox(services.database, Vault(services.settings.data_key), services.audit, services.clock, lambda _target: department)
    made = {}
    with services.database.writing() as connection:
        for end, target in (("1", "food_bureau"), ("2", "food_bureau"), ("3", "food_bureau"), ("4", "health_front")):
            place = Place("wjw" if end == "4" else "scjg", "district_hall")
            names = (f"c-{end}", f"110107-{end}", "food_business_new", "食品经营许可")
            made[end] = outbox.push(connection, Message(*names, place, "ACCEPT", RECORD, target=target))
    outbox.relay()
    object.__setattr__(services, "outbox", outbox)
    services.exchange.exceptions._outbox = services.exchange.looks._outbox = outbox
    return made


def test_exceptions_are_grouped_by_cause(login: Login, stuck: dict[str, str]) -> None:
    page = login("items").get("/admin/exceptions/").text
    assert "无法转换" in page and "对方拒收：422" in page and "无人负责" in page
    group = login("items").get("/admin/exceptions/group?target=food_bureau&state=unmapped&cause=unknown_code/sex").text
    assert "110107-1" in group and "110107-2" not in group


def test_one_exception_names_the_field_and_hides_the_person(login: Login, stuck: dict[str, str]) -> None:
    page = login("items").get(f"/admin/exceptions/{stuck['1']}").text
    assert "代码表中没有这个值" in page and "1 位数字" in page and "form.staff[1].sex" in page
    refused = login("items").get(f"/admin/exceptions/{stuck['2']}").text
    assert "证件号 110107********0013 与张*丰不符" in refused and ID_NO not in refused and "张三丰" not in refused


def test_whole_values_are_for_who_may_see_them_and_noted(login: Login, stuck: dict[str, str], built: Any) -> None:
    assert login("items").post(f"/admin/exceptions/{stuck['2']}/reveal").status_code == 403
    page = login("lead").post(f"/admin/exceptions/{stuck['2']}/reveal").text
    assert ID_NO in page and "张三丰" in page
    assert [row.actor for row in built.services.audit.entries("delivery", stuck["2"]) if row.action == "delivery.reveal"] == ["lead"]


def test_a_corrected_value_goes_out_and_the_record_stays(login: Login, stuck: dict[str, str], built: Any) -> None:
    client = login("items")
    refused = client.post(f"/admin/exceptions/{stuck['1']}/correct", data={"path": "form.staff[1].sex", "value": "2", "reason": ""})
    assert refused.status_code == 400 and "请写明更正的原因" in refused.text
    given = {"path": "form.staff[1].sex", "value": "2", "reason": "与申请人电话核实"}
    assert client.post(f"/admin/exceptions/{stuck['1']}/correct", data=given).status_code == 302
    built.services.outbox.relay()
    page = client.get(f"/admin/exceptions/{stuck['1']}").text
    assert built.services.outbox.find(stuck["1"]).state == "sent"
    assert "与申请人电话核实" in page and re.search(r"<del>7</del>.*<ins>2</ins>", page, re.DOTALL) and "第 1 次" in page


def test_what_was_refused_is_corrected_at_any_place_that_is_sent_and_nowhere_else(login: Login, stuck: dict[str, str], built: Any) -> None:
    client, at = login("items"), f"/admin/exceptions/{stuck['2']}"
    page = client.get(f"{at}?correct=form.legal_rep.id_type").text
    assert "更正其他内容" in page and "居住证（154）" in page
    refused = client.post(f"{at}/correct", data={"path": "case.id", "value": "x", "reason": "试试看"})
    assert refused.status_code == 400 and "不在送出的内容里" in refused.text
    assert client.post(f"{at}/correct", data={"path": "form.legal_rep.id_type", "value": "990", "reason": "按其他证件"}).status_code == 302
    assert built.services.outbox.find(stuck["2"]).state == "waiting"
    assert "按其他证件" in client.get(at).text


def test_a_group_is_tried_again_assigned_and_given_up(login: Login, stuck: dict[str, str], built: Any) -> None:
    client, address = login("items"), "target=food_bureau&state=refused&cause=refused/422&owner="
    assert client.post(f"/admin/exceptions/assign?{address}", data={"owner": "dept"}).status_code == 302
    assert built.services.outbox.find(stuck["2"]).owner == "dept"
    assert client.post(f"/admin/exceptions/assign?{address}", data={"owner": "clerk"}).status_code == 400
    assert client.post(f"/admin/exceptions/retry?{address}").status_code == 302
    assert built.services.outbox.find(stuck["2"]).state == "waiting"
    built.services.outbox.relay()
    assert client.post(f"/admin/exceptions/give-up?{address}", data={"reason": "部门停机"}).status_code == 302
    assert built.services.outbox.find(stuck["2"]).state == "abandoned"


def test_a_department_sees_and_settles_its_own_only(login: Login, stuck: dict[str, str]) -> None:
    client = login("dept")
    page = client.get("/admin/exceptions/").text
    assert "没有需要处理的异常" in page and "食品" not in page
    assert client.get(f"/admin/exceptions/{stuck['1']}").status_code == 404
    assert client.post(f"/admin/exceptions/{stuck['1']}/retry").status_code == 404
    assert client.get("/admin/exchange/food_bureau").status_code == 404
    assert client.get("/admin/exchange/health_front").status_code == 200
    assert client.get(f"/admin/deliveries/{stuck['4']}").status_code == 200


def test_a_paused_target_gets_nothing_until_it_is_resumed(login: Login, stuck: dict[str, str], built: Any) -> None:
    client = login("items")
    assert client.post("/admin/exchange/food_bureau/pause", data={"reason": " "}).status_code == 400
    assert client.post("/admin/exchange/food_bureau/pause", data={"reason": "对方停机"}).status_code == 302
    client.post(f"/admin/exceptions/{stuck['1']}/correct", data={"path": "form.staff[1].sex", "value": "2", "reason": "核实"})
    assert built.services.outbox.relay() == 0
    page = client.get("/admin/exchange/").text
    assert "已暂停" in page and "对方停机" in page
    assert client.post("/admin/exchange/food_bureau/resume").status_code == 302
    assert built.services.outbox.relay() == 1
    assert login("lead").post("/admin/exchange/food_bureau/pause", data={"reason": "试试"}).status_code == 403


def test_a_range_is_sent_again_after_a_look_at_how_many(login: Login, stuck: dict[str, str], built: Any) -> None:
    client, today = login("items"), built.services.clock.now().date().isoformat()
    page = client.get(f"/admin/exchange/food_bureau?since={today}&until={today}").text
    assert "<strong>1 条</strong>" in page
    assert client.post("/admin/exchange/food_bureau/replay", data={"since": today, "until": today}).status_code == 302
    assert built.services.outbox.find(stuck["3"]).state == "waiting"
    assert client.post("/admin/exchange/food_bureau/replay", data={}).status_code == 400


def test_alarms_stand_in_the_head_of_every_page(login: Login, stuck: dict[str, str], built: Any, clock: Any) -> None:
    with built.services.database.writing() as connection:
        earlier = built.services.clock.now() - timedelta(hours=3)
        connection.execute(update(messages).where(messages.c.id == stuck["1"]).values(created_at=earlier))
    page = login("items").get("/admin/posters/").text
    assert "数据交换告警：市场监管审批系统（演示）" in page
    assert "数据交换告警" not in login("manager").get("/admin/posters/").text
    assert "已等待 3 小时" not in page and "最早的一条已等待 3 小时" in login("items").get("/admin/exchange/").text


def test_messages_are_searched_by_target_step_and_state(login: Login, stuck: dict[str, str], built: Any) -> None:
    client = login("items")
    page = client.get("/admin/deliveries/?target=food_bureau&state=sent&step=ACCEPT").text
    assert "110107-3" in page and "110107-1" not in page and "110107-4" not in page
    assert built.services.outbox.list(DeliveryQuery(target="health_front"))[0].id == stuck["4"]


def test_a_target_that_comes_itself_shows_how_often_it_came(login: Login, stuck: dict[str, str]) -> None:
    client = login("items")
    assert "今日来取 0 次" in client.get("/admin/exchange/").text
    page = client.get("/admin/exchange/city_bus").text
    assert "对方用接口来取数据" in page and "暂停推送" not in page and "重放" not in page


def test_a_line_of_a_mapping_is_found_by_its_target_path() -> None:
    lines = [{"to": "a"}, {"to": "b", "lines": [{"to": "no"}, {"to": "sex"}]}, {"columns": {"most": 2}, "lines": [{"to": "name{n}"}]}]
    assert [place_of(lines, to) for to in ("a", "b[2].sex", "b[].no", "c")] == ["lines/0", "lines/1/lines/1", "lines/1/lines/0", ""]


def test_what_is_typed_becomes_what_stands_there() -> None:
    assert (typed("true", False), typed(" 7 ", 3), typed("甲、乙", ["丙"]), typed(" x ", "")) == (True, 7, ["甲", "乙"], "x")
    with pytest.raises(InputRefused):
        typed("七", 3)
    with pytest.raises(InputRefused):
        typed("x", {"a": 1})


def test_values_are_read_at_concrete_paths() -> None:
    record = {"form": {"staff": [{"sex": "1"}, {"sex": "2"}]}, "documents": [{"code": "acceptance", "number": "受字1号"}]}
    assert value_at(record, "form.staff[2].sex") == "2" and value_at(record, "form.staff[3].sex") == ""
    assert value_at(record, "documents.acceptance.number") == "受字1号" and value_at(record, "form.none.deep") == ""
