"""Bad reviews being acted upon, and every step of it. Who reviewed stands in neither."""

from sqlalchemy import Boolean, Column, Date, Index, Integer, String, Table, Text

from yichuang.database import Instant, metadata

rectifications = Table(
    "rectifications",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("review_id", String(36), nullable=False, unique=True),
    Column("service_id", String(36), nullable=False, unique=True),
    Column("grade", Integer, nullable=False),
    Column("item", String(64), nullable=False),
    Column("item_title", String(200), nullable=False),
    Column("release", Integer, nullable=False),
    Column("department", String(64), nullable=False),
    Column("hall", String(64), nullable=False, default=""),
    Column("street", String(64), nullable=False, default=""),
    Column("window", String(64), nullable=False, default=""),
    Column("clerk", String(64), nullable=False, default=""),
    Column("named", Boolean, nullable=False, default=False),
    Column("flow", String(64), nullable=False),
    Column("flow_release", Integer, nullable=False),
    Column("state", String(32), nullable=False),
    Column("ended", Boolean, nullable=False, default=False),
    Column("assigned", Boolean, nullable=False, default=False),
    Column("classification", String(24), nullable=False, default=""),
    Column("term", String(24), nullable=False, default=""),
    Column("opened_on", Date, nullable=False),
    Column("due_on", Date),
    Column("opened_at", Instant, nullable=False),
    Column("put_right_at", Instant),
    Column("replied_at", Instant),
    Column("called_back_at", Instant),
    Column("closed_at", Instant),
    Column("reply", Text, nullable=False, default=""),
    Column("evidence", Text, nullable=False, default="[]"),
    Column("appeals", Integer, nullable=False, default=0),
    Column("revision", Integer, nullable=False, default=1),
    Column("updated_at", Instant, nullable=False),
    Index("ix_rectifications_ended_due_on", "ended", "due_on"),
    Index("ix_rectifications_department_opened_at", "department", "opened_at"),
    Index("ix_rectifications_hall_opened_at", "hall", "opened_at"),
    Index("ix_rectifications_opened_at", "opened_at"),
    Index("ix_rectifications_updated_at", "updated_at"),
)
"""One a bad review. `department`: who is responsible, at first the service's. `named`: the reviewer can be called back. `flow_release`: the
definition it is handled by. `assigned`: given to a department; before, nobody of it sees it. `classification`: empty, true_reasonable,
true_unreasonable, untrue, malicious. `term`: the deadline as the rules said it (`7 day`, `10 working_day`). `reply` (sealed, context
`rectification/<id>`): what the reviewer is told, from `replied_at` on. `evidence`: `[{digest, size, type, by, at, closed}]`, kept with the
review's pictures; `closed`: from those who may find out who reviewed, for them alone."""

rectification_steps = Table(
    "rectification_steps",
    metadata,
    Column("rectification_id", String(36), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("action", String(32), nullable=False),
    Column("title", String(60), nullable=False),
    Column("from_state", String(32), nullable=False),
    Column("to_state", String(32), nullable=False),
    Column("actor", String(64), nullable=False),
    Column("actor_title", String(100), nullable=False, default=""),
    Column("department", String(64), nullable=False, default=""),
    Column("at", Instant, nullable=False),
    Column("key", String(64), nullable=False),
    Column("body", Text, nullable=False, default=""),
    Index("uq_rectification_steps_rectification_id_key", "rectification_id", "key", unique=True),
)
"""`body` (sealed, context `rectification/<id>/<seq>`): what was filled in. `department`: to whom it was given by this step."""
