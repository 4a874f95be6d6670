"""The roll-up: new steps become figures, each exactly once, however often and by however many processes it is run."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from yichuang.cases.model import case_steps, cases
from yichuang.database import Database
from yichuang.ports import Clock
from yichuang.statistics.cells import Differences
from yichuang.statistics.facts import CaseFact, begun, fact_of, folded, moved
from yichuang.statistics.fence import Fence, Safe
from yichuang.statistics.model import (
    case_counts,
    case_facts,
    case_tallies,
    fact_months,
    reason_counts,
    statistics_progress,
)
from yichuang.statistics.sums import insert_or, keep, sum_up

NAME = "cases"
BATCH = {"sqlite": 1_000, "postgresql": 10_000}
NOTED_EVERY = timedelta(seconds=20)
_CASES = (
    cases.c.id, cases.c.item, cases.c.department, cases.c.hall, cases.c.street, cases.c.window, cases.c.channel, cases.c.case_type,
    cases.c.situation, cases.c.release, cases.c.committed, cases.c.accepted_on,
)  # fmt: skip
_STEPS = (
    case_steps.c.id, case_steps.c.case_id, case_steps.c.seq, case_steps.c.action, case_steps.c.from_state, case_steps.c.to_state,
    case_steps.c.at, case_steps.c.reason, case_steps.c.facts,
)  # fmt: skip


class Roller:
    """`roll()` counts what is new; `reset()` lets it count all over again. The mark and the sums are written in one transaction."""

    def __init__(self, database: Database, clock: Clock, fence: Callable[[], Safe | None] | None = None) -> None:
        self._database = database
        self._clock = clock
        self._fence = fence or Fence(database, clock).safe

    def roll(self, most: int | None = None) -> int:
        """How many steps were counted; 0 also when another process is at it, or an unfinished writer has to be waited for."""
        size = BATCH[self._database.url.get_backend_name()]
        counted = 0
        while most is None or counted < most:
            safe = self._fence()
            if safe is None:
                return counted
            more = self._batch(safe, size)
            counted += more
            if more < size:
                return counted
        return counted

    def reset(self) -> int:
        """Forget all figures, and where the counting stands. The number of steps to be counted again."""
        with self._database.writing() as connection:
            self._held(connection, wait=True)
            for table in (case_tallies, case_counts, reason_counts, case_facts, fact_months):
                connection.execute(delete(table))
            goal = connection.execute(select(func.max(case_steps.c.id))).scalar() or 0
            self._note(connection, step=0, goal=goal, counted_at=None)
            return int(connection.execute(select(func.count()).select_from(case_steps)).scalar_one())

    def _batch(self, safe: Safe, size: int) -> int:
        with self._database.writing() as connection:
            progress = self._held(connection)
            if progress is None:
                return 0
            between = case_steps.c.id.between(progress.step + 1, safe.step)
            steps = connection.execute(select(*_STEPS).where(between).order_by(case_steps.c.id).limit(size)).all()
            if steps:
                self._count(connection, steps)
            whole = len(steps) < size
            if steps or progress.counted_at is None or safe.at - progress.counted_at >= NOTED_EVERY:
                reached = max(safe.step, progress.step) if whole else steps[-1].id
                self._note(connection, step=reached, counted_at=safe.at if whole else progress.counted_at)
            return len(steps)

    def _held(self, connection: Connection, wait: bool = False) -> Any:
        """The progress row, locked until the transaction ends; None while another process holds it."""
        row = {"name": NAME, "step": 0, "goal": 0}
        connection.execute(insert_or(connection, statistics_progress).values(row).on_conflict_do_nothing())
        query = select(statistics_progress).where(statistics_progress.c.name == NAME)
        return connection.execute(query.with_for_update(skip_locked=not wait)).first()

    def _note(self, connection: Connection, **values: Any) -> None:
        connection.execute(update(statistics_progress).where(statistics_progress.c.name == NAME).values(**values))

    def _count(self, connection: Connection, steps: Sequence[Any]) -> None:
        by_case: dict[str, list[Any]] = {}
        for step in steps:
            by_case.setdefault(step.case_id, []).append(step)
        before = _known(connection, by_case)
        after = _now(connection, by_case, before)
        differences = Differences()
        for case_id, fact in after.items():
            if case_id in before:
                differences.count(before[case_id], -1)
            differences.count(fact, 1)
        keep(connection, after.values())
        sum_up(connection, differences.settled())


def _known(connection: Connection, wanted: Iterable[str]) -> dict[str, CaseFact]:
    rows = _chosen(connection, select(case_facts), case_facts.c.case_id, wanted)
    return {row["case_id"]: fact_of(row) for row in rows}


def _now(connection: Connection, steps: Mapping[str, Sequence[Any]], before: Mapping[str, CaseFact]) -> dict[str, CaseFact]:
    """What has steps but no case (deleted by hand) isn't counted."""
    rows = _chosen_rows(connection, select(*_CASES), cases.c.id, steps)
    return {row.id: _counted(row, before.get(row.id), steps[row.id]) for row in rows}


def _counted(row: Any, before: CaseFact | None, steps: Sequence[Any]) -> CaseFact:
    fact = begun(row) if before is None else moved(before, row)
    return folded(fact, sorted(steps, key=lambda step: step.seq), row.accepted_on)


def _chosen(connection: Connection, query: Any, column: Any, wanted: Iterable[str]) -> list[Mapping[str, Any]]:
    return [row._mapping for row in _chosen_rows(connection, query, column, wanted)]


def _chosen_rows(connection: Connection, query: Any, column: Any, wanted: Iterable[str]) -> list[Any]:
    codes = list(wanted)
    found: list[Any] = []
    for begin in range(0, len(codes), 500):
        found += connection.execute(query.where(column.in_(codes[begin : begin + 500])))
    return found
