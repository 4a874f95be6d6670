"""Keeping the sums current: what was marked is counted again, and only the difference is added. Safe to run anywhere, any number of times."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, text

from yichuang.database import Database
from yichuang.indicators.arrivals import arrivals, targets_of
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
TOPICS = (SERVICE_TOPIC, REVIEW_TOPIC)


class Rolling:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._seen: Mapping[str, Mapping[str, datetime]] = {}

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
        seen: dict[str, Mapping[str, datetime]] = {}
        with self._database.writing() as connection:
            if not self._alone(connection):
                return
            for target in targets_of(connection):
                name = f"sent/{target}"
                since = connection.execute(select(review_progress.c.at).where(review_progress.c.name == name)).scalar()
                found = arrivals(connection, target, since, self._seen.get(target, {}))
                self._mark(connection, [row for row in found.fresh if row.topic in TOPICS])
                if found.position != since:
                    self._note(connection, name, found.position)
                seen[target] = found.seen
        self._seen = seen

    def _mark(self, connection: Connection, fresh: Sequence[Any]) -> None:
        wanted = {(row.case_id, row.version) for row in fresh}
        rows = self._rows(connection, services_given, services_given.c.case_id, sorted({case for case, _ in wanted}))
        marked = [{"service_id": row.id} for row in rows if (row.case_id, row.service_number) in wanted]
        if marked:
            connection.execute(insert(review_marks), marked)

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
