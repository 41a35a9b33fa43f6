"""What was paid each month by kecamatan and service, kept; and the kecamatan of each payment.

The new table is filled from the payments at once: without its rows every past month would look empty.

Follows: 0009
"""

from collections import defaultdict

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

LIVES = (
    "SELECT region.parent_code FROM region JOIN household ON household.village_code = region.code "
    "WHERE household.id = disbursement.household_id"
)
PAID = sa.table(
    "disbursement",
    sa.column("paid_on", sa.Date()),
    *(sa.column(name) for name in ("district_code", "service_code", "household_id", "amount", "status")),
)


def upgrade() -> None:
    op.add_column("disbursement", sa.Column("district_code", sa.String(), nullable=True))
    op.create_index("ix_disbursement_paid_on", "disbursement", ["paid_on"])
    totals = op.create_table(
        "aid_total",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("district_code", sa.String(), nullable=False),
        sa.Column("service_code", sa.String(), nullable=False),
        sa.Column("families", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("month", "district_code", "service_code", name=op.f("pk_aid_total")),
    )
    op.execute(f"UPDATE disbursement SET district_code = ({LIVES}) WHERE paid_on IS NOT NULL")  # noqa: S608 - ours
    if rows := _counted(op.get_bind()):
        op.bulk_insert(totals, rows)


def _counted(connection: sa.Connection) -> list[dict[str, object]]:
    """Each payment in its own figure and in the three sums above it; a family once in each."""
    families, amounts = defaultdict(set), defaultdict(int)
    paid = sa.select(*(column for column in PAID.c if column.name != "status")).where(PAID.c.status == "paid")
    for on, district, service, family, amount in connection.execute(paid):
        for place in ((district or "", service), (district or "", ""), ("", service), ("", "")):
            families[on.replace(day=1), *place].add(family)
            amounts[on.replace(day=1), *place] += amount
    names = ("month", "district_code", "service_code")
    return [
        dict(zip(names, cell, strict=True)) | {"families": len(families[cell]), "amount": amounts[cell]}
        for cell in families
    ]


def downgrade() -> None:
    op.drop_table("aid_total")
    op.drop_index("ix_disbursement_paid_on", table_name="disbursement")
    op.drop_column("disbursement", "district_code")
