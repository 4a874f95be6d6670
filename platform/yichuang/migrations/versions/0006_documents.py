"""Tables of documents."""

import sqlalchemy as sa
from alembic import op

from yichuang.database import Instant

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "documents",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("case_number", sa.String(40), nullable=False),
        sa.Column("document", sa.String(64), nullable=False),
        sa.Column("doc_type", sa.String(32), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("item_title", sa.String(200), nullable=False),
        sa.Column("authority", sa.String(64), nullable=False),
        sa.Column("authority_title", sa.String(200), nullable=False),
        sa.Column("word", sa.String(20), nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("number", sa.String(100), unique=True),
        sa.Column("release", sa.Integer, nullable=False),
        sa.Column("department", sa.String(64), nullable=False),
        sa.Column("hall", sa.String(64), nullable=False),
        sa.Column("street", sa.String(64), nullable=False),
        sa.Column("window", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("verify_code", sa.String(32), nullable=False, unique=True),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("key", sa.String(100)),
        sa.Column("dated", sa.Date, nullable=False),
        sa.Column("issued_at", Instant, nullable=False),
        sa.Column("issued_by", sa.String(64), nullable=False),
        sa.Column("voided_at", Instant),
        sa.Column("voided_by", sa.String(64), nullable=False),
        sa.Column("void_reason", sa.Text, nullable=False),
    )
    op.create_index("ix_documents_case_id", "documents", ["case_id"])
    op.create_index("ix_documents_issued_at", "documents", ["issued_at"])
    op.create_index("ix_documents_register", "documents", ["authority", "year", "word", "seq"])
    op.create_index("ix_documents_sha256_issued_at", "documents", ["sha256", "issued_at"])
    op.create_index("uq_documents_case_id_document_key", "documents", ["case_id", "document", "key"], unique=True)
    op.create_table(
        "document_skips",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
        sa.Column("authority", sa.String(64), nullable=False),
        sa.Column("word", sa.String(20), nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("first", sa.Integer, nullable=False),
        sa.Column("last", sa.Integer, nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("at", Instant, nullable=False),
    )
    op.create_index("ix_document_skips_register", "document_skips", ["authority", "year", "word"])


def downgrade() -> None:
    op.drop_table("document_skips")
    op.drop_table("documents")
