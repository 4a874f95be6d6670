"""Multi-end sync (多端数据同步): how each target stands, its figures by day, a range sent again, paused and resumed."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, func, literal, select, union_all

from yichuang.access.grants import Reach
from yichuang.database import Database
from yichuang.outbox.message import INBOX, STUCK, WAITING
from yichuang.outbox.model import messages
from yichuang.outbox.rows import reached, stands
from yichuang.ports import SHANGHAI, Clock

LATELY = timedelta(hours=1)
MOST_DAYS = 92


@dataclass(frozen=True, slots=True)
class Load:
    """What is on its way to a target, within a reach. `states`: how many stand in each unsettled state; `oldest`: since when the oldest
    unsettled one stands; `today`, `lately`: how many were sent today and within the last hour."""

    states: Mapping[str, int] = field(default_factory=dict)
    oldest: datetime | None = None
    today: int = 0
    lately: int = 0
    last: datetime | None = None

    @property
    def waiting(self) -> int:
        return self.states.get(WAITING, 0)

    @property
    def stuck(self) -> int:
        return sum(self.states.get(state, 0) for state in STUCK)

    @property
    def unsettled(self) -> int:
        return self.waiting + self.stuck

    def age(self, now: datetime) -> timedelta:
        return now - self.oldest if self.oldest else timedelta()


class Loads:
    """Counted from the messages themselves; every question stays within a few index ranges. `targets`: codes of those that are defined."""

    def __init__(self, database: Database, clock: Clock, targets: Callable[[], Iterable[str]]) -> None:
        self._database = database
        self._clock = clock
        self._targets = targets

    def all(self, reach: Reach) -> Mapping[str, Load]:
        """By target; of targets without any messages nothing."""
        with self._database.reading() as connection:
            told = self._unsettled(connection, reach)
            for target in {*told, *self._targets(), INBOX}:
                if sent := self._sent(connection, target, reach):
                    told.setdefault(target, {}).update(sent)
        return {target: Load(**load) for target, load in told.items()}

    @staticmethod
    def _unsettled(connection: Connection, reach: Reach) -> dict[str, dict[str, Any]]:
        columns = messages.c
        told: dict[str, dict[str, Any]] = {}
        for states in ((WAITING,), STUCK):
            query = select(columns.target, columns.state, func.count(), func.min(columns.created_at))
            query = query.where(stands(columns.state, *states), *reached(reach)).group_by(columns.target, columns.state)
            for target, state, count, oldest in connection.execute(query):
                load = told.setdefault(target, {"states": {}, "oldest": None})
                load["states"][state] = int(count)
                load["oldest"] = min(filter(None, (load["oldest"], oldest)))
        return told

    def _sent(self, connection: Connection, target: str, reach: Reach) -> dict[str, Any]:
        """Since midnight, since an hour ago, and when the last one was; nothing where none ever was."""
        columns, now = messages.c, self._clock.now()
        mine = (columns.target == target, *reached(reach))
        newest = select(columns.sent_at).where(*mine, columns.sent_at.is_not(None)).order_by(columns.sent_at.desc()).limit(1)
        last = connection.execute(newest).scalar()
        if last is None:
            return {}
        since = {"today": midnight(now.date()), "lately": now - LATELY}
        counted = {
            name: int(connection.execute(select(func.count()).select_from(messages).where(*mine, columns.sent_at >= start)).scalar_one())
            for name, start in since.items()
        }
        return counted | {"last": last}

    def days(self, target: str, since: date, until: date, reach: Reach) -> Sequence[Mapping[str, Any]]:
        """For every day of the range `{day, made, sent, stuck}`: messages made, sent, and made that day and still stuck."""
        columns = messages.c
        days = [since + timedelta(days=n) for n in range(min((until - since).days + 1, MOST_DAYS))]
        mine = (columns.target == target, *reached(reach))
        asked: list[Any] = []
        for at, day in enumerate(days):
            start, end = midnight(day), midnight(day + timedelta(days=1))
            made = (columns.created_at >= start, columns.created_at < end, *mine)
            sent = (columns.sent_at >= start, columns.sent_at < end, *mine)
            asked += [_counted(at, "made", *made), _counted(at, "sent", *sent), _counted(at, "stuck", stands(columns.state, *STUCK), *made)]
        rows: list[dict[str, Any]] = [{"day": day} for day in days]
        with self._database.reading() as connection:
            for at, name, count in connection.execute(union_all(*asked)):
                rows[at][name] = int(count)
        return rows


def _counted(at: int, name: str, *where: Any) -> Any:
    return select(literal(at), literal(name), func.count()).select_from(messages).where(*where)


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)
