"""Warnings as pages use them: whose they are, acknowledged, closed with a reason."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import orjson
from sqlalchemy import select, update

from yichuang.access.grants import Grants
from yichuang.audit.service import Audit
from yichuang.errors import Conflict, InputRefused, NotFound
from yichuang.ports import Actor, Body
from yichuang.rules.correlation import correlate
from yichuang.warnings.compiled import REPEATED, REVIEW, Rule
from yichuang.warnings.events import Events
from yichuang.warnings.histories import Event, Found, counted
from yichuang.warnings.model import warning_events, warnings
from yichuang.warnings.warning import ACKNOWLEDGED, CLOSED, OPEN, Asked, Warned, warned_of
from yichuang.warnings.watch import WarningRooms, Watch

POWER = "warnings.manage"
LOOKED_AT = 2000
"""Of the latest warnings, to find a page of those that are somebody's."""


class Warnings:
    """`events.put` for those who cause, `watch.run` for the worker, the rest for pages."""

    def __init__(self, rooms: WarningRooms, events: Events, audit: Audit) -> None:
        self._database, self._clock, self._audit = rooms.database, rooms.clock, audit
        self.events, self.watch = events, Watch(rooms)

    def list(self, asked: Asked, actor: Actor, grants: Grants) -> Sequence[Warned]:
        """The member's own: those whose rule names a role of theirs, within their reach; the latest first."""
        columns = warnings.c
        query = select(warnings).order_by(columns.told_at.desc(), columns.id).limit(LOOKED_AT)
        for column, value in ((columns.state, asked.state), (columns.rule, asked.rule), (columns.level, asked.level)):
            query = query.where(column == value) if value else query
        with self._database.reading() as connection:
            found = [warned_of(row) for row in connection.execute(query)]
        return [one for one in found if _theirs(one, actor, grants)][: asked.limit]

    def open(self, actor: Actor, grants: Grants) -> Sequence[Warned]:
        """What the member is to be told of now."""
        return self.list(Asked(state=OPEN, limit=20), actor, grants) if grants.may(POWER) else ()

    def find(self, warning_id: str, actor: Actor, grants: Grants) -> Warned:
        """Raises `NotFound`, also for what is not the member's."""
        with self._database.reading() as connection:
            row = connection.execute(select(warnings).where(warnings.c.id == warning_id)).first()
        if row is None or not _theirs(found := warned_of(row), actor, grants):
            raise NotFound("没有这条预警")
        return found

    def events_of(self, warned: Warned) -> Sequence[Event]:
        """What it rests on, as far as it is kept."""
        query = select(warning_events).where(warning_events.c.id.in_(warned.events)).order_by(warning_events.c.at, warning_events.c.id)
        with self._database.reading() as connection:
            return [Event(row.id, row.at, orjson.loads(row.payload)) for row in connection.execute(query)]

    def acknowledge(self, warning_id: str, actor: Actor, grants: Grants) -> None:
        """Somebody has taken note. Raises `NotFound`, `Conflict`."""
        found = self.find(warning_id, actor, grants)
        values = {"state": ACKNOWLEDGED, "acknowledged_by": actor.name, "acknowledged_at": self._clock.now()}
        self._settle(found, (OPEN,), values, actor, "warning.acknowledged", "")

    def close(self, warning_id: str, reason: str, actor: Actor, grants: Grants) -> None:
        """Dealt with. Raises `NotFound`, `Conflict`, `InputRefused` without a reason."""
        found, reason = self.find(warning_id, actor, grants), reason.strip()
        if not 2 <= len(reason) <= 300:
            raise InputRefused("请写明处理情况", problems=[{"field": "reason", "message": "2 至 300 个字"}])
        values = {"state": CLOSED, "closed_by": actor.name, "closed_at": self._clock.now(), "reason": reason}
        self._settle(found, (OPEN, ACKNOWLEDGED), values, actor, "warning.closed", reason)

    def would_have(self, body: Body, days: int) -> Sequence[Found]:
        """How often a drafted rule over events would have warned in the last days."""
        rule, now = Rule(body), self._clock.now()
        if rule.watch != REPEATED:
            return ()
        columns = warning_events.c
        query = select(columns.id, columns.at, columns.payload).where(columns.kind == REVIEW, columns.at >= now - timedelta(days=days))
        with self._database.reading() as connection:
            events = [Event(row.id, row.at, orjson.loads(row.payload)) for row in connection.execute(query)]
        return counted(rule, events, lambda found: correlate([rule.pattern], [replace(one, rule=0) for one in found]))

    def _settle(self, found: Warned, states: Sequence[str], values: dict[str, object], actor: Actor, action: str, detail: str) -> None:
        mine = (warnings.c.id == found.id) & warnings.c.state.in_(states)
        with self._database.writing() as connection:
            if not connection.execute(update(warnings).where(mine).values(**values)).rowcount:
                raise Conflict("已经有人处理过了")
            self._audit.note(actor, action, "warning", found.id, detail=detail, within=connection)


def _theirs(one: Warned, actor: Actor, grants: Grants) -> bool:
    return grants.may(POWER) and grants.reach(POWER).covers(one.place) and (not one.roles or not one.roles.isdisjoint(actor.roles))
