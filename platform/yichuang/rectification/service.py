"""Acting on bad reviews: the next step, by the right person, once. Never by the person reviewed."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.engine import Row

from yichuang.access.grants import Grants
from yichuang.errors import ActionRefused, Conflict
from yichuang.flows.inputs import checked
from yichuang.flows.machine import Action
from yichuang.ports import Actor
from yichuang.rectification.compiled import MALICE, Handling
from yichuang.rectification.model import rectification_steps as steps_table
from yichuang.rectification.model import rectifications
from yichuang.rectification.outcome import Carried, carried
from yichuang.rectification.reading import COLUMN, Reading, RectificationRooms, knows, of, place_of
from yichuang.rectification.record import Deed, Rectification
from yichuang.reviews.model import mark, reviews
from yichuang.reviews.pictures import fault_of
from yichuang.reviews.review import Picture

__all__ = ["RectificationRooms", "Rectifications"]
MOST_EVIDENCE = 10


class Rectifications(Reading):
    """`opening.open` for the reviews, the rest for pages."""

    def act(self, key: str, deed: Deed, actor: Actor, grants: Grants) -> Rectification:
        """Take a step. The same sending again does nothing.

        Raises `NotFound`, `Conflict` when somebody was faster, `ActionRefused`, `InputRefused`, `NotAllowed`, `OutOfReach`.
        """
        kept = self._evidence(key, deed, actor, grants) if deed.pictures else []
        with self._database.writing() as connection:
            row = self._mine(connection, key, actor, grants, hold=True)
            if connection.execute(select(steps_table.c.seq).where(*of(row.id, steps_table.c.key == deed.key))).first():
                return self._line(row, knows(grants, row))
            if row.revision != deed.revision:
                raise Conflict("已经有人办理了下一步，请刷新后再看")
            handling = self._handling(row)
            action = handling.flow.action(deed.action)
            grants.require(action.power, place_of(row))
            self._refuse_again(connection, row, handling, action, actor)
            evidence = [*json.loads(row.evidence), *kept]
            facts = self._facts(connection, row, len(kept))
            target = handling.flow.take(row.state, action.code, facts)
            if MALICE in action.effects and not evidence:
                raise ActionRefused(reasons=[{"message": "认定恶意须有证据", "remedy": "请先上传录像截图、通话记录等证据图片"}])
            values = checked(action, deed.inputs)
            done = carried(action, values, deed, self.departments(), row)
            changed = self._changed(row, done, target.code, target.ended) | {"evidence": json.dumps(evidence)}
            connection.execute(update(rectifications).where(COLUMN.id == row.id).values(**changed))
            self._step(connection, row, action, deed, values, actor, changed)
            mark(connection, row.service_id)
            if done.review_state:
                connection.execute(update(reviews).where(reviews.c.id == row.review_id).values(state=done.review_state))
            self._audit.note(actor, f"rectification.{action.code}"[:64], "review", row.review_id, within=connection)
            fresh = connection.execute(select(rectifications).where(COLUMN.id == row.id)).one()
            return self._line(fresh, knows(grants, fresh))

    def _evidence(self, key: str, deed: Deed, actor: Actor, grants: Grants) -> Sequence[dict[str, Any]]:
        """Kept before the transaction begins, as a review's pictures are."""
        with self._database.reading() as connection:
            row = self._mine(connection, key, actor, grants)
        pictures = [Picture(content) for content in deed.pictures]
        rules = self._rules(row.item)
        fault = fault_of(pictures, rules)
        if fault or len(json.loads(row.evidence)) + len(pictures) > MOST_EVIDENCE:
            words = fault or f"证据最多 {MOST_EVIDENCE} 张"
            raise ActionRefused(reasons=[{"message": words, "remedy": "请换成 JPG 或 PNG 图片，或减少张数"}])
        told = {"by": actor.title or actor.name, "at": self._clock.now().isoformat(), "closed": knows(grants, row)}
        return [{**one, **told} for one in self._rooms.pictures.keep(row.service_id, pictures)]

    def _changed(self, row: Row[Any], done: Carried, state: str, ended: bool) -> dict[str, Any]:
        now = self._clock.now()
        moments = {name: now for name in done.moments}
        reply = {"reply": self._vault.seal(done.reply, f"rectification/{row.id}")} if done.reply else {}
        plain = {"state": state, "ended": ended, "revision": row.revision + 1, "updated_at": now, "closed_at": now if ended else None}
        return {**done.columns, **moments, **reply, **plain}

    def _step(
        self, connection: Connection, row: Row[Any], action: Action, deed: Deed, values: Mapping[str, Any], actor: Actor, changed: Mapping[str, Any]
    ) -> None:  # fmt: skip
        seq = int(connection.execute(select(func.max(steps_table.c.seq)).where(*of(row.id))).scalar_one()) + 1
        body = self._vault.seal(json.dumps(dict(values), ensure_ascii=False), f"rectification/{row.id}/{seq}") if values else ""
        fresh = {
            "rectification_id": row.id, "seq": seq, "action": action.code, "title": action.title[:60], "from_state": row.state,
            "to_state": changed["state"], "actor": actor.name, "actor_title": actor.title[:100], "at": changed["updated_at"],
            "department": str(changed.get("department", "")), "key": deed.key, "body": body,
        }  # fmt: skip
        connection.execute(insert(steps_table), fresh)

    def _refuse_again(self, connection: Connection, row: Row[Any], handling: Handling, action: Action, actor: Actor) -> None:
        others = handling.others[action.code]
        if not others:
            return
        took = select(steps_table.c.title).where(*of(row.id, steps_table.c.action.in_(others), steps_table.c.actor == actor.name))
        if title := connection.execute(took).scalar():
            raise ActionRefused(reasons=[{"message": f"“{title}”是您办理的，“{action.title}”须由另一人办理", "remedy": "请交给有同样权限的其他人员"}])
