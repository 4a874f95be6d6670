"""Chinese titles for every code that figures show, from a release."""

from collections.abc import Mapping
from typing import Any

from yichuang.statistics.facts import DECISIONS

CHANNELS = {"desk": "窗口", "apply": "网上"}
OUTCOMES = {
    "": "尚未结束", "approved": "准予", "denied": "不予准予", "rejected": "不予受理", "not_applicable": "无需办理", "lapsed": "补正逾期",
    "withdrawn": "撤回", "terminated": "终止",
}  # fmt: skip
assert set(DECISIONS) <= set(OUTCOMES)
EMPTY = {
    "window": "非窗口", "hall": "无大厅", "street": "区级", "department": "未定部门", "situation": "未分情形", "item": "未定事项",
    "on_time": "未决定",
}  # fmt: skip
NO_REASON = "未分类"


class Titles:
    """`of(kind, code)`; an unknown code stands for itself."""

    def __init__(self, view: Any) -> None:
        """`view`: a snapshot."""
        self._view = view
        bodies = [view.get("organisation", code) for code in view.codes("organisation")]
        halls = [hall for body in bodies for hall in body.get("halls", ())]
        self.halls = halls
        self.known: dict[str, Mapping[str, str]] = {
            "item": view.titles("item"),
            "department": {d["code"]: d.get("short_title") or d["title"] for body in bodies for d in body.get("departments", ())},
            "hall": {hall["code"]: hall["title"] for hall in halls},
            "street": {street["code"]: street["title"] for body in bodies for street in body.get("streets", ())},
            "window": {window["code"]: window["title"] for hall in halls for window in hall.get("windows", ())},
            "channel": CHANNELS, "outcome": OUTCOMES, "state": _states(view), "case_type": _table(view, "case_type"),
            "cross_scope": _table(view, "cross_scope"), "yes": {"true": "是", "false": "否"},
            "on_time": {"true": "按期", "false": "超期"},
        }  # fmt: skip

    def of(self, kind: str, code: str, item: str = "") -> str:
        if kind == "situation":
            return self.situation(item, code)
        return self.known.get(kind, {}).get(code) or (code if code else EMPTY.get(kind, "（空）"))

    def situation(self, item: str, key: str) -> str:
        """`handler=agent;places=shop` in the words of the item's questions; without an item the codes themselves."""
        if not key:
            return EMPTY["situation"]
        questions = _questions((self._view.find("item", item) or {}).get("situations", ())) if item else {}
        return "；".join(_answer(questions, part) for part in key.split(";"))


def _states(view: Any) -> dict[str, str]:
    flows = [view.find("flow", code) or {} for code in view.codes("flow")]
    return {state["code"]: state["title"] for flow in flows for state in flow.get("states", ())}


def _table(view: Any, code: str) -> dict[str, str]:
    return {entry["code"]: entry["title"] for entry in (view.find("code_table", code) or {}).get("entries", ())}


def _questions(listed: Any) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for question in listed:
        found[question["code"]] = {option["code"]: option["title"] for option in question.get("options", ())}
        for option in question.get("options", ()):
            found |= _questions(option.get("questions", ()))
    return found


def _answer(questions: Mapping[str, Mapping[str, str]], part: str) -> str:
    question, _, codes = part.partition("=")
    known = questions.get(question, {})
    return "、".join(known.get(code, code) for code in codes.split(","))
