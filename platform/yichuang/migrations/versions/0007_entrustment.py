"""Deliveries, hand-over sheets, clients of the API."""

import sqlalchemy as sa
from alembic import op

from yichuang.database import Instant

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("case_number", sa.String(40), nullable=False),
        sa.Column("item", sa.String(64), nullable=False),
        sa.Column("item_title", sa.String(200), nullable=False),
        sa.Column("department", sa.String(64), nullable=False),
        sa.Column("hall", sa.String(64), nullable=False),
        sa.Column("street", sa.String(64), nullable=False),
        sa.Column("step", sa.String(32), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("key", sa.String(120), nullable=False, unique=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_at", Instant, nullable=False),
        sa.Column("last_error", sa.String(500), nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("reference", sa.String(100), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("sent_at", Instant),
        sa.Column("received_at", Instant),
        sa.Column("received_by", sa.String(64), nullable=False),
        sa.Column("closed_at", Instant),
        sa.Column("closed_by", sa.String(64), nullable=False),
        sa.Column("close_reason", sa.String(300), nullable=False),
        sa.Column("due_at", Instant),
    )
    op.create_index("ix_deliveries_created_at", "deliveries", ["created_at"])
    op.create_index("ix_deliveries_department_state_created_at", "deliveries", ["department", "state", "created_at"])
    op.create_index("ix_deliveries_state_next_at", "deliveries", ["state", "next_at"])
    op.create_index("uq_deliveries_case_id_seq", "deliveries", ["case_id", "seq"], unique=True)
    op.create_table(
        "handovers",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("number", sa.String(60), nullable=False, unique=True),
        sa.Column("hall", sa.String(64), nullable=False),
        sa.Column("street", sa.String(64), nullable=False),
        sa.Column("department", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("note", sa.String(500), nullable=False),
        sa.Column("document_id", sa.String(36), nullable=False),
        sa.Column("opened_by", sa.String(64), nullable=False),
        sa.Column("opened_on", sa.Date, nullable=False),
        sa.Column("opened_at", Instant, nullable=False),
        sa.Column("sent_by", sa.String(64), nullable=False),
        sa.Column("sent_at", Instant),
        sa.Column("received_by", sa.String(64), nullable=False),
        sa.Column("received_at", Instant),
    )
    op.create_index("ix_handovers_department_state", "handovers", ["department", "state"])
    op.create_index("ix_handovers_hall_opened_at", "handovers", ["hall", "opened_at"])
    draft = sa.text("state = 'draft'")
    op.create_index("uq_handovers_draft", "handovers", ["hall", "department"], unique=True, sqlite_where=draft, postgresql_where=draft)
    op.create_table(
        "handover_lines",
        sa.Column("handover_id", sa.String(36), primary_key=True),
        sa.Column("case_id", sa.String(36), primary_key=True),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("case_number", sa.String(40), nullable=False),
        sa.Column("item_title", sa.String(200), nullable=False),
        sa.Column("label", sa.String(60), nullable=False),
        sa.Column("materials", sa.Text, nullable=False),
        sa.Column("originals", sa.Integer, nullable=False),
        sa.Column("copies", sa.Integer, nullable=False),
        sa.Column("pages", sa.Integer, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("dispute", sa.String(300), nullable=False),
        sa.Column("decided_by", sa.String(64), nullable=False),
        sa.Column("decided_at", Instant),
    )
    op.create_index("ix_handover_lines_case_id", "handover_lines", ["case_id"])
    travelling = sa.text("state <> 'disputed'")
    op.create_index(
        "uq_handover_lines_travelling", "handover_lines", ["case_id"], unique=True, sqlite_where=travelling, postgresql_where=travelling
    )
    op.create_table(
        "api_clients",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("title", sa.String(100), nullable=False),
        sa.Column("department", sa.String(64), nullable=False),
        sa.Column("scopes", sa.Text, nullable=False),
        sa.Column("prefix", sa.String(16), nullable=False, unique=True),
        sa.Column("key_hash", sa.String(64), nullable=False),
        sa.Column("former_hash", sa.String(64), nullable=False),
        sa.Column("former_until", Instant),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("note", sa.String(500), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("created_by", sa.String(64), nullable=False),
        sa.Column("expires_at", Instant),
        sa.Column("used_at", Instant),
    )
    op.create_index("ix_api_clients_department", "api_clients", ["department"])
    op.create_table(
        "api_calls",
        sa.Column("client_id", sa.String(36), primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("operation", sa.String(64), primary_key=True),
        sa.Column("outcome", sa.String(16), primary_key=True),
        sa.Column("count", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("api_calls")
    op.drop_table("api_clients")
    op.drop_table("handover_lines")
    op.drop_table("handovers")
    op.drop_table("deliveries")
