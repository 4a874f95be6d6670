"""Acting on bad reviews, for pages: lists, one with its steps, the next step, whom to call back. Never by or for the person reviewed."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, false, func, insert, or_, select, true, update
from sqlalchemy.engine import Row

from yichuang.access.grants import Grants, Reach
from yichuang.access.vault import Vault
from yichuang.audit.service import Audit
from yichuang.catalogue.feed import Catalogue
from yichuang.database import Database
from yichuang.errors import ActionRefused, Conflict, NotAllowed, NotFound
from yichuang.flows.inputs import checked
from yichuang.flows.machine import Action
from yichuang.ports import SHANGHAI, Actor, Clock, Party, Place
from yichuang.rectification.compiled import Handling, compile_handling
from yichuang.rectification.model import rectification_steps as steps_table
from yichuang.rectification.model import rectifications
from yichuang.rectification.opening import Opening
from yichuang.rectification.outcome import Carried, carried
from yichuang.rectification.record import CONTACT, POWERS, Deed, Rectification, Step, Told, Wanted, line_of
from yichuang.reviews.compiled import AllRules, ReviewRules, compile_rules
from yichuang.reviews.ledger import review_of
from yichuang.reviews.model import mark, reviews, services_given
from yichuang.reviews.pictures import Pictures, fault_of
from yichuang.reviews.review import Picture

MOST_EVIDENCE = 10
_column = rectifications.c


@dataclass(frozen=True, slots=True)
class RectificationRooms:
    database: Database
    catalogue: Catalogue
    vault: Vault
    audit: Audit
    clock: Clock
    pictures: Pictures


class Rectifications:
    """`opening.open` for the reviews, the rest for pages."""

    def __init__(self, rooms: RectificationRooms) -> None:
        self._rooms = rooms
        self._database, self._catalogue, self._vault = rooms.database, rooms.catalogue, rooms.vault
        self._audit, self._clock = rooms.audit, rooms.clock
        self.opening = Opening(rooms.catalogue, rooms.vault, rooms.clock)

    # ------------------------------------------------------------------ reading

    def list(self, wanted: Wanted, actor: Actor, grants: Grants) -> Sequence[Rectification]:
        """What the member may act upon or follow, the most urgent first; what is about themself is not among it."""
        where = [_reached(grants), _column.clerk != actor.name]
        if wanted.tab in ("open", "late"):
            where.append(~_column.ended)
        if wanted.tab == "late":
            where.append(_column.due_on < self._today())
        if wanted.tab == "ended":
            where.append(_column.ended)
        where += [_column.department == wanted.department] if wanted.department else []
        where += [_column.hall == wanted.hall] if wanted.hall else []
        query = select(rectifications).where(*where).order_by(_column.ended, _column.due_on, _column.opened_at.desc()).limit(wanted.limit)
        with self._database.reading() as connection:
            return [self._line(row) for row in connection.execute(query)]

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
            if not _may(grants, CONTACT, row):
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
        known = {one["digest"]: one["type"] for one in [*json.loads(review), *json.loads(row.evidence)]}
        if digest not in known:
            raise NotFound("没有找到这张图片")
        return known[digest], self._rooms.pictures.read(row.service_id, digest)

    def answer(self, service_id: str) -> Mapping[str, str] | None:
        """What whoever reviewed a service may know: how far it is, and the reply once it was approved. None where nothing is done about it."""
        with self._database.reading() as connection:
            row = connection.execute(select(rectifications).where(_column.service_id == service_id)).first()
        if row is None:
            return None
        reply = self._vault.open(row.reply, f"rectification/{row.id}") if row.reply and row.replied_at else ""
        return {"state": self._handling(row).flow.states[row.state].public_title, "reply": reply}

    # ------------------------------------------------------------------ acting

    def act(self, key: str, deed: Deed, actor: Actor, grants: Grants) -> Rectification:
        """Take a step. The same sending again does nothing.

        Raises `NotFound`, `Conflict` when somebody was faster, `ActionRefused`, `InputRefused`, `NotAllowed`, `OutOfReach`.
        """
        kept = self._evidence(key, deed, actor, grants) if deed.pictures else []
        with self._database.writing() as connection:
            row = self._mine(connection, key, actor, grants, hold=True)
            if connection.execute(select(steps_table.c.seq).where(*_of(row.id, steps_table.c.key == deed.key))).first():
                return self._line(row)
            if row.revision != deed.revision:
                raise Conflict("已经有人办理了下一步，请刷新后再看")
            handling = self._handling(row)
            action = handling.flow.action(deed.action)
            grants.require(action.power, _place(row))
            self._refuse_again(connection, row, handling, action, actor)
            evidence = [*json.loads(row.evidence), *kept]
            facts = self._facts(connection, row, len(evidence))
            target = handling.flow.take(row.state, action.code, facts)
            values = checked(action, deed.inputs)
            done = carried(action, values, deed, self.departments(), row)
            changed = self._changed(row, done, target.code, target.ended) | {"evidence": json.dumps(evidence)}
            connection.execute(update(rectifications).where(_column.id == row.id).values(**changed))
            self._step(connection, row, action, deed, values, actor, changed)
            mark(connection, row.service_id)
            if done.review_state:
                connection.execute(update(reviews).where(reviews.c.id == row.review_id).values(state=done.review_state))
            self._audit.note(actor, f"rectification.{action.code}"[:64], "review", row.review_id, within=connection)
            return self._line(connection.execute(select(rectifications).where(_column.id == row.id)).one())

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
        now = self._clock.now().isoformat()
        return [{**one, "by": actor.title or actor.name, "at": now} for one in self._rooms.pictures.keep(row.service_id, pictures)]

    def _changed(self, row: Row[Any], done: Carried, state: str, ended: bool) -> dict[str, Any]:
        now = self._clock.now()
        moments = {name: now for name in done.moments}
        reply = {"reply": self._vault.seal(done.reply, f"rectification/{row.id}")} if done.reply else {}
        plain = {"state": state, "ended": ended, "revision": row.revision + 1, "updated_at": now, "closed_at": now if ended else None}
        return {**done.columns, **moments, **reply, **plain}

    def _step(
        self, connection: Connection, row: Row[Any], action: Action, deed: Deed, values: Mapping[str, Any], actor: Actor, changed: Mapping[str, Any]
    ) -> None:  # fmt: skip
        seq = int(connection.execute(select(func.max(steps_table.c.seq)).where(*_of(row.id))).scalar_one()) + 1
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
        took = select(steps_table.c.title).where(*_of(row.id, steps_table.c.action.in_(others), steps_table.c.actor == actor.name))
        if title := connection.execute(took).scalar():
            raise ActionRefused(reasons=[{"message": f"“{title}”是您办理的，“{action.title}”须由另一人办理", "remedy": "请交给有同样权限的其他人员"}])

    # ------------------------------------------------------------------ parts

    def _told(self, connection: Connection, row: Row[Any], actor: Actor, grants: Grants) -> Told:
        given = connection.execute(select(reviews).where(reviews.c.id == row.review_id)).one()
        words = self._vault.open(given.words, f"review/{given.id}") if given.words else ""
        handling, line = self._handling(row), self._line(row)
        facts = self._facts(connection, row, len(line.evidence))
        steps = connection.execute(select(steps_table).where(steps_table.c.rectification_id == row.id).order_by(steps_table.c.seq)).all()
        took = {(step.action, step.actor) for step in steps}
        offers = []
        for offer in handling.flow.offers(row.state, facts, lambda _action: None):
            action = offer.action
            if not _may(grants, action.power, row):
                continue
            again = [found for found in handling.others[action.code] if (found, actor.name) in took]
            reasons = [*offer.reasons, *({"message": "须由另一人办理", "remedy": "前一步是您办理的"} for _ in again[:1])]
            offers.append(action.wire() | {"reasons": reasons, "allowed": not reasons, "assigns": "assign" in action.effects})
        reply = self._vault.open(row.reply, f"rectification/{row.id}") if row.reply else ""
        contact = _may(grants, CONTACT, row)
        return Told(line, review_of(given, words), [self._shown(step, handling) for step in steps], offers, reply, contact)

    def _shown(self, step: Row[Any], handling: Handling) -> Step:
        typed = json.loads(self._vault.open(step.body, f"rectification/{step.rectification_id}/{step.seq}")) if step.body else {}
        action = handling.flow.actions.get(step.action)
        specs = {one.code: one for one in action.inputs} if action else {}
        told = [{"title": specs[code].title, "value": specs[code].options.get(value, str(value))} for code, value in typed.items() if code in specs]
        state = handling.flow.states.get(step.to_state)
        title = state.title if state else step.to_state
        return Step(step.seq, step.action, step.title, title, step.actor, step.actor_title or step.actor, step.department, step.at, told)

    def _facts(self, connection: Connection, row: Row[Any], evidence: int) -> dict[str, Any]:
        contacted = connection.execute(select(steps_table.c.seq).where(*_of(row.id, steps_table.c.action == "contact")).limit(1)).first()
        left = (row.due_on - self._today()).days if row.due_on else None
        return {
            "rectification.state": row.state, "rectification.grade": row.grade, "rectification.classification": row.classification,
            "rectification.named": row.named, "rectification.evidence": evidence, "rectification.contacted": contacted is not None,
            "rectification.appeals": row.appeals, "rectification.overdue": left is not None and left < 0, "rectification.days_left": left or 0,
        }  # fmt: skip

    def _mine(self, connection: Connection, key: str, actor: Actor, grants: Grants, *, hold: bool = False) -> Row[Any]:
        query = select(rectifications).where(_column.id == key)
        row = connection.execute(query.with_for_update() if hold else query).first()
        if row is None or row.clerk == actor.name or not any(_may(grants, power, row) for power in POWERS):
            raise NotFound("没有这条差评，或不在您的管辖范围内")
        return row

    def _line(self, row: Row[Any]) -> Rectification:
        handling = self._handling(row)
        state = handling.flow.states.get(row.state)
        return line_of(row, state.title if state else row.state, handling.light(row.due_on, row.ended, self._today()))

    def _handling(self, row: Row[Any]) -> Handling:
        found: Handling = self._catalogue.at(row.flow_release).compiled(compile_handling, row.flow)
        return found

    def _rules(self, item: str) -> ReviewRules:
        rules: AllRules = self._catalogue.current().compiled(compile_rules, "")
        return rules.get(item)

    def departments(self) -> Mapping[str, str]:
        """Code → title, of the release in force."""
        snapshot = self._catalogue.current()
        bodies = (snapshot.find("organisation", code) or {} for code in snapshot.codes("organisation"))
        return {str(one["code"]): str(one["title"]) for body in bodies for one in body.get("departments", ())}

    def _today(self) -> date:
        return self._clock.now().astimezone(SHANGHAI).date()


def _of(key: str, *more: ColumnElement[bool]) -> tuple[ColumnElement[bool], ...]:
    return (steps_table.c.rectification_id == key, *more)


def _place(row: Row[Any]) -> Place:
    return Place(row.department, row.hall, row.street, row.window)


def _may(grants: Grants, power: str, row: Row[Any]) -> bool:
    return grants.reach(power).covers(_place(row))


def _reached(grants: Grants) -> ColumnElement[bool]:
    """What any of the powers reaches."""
    whole = Reach()
    for power in POWERS:
        whole = whole | grants.reach(power)
    if whole.everything:
        return true()
    columns = {"hall": whole.halls, "street": whole.streets, "department": whole.departments, "window": whole.windows}
    parts = [_column[name].in_(sorted(codes)) for name, codes in columns.items() if codes]
    return or_(*parts) if parts else false()
