"""Free questions over all cases, as of the last export."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from yichuang.access.grants import Reach
from yichuang.statistics.asking import LIMIT, FreeQuestion, statement
from yichuang.statistics.duck import Duck
from yichuang.statistics.exporting import read_list


@dataclass(frozen=True, slots=True)
class FreeAnswer:
    """Rows of codes (one a dimension, in order) and figures. `cut`: there were more than `LIMIT`. `as_of`: None before the first export."""

    question: FreeQuestion
    rows: Sequence[tuple[Any, ...]]
    cut: bool
    as_of: datetime | None


class FreeQuestions:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._duck = Duck(folder)

    def ask(self, question: FreeQuestion, reach: Reach) -> FreeAnswer:
        """Raises `OutOfReach`, `InputRefused` (too large), `TooManyRequests`."""
        listed = read_list(self._folder)
        as_of = datetime.fromisoformat(listed["as_of"]) if listed["as_of"] else None
        files = [str(self._folder.resolve() / name) for month, name in sorted(listed["files"].items()) if _may_hold(month, question)]
        sql, values = statement(question, reach, files)
        rows = self._duck.rows(sql, values) if files else []
        return FreeAnswer(question, rows[:LIMIT], len(rows) > LIMIT, as_of)


def _may_hold(month: str, question: FreeQuestion) -> bool:
    """A case is in the file of its application, and nothing happens to it before: later months can't hold what the question asks."""
    if month > question.until.isoformat():
        return False
    return question.date != "applied_on" or month >= question.since.replace(day=1).isoformat()
