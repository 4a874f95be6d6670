"""What departments' own systems push back (反向推送): their steps and results act on the case like an approver of theirs would."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from yichuang.access.grants import Grants, Reach
from yichuang.cases.case import Deed
from yichuang.cases.lines import flow_of
from yichuang.cases.model import case_steps, cases
from yichuang.cases.online import Online
from yichuang.cases.working import Desk
from yichuang.errors import ActionRefused, CaseMissing, Conflict, NotFound
from yichuang.flows.compiled import CompiledFlow
from yichuang.flows.machine import Action
from yichuang.ports import Actor

POWERS = ("case.read", "case.review", "case.special", "case.extend", "case.decide", "case.close")
"""What a department's system may do in its cases: an approver's business, nothing of the counter's."""
RESULT, PROCESS, NOTED = "RESULT", "PROCESS", "department_process"
EVENTS: Mapping[str, str] = {"pass": "通过", "return": "退回", "other": "其他"}
"""What happened in a department's own step (GB/T 39046)."""
EXPLAINED = ("opinion", "reason", "result", "findings")
"""The inputs that an explanation in words fills, the first the action asks for and nobody filled."""


@dataclass(frozen=True, slots=True)
class Pushed:
    """A step or result as it came in. `step`: a code (REVIEW, SPECIAL, …, RESULT), or PROCESS for the department's own; `action` narrows it.

    `outcome`: approved or denied, with RESULT. `key`: of the sender's choosing; the same again changes nothing more.
    """

    key: str
    step: str
    operator: str
    action: str = ""
    outcome: str = ""
    title: str = ""
    event: str = "other"
    explanation: str = ""
    inputs: Mapping[str, Any] = field(default_factory=dict)
    certificate: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Standing:
    """The case after what was pushed. `repeated`: it had come in before."""

    number: str
    state: str
    state_title: str
    revision: int
    outcome: str
    repeated: bool


class Exchanging(Online):
    def take_pushed(self, intake: str, pushed: Pushed, actor: Actor) -> Standing:
        """Carry out what a department's system pushed; `actor.post.department` is whose it is.

        Raises `CaseMissing` for another department's case, `ActionRefused` in words when the flow doesn't permit it, `InputRefused`,
        `Conflict` for a key used for something else, `CaseHeld`.
        """
        with self._database.writing() as connection:
            row = self._row(connection, self._id_of(connection, intake), None, hold=True)
            if not actor.post.department or row.department != actor.post.department:
                raise CaseMissing
            deed = Deed(pushed.action, {}, actor, None, f"{actor.name}:{pushed.key}"[:64], self._clock.now())
            before = self._before(connection, row.id, deed.key)
            if before is None:
                self._carry_out(connection, row, pushed, deed)
            elif not self._alike(row, before, pushed):
                raise Conflict("这个幂等键已用于另一次推送，请换一个")
        return self._standing(row.id, before is not None)

    def file_of(self, intake: str, digest: str, actor: Actor) -> tuple[str, bytes]:
        """Name and content of a file of a case's materials, for a system that may see the case; noted. Raises `CaseMissing`, `NotFound`."""
        with self._database.reading() as connection:
            record = self.record(connection, self._id_of(connection, intake))
        found = (file for material in record["materials"] for file in material["files"] if file["digest"] == digest)
        file = next(found, None)
        if file is None:
            raise NotFound("办件材料中没有这个文件")
        case_id = record["case"]["id"]
        self._note(actor, "case.file", case_id, detail=digest[:12])
        return file["name"], self._rooms.files.read(case_id, digest)

    # ------------------------------------------------------------------ carrying out

    def _id_of(self, connection: Connection, intake: str) -> str:
        if len(intake) == 36:
            return intake
        return str(connection.execute(select(cases.c.id).where(cases.c.number == intake)).scalar() or "")

    def _before(self, connection: Connection, case_id: str, key: str) -> Any:
        mine = (case_steps.c.case_id == case_id) & (case_steps.c.key == key)
        return connection.execute(select(case_steps).where(mine)).first()

    def _alike(self, row: Any, before: Any, pushed: Pushed) -> bool:
        """Whether what came in before under this key was the same kind of thing."""
        if before.action == NOTED:
            return pushed.step == PROCESS and pushed.title == before.title
        action = self._flow(row).actions.get(before.action)
        if action is None or pushed.step != action.step or pushed.action not in ("", action.code):
            return False
        return not pushed.outcome or pushed.outcome == self._outcome(row, action)

    def _flow(self, row: Any) -> CompiledFlow:
        return flow_of(self._catalogue, row)

    def _outcome(self, row: Any, action: Action) -> str:
        return action.outcome or self._flow(row).states[action.target].outcome

    def _carry_out(self, connection: Connection, row: Any, pushed: Pushed, deed: Deed) -> None:
        if pushed.step == PROCESS:
            self._note_process(connection, row, pushed, deed)
            return
        self._refuse_held(row, deed.actor)
        desk = self._desk(connection, row)
        action = self._meant(desk, pushed)
        reach = Reach(departments=frozenset({row.department}))
        grants = Grants(dict.fromkeys(POWERS, reach))
        meant = Deed(action.code, _inputs(action, pushed), deed.actor, None, deed.key, deed.at)
        self._authorise(desk, action, meant, grants)
        self._perform(connection, desk, meant, grants)

    def _note_process(self, connection: Connection, row: Any, pushed: Pushed, deed: Deed) -> None:
        """The department's own step: in the case's history, its state stays."""
        if row.phase == "ended":
            raise ActionRefused(reasons=[{"message": "办件已经结束，不再登记环节", "remedy": "请核对办件编号"}])
        words = f"{EVENTS[pushed.event]}：{pushed.explanation}" if pushed.explanation else EVENTS[pushed.event]
        step = {
            "title": pushed.title[:100], "from_state": row.state, "to_state": row.state, "reason": "", "result": EVENTS[pushed.event], "facts": "{}",
        }  # fmt: skip
        self._write_step(connection, row, Deed(NOTED, {}, deed.actor, None, deed.key, deed.at), step, {"opinion": words, **pushed.inputs})
        self._change(connection, row)
        self._note(deed.actor, f"case.{NOTED}", row.id, connection, row.number)

    def _meant(self, desk: Desk, pushed: Pushed) -> Action:
        """The one action of the flow that what was pushed names, from where the case stands. Raises `ActionRefused`."""
        work = desk.work
        mine = [a for a in work.flow.actions.values() if a.by == "staff" and a.power in POWERS and a.step == pushed.step]
        mine = [a for a in mine if pushed.action in ("", a.code)]
        if pushed.outcome:
            mine = [a for a in mine if self._outcome(work.row, a) == pushed.outcome]
        here = [a for a in mine if work.row.state in a.sources and a.offered(work.facts)]
        if len(here) == 1:
            return here[0]
        state = work.flow.states[work.row.state].title
        if here:
            names = "、".join(f"{a.code}（{a.title}）" for a in here)
            raise ActionRefused(reasons=[{"message": f"“{state}”的办件可以进行多个这样的步骤", "remedy": f"请在 action 中写明是哪一个：{names}"}])
        known = "、".join(a.title for a in mine) or pushed.step
        raise ActionRefused(reasons=[{"message": f"办件现在是“{state}”，不能进行“{known}”", "remedy": self._way(work, mine)}])

    def _way(self, work: Any, mine: list[Action]) -> str:
        """From where the step could be taken, and what else may be pushed now."""
        sources = "、".join(work.flow.states[code].title for code in sorted({s for a in mine for s in a.sources}) if code in work.flow.states)
        now = [a for a in work.flow.actions.values() if a.by == "staff" and a.power in POWERS and work.row.state in a.sources]
        open_now = "、".join(f"{a.title}（{a.step}）" for a in now if a.step and a.offered(work.facts))
        told = [f"该步骤须在“{sources}”时进行" if sources else "流程中没有这一步骤", f"现在可以推送：{open_now}" if open_now else ""]
        return "；".join(part for part in told if part)

    def _standing(self, case_id: str, repeated: bool) -> Standing:
        with self._database.reading() as connection:
            row = self._row(connection, case_id, None)
        title = self._flow(row).states[row.state].title
        return Standing(row.number, row.state, title, row.revision, row.outcome, repeated)


def _inputs(action: Action, pushed: Pushed) -> dict[str, Any]:
    """What the action asks for: as given by code; words and certificate where they belong."""
    asked = {one.code for one in action.inputs}
    certificate = {"result_name": "name", "certificate": "number", "validity": "validity"}
    given = {code: pushed.certificate[part] for code, part in certificate.items() if code in asked and pushed.certificate.get(part)}
    given |= {code: value for code, value in pushed.inputs.items() if code in asked}
    place = next((code for code in EXPLAINED if code in asked), "")
    if place and pushed.explanation:
        given.setdefault(place, pushed.explanation)
    return given
