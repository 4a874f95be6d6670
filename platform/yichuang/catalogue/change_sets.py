"""Change sets: edits to any number of definitions, worked on together, previewed and checked before they are published."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, delete, insert, select, update

from yichuang.catalogue import gate
from yichuang.catalogue.documents import canonical, digest
from yichuang.catalogue.feed import Catalogue
from yichuang.catalogue.kinds import KindTable
from yichuang.catalogue.model import change_entries, change_sets
from yichuang.catalogue.references import index_words
from yichuang.catalogue.snapshot import Snapshot
from yichuang.catalogue.views import Overlay, ref_of
from yichuang.database import Database
from yichuang.errors import ChangeSetOutdated, InputRefused, NotFound
from yichuang.ports import Actor, Body, Clock, Finding, Ref

CODE = re.compile(r"^[a-z][a-z0-9_]{0,63}$")


@dataclass(frozen=True, slots=True)
class ChangeSet:
    id: int
    title: str
    reason: str
    author: str
    state: str
    base_release: int
    revision: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """`action` is put or remove; `body` is empty for a removal; `base_sha` the content it was edited from, empty for a new one."""

    kind: str
    code: str
    action: str
    body: Body
    base_sha: str
    updated_at: datetime
    updated_by: str


class ChangeSets:
    """The verbs of a change set up to its publication."""

    def __init__(self, database: Database, kinds: KindTable, clock: Clock, catalogue: Catalogue) -> None:
        self._database = database
        self._kinds = kinds
        self._clock = clock
        self._catalogue = catalogue

    def open(self, title: str, actor: Actor) -> int:
        now = self._clock.now()
        row = {
            "title": title.strip()[:200] or "未命名变更单",
            "reason": "",
            "author": actor.name,
            "state": "open",
            "base_release": self._catalogue.current().release,
            "revision": 1,
            "created_at": now,
            "updated_at": now,
        }
        with self._database.writing() as connection:
            return int(connection.execute(insert(change_sets).returning(change_sets.c.id), row).scalar_one())

    def get(self, change_set: int) -> ChangeSet:
        """Raises `NotFound`."""
        with self._database.reading() as connection:
            row = connection.execute(select(change_sets).where(change_sets.c.id == change_set)).one_or_none()
        if row is None:
            raise NotFound(f"没有编号为 {change_set} 的变更单")
        return ChangeSet(**row._mapping)

    def all(self, state: str | None = "open", author: str | None = None, limit: int = 200) -> Sequence[ChangeSet]:
        """The most recently changed first."""
        query = select(change_sets).order_by(change_sets.c.updated_at.desc(), change_sets.c.id.desc()).limit(limit)
        if state:
            query = query.where(change_sets.c.state == state)
        if author:
            query = query.where(change_sets.c.author == author)
        with self._database.reading() as connection:
            return [ChangeSet(**row._mapping) for row in connection.execute(query)]

    def rename(self, change_set: int, title: str) -> None:
        with self._database.writing() as connection:
            self._touch(connection, change_set, None, title=title.strip()[:200] or "未命名变更单")

    def entries(self, change_set: int) -> Sequence[Entry]:
        columns = change_entries.c
        query = select(change_entries).where(columns.change_set == change_set).order_by(columns.kind, columns.code)
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        return [Entry(r.kind, r.code, r.action, orjson.loads(r.body or "{}"), r.base_sha, r.updated_at, r.updated_by) for r in rows]

    def put(self, change_set: int, body: Body, actor: Actor, revision: int | None = None) -> int:
        """Keep a definition as edited; it may still be wrong. Returns the change set's new revision.

        Raises `InputRefused` for an unusable kind or code, `ChangeSetOutdated` when `revision` is not the one that stands.
        """
        return self._enter(change_set, self._checked(body), "put", canonical(body), actor, revision)

    def remove(self, change_set: int, kind: str, code: str, actor: Actor, revision: int | None = None) -> int:
        """Mark a definition for removal with the next publication."""
        return self._enter(change_set, Ref(kind, code), "remove", "", actor, revision)

    def restore(self, change_set: int, kind: str, code: str, revision: int | None = None) -> int:
        """Forget what this change set does to a definition."""
        columns = change_entries.c
        with self._database.writing() as connection:
            connection.execute(delete(change_entries).where(columns.change_set == change_set, columns.kind == kind, columns.code == code))
            return self._touch(connection, change_set, revision)

    def rebase(self, change_set: int, kind: str, code: str) -> None:
        """Say that the entry was compared with what is in force now and is meant as it stands."""
        columns = change_entries.c
        where = (columns.change_set == change_set, columns.kind == kind, columns.code == code)
        with self._database.writing() as connection:
            connection.execute(update(change_entries).where(*where).values(base_sha=self._catalogue.current().sha(kind, code)))
            self._touch(connection, change_set, None)

    def discard(self, change_set: int) -> None:
        with self._database.writing() as connection:
            self._touch(connection, change_set, None, state="discarded")

    def import_documents(self, documents: Sequence[Body], actor: Actor, title: str = "导入", *, remove_missing: bool = False) -> int:
        """A change set with what differs from the release in force; `remove_missing` also removes what isn't in `documents`."""
        current = self._catalogue.current()
        written = {self._checked(body): canonical(body) for body in documents}
        differing = [(ref, "put", text) for ref, text in written.items() if digest(text) != current.sha(ref.kind, ref.code)]
        if remove_missing:
            there = (Ref(kind, code) for kind in self._kinds.names for code in current.codes(kind))
            differing += [(ref, "remove", "") for ref in there if ref not in written]
        change_set, now = self.open(title, actor), self._clock.now()
        rows = [
            {
                "change_set": change_set, "kind": ref.kind, "code": ref.code, "action": action, "body": text,
                "base_sha": current.sha(ref.kind, ref.code), "updated_at": now, "updated_by": actor.name,
            }
            for ref, action, text in differing
        ]  # fmt: skip
        if rows:
            with self._database.writing() as connection:
                connection.execute(insert(change_entries), rows)
        return change_set

    # -- looking and checking

    def preview(self, change_set: int) -> Overlay:
        """The definitions as they would be if this were published now."""
        return Overlay(self._catalogue.current(), self._changes_of(change_set))

    def check(self, change_set: int) -> list[Finding]:
        """The gate's findings for what the change set touches and for everything that depends on it."""
        return self.findings_over(self._catalogue.current(), self._changes_of(change_set))

    def findings_over(self, base: Snapshot, changes: Mapping[Ref, Body | None]) -> list[Finding]:
        return gate.check(Overlay(base, changes), self._kinds, self._concerned(base, changes))

    def _concerned(self, base: Snapshot, changes: Mapping[Ref, Body | None]) -> set[Ref]:
        """The changed ones, those that refer to them (through forms also at second hand: an item's conditions read its form, which
        reads its code tables), and the forms of changed items (they may read the item's situations)."""
        referring = [(Ref(kind, code), words.get("refs", ())) for kind in self._kinds.names for code, words in base.words(kind).items()]
        names = {str(ref) for ref in changes} | {f"{ref.kind}/*" for ref in changes}
        found = set(changes) | {ref for ref, refs in referring if not names.isdisjoint(refs)}
        forms = {str(ref) for ref in found if ref.kind == "form"}
        found |= {ref for ref, refs in referring if not forms.isdisjoint(refs)}
        for ref, body in changes.items():
            if body is not None:
                pointed = (name.split("/", 1) for name in index_words(ref.kind, body, self._kinds.get(ref.kind).schema))
                found |= {Ref(kind, code) for kind, code in pointed if kind == "form"}
        return found

    # -- parts

    def _checked(self, body: Body) -> Ref:
        ref = ref_of(body)
        if ref.kind not in self._kinds:
            raise InputRefused(f"没有“{ref.kind}”这一类定义", problems=[{"field": "kind", "message": "请选择已有的类别"}])
        if not CODE.match(ref.code):
            raise InputRefused(f"代码“{ref.code}”不合要求", problems=[{"field": "code", "message": "小写字母开头，只含小写字母、数字和下划线"}])
        return ref

    def _changes_of(self, change_set: int) -> dict[Ref, Body | None]:
        return {Ref(entry.kind, entry.code): entry.body if entry.action == "put" else None for entry in self.entries(change_set)}

    def _bases_of(self, change_set: int) -> dict[Ref, str]:
        return {Ref(entry.kind, entry.code): entry.base_sha for entry in self.entries(change_set)}

    def _enter(self, change_set: int, ref: Ref, action: str, body: str, actor: Actor, revision: int | None) -> int:
        columns = change_entries.c
        where = (columns.change_set == change_set, columns.kind == ref.kind, columns.code == ref.code)
        values: dict[str, Any] = {"action": action, "body": body, "updated_at": self._clock.now(), "updated_by": actor.name}
        with self._database.writing() as connection:
            told = self._touch(connection, change_set, revision)
            if connection.execute(update(change_entries).where(*where).values(**values)).rowcount == 0:
                base_sha = self._catalogue.current().sha(ref.kind, ref.code)
                row = {"change_set": change_set, "kind": ref.kind, "code": ref.code, "base_sha": base_sha} | values
                connection.execute(insert(change_entries), row)
            return told

    def _touch(self, connection: Connection, change_set: int, revision: int | None, **values: Any) -> int:
        where = [change_sets.c.id == change_set, change_sets.c.state == "open"]
        if revision is not None:
            where.append(change_sets.c.revision == revision)
        change = update(change_sets).where(*where).values(revision=change_sets.c.revision + 1, updated_at=self._clock.now(), **values)
        found = connection.execute(change.returning(change_sets.c.revision)).scalar_one_or_none()
        if found is None:
            self._explain(connection, change_set)
        return int(found or 0)

    def _explain(self, connection: Connection, change_set: int) -> None:
        row = connection.execute(select(change_sets.c.state, change_sets.c.revision).where(change_sets.c.id == change_set)).one_or_none()
        if row is None:
            raise NotFound(f"没有编号为 {change_set} 的变更单")
        if row.state != "open":
            raise ChangeSetOutdated("变更单已发布或已作废，请新开变更单")
        raise ChangeSetOutdated(revision=row.revision)
