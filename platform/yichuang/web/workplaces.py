"""Where members of staff work outside of the admin: each place with the powers that open it."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Flask, current_app

from yichuang.web.session import grants


@dataclass(frozen=True, slots=True)
class Workplace:
    """`endpoint` of its page, `title` as in the top bar, `powers` of which one is enough."""

    endpoint: str
    title: str
    powers: tuple[str, ...]


WORKPLACES = (
    Workplace("desk.index", "受理", ("desk.fill",)),
    Workplace("desk.inbox", "部门收件箱", ("case.review", "case.reject_confirm", "case.decide")),
    Workplace("desk.cases", "办件", ("case.read",)),
    Workplace("desk.handovers", "材料交接", ("handover",)),
    Workplace("desk.verifications", "承诺核查", ("commitment.verify", "commitment.decide", "credit.manage")),
    Workplace("desk.bad_reviews", "差评处置", ("reviews.triage", "reviews.rectify", "reviews.approve", "reviews.contact")),
    Workplace("Exceptions.index", "数据异常", ("exchange.manage",)),
    Workplace("desk.statistics", "统计", ("statistics.read",)),
)
"""In the order in which a log-in prefers them."""


def open_workplaces() -> Iterator[tuple[Workplace, str]]:
    """Those the signed-in member may open, with their addresses."""
    may = grants().may
    for place in WORKPLACES:
        rule = next(current_app.url_map.iter_rules(place.endpoint), None) if _known(place) else None
        if rule is not None and any(may(power) for power in place.powers):
            yield place, rule.rule


def _known(place: Workplace) -> bool:
    return place.endpoint in current_app.view_functions


def install(app: Flask) -> None:
    """`open_workplaces()` for the top bars of all pages."""
    app.jinja_env.globals["open_workplaces"] = open_workplaces
