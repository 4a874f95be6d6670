"""One table of messages for every target: what was pushed to departments becomes messages to their inboxes."""

import sqlalchemy as sa
from alembic import op

from yichuang.database import Instant

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

WAITING, STUCK = sa.text("state = 'waiting'"), sa.text("state IN ('failed', 'refused', 'unmapped')")
KEPT = (
    "id, case_id, seq, case_number, item, item_title, department, hall, street, step, version, key, state, attempts, next_at, last_error, "
    "payload, reference, created_at, sent_at, received_at, received_by, closed_at, closed_by, close_reason, due_at"
)


def upgrade() -> None:
    op.create_table(
        "messages",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("topic", sa.String(16), nullable=False),
        sa.Column("target", sa.String(64), nullable=False),
        sa.Column("stream", sa.String(64), nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("case_number", sa.String(40), nullable=False),
        sa.Column("item", sa.String(64), nullable=False),
        sa.Column("item_title", sa.String(200), nullable=False),
        sa.Column("department", sa.String(64), nullable=False),
        sa.Column("hall", sa.String(64), nullable=False),
        sa.Column("street", sa.String(64), nullable=False),
        sa.Column("step", sa.String(32), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("operation", sa.String(1), nullable=False),
        sa.Column("key", sa.String(200), nullable=False, unique=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_at", Instant, nullable=False),
        sa.Column("last_error", sa.String(500), nullable=False),
        sa.Column("cause", sa.String(120), nullable=False),
        sa.Column("problems", sa.Text, nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("amended", sa.Text, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("reference", sa.String(100), nullable=False),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("sent_at", Instant),
        sa.Column("received_at", Instant),
        sa.Column("received_by", sa.String(64), nullable=False),
        sa.Column("closed_at", Instant),
        sa.Column("closed_by", sa.String(64), nullable=False),
        sa.Column("close_reason", sa.String(300), nullable=False),
        sa.Column("due_at", Instant),
    )
    op.execute(
        f"INSERT INTO messages ({KEPT}, topic, target, stream, operation, cause, problems, answer, amended, digest, owner) "
        f"SELECT {KEPT}, 'case', 'inbox', case_id, 'I', '', '', '', '', '', '' FROM deliveries"
    )
    op.create_index("uq_messages_target_stream_seq", "messages", ["target", "stream", "seq"], unique=True)
    op.create_index("ix_messages_due", "messages", ["target", "next_at"], sqlite_where=WAITING, postgresql_where=WAITING)
    op.create_index("ix_messages_stuck", "messages", ["target", "cause"], sqlite_where=STUCK, postgresql_where=STUCK)
    op.create_index("ix_messages_case_id", "messages", ["case_id"])
    op.create_index("ix_messages_department_state_created_at", "messages", ["department", "state", "created_at"])
    op.create_index("ix_messages_created_at", "messages", ["created_at"])
    op.drop_table("deliveries")


def downgrade() -> None:
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
    op.execute(f"INSERT INTO deliveries ({KEPT}) SELECT {KEPT} FROM messages WHERE target = 'inbox'")
    op.create_index("ix_deliveries_created_at", "deliveries", ["created_at"])
    op.create_index("ix_deliveries_department_state_created_at", "deliveries", ["department", "state", "created_at"])
    op.create_index("ix_deliveries_state_next_at", "deliveries", ["state", "next_at"])
    op.create_index("uq_deliveries_case_id_seq", "deliveries", ["case_id", "seq"], unique=True)
    op.drop_table("messages")
