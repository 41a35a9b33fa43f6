"""The month of each kelurahan and its lines; more kinds of cadres' reports, and what became of them.

SQLite keeps a column's CHECKs in the table itself: there `area_report`, to which no other table refers,
is made anew.

Follows: 0020
"""

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

KINDS = ("new_family", "moved", "died", "born", "other")
MORE_KINDS = (
    "new_family", "moved_within", "moved_away", "moved", "died", "born", "better_off", "newly_poor", "other",
)  # fmt: skip
STATUSES = ("open", "settled")
MORE_STATUSES = ("open", "settled", "set_aside")
OUTCOMES = ("event", "registered", "complaint")


def upgrade() -> None:
    _months()
    _lines()
    with op.batch_alter_table("area_report") as report:
        report.add_column(sa.Column("address", sa.String(), nullable=False, server_default=""))
        report.add_column(sa.Column("outcome", sa.String(40), nullable=True))
        report.add_column(sa.Column("update_id", sa.Integer(), nullable=True))
        report.create_foreign_key(op.f("fk_area_report_update_id"), "monthly_update", ["update_id"], ["id"])
        report.create_index(op.f("ix_area_report_update_id"), ["update_id"])
        report.create_check_constraint(op.f("ck_area_report_reportoutcome"), _among("outcome", OUTCOMES))
        _change_words(report, MORE_KINDS, MORE_STATUSES)


def _among(column: str, words: tuple[str, ...]) -> sa.TextClause:
    return sa.text(f"{column} IN ({', '.join(repr(word) for word in words)})")


def _change_words(report: BatchOperations, kinds: tuple[str, ...], statuses: tuple[str, ...]) -> None:
    for name, rule in (("reportkind", _among("kind", kinds)), ("reportstatus", _among("status", statuses))):
        report.drop_constraint(op.f(f"ck_area_report_{name}"), type_="check")
        report.create_check_constraint(op.f(f"ck_area_report_{name}"), rule)


def _word(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=40)


def _key(table: str, column: str, parent: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [parent], name=op.f(f"fk_{table}_{column}"))


def _months() -> None:
    table = "monthly_update"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("village_code", sa.String(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("state", _word("monthstate", "open", "closed"), nullable=False),
        sa.Column("opened_by_id", sa.Integer(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closing_reason", sa.String(), nullable=False),
        sa.Column("reopening_reason", sa.String(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=True),
        sa.Column("file_code", sa.String(), nullable=False),
        sa.Column("file_sha256", sa.String(), nullable=False),
        sa.Column("sent_to", sa.String(), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("sent_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_monthly_update_closed_at_a_moment")
        ),
        sa.CheckConstraint("(sent_on IS NULL) = (sent_to = '')", name=op.f("ck_monthly_update_sent_to_an_office")),
        sa.CheckConstraint("sent_on IS NULL OR state = 'closed'", name=op.f("ck_monthly_update_closed_before_sent")),
        _key(table, "village_code", "region.code"),
        *(_key(table, column, "user.id") for column in ("opened_by_id", "closed_by_id", "sent_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_monthly_update")),
        sa.UniqueConstraint("village_code", "month", name=op.f("uq_monthly_update_village_code_month")),
    )


def _lines() -> None:
    table = "monthly_line"
    op.create_table(
        table,
        sa.Column("update_id", sa.Integer(), nullable=False),
        sa.Column("household_id", sa.Integer(), nullable=False),
        sa.Column("state", _word("linestate", "confirmed", "reported", "unconfirmed"), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        _key(table, "update_id", "monthly_update.id"),
        _key(table, "household_id", "household.id"),
        _key(table, "by_id", "user.id"),
        sa.PrimaryKeyConstraint("update_id", "household_id", name=op.f("pk_monthly_line")),
    )
    op.create_index(op.f("ix_monthly_line_household_id"), table, ["household_id"])


def downgrade() -> None:
    # The older portal knows one word for a move, and for whatever is none of its kinds; it knows nothing set aside.
    op.execute("UPDATE area_report SET kind = 'moved' WHERE kind IN ('moved_within', 'moved_away')")
    op.execute("UPDATE area_report SET kind = 'other' WHERE kind IN ('better_off', 'newly_poor')")
    op.execute("UPDATE area_report SET status = 'settled' WHERE status = 'set_aside'")
    with op.batch_alter_table("area_report") as report:
        report.drop_index(op.f("ix_area_report_update_id"))
        report.drop_constraint(op.f("ck_area_report_reportoutcome"), type_="check")
        report.drop_constraint(op.f("fk_area_report_update_id"), type_="foreignkey")
        for column in ("address", "outcome", "update_id"):
            report.drop_column(column)
        _change_words(report, KINDS, STATUSES)
    op.drop_table("monthly_line")
    op.drop_table("monthly_update")
