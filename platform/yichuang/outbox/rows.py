"""Rows of messages: as values, and which of them are meant."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

import orjson
from sqlalchemy import Connection, false, literal, or_, update
from sqlalchemy.engine import Row

from yichuang.access.grants import Reach
from yichuang.access.vault import Vault
from yichuang.outbox.message import ABANDONED, RECEIVED, STUCK, WAITING, Delivery, DeliveryQuery, Inside
from yichuang.outbox.model import messages
from yichuang.ports import SHANGHAI, Place

_PLAIN = tuple(name for name in Delivery.__slots__ if name != "place")


def delivery_of(row: Row[Any]) -> Delivery:
    return Delivery(place=Place(row.department, row.hall, row.street), **{name: getattr(row, name) for name in _PLAIN})


class Seals:
    """What of a row is sealed, and how it is opened."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def payload(self, message_id: str, payload: Any) -> str:
        return self._vault.seal(orjson.dumps(payload).decode(), f"delivery/{message_id}")

    def text(self, message_id: str, text: str, column: str) -> str:
        return self._vault.seal(text, f"message/{message_id}/{column}")

    def opened(self, row: Row[Any]) -> tuple[Delivery, Inside]:
        payload = orjson.loads(self._vault.open(row.payload, f"delivery/{row.id}"))
        amended, problems = orjson.loads(self._text(row, "amended") or "{}"), orjson.loads(self._text(row, "problems") or "[]")
        return delivery_of(row), Inside(payload, amended, tuple(problems), self._text(row, "answer"))

    def _text(self, row: Row[Any], column: str) -> str:
        sealed = getattr(row, column)
        return self._vault.open(sealed, f"message/{row.id}/{column}") if sealed else ""


def stands(column: Any, *states: str) -> Any:
    """Whether a message stands in one of the states; written out, so that the planner sees that a partial index covers it."""
    said = [literal(state, literal_execute=True) for state in states]
    return column == said[0] if len(said) == 1 else column.in_(said)


def wanted(query: DeliveryQuery, now: datetime) -> list[Any]:
    """The conditions that a query names."""
    columns = messages.c
    found = [columns[name] == value for name in ("state", "department", "target", "cause", "owner", "step") if (value := getattr(query, name))]
    if query.day:
        start = datetime.combine(query.day, time(), SHANGHAI)
        found += [columns.created_at >= start, columns.created_at < start + timedelta(days=1)]
    if query.text:
        found.append(columns.case_number.endswith(query.text.strip(), autoescape=True))
    if query.late:
        found += [columns.due_at < now, columns.state.not_in((RECEIVED, ABANDONED))]
    if query.stuck:
        found.append(stands(columns.state, *STUCK))
    if query.unowned:
        found.append(columns.owner == "")
    return found


def reached(reach: Reach) -> list[Any]:
    """The conditions of a reach; of everything none, of nothing one that never holds."""
    columns = messages.c
    if reach.everything:
        return [or_(columns.department != "", columns.hall != "", columns.street != "")] if reach.placed else []
    parts = [(columns.department, reach.departments), (columns.hall, reach.halls), (columns.street, reach.streets)]
    named = [column.in_(sorted(codes)) for column, codes in parts if codes]
    return [or_(*named)] if named else [false()]


def wake(connection: Connection, moment: datetime, *chosen: Any, **values: Any) -> int:
    """Put messages that match back to waiting, with fresh attempts. Returns how many."""
    fresh = {"state": WAITING, "attempts": 0, "next_at": moment, "last_error": "", "cause": "", "problems": "", "answer": ""}
    return int(connection.execute(update(messages).where(*chosen).values(**fresh | values)).rowcount)


def wake_behind(connection: Connection, moment: datetime, row: Row[Any]) -> None:
    """What stood behind a message that is stuck no more is looked at again."""
    columns = messages.c
    behind = (columns.target == row.target) & (columns.stream == row.stream) & (columns.seq > row.seq)
    held = (columns.state == WAITING) & (columns.attempts == 0)
    connection.execute(update(messages).where(behind, held).values(next_at=moment))


def wake_held(connection: Connection, moment: datetime, targets: Sequence[str]) -> None:
    """All that stands behind others of these targets is looked at again."""
    columns = messages.c
    held = (columns.state == WAITING) & (columns.attempts == 0) & (columns.next_at > moment)
    connection.execute(update(messages).where(columns.target.in_(targets), held).values(next_at=moment))
