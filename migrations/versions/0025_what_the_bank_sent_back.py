"""Money out of the unit's accounts, to see what the bank sent back; one line for several gifts; why a giver
counts once more, the pledge that a sheet keeps; whose the
columns of a sheet are.

Follows: 0024
"""

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


STANDS = sa.text("undone_at IS NULL")
OF_THE_UNIT = sa.text("partner_code IS NULL")


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
    _layouts_of_partners()


def _layouts_of_partners() -> None:
    """What somebody of a partner said is that partner's; what nobody of a partner said is asked again."""
    with op.batch_alter_table("sheet_layout") as table:
        table.add_column(sa.Column("partner_code", sa.String(), nullable=True))
        table.create_foreign_key(table.f("fk_sheet_layout_partner_code"), "partner", ["partner_code"], ["code"])
        table.drop_constraint(table.f("uq_sheet_layout_kind_name"), type_="unique")
    op.execute(
        "UPDATE sheet_layout SET partner_code = "
        '(SELECT partner_code FROM "user" WHERE "user".id = sheet_layout.created_by_id) WHERE kind = \'givers\''
    )
    op.execute("DELETE FROM sheet_layout WHERE kind = 'givers' AND partner_code IS NULL")
    with op.batch_alter_table("sheet_layout") as table:
        table.create_check_constraint(
            table.f("ck_sheet_layout_partner_of_givers"), sa.text("kind = 'givers' OR partner_code IS NULL")
        )
        table.create_index(
            "uq_sheet_layout_of_the_unit", ["kind", "name"], unique=True, sqlite_where=OF_THE_UNIT,
            postgresql_where=OF_THE_UNIT,
        )  # fmt: skip
        table.create_index("uq_sheet_layout_of_a_partner", ["partner_code", "name"], unique=True)


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
    # In the older portal two partners have no layout of the same name.
    op.execute("UPDATE sheet_layout SET name = name || ' (' || partner_code || ')' WHERE partner_code IS NOT NULL")
    with op.batch_alter_table("sheet_layout") as table:
        table.drop_index("uq_sheet_layout_of_a_partner")
        table.drop_index("uq_sheet_layout_of_the_unit", sqlite_where=OF_THE_UNIT, postgresql_where=OF_THE_UNIT)
        table.drop_constraint(table.f("ck_sheet_layout_partner_of_givers"), type_="check")
        table.drop_constraint(table.f("fk_sheet_layout_partner_code"), type_="foreignkey")
        table.drop_column("partner_code")
        table.create_unique_constraint(table.f("uq_sheet_layout_kind_name"), ["kind", "name"])
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
