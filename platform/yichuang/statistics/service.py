"""Figures of cases and of what is particular about items: kept current in the background, read on boards, asked freely."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from yichuang.access.grants import Reach
from yichuang.database import Database
from yichuang.ports import Clock
from yichuang.statistics import reading
from yichuang.statistics.asking import FreeQuestion
from yichuang.statistics.board import BoardQuestion, Extent, cells, extent, reason_cells
from yichuang.statistics.cells import Sums
from yichuang.statistics.exporting import Exporter
from yichuang.statistics.free import FreeAnswer, FreeQuestions
from yichuang.statistics.measures import CODES
from yichuang.statistics.model import statistics_progress
from yichuang.statistics.opening import LIGHTS, OpenCases
from yichuang.statistics.rolling import Roller
from yichuang.statistics.saving import SavedQuestions

LONGEST_BY_DAY = 92
"""Up to so many days the course is told by day, beyond by month."""


@dataclass(frozen=True, slots=True)
class Freshness:
    """`counted_at`: all that was committed before is in the figures; None before the first counting. `behind`: a recount is under way."""

    counted_at: datetime | None = None
    open_at: datetime | None = None
    exported_at: datetime | None = None
    behind: bool = False


@dataclass(frozen=True, slots=True)
class Board:
    """The answer: sums by member, the course over time (`grain` d or m), reasons by kind, open cases by light, and all together."""

    question: BoardQuestion
    rows: Mapping[Any, Sums]
    course: Mapping[date, Sums]
    grain: str
    reasons: Mapping[str, Mapping[str, int]]
    lights: Mapping[str, int]
    totals: Sums
    freshness: Freshness


class Statistics:
    """`folder`: where the files for free questions stand."""

    def __init__(self, database: Database, clock: Clock, folder: Path) -> None:
        self._database = database
        self._clock = clock
        self._roller = Roller(database, clock)
        self._open = OpenCases(database, clock)
        self._exporter = Exporter(database, folder)
        self._free = FreeQuestions(folder)
        self.saved = SavedQuestions(database, clock)

    # -- the background

    def roll(self, most: int | None = 200_000) -> int:
        """Count new steps; how many. Safe to call from several processes and to kill."""
        return self._roller.roll(most)

    def count_open(self) -> int:
        """Count the open cases by light, as they stand."""
        return self._open.count()

    def export(self) -> int:
        """Write the files for free questions where cases changed; how many months."""
        return self._exporter.export()

    def rebuild(self) -> int:
        """Begin again from the first step; the number of steps that `roll` now has before it. Boards say that a recount is under way."""
        return self._roller.reset()

    def freshness(self) -> Freshness:
        with self._database.reading() as connection:
            return _freshness(connection)

    # -- boards

    def board(self, question: BoardQuestion, reach: Reach) -> Board:
        """Raises `InputRefused` for an unreadable question, `OutOfReach` when it asks for what the member may not see."""
        looked_at = extent(question.filters, reach)
        since, until = question.since, question.until
        whole = self._whole(until)
        grain = "d" if (until - since).days < LONGEST_BY_DAY else "m"
        with self._database.reading() as connection:
            course = reading.by_period(connection, looked_at, cells(looked_at, "total"), grain, since, until if grain == "d" else whole)
            rows = course if question.by == "day" else self._rows(connection, looked_at, question, whole)
            told = {
                dimension: reading.reasons(connection, looked_at, reason_cells(looked_at, dimension), dimension, since, whole)
                for dimension in reading.KINDS
            }
            lights = reading.under_way(connection, looked_at)
            fresh = _freshness(connection)
        totals = {code: sum(sums[code] for sums in course.values()) for code in CODES}
        lights = {light: lights.get(light, 0) for light in LIGHTS}
        return Board(question, rows, course, grain, told, lights, totals, fresh)

    def _whole(self, until: date) -> date:
        """Nothing is counted beyond today: what ends today or later may as well end with the year, in fewer periods."""
        today = self._clock.now().date()
        return max(until, date(today.year, 12, 31)) if until >= today else until

    def _rows(self, connection: Any, looked_at: Extent, question: BoardQuestion, until: date) -> Mapping[str, Sums]:
        plan = cells(looked_at, question.by)
        return reading.by_member(connection, looked_at, plan, question.by, question.since, until)

    # -- free questions

    def ask(self, question: FreeQuestion, reach: Reach) -> FreeAnswer:
        """Raises `OutOfReach`, `InputRefused` (too large), `TooManyRequests`."""
        return self._free.ask(question, reach)


def _freshness(connection: Any) -> Freshness:
    row = connection.execute(select(statistics_progress)).first()
    return Freshness() if row is None else Freshness(row.counted_at, row.open_at, row.exported_at, row.step < row.goal)
