"""The gate's checks of a flow: what a schema can't say. Every finding names its place and the way out."""

from collections.abc import Iterator, Mapping
from typing import Any

from yichuang.access.powers import POWERS
from yichuang.flows.compiled import STANDARD
from yichuang.flows.facts import flow_book, item_flow_book
from yichuang.flows.graph import graph_problems
from yichuang.flows.inputs import INPUT_TYPES
from yichuang.flows.machine import said
from yichuang.forms.checks import mentioned, twice
from yichuang.ports import Body, DefinitionView, Finding
from yichuang.rules.conditions import problems
from yichuang.rules.facts import FactBook
from yichuang.rules.limits import Problem

KIND = "flow"
EFFECTS: Mapping[str, str] = {
    "open_correction": "发出补正告知，开始补正", "propose_correction": "提请再次补正", "approve_correction": "批准再次补正",
    "refuse_correction": "退回再次补正的提请", "close_correction": "补正齐全，结束补正", "lapse_correction": "补正逾期", "extend": "延长办理期限",
    "push": "推送给实施部门", "deem": "视为受理，受理日为收件日",
}  # fmt: skip
"""What an action may bring about beside the new state: a closed list, carried out by the room of cases."""
NEEDED_INPUTS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "open_correction": (("points", "points"), ("days", "days")),
    "propose_correction": (("points", "points"), ("days", "days"), ("reason", "longtext")),
    "extend": (("days", "days"),),
}
"""Inputs without which an effect can't be carried out: code and type."""
OWN = ("situation.", "form.")


def findings(body: Body, view: DefinitionView) -> list[Finding]:
    """All findings for a flow that is valid against its schema."""
    found = [*_structure(body), *graph_problems(body), *_actions(body), *_conditions(body, view)]
    return [*(_finding(body, problem) for problem in dict.fromkeys(found)), *_unused(body, view)]


def item_findings(body: Body, view: DefinitionView) -> list[Finding]:
    """For the kind `item`: the flow it names, read with this item's own situation and form."""
    code = body.get("flow")
    flow = view.find("flow", code) if code else None
    if flow is None or not _uses_own(flow):
        return []
    found = condition_problems(flow, item_flow_book(view, flow, body))
    told = [
        f"办理流程“{flow['title']}”与本事项不符（{problem.place}）：{problem.message}"
        for problem in found
        if _own_fact(problem)
    ]
    return [
        Finding("item", body["code"], "flow", message, "请改选流程，或修改流程中的条件")
        for message in dict.fromkeys(told)
    ]


def _finding(body: Body, problem: Problem) -> Finding:
    return Finding(KIND, body["code"], problem.place, problem.message, problem.remedy)


def _structure(body: Body) -> Iterator[Problem]:
    yield from twice([(f"states/{n}", s["code"]) for n, s in enumerate(body["states"])], "状态")
    yield from twice([(f"actions/{n}", a["code"]) for n, a in enumerate(body["actions"])], "动作")
    for n, action in enumerate(body["actions"]):
        yield from twice(
            [(f"actions/{n}/inputs/{m}", one["code"]) for m, one in enumerate(action.get("inputs", ()))], "填写项"
        )
        for m, one in enumerate(action.get("inputs", ())):
            yield from _input(one, f"actions/{n}/inputs/{m}")
    hours = body["settings"]["work_hours"]
    if hours["start"] >= hours["end"]:
        yield Problem("settings/work_hours/end", "下班时间不晚于上班时间", "请改为晚于上班时间")


def _input(one: Body, place: str) -> Iterator[Problem]:
    if one["type"] not in INPUT_TYPES:
        yield Problem(f"{place}/type", f"没有“{one['type']}”这一类型", "请改选列出的类型")
    if one["type"] == "choice" and not one.get("options"):
        yield Problem(f"{place}/options", f"“{one['title']}”没有选项", "请至少设置一个选项，或改为文字")
    if one["type"] != "choice" and (one.get("options") or one.get("figures")):
        yield Problem(place, f"“{one['title']}”不是选项，不能设选项或用于统计", "请改为“选项”，或去掉这些设置")
    if "min" in one and "max" in one and one["min"] > one["max"]:
        yield Problem(f"{place}/max", f"“{one['title']}”的上限小于下限", "请更正上下限")
    yield from twice([(f"{place}/options/{n}", o["code"]) for n, o in enumerate(one.get("options", ()))], "选项")


def _actions(body: Body) -> Iterator[Problem]:
    for n, action in enumerate(body["actions"]):
        place = f"actions/{n}"
        yield from _power(action, place)
        for m, effect in enumerate(action.get("effects", ())):
            yield from _effect(action, effect, f"{place}/effects/{m}")


def _power(action: Body, place: str) -> Iterator[Problem]:
    power = action.get("power")
    if power is not None and power not in POWERS:
        yield Problem(f"{place}/power", f"没有“{power}”这一权限", "请改选列出的权限")
    if action["by"] == "staff" and power is None:
        yield Problem(f"{place}/power", f"动作“{action['title']}”没有设所需权限，任何人都办不了", "请选择所需权限")
    if action["by"] != "staff" and (power or action.get("entrusted")):
        yield Problem(
            f"{place}/by", f"动作“{action['title']}”不由工作人员办理，不能设权限", "请改为由工作人员办理，或去掉权限"
        )


def _effect(action: Body, effect: str, place: str) -> Iterator[Problem]:
    if effect not in EFFECTS:
        yield Problem(place, f"没有“{effect}”这一效果", "请改选列出的效果")
    given = {one["code"]: one for one in action.get("inputs", ())}
    for code, kind in NEEDED_INPUTS.get(effect, ()):
        one = given.get(code, {})
        if one.get("type") != kind or not one.get("required"):
            message = f"“{EFFECTS.get(effect, effect)}”需要必填的填写项 {code}，动作“{action['title']}”没有"
            yield Problem(place, message, f"请增加代码为 {code} 的必填项，或去掉这一效果")


def condition_problems(body: Body, book: FactBook) -> Iterator[Problem]:
    """Faults of all conditions, and of the facts that their words mention."""
    for n, action in enumerate(body["actions"]):
        if "when" in action:
            yield from problems(action["when"], book, f"actions/{n}/when")
        for m, guard in enumerate(action.get("guards", ())):
            place = f"actions/{n}/guards/{m}"
            yield from problems(guard["when"], book, f"{place}/when")
            yield from _words(guard, book, place)


def _words(guard: Body, book: FactBook, place: str) -> Iterator[Problem]:
    for key in ("message", "remedy"):
        for path in said(guard[key]):
            if path not in book:
                yield Problem(f"{place}/{key}", f"没有“{path}”这一事实", "请改用列出的事实，或去掉花括号")


def _conditions(body: Body, view: DefinitionView) -> Iterator[Problem]:
    own = _uses_own(body)
    items = list(_using(body, view)) if own else []
    alone = [problem for problem in condition_problems(body, flow_book(view, body))]
    if not own or (not items and body["code"] == STANDARD):
        yield from alone
        return
    yield from (problem for problem in alone if not _own_fact(problem))
    for item in items:
        for problem in condition_problems(body, item_flow_book(view, body, item)):
            if _own_fact(problem):
                yield Problem(problem.place, f"{problem.message}（事项“{item['title']}”使用本流程）", problem.remedy)


def _unused(body: Body, view: DefinitionView) -> Iterator[Finding]:
    if body["code"] != STANDARD and _uses_own(body) and not any(True for _ in _using(body, view)):
        message = "还没有事项使用本流程，其中引用的情形和申请表无法核对"
        yield Finding(KIND, body["code"], "", message, "请在事项中选用本流程，再核对", "warning")


def _using(body: Body, view: DefinitionView) -> Iterator[Mapping[str, Any]]:
    for code in view.codes("item"):
        item = view.find("item", code)
        if item is not None and item.get("flow") == body["code"]:
            yield item


def _uses_own(body: Body) -> bool:
    return any(path.startswith(OWN) for path in mentioned([body["actions"]]))


def _own_fact(problem: Problem) -> bool:
    return any(f"“{start}" in problem.message for start in OWN)
