"""Acting on a case: authority, flow and inputs are checked; then state, clock, documents, messages and the step are written at once."""

import json
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, select

from yichuang.access.grants import Grants
from yichuang.cases.case import Deed
from yichuang.cases.effects import EFFECTS
from yichuang.cases.issuing import Issuing
from yichuang.cases.lines import flow_of
from yichuang.cases.model import case_steps
from yichuang.cases.progress import Progress
from yichuang.cases.ticking import advanced, received_on
from yichuang.cases.working import Desk, clock_columns
from yichuang.commitment.records import effective_of
from yichuang.errors import ActionRefused, CaseHeld, CaseMissing, CaseOutdated, Conflict
from yichuang.flows.inputs import checked, figure
from yichuang.flows.machine import Action
from yichuang.ports import SYSTEM, Actor

HOLD = timedelta(minutes=10)
PERSONAL = "~facts"
"""Where a step's sealed body keeps the facts that are personal."""


class Acting(Issuing):
    def act(
        self, case_id: str, action: str, inputs: dict[str, Any], actor: Actor, grants: Grants, revision: int | None, key: str
    ) -> None:
        """A member of staff takes a step. The same `key` again changes nothing more.

        Raises `CaseMissing`, `NotAllowed`, `EntrustmentRefused`, `ActionRefused`, `CaseHeld`, `CaseOutdated`, `InputRefused`.
        """
        deed = Deed(action, inputs, actor, revision, key, self._clock.now())
        with self._database.writing() as connection:
            row = self._row(connection, case_id, grants, hold=True)
            if self._done(connection, case_id, deed):
                return
            self._refuse_stale(row, deed)
            self._refuse_held(row, actor)
            desk = self._desk(connection, row)
            self._authorise(desk, desk.work.flow.actions.get(action), deed, grants)
            self._perform(connection, desk, deed, grants)

    def act_public(self, case_id: str, action: str, inputs: dict[str, Any], account: str, key: str) -> None:
        """The applicant takes a step in their own case. Raises as `act`; `CaseMissing` for somebody else's case."""
        with self._database.writing() as connection:
            row = self._row(connection, case_id, None, hold=True)
            if not account or row.account != account:
                raise CaseMissing
            title = "代理人" if row.agent_index else "申请人"
            deed = Deed(action, inputs, Actor(f"applicant:{account}", title), None, key, self._clock.now())
            if not self._done(connection, case_id, deed):
                desk = self._desk(connection, row)
                self._expect_by(desk, action, "applicant")
                self._perform(connection, desk, deed, None)

    def act_by_system(self, case_id: str, effect: str, key: str) -> bool:
        """What time brings about (`deem`, `lapse_correction`), by the flow's own action for it. False when the flow doesn't permit it now."""
        with self._database.writing() as connection:
            row = self._row(connection, case_id, None, hold=True)
            desk = self._desk(connection, row)
            action = next((a for a in desk.work.flow.actions.values() if a.by == "system" and effect in a.effects), None)
            if action is None or row.state not in action.sources or not action.offered(desk.work.facts):
                return False
            deed = Deed(action.code, {}, SYSTEM, None, key, self._clock.now())
            if self._done(connection, case_id, deed):
                return False
            self._perform(connection, desk, deed, None)
        return True

    # ------------------------------------------------------------------ what must hold

    def _done(self, connection: Connection, case_id: str, deed: Deed) -> bool:
        """Whether this very asking was carried out before. Raises `Conflict` for a key used for something else."""
        mine = (case_steps.c.case_id == case_id) & (case_steps.c.key == deed.key)
        found = connection.execute(select(case_steps.c.action).where(mine)).scalar()
        if found is not None and found != deed.action:
            raise Conflict("这个请求编号已用于另一步骤，请刷新后再试")
        return found is not None

    def _refuse_stale(self, row: Any, deed: Deed) -> None:
        if deed.revision is None or deed.revision == row.revision:
            return
        state = flow_of(self._catalogue, row).states[row.state]
        current = {
            "state": row.state, "state_title": state.title, "revision": row.revision, "at": row.updated_at.isoformat(),
        }  # fmt: skip
        raise CaseOutdated(f"办件现在是“{current['state_title']}”，请核对后再办理", current=current)

    def _refuse_held(self, row: Any, actor: Actor) -> None:
        now = self._clock.now()
        if row.holder and row.holder != actor.name and row.held_until and row.held_until > now:
            raise CaseHeld(
                f"办件正由 {row.holder} 办理，{row.held_until:%H:%M} 前不能由他人办理", holder=row.holder, until=row.held_until.isoformat()
            )

    def _expect_by(self, desk: Desk, code: str, by: str) -> Action:
        action = desk.work.flow.actions.get(code)
        if action is None or action.by != by:
            raise ActionRefused(reasons=[{"message": "没有这一步骤", "remedy": "请刷新页面后再试"}])
        return action

    def _authorise(self, desk: Desk, action: Action | None, deed: Deed, grants: Grants) -> None:
        """Power and reach by role; at a counter also the department's agreement. Raises `NotAllowed`, `EntrustmentRefused`."""
        action = self._expect_by(desk, action.code if action else "", "staff")
        row = desk.work.row
        grants.require(action.power, desk.work.place, row.clerk)
        if action.entrusted and deed.actor.post.department != row.department:
            self._mandate(row, deed.actor).require(action.entrusted)

    # ------------------------------------------------------------------ the step itself

    def _earlier(self, connection: Connection, row: Any) -> dict[str, Any]:
        """What was typed for the step before: a confirmation issues what was proposed."""
        last = select(case_steps.c.seq, case_steps.c.body).where(case_steps.c.case_id == row.id).order_by(case_steps.c.seq.desc()).limit(1)
        found = connection.execute(last).first()
        typed: dict[str, Any] = json.loads(self._vault.open(found.body, f"step/{row.id}/{found.seq}")) if found and found.body else {}
        return typed

    def _perform(self, connection: Connection, desk: Desk, deed: Deed, grants: Grants | None) -> None:
        work = desk.work
        target = work.flow.take(work.row.state, deed.action, work.facts)
        action = work.flow.actions[deed.action]
        given = checked(action, deed.inputs)
        events = json.loads(work.row.clock)
        progress = Progress(desk, deed, action, target, given, self._day(work.row, events, action, deed), events, work.content)
        progress.earlier = self._earlier(connection, work.row) if action.documents else {}
        for effect in action.effects:
            EFFECTS[effect](self, connection, progress)
        progress.events = _ticked(progress)
        self._settle(progress, grants)
        self._finish(connection, progress)

    def _day(self, row: Any, events: list[Any], action: Action, deed: Deed) -> date:
        """Today; for acceptance after corrections the day all was there, when deemed accepted the day of receipt (domain 2.4)."""
        corrected = row.correction_round and row.accepted_on is None and row.clock_state == "answering"
        if corrected or "deem" in action.effects:
            return received_on(events) or deed.at.date()
        return deed.at.date()

    def _settle(self, progress: Progress, grants: Grants | None) -> None:
        """The columns that follow from the new state."""
        row, target, at = progress.row, progress.target, progress.deed.at
        work, changes = progress.desk.work, progress.changes
        reckoning = self._reckoning(row, progress.events, progress.desk.limits, work.flow, at.date())
        changes |= clock_columns(reckoning, target.clock) | {"clock": json.dumps(progress.events), "state": target.code, "phase": target.phase}
        committed = row.committed or (progress.accepts and effective_of(progress.desk.promises).committed)
        if progress.accepts:
            changes |= {"accepted_on": progress.on, "accepted_at": at, "committed": committed}
        if progress.decides:
            changes["decided_at"] = at
            on_time = row.due_on is None or at.date() <= row.due_on
            progress.facts |= {"on_time": on_time, "used_days": progress.desk.reckoning.used}
        if target.ended and row.ended_at is None:
            changes["ended_at"] = at
        if progress.outcome:
            changes["outcome"] = progress.facts["outcome"] = progress.outcome
        changes |= _whose(progress)
        progress.facts |= {"light": reckoning.light, "round": changes.get("correction_round", row.correction_round), "committed": committed}
        keeps = grants is not None and any(
            a.by == "staff" and a.tone != "danger" and target.code in a.sources and grants.may(a.power) for a in work.flow.actions.values()
        )
        changes |= {"holder": progress.deed.actor.name, "held_until": at + HOLD} if keeps else {"holder": "", "held_until": None}

    def _finish(self, connection: Connection, progress: Progress) -> None:
        """The row, documents, the step, the messages; all in the transaction that is open."""
        row = progress.row
        if progress.content is not progress.desk.work.content:
            progress.changes["body"] = self._sealed(row.id, progress.content)
        self._change(connection, row, **progress.changes)
        self._record(connection, progress)

    def _record(self, connection: Connection, progress: Progress) -> None:
        row, deed, action = progress.row, progress.deed, progress.action
        issued = self._issue(connection, progress)
        progress.facts["documents"] = [document.id for document in issued]
        plain, personal = read_facts(progress)
        progress.facts["read"] = plain
        step = {
            "title": action.title, "from_state": row.state, "to_state": progress.target.code, "reason": figure(action, progress.given)[:200],
            "result": "；".join([*progress.words, *(f"{document.title} {document.number}".strip() for document in issued)])[:300],
            "facts": json.dumps(progress.facts, ensure_ascii=False),
        }  # fmt: skip
        self._write_step(connection, row, deed, step, dict(progress.given) | ({PERSONAL: personal} if personal else {}))
        self._tell(connection, progress)
        self._note(deed.actor, f"case.{action.code}", row.id, connection, row.number)


def read_facts(progress: Progress) -> tuple[dict[str, Any], dict[str, Any]]:
    """The facts on which the step was decided: plain ones, and those of the form and situation, which go sealed."""
    facts = {path: progress.desk.work.facts.get(path) for path in sorted(progress.action.facts)}
    personal = {path: value for path, value in facts.items() if path.startswith(("form.", "situation."))}
    return {path: value for path, value in facts.items() if path not in personal}, personal


def _ticked(progress: Progress) -> list[dict[str, Any]]:
    """The clock's events after the step. What is decided on the spot ends today, also where acceptance counts from an earlier day."""
    today = progress.deed.at.date()
    events = advanced(
        progress.events, progress.before.clock, progress.target.clock, progress.on, settled=progress.on != today, instant=progress.decides
    )
    if progress.decides and events and events[-1]["kind"] == "stopped":
        events[-1] = {**events[-1], "on": today.isoformat()}
    return events


def _whose(progress: Progress) -> dict[str, Any]:
    """Who it is now: an online application is the clerk's who takes it in, a case under review the approver's who takes it up."""
    row, actor, target = progress.row, progress.deed.actor, progress.target
    if row.received_at is None and target.phase == "receiving":
        return {"received_at": progress.deed.at, "clerk": actor.name} | ({"window": actor.window} if actor.window else {})
    if not row.approver and progress.action.power == "case.review":
        return {"approver": actor.name}
    return {}
