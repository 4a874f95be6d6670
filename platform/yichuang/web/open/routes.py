"""`/open/reviews`: results of reviews by hall, department, item and channel, from enough reviews on. Whole months that nobody can review any more."""

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, render_template, request

from yichuang.indicators.compiled import Indicator
from yichuang.indicators.public import PUBLIC_BY, PublicRow
from yichuang.reviews.compiled import ReviewRules
from yichuang.services import Services
from yichuang.warnings.titles import compile_titles
from yichuang.web.guards import limiter
from yichuang.web.statistics.reviews import title_of

KEPT_SECONDS, MONTHS, MOST_KEPT = 300.0, 12, 24


@dataclass(frozen=True, slots=True)
class _Told:
    """`rows`: by each way of telling, with titles."""

    rows: Mapping[str, Sequence[tuple[str, PublicRow]]]
    indicators: Sequence[Indicator]
    least: int
    until: float


class _Results:
    """Results as they are told, of a month all at once, kept for some minutes."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._kept: dict[date, _Told] = {}
        self._lock = threading.Lock()

    def months(self) -> Sequence[date]:
        """Those that nobody can review any more, the latest first. Of a month that grows, two looks would differ by a single review."""
        window = timedelta(days=max((int(one.body["window_days"]) for one in self._rules()), default=30))
        found: list[date] = []
        first = self._services.clock.now().date().replace(day=1)
        while len(found) < MONTHS:
            last = first - timedelta(days=1)
            first = last.replace(day=1)
            if last + window < self._services.clock.now().date():
                found.append(first)
        return found

    def of(self, month: date) -> _Told:
        with self._lock:
            found = self._kept.get(month)
            if found is None or time.monotonic() >= found.until:
                if len(self._kept) >= MOST_KEPT:
                    self._kept.clear()
                found = self._kept[month] = self._made(month)
            return found

    def _made(self, month: date) -> _Told:
        least = max((int(one.body["public_minimum"]) for one in self._rules()), default=10)
        until = (month + timedelta(days=32)).replace(day=1) - timedelta(days=1)
        places = self._services.catalogue.current().compiled(compile_titles, "")
        found = self._services.indicators.public(month, until, least)
        rows = {by: [(title_of(by, row.member, "m", places), row) for row in told] for by, told in found.items()}
        shown = [one for one in self._services.indicators.all() if one.public]
        return _Told(rows, shown, least, time.monotonic() + KEPT_SECONDS)

    def _rules(self) -> Sequence[ReviewRules]:
        rules = self._services.reviews.rules
        return [*rules.by_item.values(), *([rules.general] if rules.general else [])]


def blueprint(services: Services) -> Blueprint:
    pages, results = Blueprint("open", __name__), _Results(services)

    @pages.get("/open/reviews")
    @limiter.limit("120/minute")
    def reviews() -> str:
        months, by = results.months(), request.args.get("by", "")
        by = by if by in PUBLIC_BY else "hall"
        month = next((one for one in months if f"{one:%Y-%m}" == request.args.get("month")), months[0])
        told = results.of(month)
        return render_template(
            "open/reviews.html", told=told, rows=told.rows[by], by=by, by_titles=PUBLIC_BY, month=month, months=months, address=_address
        )

    return pages


def _address(by: str, month: date) -> str:
    return f"by={by}&month={month:%Y-%m}"
