"""Intakes with their marks; clients of the API with signatures, scopes, limits and their log."""

import sqlalchemy as sa
from alembic import op

from yichuang.database import Instant

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None
BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")
CLIENT_COLUMNS = (
    ("signing", sa.Text, ""), ("former_signing", sa.Text, ""), ("target", sa.String(64), ""), ("items", sa.Text, "[]"),
    ("fields", sa.Text, "[]"), ("signed_only", sa.Boolean, sa.false()), ("sandbox", sa.Boolean, sa.false()), ("quota", sa.Integer, "0"),
    ("rate", sa.Integer, "0"),
)  # fmt: skip


def upgrade() -> None:
    _intakes()
    for name, kind, default in CLIENT_COLUMNS:
        op.add_column("api_clients", sa.Column(name, kind, nullable=False, server_default=default))
    _calls()


def _intakes() -> None:
    op.create_table(
        "intakes",
        sa.Column("case_id", sa.String(36), primary_key=True),
        sa.Column("number", sa.String(40), nullable=False, unique=True),
        sa.Column("department", sa.String(64), nullable=False),
        sa.Column("item", sa.String(64), nullable=False),
        sa.Column("hall", sa.String(64), nullable=False),
        sa.Column("street", sa.String(64), nullable=False),
        sa.Column("position", BIG, nullable=False),
        sa.Column("changed_at", Instant, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("record", sa.Text, nullable=False),
    )
    op.create_index("uq_intakes_position", "intakes", ["position"], unique=True)
    op.create_index("ix_intakes_department_position", "intakes", ["department", "position"])
    op.create_table(
        "intake_marks",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("at", Instant, nullable=False),
    )
    op.create_index("ix_intake_marks_case_id", "intake_marks", ["case_id"])
    op.execute("INSERT INTO intake_marks (case_id, at) SELECT id, updated_at FROM cases ORDER BY updated_at")


def _calls() -> None:
    op.create_table(
        "api_times",
        sa.Column("client_id", sa.String(36), primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("operation", sa.String(64), primary_key=True),
        sa.Column("bucket", sa.Integer, primary_key=True),
        sa.Column("count", BIG, nullable=False),
    )
    op.create_table(
        "api_minutes",
        sa.Column("client_id", sa.String(36), primary_key=True),
        sa.Column("minute", BIG, primary_key=True),
        sa.Column("count", BIG, nullable=False),
    )
    op.create_table(
        "api_nonces",
        sa.Column("client_id", sa.String(36), primary_key=True),
        sa.Column("nonce", sa.String(64), primary_key=True),
        sa.Column("at", Instant, nullable=False),
        prefixes=[] if op.get_bind().dialect.name == "sqlite" else ["UNLOGGED"],
    )
    op.create_index("ix_api_nonces_at", "api_nonces", ["at"])
    op.create_table(
        "api_refusals",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("at", Instant, nullable=False),
        sa.Column("client_id", sa.String(36), nullable=False),
        sa.Column("prefix", sa.String(16), nullable=False),
        sa.Column("operation", sa.String(64), nullable=False),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("code", sa.String(64), nullable=False),
        sa.Column("detail", sa.String(300), nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
    )
    op.create_index("ix_api_refusals_at", "api_refusals", ["at"])
    op.create_index("ix_api_refusals_client_id_at", "api_refusals", ["client_id", "at"])


def downgrade() -> None:
    for table in ("api_refusals", "api_nonces", "api_minutes", "api_times", "intake_marks", "intakes"):
        op.drop_table(table)
    with op.batch_alter_table("api_clients") as clients:
        for name, _, _ in CLIENT_COLUMNS:
            clients.drop_column(name)
