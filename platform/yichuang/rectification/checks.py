"""The gate's checks of how bad reviews are handled: what a schema can't say."""

from collections.abc import Iterator

from yichuang.access.powers import POWERS
from yichuang.flows.checks import condition_problems
from yichuang.flows.graph import reach_problems
from yichuang.forms.checks import twice
from yichuang.ports import Body, DefinitionView, Finding
from yichuang.rectification.compiled import EFFECTS, KIND, MALICE, NEEDED_INPUTS, machine_of
from yichuang.rectification.facts import CLASSES, rectification_book
from yichuang.rectification.record import KNOWING
from yichuang.rules.limits import Problem

TELLING = ("rectification.named", "rectification.contacted")


def findings(body: Body, view: DefinitionView) -> list[Finding]:
    """All findings for a definition that is valid against its schema."""
    found = [*_structure(body), *reach_problems(machine_of(body)), *_people(body), *_malice(body), *_telling(body), *_effects(body)]
    found += condition_problems(body, rectification_book(view, body))
    return [Finding(KIND, body["code"], one.place, one.message, one.remedy) for one in dict.fromkeys(found)]


def _structure(body: Body) -> Iterator[Problem]:
    yield from twice([(f"states/{n}", state["code"]) for n, state in enumerate(body["states"])], "状态")
    yield from twice([(f"actions/{n}", action["code"]) for n, action in enumerate(body["actions"])], "动作")
    begun = [n for n, action in enumerate(body["actions"]) if action.get("begins")]
    if len(begun) != 1:
        yield Problem("actions", "须恰好有一个动作开始处置", "请在一个动作上勾选“开始处置”，其他的去掉")
    known = {state["code"] for state in body["states"]}
    for n, action in enumerate(body["actions"]):
        for place, code in [(f"actions/{n}/from/{m}", code) for m, code in enumerate(action["from"])] + [(f"actions/{n}/to", action["to"])]:
            if code not in known:
                yield Problem(place, f"没有状态“{code}”", "请改选已有的状态，或先增加这个状态")


def _people(body: Body) -> Iterator[Problem]:
    codes = {action["code"] for action in body["actions"]}
    for n, action in enumerate(body["actions"]):
        if not action.get("begins") and action.get("power") not in POWERS:
            yield Problem(f"actions/{n}/power", f"动作“{action['title']}”没有设所需权限，任何人都办不了", "请选择所需权限")
        for m, other in enumerate(action.get("other_than", ())):
            if other not in codes:
                yield Problem(f"actions/{n}/other_than/{m}", f"没有动作“{other}”", "请改选已有的动作")


def _malice(body: Body) -> Iterator[Problem]:
    """Somebody must have proposed it: where the system leads by itself, the second person would be the only one."""
    begun = {action["to"] for action in body["actions"] if action.get("begins")}
    for n, action in enumerate(body["actions"]):
        if MALICE in action.get("effects", ()) and begun & set(action["from"]):
            words = f"“{action['title']}”认定恶意，须由另一人先提出，不能从刚收到的状态直接办理"
            yield Problem(f"actions/{n}/from", words, "请改为只在有人提出认定后的状态下办理")


def _telling(body: Body) -> Iterator[Problem]:
    """That a step is open would tell the department whether the reviewer left a telephone number."""
    for n, action in enumerate(body["actions"]):
        asked = repr((action.get("when"), action.get("guards")))
        if action.get("power") not in KNOWING and any(f"'{fact}'" in asked for fact in TELLING):
            words = f"“{action['title']}”由部门办理，条件里不能用“可以联系到评价人”“已联系过评价人”，否则部门能推知评价人"
            yield Problem(f"actions/{n}/when", words, "请去掉这个条件，或改由大厅的人员办理")


def _effects(body: Body) -> Iterator[Problem]:
    for n, action in enumerate(body["actions"]):
        inputs = {one["code"]: one for one in action.get("inputs", ())}
        for m, effect in enumerate(action.get("effects", ())):
            code, kind = NEEDED_INPUTS.get(effect, ("", ""))
            one = inputs.get(code, {})
            if code and (one.get("type") != kind or not one.get("required")):
                words = f"“{EFFECTS[effect]}”需要必填的填写项 {code}，动作“{action['title']}”没有"
                yield Problem(f"actions/{n}/effects/{m}", words, f"请增加代码为 {code} 的必填项，或去掉这一效果")
            if effect == "classify":
                yield from _classes(one, f"actions/{n}/inputs")


def _classes(one: Body, place: str) -> Iterator[Problem]:
    for option in one.get("options", ()):
        if option["code"] not in CLASSES:
            yield Problem(place, f"核实结论没有“{option['code']}”这一类", f"请改用：{'、'.join(CLASSES)}")

