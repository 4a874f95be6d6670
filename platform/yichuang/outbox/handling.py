"""What people do with messages: say that they are there, try again, correct a value, look after them, give up, send a range again."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, func, select, update
from sqlalchemy.engine import Row

from yichuang.access.grants import EVERYWHERE, Reach
from yichuang.errors import Conflict, DeliveryMissing, InputRefused
from yichuang.outbox.message import (
    ABANDONED,
    FAILED,
    INBOX,
    RECEIVED,
    REPLACE,
    SENT,
    STUCK,
    WAITING,
    Delivery,
    DeliveryQuery,
)
from yichuang.outbox.model import messages
from yichuang.outbox.reading import Reading
from yichuang.outbox.rows import delivery_of, reached, wake, wake_behind, wake_held, wanted
from yichuang.ports import Actor

MOST_AT_ONCE = 500
"""Ids in one statement."""


class Handling(Reading):
    def receive(self, message_id: str, actor: Actor, reach: Reach = EVERYWHERE) -> Delivery:
        """The receiver says that it has it; saying so again changes nothing.

        Raises `DeliveryMissing` also when it is out of `reach`, `Conflict` before it was sent or after it was given up.
        """
        with self._database.writing() as connection:
            row = self._held(connection, message_id, reach)
            if row.state == RECEIVED:
                return delivery_of(row)
            if row.state != SENT:
                raise Conflict("这条推送还没有送达或已放弃，不能登记接收")
            values = {"state": RECEIVED, "received_at": self._clock.now(), "received_by": actor.name}
            return self._changed(connection, row, values, actor, "delivery.received")

    def seen(self, connection: Connection, case_id: str, actor: Actor) -> int:
        """The department works on the case, so what lies in its inbox has arrived. Within the step's transaction; how many."""
        columns = messages.c
        mine = (columns.case_id == case_id) & (columns.target == INBOX) & (columns.state == SENT)
        values = {"state": RECEIVED, "received_at": self._clock.now(), "received_by": actor.name}
        return int(connection.execute(update(messages).where(mine).values(**values)).rowcount)

    # ------------------------------------------------------------------ trying again

    def resend(self, message_id: str, actor: Actor, reach: Reach = EVERYWHERE) -> Delivery:
        """Try a stuck or waiting one again now. Raises `DeliveryMissing`, `Conflict` for what is done."""
        with self._database.writing() as connection:
            row = self._held(connection, message_id, reach)
            if row.state not in (*STUCK, WAITING):
                raise Conflict("这条推送已送达或已放弃，不用重发")
            self._awake(connection, row)
            self._audit.note(actor, "delivery.resent", "delivery", message_id, detail=row.key, within=connection)
        return self.find(message_id)

    def resend_failed(self, actor: Actor, reach: Reach = EVERYWHERE, department: str = "") -> int:
        """Try all failed ones (of a department when given) again now; how many. What a receiver refused is left to a closer look."""
        return self.resend_many(DeliveryQuery(state=FAILED, department=department), actor, reach)

    def resend_many(self, query: DeliveryQuery, actor: Actor, reach: Reach = EVERYWHERE) -> int:
        """Try all stuck ones that a query names again now; how many."""
        now = self._clock.now()
        with self._database.writing() as connection:
            chosen = (*wanted(query, now), *reached(reach), messages.c.state.in_(STUCK))
            targets = connection.execute(select(messages.c.target).where(*chosen).distinct()).scalars().all()
            count = wake(connection, now, *chosen)
            wake_held(connection, now, targets)
            place = query.target or query.department or "all"
            self._audit.note(actor, "delivery.resent_all", "delivery", place, detail=f"{count} 条", within=connection)
        return count

    def replay(
        self, target: str, since: datetime, until: datetime, actor: Actor, reach: Reach = EVERYWHERE, item: str = ""
    ) -> int:
        """Send what a target was given and what was pushed from `since` until before `until` once more, in order; how many."""
        return self._once_more(target, _pushed(since, until, item), actor, reach, f"{since:%F %T} 至 {until:%F %T}")

    def replay_count(self, target: str, since: datetime, until: datetime, reach: Reach = EVERYWHERE, item: str = "") -> int:
        """How many `replay` would send."""
        given = _given(target, reach, *_pushed(since, until, item))
        with self._database.reading() as connection:
            return int(connection.execute(select(func.count()).select_from(messages).where(*given)).scalar_one())

    def repair(self, target: str, ids: Sequence[str], actor: Actor, reach: Reach = EVERYWHERE) -> int:
        """Send these once more: what the other side turned out not to have, or to have otherwise; how many."""
        slices = [list(ids[at : at + MOST_AT_ONCE]) for at in range(0, len(ids), MOST_AT_ONCE)]
        return sum(self._once_more(target, (messages.c.id.in_(some),), actor, reach, "对账修复") for some in slices)

    def _once_more(self, target: str, chosen: tuple[Any, ...], actor: Actor, reach: Reach, words: str) -> int:
        given = _given(target, reach, *chosen)
        with self._database.writing() as connection:
            count = wake(connection, self._clock.now(), *given, operation=REPLACE)
            self._audit.note(actor, "delivery.replayed", "delivery", target, detail=f"{words}，{count} 条", within=connection)
        return count

    # ------------------------------------------------------------------ mending

    def amend(self, message_id: str, values: Mapping[str, Any], reason: str, actor: Actor, reach: Reach = EVERYWHERE) -> Delivery:
        """Correct values by their path in the payload, for a reason, and try again. What was recorded stays as it is beside them.

        Raises `InputRefused`, `DeliveryMissing`, `Conflict` for what is done. The audit keeps the paths and the reason, not the values.
        """
        reason = _reason(reason, "更正")
        if not values:
            raise InputRefused("请填写更正后的内容", problems=[{"field": "values", "message": "至少更正一处"}])
        with self._database.writing() as connection:
            row = self._held(connection, message_id, reach)
            if row.state not in (*STUCK, WAITING):
                raise Conflict("这条推送已送达或已放弃，不能更正")
            known = dict(self._seals.opened(row)[1].amended)
            amended = self._seals.text(row.id, orjson.dumps(known | dict(values)).decode(), "amended")
            self._awake(connection, row, amended=amended)
            detail = f"{row.key} {'、'.join(sorted(values))}：{reason}"[:300]
            self._audit.note(actor, "delivery.amended", "delivery", message_id, detail=detail, within=connection)
        return self.find(message_id)

    def assign(self, message_id: str, owner: str, actor: Actor, reach: Reach = EVERYWHERE) -> Delivery:
        """Who looks after it; empty: nobody. Raises `DeliveryMissing`."""
        with self._database.writing() as connection:
            row = self._held(connection, message_id, reach)
            return self._changed(connection, row, {"owner": owner[:64]}, actor, "delivery.assigned")

    def assign_many(self, query: DeliveryQuery, owner: str, actor: Actor, reach: Reach = EVERYWHERE) -> int:
        """Who looks after all stuck ones that a query names; how many."""
        with self._database.writing() as connection:
            chosen = (*wanted(query, self._clock.now()), *reached(reach), messages.c.state.in_(STUCK))
            count = int(connection.execute(update(messages).where(*chosen).values(owner=owner[:64])).rowcount)
            self._audit.note(actor, "delivery.assigned", "delivery", query.target or "all", detail=f"{owner} {count} 条", within=connection)
        return count

    def give_up(self, message_id: str, reason: str, actor: Actor, reach: Reach = EVERYWHERE) -> Delivery:
        """Stop trying, for a reason in words; the later ones of its stream go on. Raises `InputRefused`, `DeliveryMissing`, `Conflict`."""
        reason = _reason(reason, "放弃")
        with self._database.writing() as connection:
            row = self._held(connection, message_id, reach)
            if row.state in (RECEIVED, ABANDONED):
                raise Conflict("这条推送已接收或已放弃")
            values = {"state": ABANDONED, "closed_at": self._clock.now(), "closed_by": actor.name, "close_reason": reason}
            wake_behind(connection, self._clock.now(), row)
            return self._changed(connection, row, values, actor, "delivery.abandoned")

    # ------------------------------------------------------------------ rows

    def _awake(self, connection: Connection, row: Row[Any], **values: Any) -> None:
        wake(connection, self._clock.now(), messages.c.id == row.id, **values)
        wake_behind(connection, self._clock.now(), row)

    def _held(self, connection: Connection, message_id: str, reach: Reach) -> Row[Any]:
        query = select(messages).where(messages.c.id == message_id, *reached(reach)).with_for_update()
        row = connection.execute(query).first()
        if row is None:
            raise DeliveryMissing
        return row

    def _changed(self, connection: Connection, row: Row[Any], values: dict[str, Any], actor: Actor, action: str) -> Delivery:
        connection.execute(update(messages).where(messages.c.id == row.id).values(**values))
        self._audit.note(actor, action, "delivery", row.id, detail=row.key, within=connection)
        return delivery_of(connection.execute(select(messages).where(messages.c.id == row.id)).one())


def _given(target: str, reach: Reach, *chosen: Any) -> tuple[Any, ...]:
    return (messages.c.target == target, messages.c.state.in_((SENT, RECEIVED)), *reached(reach), *chosen)


def _pushed(since: datetime, until: datetime, item: str) -> tuple[Any, ...]:
    columns = messages.c
    return (columns.created_at >= since, columns.created_at < until, *((columns.item == item,) if item else ()))


def _reason(given: str, deed: str) -> str:
    reason = given.strip()
    if not 2 <= len(reason) <= 300:
        raise InputRefused(f"请写明{deed}的原因", problems=[{"field": "reason", "message": "2 至 300 个字"}])
    return reason
