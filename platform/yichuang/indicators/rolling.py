"""Keeping the sums current: what was marked is counted again, and only the difference is added. Safe to run anywhere, any number of times."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, text

from yichuang.database import Database
from yichuang.indicators.counting import Counted, counted, differences
from yichuang.indicators.measures import CODES
from yichuang.indicators.model import review_counted, review_months, review_progress, review_sums
from yichuang.outbox.model import messages
from yichuang.ports import Clock
from yichuang.rectification.model import rectifications
from yichuang.reviews.model import review_marks, reviews, services_given
from yichuang.reviews.review import REVIEW_TOPIC, SERVICE_TOPIC
from yichuang.statistics.sums import add_to, insert_or

BATCH = 2000
LOCK = 7_210_017
"""The advisory lock's number on PostgreSQL: one counts at a time."""
OVERLAP = timedelta(minutes=2)
"""Deliveries commit out of order; so far back they are looked at again."""
TOPICS = (SERVICE_TOPIC, REVIEW_TOPIC)


class Rolling:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._seen: set[str] = set()

    def run(self, seconds: float = 5.0) -> int:
        """How many services were counted."""
        self._delivered()
        until, done = self._clock.now() + timedelta(seconds=seconds), 0
        while (found := self.batch()) and self._clock.now() <= until:
            done += found
        return done

    def batch(self, limit: int = BATCH) -> int:
        with self._database.writing(repeatable=True) as connection:
            if not self._alone(connection):
                return 0
            marked = connection.execute(select(review_marks.c.id, review_marks.c.service_id).order_by(review_marks.c.id).limit(limit)).all()
            if marked:
                self._count(connection, sorted({row.service_id for row in marked}))
                connection.execute(delete(review_marks).where(review_marks.c.id.in_([row.id for row in marked])))
            self._note(connection, "counted", self._clock.now())
            return len(marked)

    def recount(self) -> int:
        """Mark everything: sums that were lost are built again. How many services."""
        with self._database.writing() as connection:
            for table in (review_counted, review_sums, review_months, review_marks):
                connection.execute(delete(table))
            connection.execute(insert(review_marks).from_select(["service_id"], select(services_given.c.id).order_by(services_given.c.at)))
            return int(connection.execute(select(func.count()).select_from(review_marks)).scalar_one())

    # ------------------------------------------------------------------ counting

    def _count(self, connection: Connection, ids: Sequence[str]) -> None:
        before = {row.service_id: _read(row) for row in self._rows(connection, review_counted, review_counted.c.service_id, ids)}
        after = self._now(connection, ids)
        changed = differences(list(before.values()), list(after.values()))
        names = tuple(review_sums.primary_key.columns.keys())
        rows = [dict(zip(names, cell, strict=True)) | {code: sums.get(code, 0) for code in CODES} for cell, sums in sorted(changed.items())]
        add_to(connection, review_sums, rows, CODES)
        connection.execute(delete(review_counted).where(review_counted.c.service_id.in_(ids)))
        if after:
            connection.execute(insert(review_counted), [_row(key, one) for key, one in after.items()])
        months = sorted({one.day.replace(day=1) for one in (*before.values(), *after.values())})
        statement = insert_or(connection, review_months)
        touched = statement.on_conflict_do_update(index_elements=["month"], set_={"version": review_months.c.version + 1})
        connection.execute(touched, [{"month": month, "version": 1, "exported": 0} for month in months])

    def _now(self, connection: Connection, ids: Sequence[str]) -> dict[str, Counted]:
        services = {row.id: row for row in self._rows(connection, services_given, services_given.c.id, ids)}
        given = {row.service_id: row for row in self._rows(connection, reviews, reviews.c.service_id, ids)}
        handled = {row.service_id: row for row in self._rows(connection, rectifications, rectifications.c.service_id, ids)}
        pushes = self._pushes(connection, list(services.values()))
        return {
            key: counted(row, given.get(key), handled.get(key), pushes.get((row.case_id, row.service_number), ()), _tags(given.get(key)))
            for key, row in services.items()
        }

    def _pushes(self, connection: Connection, services: Sequence[Any]) -> Mapping[tuple[str, int], list[tuple[Any, Any]]]:
        cases, columns = sorted({row.case_id for row in services}), messages.c
        query = select(columns.case_id, columns.version, columns.created_at, columns.sent_at).where(columns.topic.in_(TOPICS))
        found: dict[tuple[str, int], list[tuple[Any, Any]]] = {}
        for begin in range(0, len(cases), 500):
            for row in connection.execute(query.where(columns.case_id.in_(cases[begin : begin + 500]))):
                found.setdefault((row.case_id, row.version), []).append((row.created_at, row.sent_at))
        return found

    def _rows(self, connection: Connection, table: Any, column: Any, ids: Sequence[str]) -> list[Any]:
        found: list[Any] = []
        for begin in range(0, len(ids), 500):
            found += connection.execute(select(table).where(column.in_(ids[begin : begin + 500])))
        return found

    # ------------------------------------------------------------------ deliveries

    def _delivered(self) -> None:
        """Services whose records or reviews have arrived at the city since the last look are marked."""
        columns, now = messages.c, self._clock.now()
        with self._database.writing() as connection:
            if not self._alone(connection):
                return
            targets = connection.execute(select(columns.target).where(columns.topic.in_(TOPICS)).distinct()).scalars().all()
            for target in targets:
                since = connection.execute(select(review_progress.c.at).where(review_progress.c.name == f"sent/{target}")).scalar()
                query = select(columns.id, columns.case_id, columns.version, columns.sent_at).where(columns.target == target)
                query = query.where(columns.sent_at > since - OVERLAP) if since is not None else query.where(columns.sent_at.is_not(None))
                fresh = [row for row in connection.execute(query.order_by(columns.sent_at).limit(20_000)) if row.id not in self._seen]
                self._mark(connection, fresh)
                self._note(connection, f"sent/{target}", fresh[-1].sent_at if fresh else since or now)
                self._seen = {row.id for row in fresh} | (self._seen if len(self._seen) < 100_000 else set())

    def _mark(self, connection: Connection, fresh: Sequence[Any]) -> None:
        wanted = {(row.case_id, row.version) for row in fresh}
        for row in self._rows(connection, services_given, services_given.c.case_id, sorted({case for case, _ in wanted})):
            if (row.case_id, row.service_number) in wanted:
                connection.execute(insert(review_marks), {"service_id": row.id})

    def _note(self, connection: Connection, name: str, at: Any) -> None:
        statement = insert_or(connection, review_progress).values(name=name, at=at)
        connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"at": statement.excluded.at}))

    def _alone(self, connection: Connection) -> bool:
        if self._database.sqlite:
            return True
        return bool(connection.execute(text("SELECT pg_try_advisory_xact_lock(:number)"), {"number": LOCK}).scalar())


def _tags(review: Any) -> Sequence[str]:
    return [] if review is None else [str(tag) for tag in json.loads(review.tags)]


def _row(key: str, one: Counted) -> dict[str, Any]:
    packed = {name: json.dumps(value, ensure_ascii=False) for name, value in (("places", dict(one.places)), ("measures", dict(one.measures)))}
    return {"service_id": key, "day": one.day, "tags": json.dumps(list(one.tags)), **packed}


def _read(row: Any) -> Counted:
    day: date = row.day
    return Counted(day, json.loads(row.places), tuple(json.loads(row.tags)), json.loads(row.measures))
