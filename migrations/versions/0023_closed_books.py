"""Periods whose books are closed: no entry comes into them any more. And which partners may be named in public.

Follows: 0022
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

TABLE = "book_period"
CLOSED = "EXISTS (SELECT 1 FROM book_period WHERE NEW.posted_on BETWEEN starts_on AND ends_on)"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("last_entry_id", sa.Integer(), nullable=True),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("closed_by_id", sa.Integer(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_book_period_ends_after_start")),
        sa.ForeignKeyConstraint(["last_entry_id"], ["ledger_entry.id"], name=op.f("fk_book_period_last_entry_id")),
        sa.ForeignKeyConstraint(["closed_by_id"], ["user.id"], name=op.f("fk_book_period_closed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_book_period")),
        sa.UniqueConstraint("starts_on", name=op.f("uq_book_period_starts_on")),
        sa.UniqueConstraint("ends_on", name=op.f("uq_book_period_ends_on")),
    )
    op.add_column("partner", sa.Column("named_publicly", sa.Boolean(), server_default=sa.false(), nullable=False))
    if op.get_bind().dialect.name == "postgresql":
        _guard_postgresql()
    else:
        _guard_sqlite()


def _guard_postgresql() -> None:
    op.execute(
        f"CREATE TRIGGER {TABLE}_only_added BEFORE UPDATE OR DELETE ON {TABLE} "
        "FOR EACH ROW EXECUTE FUNCTION only_ever_added()"
    )
    op.execute(
        f"CREATE TRIGGER {TABLE}_never_emptied BEFORE TRUNCATE ON {TABLE} "
        "FOR EACH STATEMENT EXECUTE FUNCTION only_ever_added()"
    )
    op.execute(
        "CREATE FUNCTION books_are_closed() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF {CLOSED} THEN RAISE EXCEPTION 'the books of this day are closed'; END IF; RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER ledger_entry_in_open_books BEFORE INSERT ON ledger_entry "
        "FOR EACH ROW EXECUTE FUNCTION books_are_closed()"
    )


def _guard_sqlite() -> None:
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {TABLE}_no_{act.lower()} BEFORE {act} ON {TABLE} "
            f"BEGIN SELECT RAISE(ABORT, '{TABLE} rows are only ever added'); END"
        )
    op.execute(
        "CREATE TRIGGER book_period_no_replace BEFORE INSERT ON book_period WHEN EXISTS (SELECT 1 FROM book_period "
        "WHERE id = NEW.id OR ends_on = NEW.ends_on OR starts_on = NEW.starts_on) "
        "BEGIN SELECT RAISE(ABORT, 'book_period rows are only ever added'); END"
    )
    op.execute(
        f"CREATE TRIGGER ledger_entry_in_open_books BEFORE INSERT ON ledger_entry WHEN {CLOSED} "
        "BEGIN SELECT RAISE(ABORT, 'the books of this day are closed'); END"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER ledger_entry_in_open_books ON ledger_entry")
        op.execute("DROP FUNCTION books_are_closed()")
    else:
        op.execute("DROP TRIGGER ledger_entry_in_open_books")
    op.drop_table(TABLE)
    op.drop_column("partner", "named_publicly")
