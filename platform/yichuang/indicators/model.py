"""Sums of reviews: what each service counted for when it was last counted, and the sums. Nobody who reviewed, no case."""

from sqlalchemy import Column, Date, Index, Integer, String, Table, Text

from yichuang.database import Instant, metadata
from yichuang.indicators.measures import CODES

review_counted = Table(
    "review_counted",
    metadata,
    Column("service_id", String(36), primary_key=True),
    Column("day", Date, nullable=False),
    Column("places", Text, nullable=False),
    Column("tags", Text, nullable=False, default="[]"),
    Column("measures", Text, nullable=False),
    Index("ix_review_counted_day_service_id", "day", "service_id"),
)
"""`places`: JSON by dimension. `measures`: JSON of those that aren't 0. What stands here has been added to the sums, exactly once."""

review_sums = Table(
    "review_sums",
    metadata,
    Column("scope", String(70), primary_key=True),
    Column("dimension", String(16), primary_key=True),
    Column("grain", String(1), primary_key=True),
    Column("period", Date, primary_key=True),
    Column("member", String(64), primary_key=True),
    *(Column(code, Integer, nullable=False, default=0) for code in CODES),
)
"""So laid out that a question is one short range of the primary key. `scope`: whose (`` all, `h:…` a hall's, `d:…`, `s:…`)."""

review_progress = Table(
    "review_progress",
    metadata,
    Column("name", String(80), primary_key=True),
    Column("at", Instant),
)
"""`counted`: when the sums were last made current; `sent/<target>`: up to which delivery the pushes were looked at."""

review_months = Table(
    "review_months",
    metadata,
    Column("month", Date, primary_key=True),
    Column("version", Integer, nullable=False, default=1),
    Column("exported", Integer, nullable=False, default=0),
)
"""Which months of services changed since they were written for free questions."""
