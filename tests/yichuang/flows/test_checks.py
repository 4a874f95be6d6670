"""The gate refuses each kind of broken flow, and says where and what to do."""

from collections.abc import Callable
from typing import Any

import pytest

from yichuang.access.powers import POWERS
from yichuang.catalogue.views import DocumentView, Overlay
from yichuang.flows.checks import EFFECTS, findings, item_findings
from yichuang.flows.inputs import INPUT_TYPES
from yichuang.ports import Finding, Ref

Body = dict[str, Any]


def act(body: Body, code: str) -> Body:
    return next(action for action in body["actions"] if action["code"] == code)


def state(body: Body, code: str) -> Body:
    return next(state for state in body["states"] if state["code"] == code)


def told(packaged: DocumentView, body: Body) -> list[Finding]:
    return findings(body, Overlay(packaged, {Ref("flow", body["code"]): body}))


def no_way_out(body: Body) -> None:
    body["actions"] = [a for a in body["actions"] if "suspended" not in a["from"] or a["code"] == "x"]
    for action in body["actions"]:
        action["from"] = [code for code in action["from"] if code != "suspended"]


BROKEN: list[tuple[str, Callable[[Body], Any], str]] = [
    ("没有状态“nowhere”", lambda b: act(b, "accept").update(to="nowhere"), "actions/9/to"),
    ("没有动作能到达状态“已挂起”", lambda b: b["actions"].remove(act(b, "suspend")), "states/10"),
    ("状态“已挂起”走不到办结", no_way_out, "states/10"),
    ("动作代码“accept”重复", lambda b: act(b, "correct").update(code="accept"), ""),
    ("状态代码“received”重复", lambda b: state(b, "accepted").update(code="received"), ""),
    ("计时不能倒退或重新开始", lambda b: act(b, "end_special").update(to="received"), ""),
    ("计时不能倒退或重新开始", lambda b: state(b, "closed").update(clock="running"), ""),
    ("已办结，却还在计时", lambda b: state(b, "closed").update(clock="running"), ""),
    ("没有“case.wings”这一事实", lambda b: act(b, "accept")["guards"][0].update(message="{case.wings} 对"), "actions/9/guards/0/message"),
    ("没有“fly”这一权限", lambda b: act(b, "accept").update(power="fly"), "actions/9/power"),
    ("没有设所需权限", lambda b: act(b, "accept").pop("power"), "actions/9/power"),
    ("不由工作人员办理，不能设权限", lambda b: act(b, "submit").update(power="case.accept"), ""),
    ("没有“levitate”这一效果", lambda b: act(b, "accept").update(effects=["levitate"]), ""),
    ("需要必填的填写项 days", lambda b: act(b, "extend").update(inputs=[]), ""),
    ("没有选项", lambda b: act(b, "deliver")["inputs"][0].pop("options"), ""),
    ("上限小于下限", lambda b: act(b, "extend")["inputs"][1].update(min=40), ""),
    ("没有以“窗口收件”开始办件的动作", lambda b: act(b, "receive").pop("begins"), "actions"),
    ("不止一个", lambda b: act(b, "receive_online").update(begins="desk"), ""),
    ("只能在计算办理期限时进行", lambda b: act(b, "extend").update({"from": ["special"], "to": "special"}), ""),
    ("须开始计算办理期限", lambda b: act(b, "deemed_accepted").update(to="rejected"), ""),
    ("下班时间不晚于上班时间", lambda b: b["settings"].update(work_hours={"start": "17:00", "end": "09:00"}), ""),
]


@pytest.mark.parametrize(("words", "break_it", "place"), BROKEN, ids=[f"{n}-{words}" for n, (words, _, _) in enumerate(BROKEN)])
def test_a_broken_flow_is_told(packaged: DocumentView, standard: Body, words: str, break_it: Callable[[Body], Any], place: str) -> None:
    break_it(standard)
    found = [finding for finding in told(packaged, standard) if words in finding.message]
    assert found, [finding.message for finding in told(packaged, standard)]
    assert all(finding.remedy for finding in found)
    assert not place or place in {finding.place for finding in found}


def test_a_condition_of_an_unknown_fact_is_told(packaged: DocumentView, standard: Body) -> None:
    act(standard, "accept")["when"] = {"fact": "case.colour", "op": "eq", "value": "red"}
    assert [f.place.split("/")[:3] for f in told(packaged, standard)] == [["actions", "9", "when"]]


@pytest.mark.parametrize("code", ["standard", "public_notice"])
def test_the_packaged_flows_pass(packaged: DocumentView, code: str) -> None:
    assert findings(packaged.find("flow", code) or {}, packaged) == []


def test_a_flow_may_read_the_situation_of_the_items_that_use_it(packaged: DocumentView) -> None:
    body = dict(packaged.find("flow", "public_notice") or {})
    when = {"fact": "situation.household_size", "op": "eq", "value": "single"}
    body["actions"] = [action | ({"when": when} if action["code"] == "visit" else {}) for action in body["actions"]]
    view = Overlay(packaged, {Ref("flow", "public_notice"): body})
    assert findings(body, view) == []
    assert item_findings(view.find("item", "minimum_living") or {}, view) == []
    other = dict(view.find("item", "food_business_new") or {}) | {"flow": "public_notice"}
    (finding,) = item_findings(other, view)
    assert finding.place == "flow" and "situation.household_size" in finding.message


def test_the_closed_lists_of_the_schema_are_those_of_the_code(packaged: DocumentView) -> None:
    from yichuang.bootstrap import kind_table

    action = kind_table().get("flow").schema["properties"]["actions"]["items"]["properties"]
    assert dict(zip(action["power"]["enum"], action["power"]["x-enum-titles"], strict=True)) == POWERS
    effect = action["effects"]["items"]
    assert dict(zip(effect["enum"], effect["x-enum-titles"], strict=True)) == EFFECTS
    assert set(action["inputs"]["items"]["properties"]["type"]["enum"]) == INPUT_TYPES
