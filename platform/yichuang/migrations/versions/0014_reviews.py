"""Services given, reviews, anomalies, and the screens at the counter."""

import sqlalchemy as sa
from alembic import op

from yichuang.database import Instant

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _services_given()
    _reviews()
    _review_anomalies()
    _review_screens()


def _services_given() -> None:
    op.create_table(
        "services_given",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("case_number", sa.String(40), nullable=False),
        sa.Column("item", sa.String(64), nullable=False),
        sa.Column("item_title", sa.String(200), nullable=False),
        sa.Column("release", sa.Integer, nullable=False),
        sa.Column("department", sa.String(64), nullable=False),
        sa.Column("hall", sa.String(64), nullable=False),
        sa.Column("street", sa.String(64), nullable=False),
        sa.Column("window", sa.String(64), nullable=False),
        sa.Column("clerk", sa.String(64), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("step", sa.String(32), nullable=False),
        sa.Column("service_number", sa.Integer, nullable=False),
        sa.Column("service_name", sa.String(60), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("accepted_at", Instant),
        sa.Column("decided_at", Instant),
        sa.Column("situation", sa.Text, nullable=False),
        sa.Column("waited_seconds", sa.Integer),
        sa.Column("handled_seconds", sa.Integer),
        sa.Column("corrections", sa.Integer, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("label", sa.String(60), nullable=False),
        sa.Column("link_hash", sa.String(64), nullable=False),
        sa.Column("valid_until", Instant, nullable=False),
        sa.Column("invited_at", Instant),
        sa.UniqueConstraint("link_hash", name="uq_services_given_link_hash"),
    )
    op.create_index("uq_services_given_case_id_service_number", "services_given", ["case_id", "service_number"], unique=True)
    op.create_index("ix_services_given_case_number", "services_given", ["case_number"])
    op.create_index("ix_services_given_window_at", "services_given", ["window", "at"])
    op.create_index("ix_services_given_at", "services_given", ["at"])
    op.create_index("ix_services_given_item_at", "services_given", ["item", "at"])
    op.create_index("ix_services_given_department_at", "services_given", ["department", "at"])


def _reviews() -> None:
    op.create_table(
        "reviews",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("service_id", sa.String(36), nullable=False),
        sa.Column("case_number", sa.String(40), nullable=False),
        sa.Column("service_number", sa.Integer, nullable=False),
        sa.Column("grade", sa.Integer, nullable=False),
        sa.Column("tags", sa.Text, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("pictures", sa.Text, nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("device", sa.String(64), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("received_at", Instant, nullable=False),
        sa.Column("default", sa.Boolean, nullable=False),
        sa.Column("recorded_by", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("anomaly", sa.String(32), nullable=False),
        sa.Column("rules", sa.String(64), nullable=False),
        sa.Column("release", sa.Integer, nullable=False),
        sa.Column("item", sa.String(64), nullable=False),
        sa.Column("department", sa.String(64), nullable=False),
        sa.Column("hall", sa.String(64), nullable=False),
        sa.Column("street", sa.String(64), nullable=False),
        sa.Column("window", sa.String(64), nullable=False),
        sa.Column("clerk", sa.String(64), nullable=False),
        sa.UniqueConstraint("service_id", name="uq_reviews_service_id"),
        sa.UniqueConstraint("key", name="uq_reviews_key"),
    )
    op.create_index("uq_reviews_case_number_service_number", "reviews", ["case_number", "service_number"], unique=True)
    op.create_index("ix_reviews_at", "reviews", ["at"])
    op.create_index("ix_reviews_item_at", "reviews", ["item", "at"])
    op.create_index("ix_reviews_department_at", "reviews", ["department", "at"])
    op.create_index("ix_reviews_window_at", "reviews", ["window", "at"])
    op.create_index("ix_reviews_state_at", "reviews", ["state", "at"])


def _review_anomalies() -> None:
    op.create_table(
        "review_anomalies",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("times", sa.Integer, nullable=False),
        sa.Column("source", sa.String(16), nullable=False),
        sa.Column("words", sa.String(300), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("first_at", Instant, nullable=False),
        sa.Column("last_at", Instant, nullable=False),
        sa.Column("settled_by", sa.String(64), nullable=False),
        sa.Column("settled_at", Instant),
        sa.Column("note", sa.String(300), nullable=False),
    )
    op.create_index("uq_review_anomalies_kind_subject_day", "review_anomalies", ["kind", "subject", "day"], unique=True)
    op.create_index("ix_review_anomalies_state_last_at", "review_anomalies", ["state", "last_at"])


def _review_screens() -> None:
    op.create_table(
        "review_screens",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("hall", sa.String(64), nullable=False),
        sa.Column("street", sa.String(64), nullable=False),
        sa.Column("window", sa.String(64), nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("code_until", Instant),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("asked_by", sa.String(64), nullable=False),
        sa.Column("bound_at", Instant),
        sa.Column("seen_at", Instant),
    )
    op.create_index("ix_review_screens_window", "review_screens", ["window"])
    op.create_index("ix_review_screens_token_hash", "review_screens", ["token_hash"])
    op.create_index("ix_review_screens_code_hash", "review_screens", ["code_hash"])


def downgrade() -> None:
    for table in ("review_screens", "review_anomalies", "reviews", "services_given"):
        op.drop_table(table)
