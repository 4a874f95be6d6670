"""Accounts of applicants. All that is personal is in `body`, sealed."""

from sqlalchemy import Column, Index, Integer, String, Table, Text

from yichuang.database import Instant, metadata

applicants = Table(
    "applicants",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("issuer", String(200), nullable=False),
    Column("subject", String(64), nullable=False),
    Column("kind", String(8), nullable=False),
    Column("body", Text, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Index("uq_applicants_issuer_subject", "issuer", "subject", unique=True),
)
"""`subject`: blind index of the provider's name for the person. `body`: name, identity, phone, operator (context `applicant/<id>`). `epoch`
rises with each log-out: sessions of an earlier one are over."""
