"""What leaves the counter for a department: deliveries of data (数据推送) and hand-over sheets of paper (材料交接单)."""

from sqlalchemy import Column, Date, Index, Integer, String, Table, Text, text

from yichuang.database import Instant, metadata

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("case_id", String(36), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("case_number", String(40), nullable=False),
    Column("item", String(64), nullable=False),
    Column("item_title", String(200), nullable=False),
    Column("department", String(64), nullable=False),
    Column("hall", String(64), nullable=False, default=""),
    Column("street", String(64), nullable=False, default=""),
    Column("step", String(32), nullable=False),
    Column("version", Integer, nullable=False),
    Column("key", String(120), nullable=False, unique=True),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("next_at", Instant, nullable=False),
    Column("last_error", String(500), nullable=False, default=""),
    Column("payload", Text, nullable=False),
    Column("reference", String(100), nullable=False, default=""),
    Column("created_at", Instant, nullable=False),
    Column("sent_at", Instant),
    Column("received_at", Instant),
    Column("received_by", String(64), nullable=False, default=""),
    Column("closed_at", Instant),
    Column("closed_by", String(64), nullable=False, default=""),
    Column("close_reason", String(300), nullable=False, default=""),
    Column("due_at", Instant),
    Index("uq_deliveries_case_id_seq", "case_id", "seq", unique=True),
    Index("ix_deliveries_state_next_at", "state", "next_at"),
    Index("ix_deliveries_department_state_created_at", "department", "state", "created_at"),
    Index("ix_deliveries_created_at", "created_at"),
)
"""`step`: APPLY, PRE_REVIEW, ACCEPT, …; `key`: case number + step + version, by which a receiver knows what came before. `state`: waiting,
sent, received, failed (people look at it), refused (by the receiver), abandoned (given up with a reason). `payload`: JSON, sealed, context
`delivery/<id>`. `next_at`: when to try next; while a relay has it in hand, when its lease ends. `seq` orders the deliveries of one case."""

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
