"""A handling begins in the transaction of its bad review, with the deadline that the rules give at that moment."""

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from yichuang.access.vault import Vault
from yichuang.catalogue.feed import Catalogue
from yichuang.database import Database
from yichuang.direct import Line
from yichuang.errors import CalendarMissing
from yichuang.items.calendar import make_calendar
from yichuang.ports import SHANGHAI, SYSTEM, Clock
from yichuang.rectification.compiled import BEGINS, Handling, compile_handling, handling_for
from yichuang.rectification.model import rectification_steps, rectifications
from yichuang.reviews.compiled import AllRules, compile_rules
from yichuang.reviews.model import services_given
from yichuang.reviews.review import Review


@dataclass(frozen=True, slots=True)
class Opening:
    """`open` is asked about every bad review."""

    database: Database
    catalogue: Catalogue
    vault: Vault
    clock: Clock

    def open(self, review: Review) -> Sequence[Line]:
        """The rows with which its handling begins; none where no definition says how."""
        with self.database.reading() as connection:
            service = connection.execute(select(services_given).where(services_given.c.id == review.service_id)).one()
        snapshot, now = self.catalogue.current(), self.clock.now()
        code = handling_for(snapshot, review.item)
        if code not in snapshot.codes("rectification"):
            return ()
        handling: Handling = snapshot.compiled(compile_handling, code)
        rules: AllRules = snapshot.compiled(compile_rules, "")
        term = rules.get(review.item).body["rectify"]
        begins = handling.flow.opening(BEGINS)
        opened_on = now.astimezone(SHANGHAI).date()
        row = {
            "id": str(uuid.uuid4()), "review_id": review.id, "service_id": review.service_id, "grade": review.grade, "item": review.item,
            "item_title": service.item_title, "release": review.release, "department": review.place.department, "hall": review.place.hall,
            "street": review.place.street, "window": review.place.window, "clerk": review.clerk, "named": self._named(service), "flow": code,
            "flow_release": snapshot.release, "state": begins.target, "ended": False, "assigned": False, "classification": "",
            "term": f"{term['amount']} {term['unit']}", "opened_on": opened_on, "due_on": self.due(opened_on, term), "opened_at": now,
            "reply": "", "evidence": "[]", "appeals": 0, "revision": 1, "updated_at": now,
        }  # fmt: skip
        step = {
            "rectification_id": row["id"], "seq": 1, "action": begins.code, "title": begins.title, "from_state": "", "to_state": begins.target,
            "actor": SYSTEM.name, "actor_title": "系统", "department": row["department"], "at": now, "key": "begin", "body": "",
        }  # fmt: skip
        return (rectifications, row), (rectification_steps, step)

    def _named(self, service: Any) -> bool:
        people = json.loads(self.vault.open(service.body, f"service/{service.id}")) if service.body else {}
        return any((people.get(who) or {}).get("phone") for who in ("applicant", "agent"))

    def due(self, opened_on: date, term: Mapping[str, Any]) -> date | None:
        """The last day: the day of the review doesn't count (domain 2.7). None without a calendar for it."""
        amount = int(term["amount"])
        if term["unit"] != "working_day":
            return opened_on + timedelta(days=amount)
        snapshot = self.catalogue.current()
        code = next(iter(snapshot.codes("calendar")), None)
        calendar = snapshot.compiled(make_calendar, code) if code else None
        try:
            return calendar.add(opened_on, amount) if calendar is not None else None
        except CalendarMissing:
            return None
