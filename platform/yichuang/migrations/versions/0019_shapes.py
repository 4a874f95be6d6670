"""Intakes in the shapes of those who fetch them; everything is put together once more, so that all have theirs."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "intake_shapes",
        sa.Column("case_id", sa.String(36), primary_key=True),
        sa.Column("target", sa.String(64), primary_key=True),
        sa.Column("item", sa.String(64), nullable=False),
        sa.Column("mark", sa.String(32), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_index("ix_intake_shapes_target_item_mark", "intake_shapes", ["target", "item", "mark"])
    op.execute("INSERT INTO intake_marks (case_id, at) SELECT case_id, changed_at FROM intakes ORDER BY position")


def downgrade() -> None:
    op.drop_table("intake_shapes")
