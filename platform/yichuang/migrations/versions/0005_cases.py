"""Cases: their steps, materials, corrections, moved deadlines; running numbers."""

import sqlalchemy as sa
from alembic import op

from yichuang.database import Instant

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "counters",
        sa.Column("name", sa.String(120), primary_key=True),
        sa.Column("year", sa.Integer, primary_key=True),
        sa.Column("last", sa.Integer, nullable=False),
    )
    op.create_table(
        "cases",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("number", sa.String(40), nullable=False, unique=True),
        sa.Column("item", sa.String(64), nullable=False),
        sa.Column("item_title", sa.String(200), nullable=False),
        sa.Column("handling_code", sa.String(64), nullable=False),
        sa.Column("department", sa.String(64), nullable=False),
        sa.Column("case_type", sa.String(8), nullable=False),
        sa.Column("release", sa.Integer, nullable=False),
        sa.Column("flow", sa.String(64), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("phase", sa.String(16), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("hall", sa.String(64), nullable=False),
        sa.Column("street", sa.String(64), nullable=False),
        sa.Column("window", sa.String(64), nullable=False),
        sa.Column("clerk", sa.String(64), nullable=False),
        sa.Column("approver", sa.String(64), nullable=False),
        sa.Column("holder", sa.String(64), nullable=False),
        sa.Column("held_until", Instant),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("agreement", sa.String(64), nullable=False),
        sa.Column("agreement_release", sa.Integer, nullable=False),
        sa.Column("committed", sa.Boolean, nullable=False),
        sa.Column("correction_round", sa.Integer, nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("label", sa.String(60), nullable=False),
        sa.Column("org_words", sa.Text, nullable=False),
        sa.Column("name_index", sa.String(64), nullable=False),
        sa.Column("id_index", sa.String(64), nullable=False),
        sa.Column("agent_index", sa.String(64), nullable=False),
        sa.Column("account", sa.String(36), nullable=False),
        sa.Column("situation", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("clock", sa.Text, nullable=False),
        sa.Column("clock_state", sa.String(16), nullable=False),
        sa.Column("answer_due", sa.Date),
        sa.Column("warn_on", sa.Date),
        sa.Column("due_on", sa.Date),
        sa.Column("statutory_due", sa.Date),
        sa.Column("provisional", sa.Boolean, nullable=False),
        sa.Column("applied_at", Instant, nullable=False),
        sa.Column("received_at", Instant),
        sa.Column("accepted_on", sa.Date),
        sa.Column("accepted_at", Instant),
        sa.Column("decided_at", Instant),
        sa.Column("ended_at", Instant),
        sa.Column("updated_at", Instant, nullable=False),
    )
    op.create_index("ix_cases_account", "cases", ["account"])
    op.create_index("ix_cases_agent_index", "cases", ["agent_index"])
    op.create_index("ix_cases_clerk_updated_at", "cases", ["clerk", "updated_at"])
    op.create_index("ix_cases_clock_due", "cases", ["clock_state", "due_on"])
    op.create_index("ix_cases_department_state_updated_at", "cases", ["department", "state", "updated_at"])
    op.create_index("ix_cases_department_updated_at", "cases", ["department", "updated_at"])
    op.create_index("ix_cases_hall_state_updated_at", "cases", ["hall", "state", "updated_at"])
    op.create_index("ix_cases_hall_updated_at", "cases", ["hall", "updated_at"])
    op.create_index("ix_cases_id_index", "cases", ["id_index"])
    op.create_index("ix_cases_item_updated_at", "cases", ["item", "updated_at"])
    op.create_index("ix_cases_name_index", "cases", ["name_index"])
    op.create_index("ix_cases_state_updated_at", "cases", ["state", "updated_at"])
    op.create_index("ix_cases_window_updated_at", "cases", ["window", "updated_at"])
    op.create_table(
        "case_steps",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("action", sa.String(64), nullable=False),
        sa.Column("title", sa.String(100), nullable=False),
        sa.Column("from_state", sa.String(32), nullable=False),
        sa.Column("to_state", sa.String(32), nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("actor_title", sa.String(100), nullable=False),
        sa.Column("role", sa.String(64), nullable=False),
        sa.Column("department", sa.String(64), nullable=False),
        sa.Column("hall", sa.String(64), nullable=False),
        sa.Column("street", sa.String(64), nullable=False),
        sa.Column("window", sa.String(64), nullable=False),
        sa.Column("item", sa.String(64), nullable=False),
        sa.Column("release", sa.Integer, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("result", sa.String(300), nullable=False),
        sa.Column("facts", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
    )
    op.create_index("ix_case_steps_at", "case_steps", ["at"])
    op.create_index("uq_case_steps_case_id_key", "case_steps", ["case_id", "key"], unique=True)
    op.create_index("uq_case_steps_case_id_seq", "case_steps", ["case_id", "seq"], unique=True)
    op.create_table(
        "case_materials",
        sa.Column("case_id", sa.String(36), primary_key=True),
        sa.Column("code", sa.String(64), primary_key=True),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("share", sa.String(300), nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("needed", sa.Boolean, nullable=False),
        sa.Column("necessity", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("originals", sa.Integer, nullable=False),
        sa.Column("copies", sa.Integer, nullable=False),
        sa.Column("pages", sa.Integer, nullable=False),
        sa.Column("verified", sa.Boolean, nullable=False),
        sa.Column("grade", sa.String(1), nullable=False),
        sa.Column("points", sa.Text, nullable=False),
        sa.Column("note", sa.String(500), nullable=False),
        sa.Column("files", sa.Text, nullable=False),
        sa.Column("due_on", sa.Date),
        sa.Column("reused_from", sa.String(40), nullable=False),
        sa.Column("id_index", sa.String(64), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("at", Instant),
    )
    op.create_index("ix_case_materials_id_index_share", "case_materials", ["id_index", "share"])
    op.create_index("ix_case_materials_state_due_on", "case_materials", ["state", "due_on"])
    op.create_table(
        "corrections",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("days", sa.Integer, nullable=False),
        sa.Column("due_on", sa.Date),
        sa.Column("proposed_by", sa.String(64), nullable=False),
        sa.Column("approved_by", sa.String(64), nullable=False),
        sa.Column("issued_at", Instant),
        sa.Column("closed_at", Instant),
    )
    op.create_index("uq_corrections_case_id_round", "corrections", ["case_id", "round"], unique=True)
    op.create_table(
        "correction_points",
        sa.Column("correction_id", sa.String(36), primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("target", sa.String(16), nullable=False),
        sa.Column("code", sa.String(200), nullable=False),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("problem", sa.Text, nullable=False),
        sa.Column("standard", sa.Text, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("files", sa.Text, nullable=False),
        sa.Column("answered_by", sa.String(64), nullable=False),
        sa.Column("answered_at", Instant),
    )
    op.create_table(
        "deadline_moves",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("item_title", sa.String(200), nullable=False),
        sa.Column("department", sa.String(64), nullable=False),
        sa.Column("hall", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("before", sa.Date),
        sa.Column("after", sa.Date),
        sa.Column("release", sa.Integer, nullable=False),
        sa.Column("at", Instant, nullable=False),
    )
    op.create_index("ix_deadline_moves_case_id", "deadline_moves", ["case_id"])
    op.create_index("ix_deadline_moves_release", "deadline_moves", ["release"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE INDEX ix_cases_org_words ON cases USING gin (to_tsvector('simple', org_words))")


def downgrade() -> None:
    op.drop_table("deadline_moves")
    op.drop_table("correction_points")
    op.drop_table("corrections")
    op.drop_table("case_materials")
    op.drop_table("case_steps")
    op.drop_table("cases")
    op.drop_table("counters")
