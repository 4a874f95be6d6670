"""Notices and their figures."""

import sqlalchemy as sa
from alembic import op

from yichuang.database import Instant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notices",
        sa.Column("code", sa.String(32), primary_key=True),
        sa.Column("item", sa.String(64), nullable=False),
        sa.Column("item_title", sa.String(200), nullable=False),
        sa.Column("department", sa.String(64), nullable=False),
        sa.Column("release", sa.Integer, nullable=False),
        sa.Column("situation", sa.Text, nullable=False),
        sa.Column("situation_words", sa.Text, nullable=False),
        sa.Column("facts", sa.Text, nullable=False),
        sa.Column("standing", sa.Boolean, nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("window", sa.String(64), nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("renews", sa.String(32), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("issued_at", Instant, nullable=False),
    )
    op.create_index("ix_notices_day", "notices", ["day"])
    op.create_index("ix_notices_item", "notices", ["item", "channel"])
    op.create_index("ix_notices_renews", "notices", ["renews"])
    op.create_table(
        "notice_events",
        sa.Column("notice", sa.String(32), primary_key=True),
        sa.Column("kind", sa.String(16), primary_key=True),
        sa.Column("day", sa.String(10), primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
    )
    op.create_index("ix_notice_events_day", "notice_events", ["day"])


def downgrade() -> None:
    op.drop_table("notice_events")
    op.drop_table("notices")
