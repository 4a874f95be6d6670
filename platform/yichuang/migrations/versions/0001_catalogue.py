"""Versions, change sets, releases."""

import sqlalchemy as sa
from alembic import op

from yichuang.database import Instant

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "definition_versions",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("code", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("search", sa.Text, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("created_by", sa.String(64), nullable=False),
        sa.UniqueConstraint("kind", "code", "number", name="uq_definition_versions_kind"),
        sa.UniqueConstraint("kind", "code", "sha256", name="uq_definition_versions_sha256"),
    )
    op.create_table(
        "change_sets",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("author", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("base_release", sa.Integer, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
    )
    op.create_index("ix_change_sets_state", "change_sets", ["state", "author"])
    op.create_table(
        "change_entries",
        sa.Column("change_set", sa.Integer, sa.ForeignKey("change_sets.id"), primary_key=True),
        sa.Column("kind", sa.String(32), primary_key=True),
        sa.Column("code", sa.String(64), primary_key=True),
        sa.Column("action", sa.String(8), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("base_sha", sa.String(64), nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
        sa.Column("updated_by", sa.String(64), nullable=False),
    )
    op.create_table(
        "releases",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("change_set", sa.Integer, sa.ForeignKey("change_sets.id")),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("author", sa.String(64), nullable=False),
        sa.Column("approver", sa.String(64), nullable=False),
        sa.Column("published_at", Instant, nullable=False),
        sa.Column("effective_at", Instant, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("manifest", sa.Text, nullable=False),
        sa.Column("changes", sa.Text, nullable=False),
        sa.Column("rollback_of", sa.Integer),
        sa.Column("supersedes", sa.Integer),
    )
    op.create_index("ix_releases_state", "releases", ["state", "effective_at"])


def downgrade() -> None:
    for table in ("releases", "change_entries", "change_sets", "definition_versions"):
        op.drop_table(table)
