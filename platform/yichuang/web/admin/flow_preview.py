"""What a drafted flow would mean: every state with the steps that leave it, by whom, on which conditions, with what to fill in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import render_template

from yichuang.access.powers import POWERS
from yichuang.errors import YichuangError
from yichuang.flows.compiled import CompiledFlow, compile_flow
from yichuang.flows.graph import CHANNELS, CLOCKS
from yichuang.flows.machine import Action
from yichuang.ports import DefinitionView
from yichuang.rules.words import describe
from yichuang.web.admin.previews import BROKEN

PHASES: Mapping[str, str] = {
    "applying": "申办", "receiving": "收件", "correcting": "补正", "reviewing": "审查", "deciding": "决定", "ended": "办结之后",
}  # fmt: skip
BY: Mapping[str, str] = {"applicant": "申请人", "system": "系统自动"}
TONES: Mapping[str, str] = {"answering": "warn", "running": "brand", "paused": "", "none": "", "stopped": "good"}
PROBLEM = "内容还不完整，修正右侧所列问题后即可预览。"


@dataclass(frozen=True, slots=True)
class Way:
    """One step out of a state, in words."""

    title: str
    by: str
    target: str
    when: str
    guards: tuple[str, ...]
    inputs: tuple[str, ...]
    documents: tuple[str, ...]
    fresh: bool


def preview(view: DefinitionView, code: str, current: DefinitionView) -> str:
    """The page beside the editor; steps that the flow in force doesn't have are marked."""
    try:
        flow = compile_flow(view, code)
        known = {action["code"] for action in (current.find("flow", code) or flow.body)["actions"]}
        told = {"phases": list(_phases(view, flow, known)), "settings": flow.settings, "flow": flow, "users": list(_users(view, code))}
    except (YichuangError, *BROKEN):
        told = {}
    return render_template("admin/preview_flow.html", problem="" if told else PROBLEM, **told)


def _phases(view: DefinitionView, flow: CompiledFlow, known: set[str]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    papers = {code: str((view.find("document", code) or {}).get("title", code)) for code in view.codes("document")}
    for phase, title in PHASES.items():
        states = [state for state in flow.states.values() if state.phase == phase]
        if states:
            yield title, [
                {
                    "state": state,
                    "clock": CLOCKS[state.clock],
                    "tone": TONES[state.clock],
                    "begins": [CHANNELS[a.begins] for a in flow.actions.values() if a.begins and a.target == state.code],
                    "ways": [
                        _way(flow, action, papers, action.code not in known)
                        for action in flow.actions.values()
                        if state.code in action.sources
                    ],
                }
                for state in states
            ]


def _way(flow: CompiledFlow, action: Action, papers: Mapping[str, str], fresh: bool) -> Way:
    return Way(
        action.title,
        BY.get(action.by) or POWERS.get(action.power, action.power),
        flow.states[action.target].title,
        describe(action.when.wire, flow.book) if action.when else "",
        tuple(describe(guard.when.wire, flow.book) for guard in action.guards),
        tuple(f"{one.title}{'' if one.required else '（选填）'}" for one in action.inputs),
        tuple(papers.get(code, code) for code in action.documents),
        fresh,
    )


def _users(view: DefinitionView, code: str) -> Iterator[str]:
    """Titles of the items that name this flow."""
    for item in view.codes("item"):
        body = view.find("item", item) or {}
        if body.get("flow") == code:
            yield str(body["title"])
