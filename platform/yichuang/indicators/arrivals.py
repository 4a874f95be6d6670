"""Which deliveries to the city are new since the last look. Deliveries commit out of order, so the latest stretch is looked at again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select

from yichuang.outbox.model import messages

PAGE = 5_000
MOST = 20_000
"""As many new ones are taken at a time."""
OVERLAP = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Arrivals:
    """`fresh`: rows of messages not looked at before. `seen`: id → moment of those that the next look comes upon again."""

    fresh: Sequence[Any]
    position: datetime | None
    seen: Mapping[str, datetime]


def arrivals(connection: Connection, target: str, since: datetime | None, seen: Mapping[str, datetime]) -> Arrivals:
    """`since`: the position of the last look, None at the first. The position never goes back, and goes on however many were seen before."""
    fresh: list[Any] = []
    after = (since - OVERLAP, "") if since else None
    while len(fresh) < MOST:
        rows = _page(connection, target, after)
        fresh += [row for row in rows if row.id not in seen]
        if len(rows) < PAGE:
            break
        after = (rows[-1].sent_at, rows[-1].id)
    position = max((moment for moment in (since, fresh[-1].sent_at if fresh else None) if moment), default=None)
    known = {**seen, **{row.id: row.sent_at for row in fresh}}
    return Arrivals(fresh, position, {key: at for key, at in known.items() if position and at > position - OVERLAP})


def targets_of(connection: Connection) -> Sequence[str]:
    """Everywhere that messages went to, hopping along the index: reading all messages for it would take seconds."""
    found: list[str] = []
    query = select(func.min(messages.c.target))
    while (target := connection.execute(query.where(messages.c.target > (found[-1] if found else ""))).scalar()) is not None:
        found.append(target)
    return found


def _page(connection: Connection, target: str, after: tuple[datetime, str] | None) -> Sequence[Any]:
    columns = messages.c
    query = select(columns.id, columns.topic, columns.case_id, columns.version, columns.sent_at).where(columns.target == target)
    if after is None:
        query = query.where(columns.sent_at.is_not(None))
    else:
        moment, key = after
        query = query.where(and_(columns.sent_at >= moment, or_(columns.sent_at > moment, columns.id > key)))
    return connection.execute(query.order_by(columns.sent_at, columns.id).limit(PAGE)).all()
