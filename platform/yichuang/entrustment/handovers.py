"""Handing paper over to departments (材料交接): put a sheet together, send it with its document, confirm it line by line."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from sqlalchemy import Connection, and_, bindparam, delete, func, insert, or_, select, update
from sqlalchemy.engine import Row
from sqlalchemy.exc import IntegrityError

from yichuang.access.grants import EVERYWHERE, Reach
from yichuang.audit.service import Audit
from yichuang.database import Database
from yichuang.entrustment.handover import (
    CANCELLED,
    DISPUTED,
    DRAFT,
    RECEIVED,
    SENT,
    Entry,
    Handover,
    gives,
    handover_of,
    line_row,
    takes,
)
from yichuang.entrustment.model import handover_lines, handovers
from yichuang.errors import Conflict, HandoverMissing, InputRefused, OutOfReach
from yichuang.ports import Actor, Clock, Place

MOST_LINES = 200
OPENING_TRIES = 5


_JOINED = handovers.join(handover_lines, handovers.c.id == handover_lines.c.handover_id)
_OF_CASE = select(handovers).select_from(_JOINED).where(handover_lines.c.case_id == bindparam("case")).order_by(handovers.c.opened_at)


class Paper(Protocol):
    """Numbers and the document of a sheet; the rooms beside this one know how."""

    def number(self, connection: Connection, hall: str) -> str:
        """The next sheet's number of a hall."""
        ...

    def issue(self, connection: Connection, sheet: Handover, actor: Actor) -> str:
        """Issue the sheet's document within the transaction; its id."""
        ...


class Handovers:
    """The verbs of sheets. Clerks of the hall give, members of the department take; who reaches neither sees nothing of it."""

    def __init__(self, database: Database, audit: Audit, clock: Clock, paper: Paper) -> None:
        self._database = database
        self._audit = audit
        self._clock = clock
        self._paper = paper

    # ------------------------------------------------------------------ the hall's side

    def open(self, place: Place, actor: Actor, reach: Reach) -> Handover:
        """The sheet being put together from `place.hall` to `place.department`: the one that is there, or a new one.

        Raises `OutOfReach` for another hall, `InputRefused` without a hall or department.
        """
        if not place.hall or not place.department:
            raise InputRefused("请选择大厅和部门", problems=[{"field": "department", "message": "须选择接收部门"}])
        if not gives(reach, place):
            raise OutOfReach
        for _ in range(OPENING_TRIES):
            try:
                return self._opened(place, actor)
            except IntegrityError:
                continue
        raise Conflict("有人正在整理交给这个部门的交接单，请再试一次")

    def _opened(self, place: Place, actor: Actor) -> Handover:
        """Of two who begin one at once the second finds the first's."""
        columns = handovers.c
        mine = (columns.hall == place.hall) & (columns.department == place.department) & (columns.state == DRAFT)
        with self._database.writing() as connection:
            row = connection.execute(select(handovers).where(mine).with_for_update()).first()
            sheet_id = row.id if row else self._begin(connection, place, actor)
            return self._sheet(connection, sheet_id)

    def _begin(self, connection: Connection, place: Place, actor: Actor) -> str:
        now, sheet_id = self._clock.now(), str(uuid.uuid4())
        row = {
            "id": sheet_id, "number": self._paper.number(connection, place.hall), "hall": place.hall, "street": place.street,
            "department": place.department, "state": DRAFT, "revision": 1, "opened_by": actor.name, "opened_on": now.date(), "opened_at": now,
        }  # fmt: skip
        connection.execute(insert(handovers), row)
        self._audit.note(actor, "handover.opened", "handover", sheet_id, detail=str(row["number"]), within=connection)
        return sheet_id

    def add(self, sheet_id: str, entries: Sequence[Entry], actor: Actor, reach: Reach) -> Handover:
        """Put cases on a sheet; one that is on it already stays as it is.

        Raises `Conflict` when a case is on another sheet or this one has left, `InputRefused` for another hall's or department's case.
        """
        try:
            return self._added(sheet_id, entries, reach)
        except IntegrityError:
            raise Conflict("有办件刚被加入另一张交接单，请刷新后再试") from None

    def _added(self, sheet_id: str, entries: Sequence[Entry], reach: Reach) -> Handover:
        with self._database.writing() as connection:
            row = self._draft(connection, sheet_id, reach)
            present = {line.case_id for line in self._lines(connection, sheet_id)}
            fresh = [entry for entry in entries if entry.case_id not in present]
            self._refuse(connection, row, fresh, len(present))
            seq = connection.execute(select(func.max(handover_lines.c.seq)).where(handover_lines.c.handover_id == sheet_id)).scalar() or 0
            for n, entry in enumerate(fresh, int(seq) + 1):
                connection.execute(insert(handover_lines), line_row(sheet_id, n, entry))
            self._touch(connection, row)
            return self._sheet(connection, sheet_id)

    def _refuse(self, connection: Connection, row: Row[Any], entries: Sequence[Entry], present: int) -> None:
        if present + len(entries) > MOST_LINES:
            raise InputRefused(f"一张交接单最多 {MOST_LINES} 件，请另开一张")
        strange = [entry.case_number for entry in entries if (entry.department, entry.hall) != (row.department, row.hall)]
        if strange:
            raise InputRefused(f"{'、'.join(strange)} 不是本大厅交给该部门的办件，请选择正确的部门")
        taken = _elsewhere(connection, [entry.case_id for entry in entries])
        if taken:
            raise Conflict(f"{taken.case_number} 已在交接单 {taken.number} 上，请刷新后再试")

    def remove(self, sheet_id: str, case_id: str, actor: Actor, reach: Reach) -> Handover:
        """Take a case off a sheet that has not left. Raises `Conflict`, `HandoverMissing`."""
        with self._database.writing() as connection:
            row = self._draft(connection, sheet_id, reach)
            mine = (handover_lines.c.handover_id == sheet_id) & (handover_lines.c.case_id == case_id)
            connection.execute(delete(handover_lines).where(mine))
            self._touch(connection, row)
            return self._sheet(connection, sheet_id)

    def cancel(self, sheet_id: str, actor: Actor, reach: Reach) -> Handover:
        """Give up a sheet that has not left; its cases may go on another. Its number is not used again and stays in the list."""
        with self._database.writing() as connection:
            row = self._draft(connection, sheet_id, reach)
            connection.execute(delete(handover_lines).where(handover_lines.c.handover_id == sheet_id))
            self._touch(connection, row, state=CANCELLED)
            self._audit.note(actor, "handover.cancelled", "handover", sheet_id, detail=row.number, within=connection)
            return self._sheet(connection, sheet_id)

    def send(self, sheet_id: str, actor: Actor, reach: Reach) -> Handover:
        """Hand the sheet over: its document is issued in the same transaction. Sending again changes nothing.

        Raises `InputRefused` for an empty sheet, `Conflict` after it was received or cancelled.
        """
        with self._database.writing() as connection:
            row = self._held(connection, sheet_id)
            if not gives(reach, row):
                raise HandoverMissing
            if row.state == SENT:
                return self._sheet(connection, sheet_id)
            row, sheet = self._draft(connection, sheet_id, reach), self._sheet(connection, sheet_id)
            if not sheet.lines:
                raise InputRefused("交接单上还没有办件，请先加入")
            document = self._paper.issue(connection, sheet, actor)
            self._touch(connection, row, state=SENT, sent_by=actor.name, sent_at=self._clock.now(), document_id=document)
            self._audit.note(actor, "handover.sent", "handover", sheet_id, detail=row.number, within=connection)
            return self._sheet(connection, sheet_id)

    # ------------------------------------------------------------------ the department's side

    def receive(self, sheet_id: str, disputes: Mapping[str, str], actor: Actor, reach: Reach) -> Handover:
        """Confirm the sheet line by line: `disputes` names what doesn't agree by case, every other line is confirmed.

        Raises `InputRefused` for a dispute without words or of a case that isn't on the sheet, `Conflict` unless it is on its way.
        """
        with self._database.writing() as connection:
            row = self._held(connection, sheet_id)
            if not takes(reach, row):
                raise HandoverMissing
            if row.state != SENT:
                raise Conflict("这张交接单还没有交出，或已经接收过")
            lines = self._lines(connection, sheet_id)
            self._decide(connection, sheet_id, _checked(disputes, lines), lines, actor)
            state = DISPUTED if disputes else RECEIVED
            self._touch(connection, row, state=state, received_by=actor.name, received_at=self._clock.now())
            self._audit.note(actor, f"handover.{state}", "handover", sheet_id, detail=row.number, within=connection)
            return self._sheet(connection, sheet_id)

    def _decide(
        self, connection: Connection, sheet_id: str, disputes: Mapping[str, str], lines: Sequence[Row[Any]], actor: Actor
    ) -> None:
        for line in lines:
            words = disputes.get(line.case_id, "")
            decided = {"state": "disputed" if words else "confirmed", "dispute": words, "decided_by": actor.name}
            mine = (handover_lines.c.handover_id == sheet_id) & (handover_lines.c.case_id == line.case_id)
            connection.execute(update(handover_lines).where(mine).values(decided_at=self._clock.now(), **decided))

    # ------------------------------------------------------------------ reading

    def find(self, sheet_id: str, reach: Reach = EVERYWHERE) -> Handover:
        """Raises `HandoverMissing`, also out of reach; a department sees a sheet once it has left the hall."""
        with self._database.reading() as connection:
            sheet = self._sheet(connection, sheet_id)
        if not (gives(reach, sheet) or (takes(reach, sheet) and sheet.state not in (DRAFT, CANCELLED))):
            raise HandoverMissing
        return sheet

    def list(self, reach: Reach, state: str = "", limit: int = 60) -> Sequence[Handover]:
        """The sheets of the halls and departments in reach, newest first; drafts and cancelled ones for the hall only."""
        columns = handovers.c
        own = [columns.hall.in_(sorted(reach.halls)), columns.street.in_(sorted(reach.streets)) & (columns.street != "")]
        to_us = and_(columns.department.in_(sorted(reach.departments)), columns.state.not_in((DRAFT, CANCELLED)))
        query = select(handovers).order_by(columns.opened_at.desc(), columns.id).limit(limit)
        query = query if reach.everything else query.where(or_(*own, to_us))
        query = query.where(columns.state == state) if state else query
        with self._database.reading() as connection:
            return [handover_of(row, self._lines(connection, row.id)) for row in connection.execute(query).all()]

    def of_case(self, case_id: str) -> Sequence[Handover]:
        """The sheets on which a case travelled, in order."""
        with self._database.reading() as connection:
            return [handover_of(row, self._lines(connection, row.id)) for row in connection.execute(_OF_CASE, {"case": case_id}).all()]

    # ------------------------------------------------------------------ rows

    def _held(self, connection: Connection, sheet_id: str) -> Row[Any]:
        row = connection.execute(select(handovers).where(handovers.c.id == sheet_id).with_for_update()).first()
        if row is None:
            raise HandoverMissing
        return row

    def _draft(self, connection: Connection, sheet_id: str, reach: Reach) -> Row[Any]:
        row = self._held(connection, sheet_id)
        if not gives(reach, row):
            raise HandoverMissing
        if row.state != DRAFT:
            raise Conflict("这张交接单已经交出或作废，不能再改")
        return row

    def _touch(self, connection: Connection, row: Row[Any], **values: Any) -> None:
        connection.execute(update(handovers).where(handovers.c.id == row.id).values(revision=row.revision + 1, **values))

    def _lines(self, connection: Connection, sheet_id: str) -> Sequence[Row[Any]]:
        query = select(handover_lines).where(handover_lines.c.handover_id == sheet_id).order_by(handover_lines.c.seq)
        return connection.execute(query).all()

    def _sheet(self, connection: Connection, sheet_id: str) -> Handover:
        row = connection.execute(select(handovers).where(handovers.c.id == sheet_id)).first()
        if row is None:
            raise HandoverMissing
        return handover_of(row, self._lines(connection, sheet_id))


def on_a_sheet() -> Any:
    """A condition's list: cases that are on a sheet in use and not disputed there; the others wait to be handed over."""
    living = handovers.c.state != CANCELLED
    joined = handover_lines.join(handovers, handovers.c.id == handover_lines.c.handover_id)
    return select(handover_lines.c.case_id).select_from(joined).where(living, handover_lines.c.state != "disputed")


def _elsewhere(connection: Connection, case_ids: Sequence[str]) -> Any:
    joined = handover_lines.join(handovers, handovers.c.id == handover_lines.c.handover_id)
    living = (handovers.c.state != CANCELLED) & (handover_lines.c.state != "disputed")
    query = select(handover_lines.c.case_number, handovers.c.number).select_from(joined)
    return connection.execute(query.where(handover_lines.c.case_id.in_(case_ids), living)).first()


def _checked(disputes: Mapping[str, str], lines: Sequence[Row[Any]]) -> dict[str, str]:
    known = {line.case_id for line in lines}
    words = {case_id: str(text).strip() for case_id, text in disputes.items()}
    wrong = [
        {"field": case_id, "message": "请写明哪里不符，2 至 300 个字"}
        for case_id, text in words.items()
        if case_id not in known or not 2 <= len(text) <= 300
    ]
    if wrong:
        raise InputRefused("请写明有异议的办件哪里不符", problems=wrong)
    return words
