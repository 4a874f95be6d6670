"""How many cases of some items were accepted in a span of days."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import func, select

from yichuang.cases.model import cases
from yichuang.database import Database


def accepted(database: Database, items: Collection[str], since: date, until: date) -> tuple[int, int]:
    """All accepted from `since` to `until` (both included), and those of them by commitment."""
    columns = cases.c
    wanted = (columns.item.in_(sorted(items)), columns.accepted_on >= since, columns.accepted_on <= until)
    with database.reading() as connection:
        every = connection.execute(select(func.count()).where(*wanted)).scalar_one()
        committed = connection.execute(select(func.count()).where(*wanted, columns.committed.is_(True))).scalar_one()
    return int(every), int(committed)
