"""Who has left a family, when and why; families that nobody belongs to any more; one active head a family.

SQLite takes a column with its CHECK by a plain ALTER TABLE; a batch would re-create `member` and lose its search
triggers (0003).

Follows: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

REASON = "(left_on IS NULL) = (left_because IS NULL)"
DEPARTURES = "left_because IN ('died', 'moved_away', 'mistaken')"
HEAD, ACTIVE_HEAD = "relation = 'head'", "relation = 'head' AND left_on IS NULL"
CLOSED = "closed_on IS NOT NULL"


def upgrade() -> None:
    op.add_column("household", sa.Column("closed_on", sa.Date(), nullable=True))
    op.add_column("member", sa.Column("left_on", sa.Date(), nullable=True))
    _add_the_reason()
    _one_head(ACTIVE_HEAD)
    _index("ix_household_closed", "household", ["head_name", "id"], CLOSED)


def _add_the_reason() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "ALTER TABLE member ADD COLUMN left_because VARCHAR(40) "
            f"CONSTRAINT ck_member_departure CHECK ({DEPARTURES}) "
            f"CONSTRAINT ck_member_left_for_a_reason CHECK ({REASON})"
        )
        return
    op.add_column("member", sa.Column("left_because", sa.String(40), nullable=True))
    op.create_check_constraint(op.f("ck_member_departure"), "member", DEPARTURES)
    op.create_check_constraint(op.f("ck_member_left_for_a_reason"), "member", REASON)


def _index(name: str, table: str, columns: list[str], where: str, *, unique: bool = False) -> None:
    only = sa.text(where)
    op.create_index(name, table, columns, unique=unique, sqlite_where=only, postgresql_where=only)


def _one_head(where: str) -> None:
    op.drop_index("uq_member_one_head", table_name="member")
    _index("uq_member_one_head", "member", ["household_id"], where, unique=True)


def downgrade() -> None:
    # The older portal knows no departures: whoever left is a member again, and a family has one head among all.
    op.execute("UPDATE member SET relation = 'other' WHERE relation = 'head' AND left_on IS NOT NULL")
    op.drop_index("ix_household_closed", table_name="household")
    _one_head(HEAD)
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f("ck_member_left_for_a_reason"), "member")
        op.drop_constraint(op.f("ck_member_departure"), "member")
    op.execute("ALTER TABLE member DROP COLUMN left_because")
    op.execute("ALTER TABLE member DROP COLUMN left_on")
    op.execute("ALTER TABLE household DROP COLUMN closed_on")
