"""What was published: releases and versions as lists, nothing changed but the mark that a moment has come."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import select, update

from yichuang.catalogue.model import definition_versions, releases
from yichuang.database import Database
from yichuang.errors import ReleaseMissing
from yichuang.ports import Clock

STATES = {"scheduled": "待生效", "effective": "已生效", "superseded": "已重排", "withdrawn": "已撤回"}


@dataclass(frozen=True, slots=True)
class Release:
    """A line of the history. `state` in Chinese is `STATES[state]`."""

    number: int
    change_set: int | None
    reason: str
    author: str
    approver: str
    published_at: datetime
    effective_at: datetime
    state: str
    changes: Mapping[str, str | None]
    rollback_of: int | None
    supersedes: int | None


class History:
    """The looking-back side of `Publishing`."""

    _database: Database
    _clock: Clock

    def mark_effective(self) -> int:
        """Mark scheduled releases whose moment has come; what is served follows the clock, not this mark."""
        with self._database.writing() as connection:
            due = update(releases).where(releases.c.state == "scheduled", releases.c.effective_at <= self._clock.now())
            return connection.execute(due.values(state="effective")).rowcount

    def releases(self, limit: int = 200) -> list[Release]:
        """The newest first."""
        columns = [column for column in releases.c if column.name != "manifest"]
        with self._database.reading() as connection:
            rows = connection.execute(select(*columns).order_by(releases.c.number.desc()).limit(limit)).all()
        now = self._clock.now()
        return [self._release(row, now) for row in rows]

    def release(self, number: int) -> Release:
        """Raises `ReleaseMissing`."""
        columns = [column for column in releases.c if column.name != "manifest"]
        with self._database.reading() as connection:
            row = connection.execute(select(*columns).where(releases.c.number == number)).one_or_none()
        if row is None:
            raise ReleaseMissing(f"没有第 {number} 版")
        return self._release(row, self._clock.now())

    def _release(self, row: Any, now: datetime) -> Release:
        state = "effective" if row.state == "scheduled" and row.effective_at <= now else row.state
        return Release(
            row.number, row.change_set, row.reason, row.author, row.approver, row.published_at, row.effective_at, state,
            orjson.loads(row.changes), row.rollback_of, row.supersedes,
        )  # fmt: skip

    def versions(self, kind: str, code: str) -> list[Any]:
        """A definition's versions, newest first: number, sha256, title, created_at, created_by, body (canonical JSON text)."""
        columns = definition_versions.c
        query = select(definition_versions).where(columns.kind == kind, columns.code == code).order_by(columns.number.desc())
        with self._database.reading() as connection:
            return list(connection.execute(query).all())
