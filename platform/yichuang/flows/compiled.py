"""A flow, compiled once per release: what a case's next steps are, and whether one may be taken."""

from collections.abc import Callable, Mapping
from typing import Any

from yichuang.errors import ActionRefused, DefinitionMissing
from yichuang.flows.facts import flow_book, item_flow_book
from yichuang.flows.machine import Action, Guard, Input, Offer, Reason, State
from yichuang.ports import Body, DefinitionView
from yichuang.rules.conditions import compile_condition
from yichuang.rules.facts import FactBook, Facts

STANDARD = "standard"
"""The flow of items that name none."""
May = Callable[[Action], str | None]
"""None when this person may; else why not, in words."""


class CompiledFlow:
    """A flow ready for use. Immutable; shared by all threads. Every method is total: it answers or raises `ActionRefused`."""

    def __init__(self, body: Body, book: FactBook) -> None:
        self.body = body
        self.code: str = body["code"]
        self.title: str = body["title"]
        self.book = book
        self.settings: Mapping[str, Any] = body["settings"]
        self.states: Mapping[str, State] = {entry["code"]: _state(entry) for entry in body["states"]}
        self.actions: Mapping[str, Action] = {entry["code"]: _action(entry, book) for entry in body["actions"]}

        self.facts: frozenset[str] = frozenset().union(*(action.facts for action in self.actions.values()))
        """All facts that its conditions read: what none reads need not be found out."""

    def state(self, code: str) -> State:
        """Raises `ActionRefused` for a state that this flow doesn't have."""
        if code not in self.states:
            raise _refused(f"流程“{self.title}”没有状态“{code}”", "请刷新后再试")
        return self.states[code]

    def action(self, code: str) -> Action:
        """Raises `ActionRefused` for an action that this flow doesn't have."""
        if code not in self.actions:
            raise _refused(f"流程“{self.title}”没有“{code}”这一步", "请刷新后再试")
        return self.actions[code]

    def opening(self, channel: str) -> Action:
        """The action a new case begins with. `channel`: desk or apply. Raises `ActionRefused`."""
        found = next((action for action in self.actions.values() if action.begins == channel), None)
        if found is None:
            raise _refused(f"流程“{self.title}”不能从这一渠道开始办理", "请到窗口或网上其他入口办理")
        return found

    def initial(self, channel: str) -> State:
        """The state of a new case. Raises `ActionRefused`."""
        return self.state(self.opening(channel).target)

    def offers(self, state: str, facts: Facts, may: May, by: str = "staff") -> list[Offer]:
        """The steps that have their place in `state` for `by` (staff, applicant, system), in the flow's order, refused ones with reasons."""
        fitting = (action for action in self.actions.values() if action.by == by and state in action.sources)
        return [_offer(action, facts, may(action)) for action in fitting if action.offered(facts)]

    def take(self, state: str, action_code: str, facts: Facts) -> State:
        """The state after the action. An empty `state` is a new case, which only a beginning action may take up. Raises `ActionRefused`."""
        action = self.action(action_code)
        if not (state in action.sources or (not state and action.begins)):
            now = self.states[state].title if state in self.states else "尚未开始"
            raise _refused(f"现在的状态是“{now}”，不能{action.title}", "请刷新页面，按最新状态办理")
        if not action.offered(facts):
            raise _refused(f"这个办件不适用“{action.title}”", "请刷新页面，选择列出的办理方式")
        failing = action.failing(facts)
        if failing:
            raise ActionRefused(reasons=failing)
        return self.state(action.target)

    def outcome(self, action_code: str) -> str:
        """The outcome a case has after the action; empty while there is none."""
        action = self.action(action_code)
        return self.state(action.target).outcome or action.outcome

    def wire(self) -> dict[str, Any]:
        """Titles, inputs and settings for the pages."""
        states = [
            {
                "code": s.code,
                "title": s.title,
                "public_title": s.public_title,
                "phase": s.phase,
                "clock": s.clock,
                "ended": s.ended,
            }
            for s in self.states.values()
        ]
        actions = [action.wire() for action in self.actions.values()]
        return {
            "code": self.code,
            "title": self.title,
            "states": states,
            "actions": actions,
            "settings": dict(self.settings),
        }


def _offer(action: Action, facts: Facts, refusal: str | None) -> Offer:
    reasons: tuple[Reason, ...] = action.failing(facts)
    if refusal is not None:
        reasons = ({"message": refusal, "remedy": ""}, *reasons)
    return Offer(action, not reasons, reasons)


def _refused(message: str, remedy: str) -> ActionRefused:
    return ActionRefused(reasons=[{"message": message, "remedy": remedy}])


def _state(entry: Body) -> State:
    title = entry["title"]
    outcome, ended = entry.get("outcome", ""), entry.get("ended", False)
    return State(
        entry["code"], title, entry.get("public_title") or title, entry["phase"], entry["clock"], ended, outcome
    )


def _action(entry: Body, book: FactBook) -> Action:
    plain = {
        key: entry[key]
        for key in ("begins", "power", "entrusted", "outcome", "step", "tone", "key", "confirm", "public")
        if key in entry
    }
    return Action(
        code=entry["code"],
        title=entry["title"],
        public_title=entry.get("public_title") or entry["title"],
        by=entry["by"],
        sources=frozenset(entry["from"]),
        target=entry["to"],
        when=compile_condition(entry["when"], book) if "when" in entry else None,
        guards=tuple(
            Guard(compile_condition(g["when"], book), g["message"], g["remedy"]) for g in entry.get("guards", ())
        ),
        inputs=tuple(_input(one) for one in entry.get("inputs", ())),
        documents=tuple(entry.get("documents", ())),
        effects=tuple(entry.get("effects", ())),
        **plain,
    )


def _input(entry: Body) -> Input:
    options = {option["code"]: option["title"] for option in entry.get("options", ())}
    plain = {
        key: entry[key] for key in ("required", "hint", "max_length", "min", "max", "unit", "figures") if key in entry
    }
    return Input(entry["code"], entry["title"], entry["type"], options=options, **plain)


def compile_flow(view: DefinitionView, code: str) -> CompiledFlow:
    """A flow by itself, for `Snapshot.compiled`. Raises `DefinitionMissing`."""
    body = _found(view, "flow", code)
    return CompiledFlow(body, flow_book(view, body))


def compile_item_flow(view: DefinitionView, item: str) -> CompiledFlow:
    """The flow an item is handled by, its conditions reading the item's situation and form too. Raises `DefinitionMissing`."""
    item_body = _found(view, "item", item)
    body = _found(view, "flow", item_body.get("flow") or STANDARD)
    return CompiledFlow(body, item_flow_book(view, body, item_body))


def _found(view: DefinitionView, kind: str, code: str) -> Body:
    body = view.find(kind, code)
    if body is None:
        raise DefinitionMissing(f"没有{'流程' if kind == 'flow' else '事项'}“{code}”")
    return body
