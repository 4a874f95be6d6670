"""Notices that were issued, and how often each was opened, printed and downloaded, by day. No personal data in either."""

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text

from yichuang.database import Instant, metadata

notices = Table(
    "notices",
    metadata,
    Column("code", String(32), primary_key=True),
    Column("item", String(64), nullable=False),
    Column("item_title", String(200), nullable=False),
    Column("department", String(64), nullable=False),
    Column("release", Integer, nullable=False),
    Column("situation", Text, nullable=False),
    Column("situation_words", Text, nullable=False),
    Column("facts", Text, nullable=False),
    Column("standing", Boolean, nullable=False),
    Column("channel", String(16), nullable=False),
    Column("window", String(64), nullable=False),
    Column("actor", String(64), nullable=False),
    Column("renews", String(32), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("day", String(10), nullable=False),
    Column("issued_at", Instant, nullable=False),
    Index("ix_notices_day", "day"),
    Index("ix_notices_item", "item", "channel"),
    Index("ix_notices_renews", "renews"),
)
"""`situation` and `facts` are canonical JSON; `facts` has codes of hall, window and kind of applicant only. `day` is the day in Shanghai."""

notice_events = Table(
    "notice_events",
    metadata,
    Column("notice", String(32), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("count", Integer, nullable=False),
    Index("ix_notice_events_day", "day"),
)
