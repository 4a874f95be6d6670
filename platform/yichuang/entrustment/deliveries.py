"""Pushing accepted cases to the department that entrusted them (数据推送): push, relay, receive, resend, give up, look at."""

import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.engine import Row

from yichuang.access.grants import EVERYWHERE, Reach
from yichuang.access.vault import Vault
from yichuang.audit.service import Audit
from yichuang.database import Database
from yichuang.entrustment.delivery import (
    ABANDONED,
    FAILED,
    RECEIVED,
    REFUSED,
    SENT,
    WAITING,
    Delivery,
    DeliveryQuery,
    Dispatch,
)
from yichuang.entrustment.delivery_rows import delivery_of, reached, wanted
from yichuang.entrustment.model import deliveries
from yichuang.entrustment.relay import Relay, wake
from yichuang.errors import Conflict, DeliveryMissing, InputRefused
from yichuang.ports import Actor, Clock, Transport


class Deliveries:
    """Local first: what is pushed is written with what happened, handed over afterwards, as often as it takes, once in effect."""

    def __init__(
        self, database: Database, vault: Vault, audit: Audit, clock: Clock, transport: Callable[[str], Transport]
    ) -> None:
        self._database = database
        self._vault = vault
        self._audit = audit
        self._clock = clock
        self._relay = Relay(database, clock, transport, self._opened)

    # ------------------------------------------------------------------ pushing

    def push(self, connection: Connection, dispatch: Dispatch) -> str:
        """Write the delivery within the caller's transaction, which holds the case's row; its id. The same key is one delivery."""
        columns = deliveries.c
        if not dispatch.version:
            dispatch = replace(dispatch, version=self._next_version(connection, dispatch))
        known = connection.execute(select(columns.id).where(columns.key == dispatch.key)).scalar()
        if known is not None:
            return str(known)
        seq = connection.execute(select(func.max(columns.seq)).where(columns.case_id == dispatch.case_id)).scalar() or 0
        row = self._row(dispatch, int(seq) + 1)
        connection.execute(insert(deliveries), row)
        return str(row["id"])

    def _next_version(self, connection: Connection, dispatch: Dispatch) -> int:
        mine = (deliveries.c.case_id == dispatch.case_id) & (deliveries.c.step == dispatch.step)
        return 1 + int(connection.execute(select(func.max(deliveries.c.version)).where(mine)).scalar() or 0)

    def _row(self, dispatch: Dispatch, seq: int) -> dict[str, Any]:
        delivery_id, now, place = str(uuid.uuid4()), self._clock.now(), dispatch.place
        payload = json.dumps(dispatch.payload, ensure_ascii=False)
        return {
            "id": delivery_id, "case_id": dispatch.case_id, "seq": seq, "case_number": dispatch.case_number, "item": dispatch.item,
            "item_title": dispatch.item_title, "department": place.department, "hall": place.hall, "street": place.street,
            "step": dispatch.step, "version": dispatch.version, "key": dispatch.key, "state": WAITING, "attempts": 0, "next_at": now,
            "payload": self._vault.seal(payload, f"delivery/{delivery_id}"), "created_at": now, "due_at": dispatch.due_at,
        }  # fmt: skip

    def relay(self, limit: int = 100) -> int:
        """Hand over what is due; how many were. Safe to run anywhere, by several at once."""
        return self._relay.run(limit)

    # ------------------------------------------------------------------ verbs of people

    def receive(self, delivery_id: str, actor: Actor, reach: Reach = EVERYWHERE) -> Delivery:
        """The department says that it has it; saying so again changes nothing.

        Raises `DeliveryMissing` also when it is out of `reach`, `Conflict` before it was sent or after it was given up.
        """
        with self._database.writing() as connection:
            row = self._held(connection, delivery_id, reach)
            if row.state == RECEIVED:
                return delivery_of(row)
            if row.state != SENT:
                raise Conflict("这条推送还没有送达或已放弃，不能登记接收")
            values = {"state": RECEIVED, "received_at": self._clock.now(), "received_by": actor.name}
            return self._changed(connection, row, values, actor, "delivery.received")

    def seen(self, connection: Connection, case_id: str, actor: Actor) -> int:
        """The department works on the case, so what was sent to it has arrived. Within the step's transaction; how many."""
        columns = deliveries.c
        mine = (columns.case_id == case_id) & (columns.state == SENT)
        values = {"state": RECEIVED, "received_at": self._clock.now(), "received_by": actor.name}
        return int(connection.execute(update(deliveries).where(mine).values(**values)).rowcount)

    def resend(self, delivery_id: str, actor: Actor, reach: Reach = EVERYWHERE) -> Delivery:
        """Try a failed, refused or waiting one again now. Raises `DeliveryMissing`, `Conflict` for what is done."""
        with self._database.writing() as connection:
            row = self._held(connection, delivery_id, reach)
            if row.state not in (FAILED, REFUSED, WAITING):
                raise Conflict("这条推送已送达或已放弃，不用重发")
            wake(connection, self._clock.now(), deliveries.c.id == delivery_id)
            self._audit.note(actor, "delivery.resent", "delivery", delivery_id, detail=row.key, within=connection)
        return self.find(delivery_id)

    def resend_failed(self, actor: Actor, reach: Reach = EVERYWHERE, department: str = "") -> int:
        """Try all failed ones (of a department when given) again now; how many. What a receiver refused is left to a closer look."""
        with self._database.writing() as connection:
            chosen = wanted(DeliveryQuery(state=FAILED, department=department), self._clock.now())
            count = wake(connection, self._clock.now(), *chosen, *reached(reach))
            self._audit.note(actor, "delivery.resent_all", "delivery", department or "all", detail=f"{count} 条", within=connection)
        return count

    def give_up(self, delivery_id: str, reason: str, actor: Actor, reach: Reach = EVERYWHERE) -> Delivery:
        """Stop trying, for a reason in words; the later ones of its case go on. Raises `InputRefused`, `DeliveryMissing`, `Conflict`."""
        reason = reason.strip()
        if not 2 <= len(reason) <= 300:
            raise InputRefused("请写明放弃的原因", problems=[{"field": "reason", "message": "2 至 300 个字"}])
        with self._database.writing() as connection:
            row = self._held(connection, delivery_id, reach)
            if row.state in (RECEIVED, ABANDONED):
                raise Conflict("这条推送已接收或已放弃")
            values = {"state": ABANDONED, "closed_at": self._clock.now(), "closed_by": actor.name, "close_reason": reason}
            return self._changed(connection, row, values, actor, "delivery.abandoned")

    # ------------------------------------------------------------------ reading

    def find(self, delivery_id: str, reach: Reach = EVERYWHERE) -> Delivery:
        """Raises `DeliveryMissing`."""
        with self._database.reading() as connection:
            row = connection.execute(select(deliveries).where(deliveries.c.id == delivery_id, *reached(reach))).first()
        if row is None:
            raise DeliveryMissing
        return delivery_of(row)

    def payload(self, delivery_id: str, actor: Actor, reach: Reach = EVERYWHERE) -> Mapping[str, Any]:
        """What was pushed; the reading is noted. Raises `DeliveryMissing`."""
        with self._database.reading() as connection:
            row = connection.execute(select(deliveries).where(deliveries.c.id == delivery_id, *reached(reach))).first()
        if row is None:
            raise DeliveryMissing
        self._audit.note(actor, "delivery.read", "delivery", delivery_id, detail=row.key)
        return self._opened(row)[1]

    def of_case(self, case_id: str, connection: Connection | None = None) -> Sequence[Delivery]:
        """In the order in which they were pushed."""
        query = select(deliveries).where(deliveries.c.case_id == case_id).order_by(deliveries.c.seq)
        with self._database.reading(connection) as reading:
            return [delivery_of(row) for row in reading.execute(query)]

    def list(self, query: DeliveryQuery, reach: Reach = EVERYWHERE) -> Sequence[Delivery]:
        """Newest first, a page of `query.limit`."""
        columns = deliveries.c
        with self._database.reading() as connection:
            chosen = [*wanted(query, self._clock.now()), *reached(reach)]
            if query.after:
                last = connection.execute(select(columns.created_at, columns.id).where(columns.id == query.after)).first()
                if last is not None:
                    older = (columns.created_at == last.created_at) & (columns.id < last.id)
                    chosen.append((columns.created_at < last.created_at) | older)
            page = select(deliveries).where(*chosen).order_by(columns.created_at.desc(), columns.id.desc())
            return [delivery_of(row) for row in connection.execute(page.limit(query.limit))]

    def since(self, moment: datetime | None, reach: Reach, unreceived: bool, limit: int = 200) -> Sequence[Delivery]:
        """What was sent to departments in reach since a moment, oldest first; `unreceived`: only what has no receipt yet."""
        columns = deliveries.c
        states = (SENT,) if unreceived else (SENT, RECEIVED)
        chosen = [columns.state.in_(states), *reached(reach)] + ([columns.sent_at >= moment] if moment else [])
        page = select(deliveries).where(*chosen).order_by(columns.sent_at, columns.case_id, columns.seq)
        with self._database.reading() as connection:
            return [delivery_of(row) for row in connection.execute(page.limit(limit))]

    def counts(self, reach: Reach = EVERYWHERE) -> dict[str, int]:
        """How many stand in each state, and `late`: how many are past their time."""
        columns = deliveries.c
        with self._database.reading() as connection:
            query = select(columns.state, func.count()).where(*reached(reach)).group_by(columns.state)
            found = {state: int(count) for state, count in connection.execute(query)}
            late = select(func.count()).where(*wanted(DeliveryQuery(late=True), self._clock.now()), *reached(reach))
            return found | {"late": int(connection.execute(late).scalar_one())}

    # ------------------------------------------------------------------ rows

    def _opened(self, row: Row[Any]) -> tuple[Delivery, Mapping[str, Any]]:
        return delivery_of(row), json.loads(self._vault.open(row.payload, f"delivery/{row.id}"))

    def _held(self, connection: Connection, delivery_id: str, reach: Reach) -> Row[Any]:
        query = select(deliveries).where(deliveries.c.id == delivery_id, *reached(reach)).with_for_update()
        row = connection.execute(query).first()
        if row is None:
            raise DeliveryMissing
        return row

    def _changed(self, connection: Connection, row: Row[Any], values: dict[str, Any], actor: Actor, action: str) -> Delivery:
        connection.execute(update(deliveries).where(deliveries.c.id == row.id).values(**values))
        self._audit.note(actor, action, "delivery", row.id, detail=row.key, within=connection)
        return delivery_of(connection.execute(select(deliveries).where(deliveries.c.id == row.id)).one())
