"""Writing a commitment's steps: one row changed, one step and one audit entry added, together."""

import json
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from yichuang.audit.service import Audit
from yichuang.commitment.model import commitment_steps, commitments
from yichuang.commitment.records import Commitment, commitment_of
from yichuang.commitment.states import EVENTS, after
from yichuang.errors import NotFound
from yichuang.outbox.marks import mark
from yichuang.ports import Actor, Clock


class Ledger:
    """The only place that writes `commitments`; within the transaction it is given."""

    def __init__(self, audit: Audit, clock: Clock) -> None:
        self._audit = audit
        self.clock = clock

    def row(self, connection: Connection, key: str) -> Row[Any]:
        """Held until the transaction ends. Raises `NotFound`."""
        row = connection.execute(select(commitments).where(commitments.c.id == key).with_for_update()).first()
        if row is None:
            raise NotFound("没有找到这份承诺，请刷新页面")
        return row

    def begin(self, connection: Connection, values: dict[str, Any], actor: Actor) -> Commitment:
        now = self.clock.now()
        fixed = {"state": "offered", "revision": 1, "offered_at": now, "updated_at": now, "draw": "{}"}
        connection.execute(insert(commitments), values | fixed)
        self._step(connection, values["id"], "offer", "", "offered", actor, "")
        return commitment_of(self.row(connection, values["id"]))

    def move(self, connection: Connection, key: str, event: str, actor: Actor, note: str = "", **values: Any) -> Commitment:
        """Take the step the table knows. Raises `ActionRefused`."""
        row = self.row(connection, key)
        state = after(row.state, event)
        changed = values | {"state": state, "revision": row.revision + 1, "updated_at": self.clock.now()}
        connection.execute(update(commitments).where(commitments.c.id == key).values(**changed))
        self._step(connection, key, event, row.state, state, actor, note)
        mark(connection, row.case_id, self.clock.now())
        return commitment_of(self.row(connection, key))

    def change(self, connection: Connection, key: str, event: str, actor: Actor, note: str = "", **values: Any) -> Commitment:
        """Keep the state, but note what happened."""
        row = self.row(connection, key)
        changed = values | {"revision": row.revision + 1, "updated_at": self.clock.now()}
        connection.execute(update(commitments).where(commitments.c.id == key).values(**changed))
        self._step(connection, key, event, row.state, row.state, actor, note)
        return commitment_of(self.row(connection, key))

    def forget(self, connection: Connection, case_id: str) -> None:
        """Delete what a draft that never became a case left behind, letter and signature included."""
        mine = select(commitments.c.id).where(commitments.c.case_id == case_id, commitments.c.accepted_at.is_(None))
        keys = list(connection.execute(mine).scalars())
        connection.execute(delete(commitment_steps).where(commitment_steps.c.commitment_id.in_(keys)))
        connection.execute(delete(commitments).where(commitments.c.id.in_(keys)))

    def _step(self, connection: Connection, key: str, event: str, before: str, state: str, actor: Actor, note: str) -> None:
        step = {
            "commitment_id": key, "event": event, "from_state": before, "to_state": state, "actor": actor.name, "actor_title": actor.title,
            "note": note, "at": self.clock.now(),
        }  # fmt: skip
        connection.execute(insert(commitment_steps), step)
        self._audit.note(actor, f"commitment.{event}", "commitment", key, detail=f"{before}→{state}", within=connection)

    def steps(self, connection: Connection, key: str) -> list[dict[str, Any]]:
        """The history in order, for a page."""
        query = select(commitment_steps).where(commitment_steps.c.commitment_id == key).order_by(commitment_steps.c.id)
        return [
            {
                "event": r.event, "title": MORE_EVENTS.get(r.event) or EVENTS[r.event], "actor": r.actor_title or r.actor, "account": r.actor,
                "note": r.note, "at": r.at.isoformat(), "to_state": r.to_state,
            }
            for r in connection.execute(query)
        ]  # fmt: skip


MORE_EVENTS = {
    "decided": "据此作出决定", "propose_revoke": "提出撤销决定", "refuse_revoke": "不同意撤销决定", "assign": "指派核查人员",
    "found": "登记核查结果",
}  # fmt: skip


def listed(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
