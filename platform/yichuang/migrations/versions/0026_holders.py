"""Who came to a service, as a blind index: of the services there are, each case counts as somebody."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("services_given", sa.Column("holder", sa.String(64), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("services_given", "holder")
