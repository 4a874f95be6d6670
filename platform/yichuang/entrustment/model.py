"""What leaves the counter for a department on paper: hand-over sheets (材料交接单)."""

from sqlalchemy import Column, Date, Index, Integer, String, Table, Text, text

from yichuang.database import Instant, metadata

_DRAFT, _TRAVELLING = text("state = 'draft'"), text("state <> 'disputed'")

handovers = Table(
    "handovers",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("number", String(60), nullable=False, unique=True),
    Column("hall", String(64), nullable=False),
    Column("street", String(64), nullable=False, default=""),
    Column("department", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("note", String(500), nullable=False, default=""),
    Column("document_id", String(36), nullable=False, default=""),
    Column("opened_by", String(64), nullable=False),
    Column("opened_on", Date, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("sent_by", String(64), nullable=False, default=""),
    Column("sent_at", Instant),
    Column("received_by", String(64), nullable=False, default=""),
    Column("received_at", Instant),
    Index("ix_handovers_hall_opened_at", "hall", "opened_at"),
    Index("uq_handovers_draft", "hall", "department", unique=True, sqlite_where=_DRAFT, postgresql_where=_DRAFT),
    Index("ix_handovers_department_state", "department", "state"),
)
"""From one hall to one department one sheet at a time is put together.

`state`: draft, sent, received, disputed (at least one line was not confirmed), cancelled (an empty number stays in the trail)."""

handover_lines = Table(
    "handover_lines",
    metadata,
    Column("handover_id", String(36), primary_key=True),
    Column("case_id", String(36), primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("case_number", String(40), nullable=False),
    Column("item_title", String(200), nullable=False),
    Column("label", String(60), nullable=False, default=""),
    Column("materials", Text, nullable=False, default="[]"),
    Column("originals", Integer, nullable=False, default=0),
    Column("copies", Integer, nullable=False, default=0),
    Column("pages", Integer, nullable=False, default=0),
    Column("state", String(16), nullable=False, default="open"),
    Column("dispute", String(300), nullable=False, default=""),
    Column("decided_by", String(64), nullable=False, default=""),
    Column("decided_at", Instant),
    Index("ix_handover_lines_case_id", "case_id"),
    Index("uq_handover_lines_travelling", "case_id", unique=True, sqlite_where=_TRAVELLING, postgresql_where=_TRAVELLING),
)
"""A case is on one sheet at a time; a disputed line frees it.

`label`: the applicant's masked name. `materials`: titles, JSON. `state`: open, confirmed, disputed (with `dispute`, what doesn't agree)."""
