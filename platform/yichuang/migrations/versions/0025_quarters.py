"""Sums of quarters for the indicators, from those of months."""

from alembic import op

from yichuang.indicators.measures import CODES

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    quarter = (
        "date(period, '-' || ((strftime('%m', period) - 1) % 3) || ' months')" if op.get_bind().dialect.name == "sqlite"
        else "date_trunc('quarter', period)::date"
    )  # fmt: skip
    sums = ", ".join(f"SUM({code})" for code in CODES)
    op.execute(
        f"INSERT INTO review_sums (scope, dimension, grain, period, member, {', '.join(CODES)}) "
        f"SELECT scope, dimension, 'q', {quarter}, member, {sums} FROM review_sums WHERE grain = 'm' GROUP BY scope, dimension, {quarter}, member"
    )


def downgrade() -> None:
    op.execute("DELETE FROM review_sums WHERE grain = 'q'")
