"""What runs by itself: a name, an interval in seconds, and what to do. All jobs are idempotent and safe to run twice at once."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from yichuang.cases.files import Files

if TYPE_CHECKING:
    from yichuang.services import Services

ABANDONED_AFTER = timedelta(days=30)
"""An unfinished application that nobody touched for so long is deleted, with its personal data."""


@dataclass(frozen=True, slots=True)
class Job:
    name: str
    every: float
    run: "Callable[[Services], object]"
    apart: bool = False
    """In a thread of its own where one process does everything: it may wait for others."""


def _mark_effective(services: "Services") -> object:
    """Scheduled releases whose moment has come are marked effective; what is served does not depend on it."""
    return services.publishing.mark_effective()


def _forget_abandoned(services: "Services") -> object:
    files = Files.of(services.settings)
    for draft in services.drafts.forget(services.clock.now() - ABANDONED_AFTER):
        files.drop(draft)
        services.uploads.drop(draft)
        services.commitments.forget(draft)
    return None


def _roll_up(services: "Services") -> object:
    """New steps become figures, a few seconds after they were taken."""
    return services.statistics.roll()


def _count_open(services: "Services") -> object:
    services.statistics.count_open()
    return None


def _press_documents(services: "Services") -> object:
    """Official documents that nobody has opened yet become PDFs."""
    return services.documents.press_waiting()


def _follow_calendar(services: "Services") -> object:
    """A changed calendar moves the deadlines of open cases."""
    return services.deadlines.keep_up()


def _deem_accepted(services: "Services") -> object:
    """What nobody answered within its term is deemed accepted (视为受理)."""
    return services.cases.deem_accepted()


def _lapse_corrections(services: "Services") -> object:
    """Corrections whose term is over end their cases, where the flow says so."""
    return services.cases.lapse_corrections()


def _relay(services: "Services") -> object:
    """What waits for other systems is handed over, a case's steps in their order, for ten seconds at most; then it is another's turn."""
    return services.outbox.relay(limit=100_000, seconds=10.0)


def _assemble_intakes(services: "Services") -> object:
    """Changed cases become what others fetch of them, batch after batch."""
    return sum(iter(services.intakes.assemble, 0))


def _count_reviews(services: "Services") -> object:
    """What has changed about services and reviews is counted again; the sums of indicators take up the difference."""
    return services.indicators.rolling.run()


def _export_reviews(services: "Services") -> object:
    """What free questions about reviews are asked of."""
    return services.indicators.exporter.export()


def _reshape_intakes(services: "Services") -> object:
    """After a mapping has changed, what others fetch is shaped anew, for five seconds at most; fetching maps the rest meanwhile."""
    until, done = time.monotonic() + 5.0, 0
    while time.monotonic() < until and (made := services.intakes.reshape()):
        done += made
    return done


def _tidy_clients(services: "Services") -> object:
    """Signatures whose time window is over and old refusals are forgotten."""
    services.clients.tidy()
    return None


def _watch(services: "Services") -> object:
    """New events are asked of the warning rules; what can only be looked for is looked for twice a minute."""
    return services.warnings.watch.run()


def _forget_events(services: "Services") -> object:
    """Events that no rule can reach any more."""
    return services.warnings.events.forget(services.clock.now())


def _export_facts(services: "Services") -> object:
    """What free questions are asked of, as of now."""
    services.statistics.export()
    return None


def _reconcile(services: "Services") -> object:
    """Yesterday is compared with every target's own books; what people asked for goes on, a few seconds at a time."""
    return services.exchange.reconciling.ask_daily() + services.exchange.reconciling.work(2.0)


JOBS = (
    Job("relay", 1.0, _relay, apart=True),
    Job("assemble_intakes", 1.0, _assemble_intakes),
    Job("count_reviews", 2.0, _count_reviews),
    Job("export_reviews", 60.0, _export_reviews),
    Job("reshape_intakes", 10.0, _reshape_intakes),
    Job("tidy_clients", 60.0, _tidy_clients),
    Job("watch", 0.5, _watch, apart=True),
    Job("forget_events", 3600.0, _forget_events),
    Job("reconcile", 2.0, _reconcile, apart=True),
    Job("deem_accepted", 60.0, _deem_accepted),
    Job("lapse_corrections", 60.0, _lapse_corrections),
    Job("press_documents", 15.0, _press_documents),
    Job("mark_effective", 5.0, _mark_effective),
    Job("forget_abandoned", 3600.0, _forget_abandoned),
    Job("roll_up", 3.0, _roll_up),
    Job("count_open", 60.0, _count_open),
    Job("follow_calendar", 2.0, _follow_calendar),
    Job("export_facts", 300.0, _export_facts),
)
