"""Reading all that a case's record says, in the caller's transaction or outside of one."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select

from yichuang.cases.corrections import Corrections
from yichuang.cases.model import case_steps, cases
from yichuang.cases.record import Told, assemble
from yichuang.cases.standing import corrections_of, materials_of
from yichuang.commitment.records import effective_of
from yichuang.entrustment.places import compile_places
from yichuang.exchange.intakes import Assembly
from yichuang.flows.compiled import compile_item_flow
from yichuang.items.compiled import compile_item


class Recording(Corrections):
    def record(self, connection: Connection, case_id: str, seq: int = 0) -> dict[str, Any]:
        """The record (`cases.record`) at a step, of the last one when `seq` is 0. Unmasked: whoever lets it out notes that. Raises `CaseMissing`."""
        return assemble(self.told(connection, case_id), seq)

    def assembled(self, connection: Connection, intake: str) -> Assembly:
        """What an intake is made of; by case id or number. Raises `CaseMissing`."""
        case_id = intake if len(intake) == 36 else connection.execute(select(cases.c.id).where(cases.c.number == intake)).scalar()
        told = self.told(connection, case_id or "")
        row = told.row
        return Assembly(
            row.id, row.number, row.department, row.item, row.hall, row.street, row.revision, assemble(told), told.by_code()
        )

    def told(self, connection: Connection, case_id: str) -> Told:
        """All that records of this case say. Raises `CaseMissing`."""
        row = self._row(connection, case_id, None)
        snapshot, now = self._catalogue.at(row.release), self._catalogue.current()
        today, effect = self._clock.now().date(), effective_of(self._rooms.commitments.of_case(case_id, connection))
        materials = materials_of(connection, case_id, effect, lambda amount, unit: self._term_from(row, today, amount, unit))
        rounds = corrections_of(connection, case_id)
        answers = {(found.row.round, point.seq): _words(self._answer(found, point)) for found in rounds for point in found.points}
        steps = connection.execute(select(case_steps).where(case_steps.c.case_id == case_id).order_by(case_steps.c.seq)).all()
        return Told(
            row, snapshot.version("item", row.item), snapshot.compiled(compile_item, row.item), snapshot.compiled(compile_item_flow, row.item),
            now.compiled(compile_places, ""), self._content(row), materials, self._rooms.documents.of_case(case_id, connection), rounds,
            answers, steps, {step.seq: self._typed(step) for step in steps if step.body},
        )  # fmt: skip

    def _typed(self, step: Any) -> dict[str, Any]:
        """What was typed for a step, without the facts it was decided on."""
        opened: dict[str, Any] = json.loads(self._vault.open(step.body, f"step/{step.case_id}/{step.seq}"))
        return {code: value for code, value in opened.items() if not code.startswith("~")}


def _words(answer: Mapping[str, Any]) -> str:
    """An applicant's answer to a point: their words, else the value put right, as text."""
    value = answer.get("text") or answer.get("value") or ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
