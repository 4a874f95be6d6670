"""Rows of deliveries: as values, and which of them are meant."""

from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import false, or_
from sqlalchemy.engine import Row

from yichuang.access.grants import Reach
from yichuang.entrustment.delivery import ABANDONED, RECEIVED, Delivery, DeliveryQuery
from yichuang.entrustment.model import deliveries
from yichuang.ports import SHANGHAI, Place


def delivery_of(row: Row[Any]) -> Delivery:
    return Delivery(
        row.id,
        row.case_id,
        row.case_number,
        row.item,
        row.item_title,
        Place(row.department, row.hall, row.street),
        row.step,
        row.version,
        row.key,
        row.state,
        row.attempts,
        row.next_at,
        row.last_error,
        row.created_at,
        row.sent_at,
        row.received_at,
        row.received_by,
        row.close_reason,
        row.due_at,
    )


def wanted(query: DeliveryQuery, now: datetime) -> list[Any]:
    """The conditions that a query names."""
    columns, found = deliveries.c, []
    if query.state:
        found.append(columns.state == query.state)
    if query.department:
        found.append(columns.department == query.department)
    if query.day:
        start = datetime.combine(query.day, time(), SHANGHAI)
        found += [columns.created_at >= start, columns.created_at < start + timedelta(days=1)]
    if query.text:
        found.append(columns.case_number.endswith(query.text.strip(), autoescape=True))
    if query.late:
        found += [columns.due_at < now, columns.state.not_in((RECEIVED, ABANDONED))]
    return found


def reached(reach: Reach) -> list[Any]:
    """The conditions of a reach; of everything none, of nothing one that never holds."""
    if reach.everything:
        return []
    columns = deliveries.c
    parts = [(columns.department, reach.departments), (columns.hall, reach.halls), (columns.street, reach.streets)]
    named = [column.in_(sorted(codes)) for column, codes in parts if codes]
    return [or_(*named)] if named else [false()]
