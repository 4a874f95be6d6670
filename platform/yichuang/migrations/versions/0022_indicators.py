"""Sums of reviews, what each service counted for, and the marks of what has to be counted; everything there is counted once."""

import sqlalchemy as sa
from alembic import op

from yichuang.database import Instant

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None
BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")
MEASURES = (
    "services", "given", "grade_5", "grade_4", "grade_3", "grade_2", "grade_1", "defaults", "excluded", "handled", "true_bad",
    "true_put_right", "on_time", "named_bad", "called_back", "pushes", "pushed", "pushed_in_time",
)  # fmt: skip


def upgrade() -> None:
    op.create_table("review_marks", sa.Column("id", BIG, primary_key=True), sa.Column("service_id", sa.String(36), nullable=False))
    op.create_table(
        "review_counted",
        sa.Column("service_id", sa.String(36), primary_key=True),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("places", sa.Text, nullable=False),
        sa.Column("tags", sa.Text, nullable=False),
        sa.Column("measures", sa.Text, nullable=False),
    )
    op.create_table(
        "review_sums",
        sa.Column("scope", sa.String(70), primary_key=True),
        sa.Column("dimension", sa.String(16), primary_key=True),
        sa.Column("grain", sa.String(1), primary_key=True),
        sa.Column("period", sa.Date, primary_key=True),
        sa.Column("member", sa.String(64), primary_key=True),
        *(sa.Column(code, sa.Integer, nullable=False) for code in MEASURES),
    )
    op.create_table("review_progress", sa.Column("name", sa.String(80), primary_key=True), sa.Column("at", Instant))
    op.execute("INSERT INTO review_marks (service_id) SELECT id FROM services_given ORDER BY at")


def downgrade() -> None:
    for table in ("review_progress", "review_sums", "review_counted", "review_marks"):
        op.drop_table(table)
