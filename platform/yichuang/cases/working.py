"""A case in hand: its release's definitions, its content, and every fact about it, put together once per verb."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import orjson
from sqlalchemy import Connection

from yichuang.cases.case import CaseContent, Work
from yichuang.cases.clock import Limit, Limits, Reckoning, reckon
from yichuang.cases.ledger import Ledger
from yichuang.cases.standing import Correction, Material, case_facts, corrections_of, materials_of, merged
from yichuang.commitment.records import Commitment, Effective, effective_of
from yichuang.entrustment.mandate import Mandate
from yichuang.errors import CalendarMissing
from yichuang.flows.compiled import CompiledFlow, compile_item_flow
from yichuang.items.compiled import CompiledItem, ItemDecision, compile_item
from yichuang.items.facts import everyday_facts
from yichuang.ports import Actor, Place


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything about one case at one moment."""

    work: Work
    materials: list[Material]
    rounds: list[Correction]
    reckoning: Reckoning
    decided: ItemDecision
    limits: Limits
    mandate: Mandate
    promises: Sequence[Commitment]


class Working(Ledger):
    def _desk(self, connection: Connection, row: Any) -> Desk:
        snapshot = self._catalogue.at(row.release)
        item, flow = snapshot.compiled(compile_item, row.item), snapshot.compiled(compile_item_flow, row.item)
        content, today = self._content(row), self._clock.now().date()
        promises = self._rooms.commitments.of_case(row.id, connection)
        effect = effective_of(promises)
        materials = materials_of(connection, row.id, effect, lambda amount, unit: self._term_from(row, today, amount, unit))
        rounds, limits = corrections_of(connection, row.id), _limits(item, effect)
        reckoning = self._reckoning(row, orjson.loads(row.clock), limits, flow, today)
        decided = self._decided(item, row, content, today)
        mandate = self._mandate(row)
        facts = merged(
            decided.facts,
            case_facts(row, materials, rounds, reckoning, today, content.agent is not None),
            {"entrustment.reject_needs_consent": mandate.reject_needs_consent},
        )
        work = Work(row, snapshot, item, flow, content, facts)
        work = replace(work, facts=facts | self._asked(connection, work))
        return Desk(work, materials, rounds, reckoning, decided, limits, mandate, promises)

    def _asked(self, connection: Connection, work: Work) -> dict[str, Any]:
        """Facts that cost a look elsewhere, found out only where the flow reads them."""
        found: dict[str, Any] = {}
        number = work.content.party.key
        if "applicant.dishonest" in work.flow.facts:
            found["applicant.dishonest"] = bool(number) and self._rooms.commitments.credit.is_dishonest(number, connection)
        if "case.commitment_undecided" in work.flow.facts:
            found["case.commitment_undecided"] = self._rooms.commitments.undecided(work.application())
        return found

    def _term_from(self, row: Any, today: date, amount: int, unit: str) -> date | None:
        """The last day of a term that runs from acceptance (until then: from today). None without a calendar for it."""
        start, calendar = row.accepted_on or today, self._calendar(row)
        try:
            return calendar.add(start, amount) if unit == "working_day" and calendar else start + timedelta(days=amount)
        except CalendarMissing:
            return None

    def _decided(self, item: CompiledItem, row: Any, content: CaseContent, today: date) -> ItemDecision:
        """The item decided for this content; `facts` hold those of situation and form."""
        kind = content.party.kind or content.applicant.get("kind")
        place = {"hall": row.hall or None, "street": row.street or None, "window": row.window or None}
        facts = everyday_facts(item.body, today, applicant_kind=kind if isinstance(kind, str) else None, **place)
        return item.decide(content.situation, content.answers, facts)

    def _mandate(self, row: Any, actor: Actor | None = None) -> Mandate:
        """What the agreement permits for this case: as it was when the case came in, dates no longer asked (domain 2.2)."""
        window = actor.window if actor and actor.window else row.window
        place = Place(row.department, row.hall, row.street, window)
        return self._rooms.entrustments.authority(row.item, place, release=row.agreement_release or None)

    def _reckoning(
        self, row: Any, events: Sequence[Mapping[str, Any]], limits: Limits, flow: CompiledFlow, today: date
    ) -> Reckoning:
        return reckon(events, limits, self._calendar(row), today, flow.settings)


def _limits(item: CompiledItem, effect: Effective) -> Limits:
    """The item's terms; a commitment in effect may promise a shorter one."""
    limits = Limits.of(item.body)
    promised = effect.promised
    return replace(limits, promised=Limit(int(promised["amount"]), str(promised["unit"]))) if promised else limits


def clock_columns(reckoning: Reckoning, state: str) -> dict[str, Any]:
    """What `cases` keeps of a reckoning, for lists and lights; `state` is the clock's kind."""
    return {
        "clock_state": state, "answer_due": reckoning.answer_due, "warn_on": reckoning.warn_on, "due_on": reckoning.due_on,
        "statutory_due": reckoning.statutory_due, "provisional": reckoning.provisional,
    }  # fmt: skip
