"""A case in a list: what a clerk needs to choose the next one; nothing personal but the masked name."""

from datetime import date, datetime
from typing import Any

from yichuang.cases.case import CHANNEL_TITLES
from yichuang.cases.model import cases
from yichuang.catalogue.feed import Catalogue
from yichuang.flows.compiled import CompiledFlow, compile_item_flow
from yichuang.ports import Actor, DefinitionView

LINE = tuple(
    cases.c[name]
    for name in (
        "id", "number", "item", "item_title", "label", "release", "state", "phase", "channel", "hall", "street", "window", "department", "clerk",
        "holder", "held_until", "committed", "correction_round", "outcome", "clock_state", "answer_due", "warn_on", "due_on", "provisional",
        "applied_at", "updated_at",
    )
)  # fmt: skip
"""The columns a list reads."""
REVOKED = "revoke_decision"
"""The step that takes a decision back; no flow has it, it follows from a broken promise."""


def flow_of(catalogue: Catalogue, row: Any) -> CompiledFlow:
    return catalogue.at(row.release).compiled(compile_item_flow, row.item)


def light_of(row: Any, today: date) -> str:
    """green, yellow, red, grey (paused), or empty while nothing is counted; before acceptance by the term for an answer."""
    if row.clock_state == "paused":
        return "grey"
    if row.clock_state == "answering" and row.answer_due:
        return "red" if today > row.answer_due else "yellow" if today == row.answer_due else "green"
    if row.clock_state != "running" or row.due_on is None:
        return ""
    return "red" if today > row.due_on else "yellow" if row.warn_on and today >= row.warn_on else "green"


class Titles:
    """Titles of windows, halls, departments by code, read once a snapshot."""

    def __init__(self, view: DefinitionView) -> None:
        bodies = [body for code in view.codes("organisation") if (body := view.find("organisation", code))]
        halls = [hall for body in bodies for hall in body.get("halls", ())]
        self.halls = {hall["code"]: hall["title"] for hall in halls}
        self.windows = {window["code"]: window["title"] for hall in halls for window in hall.get("windows", ())}
        self.departments = {d["code"]: d.get("short_title") or d["title"] for body in bodies for d in body.get("departments", ())}
        self.streets = {street["code"]: street["title"] for body in bodies for street in body.get("streets", ())}


def make_titles(view: DefinitionView, _code: str) -> Titles:
    """For `Snapshot.compiled`."""
    return Titles(view)


def line(row: Any, catalogue: Catalogue, now: datetime, actor: Actor | None) -> dict[str, Any]:
    state = flow_of(catalogue, row).states[row.state]
    titles = catalogue.current().compiled(make_titles, "")
    held = bool(row.holder and row.held_until and row.held_until > now)
    due = row.answer_due if row.clock_state == "answering" else row.due_on
    return {
        "id": row.id, "number": row.number, "item": row.item, "item_title": row.item_title, "label": row.label, "state": row.state,
        "state_title": state.title, "public_title": state.public_title, "phase": row.phase, "channel": row.channel,
        "channel_title": CHANNEL_TITLES[row.channel], "window_title": titles.windows.get(row.window, ""),
        "hall_title": titles.halls.get(row.hall, ""), "department_title": titles.departments.get(row.department, ""),
        "light": light_of(row, now.date()), "due_on": due.isoformat() if due else None, "provisional": row.provisional,
        "applied_at": row.applied_at.isoformat(), "updated_at": row.updated_at.isoformat(), "holder": row.holder if held else "",
        "mine": bool(actor and held and row.holder == actor.name), "committed": row.committed, "round": row.correction_round,
        "outcome": row.outcome,
    }  # fmt: skip
