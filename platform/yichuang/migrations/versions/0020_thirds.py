"""Sums of thirds of months (旬) beside those of days, so that a span with ragged ends is added up from a third as many rows."""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None
MEASURES = (
    "applied", "received", "accepted", "deemed", "committed", "corrections", "corrected", "rejected", "not_applicable", "lapsed",
    "withdrawn", "decided", "approved", "denied", "terminated", "closed", "on_time", "overdue", "timed", "used_days", "extended", "special",
)  # fmt: skip
THIRD = {
    "sqlite": "date(period, 'start of month', '+' || (10 * min((CAST(strftime('%d', period) AS INTEGER) - 1) / 10, 2)) || ' days')",
    "postgresql": "date_trunc('month', period)::date + 10 * least((extract(day FROM period)::int - 1) / 10, 2)",
}


def upgrade() -> None:
    third = THIRD[op.get_bind().dialect.name]
    columns, sums = ", ".join(MEASURES), ", ".join(f"sum({name})" for name in MEASURES)
    op.execute(
        f"INSERT INTO case_tallies (scope, dimension, grain, period, member, {columns}) "
        f"SELECT scope, dimension, 't', {third}, member, {sums} FROM case_tallies WHERE grain = 'd' GROUP BY scope, dimension, {third}, member"
    )


def downgrade() -> None:
    op.execute("DELETE FROM case_tallies WHERE grain = 't'")
