"""What the filters offer: only what the member may see."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from yichuang.access.grants import Reach
from yichuang.statistics.titles import Titles

Choices = Mapping[str, Sequence[tuple[str, str]]]
FILTERS = ("department", "hall", "street", "window", "channel")


def choices(names: Titles, reach: Reach) -> Choices:
    """Code and title by filter. Who sees one hall is offered that hall, and its windows."""
    found = {name: list(names.known[name].items()) for name in FILTERS}
    if reach.everything:
        return found
    if reach.halls and not reach.streets | reach.departments | reach.windows:
        windows = {window["code"] for hall in names.halls if hall["code"] in reach.halls for window in hall.get("windows", ())}
        return found | {"hall": _only(found["hall"], reach.halls), "window": _only(found["window"], windows)}
    if reach.departments and not reach.streets | reach.halls | reach.windows:
        return found | {"department": _only(found["department"], reach.departments)}
    if reach.streets and not reach.halls | reach.departments | reach.windows:
        return found | {"street": _only(found["street"], reach.streets)}
    return found


def _only(listed: Sequence[tuple[str, str]], codes: set[str] | frozenset[str]) -> list[tuple[str, str]]:
    return [(code, title) for code, title in listed if code in codes]


def ranges(today: date) -> Sequence[tuple[str, date, date]]:
    """The spans one asks for most: words, first and last day."""
    month = today.replace(day=1)
    last = month - timedelta(days=1)
    return (
        ("今天", today, today), ("近 7 天", today - timedelta(days=6), today), ("近 30 天", today - timedelta(days=29), today),
        ("本月", month, today), ("上月", last.replace(day=1), last), ("今年", today.replace(month=1, day=1), today),
        ("近一年", today - timedelta(days=364), today),
    )  # fmt: skip
