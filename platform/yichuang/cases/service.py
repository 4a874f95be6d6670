"""Drafts: started under the current release, saved as one types, decided again and sealed at submit."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.engine import Row
from sqlalchemy.exc import IntegrityError

from yichuang.access.vault import Vault
from yichuang.audit.service import Audit
from yichuang.cases.draft import (
    DISCARDED,
    EDITING,
    OPEN,
    REVISING,
    SUBMITTED,
    Content,
    Draft,
    DraftLine,
    Visitor,
    content_of,
)
from yichuang.cases.draft_rows import line_of, spoken, uuid_of
from yichuang.cases.facts import facts_for
from yichuang.cases.labels import label_of
from yichuang.cases.model import drafts
from yichuang.cases.oversight import Oversees, nobody
from yichuang.catalogue.feed import Catalogue
from yichuang.database import Database
from yichuang.errors import AnswersInvalid, Conflict, DraftMissing, DraftOutdated, ItemNotOpen
from yichuang.items.compiled import CompiledItem, compile_item
from yichuang.ports import Actor, Clock, FieldError

PREFILL_HOURS = 72
PREFILL_LENGTH = 10

Holder = Actor | Visitor
Register = Callable[[Connection, Draft, CompiledItem], str]
"""Makes a case of a draft within the transaction that submits it; gives the case number."""


class Drafts:
    """The verbs of a draft. A draft is its clerk's (or its visitor's) alone; who may hand cases over there may open it too."""

    def __init__(
        self, database: Database, catalogue: Catalogue, vault: Vault, audit: Audit, clock: Clock, oversees: Oversees = nobody
    ) -> None:
        self._database = database
        self._catalogue = catalogue
        self._vault = vault
        self._audit = audit
        self._clock = clock
        self._oversees = oversees

    # ------------------------------------------------------------------ beginning

    def start(self, item: str, holder: Holder, content: Content | None = None, draft_id: str | None = None) -> Draft:
        """Begin under the current release. `draft_id` is a UUID the client may choose, so that a lost answer can be asked again.

        Raises `DefinitionMissing`, `ItemNotOpen`, `InputRefused` for an id that is no UUID.
        """
        snapshot = self._catalogue.current()
        body = snapshot.get("item", item)
        if body["state"] != "active":
            raise ItemNotOpen(body.get("state_note", ""), successor=body.get("successor"))
        key = uuid_of(draft_id)
        try:
            with self._database.writing() as connection:
                connection.execute(insert(drafts), self._first_row(key, body, snapshot.release, holder, content or Content()))
                self._note(holder, "draft.start", key, connection)
        except IntegrityError:
            return self.open(key, holder)
        return self._read(key)

    def _first_row(self, key: str, body: Any, release: int, holder: Holder, content: Content) -> dict[str, Any]:
        now = self._clock.now()
        clerk = holder if isinstance(holder, Actor) else None
        return {
            "id": key,
            "item": body["code"],
            "item_title": body["title"],
            "release": release,
            "channel": "desk" if clerk else "apply",
            "state": EDITING,
            "revision": 1,
            "clerk": clerk.name if clerk else "",
            "window": (clerk.window or "") if clerk else "",
            "visitor": "" if isinstance(holder, Actor) else self._blind_visitor(holder),
            "body": self._seal(key, content),
            "started_at": now,
            "updated_at": now,
        }

    def renew(self, key: str, holder: Holder) -> Draft:
        """Begin again under the current release with the same content; the old draft is put aside."""
        old = self.open(key, holder)
        if old.line.state != EDITING:
            raise Conflict("这份填报已提交，不能再换版本")
        fresh = self.start(old.line.item, holder, old.content)
        self.discard(key, holder)
        return fresh

    # ------------------------------------------------------------------ reading

    def open(self, key: str, holder: Holder) -> Draft:
        """The draft with its content; the reading is noted. Raises `DraftMissing` also for somebody else's."""
        draft = self._read(key, holder)
        self._note(holder, "draft.read", key)
        return draft

    def line(self, key: str, holder: Holder) -> DraftLine:
        """The draft without its content. Raises `DraftMissing` also for somebody else's."""
        with self._database.reading() as connection:
            return line_of(self._row(connection, key, holder))

    def glance(self, key: str, holder: Holder) -> Draft:
        """For deciding something about the draft of which nothing personal is shown: not noted. Raises `DraftMissing`."""
        return self._read(key, holder)

    def mine(self, actor: Actor, limit: int = 100) -> Sequence[DraftLine]:
        """The clerk's own drafts, newest first, each with the applicant's masked name."""
        query = select(drafts).where(drafts.c.clerk == actor.name, drafts.c.state != DISCARDED)
        with self._database.reading() as connection:
            found = connection.execute(query.order_by(drafts.c.updated_at.desc()).limit(limit)).all()
        return [replace(line_of(row), label=label_of(self._draft(row).content.answers)) for row in found]

    def of_visitor(self, visitor: Visitor, item: str | None = None) -> Sequence[DraftLine]:
        """The visitor's drafts still being filled in, newest first."""
        query = select(drafts).where(drafts.c.visitor == self._blind_visitor(visitor), drafts.c.state.in_(OPEN))
        if item is not None:
            query = query.where(drafts.c.item == item)
        return self._lines(query.order_by(drafts.c.updated_at.desc()).limit(50))

    def adopt(self, visitor: Visitor, owner: Visitor) -> int:
        """What a browser began before its owner logged in becomes the account's; gives how many drafts."""
        theirs = (drafts.c.visitor == self._blind_visitor(visitor)) & (drafts.c.state == EDITING)
        with self._database.writing() as connection:
            return connection.execute(update(drafts).where(theirs).values(visitor=self._blind_visitor(owner))).rowcount

    # ------------------------------------------------------------------ writing

    def save(self, key: str, revision: int, content: Content, holder: Holder) -> DraftLine:
        """Keep `content` as the next revision; durable when this returns.

        Raises `DraftOutdated` (with `current`) when `revision` is not the one that stands, `Conflict` after submit.
        """
        with self._database.writing() as connection:
            row = self._row(connection, key, holder)
            self._expect(row, revision)
            connection.execute(self._change(key, revision, body=self._seal(key, content)))
            return line_of(self._row(connection, key, holder))

    def reopen(self, key: str, holder: Holder) -> DraftLine:
        """What was submitted may be changed again, until it is submitted anew. That its case permits it, the caller has checked."""
        with self._database.writing() as connection:
            row = self._row(connection, key, holder)
            if row.state == SUBMITTED:
                connection.execute(self._change(key, row.revision, state=REVISING))
                self._note(holder, "draft.reopen", key, connection)
            return line_of(self._row(connection, key, holder))

    def discard(self, key: str, holder: Holder) -> None:
        """Put a draft aside: out of the lists, its content gone."""
        with self._database.writing() as connection:
            row = self._row(connection, key, holder)
            if row.state != EDITING:
                raise Conflict("这份填报已提交，不能删除")
            connection.execute(self._change(key, row.revision, state=DISCARDED, body=self._seal(key, Content()), prefill=None))
            self._note(holder, "draft.discard", key, connection)

    def submit(self, key: str, revision: int, holder: Holder, register: Register) -> Draft:
        """Decide again on the server under the draft's own release, then seal it for good under the number that `register` gives.

        `register` opens the case within the same transaction. Raises `AnswersInvalid` with a problem per field, `DraftOutdated`,
        `Conflict` when submitted before.
        """
        draft = self._read(key, holder)
        answers = self._accepted(draft, holder)
        final = Content(draft.content.situation, answers, draft.content.applicant)
        now = self._clock.now()
        with self._database.writing() as connection:
            self._expect(self._row(connection, key, holder), revision)
            number = register(connection, replace(draft, content=final), self.item_of(draft.line))
            changed = {"state": SUBMITTED, "number": number, "submitted_at": now, "prefill": None}
            connection.execute(self._change(key, revision, body=self._seal(key, final), **changed))
            self._note(holder, "draft.submit", key, connection, number)
        return self._read(key, holder)

    def problems(self, key: str, holder: Holder) -> Sequence[FieldError]:
        """What still stands against submitting, decided by the server; warnings are left out."""
        return self._decided(self._read(key, holder), holder)[0]

    def _decided(self, draft: Draft, holder: Holder) -> tuple[list[FieldError], dict[str, Any]]:
        window = holder.window if isinstance(holder, Actor) else None
        snapshot, content = self._catalogue.at(draft.line.release), draft.content
        item = snapshot.compiled(compile_item, draft.line.item)
        facts = facts_for(snapshot, item.body, self._clock.now().date(), content, window)
        decision = item.decide(content.situation, content.answers, facts)
        faults = [*decision.situation_errors, *(decision.form.errors if decision.form else ())]
        answers = dict(decision.form.answers) if decision.form else {}
        return [error for error in faults if error.severity == "error"], answers

    def _accepted(self, draft: Draft, holder: Holder) -> dict[str, Any]:
        faults, answers = self._decided(draft, holder)
        if faults:
            raise AnswersInvalid(f"还有 {len(faults)} 处需要修改", problems=[{"field": f.path, **f.as_dict()} for f in faults])
        return answers

    def item_of(self, line: DraftLine) -> CompiledItem:
        """The item as it was in the draft's release."""
        return self._catalogue.at(line.release).compiled(compile_item, line.item)

    def forget(self, untouched_since: datetime) -> Sequence[str]:
        """Delete what was never submitted and nobody has touched since, and what was put aside; gives their ids."""
        stale = drafts.c.state.in_((EDITING, DISCARDED)) & (drafts.c.updated_at < untouched_since)
        with self._database.writing() as connection:
            keys = [row.id for row in connection.execute(select(drafts.c.id).where(stale))]
            for start in range(0, len(keys), 500):
                connection.execute(delete(drafts).where(drafts.c.id.in_(keys[start : start + 500]), stale))
        return keys

    # ------------------------------------------------------------------ from the phone to the counter

    def prefill(self, key: str, visitor: Visitor) -> tuple[str, str]:
        """A 预填码 of ten characters, valid for `PREFILL_HOURS`, and its last moment (ISO). An earlier code stops working."""
        code, until = spoken(PREFILL_LENGTH), self._clock.now() + timedelta(hours=PREFILL_HOURS)
        with self._database.writing() as connection:
            row = self._row(connection, key, visitor)
            if row.state != EDITING:
                raise Conflict("这份填报已提交")
            values = {"prefill": self._vault.blind(code, "prefill"), "prefill_until": until}
            connection.execute(update(drafts).where(drafts.c.id == key).values(values))
            self._note(visitor, "draft.prefill", key, connection)
        return code, until.isoformat()

    def take_over(self, code: str, actor: Actor) -> Draft:
        """The draft behind a 预填码 becomes the clerk's; the phone can't write to it any more. Raises `DraftMissing`."""
        blind = self._vault.blind(code.strip().upper().replace("-", "").replace(" ", ""), "prefill")
        with self._database.writing() as connection:
            wanted = select(drafts).where(drafts.c.prefill == blind, drafts.c.state == EDITING).with_for_update()
            row = connection.execute(wanted).first()
            if row is None or row.prefill_until < self._clock.now():
                raise DraftMissing("预填码不对或已过期，请与申请人核对")
            owner = {"clerk": actor.name, "window": actor.window or "", "visitor": "", "prefill": None, "prefill_until": None}
            connection.execute(self._change(row.id, row.revision, **owner))
            self._note(actor, "draft.take_over", row.id, connection)
        return self._read(row.id, actor)

    # ------------------------------------------------------------------ rows

    def _change(self, key: str, revision: int, **values: Any) -> Any:
        now = self._clock.now()
        return update(drafts).where(drafts.c.id == key).values(revision=revision + 1, updated_at=now, **values)

    def _expect(self, row: Row[Any], revision: int) -> None:
        if row.state not in OPEN:
            raise Conflict("这份填报已提交，不能再修改", number=row.number)
        if row.revision != revision:
            raise DraftOutdated(current=self._draft(row).as_dict())

    def _row(self, connection: Connection, key: str, holder: Holder | None) -> Row[Any]:
        """The row, held until the transaction ends, so that of two writers at once the second sees what the first wrote."""
        row = connection.execute(select(drafts).where(drafts.c.id == key).with_for_update()).first()
        if row is None or row.state == DISCARDED or (holder is not None and not self._may(row, holder)):
            raise DraftMissing
        return row

    def _may(self, row: Row[Any], holder: Holder) -> bool:
        if isinstance(holder, Visitor):
            return bool(row.visitor) and row.visitor == self._blind_visitor(holder)
        return bool(row.clerk) and (row.clerk == holder.name or self._oversees(holder, row.clerk, row.window))

    def _read(self, key: str, holder: Holder | None = None) -> Draft:
        with self._database.reading() as connection:
            return self._draft(self._row(connection, key, holder))

    def _lines(self, query: Any) -> Sequence[DraftLine]:
        with self._database.reading() as connection:
            return [line_of(row) for row in connection.execute(query)]

    def _draft(self, row: Row[Any]) -> Draft:
        raw = json.loads(self._vault.open(row.body, f"draft/{row.id}"))
        return Draft(line_of(row), content_of(raw))

    def _seal(self, key: str, content: Content) -> str:
        return self._vault.seal(json.dumps(content.as_dict(), ensure_ascii=False), f"draft/{key}")

    def _blind_visitor(self, visitor: Visitor) -> str:
        return self._vault.blind(visitor.token, "visitor")

    def _note(self, holder: Holder, action: str, key: str, within: Connection | None = None, detail: str = "") -> None:
        who = holder if isinstance(holder, Actor) else Actor("visitor:" + _short(self._blind_visitor(holder)), "申请人")
        self._audit.note(who, action, "draft", key, detail=detail, within=within)


def _short(blind: str) -> str:
    return hashlib.sha256(blind.encode()).hexdigest()[:12]
