"""Cases that are under way, counted as they stand now: by place, state and light."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, delete, func, insert, literal, select, update

from yichuang.cases.model import cases
from yichuang.database import Database
from yichuang.ports import Clock
from yichuang.statistics.model import PLACES, open_cases, statistics_progress
from yichuang.statistics.rolling import NAME

LIGHTS = {"red": "红灯 超期", "yellow": "黄灯 临近", "green": "绿灯 正常", "grey": "灰灯 暂停", "none": "未计时"}
_UNDER_WAY = ("none", "answering", "running", "paused")


class OpenCases:
    """`count()` replaces the figures in one transaction; deadlines that pass or move change lights without any step."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def count(self) -> int:
        """The number of open cases."""
        now = self._clock.now()
        places = [cases.c[name] for name in PLACES]
        light = _light(now.date())
        query = (
            select(*places, cases.c.state, light.label("light"), func.count().label("count"))
            .where(cases.c.clock_state.in_(_UNDER_WAY), cases.c.phase != "ended")
            .group_by(*places, cases.c.state, light)
        )
        with self._database.writing() as connection:
            if not self._mine(connection):
                return 0
            rows = [dict(row) for row in connection.execute(query).mappings()]
            connection.execute(delete(open_cases))
            if rows:
                connection.execute(insert(open_cases), rows)
            connection.execute(update(statistics_progress).where(statistics_progress.c.name == NAME).values(open_at=now))
        return sum(row["count"] for row in rows)

    def _mine(self, connection: Connection) -> Any:
        """False while another process counts, or before the first roll-up."""
        query = select(statistics_progress.c.name).where(statistics_progress.c.name == NAME)
        return connection.execute(query.with_for_update(skip_locked=True)).first()


def _light(today: date) -> ColumnElement[str]:
    """As lists of cases show it (`cases.lines`), from the columns that the clock leaves in the row."""
    answering, due, answer = cases.c.clock_state == "answering", cases.c.due_on, cases.c.answer_due
    running = cases.c.clock_state == "running"
    return case(
        (cases.c.clock_state == "paused", literal("grey")),
        (and_(answering, answer < today) | and_(running, due < today), literal("red")),
        (and_(answering, answer == today) | and_(running, cases.c.warn_on <= today, due.is_not(None)), literal("yellow")),
        (and_(answering, answer.is_not(None)) | and_(running, due.is_not(None)), literal("green")),
        else_=literal("none"),
    )
