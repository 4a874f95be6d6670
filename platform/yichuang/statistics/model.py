"""Tables of figures: one row a case as it stands, what is summed from it, and how far the counting has come. No personal data."""

from sqlalchemy import BigInteger, Boolean, Column, Date, Index, Integer, String, Table, Text

from yichuang.database import Instant, metadata
from yichuang.statistics.measures import CODES

PLACES = ("item", "department", "hall", "street", "window", "channel")


def _measures() -> list[Column[int]]:
    return [Column(code, Integer, nullable=False, default=0) for code in CODES]


case_facts = Table(
    "case_facts",
    metadata,
    Column("case_id", String(36), primary_key=True),
    Column("item", String(64), nullable=False),
    Column("department", String(64), nullable=False),
    Column("hall", String(64), nullable=False, default=""),
    Column("street", String(64), nullable=False, default=""),
    Column("window", String(64), nullable=False, default=""),
    Column("channel", String(16), nullable=False),
    Column("case_type", String(8), nullable=False, default=""),
    Column("situation", String(200), nullable=False, default=""),
    Column("release", Integer, nullable=False),
    Column("state", String(32), nullable=False),
    Column("decision", String(16), nullable=False, default=""),
    Column("ending", String(16), nullable=False, default=""),
    Column("committed", Boolean, nullable=False, default=False),
    Column("deemed", Boolean, nullable=False, default=False),
    Column("on_time", Boolean),
    Column("used_days", Integer),
    Column("applied_on", Date),
    Column("received_on", Date),
    Column("accepted_on", Date),
    Column("decided_on", Date),
    Column("closed_on", Date),
    Column("ended_on", Date),
    Column("extended_on", Date),
    Column("special_on", Date),
    Column("corrections", Text, nullable=False, default="[]"),
    Column("rejection_reason", String(200), nullable=False, default=""),
    Column("proposed_reason", String(200), nullable=False, default=""),
    Column("month", Date, nullable=False),
    Index("ix_case_facts_month", "month", "case_id"),
)
"""One row a case: everything that is counted follows from it. `corrections`: `[["2026-11-25", "材料不齐"], …]`; `situation`: codes
(`handler=agent;places=shop,kitchen`); `month`: the first day of the month it was applied for in."""

case_tallies = Table(
    "case_tallies",
    metadata,
    Column("scope", String(140), primary_key=True),
    Column("dimension", String(24), primary_key=True),
    Column("grain", String(1), primary_key=True),
    Column("period", Date, primary_key=True),
    Column("member", String(200), primary_key=True),
    *_measures(),
)
"""Sums for boards, so laid out that a question is one short range of the primary key. `scope`: whose cases (`` all, `d:…` a department's,
`h:…` a hall's, `s:…` a street's, `dh:…|…` a department's in a hall, `i:…` an item's); `dimension` and `member`: by what and which;
`grain`: d, t (a third of a month), m, y; `period`: its first day."""

case_counts = Table(
    "case_counts",
    metadata,
    Column("item", String(64), primary_key=True),
    Column("grain", String(1), primary_key=True),
    Column("period", Date, primary_key=True),
    Column("window", String(64), primary_key=True),
    Column("channel", String(16), primary_key=True),
    Column("hall", String(64), primary_key=True),
    Column("street", String(64), primary_key=True),
    Column("department", String(64), primary_key=True),
    Column("situation", String(200), primary_key=True),
    *_measures(),
    Index("ix_case_counts_window", "window", "grain", "period"),
    Index("ix_case_counts_grain", "grain", "period"),
)
"""The same sums undivided, for questions that no scope answers. `grain`: d, m."""

reason_counts = Table(
    "reason_counts",
    metadata,
    Column("kind", String(16), primary_key=True),
    Column("item", String(64), primary_key=True),
    Column("grain", String(1), primary_key=True),
    Column("period", Date, primary_key=True),
    Column("window", String(64), primary_key=True),
    Column("channel", String(16), primary_key=True),
    Column("hall", String(64), primary_key=True),
    Column("street", String(64), primary_key=True),
    Column("department", String(64), primary_key=True),
    Column("reason", String(200), primary_key=True),
    Column("count", Integer, nullable=False, default=0),
    Index("ix_reason_counts_window", "kind", "window", "grain", "period"),
    Index("ix_reason_counts_grain", "kind", "grain", "period"),
)
"""`kind`: correction, rejection."""

open_cases = Table(
    "open_cases",
    metadata,
    *(Column(name, String(64), primary_key=True) for name in PLACES),
    Column("state", String(32), primary_key=True),
    Column("light", String(16), primary_key=True),
    Column("count", Integer, nullable=False),
)
"""Cases not yet ended, as they stood at `statistics_progress.open_at`. `light`: green, yellow, red, grey, none."""

statistics_progress = Table(
    "statistics_progress",
    metadata,
    Column("name", String(16), primary_key=True),
    Column("step", BigInteger, nullable=False, default=0),
    Column("goal", BigInteger, nullable=False, default=0),
    Column("counted_at", Instant),
    Column("open_at", Instant),
    Column("exported_at", Instant),
)
"""One row, `cases`. All steps up to `step` are counted, none beyond; `goal` is above it while a rebuild catches up. `counted_at`: the moment up
to which everything committed is in the figures."""

fact_months = Table(
    "fact_months",
    metadata,
    Column("month", Date, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("exported", Integer, nullable=False, default=0),
    Column("rows", Integer, nullable=False, default=0),
)
"""Months of `case_facts` and which `version` of each stands in the exported file."""

saved_questions = Table(
    "saved_questions",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("owner", String(64), nullable=False),
    Column("name", String(60), nullable=False),
    Column("shared", Boolean, nullable=False, default=False),
    Column("body", Text, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Index("uq_saved_questions_owner_name", "owner", "name", unique=True),
)
