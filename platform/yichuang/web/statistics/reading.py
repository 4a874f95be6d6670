"""Who may see which figures, and what their request says."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from flask import Response, request

from yichuang.access.grants import Reach
from yichuang.errors import InputRefused
from yichuang.ports import Actor
from yichuang.services import Services
from yichuang.statistics.board import BY_TITLES, FILTERS, BoardQuestion
from yichuang.statistics.titles import Titles
from yichuang.web.session import grants, member

READ, EXPORT, REVIEWS = "statistics.read", "export", "reviews.figures"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST = 200


def reader(power: str = READ) -> tuple[Actor, Reach]:
    """Raises `SignInNeeded`, `NotAllowed`."""
    who, given = member(), grants()
    given.require(power)
    return who, given.reach(power)


def exporter(power: str = READ) -> tuple[Actor, Reach]:
    """Who may take figures away: as far as both powers reach."""
    who, reach = reader(power)
    given = grants()
    given.require(EXPORT)
    return who, _both(reach, given.reach(EXPORT))


def _both(one: Reach, other: Reach) -> Reach:
    if one.everything or other.everything:
        return other if one.everything else one
    return Reach(
        halls=one.halls & other.halls, streets=one.streets & other.streets, departments=one.departments & other.departments,
        windows=one.windows & other.windows,
    )  # fmt: skip


def titles(services: Services) -> Titles:
    """Of the release in force; made once for it."""
    return _titles(services.catalogue.current())


@lru_cache(maxsize=1)
def _titles(snapshot: Any) -> Titles:
    return Titles(snapshot)


def asked(services: Services, names: Titles) -> BoardQuestion:
    """The board's question as the address has it; an unreadable part falls back to the usual one, an unknown item is told."""
    today = services.clock.now().date()
    until = day_of(request.args.get("until"), today)
    since = day_of(request.args.get("since"), until - timedelta(days=29))
    filters = {name: code for name in FILTERS if (code := (request.args.get(name) or "").strip()[:LONGEST])}
    if "item" in filters:
        filters["item"] = item_code(filters["item"], names)
    by = request.args.get("by", "item")
    if by not in BY_TITLES or (by == "situation" and "item" not in filters):
        by = "item"
    return BoardQuestion(min(since, until), max(since, until), by, filters)


def item_code(typed: str, names: Titles) -> str:
    """From a code or a title. Raises `InputRefused`."""
    known = names.known["item"]
    found = typed if typed in known else next((code for code, title in known.items() if title == typed), None)
    if found is None:
        raise InputRefused("没有这个事项", problems=[{"field": "item", "message": "请从提示中选择，或填写事项代码"}])
    return found


def day_of(text: str | None, otherwise: date) -> date:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return otherwise


def sheet_response(content: bytes, name: str) -> Response:
    return Response(content, mimetype=SHEET, headers={"Content-Disposition": f'attachment; filename="{name}.xlsx"'})


def noted(services: Services, who: Actor, what: str, detail: Mapping[str, Any]) -> None:
    """Who took which figures away."""
    words = "，".join(f"{key} {value}" for key, value in detail.items())
    services.audit.note(who, "statistics.exported", "statistics", what, detail=words[:500])
