"""Looking afterwards whether what was promised is true: tasks, results, orders to put right, revocation (domain 3.3, 3.5)."""

import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, insert, select, update

from yichuang.access import reaching
from yichuang.access.grants import Reach
from yichuang.access.vault import Vault
from yichuang.audit.service import Audit
from yichuang.commitment.credit import Credit, Finding
from yichuang.commitment.ledger import Ledger
from yichuang.commitment.model import commitments, verifications
from yichuang.commitment.records import Commitment, commitment_of
from yichuang.commitment.texts import least_inspectors, text_of
from yichuang.database import Database
from yichuang.errors import ActionRefused, Conflict, InputRefused, NotAllowed, NotFound
from yichuang.ports import Actor, Clock, Party

RESULTS: Mapping[str, str] = {"true": "属实", "partly": "部分不实", "untrue": "不实"}
STATES: Mapping[str, str] = {"open": "待指派", "assigned": "核查中", "done": "已核查", "dropped": "已取消"}
Revoked = Callable[[Connection, str, str, Actor], None]
"""Case, reason and who confirmed it."""
NO_BASIS = "请写明事实和依据"


def within(reach: Reach) -> ColumnElement[bool]:
    """A member's reach as a condition on the tasks."""
    return reaching.within(reach, verifications.c)


@dataclass(frozen=True, slots=True)
class Task:
    """One look. `light`: green, yellow (from `warn_on`), red (after `due_on`), grey (done, or without a term)."""

    id: str
    commitment_id: str
    case_id: str
    case_number: str
    item: str
    item_title: str
    title: str
    label: str
    department: str
    hall: str
    street: str
    mode: str
    state: str
    least_inspectors: int
    inspectors: tuple[str, ...]
    warn_on: date | None
    due_on: date | None
    light: str
    result: str
    findings: str
    evidence: tuple[str, ...]
    again: bool
    created_at: datetime
    done_at: datetime | None
    done_by: str


class Verifications:
    def __init__(self, database: Database, vault: Vault, audit: Audit, clock: Clock, ledger: Ledger, credit: Credit) -> None:
        self._database = database
        self._vault = vault
        self._audit = audit
        self._clock = clock
        self._ledger = ledger
        self._credit = credit
        self._told: list[Revoked] = []

    def tell(self, listener: Revoked) -> None:
        """Have `listener` called within the transaction that revokes a decision."""
        self._told.append(listener)

    # ------------------------------------------------------------------ tasks

    def create(self, connection: Connection, found: Commitment, due: date | None, warn_days: int, again: bool = False) -> str:
        key, spec = str(uuid.uuid4()), found.terms["verification"]
        row = {
            "id": key, "commitment_id": found.id, "case_id": found.case_id, "item": found.item, "department": found.department,
            "hall": found.hall, "street": found.street, "mode": spec["mode"], "state": "open", "least_inspectors": least_inspectors(spec),
            "due_on": due, "warn_on": due - timedelta(days=warn_days) if due else None, "again": again, "created_at": self._clock.now(),
        }  # fmt: skip
        connection.execute(insert(verifications), row)
        return key

    def tasks(self, *wanted: ColumnElement[bool], limit: int = 200) -> list[Task]:
        """Tasks, the most urgent first. `wanted`: conditions on the table `verifications`."""
        query = (
            select(verifications, *(commitments.c[name] for name in ("case_number", "item_title", "title", "label")))
            .join(commitments, commitments.c.id == verifications.c.commitment_id)
            .where(*wanted)
            .order_by(verifications.c.due_on.is_(None), verifications.c.due_on, verifications.c.created_at)
            .limit(limit)
        )
        with self._database.reading() as connection:
            return [self._task(row) for row in connection.execute(query)]

    def task(self, key: str) -> Task:
        """Raises `NotFound`."""
        found = self.tasks(verifications.c.id == key, limit=1)
        if not found:
            raise NotFound("没有找到这项核查任务")
        return found[0]

    def of(self, commitment: str) -> list[Task]:
        return self.tasks(verifications.c.commitment_id == commitment)

    def assign(self, key: str, inspectors: Sequence[str], actor: Actor) -> Task:
        """Say who goes. On site never fewer than two people. Raises `InputRefused`."""
        people = list(dict.fromkeys(name.strip() for name in inspectors if name.strip()))
        with self._database.writing() as connection:
            row = self._row(connection, key, "open", "assigned")
            if len(people) < row.least_inspectors:
                message = f"{'现场检查' if row.mode == 'on_site' else '核查'}至少要 {row.least_inspectors} 名核查人员"
                raise InputRefused(message, problems=[{"field": "inspectors", "message": message}])
            values = {"inspectors": json.dumps(people, ensure_ascii=False), "state": "assigned"}
            connection.execute(update(verifications).where(verifications.c.id == key).values(**values))
            self._ledger.change(connection, row.commitment_id, "assign", actor, "、".join(people))
        return self.task(key)

    def record(self, key: str, result: str, findings: str, evidence: Sequence[str], actor: Actor) -> Task:
        """What was found. True ends it well; what is untrue asks for an order or a revocation. Raises `InputRefused`, `ActionRefused`."""
        _known(result, findings)
        with self._database.writing() as connection:
            row = self._row(connection, key, "assigned")
            values = {
                "result": result, "findings": self._vault.seal(findings.strip(), f"verification/{key}"), "state": "done",
                "evidence": json.dumps(list(evidence)[:50], ensure_ascii=False), "done_at": self._clock.now(), "done_by": actor.name,
            }  # fmt: skip
            connection.execute(update(verifications).where(verifications.c.id == key).values(**values))
            self._audit.note(actor, "verification.record", "verification", key, detail=result, within=connection)
            self._ledger.change(connection, row.commitment_id, "found", actor, RESULTS[result])
            if result == "true":
                event = "rectify" if row.again else "confirm"
                self._ledger.move(connection, row.commitment_id, event, actor, ended_at=self._clock.now())
        return self.task(key)

    # ------------------------------------------------------------------ what is untrue

    def order(self, commitment: str, days: int, reason: str, actor: Actor) -> Commitment:
        """责令限期整改 within `days` natural days; a second look is due then. Raises `ActionRefused`, `InputRefused`."""
        _reason(reason)
        if not 1 <= days <= 365:
            raise InputRefused("整改期限须为 1 至 365 天", problems=[{"field": "days", "message": "请填 1 至 365 天"}])
        with self._database.writing() as connection:
            self._untrue(connection, commitment)
            due = self._clock.now().date() + timedelta(days=days)
            found = self._ledger.move(connection, commitment, "order", actor, reason.strip(), rectify_due=due)
            self.create(connection, found, due, min(days, 3), again=True)
        return found

    def propose_revoke(self, commitment: str, reason: str, actor: Actor) -> Commitment:
        """The first of two persons asks for the decision to be revoked."""
        _reason(reason)
        with self._database.writing() as connection:
            self._untrue(connection, commitment)
            values = {"revoke_by": actor.name, "revoke_reason": reason.strip()}
            return self._ledger.change(connection, commitment, "propose_revoke", actor, reason.strip(), **values)

    def refuse_revoke(self, commitment: str, reason: str, actor: Actor) -> Commitment:
        _reason(reason)
        with self._database.writing() as connection:
            self._proposed(connection, commitment, actor)
            return self._ledger.change(connection, commitment, "refuse_revoke", actor, reason.strip(), revoke_by="", revoke_reason="")

    def confirm_revoke(self, commitment: str, actor: Actor) -> Commitment:
        """The second person, who can't be the first: the decision is revoked and goes into the applicant's credit record."""
        with self._database.writing() as connection:
            row = self._proposed(connection, commitment, actor)
            self._ledger.move(connection, commitment, "revoke", actor, row.revoke_reason, ended_at=self._clock.now())
            self._drop_open(connection, commitment)
            for listener in self._told:
                listener(connection, row.case_id, row.revoke_reason, actor)
            self._credit.add(self._promiser(row), self._finding(row), actor, within=connection)
            return self._ledger.move(connection, commitment, "record", actor)

    def _finding(self, row: Row[Any]) -> Finding:
        evidence = f"承诺书 {row.letter_hash[:16]}，办件 {row.case_number or row.case_id}"
        return Finding(row.revoke_reason, evidence, self._clock.now().date(), row.item, row.item_title, "commitment", row.id)

    def _promiser(self, row: Row[Any]) -> Party:
        """Who signed, from the letter itself."""
        letter = text_of(self._vault.open(row.letter, f"commitment/{row.id}/letter"))
        said = dict(line.split("：", 1) for part in letter if part.title == "承诺人" for line in part.lines)
        return Party(name=said.get("承诺人", ""), id_no=said.get("证件号码", ""))

    def _untrue(self, connection: Connection, commitment: str) -> None:
        """Only what was found untrue may be ordered right or revoked."""
        query = select(verifications.c.result).where(verifications.c.commitment_id == commitment, verifications.c.state == "done")
        if not {"untrue", "partly"} & set(connection.execute(query).scalars()):
            raise ActionRefused(reasons=[{"message": "还没有核查不实的记录", "remedy": "请先登记核查结果"}])

    def _proposed(self, connection: Connection, commitment: str, actor: Actor) -> Row[Any]:
        row = self._ledger.row(connection, commitment)
        if not row.revoke_by:
            raise ActionRefused(reasons=[{"message": "还没有人提出撤销决定", "remedy": "请先提出并写明理由"}])
        if row.revoke_by == actor.name:
            raise NotAllowed("撤销决定须由另一人确认")
        return row

    def _drop_open(self, connection: Connection, commitment: str) -> None:
        waiting = (verifications.c.commitment_id == commitment) & verifications.c.state.in_(("open", "assigned"))
        connection.execute(update(verifications).where(waiting).values(state="dropped"))

    # ------------------------------------------------------------------ rows

    def _row(self, connection: Connection, key: str, *states: str) -> Row[Any]:
        row = connection.execute(select(verifications).where(verifications.c.id == key).with_for_update()).first()
        if row is None:
            raise NotFound("没有找到这项核查任务")
        if row.state not in states:
            raise Conflict(f"这项核查任务现在是“{STATES[row.state]}”" + ("，请先指派核查人员" if row.state == "open" else ""))
        return row

    def _task(self, row: Row[Any]) -> Task:
        plain: dict[str, Any] = {key: getattr(row, key) for key in Task.__slots__ if key not in ("inspectors", "evidence", "findings", "light")}
        findings = self._vault.open(row.findings, f"verification/{row.id}") if row.findings else ""
        plain |= {"inspectors": tuple(json.loads(row.inspectors)), "evidence": tuple(json.loads(row.evidence))}
        return Task(**plain, findings=findings, light=self._light(row))

    def _light(self, row: Row[Any]) -> str:
        if row.state in ("done", "dropped") or row.due_on is None:
            return "grey"
        today = self._clock.now().date()
        return "red" if today > row.due_on else "yellow" if today >= row.warn_on else "green"

    def commitment(self, key: str) -> Commitment:
        with self._database.reading() as connection:
            return commitment_of(self._ledger.row(connection, key))


def _reason(reason: str) -> None:
    if len(reason.strip()) < 4:
        raise InputRefused(NO_BASIS, problems=[{"field": "reason", "message": NO_BASIS}])


def _known(result: str, findings: str) -> None:
    if result not in RESULTS:
        raise InputRefused("请选择核查结论", problems=[{"field": "result", "message": "请选择核查结论"}])
    if len(findings.strip()) < 4:
        raise InputRefused("请写明核查情况", problems=[{"field": "findings", "message": "请写明核查情况"}])
