"""What a step tells others: documents for the applicant, a message for the department; within the step's own transaction."""

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import Connection

from yichuang.cases.progress import Progress
from yichuang.cases.recording import Recording
from yichuang.cases.serving import channel_of, service_of
from yichuang.cases.sheets import values_of
from yichuang.cases.terms import Limit, Terms
from yichuang.documents.order import DocumentOrder, Issued
from yichuang.errors import CalendarMissing
from yichuang.exchange.targets import compile_targets
from yichuang.outbox.message import Message
from yichuang.ports import Place

DELIVERED = ("DECISION", "DECISION_DENIED", "REJECTION", "NOT_APPLICABLE")
"""The kinds of documents whose delivery is acknowledged."""


class Issuing(Recording):
    def _issue(self, connection: Connection, progress: Progress) -> list[Issued]:
        """The documents that the action names, once each, with what they say kept for good."""
        if not progress.action.documents:
            return []
        row, values = progress.row, values_of(progress) | self._handed_over(progress) | self._awaited(progress)
        mandate, found = self._mandate(row, progress.deed.actor), []
        review = self._rooms.reviews.link(connection, row.id, row.item, progress.action.step, channel_of(progress))
        for code in progress.action.documents:
            seal = mandate.seal(code)
            order = DocumentOrder(
                row.id, row.number, code, row.release, row.department, progress.desk.work.place,
                values | ({"document.seal": seal} if seal else {}), progress.desk.work.facts, progress.deed.actor, progress.deed.key, review,
            )  # fmt: skip
            found.append(self._rooms.documents.issue(connection, order))
        return found

    def _handed_over(self, progress: Progress) -> dict[str, Any]:
        """What a delivery hands over: the papers that decide, and what the item results in."""
        if progress.action.step != "DELIVER":
            return {}
        papers = [d for d in self._rooms.documents.of_case(progress.row.id) if d.doc_type in DELIVERED and not d.voided]
        results = progress.desk.work.item.body.get("results", ()) if progress.row.outcome == "approved" else ()
        return {"delivery.documents": [*(paper.name for paper in papers), *(str(result["title"]) for result in results)]}

    def _awaited(self, progress: Progress) -> dict[str, Any]:
        """How long a special procedure will take, in its own unit, and when it should end; no end where no calendar says it."""
        asked = next((one for one in progress.action.inputs if one.code == "days" and one.type == "days"), None)
        days, calendar = progress.given.get("days"), self._calendar(progress.row)
        if progress.target.clock != "paused" or asked is None or not days:
            return {}
        told = {"special.term": f"{days}个{'自然日' if asked.unit == 'day' else '工作日'}"}
        try:
            end = Terms(calendar).due(progress.on, Limit(int(days), asked.unit)) if calendar else None
        except CalendarMissing:
            end = None
        return told | ({"special.end": end} if end else {})

    def _tell(self, connection: Connection, progress: Progress) -> None:
        """Commitments follow the case; the department is told what concerns it."""
        row, actor, commitments = progress.row, progress.deed.actor, self._rooms.commitments
        if progress.accepts:
            commitments.on_accepted(connection, progress.desk.work.application(), actor)
        if progress.decides:
            commitments.on_decided(connection, row.id, progress.outcome == "approved", actor, progress.on)
        elif progress.target.ended:
            commitments.on_ended(connection, row.id, actor)
        if actor.post.department == row.department:
            self._rooms.outbox.seen(connection, row.id, actor)
        if progress.push:
            self._push(connection, progress)
        if self._rooms.reviews.serves(row.item, progress.action.step, channel_of(progress)):
            self._rooms.reviews.served(connection, service_of(progress, self._catalogue.current()))

    def _push(self, connection: Connection, progress: Progress) -> None:
        """One message for the department's inbox, and one for each other system that gets this step: the record as it is now."""
        row, message, targets = progress.row, self._message(progress), self._catalogue.current().compiled(compile_targets, "")
        self._rooms.outbox.push(connection, message)
        receivers = targets.receivers(row.department, row.item, message.step)
        record = self.record(connection, row.id) if receivers else {}
        for target in receivers:
            self._rooms.outbox.push(connection, replace(message, target=target.code, payload=record, due_at=None))

    def _message(self, progress: Progress) -> Message:
        """The step's message to the inbox, with the agreement's term by which the department must have it; its own steps have none."""
        row, mandate = progress.row, self._mandate(progress.row)
        own = progress.deed.actor.post.department == row.department
        due = mandate.transfer_due(progress.deed.at) if mandate.transfer_hours and not own else None
        place = Place(row.department, row.hall, row.street)
        payload = self._payload(progress)
        return Message(row.id, row.number, row.item, row.item_title, place, progress.action.step, payload, due_at=due)

    def _payload(self, progress: Progress) -> Mapping[str, Any]:
        """What the department gets of this step (domain 4.3): parties, situation, answers, materials by digest, the step itself."""
        row, content = progress.row, progress.content
        needed = [material for material in progress.desk.materials if material.row.needed]
        materials = [{"code": m.row.code, "title": m.row.title, "state": m.state, "files": json.loads(m.row.files)} for m in needed]
        return {
            "case_no": row.number, "item": row.item, "handling_code": row.handling_code, "release": row.release, "channel": row.channel,
            "applicant": asdict(content.party), "agent": asdict(content.agent) if content.agent else None, "situation": dict(content.situation),
            "form": dict(content.answers), "materials": materials, "step": progress.action.step, "state": progress.target.code,
            "at": progress.deed.at.isoformat(), "by": progress.deed.actor.title, "inputs": dict(progress.given),
            "accepted_on": str(progress.changes.get("accepted_on") or row.accepted_on or ""), "due_on": str(progress.changes.get("due_on") or ""),
        }  # fmt: skip
