"""The exchange as pages and jobs use it: loads and alarms, exceptions and looks, trials, reconciliation; put together once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from yichuang.audit.service import Audit
from yichuang.catalogue.feed import Catalogue
from yichuang.database import Database
from yichuang.errors import ReleaseMissing
from yichuang.exchange.alarms import Alarms
from yichuang.exchange.exceptions import Exceptions
from yichuang.exchange.look import Looks
from yichuang.exchange.reconciling import Reconciling
from yichuang.exchange.rehearsal import Rehearsals
from yichuang.exchange.sending import Sending
from yichuang.exchange.syncing import Loads
from yichuang.exchange.targets import Targets, compile_targets
from yichuang.exchange.trial import Trials
from yichuang.outbox.service import Outbox
from yichuang.ports import Clock, DefinitionView


@dataclass(frozen=True, slots=True)
class ExchangeRooms:
    """What the exchange is made of. `base_url`: where the pages are."""

    database: Database
    catalogue: Catalogue
    outbox: Outbox
    audit: Audit
    clock: Clock
    sending: Sending
    base_url: str


class Exchange:
    def __init__(self, rooms: ExchangeRooms) -> None:
        self._rooms = rooms
        outbox, catalogue, clock = rooms.outbox, rooms.catalogue, rooms.clock
        self.loads = Loads(rooms.database, clock, lambda: self.targets().all)
        self.alarms = Alarms(self.loads, self.targets, clock)
        self.exceptions = Exceptions(outbox, catalogue.current)
        self.looks = Looks(outbox, rooms.audit, catalogue.current, self._of_release, self._at, rooms.sending.digest)
        self.trials = Trials(outbox, catalogue.current)
        self.rehearsals = Rehearsals(rooms.sending.connector, rooms.audit, clock, rooms.base_url)
        self.reconciling = Reconciling(rooms.database, rooms.audit, clock, rooms.sending.connector_of, self._askable, outbox)

    def targets(self) -> Targets:
        """Of the release in force."""
        return self._rooms.catalogue.current().compiled(compile_targets, "")

    def _askable(self) -> Sequence[str]:
        return [code for code, target in self.targets().all.items() if target.pushed and self._rooms.sending.connector_of(code) is not None]

    def _of_release(self, number: int) -> DefinitionView | None:
        try:
            return self._rooms.catalogue.at(number) if number else None
        except ReleaseMissing:
            return None

    def _at(self, moment: datetime) -> DefinitionView:
        """What was in force at a moment; today's where nothing is known."""
        return self._of_release(self._rooms.catalogue.in_force_at(moment)) or self._rooms.catalogue.current()
