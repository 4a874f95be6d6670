"""Reconciliations on record: each run, its figures by day, and every discrepancy with what became of it."""

from sqlalchemy import Boolean, Column, Date, Index, Integer, String, Table

from yichuang.database import Instant, metadata

reconciliations = Table(
    "reconciliations",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("target", String(64), nullable=False),
    Column("since", Date, nullable=False),
    Column("until", Date, nullable=False),
    Column("daily", Boolean, nullable=False),
    Column("state", String(16), nullable=False),
    Column("asked_by", String(64), nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("next_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("reached", Date),
    Column("ended_at", Instant),
    Column("words", String(300), nullable=False, default=""),
    Index("ix_reconciliations_state_next_at", "state", "next_at"),
    Index("ix_reconciliations_target_asked_at", "target", "asked_at"),
)
"""`since`, `until`: the days compared, both included. `state`: running, done, failed, stopped. `reached`: the last day compared so far;
`next_at`: when to go on, and while somebody is at it, when their lease ends. `words`: why it failed."""

reconciliation_days = Table(
    "reconciliation_days",
    metadata,
    Column("run_id", String(36), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("target", String(64), nullable=False),
    Column("here", Integer, nullable=False),
    Column("there", Integer, nullable=False),
    Column("missing_there", Integer, nullable=False),
    Column("different", Integer, nullable=False),
    Column("missing_here", Integer, nullable=False),
    Column("compared_at", Instant, nullable=False),
    Index("ix_reconciliation_days_target_day", "target", "day"),
)
"""The figures of one day in one run."""

reconciliation_lines = Table(
    "reconciliation_lines",
    metadata,
    Column("run_id", String(36), primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("day", Date, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("message_id", String(36), nullable=False, default=""),
    Column("case_number", String(40), nullable=False, default=""),
    Column("item", String(64), nullable=False, default=""),
    Column("department", String(64), nullable=False, default=""),
    Column("ours", String(64), nullable=False, default=""),
    Column("theirs", String(64), nullable=False, default=""),
    Column("state", String(16), nullable=False),
    Column("settled_by", String(64), nullable=False, default=""),
    Column("settled_at", Instant),
    Column("note", String(300), nullable=False, default=""),
    Index("ix_reconciliation_lines_run_id_kind_state", "run_id", "kind", "state"),
)
"""A discrepancy. `kind`: missing_there, different, missing_here. `state`: open, resent (sent again), noted (looked at by a person, `note`)."""
