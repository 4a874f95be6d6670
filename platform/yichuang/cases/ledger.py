"""What all verbs of a case stand on: finding it within reach, holding its row, opening what is sealed, writing the next step."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, bindparam, func, insert, select, update
from sqlalchemy.engine import Row
from sqlalchemy.sql import ColumnElement

from yichuang.access import reaching
from yichuang.access.grants import Grants, Reach
from yichuang.access.vault import Vault
from yichuang.audit.service import Audit
from yichuang.cases.case import CaseContent, Deed, place_of_row, unpacked
from yichuang.cases.model import case_steps, cases
from yichuang.catalogue.feed import Catalogue
from yichuang.database import Database
from yichuang.errors import CaseMissing
from yichuang.items.calendar import Calendar, make_calendar
from yichuang.outbox.marks import mark
from yichuang.ports import Actor, Clock

if TYPE_CHECKING:
    from yichuang.cases.files import Files
    from yichuang.cases.service import Drafts
    from yichuang.commitment.service import Commitments
    from yichuang.documents.service import Documents
    from yichuang.entrustment.service import Entrustments
    from yichuang.outbox.service import Outbox
    from yichuang.reviews.service import Reviews

READ = "case.read"


@dataclass(frozen=True, slots=True)
class Rooms:
    """What the cases work with."""

    database: Database
    catalogue: Catalogue
    vault: Vault
    audit: Audit
    clock: Clock
    drafts: "Drafts"
    files: "Files"
    documents: "Documents"
    entrustments: "Entrustments"
    outbox: "Outbox"
    commitments: "Commitments"
    reviews: "Reviews"


def within(reach: Reach) -> ColumnElement[bool]:
    """The reach as a condition on `cases`."""
    return reaching.within(reach, cases.c, own=True)


_CASE = select(cases).where(cases.c.id == bindparam("case"))
_HELD = _CASE.with_for_update()


class Ledger:
    """Rows and their seals. Every reading for a member of staff passes `_row`, so that nothing out of reach is ever seen."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms
        self._database, self._catalogue, self._vault = rooms.database, rooms.catalogue, rooms.vault
        self._audit, self._clock = rooms.audit, rooms.clock

    def _row(self, connection: Connection, case_id: str, grants: Grants | None, *, hold: bool = False) -> Row[Any]:
        """The case's row; with `hold` until the transaction ends. Raises `CaseMissing` also when out of reach; `None` reaches all."""
        row = connection.execute(_HELD if hold else _CASE, {"case": case_id}).first()
        if row is None or (grants is not None and not grants.reach(READ).covers(place_of_row(row), row.clerk)):
            raise CaseMissing
        return row

    def _content(self, row: Row[Any]) -> CaseContent:
        return unpacked(self._vault.open(row.body, f"case/{row.id}"))

    def _sealed(self, case_id: str, content: CaseContent) -> str:
        return self._vault.seal(content.packed(), f"case/{case_id}")

    def _calendar(self, row: Any) -> Calendar | None:
        """The calendar in force now: days off are facts of the world, not of a release."""
        now, then = self._catalogue.current(), self._catalogue.at(row.release)
        wanted = (then.find("item", row.item) or {}).get("calendar")
        known = now.codes("calendar")
        code = wanted if wanted in known else next(iter(known), None)
        return now.compiled(make_calendar, code) if code else None

    def _write_step(
        self, connection: Connection, row: Row[Any], deed: Deed, step: Mapping[str, Any], typed: Mapping[str, Any]
    ) -> int:
        """Append a step; its sequence number. `step`: plain columns, `typed`: what goes sealed."""
        last = connection.execute(select(func.max(case_steps.c.seq)).where(case_steps.c.case_id == row.id)).scalar() or 0
        seq = int(last) + 1
        body = self._vault.seal(json.dumps(typed, ensure_ascii=False), f"step/{row.id}/{seq}") if typed else ""
        connection.execute(
            insert(case_steps),
            {
                "case_id": row.id, "seq": seq, "action": deed.action, "actor": deed.actor.name, "actor_title": deed.actor.title[:100],
                "role": ",".join(sorted(deed.actor.roles))[:64], "department": row.department, "hall": row.hall, "street": row.street,
                "window": deed.actor.window or ("" if deed.actor.post.department else row.window), "item": row.item,
                "release": row.release, "at": deed.at, "key": deed.key, "body": body, **step,
            },
        )  # fmt: skip
        return seq

    def _division(self) -> str:
        """The district's code, with which case numbers begin."""
        now = self._catalogue.current()
        bodies = (now.find("organisation", code) for code in now.codes("organisation"))
        return next((str(body["division"]) for body in bodies if body and body.get("division")), "000000")

    def _change(self, connection: Connection, row: Row[Any], **values: Any) -> None:
        now = self._clock.now()
        connection.execute(update(cases).where(cases.c.id == row.id).values(revision=row.revision + 1, updated_at=now, **values))
        self._mark(connection, row.id)

    def _mark(self, connection: Connection, case_id: str) -> None:
        """What others fetch of the case is put together again. Every change that the record tells of ends here."""
        mark(connection, case_id, self._clock.now())

    def _note(self, actor: Actor, action: str, case_id: str, within: Connection | None = None, detail: str = "") -> None:
        self._audit.note(actor, action, "case", case_id, detail=detail, within=within)
