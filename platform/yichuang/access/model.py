"""Where members of staff belong."""

from sqlalchemy import Column, String, Table

from yichuang.database import Instant, metadata

postings = Table(
    "postings",
    metadata,
    Column("username", String(64), primary_key=True),
    Column("department", String(64), nullable=False, default=""),
    Column("hall", String(64), nullable=False, default=""),
    Column("street", String(64), nullable=False, default=""),
    Column("updated_at", Instant, nullable=False),
    Column("updated_by", String(64), nullable=False),
)
"""Codes of the organisation definition; empty where a member belongs to none."""
