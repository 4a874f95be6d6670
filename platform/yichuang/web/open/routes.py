"""`/open/reviews`: results of reviews by hall, department, item and channel, from enough reviews on. Whole months, kept for some minutes."""

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, render_template, request

from yichuang.indicators.compiled import Indicator
from yichuang.indicators.service import PUBLIC_BY, PublicRow
from yichuang.services import Services
from yichuang.warnings.titles import compile_titles
from yichuang.web.guards import limiter
from yichuang.web.statistics.reviews import title_of

KEPT_SECONDS, MONTHS, MOST_KEPT = 300.0, 12, 200


@dataclass(frozen=True, slots=True)
class _Told:
    rows: Sequence[tuple[str, PublicRow]]
    indicators: Sequence[Indicator]
    least: int
    until: float


class _Results:
    """Results as they are told, kept for some minutes: a single new review can't be noticed by asking again and again."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._kept: dict[tuple[str, date], _Told] = {}
        self._lock = threading.Lock()

    def of(self, by: str, month: date) -> _Told:
        with self._lock:
            found = self._kept.get((by, month))
            if found is None or time.monotonic() >= found.until:
                if len(self._kept) >= MOST_KEPT:
                    self._kept.clear()
                found = self._kept[by, month] = self._made(by, month)
            return found

    def _made(self, by: str, month: date) -> _Told:
        rules, snapshot = self._services.reviews.rules, self._services.catalogue.current()
        least = max([int(one.body["public_minimum"]) for one in [*rules.by_item.values(), *([rules.general] if rules.general else [])]], default=10)
        until = (month + timedelta(days=32)).replace(day=1) - timedelta(days=1)
        places = snapshot.compiled(compile_titles, "")
        found = self._services.indicators.public(by, month, until, least)
        rows = [(title_of(by, row.member, "m", places), row) for row in found if row.member != "none"]
        shown = [one for one in self._services.indicators.all() if one.public]
        return _Told(rows, shown, least, time.monotonic() + KEPT_SECONDS)


def blueprint(services: Services) -> Blueprint:
    pages, results = Blueprint("open", __name__), _Results(services)

    @pages.get("/open/reviews")
    @limiter.limit("120/minute")
    def reviews() -> str:
        today = services.clock.now().date()
        months = _months(today)
        by = request.args.get("by", "")
        by = by if by in PUBLIC_BY else "hall"
        month = next((one for one in months if f"{one:%Y-%m}" == request.args.get("month")), months[1])
        told = results.of(by, month)
        return render_template("open/reviews.html", told=told, by=by, by_titles=PUBLIC_BY, month=month, months=months, address=_address)

    return pages


def _months(today: date) -> Sequence[date]:
    """The present month and those before it, the latest first."""
    found = [today.replace(day=1)]
    while len(found) < MONTHS:
        found.append((found[-1] - timedelta(days=1)).replace(day=1))
    return found


def _address(by: str, month: date) -> str:
    return f"by={by}&month={month:%Y-%m}"
