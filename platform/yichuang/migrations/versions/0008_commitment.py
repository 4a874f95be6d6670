"""Commitments, their steps, verifications and dishonesty records."""

import sqlalchemy as sa
from alembic import op

from yichuang.database import Instant

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "commitments",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("case_number", sa.String(40), nullable=False),
        sa.Column("definition", sa.String(64), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("item", sa.String(64), nullable=False),
        sa.Column("item_title", sa.String(200), nullable=False),
        sa.Column("department", sa.String(64), nullable=False),
        sa.Column("hall", sa.String(64), nullable=False),
        sa.Column("street", sa.String(64), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("release", sa.Integer, nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("label", sa.String(60), nullable=False),
        sa.Column("saved", sa.Integer, nullable=False),
        sa.Column("terms", sa.Text, nullable=False),
        sa.Column("notice", sa.Text, nullable=False),
        sa.Column("notice_hash", sa.String(64), nullable=False),
        sa.Column("letter", sa.Text),
        sa.Column("letter_hash", sa.String(64), nullable=False),
        sa.Column("strokes", sa.Text),
        sa.Column("binding", sa.String(64), nullable=False),
        sa.Column("signer", sa.String(16), nullable=False),
        sa.Column("draw", sa.Text, nullable=False),
        sa.Column("rectify_due", sa.Date),
        sa.Column("revoke_by", sa.String(64), nullable=False),
        sa.Column("revoke_reason", sa.Text, nullable=False),
        sa.Column("offered_at", Instant, nullable=False),
        sa.Column("signed_at", Instant),
        sa.Column("accepted_at", Instant),
        sa.Column("decided_at", Instant),
        sa.Column("ended_at", Instant),
        sa.Column("updated_at", Instant, nullable=False),
    )
    op.create_index("ix_commitments_case_id", "commitments", ["case_id"])
    op.create_index("ix_commitments_item", "commitments", ["item"])
    op.create_index("ix_commitments_state_updated_at", "commitments", ["state", "updated_at"])
    op.create_index("ix_commitments_subject", "commitments", ["subject"])
    op.create_table(
        "commitment_steps",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
        sa.Column("commitment_id", sa.String(36), nullable=False),
        sa.Column("event", sa.String(32), nullable=False),
        sa.Column("from_state", sa.String(24), nullable=False),
        sa.Column("to_state", sa.String(24), nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("actor_title", sa.String(100), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("at", Instant, nullable=False),
    )
    op.create_index("ix_commitment_steps_commitment_id", "commitment_steps", ["commitment_id"])
    op.create_table(
        "verifications",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("commitment_id", sa.String(36), nullable=False),
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("item", sa.String(64), nullable=False),
        sa.Column("department", sa.String(64), nullable=False),
        sa.Column("hall", sa.String(64), nullable=False),
        sa.Column("street", sa.String(64), nullable=False),
        sa.Column("mode", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("least_inspectors", sa.Integer, nullable=False),
        sa.Column("inspectors", sa.Text, nullable=False),
        sa.Column("warn_on", sa.Date),
        sa.Column("due_on", sa.Date),
        sa.Column("result", sa.String(16), nullable=False),
        sa.Column("findings", sa.Text, nullable=False),
        sa.Column("evidence", sa.Text, nullable=False),
        sa.Column("again", sa.Boolean, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("done_at", Instant),
        sa.Column("done_by", sa.String(64), nullable=False),
    )
    op.create_index("ix_verifications_commitment_id", "verifications", ["commitment_id"])
    op.create_index("ix_verifications_state_due_on", "verifications", ["state", "due_on"])
    op.create_table(
        "dishonest_records",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("label", sa.String(60), nullable=False),
        sa.Column("item", sa.String(64), nullable=False),
        sa.Column("item_title", sa.String(200), nullable=False),
        sa.Column("fact", sa.Text, nullable=False),
        sa.Column("source", sa.String(16), nullable=False),
        sa.Column("evidence", sa.Text, nullable=False),
        sa.Column("commitment_id", sa.String(36), nullable=False),
        sa.Column("begin", sa.Date, nullable=False),
        sa.Column("recorded_by", sa.String(64), nullable=False),
        sa.Column("recorded_at", Instant, nullable=False),
        sa.Column("repaired_at", Instant),
        sa.Column("repaired_by", sa.String(64), nullable=False),
        sa.Column("repair_basis", sa.Text, nullable=False),
    )
    op.create_index("ix_dishonest_records_recorded_at", "dishonest_records", ["recorded_at"])
    op.create_index("ix_dishonest_records_subject", "dishonest_records", ["subject"])


def downgrade() -> None:
    op.drop_table("dishonest_records")
    op.drop_table("verifications")
    op.drop_table("commitment_steps")
    op.drop_table("commitments")
