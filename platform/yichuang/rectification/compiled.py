"""The handling of bad reviews (定义 `rectification`), compiled once a release: the machine of flows, with people who may not act twice."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from yichuang.errors import DefinitionMissing
from yichuang.flows.compiled import CompiledFlow
from yichuang.ports import Body, DefinitionView
from yichuang.rectification.facts import rectification_book

KIND = "rectification"
STANDARD = "standard"
MALICE = "malice"
BEGINS = "desk"
"""A handling begins by one action, whatever the channel of the review."""
EFFECTS: Mapping[str, str] = {
    "assign": "转办：确定责任部门", "classify": "记下核实结论", "invalidate": "评价无效，不计入指标", "malice": "认定恶意，不计入指标",
    "restore": "恢复为有效评价", "put_right": "记下整改完成", "not_right": "整改还没有完成", "draft_reply": "拟好对评价人的答复",
    "publish_reply": "答复对评价人可见", "contacted": "记下联系情况", "called_back": "记下已回访", "appeal": "记下一次申诉",
}  # fmt: skip
"""What an action may bring about beside the new state: a closed list."""
NEEDED_INPUTS: Mapping[str, tuple[str, str]] = {
    "classify": ("classification", "choice"), "draft_reply": ("reply", "longtext"), "malice": ("reason", "longtext"),
    "invalidate": ("reason", "longtext"), "restore": ("reason", "longtext"),
}  # fmt: skip
"""Effect → the input (code and type) without which it can't be carried out."""


@dataclass(frozen=True, slots=True)
class Handling:
    """A definition ready for use. `others`: action → actions whose takers may not take this one; for a finding of malice, all that lead to it."""

    body: Body
    flow: CompiledFlow
    others: Mapping[str, frozenset[str]]

    @property
    def contacting(self) -> frozenset[str]:
        """Actions by which it is noted that the reviewer was talked to."""
        return frozenset(code for code, action in self.flow.actions.items() if "contacted" in action.effects)

    @property
    def code(self) -> str:
        return self.flow.code

    def light(self, due_on: date | None, ended: bool, today: date) -> str:
        """green, yellow, red; grey when there is nothing to wait for, or no day to wait until."""
        if ended or due_on is None:
            return "grey"
        left = (due_on - today).days
        return "red" if left < 0 else "yellow" if left <= int(self.body["warn_days"]) else "green"


def machine_of(body: Body) -> Body:
    """The definition in the words of flows: no clock but the one deadline."""
    states = [{"phase": "handling", **state, "clock": "stopped" if state.get("ended") else "running"} for state in body["states"]]
    actions = [
        {key: value for key, value in action.items() if key not in ("other_than", "begins")}
        | ({"by": "system", "begins": BEGINS} if action.get("begins") else {"by": "staff"})
        for action in body["actions"]
    ]
    return {**body, "states": states, "actions": actions, "settings": {}}


def compile_handling(view: DefinitionView, code: str) -> Handling:
    """A snapshot's maker. Raises `DefinitionMissing`."""
    body = view.find(KIND, code)
    if body is None:
        raise DefinitionMissing(f"没有差评处置流程“{code}”")
    others = {action["code"]: frozenset(action.get("other_than", ())) | _proposing(action, body) for action in body["actions"]}
    return Handling(body, CompiledFlow(machine_of(body), rectification_book(view, body)), others)


def _proposing(action: Body, body: Body) -> frozenset[str]:
    """Nobody finds malice alone, whatever the definition says."""
    if MALICE not in action.get("effects", ()):
        return frozenset()
    return frozenset(other["code"] for other in body["actions"] if other["to"] in action["from"])


def handling_for(view: DefinitionView, item: str) -> str:
    """The code of the definition that names the item, else the general one."""
    for code in view.codes(KIND):
        if item in (view.find(KIND, code) or {}).get("items", ()):
            return code
    return STANDARD
