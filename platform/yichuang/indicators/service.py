"""Indicators as pages read them: by member, over time, and what may be public."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from yichuang.access.grants import Reach
from yichuang.catalogue.feed import Catalogue
from yichuang.database import Database
from yichuang.errors import InputRefused, OutOfReach
from yichuang.indicators.asking import ReviewQuestion, statement
from yichuang.indicators.compiled import Indicator, compile_indicators
from yichuang.indicators.counting import DIMENSIONS, GRAINS, SCOPES, TAG
from yichuang.indicators.exporting import Exporter
from yichuang.indicators.measures import CODES, Sums
from yichuang.indicators.model import review_progress
from yichuang.indicators.public import PublicRow, told
from yichuang.indicators.reading import by_member, by_period
from yichuang.indicators.rolling import Rolling
from yichuang.ports import Clock
from yichuang.statistics.duck import Duck
from yichuang.statistics.exporting import read_list
from yichuang.statistics.periods import covering

BY = {**DIMENSIONS, TAG: "标签", "day": "日期"}
LONGEST_BY_DAY = 62
LARGEST_FIRST = "".join(reversed(GRAINS))


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
            course = by_period(connection, scopes, since, until, grain)
            stretches = covering(since, until, LARGEST_FIRST)
            rows: Mapping[Any, Sums] = course if question.by == "day" else by_member(connection, scopes, question.by, stretches)
            counted_at = connection.execute(select(review_progress.c.at).where(review_progress.c.name == "counted")).scalar()
        totals = {code: sum(sums[code] for sums in course.values()) for code in CODES}
        return Figures(question, rows, course, grain, totals, self.all(), self._catalogue.current().release, counted_at)

    def public(self, since: date, until: date, least: int) -> Mapping[str, Sequence[PublicRow]]:
        """What anybody may see, by each of `PUBLIC_BY`, all of one moment: members with enough reviews, unless too few would follow from the rest."""
        with self._database.reading() as connection:
            return told(connection, [one for one in self.all() if one.public], (since, until), least)


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
