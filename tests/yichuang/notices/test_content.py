"""What a notice says, from definitions alone."""

import json
from collections.abc import Sequence
from copy import deepcopy
from datetime import date
from importlib.resources import files
from typing import Any

import pytest

from yichuang.notices.content import NoticeContent, compose
from yichuang.notices.materials import COLUMNS
from yichuang.ports import Body

TODAY = date(2026, 11, 24)


class View:
    """A release made of a list of definitions."""

    def __init__(self, documents: list[dict[str, Any]]) -> None:
        self.documents = documents

    def find(self, kind: str, code: str) -> Body | None:
        return next((d for d in self.documents if d["kind"] == kind and d["code"] == code), None)

    def codes(self, kind: str) -> Sequence[str]:
        return sorted(d["code"] for d in self.documents if d["kind"] == kind)

    def item(self, code: str = "food") -> dict[str, Any]:
        return next(d for d in self.documents if d["kind"] == "item" and d["code"] == code)

    def notice(self) -> dict[str, Any]:
        return next(d for d in self.documents if d["kind"] == "notice")


@pytest.fixture
def view(definitions: list[dict[str, Any]]) -> View:
    return View(definitions)


def block(content: NoticeContent, kind: str) -> Any:
    return next((b for b in content.data["blocks"] if b["type"] == kind), None)


def said(content: NoticeContent, kind: str) -> dict[str, str]:
    return {pair["label"]: pair["value"] for pair in block(content, kind)["content"]}


def materials(content: NoticeContent) -> dict[str, list[str]]:
    return {g["title"]: [row["code"] for row in g["rows"]] for g in block(content, "materials")["content"]}


def cell(content: NoticeContent, code: str, key: str) -> str:
    rows = [row for g in content.elements["materials"] for row in g["rows"] if row["code"] == code]
    return str(rows[0]["cells"][key])


def test_time_limits_always_say_their_unit(view: View, situation: Any) -> None:
    limits = said(compose(view, "food", situation, {}, TODAY), "time_limits")
    assert limits == {
        "法定办结时限": "20 个工作日（自受理之日起）",
        "承诺办结时限": "10 个工作日",
        "特别程序：现场核查": "3 个月",
    }


def test_a_promise_of_nothing_is_said_as_at_once(view: View) -> None:
    assert said(compose(view, "voucher", {}, {}, TODAY), "time_limits")["承诺办结时限"] == "当场办结"


def test_titles_come_from_code_tables_and_organisation(view: View, situation: Any) -> None:
    content = compose(view, "food", situation, {}, TODAY)
    assert said(content, "summary")["服务对象"] == "自然人、企业法人"
    assert said(content, "summary")["实施部门"] == "区市场监督管理局"
    place = block(content, "places")["content"][0]
    assert (place["address"], place["windows"][0]["title"]) == ("演示路 1 号", "B12 综合窗口")
    assert place["windows"][0]["phone"] == [{"text": "010-00002105", "tel": "01000002105"}]


def test_the_chosen_situation_is_said_in_words(view: View, situation: Any) -> None:
    told = block(compose(view, "food", situation, {}, TODAY), "situation")["content"]
    assert told == [
        {"question": "由谁来办理？", "answers": ["委托他人"]},
        {"question": "代理人与您的关系", "answers": ["亲属"]},
        {"question": "经营项目（可多选）", "answers": ["销售", "中央厨房"]},
    ]


def test_materials_follow_the_situation_and_say_why(view: View, situation: Any) -> None:
    with_agent = compose(view, "food", situation, {}, TODAY)
    alone = compose(view, "food", {"handler": "self", "places": ["shop"]}, {}, TODAY)
    assert materials(with_agent)["本次需要提交"] == ["application", "licence", "title_deed", "proxy", "plan", "health"]
    assert materials(alone)["本次需要提交"] == ["application", "licence", "title_deed", "health"]
    assert cell(with_agent, "proxy", "reason") == "因为“由谁来办理？”为“委托他人”"
    assert cell(with_agent, "plan", "necessity") == "本情形需要"


def test_what_only_the_form_decides_stands_apart_with_its_condition(view: View, situation: Any) -> None:
    content = compose(view, "food", situation, {}, TODAY)
    assert materials(content)["视填报内容需要"] == ["store"]
    assert cell(content, "store", "reason") == "“有外设仓库”为“是”时需要"


def test_a_question_that_was_not_asked_leaves_nothing_open(view: View) -> None:
    view.item()["materials"][3]["needed_when"] = {"fact": "situation.kin", "op": "eq", "value": "other"}
    content = compose(view, "food", {"handler": "self", "places": ["shop"]}, {}, TODAY)
    assert all("proxy" not in codes for codes in materials(content).values())


def test_without_a_situation_everything_is_listed_with_conditions(view: View) -> None:
    content = compose(view, "food", {}, {}, TODAY)
    assert content.data["standing"]
    assert materials(content) == {
        "所有情形都需要": ["application", "licence", "title_deed", "health"],
        "视情形需要": ["proxy", "plan", "store"],
    }
    assert cell(content, "plan", "reason") == "“经营项目（可多选）”包含“中央厨房”时需要"


def test_an_item_that_asks_nothing_has_one_plain_list(view: View) -> None:
    content = compose(view, "voucher", {}, {}, TODAY)
    assert not content.data["standing"]
    assert materials(content) == {"": ["id"]}
    assert said(content, "fees") == {"工本费": "10 元／本；依据：某通知"}


def test_what_may_stand_in_is_said(view: View, situation: Any) -> None:
    content = compose(view, "food", situation, {}, TODAY)
    assert cell(content, "licence", "substitute") == "可调取电子证照“营业执照”免交"
    assert cell(content, "application", "substitute") == "由系统生成，不用自备"
    assert cell(content, "title_deed", "substitute").replace(" ", "") == "“面积”小于50时，可书面承诺代替"
    small = compose(view, "food", situation, {"form.area": "40"}, TODAY)
    large = compose(view, "food", situation, {"form.area": "60"}, TODAY)
    assert cell(small, "title_deed", "substitute") == "可书面承诺代替"
    assert cell(large, "title_deed", "substitute") == ""


def test_a_column_is_added_by_definition_alone(view: View, situation: Any) -> None:
    spec = next(b for b in view.notice()["blocks"] if b["type"] == "materials")
    spec["columns"] = [{"key": "title"}, {"key": "e_licence"}, {"key": "copies", "title": "份数"}]
    shown = block(compose(view, "food", situation, {}, TODAY), "materials")
    assert [c["title"] for c in shown["columns"]] == ["材料名称", "可电子证照调取", "份数"]
    rows = {row["code"]: row["cells"] for row in shown["content"][0]["rows"]}
    assert rows["licence"] == {"title": "营业执照", "e_licence": "是（营业执照）", "copies": "1 份"}
    assert rows["health"]["e_licence"] == "否"


def test_default_columns_are_titled_as_in_the_schema() -> None:
    schema = json.loads((files("definitions") / "schemas" / "notice.json").read_text(encoding="utf-8"))
    key = schema["properties"]["blocks"]["items"]["properties"]["columns"]["items"]["properties"]["key"]
    assert dict(zip(key["enum"], key["x-enum-titles"], strict=True)) == dict(COLUMNS)


@pytest.mark.parametrize(
    ("day", "shown"),
    [(date(2026, 11, 23), False), (date(2026, 11, 24), True), (date(2026, 12, 31), True), (date(2027, 1, 1), False)],
)
def test_a_dated_tip_shows_on_both_its_days_and_then_goes(view: View, situation: Any, day: date, shown: bool) -> None:
    tips = [tip["text"] for tip in block(compose(view, "food", situation, {}, day), "tips")["content"]]
    assert ("年底排队较长" in tips) is shown
    assert "建议先咨询" in tips


def test_the_sharpest_tip_comes_first_and_says_until_when(view: View, situation: Any) -> None:
    view.item()["tips"].append({"code": "moved", "text": "B12 已搬", "tone": "alert", "to": "2027-01-31"})
    tips = block(compose(view, "food", situation, {}, TODAY), "tips")["content"]
    assert [(tip["tone"], tip["period"]) for tip in tips] == [
        ("alert", "至 2027 年 1 月 31 日"),
        ("warning", "至 12 月 31 日"),
        ("info", ""),
    ]


def test_a_block_shows_only_when_its_condition_holds_and_something_is_in_it(view: View, situation: Any) -> None:
    note = next(b for b in view.notice()["blocks"] if b["type"] == "text")
    note["visible_when"] = {"fact": "situation.handler", "op": "eq", "value": "agent"}
    assert block(compose(view, "food", situation, {}, TODAY), "text")["content"] == ["请带齐材料。"]
    assert block(compose(view, "food", {"handler": "self", "places": ["shop"]}, {}, TODAY), "text") is None
    assert block(compose(view, "voucher", {}, {}, TODAY), "process") is None


def test_the_digest_changes_with_what_shows_and_with_nothing_else(view: View, situation: Any) -> None:
    before = compose(view, "food", situation, {}, TODAY).digest
    unseen = View(deepcopy(view.documents))
    unseen.item()["note"] = "内部说明"
    assert compose(unseen, "food", situation, {}, TODAY).digest == before
    view.item()["time_limits"]["promised"]["amount"] = 7
    assert compose(view, "food", situation, {}, TODAY).digest != before


def test_contents_are_plain_json(view: View, situation: Any) -> None:
    data = compose(view, "food", situation, {}, TODAY).data
    assert json.loads(json.dumps(data, ensure_ascii=False)) == data
