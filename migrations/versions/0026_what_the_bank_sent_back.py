"""Money out of the unit's accounts, to see what the bank sent back; one line for several gifts; why a giver
counts once more, and the pledge that a sheet keeps.

Follows: 0024
"""

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

revision = "0026"
down_revision = "0024"
branch_labels = None
depends_on = None


STANDS = sa.text("undone_at IS NULL")


def upgrade() -> None:
    _debits()
    with op.batch_alter_table("bank_match") as table:
        table.add_column(sa.Column("part", sa.Integer(), server_default="1", nullable=False))
        _change_index(table, "uq_bank_match_one_gift", "uq_bank_match_part", ["line_id", "part"])

    with op.batch_alter_table("giver_row") as table:
        table.add_column(sa.Column("taken_reason", sa.String(), server_default="", nullable=False))
    with op.batch_alter_table("giver_sheet") as table:
        table.add_column(sa.Column("pledge_id", sa.Integer(), nullable=True))
        table.create_foreign_key(table.f("fk_giver_sheet_pledge_id"), "pledge", ["pledge_id"], ["id"])


def _change_index(table: BatchOperations, old: str, new: str, columns: list[str]) -> None:
    table.drop_index(old, sqlite_where=STANDS, postgresql_where=STANDS)
    table.create_index(new, columns, unique=True, sqlite_where=STANDS, postgresql_where=STANDS)


def _debits() -> None:
    table = "bank_debit"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("statement_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_bank_debit_amount_positive")),
        sa.ForeignKeyConstraint(["statement_id"], ["bank_statement.id"], name=op.f("fk_bank_debit_statement_id")),
        sa.ForeignKeyConstraint(["line_id"], ["bank_line.id"], name=op.f("fk_bank_debit_line_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_debit")),
        sa.UniqueConstraint("mark", name=op.f("uq_bank_debit_mark")),
        sa.UniqueConstraint("line_id", name=op.f("uq_bank_debit_line_id")),
    )
    op.create_index("ix_bank_debit_amount", table, ["amount", "day"])


def downgrade() -> None:
    with op.batch_alter_table("giver_sheet") as table:
        table.drop_constraint(table.f("fk_giver_sheet_pledge_id"), type_="foreignkey")
        table.drop_column("pledge_id")
    with op.batch_alter_table("giver_row") as table:
        table.drop_column("taken_reason")
    # The older portal knows one gift a line: of a transfer for several, the first stays, the others stay confirmed.
    op.execute("DELETE FROM bank_match WHERE part > 1")
    with op.batch_alter_table("bank_match") as table:
        _change_index(table, "uq_bank_match_part", "uq_bank_match_one_gift", ["line_id"])
        table.drop_column("part")
    op.drop_table("bank_debit")
