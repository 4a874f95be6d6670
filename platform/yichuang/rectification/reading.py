"""Bad reviews as pages read them: lists, one with its steps, whom to call back. Never for the person reviewed; to the reviewed department only
once it was given to them, and only what leads to nobody."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, or_, select
from sqlalchemy.engine import Row

from yichuang.access.grants import Grants, Reach
from yichuang.access.reaching import within
from yichuang.access.vault import Vault
from yichuang.audit.service import Audit
from yichuang.catalogue.feed import Catalogue
from yichuang.database import Database
from yichuang.errors import NotAllowed, NotFound
from yichuang.ports import SHANGHAI, Actor, Clock, Party, Place
from yichuang.rectification.compiled import Handling, compile_handling
from yichuang.rectification.model import rectification_steps as steps_table
from yichuang.rectification.model import rectifications
from yichuang.rectification.opening import Opening
from yichuang.rectification.record import (
    CONTACT,
    KNOWING,
    POWERS,
    Found,
    Rectification,
    Said,
    Step,
    Told,
    Wanted,
    line_of,
)
from yichuang.reviews.compiled import AllRules, ReviewRules, compile_rules
from yichuang.reviews.model import reviews, services_given
from yichuang.reviews.pictures import Pictures

MOST = 5000
"""More than a list can use; those beyond it are not counted either."""
COLUMN = rectifications.c


@dataclass(frozen=True, slots=True)
class RectificationRooms:
    database: Database
    catalogue: Catalogue
    vault: Vault
    audit: Audit
    clock: Clock
    pictures: Pictures


class Reading:
    def __init__(self, rooms: RectificationRooms) -> None:
        self._rooms = rooms
        self._database, self._catalogue, self._vault = rooms.database, rooms.catalogue, rooms.vault
        self._audit, self._clock = rooms.audit, rooms.clock
        self.opening = Opening(rooms.database, rooms.catalogue, rooms.vault, rooms.clock)

    def list(self, wanted: Wanted, actor: Actor, grants: Grants) -> Found:
        """What the member may act upon or follow, the most urgent first; what is about themself is not among it."""
        where = [_reached(grants), COLUMN.clerk != actor.name, *_chosen(wanted, self._today())]
        order = (COLUMN.due_on, COLUMN.id) if wanted.tab in ("open", "late") else (COLUMN.due_on.desc(), COLUMN.id)
        query = select(rectifications).where(*where).order_by(*order).limit(MOST)
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        rows = [row for row in rows if not wanted.mine or self._acts(row, grants)]
        if wanted.hall:
            rows = [row for row in rows if knows(grants, row)]
        lines = [self._line(row, knows(grants, row)) for row in rows]
        states = {line.state: line.state_title for line in lines}
        lines = [line for line in lines if wanted.state in ("", line.state)]
        lights = {light: sum(line.light == light for line in lines) for light in ("red", "yellow", "green")}
        lines = [line for line in lines if wanted.light in ("", line.light)]
        return Found(lines[: wanted.limit], len(lines), lights, states)

    def find(self, key: str, actor: Actor, grants: Grants) -> Told:
        """One with its review, its words opened, which is noted. Raises `NotFound`, also for what is not the member's."""
        with self._database.reading() as connection:
            row = self._mine(connection, key, actor, grants)
            told = self._told(connection, row, actor, grants)
        self._audit.note(actor, "review.read", "review", row.review_id)
        return told

    def contact(self, key: str, actor: Actor, grants: Grants) -> Mapping[str, Any]:
        """Who reviewed, to be called: `{number, applicant, agent}`. Each look is noted. Raises `NotFound`, `NotAllowed`."""
        with self._database.reading() as connection:
            row = self._mine(connection, key, actor, grants)
            if not may(grants, CONTACT, row):
                raise NotAllowed("您没有联系评价人的权限；评价人的信息不向被评价的部门提供")
            service = connection.execute(select(services_given).where(services_given.c.id == row.service_id)).one()
        self._audit.note(actor, "review.reviewer_read", "review", row.review_id)
        people = json.loads(self._vault.open(service.body, f"service/{service.id}")) if service.body else {}
        found = {who: Party(**people[who]) if people.get(who) else None for who in ("applicant", "agent")}
        return {"number": service.case_number, **found}

    def picture(self, key: str, digest: str, actor: Actor, grants: Grants) -> tuple[str, bytes]:
        """(type, content) of the review's picture or of evidence. Raises `NotFound`."""
        with self._database.reading() as connection:
            row = self._mine(connection, key, actor, grants)
            review = connection.execute(select(reviews.c.pictures).where(reviews.c.id == row.review_id)).scalar_one()
        known = {one["digest"]: one["type"] for one in [*json.loads(review), *self._line(row, knows(grants, row)).evidence]}
        if digest not in known:
            raise NotFound("没有找到这张图片")
        return known[digest], self._rooms.pictures.read(row.service_id, digest)

    def answer(self, service_id: str) -> Mapping[str, str] | None:
        """What whoever reviewed a service may know: how far it is, and the reply once it was approved. None where nothing is done about it."""
        with self._database.reading() as connection:
            row = connection.execute(select(rectifications).where(COLUMN.service_id == service_id)).first()
        if row is None:
            return None
        reply = self._vault.open(row.reply, f"rectification/{row.id}") if row.reply and row.replied_at else ""
        return {"state": self._handling(row).flow.states[row.state].public_title, "reply": reply}

    def departments(self) -> Mapping[str, str]:
        """Code → title, of the release in force."""
        snapshot = self._catalogue.current()
        bodies = (snapshot.find("organisation", code) or {} for code in snapshot.codes("organisation"))
        return {str(one["code"]): str(one["title"]) for body in bodies for one in body.get("departments", ())}

    # ------------------------------------------------------------------ parts

    def _told(self, connection: Connection, row: Row[Any], actor: Actor, grants: Grants) -> Told:
        given = connection.execute(select(reviews).where(reviews.c.id == row.review_id)).one()
        words = self._vault.open(given.words, f"review/{given.id}") if given.words else ""
        handling, line = self._handling(row), self._line(row, knows(grants, row))
        facts = self._facts(connection, row)
        steps = connection.execute(select(steps_table).where(steps_table.c.rectification_id == row.id).order_by(steps_table.c.seq)).all()
        took = {(step.action, step.actor) for step in steps}
        offers = []
        for offer in handling.flow.offers(row.state, facts, lambda _action: None):
            action = offer.action
            if not may(grants, action.power, row):
                continue
            again = [found for found in handling.others[action.code] if (found, actor.name) in took]
            reasons = [*offer.reasons, *({"message": "须由另一人办理", "remedy": "前一步是您办理的"} for _ in again[:1])]
            offers.append(action.wire() | {"reasons": reasons, "allowed": not reasons, "assigns": "assign" in action.effects})
        reply = self._vault.open(row.reply, f"rectification/{row.id}") if row.reply else ""
        said = Said(tuple(json.loads(given.tags)), words, tuple(json.loads(given.pictures)))
        shown = [step for step in steps if line.known or _plain(handling, step)]
        return Told(line, said, [self._shown(step, handling) for step in shown], offers, reply, may(grants, CONTACT, row))

    def _shown(self, step: Row[Any], handling: Handling) -> Step:
        """The first one happened with the review: of it, the day alone."""
        typed = json.loads(self._vault.open(step.body, f"rectification/{step.rectification_id}/{step.seq}")) if step.body else {}
        action = handling.flow.actions.get(step.action)
        specs = {one.code: one for one in action.inputs} if action else {}
        told = [{"title": specs[code].title, "value": specs[code].options.get(value, str(value))} for code, value in typed.items() if code in specs]
        state = handling.flow.states.get(step.to_state)
        when = step.at.astimezone(SHANGHAI)
        return Step(
            step.seq, step.action, step.title, state.title if state else step.to_state, step.actor, step.actor_title or step.actor, step.department,
            f"{when:%Y-%m-%d}" if step.seq == 1 else f"{when:%Y-%m-%d %H:%M}", told,
        )  # fmt: skip

    def _facts(self, connection: Connection, row: Row[Any], more: int = 0) -> dict[str, Any]:
        """`more`: pieces of evidence that come with the step."""
        contacting = steps_table.c.action.in_(self._handling(row).contacting)
        contacted = connection.execute(select(steps_table.c.seq).where(*of(row.id, contacting)).limit(1)).first()
        left = (row.due_on - self._today()).days if row.due_on else None
        return {
            "rectification.state": row.state, "rectification.grade": row.grade, "rectification.classification": row.classification,
            "rectification.named": row.named, "rectification.evidence": len(json.loads(row.evidence)) + more,
            "rectification.contacted": contacted is not None, "rectification.appeals": row.appeals,
            "rectification.overdue": left is not None and left < 0, "rectification.days_left": left or 0,
        }  # fmt: skip

    def _acts(self, row: Row[Any], grants: Grants) -> bool:
        """Whether some step from here is the member's."""
        actions = self._handling(row).flow.actions.values()
        return any(row.state in action.sources and may(grants, action.power, row) for action in actions)

    def _mine(self, connection: Connection, key: str, actor: Actor, grants: Grants, *, hold: bool = False) -> Row[Any]:
        query = select(rectifications).where(COLUMN.id == key)
        row = connection.execute(query.with_for_update() if hold else query).first()
        if row is None or row.clerk == actor.name or not (knows(grants, row) or (row.assigned and any(may(grants, power, row) for power in POWERS))):
            raise NotFound("没有这条差评，或不在您的管辖范围内")
        return row

    def _line(self, row: Row[Any], known: bool) -> Rectification:
        handling = self._handling(row)
        state = handling.flow.states.get(row.state)
        line = line_of(row, state.title if state else row.state, handling.light(row.due_on, row.ended, self._today()), known)
        open_ = tuple(one for one in line.evidence if not one.get("closed"))
        if known:
            return line
        title = self._catalogue.current().titles("item").get(row.item, line.item_title)
        return replace(line, place=Place(row.department), clerk="", named=False, called_back_at=None, item_title=title, evidence=open_)

    def _handling(self, row: Row[Any]) -> Handling:
        found: Handling = self._catalogue.at(row.flow_release).compiled(compile_handling, row.flow)
        return found

    def _rules(self, item: str) -> ReviewRules:
        rules: AllRules = self._catalogue.current().compiled(compile_rules, "")
        return rules.get(item)

    def _today(self) -> date:
        return self._clock.now().astimezone(SHANGHAI).date()


def of(key: str, *more: ColumnElement[bool]) -> tuple[ColumnElement[bool], ...]:
    return (steps_table.c.rectification_id == key, *more)


def _plain(handling: Handling, step: Row[Any]) -> bool:
    """Not one of those by which the reviewer is talked to: that there are any tells whether they left a telephone number."""
    action = handling.flow.actions.get(step.action)
    return action is None or action.power != CONTACT


def place_of(row: Row[Any]) -> Place:
    return Place(row.department, row.hall, row.street, row.window)


def may(grants: Grants, power: str, row: Row[Any]) -> bool:
    return grants.reach(power).covers(place_of(row))


def knows(grants: Grants, row: Row[Any]) -> bool:
    """Whether the member may find out who reviewed: those who triage or call back. They never belong to who is reviewed (`grants.protecting`)."""
    return any(may(grants, power, row) for power in KNOWING)


def reach_of(grants: Grants, powers: Sequence[str] = POWERS) -> Reach:
    """What any of the powers reaches."""
    whole = Reach()
    for power in powers:
        whole = whole | grants.reach(power)
    return whole


def _reached(grants: Grants) -> ColumnElement[bool]:
    return or_(within(reach_of(grants, KNOWING), COLUMN), and_(COLUMN.assigned, within(reach_of(grants), COLUMN)))


def _chosen(wanted: Wanted, today: date) -> list[ColumnElement[bool]]:
    found = [~COLUMN.ended] if wanted.tab in ("open", "late") else [COLUMN.ended] if wanted.tab == "ended" else []
    found += [COLUMN.due_on < today] if wanted.tab == "late" else []
    found += [COLUMN.department == wanted.department] if wanted.department else []
    return found + ([COLUMN.hall == wanted.hall] if wanted.hall else [])
