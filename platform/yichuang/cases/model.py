"""Applications while they are filled in. What people wrote is in `body`, sealed; everything else is no personal data."""

from sqlalchemy import Column, Index, Integer, String, Table, Text

from yichuang.database import Instant, metadata

drafts = Table(
    "drafts",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("item", String(64), nullable=False),
    Column("item_title", String(200), nullable=False),
    Column("release", Integer, nullable=False),
    Column("channel", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("clerk", String(64), nullable=False, default=""),
    Column("window", String(64), nullable=False, default=""),
    Column("visitor", String(64), nullable=False, default=""),
    Column("body", Text, nullable=False),
    Column("prefill", String(64), unique=True),
    Column("prefill_until", Instant),
    Column("number", String(32), unique=True),
    Column("started_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("submitted_at", Instant),
    Index("ix_drafts_clerk_updated_at", "clerk", "updated_at"),
    Index("ix_drafts_visitor", "visitor"),
)
"""`visitor` and `prefill` are blind indexes (`Vault.blind`): the cookie token and the 预填码 themselves are nowhere stored."""
