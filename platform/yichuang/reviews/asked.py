"""A service that somebody wants to review, with the key of its review if it has one: asked for all day, so by one prepared statement."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, select

from yichuang.database import Database
from yichuang.ports import SHANGHAI
from yichuang.reviews.model import reviews, services_given


class Asked(NamedTuple):
    """As in `services_given`. `given_key`: of the review that is there; None for none."""

    id: str
    case_id: str
    case_number: str
    item: str
    item_title: str
    department: str
    hall: str
    street: str
    window: str
    clerk: str
    channel: str
    service_name: str
    release: int
    service_number: int
    at: datetime
    valid_until: datetime
    given_key: str | None


_TEXTS = 12
"""So many come first."""
_given, _COLUMNS = services_given.c, Asked._fields[:-1]
_MOMENT = """to_char(s."{}" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"')"""
_TOLD = ", ".join(_MOMENT.format(name) if name in ("at", "valid_until") else f's."{name}"' for name in _COLUMNS)
_SQL = f"SELECT {_TOLD}, r.key FROM services_given s LEFT JOIN reviews r ON r.service_id = s.id WHERE s.link_hash = $1"


def by_link(database: Database, link_hash: str) -> Asked | None:
    if database.direct is None:
        return _read(database, _given.link_hash == link_hash)
    found = database.direct.ask(_SQL, [link_hash.encode()])
    if not found.ntuples:
        return None
    *values, key = (found.get_value(0, n) for n in range(len(_COLUMNS) + 1))
    texts = [value.decode() for value in values]
    release, number, at, until = texts[_TEXTS:]
    plain: tuple[Any, ...] = (*texts[:_TEXTS], int(release), int(number), _moment(at), _moment(until))
    return Asked._make((*plain, key.decode() if key is not None else None))


def by_id(database: Database, service_id: str) -> Asked | None:
    return _read(database, _given.id == service_id)


def _read(database: Database, chosen: ColumnElement[bool]) -> Asked | None:
    joined = services_given.outerjoin(reviews, reviews.c.service_id == _given.id)
    columns = [_given[name] for name in _COLUMNS]
    with database.reading() as connection:
        row = connection.execute(select(*columns, reviews.c.key.label("given_key")).select_from(joined).where(chosen)).first()
    return Asked._make(row) if row is not None else None


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(SHANGHAI)
