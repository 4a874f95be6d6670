"""A case as pages show it: everything on one page for staff, the public part of it for the applicant."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import Connection, bindparam, select

from yichuang.access.grants import Grants
from yichuang.access.masks import REVEAL, masked_party, revealed
from yichuang.cases.case import OPEN_CLOCKS, place_of_row
from yichuang.cases.lines import REVOKED, Titles, flow_of, line, make_titles
from yichuang.cases.material_change import GRADES, STATES
from yichuang.cases.model import case_steps, cases
from yichuang.cases.searching import Searching
from yichuang.cases.standing import Correction, Material
from yichuang.cases.working import Desk
from yichuang.errors import CaseMissing, EntrustmentRefused
from yichuang.exchange.targets import compile_targets
from yichuang.flows.machine import Action
from yichuang.outbox.message import INBOX
from yichuang.ports import SYSTEM, Actor, Party

NECESSITIES = {"required": "必交", "optional": "可不交", "deferrable": "可容缺"}
ROUNDS = {"proposed": "待组长批准", "open": "等待补正", "closed": "已补正", "lapsed": "逾期未补", "refused": "未获批准"}

_STEPS = select(case_steps).where(case_steps.c.case_id == bindparam("case")).order_by(case_steps.c.seq)


class Views(Searching):
    def view(self, case_id: str, actor: Actor, grants: Grants, *, reveal: bool = False) -> dict[str, Any]:
        """All about a case, parties masked unless `reveal`; the reading is noted.

        Raises `CaseMissing` also when out of reach, `NotAllowed` to reveal without the right to.
        """
        with self._database.reading() as connection:
            row = self._row(connection, case_id, grants)
            if reveal:
                grants.require(REVEAL, place_of_row(row), row.clerk)
            desk = self._desk(connection, row)
            told = self._told(connection, desk, actor, grants, reveal)
            # On PostgreSQL this connection commits each statement; SQLite's writers take turns.
            within = None if self._database.sqlite else connection
            self._note(actor, "case.reveal" if reveal else "case.read", case_id, within, row.number)
        return told

    def _told(self, connection: Connection, desk: Desk, actor: Actor, grants: Grants, reveal: bool) -> dict[str, Any]:
        row, content = desk.work.row, desk.work.content
        documents = self._rooms.documents.of_case(row.id, connection)
        return self._head(row, actor) | {
            "release": row.release, "revision": row.revision, "clerk": row.clerk, "approver": row.approver,
            "applicant": party_told(content.party, reveal), "agent": party_told(content.agent, reveal) if content.agent else None,
            "situation": situation_told(desk), "answers": dict(content.answers), "clock": clock_told(desk),
            "materials": self._materials_told(connection, desk), "steps": self._steps(connection, desk, documents),
            "offers": self._offers(desk, actor, grants), "documents": [document_told(document) for document in documents],
            "corrections": [self._correction_told(found) for found in desk.rounds],
            "commitments": [found.as_dict() for found in desk.promises],
            "deliveries": self._deliveries(connection, row),
            "agreement": self._agreement(row), "can_reveal": revealed(grants, place_of_row(row), row.clerk),
            "holder": self._holder(row, actor),
        }  # fmt: skip

    def _deliveries(self, connection: Connection, row: Any) -> list[dict[str, Any]]:
        targets = self._catalogue.current().compiled(compile_targets, "")
        found = [one for one in self._rooms.outbox.of_case(row.id, connection) if one.topic == "case"]
        return [one.as_dict() | {"target_title": "推送部门" if one.target == INBOX else targets.title(one.target)} for one in found]

    def _head(self, row: Any, actor: Actor | None) -> dict[str, Any]:
        """What a line says, and the places by code."""
        keys = ("hall", "street", "window", "department", "case_type")
        ended = flow_of(self._catalogue, row).states[row.state].ended
        return line(row, self._catalogue, self._clock.now(), actor) | {key: getattr(row, key) for key in keys} | {"ended": ended}

    def _holder(self, row: Any, actor: Actor) -> dict[str, Any] | None:
        if not row.holder or not row.held_until or row.held_until <= self._clock.now():
            return None
        return {"name": row.holder, "title": row.holder, "until": row.held_until.isoformat(), "mine": row.holder == actor.name}

    def _agreement(self, row: Any) -> dict[str, str] | None:
        body = self._catalogue.at(row.agreement_release).find("entrustment", row.agreement) if row.agreement else None
        return {"code": row.agreement, "title": body["title"], "number": body["agreement_no"]} if body else None

    def _offers(self, desk: Desk, actor: Actor, grants: Grants) -> list[dict[str, Any]]:
        """The steps this member may take, or would if not for the reasons given; those of other people are left out."""
        work, found = desk.work, []
        for offer in work.flow.offers(work.row.state, work.facts, lambda _action: None):
            action = offer.action
            if not grants.reach(action.power).covers(work.place, work.row.clerk):
                continue
            reasons = [*offer.reasons, *self._unauthorised(desk, action, actor)]
            found.append(action.wire() | {"action": action.code, "allowed": not reasons, "reasons": reasons})
        return found

    def _unauthorised(self, desk: Desk, action: Action, actor: Actor) -> list[dict[str, str]]:
        row = desk.work.row
        if not action.entrusted or actor.post.department == row.department:
            return []
        try:
            self._mandate(row, actor).require(action.entrusted)
        except EntrustmentRefused as refused:
            return [{"message": refused.detail, "remedy": refused.way_out}]
        return []

    def _materials_told(self, connection: Connection, desk: Desk) -> list[dict[str, Any]]:
        row = desk.work.row
        wanted = sorted({m.row.share for m in desk.materials if m.missing})
        earlier = self._reusable(connection, row, wanted) if row.phase != "ended" else []
        return [self._material_told(material, desk, earlier) for material in desk.materials]

    def _material_told(self, material: Material, desk: Desk, earlier: Sequence[Any]) -> dict[str, Any]:
        row = material.row
        entry = next((found for found in desk.decided.checklist if found.code == row.code), None)
        body = entry.material if entry else {}
        done = orjson.loads(row.points)
        asked = self._review_points(desk, row.code, body)
        return {
            "code": row.code, "title": row.title, "needed": row.needed, "necessity": row.necessity, "necessity_title": NECESSITIES[row.necessity],
            "state": material.state, "state_title": STATES[material.state], "missing": material.missing, "originals": row.originals,
            "copies": row.copies, "pages": row.pages, "verified": row.verified, "grade": row.grade, "grade_title": GRADES.get(row.grade, ""),
            "points": [{"text": text, "done": bool(done.get(text))} for text in asked], "note": row.note, "files": orjson.loads(row.files),
            "due_on": material.due_on.isoformat() if material.due_on else None, "reused_from": row.reused_from,
            "words": entry.words if entry else "", "standard": body.get("accept_standard", ""), "by": row.by,
            "expected": {"originals": body.get("originals", 0), "copies": body.get("copies", 0)},
            "reusable": [
                {"number": found.number, "date": found.at.date().isoformat() if found.at else "", "grade": found.grade}
                for found in earlier if material.missing and found.share == row.share
            ],
        }  # fmt: skip

    def _review_points(self, desk: Desk, code: str, body: Mapping[str, Any]) -> list[str]:
        """What is to be looked at: the agreement's points for this material, else the item's standard of acceptance."""
        own = list(desk.mandate.review_points.get(code, ()))
        return own or ([str(body["accept_standard"])] if body.get("accept_standard") else [])

    # ------------------------------------------------------------------ history

    def _steps(self, connection: Connection, desk: Desk, documents: Sequence[Any]) -> list[dict[str, Any]]:
        rows = connection.execute(_STEPS, {"case": desk.work.row.id}).all()
        titles = self._catalogue.current().compiled(make_titles, "")
        by_id = {document.id: document for document in documents}
        return [self._step(row, desk, titles, by_id) for row in rows]

    def _step(self, row: Any, desk: Desk, titles: Titles, documents: Mapping[str, Any]) -> dict[str, Any]:
        flow, facts = desk.work.flow, orjson.loads(row.facts)
        action = flow.actions.get(row.action)
        typed = orjson.loads(self._vault.open(row.body, f"step/{row.case_id}/{row.seq}")) if row.body else {}
        state = flow.states.get(row.to_state)
        issued = [documents[key] for key in facts.get("documents", ()) if key in documents]
        return {
            "seq": row.seq, "action": row.action, "title": row.title, "from_state": row.from_state, "to_state": row.to_state,
            "to_title": state.title if state else row.to_state, "actor": row.actor, "actor_title": row.actor_title or row.actor,
            "role": row.role, "release": row.release,
            "place": place_words(row, titles), "at": row.at.isoformat(), "reason": row.reason,
            "result": row.result, "inputs": inputs_told(action, typed), "documents": [document_told(document) for document in issued],
            "public": row.action == REVOKED or bool(action and action.public), "public_title": action.public_title if action else row.title,
            "on_time": facts.get("on_time"),
        }  # fmt: skip

    def _correction_told(self, found: Correction) -> dict[str, Any]:
        row = found.row
        points = [self._point_told(found, point) for point in found.points]
        return {
            "id": row.id, "round": row.round, "state": row.state, "state_title": ROUNDS[row.state], "reason": row.reason,
            "due_on": row.due_on.isoformat() if row.due_on else None, "issued_at": row.issued_at.isoformat() if row.issued_at else None,
            "open_points": found.open_points, "points": points,
        }  # fmt: skip

    def _point_told(self, found: Correction, point: Any) -> dict[str, Any]:
        answer = self._answer(found, point)
        plain = {key: getattr(point, key) for key in ("seq", "target", "code", "title", "problem", "standard", "state")}
        at = point.answered_at.isoformat() if point.answered_at else None
        return plain | {"answer": answer.get("text", ""), "value": answer.get("value"), "files": orjson.loads(point.files), "answered_at": at}

    # ------------------------------------------------------------------ for the applicant

    def public_view(self, case_id: str, account: str) -> dict[str, Any]:
        """What the applicant sees of their own case: public steps and words only. Raises `CaseMissing` for anybody else's."""
        with self._database.reading() as connection:
            row = connection.execute(select(cases).where(cases.c.id == case_id)).first()
            if row is None or not account or row.account != account:
                raise CaseMissing
            desk = self._desk(connection, row)
            documents = [found for found in self._rooms.documents.of_case(row.id, connection) if found.state == "issued"]
            steps = [step for step in self._steps(connection, desk, documents) if step["public"]]
            told = self._public(connection, desk, documents, steps)
        self._note(Actor(f"applicant:{account}", "申请人"), "case.read_own", case_id, detail=row.number)
        return told

    def _public(self, connection: Connection, desk: Desk, documents: Sequence[Any], steps: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        row, content, flow = desk.work.row, desk.work.content, desk.work.flow
        shown = ("seq", "action", "public_title", "at", "place", "documents")
        opinion = [step for step in steps if step["action"] in ("pre_return", "pre_pass")]
        offers = flow.offers(row.state, desk.work.facts, lambda _action: None, "applicant")
        return self._head(row, None) | {
            "release": row.release, "applicant": party_told(content.party, False), "account": row.account,
            "agent": party_told(content.agent, False) if content.agent else None, "situation": situation_told(desk),
            "answers": dict(content.answers), "clock": clock_told(desk), "materials": self._materials_told(connection, desk),
            "steps": [{key: step[key] for key in shown} for step in steps],
            "opinion": opinion[-1]["inputs"] if opinion and row.state in ("pre_returned", "pre_passed") else [],
            "documents": [document_told(document) for document in documents],
            "corrections": [self._correction_told(found) for found in desk.rounds if found.row.state in ("open", "closed", "lapsed")],
            "offers": [o.action.wire() | {"action": o.action.code, "allowed": o.allowed, "reasons": list(o.reasons)} for o in offers],
            "commitments": [found.as_dict() for found in desk.promises],
        }  # fmt: skip


def place_words(row: Any, titles: Titles) -> str:
    """Where a step was taken: at a window, online, or in the department."""
    if row.window:
        return str(titles.windows.get(row.window, row.window))
    if row.actor == SYSTEM.name:
        return ""
    return "网上" if row.actor.startswith("applicant:") else titles.departments.get(row.department, "")


def party_told(party: Party, reveal: bool) -> dict[str, Any]:
    """A party for the page; masked unless `reveal`."""
    shown = party if reveal else masked_party(party)
    told = {name: getattr(shown, name) for name in ("name", "kind", "id_type", "id_no", "phone", "legal_rep")}
    return told | {"organisation": party.organisation}


def situation_told(desk: Desk) -> list[dict[str, Any]]:
    given = desk.work.content.situation
    found = [(question, question.chosen(given.get(question.code))) for question in desk.decided.questions]
    return [
        {"question": question.title, "answers": [option.title for option in question.options if option.code in chosen]}
        for question, chosen in found
        if chosen
    ]


def clock_told(desk: Desk) -> dict[str, Any]:
    reckoning, row = desk.reckoning, desk.work.row
    days = {name: _iso(getattr(reckoning, name)) for name in ("answer_due", "due_on", "statutory_due", "warn_on")}
    return days | {
        "state": row.clock_state, "left": reckoning.left, "used": reckoning.used, "words": reckoning.words,
        "light": reckoning.light if row.clock_state in OPEN_CLOCKS else "",
        "provisional": reckoning.provisional, "accepted_on": _iso(row.accepted_on),
    }  # fmt: skip


def document_told(document: Any) -> dict[str, Any]:
    return {
        "id": document.id, "title": document.title, "number": document.number, "state": document.state, "voided": document.voided,
        "issued_at": document.issued_at.isoformat(), "verify_url": document.path, "pdf_url": f"/desk/api/documents/{document.id}.pdf",
    }  # fmt: skip


def inputs_told(action: Action | None, typed: Mapping[str, Any]) -> list[dict[str, str]]:
    """What was typed for a step, in words; points of a correction are shown by themselves."""
    specs = {one.code: one for one in action.inputs} if action else {}
    found = []
    for code, value in typed.items():
        spec = specs.get(code)
        if spec is None or spec.type == "points":
            continue
        words = spec.options.get(value, value) if spec.type == "choice" else "、".join(value) if isinstance(value, list) else value
        words = ("是" if value else "否") if isinstance(value, bool) else words
        found.append({"title": spec.title, "value": str(words)})
    return found


def _iso(day: Any) -> str | None:
    return day.isoformat() if day is not None else None
