"""Who read or did what, when. `detail` never carries personal data: it names fields, not their values."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from yichuang.audit.model import audit_entries
from yichuang.database import Database, copied, copy_lines
from yichuang.direct import Line
from yichuang.ports import Actor, Clock

Read = tuple[datetime, str, str, str, str, str]
"""(at, actor, action, object kind, object code, detail)"""


class Audit:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def note(
        self, actor: Actor, action: str, kind: str, code: str, *, detail: str = "", within: Connection | None = None
    ) -> None:
        """Write one entry; `within` an open transaction it is as durable as what it is about."""
        table, row = self.row(actor, action, kind, code, detail=detail)
        if within is not None:
            within.execute(insert(table), row)
            return
        with self._database.writing() as connection:
            connection.execute(insert(table), row)

    def row(self, actor: Actor, action: str, kind: str, code: str, *, detail: str = "") -> Line:
        """The same for whoever writes several rows in one go."""
        row = {
            "at": self._clock.now(), "actor": actor.name, "action": action, "object_kind": kind, "object_code": code, "detail": detail,
            "request_id": "",
        }  # fmt: skip
        return audit_entries, row

    def prepared(self, read: Read) -> str | tuple[Any, ...]:
        """An entry made ready to be written with many others (`note_prepared`)."""
        return (*read, "") if self._database.sqlite else copied((*read, ""))

    def note_prepared(self, prepared: Sequence[Any], within: Connection) -> None:
        """Many entries at once, in an open transaction; on PostgreSQL by COPY."""
        columns = ("at", "actor", "action", "object_kind", "object_code", "detail", "request_id")
        if self._database.sqlite:
            within.execute(insert(audit_entries), [dict(zip(columns, row, strict=True)) for row in prepared])
        else:
            copy_lines(within, audit_entries.name, columns, prepared)

    def entries(self, kind: str = "", code: str = "", limit: int = 200, before: int | None = None) -> Sequence[Any]:
        """The newest entries first; `before` an id for the next page."""
        query = select(audit_entries).order_by(audit_entries.c.id.desc()).limit(limit)
        if kind:
            query = query.where(audit_entries.c.object_kind == kind)
        if code:
            query = query.where(audit_entries.c.object_code == code)
        if before is not None:
            query = query.where(audit_entries.c.id < before)
        with self._database.reading() as connection:
            return connection.execute(query).all()
