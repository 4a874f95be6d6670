"""Services given, their reviews, what was wrong with some, and the screens at the counter. Who reviewed stands nowhere in the clear."""

from sqlalchemy import BigInteger, Boolean, Column, Connection, Date, Index, Integer, String, Table, Text, insert

from yichuang.database import Instant, metadata

BIG = BigInteger().with_variant(Integer, "sqlite")

services_given = Table(
    "services_given",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("case_id", String(36), nullable=False),
    Column("case_number", String(40), nullable=False),
    Column("item", String(64), nullable=False),
    Column("item_title", String(200), nullable=False),
    Column("release", Integer, nullable=False),
    Column("department", String(64), nullable=False),
    Column("hall", String(64), nullable=False, default=""),
    Column("street", String(64), nullable=False, default=""),
    Column("window", String(64), nullable=False, default=""),
    Column("clerk", String(64), nullable=False, default=""),
    Column("channel", String(16), nullable=False),
    Column("step", String(32), nullable=False),
    Column("service_number", Integer, nullable=False),
    Column("service_name", String(60), nullable=False),
    Column("at", Instant, nullable=False),
    Column("accepted_at", Instant),
    Column("decided_at", Instant),
    Column("situation", Text, nullable=False, default="{}"),
    Column("waited_seconds", Integer),
    Column("handled_seconds", Integer),
    Column("corrections", Integer, nullable=False, default=0),
    Column("body", Text, nullable=False, default=""),
    Column("label", String(60), nullable=False, default=""),
    Column("link_hash", String(64), nullable=False, unique=True),
    Column("valid_until", Instant, nullable=False),
    Column("invited_at", Instant),
    Column("holder", String(64), nullable=False, default=""),
    Index("uq_services_given_case_id_service_number", "case_id", "service_number", unique=True),
    Index("ix_services_given_case_number", "case_number"),
    Index("ix_services_given_window_at", "window", "at"),
    Index("ix_services_given_at", "at"),
    Index("ix_services_given_item_at", "item", "at"),
    Index("ix_services_given_department_at", "department", "at"),
)
"""One service to an applicant (domain 6.5). `service_number`: 1, 2, 3 … of the case. `channel`: the case's (`desk`, `apply`). `waited_seconds`:
from the case's last change to this service; `handled_seconds`: from the application to it. `body` (sealed, context `service/<id>`) holds
applicant and agent. `link_hash`: blind index of the link's token, which itself is nowhere stored. `holder`: blind index of whoever came,
to tell people apart where services are counted."""

reviews = Table(
    "reviews",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("service_id", String(36), nullable=False, unique=True),
    Column("case_number", String(40), nullable=False),
    Column("service_number", Integer, nullable=False),
    Column("grade", Integer, nullable=False),
    Column("tags", Text, nullable=False, default="[]"),
    Column("words", Text, nullable=False, default=""),
    Column("pictures", Text, nullable=False, default="[]"),
    Column("channel", String(16), nullable=False),
    Column("device", String(64), nullable=False, default=""),
    Column("key", String(64), nullable=False, unique=True),
    Column("at", Instant, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("default", Boolean, nullable=False, default=False),
    Column("recorded_by", String(64), nullable=False, default=""),
    Column("state", String(16), nullable=False),
    Column("anomaly", String(32), nullable=False, default=""),
    Column("rules", String(64), nullable=False, default=""),
    Column("release", Integer, nullable=False),
    Column("item", String(64), nullable=False),
    Column("department", String(64), nullable=False),
    Column("hall", String(64), nullable=False, default=""),
    Column("street", String(64), nullable=False, default=""),
    Column("window", String(64), nullable=False, default=""),
    Column("clerk", String(64), nullable=False, default=""),
    Index("uq_reviews_case_number_service_number", "case_number", "service_number", unique=True),
    Index("ix_reviews_at", "at"),
    Index("ix_reviews_item_at", "item", "at"),
    Index("ix_reviews_department_at", "department", "at"),
    Index("ix_reviews_window_at", "window", "at"),
    Index("ix_reviews_state_at", "state", "at"),
)
"""`grade`: 5 is best. `words` (sealed, context `review/<id>`). `pictures`: `[{digest, size, type}]`. `channel`: how it came. `device`: blind
index of the device it was given on, to notice one that rates again and again. `key`: blind index of what the page sent with it, so that the
same sending is one review. `default`: nobody said anything (never counted as given). `state`: valid, anomalous, invalid, malicious.
`at`: when it was given, never before its service; `received_at`: when it got here by this machine's clock. `release`: of the case."""

review_anomalies = Table(
    "review_anomalies",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("subject", String(64), nullable=False, default=""),
    Column("day", Date, nullable=False),
    Column("times", Integer, nullable=False, default=1),
    Column("source", String(16), nullable=False),
    Column("words", String(300), nullable=False),
    Column("state", String(16), nullable=False),
    Column("first_at", Instant, nullable=False),
    Column("last_at", Instant, nullable=False),
    Column("settled_by", String(64), nullable=False, default=""),
    Column("settled_at", Instant),
    Column("note", String(300), nullable=False, default=""),
    Index("uq_review_anomalies_kind_subject_day", "kind", "subject", "day", unique=True),
    Index("ix_review_anomalies_state_last_at", "state", "last_at"),
)
"""What was wrong (数据异常, domain 6.8). `subject`: the service, or empty where none is known; the same on one day is one row, counted.
`state`: open, settled. Nothing personal."""

screens = Table(
    "review_screens",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("hall", String(64), nullable=False, default=""),
    Column("street", String(64), nullable=False, default=""),
    Column("window", String(64), nullable=False),
    Column("code_hash", String(64), nullable=False, default=""),
    Column("code_until", Instant),
    Column("token_hash", String(64), nullable=False, default=""),
    Column("asked_by", String(64), nullable=False),
    Column("bound_at", Instant),
    Column("seen_at", Instant),
    Index("ix_review_screens_window", "window"),
    Index("ix_review_screens_token_hash", "token_hash"),
    Index("ix_review_screens_code_hash", "code_hash"),
)
"""A second display at a window. `code_hash`: of the code that the clerk is shown and the display is told, once; `token_hash`: of what the
display keeps. `seen_at`: when it last asked (to the minute)."""


review_marks = Table(
    "review_marks",
    metadata,
    Column("id", BIG, primary_key=True),
    Column("service_id", String(36), nullable=False),
)
"""Services of which something changed that figures are made of; taken away by who has counted them again. Every change adds its own."""


def mark(connection: Connection, service_id: str) -> None:
    """In the transaction of the change."""
    connection.execute(insert(review_marks), {"service_id": service_id})
