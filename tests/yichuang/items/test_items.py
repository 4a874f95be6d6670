"""Situations, checklist and tips of an item, and what the gate says about one."""

from datetime import date
from typing import Any

import pytest

from yichuang.errors import DefinitionMissing
from yichuang.items import compile_item
from yichuang.items.checks import findings
from yichuang.items.facts import everyday_facts

PREMISES = {
    "code": "premises",
    "title": "经营场所",
    "kind": "single",
    "options": [{"code": "own", "title": "自有"}, {"code": "rent", "title": "租赁"}],
}


def item(**more: Any) -> dict[str, Any]:
    agent = {
        "code": "agent",
        "title": "代理",
        "questions": [
            {"code": "kin", "title": "与申请人的关系", "kind": "single", "options": [{"code": "kin", "title": "亲属"}]}
        ],
    }
    return {
        "kind": "item",
        "code": "shop",
        "title": "食品经营许可",
        "state": "active",
        "department": "market",
        "case_type": "2",
        "target_types": ["1", "2"],
        "time_limits": {
            "statutory": {"amount": 10, "unit": "working_day"},
            "promised": {"amount": 6, "unit": "working_day"},
        },
        "fees": {"charged": False},
        "legal_basis": [{"law": "食品安全法"}],
        "form": "shop",
        "situations": [
            {
                "code": "by",
                "title": "是否代理",
                "kind": "single",
                "options": [{"code": "self", "title": "本人"}, agent],
            },
            {
                "code": "scope",
                "title": "经营项目",
                "kind": "multiple",
                "options": [
                    {"code": "hot", "title": "热食"},
                    {"code": "kitchen", "title": "中央厨房"},
                    {"code": "gun", "title": "其他许可", "stop": "不能在本窗口办理"},
                ],
            },
            PREMISES | {"visible_when": {"fact": "situation.scope", "op": "contains", "value": "kitchen"}},
        ],
        "materials": [
            {"code": "form", "title": "设备布局图", "necessity": "required", "source_type": "applicant"},
            {
                "code": "proxy",
                "title": "授权委托书",
                "necessity": "required",
                "source_type": "applicant",
                "needed_when": {"fact": "situation.by", "op": "eq", "value": "agent"},
            },
            {
                "code": "report",
                "title": "食品安全自查报告",
                "necessity": "required",
                "source_type": "applicant",
                "needed_when": {"fact": "situation.scope", "op": "contains", "value": "kitchen"},
            },
            {
                "code": "title",
                "title": "场所产权证明",
                "necessity": "required",
                "source_type": "applicant",
                "commitment": {"available": True, "when": {"fact": "form.area", "op": "lt", "value": 50}},
            },
        ],
        "tips": [
            {"code": "moved", "text": "B12 窗口已搬迁", "tone": "alert", "from": "2026-11-24", "to": "2026-12-31"}
        ],
    } | more


FORM = {
    "kind": "form",
    "code": "shop",
    "title": "申请书",
    "sections": [
        {
            "code": "s",
            "title": "场所",
            "fields": [{"code": "area", "type": "number", "title": "面积", "required": True}],
        }
    ],
}


class View:
    def __init__(self, *bodies: dict[str, Any]) -> None:
        self.bodies = {(body["kind"], body["code"]): body for body in bodies}

    def find(self, kind: str, code: str) -> Any:
        return self.bodies.get((kind, code))

    def codes(self, kind: str) -> list[str]:
        return sorted(code for k, code in self.bodies if k == kind)


def decide(situation: Any, answers: Any = None, today: date = date(2026, 11, 24)) -> Any:
    compiled = compile_item(View(item(), FORM), "shop")
    return compiled.decide(situation, answers or {}, everyday_facts(compiled.body, today))


def test_questions_follow_the_answers() -> None:
    assert [q.code for q in decide({}).questions] == ["by", "scope"]
    shown = decide({"by": "agent", "scope": ["kitchen"]}).questions
    assert [(q.code, q.depth) for q in shown] == [("by", 1), ("kin", 2), ("scope", 1), ("premises", 1)]


def test_an_answer_to_a_question_that_is_not_asked_counts_for_nothing() -> None:
    assert "situation.premises" not in decide({"premises": "own", "scope": ["hot"]}).facts


def test_situation_errors_are_said_at_the_question() -> None:
    told = [(e.path, e.kind, e.message) for e in decide({"by": "nobody", "scope": ["gun"]}).situation_errors]
    assert told == [("by", "option", "“是否代理”只能从列出的选项中选择"), ("scope", "stop", "不能在本窗口办理")]
    assert [e.message for e in decide({"by": "self"}).situation_errors] == ["请选择“经营项目”"]


def test_the_checklist_says_why_and_why_not() -> None:
    words = {e.code: (e.needed, e.words) for e in decide({"by": "self", "scope": ["hot", "kitchen"]}).checklist}
    assert words["form"] == (True, "所有申请都需要")
    assert words["proxy"] == (False, "不需要：“是否代理”为“本人”（选“代理”时需要）")
    assert words["report"] == (True, "需要：因为“经营项目”包含“中央厨房”")


def test_what_is_not_yet_answered_is_not_yet_decided() -> None:
    entry = decide({}).checklist[1]
    assert (entry.needed, entry.undecided) == (False, True)
    assert entry.words == "暂不需要：“是否代理”还没有选（选“代理”时需要）"


def test_a_commitment_depends_on_the_form() -> None:
    small, large = (decide({}, {"area": area}).checklist[3] for area in ("49.9", "50"))
    assert (small.commitment, small.commitment_words) == (True, "可以承诺：因为“面积”为49.9，小于50")
    assert (large.commitment, large.commitment_words) == (False, "不能承诺：“面积”为50，不小于50（“面积”小于50时可以）")


@pytest.mark.parametrize(
    ("today", "shown"), [("2026-11-23", 0), ("2026-11-24", 1), ("2026-12-31", 1), ("2027-01-01", 0)]
)
def test_a_tip_shows_from_its_first_to_its_last_day(today: str, shown: int) -> None:
    assert len(decide({}, today=date.fromisoformat(today)).tips) == shown


def test_an_item_that_is_not_there_is_said_to_be_missing() -> None:
    with pytest.raises(DefinitionMissing):
        compile_item(View(), "gone")


def test_a_sound_item_passes_the_gate() -> None:
    assert findings(item(), View(item(), FORM)) == []


def materials(**change: Any) -> dict[str, Any]:
    return {"materials": [{"code": "m", "title": "方案", "necessity": "required", "source_type": "applicant"} | change]}


def nested(depth: int) -> dict[str, Any]:
    question: dict[str, Any] = PREMISES | {"code": f"q{depth}"}
    return (
        question
        if depth == 1
        else question | {"options": [{"code": "own", "title": "自有", "questions": [nested(depth - 1)]}]}
    )


@pytest.mark.parametrize(
    ("change", "place", "said", "severity"),
    [
        (
            materials(needed_when={"fact": "form.gone", "op": "exists"}),
            "materials/0/needed_when/fact",
            "没有“form.gone”",
            "error",
        ),
        (
            materials(needed_when={"fact": "form.area", "op": "eq", "value": "5"}),
            "materials/0/needed_when/value",
            "文字“5”",
            "error",
        ),
        (
            materials(needed_when={"fact": "situation.by", "op": "eq", "value": "x"}),
            "materials/0/needed_when/value",
            "没有“x”这个选项",
            "error",
        ),
        (materials(necessity="optional"), "materials/0/optional_note", "没有写适用情形", "error"),
        (materials(necessity="deferrable"), "materials/0/defer_note", "补正期限", "error"),
        (materials(title="其他材料"), "materials/0/title", "兜底表述", "error"),
        (
            materials(source_type="government", e_licence={"available": True}),
            "materials/0/issuer",
            "没有写核发部门",
            "warning",
        ),
        ({"materials": materials()["materials"] * 2}, "materials/1/code", "重复", "error"),
        (
            {"situations": [nested(5)]},
            "situations/0/options/0/questions/0/options/0/questions/0/options/0/questions/0/options/0/questions/0",
            "嵌套超过 4 层",
            "error",
        ),
        (
            {"situations": [PREMISES | {"visible_when": {"fact": "situation.premises", "op": "exists"}}]},
            "situations/0/visible_when",
            "或它自己",
            "error",
        ),
        (
            {"time_limits": {"statutory": {"amount": 1, "unit": "month"}, "promised": {"amount": 60, "unit": "day"}}},
            "time_limits/promised",
            "超过法定",
            "error",
        ),
        ({"fees": {"charged": True}}, "fees/items", "没有收费项目", "error"),
        ({"successor": "shop"}, "successor", "绕成了圈", "error"),
        ({"base_code": "00013112700Y"}, "base_code", "不能申办", "error"),
        (
            {"tips": [{"code": "t", "text": "x", "tone": "info", "from": "2026-02-01", "to": "2026-01-01"}]},
            "tips/0/to",
            "早于开始日期",
            "error",
        ),
        ({"case_type": "1"}, "time_limits/promised", "即办件", "error"),
    ],
)
def test_the_gate_names_place_and_remedy(change: dict[str, Any], place: str, said: str, severity: str) -> None:
    body = item(**({"materials": materials()["materials"]} | change))
    found = [f for f in findings(body, View(body, FORM)) if f.place == place]
    assert any(said in f.message and f.severity == severity and f.remedy for f in found), findings(
        body, View(body, FORM)
    )


def test_an_item_whose_situations_do_not_fit_its_form_is_refused() -> None:
    shown = {"fact": "situation.premises", "op": "eq", "value": "rent"}
    fields = [FORM["sections"][0]["fields"][0] | {"visible_when": shown}]  # type: ignore[index]
    form = FORM | {"sections": [{"code": "s", "title": "场所", "fields": fields}]}
    body = item(situations=item()["situations"][:2])
    assert [f.place for f in findings(body, View(body, form)) if f.severity == "error"] == ["form"]
