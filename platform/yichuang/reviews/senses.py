"""What of the reviews is not as it should be just now, for the warnings: silent screens, a stuck queue to the city, falling rates."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select

from yichuang.database import Database
from yichuang.outbox.message import STUCK, WAITING
from yichuang.outbox.model import messages
from yichuang.ports import Observation, Place
from yichuang.reviews.model import reviews, screens
from yichuang.reviews.review import REVIEW_TOPIC, VALID

LATELY, BEFORE = timedelta(days=7), timedelta(days=28)
GOOD = 3
"""The least grade that counts as good."""


class Senses:
    def __init__(self, database: Database) -> None:
        self._database = database

    def silent(self, now: datetime, for_: timedelta) -> Sequence[Observation]:
        """Bound screens that have not asked for so long."""
        columns = screens.c
        query = select(screens).where(columns.token_hash != "", func.coalesce(columns.seen_at, columns.bound_at) < now - for_)
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        said = "评价屏没有回应，最后一次是 {:%m-%d %H:%M}"
        return [Observation(row.window, said.format(row.seen_at or row.bound_at), Place("", row.hall, row.street, row.window)) for row in rows]

    def stuck(self, now: datetime, for_: timedelta, least: int) -> Sequence[Observation]:
        """Targets with at least so many services or reviews that wait for longer, or can't be sent."""
        columns = messages.c
        late = columns.topic.in_((REVIEW_TOPIC, "service")) & columns.state.in_((WAITING, *STUCK)) & (columns.created_at < now - for_)
        query = select(columns.target, func.count(), func.min(columns.created_at)).where(late).group_by(columns.target)
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        said = "{} 条服务记录或评价没有报送成功，最早的是 {:%m-%d %H:%M}"
        return [Observation(target, said.format(count, oldest)) for target, count, oldest in rows if count >= least]

    def falling(self, now: datetime, same: str, points: int, least: int) -> Sequence[tuple[str, float, float]]:
        """(subject, rate before, rate of the last week) in percent where it fell by at least so many points; given and valid reviews only."""
        columns = reviews.c
        recent = columns.at >= now - LATELY
        good = columns.grade >= GOOD
        key = columns[same]
        counts = [func.count().filter(condition) for condition in (recent, recent & good, ~recent, ~recent & good)]
        given = (columns.at >= now - LATELY - BEFORE) & ~columns.default & (columns.state == VALID) & (key != "")
        found = []
        with self._database.reading() as connection:
            for subject, new, new_good, old, old_good in connection.execute(select(key, *counts).where(given).group_by(key)):
                if new >= least and old >= least and 100 * old_good * new - 100 * new_good * old >= points * old * new:
                    found.append((str(subject), 100 * old_good / old, 100 * new_good / new))
        return found
