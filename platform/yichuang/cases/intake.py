"""From a draft to a case: in one transaction a number, the parties, the materials, the clock's first event and the first step."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Connection, insert
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from yichuang.access.grants import Grants
from yichuang.access.masks import mask_name
from yichuang.cases.acting import Acting
from yichuang.cases.case import CaseContent, Deed
from yichuang.cases.clock import Limits
from yichuang.cases.draft import Draft, Visitor
from yichuang.cases.facts import place_of
from yichuang.cases.handing_in import authority_of
from yichuang.cases.labels import shortened
from yichuang.cases.model import case_materials, cases
from yichuang.cases.parties import parties_of
from yichuang.cases.progress import Progress
from yichuang.cases.ticking import advanced, receipt_day
from yichuang.cases.uploads import laid
from yichuang.cases.words import folded, pairs
from yichuang.cases.working import Desk, clock_columns
from yichuang.documents.numbers import next_number
from yichuang.errors import InputRefused
from yichuang.flows.compiled import CompiledFlow, compile_item_flow
from yichuang.items.checklist import ChecklistEntry
from yichuang.items.compiled import CompiledItem
from yichuang.ports import Actor, Party, Place

HOLD = timedelta(minutes=10)
DESK, ONLINE = "desk", "apply"


@dataclass(frozen=True, slots=True)
class Arrival:
    """Who brings an application, where, and for whom. `account`: the applicant's, online; `parties` as the log-in vouches for them."""

    deed: Deed
    channel: str
    place: Place
    account: str = ""
    applicant: Party | None = None
    agent: Party | None = None


class Intake(Acting):
    def receive(self, draft_id: str, revision: int, actor: Actor, grants: Grants, key: str = "") -> str:
        """The desk takes an application in (收件). Gives the case number.

        Raises `AnswersInvalid`, `DraftOutdated`, `Conflict` when taken in before, `EntrustmentRefused`, `NotAllowed`, `InputRefused`
        without a window.
        """
        if not actor.window:
            raise InputRefused("请先选择您所在的窗口", problems=[{"field": "window", "message": "请点上方“选择窗口”"}])
        found = place_of(self._catalogue.current(), actor.window)
        place = Place("", found["hall"] or "", found["street"] or "", actor.window)
        grants.require("case.receive", place, actor.name)
        deed = Deed("", {}, actor, None, key or f"receive/{draft_id}", self._clock.now())
        return self._submit(draft_id, revision, actor, Arrival(deed, DESK, place))

    def submit_online(
        self, draft_id: str, revision: int, visitor: Visitor, account: str, applicant: Party, agent: Party | None = None, hall: str = ""
    ) -> str:
        """An applicant sends an application in (申办). Gives the case number. Raises as `receive`."""
        actor = Actor(f"applicant:{account}", "代理人" if agent else "申请人")
        deed = Deed("", {}, actor, None, f"submit/{draft_id}", self._clock.now())
        place = self._online_place(self._rooms.drafts.open(draft_id, visitor), hall)
        return self._submit(draft_id, revision, visitor, Arrival(deed, ONLINE, place, account, applicant, agent))

    def _submit(self, draft_id: str, revision: int, holder: Actor | Visitor, arrival: Arrival) -> str:
        def register(connection: Connection, draft: Draft, item: CompiledItem) -> str:
            return self._open(connection, draft, item, arrival)

        return str(self._rooms.drafts.submit(draft_id, revision, holder, register).line.number)

    def _open(self, connection: Connection, draft: Draft, item: CompiledItem, arrival: Arrival) -> str:
        snapshot, deed = self._catalogue.at(draft.line.release), arrival.deed
        flow = snapshot.compiled(compile_item_flow, draft.line.item)
        form = snapshot.find("form", item.body["form"]) if item.body.get("form") else None
        content = _content(draft, form, arrival)
        row = _blank(self._first_row(draft, item, flow, content, arrival) | {"flow": flow.code})
        state = flow.states[row.state]
        on = deed.at.date() if arrival.channel == DESK else receipt_day(deed.at, self._calendar(row), flow.settings)
        events = advanced([], "", state.clock, on)
        reckoning = self._reckoning(row, events, Limits.of(item.body), flow, deed.at.date())
        vars(row).update(clock_columns(reckoning, state.clock), clock=json.dumps(events))
        self._lay_materials(connection, row, self._decided(item, row, content, deed.at.date()).checklist)
        desk = self._desk(connection, row)
        row.number = self._number(connection, deed.at.year)
        connection.execute(insert(cases), vars(row))
        self._first_step(connection, desk, replace(deed, action=flow.opening(arrival.channel).code))
        self._mark(connection, row.id)
        return str(row.number)

    def _first_step(self, connection: Connection, desk: Desk, deed: Deed) -> None:
        """The step by which the case began, with the documents it brings."""
        work, action = desk.work, desk.work.flow.actions[deed.action]
        progress = Progress(
            desk, deed, action, work.flow.states[work.row.state], {}, deed.at.date(), json.loads(work.row.clock), work.content
        )
        progress.facts |= {"channel": work.row.channel, "light": desk.reckoning.light}
        self._record(connection, progress)

    def _first_row(
        self, draft: Draft, item: CompiledItem, flow: CompiledFlow, content: CaseContent, arrival: Arrival
    ) -> dict[str, Any]:
        line, deed, body = draft.line, arrival.deed, item.body
        state = flow.initial(arrival.channel)
        place = Place(body["department"], arrival.place.hall, arrival.place.street, arrival.place.window)
        mandate = self._rooms.entrustments.authority(line.item, place, deed.at)
        desk = arrival.channel == DESK
        if desk:
            mandate.require("RECEIVE")
        return {
            "id": line.id, "item": line.item, "item_title": line.item_title, "release": line.release,
            "handling_code": body.get("handling_code", ""), "case_type": body.get("case_type", ""), "department": place.department,
            "state": state.code, "phase": state.phase, "channel": arrival.channel, "hall": place.hall, "street": place.street,
            "window": place.window, "clerk": deed.actor.name if desk else "", "holder": deed.actor.name if desk else "",
            "held_until": deed.at + HOLD if desk else None, "revision": 1, "agreement": mandate.agreement,
            "agreement_release": self._catalogue.current().release, "account": arrival.account, "clock_state": state.clock,
            "situation": json.dumps(dict(content.situation), ensure_ascii=False), "body": self._sealed(line.id, content),
            "applied_at": deed.at, "received_at": deed.at if desk else None, "updated_at": deed.at, **self._indexed(content),
        }  # fmt: skip

    def _number(self, connection: Connection, year: int) -> str:
        division = self._division()
        return f"{division}-{year}-{next_number(connection, f'case/{division}', year):07d}"

    def _online_place(self, draft: Draft, hall: str) -> Place:
        """The hall that the applicant chose, where the item has several; its first otherwise."""
        view = self._catalogue.at(draft.line.release)
        offered = [place["hall"] for place in view.get("item", draft.line.item)["places"]]
        chosen = hall if hall in offered else offered[0] if offered else ""
        halls = [h for code in view.codes("organisation") for h in (view.find("organisation", code) or {}).get("halls", ())]
        return Place("", chosen, next((h.get("street", "") for h in halls if h["code"] == chosen), ""))

    def _indexed(self, content: CaseContent) -> dict[str, str]:
        """Blind indexes and the label. An organisation's name is public: it is also kept in pairs of characters."""
        party, agent = content.party, content.agent
        public = party.organisation and bool(party.name)
        return {
            "label": shortened(party.name) if public else mask_name(party.name),
            "org_words": " ".join(pairs(party.name)) if public else "",
            "name_index": self._vault.blind(folded(party.name), "name") if party.name else "",
            "id_index": self._vault.blind(party.key, "identity") if party.key else "",
            "agent_index": self._vault.blind(agent.key, "identity") if agent and agent.key else "",
        }

    def _lay_materials(self, connection: Connection, row: Any, checklist: Sequence[ChecklistEntry]) -> None:
        rows = [material_row(row.id, row.id_index, seq, entry) for seq, entry in enumerate(checklist)]
        if rows:
            connection.execute(insert(case_materials), rows)
        laid(connection, self._vault, row.id, checklist, authority_of(checklist))


def _blank(values: Mapping[str, Any]) -> SimpleNamespace:
    """A case's row before it is written: the columns' own defaults under `values`, and no number yet.

    All that can be worked out beforehand is, for whoever has the number makes everybody else wait (`next_number`).
    """
    ready = {column.name: column.default for column in cases.c}
    defaults = {name: default.arg if isinstance(default, ScalarElementColumnDefault) else None for name, default in ready.items()}
    return SimpleNamespace(**{**defaults, "number": "", **values})


def _content(draft: Draft, form: Any, arrival: Arrival) -> CaseContent:
    written, named = parties_of(form, draft.content.answers, str(draft.content.applicant.get("kind") or ""))
    party, agent = arrival.applicant or written, arrival.agent or named
    return CaseContent(draft.content.situation, draft.content.answers, draft.content.applicant, party, agent)


def share_of(material: Any) -> str:
    """What makes materials of different items the same: the licence's type, else the title."""
    return str(material.get("e_licence", {}).get("licence_type") or material["title"])


def material_row(case_id: str, id_index: str, seq: int, entry: ChecklistEntry) -> dict[str, Any]:
    body = entry.material
    return {
        "case_id": case_id, "code": entry.code, "title": body["title"], "share": share_of(body), "seq": seq, "needed": entry.needed,
        "necessity": body["necessity"], "id_index": id_index, "grade": "D" if body.get("self_made") or body.get("generated") else "",
    }  # fmt: skip
