"""The case record (办件记录): one plain JSON document of a case at a step, from which every other system's shape is made.

Moments are ISO 8601 with +08:00, days `YYYY-MM-DD`, money canonical decimal strings. What is absent is "", [] or null, never a missing key
(domain 2.6, 4.3). Pure: everything it says has been read before.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from yichuang.cases.case import CaseContent
from yichuang.cases.standing import Correction, Material
from yichuang.documents.order import Issued
from yichuang.entrustment.places import Places
from yichuang.flows.compiled import CompiledFlow
from yichuang.items.compiled import CompiledItem
from yichuang.items.facts import everyday_facts
from yichuang.ports import Party

PARTY = ("name", "kind", "id_type", "id_no", "phone", "legal_rep")
CONTACT = ("name", "id_type", "id_no", "phone")
FILE_PATH = "/api/v1/intakes/{number}/files/{digest}"
NO_STEP: Mapping[str, Any] = {
    "code": "", "version": 0, "action": "", "title": "", "at": "", "by": "", "role": "", "opinion": "", "result": "", "inputs": {},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """What a record is put together from. `typed`: what was typed for each step, by its number; `answers` of corrections by round and point."""

    row: Any
    item_version: int
    item: CompiledItem
    flow: CompiledFlow
    places: Places
    content: CaseContent
    materials: Sequence[Material]
    documents: Sequence[Issued]
    rounds: Sequence[Correction]
    answers: Mapping[tuple[int, int], str]
    steps: Sequence[Any]
    typed: Mapping[int, Mapping[str, Any]]

    def step(self, seq: int = 0) -> dict[str, Any]:
        """The step of that number, of the last one when 0. Empty strings when there is none."""
        chosen = next((row for row in reversed(self.steps) if not seq or row.seq == seq), None)
        return self._step(chosen) if chosen is not None else dict(NO_STEP)

    def by_code(self) -> dict[str, dict[str, Any]]:
        """The last step of each code: ACCEPT, RESULT, …"""
        found = {self.code(row): row for row in self.steps}
        return {code: self._step(row) for code, row in found.items() if code}

    def code(self, row: Any) -> str:
        """What a step is called between systems (domain 4.3), empty where it concerns nobody else."""
        action = self.flow.actions.get(row.action)
        return action.step if action else ""

    def _step(self, row: Any) -> dict[str, Any]:
        action, inputs, code = self.flow.actions.get(row.action), self.typed.get(row.seq, {}), self.code(row)
        version = sum(self.code(other) == code for other in self.steps if other.seq <= row.seq)
        outcome = (action.outcome or self.flow.states[action.target].outcome) if action else ""
        return {
            "code": code, "version": version, "action": row.action, "title": row.title, "at": moment(row.at),
            "by": row.actor_title or row.actor, "role": row.role, "opinion": _text(inputs.get("opinion") or inputs.get("reason")),
            "result": _text(inputs.get("result")) or outcome, "inputs": dict(inputs),
        }  # fmt: skip

    def title_of(self, name: str) -> str:
        """How a member of staff stands in the case's steps."""
        return next((row.actor_title for row in reversed(self.steps) if name and row.actor == name and row.actor_title), name)


def assemble(told: Told, seq: int = 0) -> dict[str, Any]:
    """The record at a step, of its last one when `seq` is 0."""
    content, agent = told.content, told.content.agent
    return {
        "case": _case(told),
        "step": told.step(seq),
        "item": _item(told),
        "applicant": _party(content.party, PARTY),
        "agent": _party(agent or Party(), PARTY),
        "contact": _party(agent or content.party, CONTACT),
        "situation": dict(content.situation),
        "form": dict(content.answers),
        "materials": [_material(material, told.row.number) for material in told.materials if material.row.needed],
        "documents": [_document(document) for document in told.documents],
        "corrections": [_correction(found, told.answers) for found in told.rounds],
        "steps": [_line(row, told) for row in told.steps],
    }


def _case(told: Told) -> dict[str, Any]:
    row, places = told.row, told.places
    state, department, hall = told.flow.states[row.state], places.departments.get(row.department, {}), places.halls.get(row.hall)
    plain = {name: getattr(row, name) for name in PLAIN}
    moments = {name: moment(getattr(row, name)) for name in ("applied_at", "received_at", "accepted_at", "decided_at", "ended_at")}
    return plain | moments | {
        "summary": f"关于{told.content.party.name}{row.item_title}的申请", "item_version": told.item_version, "state_title": state.title,
        "situation_words": _situation(told), "department_title": department.get("title", ""), "department_code": department.get("uscc", ""),
        "hall_title": hall.title if hall else "", "clerk_title": told.title_of(row.clerk), "approver_title": told.title_of(row.approver),
        "accepted_on": day(row.accepted_on), "due_on": day(row.due_on),
    }  # fmt: skip


PLAIN = (
    "id", "number", "item", "item_title", "handling_code", "case_type", "release", "channel", "state", "phase", "outcome", "department", "hall",
    "street", "window", "correction_round", "committed",
)  # fmt: skip


def _situation(told: Told) -> str:
    """The situation in words, as on the papers."""
    given = told.content.situation
    facts = everyday_facts(told.item.body, told.row.applied_at.date())
    asked = told.item.questions(given, facts)
    words = ("、".join(o.title for o in question.options if o.code in question.chosen(given.get(question.code))) for question in asked)
    return "；".join(word for word in words if word)


def _item(told: Told) -> dict[str, Any]:
    body, row = told.item.body, told.row
    promised = body.get("time_limits", {}).get("promised", {})
    return {
        "code": row.item, "title": row.item_title, "catalog_code": body.get("base_code", ""), "base_code": body.get("base_code", ""),
        "implement_code": body.get("impl_code", ""), "handling_code": body.get("handling_code", ""), "version": told.item_version,
        "item_type": body.get("item_type", ""), "case_type": body.get("case_type", ""), "department": body.get("department", ""),
        "department_title": told.places.departments.get(body.get("department", ""), {}).get("title", ""),
        "promised_days": promised.get("amount"),
    }  # fmt: skip


def _party(party: Party, parts: Sequence[str]) -> dict[str, Any]:
    return {name: getattr(party, name) for name in parts}


def _material(material: Material, number: str) -> dict[str, Any]:
    row = material.row
    files = [
        {"name": file["name"], "size": file["size"], "digest": file["digest"], "url_path": FILE_PATH.format(number=number, digest=file["digest"])}
        for file in json.loads(row.files)
    ]
    plain = {name: getattr(row, name) for name in ("code", "title", "seq", "necessity", "originals", "copies", "pages", "grade", "note")}
    return plain | {"state": material.state, "files": files}


def _document(document: Issued) -> dict[str, Any]:
    return {
        "code": document.document, "kind": document.doc_type, "title": document.title, "number": document.number,
        "date": document.dated.isoformat(), "digest": document.sha256, "voided": document.voided,
    }  # fmt: skip


def _correction(found: Correction, answers: Mapping[tuple[int, int], str]) -> dict[str, Any]:
    row = found.row
    points = [
        {name: getattr(point, name) for name in ("seq", "target", "code", "title", "problem", "standard", "state")}
        | {"answer": answers.get((row.round, point.seq), "")}
        for point in found.points
    ]
    return {
        "round": row.round, "state": row.state, "days": row.days, "due_on": day(row.due_on), "issued_at": moment(row.issued_at),
        "closed_at": moment(row.closed_at), "points": points,
    }  # fmt: skip


def _line(row: Any, told: Told) -> dict[str, Any]:
    plain = {name: getattr(row, name) for name in ("seq", "action", "title", "from_state", "to_state", "result", "reason")}
    return plain | {"step": told.code(row), "at": moment(row.at), "by": row.actor_title or row.actor}


def moment(value: datetime | None) -> str:
    """ISO 8601 to the second, in Asia/Shanghai; empty when there is none."""
    return value.isoformat(timespec="seconds") if value is not None else ""


def day(value: date | None) -> str:
    return value.isoformat() if value is not None else ""


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
