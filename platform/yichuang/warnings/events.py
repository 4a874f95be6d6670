"""Events for the rules: left in the very transaction of their cause, forgotten when no rule can reach back to them any more."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import Connection, delete, insert

from yichuang.database import Database
from yichuang.direct import Line
from yichuang.warnings.model import warning_events

KEPT = timedelta(days=40)
"""Longer than the longest time range of a rule; a preview looks back thirty days."""


class Events:
    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, connection: Connection, kind: str, at: datetime, payload: Mapping[str, Any]) -> None:
        """In the caller's transaction. The payload is plain and holds nothing personal."""
        table, row = self.row(kind, at, payload)
        connection.execute(insert(table), row)

    def row(self, kind: str, at: datetime, payload: Mapping[str, Any]) -> Line:
        """The same for whoever writes several rows in one go."""
        return warning_events, {"kind": kind, "at": at, "payload": orjson.dumps(payload).decode(), "seen": False}

    def forget(self, now: datetime) -> int:
        """What is too old for every rule."""
        with self._database.writing() as connection:
            return connection.execute(delete(warning_events).where(warning_events.c.at < now - KEPT, warning_events.c.seen)).rowcount
