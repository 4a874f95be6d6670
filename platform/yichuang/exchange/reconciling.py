"""Reconciliation (两边对账): what we sent to a target compared with what it says it holds, day by day, and the difference repaired.

A run goes on in steps of a few seconds, whoever takes them: a lease says who is at it, the days already compared say where to go on.
"""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, insert, or_, select, update
from sqlalchemy.engine import Row

from yichuang.access.grants import EVERYWHERE, Reach
from yichuang.audit.service import Audit
from yichuang.database import Database
from yichuang.errors import Conflict, ConnectorError, InputRefused, NotFound
from yichuang.exchange.comparing import (
    DIFFERENT,
    KINDS,
    MISSING_HERE,
    MISSING_THERE,
    Comparison,
    Discrepancy,
    Sent,
    compare,
)
from yichuang.exchange.run import DONE, FAILED, NOTED, OPEN, RESENT, RUNNING, STOPPED, Line, Run
from yichuang.exchange.runs import reconciliation_days, reconciliation_lines, reconciliations
from yichuang.exchange.syncing import midnight
from yichuang.outbox.message import RECEIVED, SENT
from yichuang.outbox.model import messages
from yichuang.outbox.service import Outbox
from yichuang.ports import SYSTEM, Actor, Clock, Connector, Holding

LEASE = timedelta(minutes=2)
EDGE = timedelta(minutes=10)
"""What was sent just before midnight may be held from just after it."""
MOST_DAYS, MOST_ATTEMPTS = 366, 5
PAGE = 100


class Reconciling:
    """`holder` gives the connector of a target, None for one that can't be asked (it fetches, or is inside); `targets` who can."""

    def __init__(
        self, database: Database, audit: Audit, clock: Clock, holder: Callable[[str], Connector | None], targets: Callable[[], Sequence[str]],
        outbox: Outbox,
    ) -> None:  # fmt: skip
        self._database = database
        self._audit = audit
        self._clock = clock
        self._holder = holder
        self._targets = targets
        self._outbox = outbox

    def targets(self) -> Sequence[str]:
        """Codes of the targets that can be asked."""
        return self._targets()

    # ------------------------------------------------------------------ asking

    def ask(self, target: str, since: date, until: date, actor: Actor) -> str:
        """Begin a run over whole days, both included; its id. Raises `InputRefused`, `Conflict` while one of the target is under way."""
        self._check(target, since, until)
        with self._database.writing() as connection:
            mine = (reconciliations.c.target == target) & (reconciliations.c.state == RUNNING)
            if connection.execute(select(reconciliations.c.id).where(mine)).first() is not None:
                raise Conflict("这个目标正在对账，请等它完成或先停止")
            run = self._begin(connection, target, since, until, actor, daily=False)
            self._audit.note(actor, "reconciliation.asked", "target", target, detail=f"{since} 至 {until}", within=connection)
        return run

    def _check(self, target: str, since: date, until: date) -> None:
        today, problem = self._clock.now().date(), {}
        if target not in self._targets():
            problem = {"field": "target", "message": "请选择可以对账的目标"}
        elif since > until or until > today:
            problem = {"field": "until", "message": "开始日期不能晚于结束日期，结束日期不能晚于今天"}
        elif (until - since).days >= MOST_DAYS:
            problem = {"field": "since", "message": f"一次最多对账 {MOST_DAYS} 天"}
        if problem:
            raise InputRefused(problem["message"], problems=[problem])

    def _begin(self, connection: Connection, target: str, since: date, until: date, actor: Actor, *, daily: bool) -> str:
        now, run = self._clock.now(), str(uuid.uuid4())
        row = {
            "id": run, "target": target, "since": since, "until": until, "daily": daily, "state": RUNNING, "asked_by": actor.name,
            "asked_at": now, "next_at": now,
        }  # fmt: skip
        connection.execute(insert(reconciliations), row)
        return run

    def ask_daily(self) -> int:
        """Yesterday of every target that can be asked and wasn't yet; how many runs began."""
        yesterday, columns, count = (self._clock.now() - EDGE).date() - timedelta(days=1), reconciliations.c, 0
        for target in self._targets():
            done = (columns.target == target) & (columns.until >= yesterday) & columns.daily
            with self._database.reading() as connection:
                if connection.execute(select(columns.id).where(done)).first() is not None:
                    continue
            with self._database.writing() as connection:
                if connection.execute(select(columns.id).where(done)).first() is None:
                    self._begin(connection, target, yesterday, yesterday, SYSTEM, daily=True)
                    count += 1
        return count

    # ------------------------------------------------------------------ working

    def work(self, seconds: float = 4.0) -> int:
        """Go on with runs until the time is over; how many days were compared. Safe to run by several at once."""
        until, compared = self._clock.now() + timedelta(seconds=seconds), 0
        while self._clock.now() < until:
            row = self._claim()
            if row is None:
                break
            compared += self._go_on(row, until)
        return compared

    def _claim(self) -> Row[Any] | None:
        columns, now = reconciliations.c, self._clock.now()
        due = select(reconciliations).where(columns.state == RUNNING, columns.next_at <= now).order_by(columns.next_at).limit(1)
        with self._database.writing() as connection:
            row = connection.execute(due.with_for_update(skip_locked=True)).first()
            if row is not None:
                connection.execute(update(reconciliations).where(columns.id == row.id).values(next_at=now + LEASE))
        return row

    def _go_on(self, row: Row[Any], until: datetime) -> int:
        holder, compared = self._holder(row.target), 0
        day = row.reached + timedelta(days=1) if row.reached else row.since
        try:
            while holder is not None and day <= row.until and self._clock.now() < until:
                if not self._write(row, day, self._compared(row.target, holder, day)):
                    return compared
                day, compared = day + timedelta(days=1), compared + 1
        except ConnectorError as error:
            self._again(row, str(error), final=row.attempts + 1 >= MOST_ATTEMPTS)
            return compared
        if holder is None:
            self._again(row, "这个目标现在不能对账：没有连接或改为由对方来取", final=True)
        else:
            self._end_or_yield(row, day > row.until)
        return compared

    def _compared(self, target: str, holder: Connector, day: date) -> Comparison:
        start, end = midnight(day), midnight(day + timedelta(days=1))
        columns = messages.c
        query = select(columns.id, columns.key, columns.digest, columns.case_number, columns.item, columns.department, columns.created_at)
        mine = (columns.target == target) & columns.state.in_((SENT, RECEIVED)) & (columns.sent_at >= start) & (columns.sent_at < end)
        theirs = {held.key: held for held in holder.holdings(start - EDGE, end + EDGE)}
        with self._database.reading() as connection:
            ours = [Sent(*row) for row in connection.execute(query.where(mine))]
            known = self._known(connection, sorted(set(theirs) - {sent.key for sent in ours}))
        theirs |= self._held_otherwise(holder, [sent for sent in ours if sent.key not in theirs])
        wanted = {sent.key for sent in ours} | known
        return compare(ours, [held for held in theirs.values() if held.key in wanted or start <= held.at < end], known)

    def _held_otherwise(self, holder: Connector, missing: Sequence[Sent]) -> dict[str, Holding]:
        """What seems to be missing may have come at another time: an answer got lost, and it was sent again a day later."""
        if not missing:
            return {}
        keys = {sent.key for sent in missing}
        since = min(sent.created_at for sent in missing) - EDGE
        return {held.key: held for held in holder.holdings(since, self._clock.now() + EDGE) if held.key in keys}

    @staticmethod
    def _known(connection: Connection, keys: Sequence[str]) -> set[str]:
        """Those of the keys that we have a message under, whenever it was sent."""
        found: set[str] = set()
        for at in range(0, len(keys), 500):
            found.update(connection.execute(select(messages.c.key).where(messages.c.key.in_(keys[at : at + 500]))).scalars())
        return found

    # ------------------------------------------------------------------ writing

    def _write(self, row: Row[Any], day: date, told: Comparison) -> bool:
        """A day's figures and discrepancies at once; compared again, a day is written anew. False when the run was stopped meanwhile."""
        now, lines = self._clock.now(), reconciliation_lines
        with self._database.writing() as connection:
            reached_ = {"reached": day, "next_at": now + LEASE, "attempts": 0, "words": ""}
            mine = (reconciliations.c.id == row.id) & (reconciliations.c.state == RUNNING)
            if not connection.execute(update(reconciliations).where(mine).values(**reached_)).rowcount:
                return False
            connection.execute(delete(reconciliation_days).where(reconciliation_days.c.run_id == row.id, reconciliation_days.c.day == day))
            connection.execute(delete(lines).where(lines.c.run_id == row.id, lines.c.key.in_([one.key for one in told.found])))
            figures = {kind: told.count(kind) for kind in KINDS}
            whole = {"run_id": row.id, "day": day, "target": row.target, "here": told.here, "there": told.there, "compared_at": now}
            connection.execute(insert(reconciliation_days), whole | figures)
            if told.found:
                connection.execute(insert(lines), [_line(row.id, day, one) for one in told.found])
        return True

    def _end_or_yield(self, row: Row[Any], ended: bool) -> None:
        now = self._clock.now()
        values = {"state": DONE, "ended_at": now, "words": ""} if ended else {"next_at": now}
        self._settle(row.id, **values)

    def _again(self, row: Row[Any], words: str, *, final: bool) -> None:
        now, attempts = self._clock.now(), row.attempts + 1
        if final:
            self._settle(row.id, state=FAILED, ended_at=now, words=words[:300], attempts=attempts)
        else:
            self._settle(row.id, next_at=now + timedelta(seconds=30 * attempts), words=words[:300], attempts=attempts)

    def _settle(self, run: str, **values: Any) -> None:
        mine = (reconciliations.c.id == run) & (reconciliations.c.state == RUNNING)
        with self._database.writing() as connection:
            connection.execute(update(reconciliations).where(mine).values(**values))

    # ------------------------------------------------------------------ people

    def stop(self, run: str, actor: Actor) -> None:
        """Raises `NotFound`, `Conflict` when it isn't under way."""
        self.find(run)
        with self._database.writing() as connection:
            mine = (reconciliations.c.id == run) & (reconciliations.c.state == RUNNING)
            if not connection.execute(update(reconciliations).where(mine).values(state=STOPPED, ended_at=self._clock.now())).rowcount:
                raise Conflict("这次对账已经结束")
            self._audit.note(actor, "reconciliation.stopped", "reconciliation", run, within=connection)

    def repair(self, run: str, actor: Actor, kinds: Sequence[str] = (MISSING_THERE, DIFFERENT), note: str = "") -> Mapping[str, int]:
        """Send again what is missing there, replace what differs, note what is missing here (with words). By kind how many."""
        if MISSING_HERE in kinds and not 2 <= len(note.strip()) <= 300:
            raise InputRefused("请写明核查情况", problems=[{"field": "note", "message": "2 至 300 个字"}])
        done: dict[str, int] = {}
        target = self.find(run).target
        for kind in kinds:
            open_ = [line for line in self.lines(run, kind, limit=None) if line.state == OPEN]
            ids = [line.message_id for line in open_ if line.message_id]
            if kind != MISSING_HERE:
                self._outbox.repair(target, ids, actor)
            self._close(run, [line.key for line in open_], actor, NOTED if kind == MISSING_HERE else RESENT, note.strip())
            done[kind] = len(open_)
        self._audit.note(actor, "reconciliation.repaired", "reconciliation", run, detail="，".join(f"{KINDS[k]} {n}" for k, n in done.items()))
        return done

    def _close(self, run: str, keys: Sequence[str], actor: Actor, state: str, note: str) -> None:
        columns = reconciliation_lines.c
        values = {"state": state, "settled_by": actor.name, "settled_at": self._clock.now(), "note": note}
        with self._database.writing() as connection:
            for at in range(0, len(keys), 500):
                mine = (columns.run_id == run) & columns.key.in_(keys[at : at + 500])
                connection.execute(update(reconciliation_lines).where(mine).values(**values))

    # ------------------------------------------------------------------ reading

    def find(self, run: str) -> Run:
        """Raises `NotFound`."""
        with self._database.reading() as connection:
            row = connection.execute(select(reconciliations).where(reconciliations.c.id == run)).first()
        if row is None:
            raise NotFound("没有这次对账")
        return Run(*row)

    def runs(self, targets: Sequence[str], limit: int = 30) -> Sequence[Run]:
        """The newest first."""
        columns = reconciliations.c
        query = select(reconciliations).where(columns.target.in_(targets)).order_by(columns.asked_at.desc(), columns.id).limit(limit)
        with self._database.reading() as connection:
            return [Run(*row) for row in connection.execute(query)]

    def days(self, run: str) -> Sequence[Mapping[str, Any]]:
        """The run's figures by day."""
        columns = reconciliation_days.c
        query = select(reconciliation_days).where(columns.run_id == run).order_by(columns.day)
        with self._database.reading() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]

    def latest(self, target: str, since: date, until: date) -> Sequence[Mapping[str, Any]]:
        """Of each day of the range the figures that were counted last, whichever run counted them."""
        columns = reconciliation_days.c
        mine = (columns.target == target) & (columns.day >= since) & (columns.day <= until)
        with self._database.reading() as connection:
            found = connection.execute(select(reconciliation_days).where(mine).order_by(columns.day, columns.compared_at)).mappings()
            return list({row["day"]: dict(row) for row in found}.values())

    def lines(self, run: str, kind: str = "", after: str = "", limit: int | None = PAGE, reach: Reach = EVERYWHERE) -> Sequence[Line]:
        """By key; `after` the key that ended the last page."""
        columns = reconciliation_lines.c
        chosen = [columns.run_id == run, *([columns.kind == kind] if kind else []), *([columns.key > after] if after else [])]
        if not reach.everything:
            chosen.append(or_(columns.department.in_(sorted(reach.departments)), columns.department == ""))
        query = select(reconciliation_lines).where(*chosen).order_by(columns.key)
        with self._database.reading() as connection:
            return [Line(*row) for row in connection.execute(query if limit is None else query.limit(limit))]

    def counts(self, run: str) -> Mapping[str, Mapping[str, int]]:
        """By kind and state."""
        columns = reconciliation_lines.c
        query = select(columns.kind, columns.state, func.count()).where(columns.run_id == run).group_by(columns.kind, columns.state)
        told: dict[str, dict[str, int]] = {kind: {} for kind in KINDS}
        with self._database.reading() as connection:
            for kind, state, count in connection.execute(query):
                told[kind][state] = int(count)
        return told


def _line(run: str, day: date, one: Discrepancy) -> dict[str, Any]:
    return {"run_id": run, "day": day, "state": OPEN, **asdict(one)}


