"""The verbs of cases, together; and who has a case in hand."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, and_, select

from yichuang.access.grants import Grants
from yichuang.cases.acting import HOLD
from yichuang.cases.case import Deed, place_of_row
from yichuang.cases.exchanging import Exchanging
from yichuang.cases.lines import REVOKED
from yichuang.cases.model import cases, corrections
from yichuang.errors import CaseHeld, CaseMissing, InputRefused, YichuangError
from yichuang.ports import SYSTEM, Actor, Application

BATCH = 200


class Cases(Exchanging):
    """Everything about cases: `receive`, `submit_online`, `act`, `view`, `search`, `worklist`, materials, corrections, holding."""

    def pulse(self, case_id: str, grants: Grants) -> dict[str, Any]:
        """`{revision, state, holder}`: what an open page asks every few seconds; nothing sealed is opened. Raises `CaseMissing`."""
        with self._database.reading() as connection:
            row = self._row(connection, case_id, grants)
        held = bool(row.holder and row.held_until and row.held_until > self._clock.now())
        return {"revision": row.revision, "state": row.state, "holder": row.holder if held else None}

    def application(self, case_id: str, grants: Grants) -> Application:
        """The case as other rooms see it, for deciding something about it; nothing personal is shown, so it isn't noted. Raises `CaseMissing`."""
        with self._database.reading() as connection:
            return self._desk(connection, self._row(connection, case_id, grants)).work.application()

    def decision_revoked(self, connection: Connection, case_id: str, reason: str, actor: Actor) -> None:
        """The decision was revoked because what was promised is untrue: the case's outcome and its history say so. It stays where it stands."""
        try:
            row = self._row(connection, case_id, None, hold=True)
        except CaseMissing:
            return
        deed = Deed(REVOKED, {}, actor, None, f"revoke/{row.revision}", self._clock.now())
        step = {
            "title": "撤销决定", "from_state": row.state, "to_state": row.state, "reason": reason[:200],
            "result": "承诺不实，决定已撤销，并记入信用记录", "facts": "{}",
        }  # fmt: skip
        self._write_step(connection, row, deed, step, {})
        self._change(connection, row, outcome="revoked")
        self._note(actor, "case.revoke_decision", case_id, connection, row.number)

    # ------------------------------------------------------------------ in hand

    def take(self, case_id: str, actor: Actor, grants: Grants) -> None:
        """Have the case in hand for ten minutes, so that nobody else acts on it. Raises `CaseHeld`, `CaseMissing`."""
        with self._database.writing() as connection:
            row = self._row(connection, case_id, grants, hold=True)
            self._refuse_held(row, actor)
            self._hold(connection, row, actor.name)

    def release(self, case_id: str, actor: Actor, grants: Grants) -> None:
        """Let go of a case one has in hand. Raises `CaseHeld` when it is in somebody else's."""
        with self._database.writing() as connection:
            row = self._row(connection, case_id, grants, hold=True)
            if row.holder and row.holder != actor.name:
                raise CaseHeld(f"办件正由 {row.holder} 办理", holder=row.holder)
            self._hold(connection, row, "")

    def hand_over(self, case_id: str, to: str, reason: str, actor: Actor, grants: Grants) -> None:
        """Give the case to another clerk (or oneself, taking it over), whoever has it now. Raises `NotAllowed`, `InputRefused`."""
        if not reason.strip():
            raise InputRefused(problems=[{"field": "reason", "message": "请写明改派或接手的原因"}])
        with self._database.writing() as connection:
            row = self._row(connection, case_id, grants, hold=True)
            grants.require("case.hand_over", place_of_row(row), row.clerk)
            self._hold(connection, row, to)
            self._note(actor, "case.hand_over", case_id, connection, f"{row.holder or '—'} → {to}")

    def _hold(self, connection: Any, row: Any, name: str) -> None:
        until = self._clock.now() + HOLD if name else None
        values = {"holder": name, "held_until": until} | ({"clerk": name} if name and row.phase in ("applying", "receiving", "correcting") else {})
        connection.execute(cases.update().where(cases.c.id == row.id).values(**values))
        if values.get("clerk", row.clerk) != row.clerk:
            self._mark(connection, row.id)

    # ------------------------------------------------------------------ what time brings about

    def deem_accepted(self) -> int:
        """Cases without an answer after their term are deemed accepted (domain 2.4). For the worker; safe to run twice at once."""
        today = self._clock.now().date()
        late = and_(cases.c.clock_state == "answering", cases.c.answer_due < today)
        return self._by_time(select(cases.c.id, cases.c.answer_due).where(late).limit(BATCH), "deem")

    def lapse_corrections(self) -> int:
        """Corrections whose term is over end the case, where the flow lets time do so."""
        today = self._clock.now().date()
        over = and_(corrections.c.state == "open", corrections.c.due_on < today)
        query = select(corrections.c.case_id, corrections.c.due_on).where(over).limit(BATCH)
        return self._by_time(query, "lapse_correction")

    def _by_time(self, query: Any, action: str) -> int:
        with self._database.reading() as connection:
            found: Sequence[Any] = connection.execute(query).all()
        done = 0
        for case_id, day in found:
            try:
                done += self.act_by_system(case_id, action, f"{action}/{day}")
            except YichuangError as error:
                self._audit.note(SYSTEM, f"case.{action}_failed", "case", case_id, detail=error.code)
        return done
