"""Reading the sums: by member, over time, within scopes."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from yichuang.indicators.counting import TOTAL
from yichuang.indicators.measures import CODES, Sums
from yichuang.indicators.model import review_sums
from yichuang.statistics.periods import Stretch, covering
from yichuang.statistics.reading import fixed


def by_member(connection: Connection, scopes: Sequence[str], dimension: str, stretches: Sequence[Stretch]) -> dict[str, Sums]:
    columns = review_sums.c
    query = select(columns.member, *(func.sum(columns[code]) for code in CODES)).where(chosen(scopes, dimension), during(stretches))
    rows = connection.execute(query.group_by(columns.member)).all()
    return {row[0]: dict(zip(CODES, row[1:], strict=True)) for row in rows if any(row[1:])}


def by_period(connection: Connection, scopes: Sequence[str], since: date, until: date, grain: str) -> dict[date, Sums]:
    columns = review_sums.c
    query = select(columns.period, *(func.sum(columns[code]) for code in CODES)).group_by(columns.period)
    rows = connection.execute(query.where(chosen(scopes, TOTAL), during(covering(since, until, "d" if grain == "d" else "md")))).all()
    found: dict[date, Sums] = {}
    for row in sorted(rows):
        into = found.setdefault(row[0] if grain == "d" else row[0].replace(day=1), dict.fromkeys(CODES, 0))
        for code, number in zip(CODES, row[1:], strict=True):
            into[code] += number
    return found


def chosen(scopes: Sequence[str], dimension: str) -> ColumnElement[bool]:
    columns = review_sums.c
    within = columns.scope == fixed(scopes[0]) if len(scopes) == 1 else columns.scope.in_(list(scopes))
    return and_(within, columns.dimension == fixed(dimension))


def during(stretches: Sequence[Stretch]) -> ColumnElement[bool]:
    columns = review_sums.c
    return or_(*(and_(columns.grain == fixed(one.grain), columns.period.between(fixed(one.first), fixed(one.last))) for one in stretches))
