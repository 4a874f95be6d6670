"""Dishonesty records (失信记录): who may not use notification-and-commitment until their credit is repaired (domain 3.3, 3.5)."""

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from yichuang.access.masks import mask_id, mask_name
from yichuang.access.vault import Vault
from yichuang.audit.service import Audit
from yichuang.commitment.ledger import Ledger
from yichuang.commitment.model import commitments, dishonest_records
from yichuang.database import Database
from yichuang.errors import Conflict, InputRefused, NotFound
from yichuang.ports import Actor, Clock, Party

SOURCES: Mapping[str, str] = {"commitment": "告知承诺核查", "manual": "人工登记", "shared": "信用平台共享"}
LONGEST_PERSON = 4


def label_of(party: Party) -> str:
    """The name as lists show it: a person's masked, an organisation's in full."""
    personal = not party.organisation and len(party.name) <= LONGEST_PERSON
    return (mask_name(party.name) if personal else party.name)[:60]


@dataclass(frozen=True, slots=True)
class DishonestRecord:
    """`name` and `id_no` are masked in lists and whole where `Credit.read` was asked."""

    id: str
    name: str
    id_no: str
    item: str
    item_title: str
    fact: str
    source: str
    evidence: str
    commitment_id: str
    begin: date
    recorded_by: str
    recorded_at: datetime
    repaired_at: datetime | None
    repaired_by: str
    repair_basis: str

    @property
    def repaired(self) -> bool:
        return self.repaired_at is not None


@dataclass(frozen=True, slots=True)
class Finding:
    """What is recorded against somebody. `evidence`: what proves it, in words."""

    fact: str
    evidence: str
    begin: date
    item: str = ""
    item_title: str = ""
    source: str = "manual"
    commitment_id: str = ""


class Credit:
    def __init__(self, database: Database, vault: Vault, audit: Audit, clock: Clock, ledger: Ledger) -> None:
        self._database = database
        self._vault = vault
        self._audit = audit
        self._clock = clock
        self._ledger = ledger

    def subject(self, id_no: str) -> str:
        """The blind index of an identity number or credit code; empty for an empty one."""
        key = Party(id_no=id_no).key
        return self._vault.blind(key, "subject") if key else ""

    def is_dishonest(self, id_no: str, connection: Connection | None = None) -> bool | None:
        """Whether a record stands that isn't repaired; None when there is no number to look for."""
        subject = self.subject(id_no)
        return self.stands_against(subject, connection) if subject else None

    def stands_against(self, subject: str, connection: Connection | None = None) -> bool:
        standing = (dishonest_records.c.subject == subject) & dishonest_records.c.repaired_at.is_(None)
        query = select(dishonest_records.c.id).where(standing).limit(1)
        if connection is not None:
            return connection.execute(query).first() is not None
        with self._database.reading() as reading:
            return reading.execute(query).first() is not None

    def of(self, id_no: str, actor: Actor) -> Sequence[DishonestRecord]:
        """All records of a number, newest first; the question is noted."""
        query = select(dishonest_records).where(dishonest_records.c.subject == self.subject(id_no))
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(dishonest_records.c.recorded_at.desc())).all()
        self._audit.note(actor, "credit.search", "credit", self.subject(id_no)[:12], detail=f"{len(rows)} 条")
        return [self._masked(row) for row in rows]

    def newest(self, limit: int = 100, standing: bool | None = None) -> Sequence[DishonestRecord]:
        query = select(dishonest_records).order_by(dishonest_records.c.recorded_at.desc()).limit(limit)
        if standing is not None:
            repaired = dishonest_records.c.repaired_at
            query = query.where(repaired.is_(None) if standing else repaired.is_not(None))
        with self._database.reading() as connection:
            return [self._masked(row) for row in connection.execute(query)]

    def read(self, key: str, actor: Actor) -> DishonestRecord:
        """One record in full; the reading is noted. Raises `NotFound`."""
        with self._database.reading() as connection:
            row = self._row(connection, key)
        self._audit.note(actor, "credit.read", "credit", key)
        return self._opened(row)

    def add(self, party: Party, finding: Finding, actor: Actor, within: Connection | None = None) -> str:
        """Record a fact. Raises `InputRefused` when number, fact or evidence is missing."""
        _check(party, finding)
        if within is not None:
            return self._add(within, party, finding, actor)
        with self._database.writing() as connection:
            return self._add(connection, party, finding, actor)

    def _add(self, connection: Connection, party: Party, finding: Finding, actor: Actor) -> str:
        key = str(uuid.uuid4())
        person = json.dumps({"name": party.name, "id_no": party.key, "kind": party.kind}, ensure_ascii=False)
        row = {
            "id": key, "subject": self.subject(party.id_no), "person": self._vault.seal(person, f"dishonest/{key}"), "label": label_of(party),
            "item": finding.item, "item_title": finding.item_title, "fact": self._vault.seal(finding.fact, f"dishonest/{key}"),
            "evidence": self._vault.seal(finding.evidence, f"dishonest/{key}"), "source": finding.source,
            "commitment_id": finding.commitment_id, "begin": finding.begin, "recorded_by": actor.name, "recorded_at": self._clock.now(),
        }  # fmt: skip
        connection.execute(insert(dishonest_records), row)
        self._audit.note(actor, "credit.add", "credit", key, detail=finding.source, within=connection)
        return key

    def repair(self, key: str, basis: str, actor: Actor) -> None:
        """End a record's effect. Raises `InputRefused` without a basis, `Conflict` when repaired before."""
        if len(basis.strip()) < 4:
            raise InputRefused("请写明修复依据", problems=[{"field": "basis", "message": "请写明修复依据，例如修复决定的文号"}])
        with self._database.writing() as connection:
            row = self._row(connection, key)
            if row.repaired_at is not None:
                raise Conflict("这条记录已经修复")
            values = {"repaired_at": self._clock.now(), "repaired_by": actor.name, "repair_basis": basis.strip()}
            connection.execute(update(dishonest_records).where(dishonest_records.c.id == key).values(**values))
            self._audit.note(actor, "credit.repair", "credit", key, within=connection)
            self._follow(connection, row.commitment_id, actor)

    def _follow(self, connection: Connection, commitment: str, actor: Actor) -> None:
        """The commitment that led to the record has its credit repaired too."""
        if not commitment:
            return
        state = connection.execute(select(commitments.c.state).where(commitments.c.id == commitment)).scalar()
        if state == "credit_recorded":
            self._ledger.move(connection, commitment, "repair", actor)

    def _row(self, connection: Connection, key: str) -> Row[Any]:
        row = connection.execute(select(dishonest_records).where(dishonest_records.c.id == key).with_for_update()).first()
        if row is None:
            raise NotFound("没有找到这条记录")
        return row

    def _masked(self, row: Row[Any]) -> DishonestRecord:
        person = json.loads(self._vault.open(row.person, f"dishonest/{row.id}"))
        return self._record(row, row.label, mask_id(person["id_no"]))

    def _opened(self, row: Row[Any]) -> DishonestRecord:
        person = json.loads(self._vault.open(row.person, f"dishonest/{row.id}"))
        return self._record(row, person["name"], person["id_no"])

    def _record(self, row: Row[Any], name: str, id_no: str) -> DishonestRecord:
        context = f"dishonest/{row.id}"
        return DishonestRecord(
            row.id, name, id_no, row.item, row.item_title, self._vault.open(row.fact, context), row.source,
            self._vault.open(row.evidence, context), row.commitment_id, row.begin, row.recorded_by, row.recorded_at, row.repaired_at,
            row.repaired_by, row.repair_basis,
        )  # fmt: skip


def _check(party: Party, finding: Finding) -> None:
    wanted = {
        "name": (party.name, "姓名或名称"), "id_no": (party.key, "证件号码"), "fact": (finding.fact, "失信事实"),
        "evidence": (finding.evidence, "依据"),
    }  # fmt: skip
    problems = [{"field": field, "message": f"请填写{title}"} for field, (value, title) in wanted.items() if not value.strip()]
    if problems:
        raise InputRefused("；".join(problem["message"] for problem in problems), problems=problems)
