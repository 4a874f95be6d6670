"""Events for the warnings, and the warnings."""

import sqlalchemy as sa
from alembic import op

from yichuang.database import Instant

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")
NEW = sa.text("NOT seen")


def upgrade() -> None:
    op.create_table(
        "warning_events",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("seen", sa.Boolean, nullable=False),
    )
    op.create_index("ix_warning_events_at", "warning_events", ["at"])
    op.create_index("ix_warning_events_new", "warning_events", ["id"], sqlite_where=NEW, postgresql_where=NEW)
    words = (("rule", 64), ("rule_title", 60), ("subject", 200), ("words", 300), ("level", 16), ("department", 64), ("hall", 64), ("street", 64))
    people = (("window", 64), ("state", 16), ("acknowledged_by", 64), ("closed_by", 64), ("reason", 300))
    op.create_table(
        "warnings",
        sa.Column("id", sa.String(36), primary_key=True),
        *(sa.Column(name, sa.String(size), nullable=False) for name, size in (*words, *people)),
        sa.Column("release", sa.Integer, nullable=False),
        sa.Column("roles", sa.Text, nullable=False),
        sa.Column("events", sa.Text, nullable=False),
        sa.Column("last_event", BIG, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("told_at", Instant, nullable=False),
        sa.Column("over_at", Instant),
        sa.Column("acknowledged_at", Instant),
        sa.Column("closed_at", Instant),
    )
    op.create_index("ix_warnings_state_told_at", "warnings", ["state", "told_at"])
    op.create_index("ix_warnings_rule_subject_at", "warnings", ["rule", "subject", "at"])
    op.create_index("ix_warnings_at", "warnings", ["at"])


def downgrade() -> None:
    op.drop_table("warnings")
    op.drop_table("warning_events")
