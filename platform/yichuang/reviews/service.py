"""Reviews as pages, cases and jobs use them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import func, select, update

from yichuang.access.grants import Reach
from yichuang.access.reaching import within
from yichuang.errors import Conflict, InputRefused, NotFound
from yichuang.ports import SHANGHAI, Actor
from yichuang.reviews.giving import Giving
from yichuang.reviews.ledger import ReviewRooms, review_of
from yichuang.reviews.model import mark, reviews, services_given
from yichuang.reviews.review import ANOMALOUS, INVALID, VALID, Review
from yichuang.reviews.screens import Screens


class Reviews(Giving):
    """`served`, `open`, `give`, `record`; `anomalies` and `screens` beside them."""

    def __init__(self, rooms: ReviewRooms) -> None:
        super().__init__(rooms)
        self.screens = Screens(rooms.database, rooms.vault, rooms.audit, rooms.clock)

    def default_silent(self) -> int:
        """What silence means, where the rules say so; how many became reviews."""
        return sum(self.default(service_id, grade) is not None for service_id, grade in self.silent())

    def anomalous(self, limit: int = 200) -> Sequence[Review]:
        """Reviews that somebody has to look at, the latest first; without their words."""
        query = select(reviews).where(reviews.c.state == ANOMALOUS).order_by(reviews.c.at.desc(), reviews.c.id).limit(limit)
        with self._database.reading() as connection:
            return [review_of(row) for row in connection.execute(query)]

    def listed(self, since: date, until: date, filters: Mapping[str, str], reach: Reach, limit: int) -> Sequence[Review]:
        """Reviews of services of these days, without words and without who gave them; the latest first. `filters`: hall, item, tag, … → code."""
        columns, given = reviews.c, services_given.c
        begin = datetime.combine(since, time(), SHANGHAI)
        days = (given.at >= begin) & (given.at < datetime.combine(until + timedelta(days=1), time(), SHANGHAI))
        query = select(reviews).select_from(reviews.join(services_given, given.id == columns.service_id)).where(days, within(reach, reviews.c))
        for name, code in filters.items():
            query = query.where(columns.tags.contains(f'"{code}"', autoescape=True) if name == "tag" else columns[name] == code)
        with self._database.reading() as connection:
            return [review_of(row) for row in connection.execute(query.order_by(given.at.desc(), columns.id).limit(limit))]

    def judge(self, review_id: str, valid: bool, note: str, actor: Actor) -> None:
        """An anomalous review is valid after all, or isn't; it stays as it was given. Raises `NotFound`, `Conflict`, `InputRefused`."""
        if not 2 <= len(note.strip()) <= 300:
            raise InputRefused("请写明理由", problems=[{"field": "note", "message": "2 至 300 个字"}])
        columns = reviews.c
        with self._database.writing() as connection:
            mine = (columns.id == review_id) & (columns.state == ANOMALOUS)
            if not connection.execute(update(reviews).where(mine).values(state=VALID if valid else INVALID)).rowcount:
                known = connection.execute(select(columns.id).where(columns.id == review_id)).first()
                raise Conflict("已经有人核过了") if known else NotFound("没有这条评价")
            mark(connection, str(connection.execute(select(columns.service_id).where(columns.id == review_id)).scalar_one()))
            self._audit.note(actor, "review.judged", "review", review_id, detail=f"{'有效' if valid else '无效'}：{note.strip()}", within=connection)

    def counts(self) -> tuple[int, int]:
        """How many reviews there are, and how many of them somebody gave."""
        with self._database.reading() as connection:
            given = func.count().filter(~reviews.c.default)
            every, own = connection.execute(select(func.count(), given).select_from(reviews)).one()
        return int(every), int(own)
