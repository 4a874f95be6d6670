"""The rows of issued notices."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select
from sqlalchemy.engine import Row

from yichuang.database import Database
from yichuang.notices.model import notice_events, notices
from yichuang.notices.notice import CHANNELS, EVENTS, Notice


def canonical(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def store(connection: Connection, notice: Notice, actor: str, renews: str = "") -> None:
    """Write an issued notice."""
    values = {
        "code": notice.code, "item": notice.item, "item_title": notice.item_title, "department": notice.department,
        "release": notice.release, "situation": canonical(notice.situation), "situation_words": notice.situation_words,
        "facts": canonical(notice.facts), "standing": notice.standing, "channel": notice.channel, "window": notice.window,
        "actor": actor, "renews": renews, "digest": notice.digest, "day": notice.issued_at.date().isoformat(),
        "issued_at": notice.issued_at,
    }  # fmt: skip
    connection.execute(insert(notices).values(values))


def find(database: Database, code: str) -> Notice | None:
    with database.reading() as connection:
        row = connection.execute(select(notices).where(notices.c.code == code)).first()
    return _notice(row) if row is not None else None


def renewal(connection: Connection, code: str, release: int) -> Notice | None:
    """The notice that was issued in place of `code` under a release, if there is one."""
    row = connection.execute(select(notices).where(notices.c.renews == code, notices.c.release == release)).first()
    return _notice(row) if row is not None else None


def standing(connection: Connection, item: str, channel: str) -> Notice | None:
    """The standing notice of an item, which posters share."""
    mine = (notices.c.item == item, notices.c.channel == channel, notices.c.standing)
    row = connection.execute(select(notices).where(*mine).order_by(notices.c.issued_at)).first()
    return _notice(row) if row is not None else None


def recent(database: Database, limit: int, offset: int, item: str | None, channel: str | None) -> list[dict[str, Any]]:
    """The newest first, with what has happened to each."""
    query = select(notices).order_by(notices.c.issued_at.desc(), notices.c.code).limit(limit).offset(offset)
    if item:
        query = query.where(notices.c.item == item)
    if channel:
        query = query.where(notices.c.channel == channel)
    with database.reading() as connection:
        rows = list(connection.execute(query))
        counts = _counts(connection, [row.code for row in rows])
    return [_line(row, counts) for row in rows]


def total(database: Database, item: str | None, channel: str | None) -> int:
    query = select(func.count()).select_from(notices)
    if item:
        query = query.where(notices.c.item == item)
    if channel:
        query = query.where(notices.c.channel == channel)
    with database.reading() as connection:
        return int(connection.execute(query).scalar_one())


def _counts(connection: Connection, codes: Sequence[str]) -> dict[tuple[str, str], int]:
    columns = notice_events.c
    query = (
        select(columns.notice, columns.kind, func.sum(columns.count))
        .where(columns.notice.in_(codes))
        .group_by(columns.notice, columns.kind)
    )
    return {(row[0], row[1]): int(row[2]) for row in connection.execute(query)}


def _line(row: Row[Any], counts: Mapping[tuple[str, str], int]) -> dict[str, Any]:
    issued_at: datetime = row.issued_at
    return {
        "code": row.code, "item": row.item, "item_title": row.item_title, "department": row.department, "release": row.release,
        "situation_words": row.situation_words, "standing": row.standing, "channel": row.channel,
        "channel_title": CHANNELS.get(row.channel, row.channel), "window": row.window, "issued_at": issued_at,
        **{kind: counts.get((row.code, kind), 0) for kind in EVENTS},
    }  # fmt: skip


def _notice(row: Row[Any]) -> Notice:
    return Notice(
        row.code, row.item, row.item_title, row.department, row.release, json.loads(row.situation), row.situation_words,
        json.loads(row.facts), row.standing, row.channel, row.window, row.digest, row.issued_at,
    )  # fmt: skip
