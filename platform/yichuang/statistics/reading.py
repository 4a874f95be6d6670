"""Sums read from the tables, over the fewest periods that make up the days."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, func, literal, or_, select

from yichuang.statistics.board import Cells, Extent
from yichuang.statistics.cells import SITUATION, Sums
from yichuang.statistics.measures import CODES
from yichuang.statistics.model import case_counts, case_tallies, open_cases, reason_counts
from yichuang.statistics.periods import Stretch, covering

KINDS = {"correction_reason": "correction", "rejection_reason": "rejection"}


def by_member(connection: Connection, looked_at: Extent, plan: Cells | None, dimension: str, since: date, until: date) -> dict[str, Sums]:
    """Member → sums; members where nothing happened left out."""
    t = case_tallies.c
    if plan is not None:
        query = _summed(case_tallies, t.member, CODES).where(_chosen(plan), _during(case_tallies, covering(since, until)))
    else:
        column = case_counts.c[SITUATION if dimension == SITUATION else dimension]
        query = _summed(case_counts, column, CODES).where(_within(case_counts, looked_at), _during(case_counts, covering(since, until, "md")))
    rows = [tuple(row) for row in connection.execute(query).all()]
    return {row[0]: dict(zip(CODES, row[1:], strict=True)) for row in rows if any(row[1:])}


def by_period(connection: Connection, looked_at: Extent, plan: Cells | None, grain: str, since: date, until: date) -> dict[date, Sums]:
    """Day, or first day of the month → sums; a month that is not whole has its days only."""
    stretches = covering(since, until, "d" if grain == "d" else "md")
    table = case_tallies if plan is not None else case_counts
    condition = _chosen(plan) if plan is not None else _within(case_counts, looked_at)
    rows = connection.execute(_summed(table, table.c.period, CODES).where(condition, _during(table, stretches))).all()
    found: dict[date, Sums] = {}
    for row in rows:
        into = found.setdefault(row[0] if grain == "d" else row[0].replace(day=1), dict.fromkeys(CODES, 0))
        for code, value in zip(CODES, row[1:], strict=True):
            into[code] += value
    return found


def reasons(connection: Connection, looked_at: Extent, plan: Cells | None, dimension: str, since: date, until: date) -> dict[str, int]:
    """Reason → number; `dimension`: `correction_reason` or `rejection_reason`."""
    measure = "corrections" if dimension == "correction_reason" else "rejected"
    if plan is not None:
        query = _summed(case_tallies, case_tallies.c.member, (measure,)).where(_chosen(plan), _during(case_tallies, covering(since, until)))
    else:
        kind, during = reason_counts.c.kind == KINDS[dimension], _during(reason_counts, covering(since, until, "md"))
        query = _summed(reason_counts, reason_counts.c.reason, ("count",)).where(kind, _within(reason_counts, looked_at), during)
    return {reason: int(number) for reason, number in connection.execute(query) if number}


def under_way(connection: Connection, looked_at: Extent) -> dict[str, int]:
    """Light → number of open cases."""
    query = select(open_cases.c.light, func.sum(open_cases.c.count)).where(_within(open_cases, looked_at)).group_by(open_cases.c.light)
    return {light: int(number) for light, number in connection.execute(query)}


def _summed(table: Table, column: ColumnElement[Any], measures: Sequence[str]) -> Any:
    return select(column, *(func.sum(table.c[measure]) for measure in measures)).group_by(column)


def _chosen(plan: Cells) -> ColumnElement[bool]:
    t = case_tallies.c
    conditions = [_one_of(t.scope, plan.scopes), t.dimension == fixed(plan.dimension)]
    return and_(*conditions, *([] if plan.members is None else [_one_of(t.member, sorted(plan.members))]))


def _one_of(column: ColumnElement[Any], values: Iterable[str]) -> ColumnElement[bool]:
    listed = list(values)
    return column == fixed(listed[0]) if len(listed) == 1 else column.in_(listed)


def _during(table: Table, stretches: Sequence[Stretch]) -> ColumnElement[bool]:
    spans = ((fixed(each.grain), fixed(each.first), fixed(each.last)) for each in stretches)
    return or_(*(and_(table.c.grain == grain, table.c.period.between(first, last)) for grain, first, last in spans))


def fixed(value: str | date) -> ColumnElement[Any]:
    """A value as part of the statement's text: a plan made for any span and any scope would be one for none of them."""
    return literal(value, literal_execute=True)


def _within(table: Table, looked_at: Extent) -> ColumnElement[bool]:
    every = [_one_of(table.c[name], sorted(codes)) for name, codes in looked_at.allowed.items()]
    either = [_one_of(table.c[name], sorted(codes)) for name, codes in looked_at.either.items()]
    return and_(True, *every, *([or_(*either)] if either else []))
