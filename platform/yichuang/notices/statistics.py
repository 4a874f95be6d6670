"""Figures of notices: issued, opened, printed, downloaded, by item, situation, channel, day, department or window."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from sqlalchemy import ColumnElement, func, select

from yichuang.database import Database
from yichuang.errors import InputRefused
from yichuang.notices.model import notice_events, notices
from yichuang.notices.notice import CHANNELS, EVENTS

By = Literal["item", "situation", "channel", "day", "department", "window"]
BY_TITLES: Mapping[str, str] = {
    "item": "事项", "situation": "情形", "channel": "渠道", "day": "日期", "department": "部门", "window": "窗口",
}  # fmt: skip
FIGURES: Mapping[str, str] = {"issued": "出单", **EVENTS}
_COLUMNS: Mapping[str, Sequence[ColumnElement[Any]]] = {
    "item": (notices.c.item,),
    "situation": (notices.c.item, notices.c.situation_words),
    "channel": (notices.c.channel,),
    "day": (notices.c.day,),
    "department": (notices.c.department,),
    "window": (notices.c.window,),
}


@dataclass(frozen=True, slots=True)
class Titles:
    """Chinese titles by code, from the current release."""

    items: Mapping[str, str]
    departments: Mapping[str, str]
    windows: Mapping[str, str]


def figures(database: Database, since: date, until: date, by: str, titles: Titles) -> list[dict[str, Any]]:
    """Rows of `key`, `title`, `issued`, `opened`, `printed`, `downloaded`; both days included; by day in order, else most issued first.

    Raises `InputRefused` for an unknown `by`.
    """
    if by not in _COLUMNS:
        raise InputRefused(
            "没有这种统计方式", problems=[{"field": "by", "message": f"须为 {'、'.join(BY_TITLES)} 之一"}]
        )
    rows: dict[tuple[str, ...], dict[str, Any]] = {}
    for key, count in _issued(database, since, until, by):
        _row(rows, key)["issued"] = count
    for key, kind, count in _events(database, since, until, by):
        if kind in EVENTS:
            _row(rows, key)[kind] = count
    told = [{"key": "/".join(key), "title": _title(key, by, titles), **values} for key, values in rows.items()]
    if by == "day":
        return sorted(told, key=lambda row: str(row["key"]))
    return sorted(told, key=lambda row: (-row["issued"], -row["opened"], row["title"]))


def _row(rows: dict[tuple[str, ...], dict[str, Any]], key: tuple[str, ...]) -> dict[str, Any]:
    return rows.setdefault(key, dict.fromkeys(FIGURES, 0))


def _issued(database: Database, since: date, until: date, by: str) -> list[tuple[tuple[str, ...], int]]:
    columns = _COLUMNS[by]
    query = (
        select(*columns, func.count())
        .where(notices.c.day.between(since.isoformat(), until.isoformat()))
        .group_by(*columns)
    )
    with database.reading() as connection:
        return [(tuple(row[:-1]), row[-1]) for row in connection.execute(query)]


def _events(database: Database, since: date, until: date, by: str) -> list[tuple[tuple[str, ...], str, int]]:
    """Events by the day they happened, which may be long after the notice was issued."""
    columns = (notice_events.c.day,) if by == "day" else _COLUMNS[by]
    query = (
        select(*columns, notice_events.c.kind, func.sum(notice_events.c.count))
        .join_from(notice_events, notices, notice_events.c.notice == notices.c.code)
        .where(notice_events.c.day.between(since.isoformat(), until.isoformat()))
        .group_by(*columns, notice_events.c.kind)
    )
    with database.reading() as connection:
        return [(tuple(row[:-2]), row[-2], int(row[-1])) for row in connection.execute(query)]


def _title(key: tuple[str, ...], by: str, titles: Titles) -> str:
    first = key[0]
    if by == "item":
        return titles.items.get(first, first)
    if by == "situation":
        return f"{titles.items.get(first, first)}：{key[1] or '未分情形'}"
    if by == "channel":
        return CHANNELS.get(first, first)
    if by == "department":
        return titles.departments.get(first, first)
    if by == "window":
        return titles.windows.get(first, first) if first else "非窗口"
    return first
