"""Flows in the editor: what conditions may read, what states may be picked, and the preview in words."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from flask.testing import FlaskClient

from yichuang.ports import SYSTEM

Login = Callable[..., FlaskClient]


def put(built: Any, change: Callable[[dict[str, Any]], Any], code: str = "standard") -> int:
    publishing = built.services.publishing
    body = deepcopy(dict(built.services.catalogue.current().get("flow", code)))
    change(body)
    number: int = publishing.open("流程", SYSTEM)
    publishing.put(number, body, SYSTEM)
    return number


def stricter(body: dict[str, Any]) -> None:
    """Deliver only what isn't overdue, and one more step."""
    deliver = next(action for action in body["actions"] if action["code"] == "deliver")
    deliver["guards"] = [{"when": {"fact": "case.overdue", "op": "eq", "value": False}, "message": "已超期", "remedy": "请先报告组长"}]
    body["actions"].append({"code": "call", "title": "电话回访", "by": "staff", "power": "case.deliver", "from": ["delivered"], "to": "delivered"})


def test_the_preview_tells_states_steps_and_conditions_in_words(login: Login, built: Any) -> None:
    number, client = put(built, stricter), login("items")
    page = client.get(f"/admin/changes/{number}/preview/flow/standard").text
    for words in ("窗口收件由此开始", "答复期限", "“已超期”为“否”", "受理通知书", "预审意见（选填）", "没有另外指定流程的事项都用本流程"):
        assert words in page, words
    assert page.count("新增") == 1 and page.index("电话回访") < page.index("新增")


def test_the_preview_names_the_items_of_a_flow_of_their_own(login: Login, built: Any) -> None:
    page = login("items").get(f"/admin/changes/{put(built, lambda body: None, 'public_notice')}/preview/flow/public_notice").text
    assert "使用本流程的事项：城乡居民最低生活保障审核确认" in page and "公示无异议" in page


def test_a_broken_flow_is_no_broken_page(login: Login, built: Any) -> None:
    number = put(built, lambda body: body.pop("settings"))
    assert "内容还不完整" in login("items").get(f"/admin/changes/{number}/preview/flow/standard").text


def test_conditions_of_a_flow_may_read_the_case(login: Login, built: Any) -> None:
    number = put(built, stricter)
    told = login("items").get(f"/admin/changes/{number}/api/flow/standard/facts").get_json()
    facts = {fact["path"]: fact for fact in told["facts"]}
    assert facts["case.overdue"]["type"] == "boolean" and "entrustment.reject_needs_consent" in facts
    assert ["received", "已收件"] in facts["case.state"]["options"]
    assert told["scopes"]["case"] == "办件"


def test_a_step_into_nowhere_is_not_published(login: Login, built: Any) -> None:
    number, client = put(built, lambda body: body["actions"][0].update(to="nowhere")), login("items")
    answer = client.post(f"/admin/changes/{number}/publish", data={"reason": "试", "when": "now"})
    assert answer.status_code == 422 and "没有状态“nowhere”" in answer.text
