"""The audit trail: append-only."""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text

from yichuang.database import Instant, metadata

audit_entries = Table(
    "audit_entries",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("at", Instant, nullable=False),
    Column("actor", String(64), nullable=False),
    Column("action", String(64), nullable=False),
    Column("object_kind", String(64), nullable=False),
    Column("object_code", String(128), nullable=False),
    Column("detail", Text, nullable=False, default=""),
    Column("request_id", String(64), nullable=False, default=""),
    Index("ix_audit_entries_object", "object_kind", "object_code"),
    Index("ix_audit_entries_at", "at"),
)
