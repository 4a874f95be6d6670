"""How targets of the exchange stand, for Prometheus: asked of the database at the scrape, at most every few seconds."""

from prometheus_client import CollectorRegistry, Gauge
from sqlalchemy.exc import SQLAlchemyError

from yichuang.services import Services


def exchange_figures(services: Services) -> CollectorRegistry:
    """Nothing while the database is away: what it counts can't be known then."""
    registry = CollectorRegistry()
    try:
        loads, standings = services.exchange.alarms.loads(), services.outbox.standings.all()
        alarms = {alarm.target for alarm in services.exchange.alarms.now()}
    except SQLAlchemyError:
        return registry
    now = services.clock.now()
    unsettled = Gauge("yichuang_exchange_messages", "Messages not yet through, by target and state", ["target", "state"], registry=registry)
    oldest = Gauge("yichuang_exchange_oldest_seconds", "Age of the oldest of them", ["target"], registry=registry)
    alarm = Gauge("yichuang_exchange_alarm", "1 where a target is beyond its limits", ["target"], registry=registry)
    closed = Gauge("yichuang_exchange_resting", "1 while a target is paused or left alone", ["target"], registry=registry)
    for code, load in loads.items():
        for state, count in load.states.items():
            unsettled.labels(code, state).set(count)
        oldest.labels(code).set(load.age(now).total_seconds())
        alarm.labels(code).set(code in alarms)
    for code, standing in standings.items():
        closed.labels(code).set(standing.paused or standing.resting(now))
    return registry
