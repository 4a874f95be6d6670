"""Tables of figures: cases as they stand, sums, progress, saved questions."""

import sqlalchemy as sa
from alembic import op

from yichuang.database import Instant

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "case_facts",
        sa.Column("case_id", sa.String(36), primary_key=True),
        sa.Column("item", sa.String(64), nullable=False),
        sa.Column("department", sa.String(64), nullable=False),
        sa.Column("hall", sa.String(64), nullable=False),
        sa.Column("street", sa.String(64), nullable=False),
        sa.Column("window", sa.String(64), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("case_type", sa.String(8), nullable=False),
        sa.Column("situation", sa.String(200), nullable=False),
        sa.Column("release", sa.Integer, nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("decision", sa.String(16), nullable=False),
        sa.Column("ending", sa.String(16), nullable=False),
        sa.Column("committed", sa.Boolean, nullable=False),
        sa.Column("deemed", sa.Boolean, nullable=False),
        sa.Column("on_time", sa.Boolean),
        sa.Column("used_days", sa.Integer),
        sa.Column("applied_on", sa.Date),
        sa.Column("received_on", sa.Date),
        sa.Column("accepted_on", sa.Date),
        sa.Column("decided_on", sa.Date),
        sa.Column("closed_on", sa.Date),
        sa.Column("ended_on", sa.Date),
        sa.Column("extended_on", sa.Date),
        sa.Column("special_on", sa.Date),
        sa.Column("corrections", sa.Text, nullable=False),
        sa.Column("rejection_reason", sa.String(200), nullable=False),
        sa.Column("proposed_reason", sa.String(200), nullable=False),
        sa.Column("month", sa.Date, nullable=False),
    )
    op.create_index("ix_case_facts_month", "case_facts", ["month", "case_id"])
    op.create_table(
        "case_tallies",
        sa.Column("scope", sa.String(140), primary_key=True),
        sa.Column("dimension", sa.String(24), primary_key=True),
        sa.Column("grain", sa.String(1), primary_key=True),
        sa.Column("period", sa.Date, primary_key=True),
        sa.Column("member", sa.String(200), primary_key=True),
        sa.Column("applied", sa.Integer, nullable=False),
        sa.Column("received", sa.Integer, nullable=False),
        sa.Column("accepted", sa.Integer, nullable=False),
        sa.Column("deemed", sa.Integer, nullable=False),
        sa.Column("committed", sa.Integer, nullable=False),
        sa.Column("corrections", sa.Integer, nullable=False),
        sa.Column("corrected", sa.Integer, nullable=False),
        sa.Column("rejected", sa.Integer, nullable=False),
        sa.Column("not_applicable", sa.Integer, nullable=False),
        sa.Column("lapsed", sa.Integer, nullable=False),
        sa.Column("withdrawn", sa.Integer, nullable=False),
        sa.Column("decided", sa.Integer, nullable=False),
        sa.Column("approved", sa.Integer, nullable=False),
        sa.Column("denied", sa.Integer, nullable=False),
        sa.Column("terminated", sa.Integer, nullable=False),
        sa.Column("closed", sa.Integer, nullable=False),
        sa.Column("on_time", sa.Integer, nullable=False),
        sa.Column("overdue", sa.Integer, nullable=False),
        sa.Column("timed", sa.Integer, nullable=False),
        sa.Column("used_days", sa.Integer, nullable=False),
        sa.Column("extended", sa.Integer, nullable=False),
        sa.Column("special", sa.Integer, nullable=False),
    )
    op.create_table(
        "case_counts",
        sa.Column("item", sa.String(64), primary_key=True),
        sa.Column("grain", sa.String(1), primary_key=True),
        sa.Column("period", sa.Date, primary_key=True),
        sa.Column("window", sa.String(64), primary_key=True),
        sa.Column("channel", sa.String(16), primary_key=True),
        sa.Column("hall", sa.String(64), primary_key=True),
        sa.Column("street", sa.String(64), primary_key=True),
        sa.Column("department", sa.String(64), primary_key=True),
        sa.Column("situation", sa.String(200), primary_key=True),
        sa.Column("applied", sa.Integer, nullable=False),
        sa.Column("received", sa.Integer, nullable=False),
        sa.Column("accepted", sa.Integer, nullable=False),
        sa.Column("deemed", sa.Integer, nullable=False),
        sa.Column("committed", sa.Integer, nullable=False),
        sa.Column("corrections", sa.Integer, nullable=False),
        sa.Column("corrected", sa.Integer, nullable=False),
        sa.Column("rejected", sa.Integer, nullable=False),
        sa.Column("not_applicable", sa.Integer, nullable=False),
        sa.Column("lapsed", sa.Integer, nullable=False),
        sa.Column("withdrawn", sa.Integer, nullable=False),
        sa.Column("decided", sa.Integer, nullable=False),
        sa.Column("approved", sa.Integer, nullable=False),
        sa.Column("denied", sa.Integer, nullable=False),
        sa.Column("terminated", sa.Integer, nullable=False),
        sa.Column("closed", sa.Integer, nullable=False),
        sa.Column("on_time", sa.Integer, nullable=False),
        sa.Column("overdue", sa.Integer, nullable=False),
        sa.Column("timed", sa.Integer, nullable=False),
        sa.Column("used_days", sa.Integer, nullable=False),
        sa.Column("extended", sa.Integer, nullable=False),
        sa.Column("special", sa.Integer, nullable=False),
    )
    op.create_index("ix_case_counts_grain", "case_counts", ["grain", "period"])
    op.create_index("ix_case_counts_window", "case_counts", ["window", "grain", "period"])
    op.create_table(
        "reason_counts",
        sa.Column("kind", sa.String(16), primary_key=True),
        sa.Column("item", sa.String(64), primary_key=True),
        sa.Column("grain", sa.String(1), primary_key=True),
        sa.Column("period", sa.Date, primary_key=True),
        sa.Column("window", sa.String(64), primary_key=True),
        sa.Column("channel", sa.String(16), primary_key=True),
        sa.Column("hall", sa.String(64), primary_key=True),
        sa.Column("street", sa.String(64), primary_key=True),
        sa.Column("department", sa.String(64), primary_key=True),
        sa.Column("reason", sa.String(200), primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
    )
    op.create_index("ix_reason_counts_grain", "reason_counts", ["kind", "grain", "period"])
    op.create_index("ix_reason_counts_window", "reason_counts", ["kind", "window", "grain", "period"])
    op.create_table(
        "open_cases",
        sa.Column("item", sa.String(64), primary_key=True),
        sa.Column("department", sa.String(64), primary_key=True),
        sa.Column("hall", sa.String(64), primary_key=True),
        sa.Column("street", sa.String(64), primary_key=True),
        sa.Column("window", sa.String(64), primary_key=True),
        sa.Column("channel", sa.String(64), primary_key=True),
        sa.Column("state", sa.String(32), primary_key=True),
        sa.Column("light", sa.String(16), primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
    )
    op.create_table(
        "statistics_progress",
        sa.Column("name", sa.String(16), primary_key=True),
        sa.Column("step", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
        sa.Column("goal", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
        sa.Column("counted_at", Instant),
        sa.Column("open_at", Instant),
        sa.Column("exported_at", Instant),
    )
    op.create_table(
        "fact_months",
        sa.Column("month", sa.Date, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("exported", sa.Integer, nullable=False),
        sa.Column("rows", sa.Integer, nullable=False),
    )
    op.create_table(
        "saved_questions",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("shared", sa.Boolean, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
    )
    op.create_index("uq_saved_questions_owner_name", "saved_questions", ["owner", "name"], unique=True)


def downgrade() -> None:
    op.drop_table("saved_questions")
    op.drop_table("fact_months")
    op.drop_table("statistics_progress")
    op.drop_table("open_cases")
    op.drop_table("reason_counts")
    op.drop_table("case_counts")
    op.drop_table("case_tallies")
    op.drop_table("case_facts")
