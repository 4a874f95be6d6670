"""The outbox (待发消息): pushing within the caller's transaction, relaying, and all that people do with messages."""

import uuid
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, case, func, insert, select

from yichuang.access.vault import Vault
from yichuang.audit.service import Audit
from yichuang.database import Database
from yichuang.direct import Line, Next
from yichuang.outbox.circuit import Circuits
from yichuang.outbox.handling import Handling
from yichuang.outbox.message import WAITING, Message
from yichuang.outbox.model import messages
from yichuang.outbox.relay import Relay
from yichuang.outbox.standing import Standings
from yichuang.outbox.ways import Ways
from yichuang.ports import Clock


class Outbox(Handling):
    """Local first: what is pushed is written with what happened, handed over afterwards, as often as it takes, once in effect."""

    def __init__(self, database: Database, vault: Vault, audit: Audit, clock: Clock, ways: Ways) -> None:
        super().__init__(database, vault, audit, clock)
        self.circuits = Circuits()
        self.standings = Standings(database, audit, clock)
        self._relay = Relay(database, clock, ways, self._seals.opened, self._seals.text, self.standings, self.circuits)

    def push(self, connection: Connection, message: Message) -> str:
        """Write the message within the caller's transaction, which holds the case's row; its id. The same key is one message."""
        last_seq, last_version = self._last(connection, message)
        if not message.version:
            message = replace(message, version=last_version + 1)
        elif known := connection.execute(select(messages.c.id).where(messages.c.key == message.key)).scalar():
            return str(known)
        row = self._values(message, last_seq + 1)
        connection.execute(insert(messages), row)
        return str(row["id"])

    def first(self, message: Message) -> Line:
        """The row of a message of which the caller knows that it isn't there, for whoever writes several rows in one go; its number in the stream is
        found as it is written, where a second one at the same moment clashes."""
        return messages, self._values(message, Next(target=message.target, stream=message.ordered_by))

    def relay(self, limit: int = 1000, seconds: float = 10.0) -> int:
        """Hand over what is due, at most `limit` for each target and nothing new after `seconds`; how many were.

        Safe to run anywhere, by several at once.
        """
        return self._relay.run(limit, seconds)

    def _last(self, connection: Connection, message: Message) -> tuple[int, int]:
        """The last number in the stream, and the last version of this step in it."""
        columns = messages.c
        version = func.max(case((columns.step == message.step, columns.version), else_=0))
        mine = (columns.target == message.target) & (columns.stream == message.ordered_by)
        seq, last = connection.execute(select(func.max(columns.seq), version).where(mine)).one()
        return int(seq or 0), int(last or 0)

    def _values(self, message: Message, seq: int | Next) -> dict[str, Any]:
        message_id, now, place = str(uuid.uuid4()), self._clock.now(), message.place
        return {
            "id": message_id, "topic": message.topic, "target": message.target, "stream": message.ordered_by, "seq": seq,
            "case_id": message.case_id, "case_number": message.case_number, "item": message.item, "item_title": message.item_title,
            "department": place.department, "hall": place.hall, "street": place.street, "step": message.step, "version": message.version,
            "key": message.key, "state": WAITING, "attempts": 0, "next_at": now, "payload": self._seals.payload(message_id, message.payload),
            "created_at": now, "due_at": message.due_at,
        }  # fmt: skip
