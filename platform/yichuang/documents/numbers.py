"""Running numbers without a gap: taken within the transaction that uses them, so that what fails takes none."""

from sqlalchemy import Connection, insert, update
from sqlalchemy.exc import IntegrityError

from yichuang.documents.model import counters


def next_number(connection: Connection, name: str, year: int) -> int:
    """The next number of `name` in `year`, from 1. Others wait until this transaction ends; when it fails, the number is theirs."""
    mine = (counters.c.name == name) & (counters.c.year == year)
    taken = update(counters).where(mine).values(last=counters.c.last + 1).returning(counters.c.last)
    number = connection.execute(taken).scalar()
    if number is None:
        try:
            with connection.begin_nested():
                connection.execute(insert(counters), {"name": name, "year": year, "last": 0})
        except IntegrityError:
            pass
        number = connection.execute(taken).scalar_one()
    return int(number)
