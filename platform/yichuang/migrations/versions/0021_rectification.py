"""Bad reviews being acted upon, and the steps of it."""

import sqlalchemy as sa
from alembic import op

from yichuang.database import Instant

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rectifications",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("review_id", sa.String(36), nullable=False, unique=True),
        sa.Column("service_id", sa.String(36), nullable=False, unique=True),
        sa.Column("grade", sa.Integer, nullable=False),
        sa.Column("item", sa.String(64), nullable=False),
        sa.Column("item_title", sa.String(200), nullable=False),
        sa.Column("release", sa.Integer, nullable=False),
        sa.Column("department", sa.String(64), nullable=False),
        sa.Column("hall", sa.String(64), nullable=False),
        sa.Column("street", sa.String(64), nullable=False),
        sa.Column("window", sa.String(64), nullable=False),
        sa.Column("clerk", sa.String(64), nullable=False),
        sa.Column("named", sa.Boolean, nullable=False),
        sa.Column("flow", sa.String(64), nullable=False),
        sa.Column("flow_release", sa.Integer, nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("ended", sa.Boolean, nullable=False),
        sa.Column("classification", sa.String(24), nullable=False),
        sa.Column("term", sa.String(24), nullable=False),
        sa.Column("opened_on", sa.Date, nullable=False),
        sa.Column("due_on", sa.Date),
        sa.Column("opened_at", Instant, nullable=False),
        sa.Column("put_right_at", Instant),
        sa.Column("replied_at", Instant),
        sa.Column("called_back_at", Instant),
        sa.Column("closed_at", Instant),
        sa.Column("reply", sa.Text, nullable=False),
        sa.Column("evidence", sa.Text, nullable=False),
        sa.Column("appeals", sa.Integer, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
    )
    op.create_index("ix_rectifications_ended_due_on", "rectifications", ["ended", "due_on"])
    op.create_index("ix_rectifications_department_opened_at", "rectifications", ["department", "opened_at"])
    op.create_index("ix_rectifications_hall_opened_at", "rectifications", ["hall", "opened_at"])
    op.create_index("ix_rectifications_opened_at", "rectifications", ["opened_at"])
    op.create_index("ix_rectifications_updated_at", "rectifications", ["updated_at"])
    op.create_table(
        "rectification_steps",
        sa.Column("rectification_id", sa.String(36), primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("action", sa.String(32), nullable=False),
        sa.Column("title", sa.String(60), nullable=False),
        sa.Column("from_state", sa.String(32), nullable=False),
        sa.Column("to_state", sa.String(32), nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("actor_title", sa.String(100), nullable=False),
        sa.Column("department", sa.String(64), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_index("uq_rectification_steps_rectification_id_key", "rectification_steps", ["rectification_id", "key"], unique=True)


def downgrade() -> None:
    op.drop_table("rectification_steps")
    op.drop_table("rectifications")
