"""Whether a bad review was given to a department: before, nobody of it sees it."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("rectifications", sa.Column("assigned", sa.Boolean, nullable=False, server_default=sa.false()))
    op.execute(
        "UPDATE rectifications SET assigned = true WHERE EXISTS "
        "(SELECT 1 FROM rectification_steps s WHERE s.rectification_id = rectifications.id AND s.seq > 1)"
    )


def downgrade() -> None:
    op.drop_column("rectifications", "assigned")
