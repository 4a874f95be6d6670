"""Events as they happened, and the warnings that came of them. Nothing personal in either."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, Text, text

from yichuang.database import Instant, metadata

BIG = BigInteger().with_variant(Integer, "sqlite")
_NEW = text("NOT seen")

warning_events = Table(
    "warning_events",
    metadata,
    Column("id", BIG, primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("at", Instant, nullable=False),
    Column("payload", Text, nullable=False),
    Column("seen", Boolean, nullable=False, default=False),
    Index("ix_warning_events_at", "at"),
    Index("ix_warning_events_new", "id", sqlite_where=_NEW, postgresql_where=_NEW),
)
"""Written in the transaction of their cause. `seen`: a job has asked the rules about it."""

warnings = Table(
    "warnings",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("rule", String(64), nullable=False),
    Column("rule_title", String(60), nullable=False),
    Column("release", Integer, nullable=False),
    Column("subject", String(200), nullable=False),
    Column("words", String(300), nullable=False),
    Column("level", String(16), nullable=False),
    Column("roles", Text, nullable=False, default="[]"),
    Column("department", String(64), nullable=False, default=""),
    Column("hall", String(64), nullable=False, default=""),
    Column("street", String(64), nullable=False, default=""),
    Column("window", String(64), nullable=False, default=""),
    Column("events", Text, nullable=False, default="[]"),
    Column("last_event", BIG, nullable=False, default=0),
    Column("state", String(16), nullable=False),
    Column("at", Instant, nullable=False),
    Column("told_at", Instant, nullable=False),
    Column("over_at", Instant),
    Column("acknowledged_by", String(64), nullable=False, default=""),
    Column("acknowledged_at", Instant),
    Column("closed_by", String(64), nullable=False, default=""),
    Column("closed_at", Instant),
    Column("reason", String(300), nullable=False, default=""),
    Index("ix_warnings_state_told_at", "state", "told_at"),
    Index("ix_warnings_rule_subject_at", "rule", "subject", "at"),
    Index("ix_warnings_at", "at"),
)
"""`subject`: what it is about, a key of the rule's own making; `words` says it. `roles`: whom the rule names; empty for all who may.
`events`: numbers of the events that it rests on; `last_event`: the greatest. `told_at`: when people were last told. `over_at`: when what was
observed (a silent screen, a stuck queue) had stopped. `state`: open, acknowledged, closed (with a `reason`)."""
