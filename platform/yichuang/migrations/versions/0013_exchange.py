"""How targets stand, attempts on record, and reconciliations with the other side."""

import sqlalchemy as sa
from alembic import op

from yichuang.database import Instant

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "target_states",
        sa.Column("target", sa.String(64), primary_key=True),
        sa.Column("paused", sa.Boolean, nullable=False),
        sa.Column("paused_by", sa.String(64), nullable=False),
        sa.Column("paused_at", Instant),
        sa.Column("pause_reason", sa.String(300), nullable=False),
        sa.Column("rests_until", Instant),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("succeeded_at", Instant),
        sa.Column("failed_at", Instant),
        sa.Column("last_error", sa.String(500), nullable=False),
    )
    op.create_table(
        "message_attempts",
        sa.Column("id", BIG, primary_key=True, autoincrement=True),
        sa.Column("message_id", sa.String(36), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("words", sa.String(500), nullable=False),
    )
    op.create_index("ix_message_attempts_message_id", "message_attempts", ["message_id"])
    op.create_index("ix_messages_target_sent_at", "messages", ["target", "sent_at"])
    op.create_index("ix_messages_target_created_at", "messages", ["target", "created_at"])
    _reconciliations()


def _reconciliations() -> None:
    op.create_table(
        "reconciliations",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("target", sa.String(64), nullable=False),
        sa.Column("since", sa.Date, nullable=False),
        sa.Column("until", sa.Date, nullable=False),
        sa.Column("daily", sa.Boolean, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("asked_by", sa.String(64), nullable=False),
        sa.Column("asked_at", Instant, nullable=False),
        sa.Column("next_at", Instant, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("reached", sa.Date),
        sa.Column("ended_at", Instant),
        sa.Column("words", sa.String(300), nullable=False),
    )
    op.create_index("ix_reconciliations_state_next_at", "reconciliations", ["state", "next_at"])
    op.create_index("ix_reconciliations_target_asked_at", "reconciliations", ["target", "asked_at"])
    op.create_table(
        "reconciliation_days",
        sa.Column("run_id", sa.String(36), primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("target", sa.String(64), nullable=False),
        sa.Column("here", sa.Integer, nullable=False),
        sa.Column("there", sa.Integer, nullable=False),
        sa.Column("missing_there", sa.Integer, nullable=False),
        sa.Column("different", sa.Integer, nullable=False),
        sa.Column("missing_here", sa.Integer, nullable=False),
        sa.Column("compared_at", Instant, nullable=False),
    )
    op.create_index("ix_reconciliation_days_target_day", "reconciliation_days", ["target", "day"])
    op.create_table(
        "reconciliation_lines",
        sa.Column("run_id", sa.String(36), primary_key=True),
        sa.Column("key", sa.String(200), primary_key=True),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("message_id", sa.String(36), nullable=False),
        sa.Column("case_number", sa.String(40), nullable=False),
        sa.Column("item", sa.String(64), nullable=False),
        sa.Column("department", sa.String(64), nullable=False),
        sa.Column("ours", sa.String(64), nullable=False),
        sa.Column("theirs", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("settled_by", sa.String(64), nullable=False),
        sa.Column("settled_at", Instant),
        sa.Column("note", sa.String(300), nullable=False),
    )
    op.create_index("ix_reconciliation_lines_run_id_kind_state", "reconciliation_lines", ["run_id", "kind", "state"])


def downgrade() -> None:
    for table in ("reconciliation_lines", "reconciliation_days", "reconciliations", "message_attempts", "target_states"):
        op.drop_table(table)
    op.drop_index("ix_messages_target_created_at", "messages")
    op.drop_index("ix_messages_target_sent_at", "messages")
