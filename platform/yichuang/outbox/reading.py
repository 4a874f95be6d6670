"""Looking at messages: one, lists, counts, groups of stuck ones, what was handed over."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, case, func, select
from sqlalchemy.engine import Row

from yichuang.access.grants import EVERYWHERE, Reach
from yichuang.access.vault import Vault
from yichuang.audit.service import Audit
from yichuang.database import Database
from yichuang.errors import DeliveryMissing
from yichuang.outbox.message import INBOX, RECEIVED, SENT, WAITING, Delivery, DeliveryQuery, Group, Inside
from yichuang.outbox.model import messages
from yichuang.outbox.rows import Seals, delivery_of, reached, stands, wanted
from yichuang.ports import Actor, Clock

_IN_ORDER = (messages.c.created_at, messages.c.target != INBOX, messages.c.target, messages.c.seq)
_OF_CASE = select(messages).where(messages.c.case_id == bindparam("case")).order_by(*_IN_ORDER)


class Reading:
    def __init__(self, database: Database, vault: Vault, audit: Audit, clock: Clock) -> None:
        self._database = database
        self._seals = Seals(vault)
        self._audit = audit
        self._clock = clock

    def find(self, message_id: str, reach: Reach = EVERYWHERE) -> Delivery:
        """Raises `DeliveryMissing`."""
        return delivery_of(self._row(message_id, reach))

    def inside(self, message_id: str, actor: Actor, reach: Reach = EVERYWHERE) -> Inside:
        """What was pushed, what could not be mapped, what the other side said; the reading is noted. Raises `DeliveryMissing`."""
        row = self._row(message_id, reach)
        self._audit.note(actor, "delivery.read", "delivery", message_id, detail=row.key)
        return self._seals.opened(row)[1]

    def payload(self, message_id: str, actor: Actor, reach: Reach = EVERYWHERE) -> dict[str, Any]:
        """What was pushed; the reading is noted. Raises `DeliveryMissing`."""
        return dict(self.inside(message_id, actor, reach).payload)

    def of_case(self, case_id: str, connection: Connection | None = None) -> Sequence[Delivery]:
        """In the order in which they were pushed."""
        with self._database.reading(connection) as reading:
            return [delivery_of(row) for row in reading.execute(_OF_CASE, {"case": case_id})]

    def list(self, query: DeliveryQuery, reach: Reach = EVERYWHERE) -> Sequence[Delivery]:
        """Newest first, a page of `query.limit`."""
        columns = messages.c
        with self._database.reading() as connection:
            chosen = [*wanted(query, self._clock.now()), *reached(reach)]
            if query.after:
                last = connection.execute(select(columns.created_at, columns.id).where(columns.id == query.after)).first()
                if last is not None:
                    older = (columns.created_at == last.created_at) & (columns.id < last.id)
                    chosen.append((columns.created_at < last.created_at) | older)
            page = select(messages).where(*chosen).order_by(columns.created_at.desc(), columns.id.desc())
            return [delivery_of(row) for row in connection.execute(page.limit(query.limit))]

    def insides(self, query: DeliveryQuery, actor: Actor, reach: Reach = EVERYWHERE) -> Sequence[tuple[Delivery, Inside]]:
        """As `list`, opened: what a changed mapping is tried on. Noted as one reading."""
        with self._database.reading() as connection:
            page = select(messages).where(*wanted(query, self._clock.now()), *reached(reach)).order_by(messages.c.created_at, messages.c.id)
            rows = connection.execute(page.limit(query.limit)).all()
        self._audit.note(actor, "delivery.read", "delivery", query.target or "all", detail=f"{len(rows)} 条")
        return [self._seals.opened(row) for row in rows]

    def since(self, moment: datetime | None, reach: Reach, unreceived: bool, limit: int = 200) -> Sequence[Delivery]:
        """What lies in the inboxes of departments in reach since a moment, oldest first; `unreceived`: only what has no receipt yet."""
        columns = messages.c
        states = (SENT,) if unreceived else (SENT, RECEIVED)
        chosen = [columns.target == INBOX, columns.state.in_(states), *reached(reach)] + ([columns.sent_at >= moment] if moment else [])
        page = select(messages).where(*chosen).order_by(columns.sent_at, columns.case_id, columns.seq)
        with self._database.reading() as connection:
            return [delivery_of(row) for row in connection.execute(page.limit(limit))]

    def handed(self, target: str, since: datetime, until: datetime) -> Sequence[Delivery]:
        """What a target was given, by when it was pushed, oldest first: one side of a reconciliation."""
        columns = messages.c
        given = (columns.target == target) & columns.state.in_((SENT, RECEIVED))
        within = (columns.created_at >= since) & (columns.created_at < until)
        with self._database.reading() as connection:
            return [delivery_of(row) for row in connection.execute(select(messages).where(given, within).order_by(columns.created_at, columns.id))]

    def counts(self, reach: Reach = EVERYWHERE, target: str = "") -> dict[str, int]:
        """How many stand in each state (of one target when given), and `late`: how many are past their time."""
        columns = messages.c
        chosen = [*reached(reach), *([columns.target == target] if target else [])]
        with self._database.reading() as connection:
            query = select(columns.state, func.count()).where(*chosen).group_by(columns.state)
            found = {state: int(count) for state, count in connection.execute(query)}
            late = select(func.count()).where(*wanted(DeliveryQuery(late=True), self._clock.now()), *chosen)
            return found | {"late": int(connection.execute(late).scalar_one())}

    def groups(self, reach: Reach = EVERYWHERE, target: str = "", owner: str = "", *, unowned: bool = False) -> Sequence[Group]:
        """Stuck messages by target, state and cause, the most first; of one target, one owner or nobody when asked."""
        columns = messages.c
        query = DeliveryQuery(target=target, owner=owner, unowned=unowned, stuck=True)
        chosen = [*wanted(query, self._clock.now()), *reached(reach)]
        figures = (
            func.count(), func.min(columns.created_at), func.max(columns.created_at), func.min(columns.last_error),
            func.sum(case((columns.owner != "", 1), else_=0)),
        )  # fmt: skip
        keys = (columns.target, columns.state, columns.cause)
        grouped = select(*keys, *figures).where(*chosen).group_by(*keys).order_by(func.count().desc(), *keys)
        with self._database.reading() as connection:
            rows = connection.execute(grouped).all()
        return [Group(row[0], row[1], row[2], int(row[3]), row[4], row[5], row[6], int(row[7])) for row in rows]

    def queues(self) -> dict[str, tuple[int, datetime]]:
        """How many wait for each target, and since when the oldest does: what alarms are made of."""
        columns = messages.c
        query = select(columns.target, func.count(), func.min(columns.created_at)).where(stands(columns.state, WAITING)).group_by(columns.target)
        with self._database.reading() as connection:
            return {target: (int(count), oldest) for target, count, oldest in connection.execute(query)}

    def _row(self, message_id: str, reach: Reach) -> Row[Any]:
        with self._database.reading() as connection:
            row = connection.execute(select(messages).where(messages.c.id == message_id, *reached(reach))).first()
        if row is None:
            raise DeliveryMissing
        return row
