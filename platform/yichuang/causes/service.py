"""Behind one review, behind many, and before and after each version of an item. Nothing of who reviewed, and of no case."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Row, and_, select

from yichuang.access.grants import Reach
from yichuang.access.reaching import within
from yichuang.catalogue.feed import Catalogue
from yichuang.causes.behind import FAULT, Behind, behind
from yichuang.causes.versions import LEAST, Met, Version, changes, met, share
from yichuang.database import Database
from yichuang.ports import SHANGHAI, Clock
from yichuang.reviews.grades import bad
from yichuang.reviews.model import reviews, services_given
from yichuang.reviews.review import VALID

LONG_WAIT, LONG_HANDLING = 30 * 60, 2 * 3600
"""Seconds from which a wait, or the handling until the service, counts as long."""
MOST = 50_000
_given, _reviews = services_given.c, reviews.c


@dataclass(frozen=True, slots=True)
class Cause:
    """Reviews to which something applies. `rest_rate`: the share of bad ones among all the others."""

    code: str
    kind: str
    given: int
    bad: int
    rest_rate: float | None

    @property
    def rate(self) -> float | None:
        return share(self.bad, self.given)

    @property
    def few(self) -> bool:
        return self.given < LEAST


Test = Callable[[Row[Any]], Sequence[str]]
TESTS: Mapping[str, Test] = {
    "circumstance": lambda row: [
        code for code, holds in (
            ("long_wait", (row.waited_seconds or 0) >= LONG_WAIT), ("long_handling", (row.handled_seconds or 0) >= LONG_HANDLING),
            ("corrected", row.corrections > 0), ("fault", bool(row.fault)),
        ) if holds
    ],
    "tag": lambda row: [str(tag) for tag in orjson.loads(row.tags)],
    "item": lambda row: [row.item],
    "window": lambda row: [row.window] if row.window else [],
    "release": lambda row: [str(row.release)],
}  # fmt: skip
"""Kind of cause → which ones apply to a review."""
CIRCUMSTANCES = {"long_wait": "等候 30 分钟以上", "long_handling": "从申请到办完 2 小时以上", "corrected": "有过补正", "fault": "办件对接出过故障"}


class Causes:
    def __init__(self, database: Database, catalogue: Catalogue, clock: Clock) -> None:
        self._database = database
        self._catalogue = catalogue
        self._clock = clock

    def behind(self, service_id: str, *, protected: bool = False) -> Behind:
        """`protected`: for somebody who may not find out who reviewed. Raises `NotFound`."""
        today = self._clock.now().astimezone(SHANGHAI).date() if protected else None
        with self._database.reading() as connection:
            return behind(connection, self._catalogue, service_id, today)

    def board(self, since: date, until: date, reach: Reach) -> Mapping[str, Sequence[Cause]]:
        """Kind → causes, those with most bad reviews first; only what some bad review has."""
        rows = self._rows(and_(*_days(since, until), within(reach, _given)))
        given, all_bad = len(rows), sum(bad(row.grade) for row in rows)
        made: dict[str, list[Cause]] = {}
        for kind, test in TESTS.items():
            counted: dict[str, list[int]] = {}
            for row in rows:
                for code in test(row):
                    into = counted.setdefault(code, [0, 0])
                    into[0] += 1
                    into[1] += bad(row.grade)
            found = [Cause(code, kind, n, b, share(all_bad - b, given - n)) for code, (n, b) in counted.items() if b]
            made[kind] = sorted(found, key=lambda one: (-one.bad, -(one.rate or 0), one.code))
        return made

    def versions(self, item: str, reach: Reach) -> Sequence[Version]:
        """Before and after each release that changed the item or what it is made of, the first one first."""
        by_release: dict[int, list[int]] = {}
        for row in self._rows(and_(_given.item == item, within(reach, _given))):
            into = by_release.setdefault(row.release, [0, 0])
            into[0] += 1
            into[1] += bad(row.grade)
        found: list[Version] = []
        last: Met | None = None
        for release, (given, bads) in sorted(by_release.items()):
            now = met(self._catalogue.at(release), item)
            if last is not None and now == last:
                found[-1] = replace(found[-1], given=found[-1].given + given, bad=found[-1].bad + bads)
                continue
            found.append(Version(release, changes(last, now), given, bads, found[-1].rate if found else None))
            last = now
        return found

    def _rows(self, where: ColumnElement[bool]) -> Sequence[Row[Any]]:
        """Valid reviews that somebody gave, with their service; the latest `MOST`."""
        columns = (
            _reviews.grade, _reviews.tags, _given.item, _given.window, _given.release, _given.waited_seconds, _given.handled_seconds,
            _given.corrections, FAULT.label("fault"),
        )  # fmt: skip
        joined = reviews.join(services_given, _given.id == _reviews.service_id)
        chosen = (_reviews.state == VALID) & ~_reviews.default & where
        with self._database.reading() as connection:
            return connection.execute(select(*columns).select_from(joined).where(chosen).order_by(_given.at.desc()).limit(MOST)).all()


def _days(since: date, until: date) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    end = datetime.combine(until + timedelta(days=1), time(), SHANGHAI)
    return _given.at >= datetime.combine(since, time(), SHANGHAI), _given.at < end
