"""Marks (待重组标记): that a case has changed, left in the very transaction that changed it; the intake's record is put together again afterwards.

Marks are only ever added and taken away, never shared: a change that commits while its case is being put together leaves a mark of its own,
which is still there afterwards. One plain insert is all that a transaction at the counter pays.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import BigInteger, Column, Connection, Index, Integer, String, Table, insert

from yichuang.database import Instant, metadata

intake_marks = Table(
    "intake_marks",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("case_id", String(36), nullable=False),
    Column("at", Instant, nullable=False),
    Index("ix_intake_marks_case_id", "case_id"),
)
"""`at`: when it was left; not to be worked on before."""


def mark(connection: Connection, case_ids: str | Iterable[str], at: datetime) -> None:
    """These cases have changed, in the caller's transaction."""
    rows = [{"case_id": case_id, "at": at} for case_id in ([case_ids] if isinstance(case_ids, str) else case_ids)]
    if rows:
        connection.execute(insert(intake_marks), rows)
