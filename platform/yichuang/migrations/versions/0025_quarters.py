"""Sums of quarters for the indicators, from those of months."""

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None
CODES = (
    "services", "given", "grade_5", "grade_4", "grade_3", "grade_2", "grade_1", "defaults", "excluded", "handled", "true_bad", "true_put_right",
    "on_time", "named_bad", "called_back", "pushes", "pushed", "pushed_in_time",
)  # fmt: skip


def upgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        op.execute("LOCK TABLE review_sums IN SHARE ROW EXCLUSIVE MODE")
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
