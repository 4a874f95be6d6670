"""Bad reviews that come near their deadline or are over it, for the warnings."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from yichuang.database import Database
from yichuang.ports import SHANGHAI, Observation, Place
from yichuang.rectification.model import rectifications

MOST = 500


def late(database: Database, now: datetime, for_: timedelta) -> Sequence[Observation]:
    """Those not ended whose last day is less than so far away; the day itself ends with midnight."""
    columns, until = rectifications.c, (now + for_).astimezone(SHANGHAI).date()
    query = select(rectifications).where(~columns.ended, columns.due_on <= until).order_by(columns.due_on, columns.id).limit(MOST)
    with database.reading() as connection:
        rows = connection.execute(query).all()
    today = now.astimezone(SHANGHAI).date()
    found = []
    for row in rows:
        words = f"整改期限 {row.due_on:%m-%d} 已过" if row.due_on < today else f"将于 {row.due_on:%m-%d} 到期"
        place = Place(row.department, row.hall, row.street, row.window)
        found.append(Observation(row.id, f"“{row.item_title}”的差评（{row.opened_on:%m-%d} 收到）{words}", place))
    return found
