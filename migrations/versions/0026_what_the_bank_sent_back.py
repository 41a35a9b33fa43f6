"""Money out of the unit's accounts, to see what the bank sent back.

Follows: 0024
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _debits()


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
    op.drop_table("bank_debit")
