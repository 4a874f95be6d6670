"""Which months of services changed since they were written for free questions."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "review_months",
        sa.Column("month", sa.Date, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("exported", sa.Integer, nullable=False),
    )
    op.create_index("ix_review_counted_day_service_id", "review_counted", ["day", "service_id"])
    op.execute("INSERT INTO review_marks (service_id) SELECT id FROM services_given ORDER BY at")


def downgrade() -> None:
    op.drop_index("ix_review_counted_day_service_id", "review_counted")
    op.drop_table("review_months")
