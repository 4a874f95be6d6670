"""Publishing: the verbs that change what is in force. What is published is complete, checked, and written in one transaction."""

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import orjson
import structlog
from sqlalchemy import Connection, func, insert, select, text, update
from sqlalchemy.exc import SQLAlchemyError

from yichuang.catalogue import gate
from yichuang.catalogue.change_sets import ChangeSets
from yichuang.catalogue.documents import canonical, digest
from yichuang.catalogue.feed import CHANNEL, LIVE, Catalogue
from yichuang.catalogue.history import History
from yichuang.catalogue.kinds import KindTable
from yichuang.catalogue.model import change_sets, definition_versions, releases
from yichuang.catalogue.planning import Line, Plan, Planner
from yichuang.catalogue.snapshot import Manifest
from yichuang.catalogue.versions import store_version
from yichuang.catalogue.views import DocumentView, ref_of
from yichuang.database import Database
from yichuang.errors import ChangeSetOutdated, Conflict, GateClosed, InputRefused
from yichuang.ports import SYSTEM, Actor, Body, Clock, Finding, Ref

log = structlog.get_logger()
LOCK = 7_210_002


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for: by whom, why, and of which change set; `author` wrote it, `actor` publishes it."""

    actor: Actor
    reason: str
    author: str
    change_set: int | None = None
    rollback_of: int | None = None
    withdrawn: int | None = None

    def told(self) -> dict[str, Any]:
        """What the new release says of itself."""
        return {"change_set": self.change_set, "reason": self.reason, "author": self.author, "approver": self.actor.name}


class Publishing(ChangeSets, History):
    """Everything that changes definitions. The reading side is `Catalogue`."""

    def __init__(self, database: Database, kinds: KindTable, clock: Clock, catalogue: Catalogue) -> None:
        super().__init__(database, kinds, clock, catalogue)
        self._publishing = threading.Lock()

    # -- the first release

    def ensure_first_release(self, documents: Sequence[Body]) -> bool:
        """Publish `documents` as release 1 when there is none yet. True when it did. Raises `GateClosed`."""
        with self._database.reading() as connection:
            if connection.execute(select(func.max(releases.c.number))).scalar() is not None:
                return False
        self._refuse_errors(gate.check(DocumentView(documents), self._kinds))
        with self._database.writing() as connection:
            self._lock(connection)
            if connection.execute(select(func.max(releases.c.number))).scalar() is not None:
                return False
            manifest: dict[str, dict[str, Any]] = {}
            changes = {ref_of(body): body for body in documents}
            line = Line(0, None, "载入自带定义", SYSTEM.name, SYSTEM.name, changes, None)
            self._apply(connection, manifest, line, SYSTEM)
            self._write(connection, replace(line, changes={}), 1, manifest, None)
        return True

    # -- publishing

    def publish(self, change_set: int, actor: Actor, reason: str, at: datetime | None = None) -> int:
        """Publish now, or at a future moment; returns the release's number.

        Raises `InputRefused` (no reason, moment in the past, nothing changed), `ChangeSetOutdated` (somebody published another
        version of the same definition meanwhile), `Conflict` (a scheduled release touches the same definition), `GateClosed`.
        """
        if not reason.strip():
            raise InputRefused("请填写发布原因", problems=[{"field": "reason", "message": "请填写发布原因"}])
        if at is not None and at <= self._clock.now():
            raise InputRefused("生效时间须在将来", problems=[{"field": "at", "message": "生效时间须晚于现在，或选择立即生效"}])
        author = self.get(change_set).author

        def plan(planner: Planner) -> Plan:
            opened = self.get(change_set)
            if opened.state != "open":
                raise ChangeSetOutdated("变更单已发布或已作废，请新开变更单")
            return planner.publish(self._changes_of(change_set), self._bases_of(change_set), at, opened.revision)

        return self._carry_out(plan, Order(actor, reason.strip(), author, change_set))

    def roll_back(self, number: int, actor: Actor, reason: str) -> int:
        """A new release, in force now, with the content of one that was in force before. Raises as `publish`, and `ReleaseMissing`."""
        if not reason.strip():
            raise InputRefused("请填写回退原因", problems=[{"field": "reason", "message": "请填写回退原因"}])
        if self.release(number).state != "effective":
            raise Conflict("只能回退到曾经生效的版本")
        target = self._catalogue.at(number)
        return self._carry_out(lambda planner: planner.roll_back(target), Order(actor, reason.strip(), actor.name, rollback_of=number))

    def withdraw(self, number: int, actor: Actor) -> None:
        """Take back a release that isn't in force yet; its change set is open again. Raises `Conflict`, `ReleaseMissing`."""
        release = self.release(number)
        if release.state != "scheduled":
            raise Conflict("只能撤回尚未生效的版本；已生效的请用回退")
        self._carry_out(lambda planner: planner.withdraw(number), Order(actor, release.reason, actor.name, withdrawn=number))

    def _carry_out(self, make_plan: Callable[[Planner], Plan], order: Order) -> int:
        """Plan and check outside, write inside one transaction; planned again when another process was faster."""
        with self._publishing:
            for _ in range(20):
                live = self._live()
                plan = make_plan(Planner(live, self._clock.now(), self._catalogue.at, self._name_of))
                self._check_plan(plan)
                with self._database.writing() as connection:
                    self._lock(connection)
                    if self._live_numbers(connection) == [line.number for line in live]:
                        number = self._write_plan(connection, plan, order)
                        break
            else:
                raise ChangeSetOutdated("同时有多人在发布，请稍后再试")
        self._look()
        return number

    def _look(self) -> None:
        """Serve it here at once. It is committed: should the database be away now, following will find it."""
        try:
            self._catalogue.refresh()
        except SQLAlchemyError as error:
            log.warning("publishing.refresh_failed", error=type(error).__name__)

    def _check_plan(self, plan: Plan) -> None:
        """The gate for every release the plan makes. Raises `GateClosed`."""
        base = self._catalogue.at(plan.base)
        changes: dict[Ref, Body | None] = {}
        for position, line in enumerate(plan.lines):
            changes = changes | dict(line.changes)
            among = "" if position == plan.fresh else f"与已排定的第 {line.number} 版合在一起时，"
            self._refuse_errors(self.findings_over(base, changes), among)

    def _write_plan(self, connection: Connection, plan: Plan, order: Order) -> int:
        manifest = {kind: dict(entries) for kind, entries in self._catalogue.at(plan.base).manifest.items()}
        number = self._highest(connection)
        first = number + 1
        for position, line in enumerate(plan.lines):
            number += 1
            self._apply(connection, manifest, line, order.actor)
            if position == plan.fresh:
                first, told = number, replace(line, **order.told())
                self._write(connection, told, number, manifest, order.rollback_of)
            else:
                self._write(connection, line, number, manifest, None)
                connection.execute(update(releases).where(releases.c.number == line.number).values(state="superseded"))
        self._close(connection, plan, order)
        if not self._database.sqlite:
            connection.execute(text("SELECT pg_notify(:channel, :number)"), {"channel": CHANNEL, "number": str(number)})
        return first

    def _close(self, connection: Connection, plan: Plan, order: Order) -> None:
        """The states that go with it. Raises `ChangeSetOutdated` when the change set was edited since it was planned with."""
        columns = change_sets.c
        if order.change_set is not None:
            same = (columns.id == order.change_set, columns.state == "open", columns.revision == plan.revision)
            done = update(change_sets).where(*same).values(state="published", reason=order.reason, updated_at=self._clock.now())
            if connection.execute(done).rowcount != 1:
                self._explain(connection, order.change_set)
        if order.withdrawn is not None:
            self._take_back(connection, order.withdrawn)

    def _apply(self, connection: Connection, manifest: dict[str, dict[str, Any]], line: Line, actor: Actor) -> None:
        for ref, body in line.changes.items():
            if body is None:
                manifest.get(ref.kind, {}).pop(ref.code, None)
            else:
                entry = store_version(connection, self._kinds.get(ref.kind), body, actor, self._clock.now())
                manifest.setdefault(ref.kind, {})[ref.code] = entry

    def _write(self, connection: Connection, line: Line, number: int, manifest: Manifest, rollback_of: int | None) -> None:
        now = self._clock.now()
        effective = line.effective_at if line.effective_at and line.effective_at > now else now
        row = {
            "number": number,
            "change_set": line.change_set,
            "reason": line.reason,
            "author": line.author,
            "approver": line.approver,
            "published_at": now,
            "effective_at": effective,
            "state": "scheduled" if effective > now else "effective",
            "manifest": orjson.dumps(manifest, option=orjson.OPT_SORT_KEYS).decode(),
            "changes": orjson.dumps({str(ref): body and digest(canonical(body)) for ref, body in line.changes.items()}).decode(),
            "rollback_of": rollback_of,
            "supersedes": line.number or None,
        }
        connection.execute(insert(releases), row)

    def _take_back(self, connection: Connection, number: int) -> None:
        connection.execute(update(releases).where(releases.c.number == number).values(state="withdrawn"))
        origin = connection.execute(select(releases.c.change_set).where(releases.c.number == number)).scalar()
        if origin is not None:
            values = {"state": "open", "revision": change_sets.c.revision + 1, "updated_at": self._clock.now()}
            connection.execute(update(change_sets).where(change_sets.c.id == origin).values(**values))

    # -- parts

    def _live(self) -> list[Line]:
        """Releases in force or waiting, oldest first, from the one in force on. Only of those that wait the changes are read."""
        columns = releases.c
        wanted = (columns.number, columns.change_set, columns.reason, columns.author, columns.approver, columns.changes, columns.effective_at)
        with self._database.reading() as connection:
            numbers = self._live_numbers(connection)
            rows = connection.execute(select(*wanted).where(columns.number.in_(numbers)).order_by(columns.number)).all()
            return [self._line(connection, row, waiting=position > 0) for position, row in enumerate(rows)]

    def _live_numbers(self, connection: Connection) -> list[int]:
        columns = releases.c
        query = select(columns.number, columns.effective_at).where(columns.state.in_(LIVE)).order_by(columns.number)
        rows, now = connection.execute(query).all(), self._clock.now()
        begun = max((row.number for row in rows if row.effective_at <= now), default=0)
        return [row.number for row in rows if row.number >= begun]

    def _line(self, connection: Connection, row: Any, *, waiting: bool) -> Line:
        changes = self._bodies_by_sha(connection, row.changes) if waiting else {}
        return Line(row.number, row.change_set, row.reason, row.author, row.approver, changes, row.effective_at)

    def _name_of(self, ref: Ref) -> str:
        title = self._catalogue.current().titles(ref.kind).get(ref.code, ref.code)
        return f"{self._kinds.get(ref.kind).title}“{title}”"

    def _bodies_by_sha(self, connection: Connection, changes: str) -> dict[Ref, Body | None]:
        found: dict[Ref, Body | None] = {}
        for name, sha in orjson.loads(changes).items():
            kind, code = name.split("/", 1)
            columns = definition_versions.c
            query = select(columns.body).where(columns.kind == kind, columns.code == code, columns.sha256 == sha)
            found[Ref(kind, code)] = None if sha is None else orjson.loads(connection.execute(query).scalar_one())
        return found

    def _highest(self, connection: Connection) -> int:
        return int(connection.execute(select(func.max(releases.c.number))).scalar() or 0)

    def _lock(self, connection: Connection) -> None:
        if not self._database.sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": LOCK})

    @staticmethod
    def _refuse_errors(found: Iterable[Finding], among: str = "") -> None:
        errors = [finding for finding in found if finding.severity == "error"]
        if errors:
            raise GateClosed(f"{among}有 {len(errors)} 处问题", findings=errors)
