"""Running numbers."""

from sqlalchemy import Column, Integer, String, Table

from yichuang.database import metadata

counters = Table(
    "counters",
    metadata,
    Column("name", String(120), primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("last", Integer, nullable=False),
)
"""The last number given out, per name (`case/110107`, `document/scjg/acceptance`) and year."""
