"""Indicators as pages read them: by member, over time, and what may be public."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from yichuang.access.grants import Reach
from yichuang.catalogue.feed import Catalogue
from yichuang.database import Database
from yichuang.errors import InputRefused, OutOfReach
from yichuang.indicators.asking import ReviewQuestion, statement
from yichuang.indicators.compiled import Indicator, compile_indicators
from yichuang.indicators.counting import DIMENSIONS, SCOPES, TAG, TOTAL
from yichuang.indicators.exporting import Exporter
from yichuang.indicators.measures import CODES, Sums
from yichuang.indicators.model import review_progress, review_sums
from yichuang.indicators.rolling import Rolling
from yichuang.ports import Clock
from yichuang.statistics.duck import Duck
from yichuang.statistics.exporting import read_list
from yichuang.statistics.periods import Stretch, covering
from yichuang.statistics.reading import fixed

BY = {**DIMENSIONS, TAG: "标签", "day": "日期"}
PUBLIC_BY = {"hall": "大厅", "department": "部门", "item": "事项", "channel": "评价渠道"}
LONGEST_BY_DAY = 62


@dataclass(frozen=True, slots=True)
class Question:
    """`scope`: (dimension, code) of one hall, department or street; empty for all that may be seen."""

    since: date
    until: date
    by: str = "department"
    scope: tuple[str, str] = ("", "")

    def __post_init__(self) -> None:
        if self.by not in BY:
            raise InputRefused("没有这种统计方式", problems=[{"field": "by", "message": f"须为{'、'.join(BY.values())}之一"}])
        if self.since > self.until:
            raise InputRefused("开始日期晚于结束日期", problems=[{"field": "since", "message": "须不晚于结束日期"}])


@dataclass(frozen=True, slots=True)
class Figures:
    """`rows`: member → sums; `course`: day or first day of a month → sums; `totals` of everything asked for."""

    question: Question
    rows: Mapping[Any, Sums]
    course: Mapping[date, Sums]
    grain: str
    totals: Sums
    indicators: Sequence[Indicator]
    release: int
    counted_at: datetime | None


@dataclass(frozen=True, slots=True)
class PublicRow:
    """`hidden`: there are too few reviews to tell."""

    member: str
    given: int
    values: Mapping[str, float | None]
    hidden: bool = False


class Indicators:
    """`rolling.run` for the worker, the rest for pages."""

    def __init__(self, database: Database, catalogue: Catalogue, clock: Clock, folder: Path) -> None:
        self._database = database
        self._catalogue = catalogue
        self._folder = folder
        self._duck = Duck(folder)
        self.rolling = Rolling(database, clock)
        self.exporter = Exporter(database, clock, folder)

    def ask(self, question: ReviewQuestion, reach: Reach) -> tuple[Sequence[tuple[Any, ...]], datetime | None]:
        """(rows of codes and figures, as of when). Raises `OutOfReach`, `InputRefused` (also when too large), `TooManyRequests`."""
        listed = read_list(self._folder)
        first, last = question.since.replace(day=1).isoformat(), question.until.isoformat()
        files = [str(self._folder.resolve() / name) for month, name in sorted(listed["files"].items()) if first <= month <= last]
        sql, values = statement(question, self.all(), reach, files)
        as_of = datetime.fromisoformat(listed["as_of"]) if listed["as_of"] else None
        return (self._duck.rows(sql, values) if files else []), as_of

    def all(self) -> Sequence[Indicator]:
        """Of the release in force."""
        found: Sequence[Indicator] = self._catalogue.current().compiled(compile_indicators, "")
        return found

    def figures(self, question: Question, reach: Reach) -> Figures:
        """Raises `OutOfReach` when the question asks for what the member may not see."""
        scopes, since, until = scopes_of(question.scope, reach), question.since, question.until
        grain = "d" if (until - since).days < LONGEST_BY_DAY else "m"
        with self._database.reading() as connection:
            course = _by_period(connection, scopes, since, until, grain)
            rows: Mapping[Any, Sums] = course if question.by == "day" else _by_member(connection, scopes, question.by, covering(since, until))
            counted_at = connection.execute(select(review_progress.c.at).where(review_progress.c.name == "counted")).scalar()
        totals = {code: sum(sums[code] for sums in course.values()) for code in CODES}
        return Figures(question, rows, course, grain, totals, self.all(), self._catalogue.current().release, counted_at)

    def public(self, by: str, since: date, until: date, least: int) -> Sequence[PublicRow]:
        """What anybody may see: members with enough reviews. Of those without, no more is told than that there are too few; where the hidden ones
        together were fewer than that, the next smallest is hidden too, so that nothing follows from the rest."""
        with self._database.reading() as connection:
            rows = _by_member(connection, ("",), by, covering(since, until))
        found = sorted(((sums["given"], member, sums) for member, sums in rows.items() if sums["given"]), key=lambda one: (one[0], one[1]))
        hidden = {member for given, member, _ in found if given < least}
        small = sum(given for given, member, _ in found if member in hidden)
        for given, member, _ in found:
            if hidden and small < least and member not in hidden:
                hidden.add(member)
                small += given
        shown = [one for one in self.all() if one.public]
        told = [
            PublicRow(member, 0, {}, True) if member in hidden else PublicRow(member, given, {one.code: one.value(sums) for one in shown})
            for given, member, sums in found
        ]
        return sorted(told, key=lambda row: (row.hidden, -row.given, row.member))


def scopes_of(chosen: tuple[str, str], reach: Reach) -> tuple[str, ...]:
    """The scopes of the sums that may be read. Raises `OutOfReach`."""
    named = {"hall": reach.halls, "street": reach.streets, "department": reach.departments}
    dimension, code = chosen
    if reach.everything:
        return (f"{SCOPES[dimension]}:{code}",) if dimension in SCOPES and code else ("",)
    given = {name: codes for name, codes in named.items() if codes}
    if len(given) != 1:
        raise OutOfReach("评价指标按大厅、街道或部门授权，您的账号没有登记所属，请联系系统管理员")
    (name, codes), *_ = given.items()
    if dimension == name and code:
        codes = codes & {code}
    if not codes or (dimension and dimension != name):
        raise OutOfReach("所选范围不在您的管辖之内")
    return tuple(f"{SCOPES[name]}:{one}" for one in sorted(codes))


def _by_member(connection: Connection, scopes: Sequence[str], dimension: str, stretches: Sequence[Stretch]) -> dict[str, Sums]:
    columns = review_sums.c
    query = select(columns.member, *(func.sum(columns[code]) for code in CODES)).where(_chosen(scopes, dimension), _during(stretches))
    rows = connection.execute(query.group_by(columns.member)).all()
    return {row[0]: dict(zip(CODES, row[1:], strict=True)) for row in rows if any(row[1:])}


def _by_period(connection: Connection, scopes: Sequence[str], since: date, until: date, grain: str) -> dict[date, Sums]:
    columns = review_sums.c
    query = select(columns.period, *(func.sum(columns[code]) for code in CODES)).group_by(columns.period)
    rows = connection.execute(query.where(_chosen(scopes, TOTAL), _during(covering(since, until, "d" if grain == "d" else "md")))).all()
    found: dict[date, Sums] = {}
    for row in sorted(rows):
        into = found.setdefault(row[0] if grain == "d" else row[0].replace(day=1), dict.fromkeys(CODES, 0))
        for code, number in zip(CODES, row[1:], strict=True):
            into[code] += number
    return found


def _chosen(scopes: Sequence[str], dimension: str) -> ColumnElement[bool]:
    columns = review_sums.c
    within = columns.scope == fixed(scopes[0]) if len(scopes) == 1 else columns.scope.in_(list(scopes))
    return and_(within, columns.dimension == fixed(dimension))


def _during(stretches: Sequence[Stretch]) -> ColumnElement[bool]:
    columns = review_sums.c
    return or_(*(and_(columns.grain == fixed(one.grain), columns.period.between(fixed(one.first), fixed(one.last))) for one in stretches))
