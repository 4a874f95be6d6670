"""The values of a case: what was applied for and by whom, how it stands, what is asked of a search."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from yichuang.catalogue.snapshot import Snapshot
from yichuang.flows.compiled import CompiledFlow
from yichuang.items.compiled import CompiledItem
from yichuang.ports import Actor, Application, Party, Place

OPEN_CLOCKS = ("answering", "running", "paused")
CHANNEL_TITLES = {"desk": "窗口", "apply": "网上"}


@dataclass(frozen=True, slots=True)
class CaseContent:
    """What is sealed in a case: situation and answers as in a draft, and the parties they name."""

    situation: Mapping[str, Any] = field(default_factory=dict)
    answers: Mapping[str, Any] = field(default_factory=dict)
    applicant: Mapping[str, Any] = field(default_factory=dict)
    party: Party = Party()
    agent: Party | None = None

    def packed(self) -> str:
        agent = asdict(self.agent) if self.agent else None
        return json.dumps(
            {
                "situation": dict(self.situation), "answers": dict(self.answers), "applicant": dict(self.applicant),
                "party": asdict(self.party), "agent": agent,
            },
            ensure_ascii=False,
        )  # fmt: skip


def unpacked(text: str) -> CaseContent:
    raw = json.loads(text)
    agent = Party(**raw["agent"]) if raw.get("agent") else None
    return CaseContent(raw["situation"], raw["answers"], raw["applicant"], Party(**raw["party"]), agent)


@dataclass(frozen=True, slots=True)
class Work:
    """A case in hand: its row, its own release's definitions, its content, and all facts that conditions may read."""

    row: Any
    snapshot: Snapshot
    item: CompiledItem
    flow: CompiledFlow
    content: CaseContent
    facts: Mapping[str, Any]

    @property
    def place(self) -> Place:
        return place_of_row(self.row)

    def application(self) -> Application:
        row, content = self.row, self.content
        return Application(
            row.id, row.item, row.release, content.situation, content.answers, self.facts, content.party, content.agent, row.channel,
            self.place, row.number, row.state,
        )  # fmt: skip


def place_of_row(row: Any) -> Place:
    return Place(row.department, row.hall, row.street, row.window)


@dataclass(frozen=True, slots=True)
class Deed:
    """One asking to act: who, with what, on which revision; `key` makes a repeated asking one step."""

    action: str
    inputs: Mapping[str, Any]
    actor: Actor
    revision: int | None
    key: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CaseQuery:
    """What is searched for. `text`: a number or its tail, a whole name, a part of an organisation's name, or an ID number."""

    text: str = ""
    item: str = ""
    state: str = ""
    window: str = ""
    hall: str = ""
    street: str = ""
    department: str = ""
    channel: str = ""
    clerk: str = ""
    light: str = ""
    since: date | None = None
    until: date | None = None
    before: str = ""
    limit: int = 50
