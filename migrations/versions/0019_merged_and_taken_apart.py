"""Which row stands for one that was written down twice, and every change that a merging made, to take it apart.

SQLite takes a column with its CHECK by a plain ALTER TABLE; a batch would re-create `member` and lose its search
triggers (0003).

Follows: 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

RULES = {
    "household": (
        "merged_is_closed",
        "merged_into_id IS NULL OR (closed_on IS NOT NULL AND merged_into_id <> id)",
    ),
    "member": (
        "merged_has_left",
        "merged_into_id IS NULL OR (left_on IS NOT NULL AND left_because = 'mistaken' AND merged_into_id <> id)",
    ),
}
MERGED = sa.text("merged_into_id IS NOT NULL")
TWO_ROWS = (
    "(kind = 'person' AND kept_member_id <> other_member_id) "
    "OR (kind = 'family' AND kept_household_id <> other_household_id)"
)
KEYS = {
    "kept_household_id": "household", "other_household_id": "household", "kept_member_id": "member",
    "other_member_id": "member", "merged_by_id": "user", "taken_apart_by_id": "user",
}  # fmt: skip


def upgrade() -> None:
    for table, (name, rule) in RULES.items():
        _lead_on(table, f"ck_{table}_{name}", rule)
        op.create_index(
            f"ix_{table}_merged_into_id", table, ["merged_into_id"], sqlite_where=MERGED, postgresql_where=MERGED
        )
    _merges()
    _steps()


def _lead_on(table: str, name: str, rule: str) -> None:
    key = f"fk_{table}_merged_into_id"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN merged_into_id INTEGER CONSTRAINT {key} REFERENCES {table} (id) "
            f"CONSTRAINT {name} CHECK ({rule})"
        )
        return
    op.add_column(table, sa.Column("merged_into_id", sa.Integer(), nullable=True))
    op.create_foreign_key(op.f(key), table, table, ["merged_into_id"], ["id"])
    op.create_check_constraint(op.f(name), table, rule)


def _merges() -> None:
    numbers = [sa.Column(name, sa.Integer(), nullable=name in NULLABLE) for name in KEYS]
    keys = [
        sa.ForeignKeyConstraint([name], [f"{table}.id"], name=op.f(f"fk_merge_{name}")) for name, table in KEYS.items()
    ]
    op.create_table(
        "merge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind", sa.Enum("person", "family", name="mergekind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        *numbers,
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("newest", sa.JSON(), nullable=False),
        sa.Column("merged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_apart_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_apart_reason", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("(kind = 'person') = (kept_member_id IS NOT NULL)", name=op.f("ck_merge_person_kept")),
        sa.CheckConstraint("(kind = 'person') = (other_member_id IS NOT NULL)", name=op.f("ck_merge_person_merged")),
        sa.CheckConstraint(TWO_ROWS, name=op.f("ck_merge_two_rows")),
        sa.CheckConstraint(
            "(taken_apart_at IS NULL) = (taken_apart_by_id IS NULL)", name=op.f("ck_merge_taken_apart_by_someone")
        ),
        *keys,
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merge")),
    )  # fmt: skip
    for name in ("kept_household_id", "other_household_id", "kept_member_id", "other_member_id"):
        op.create_index(op.f(f"ix_merge_{name}"), "merge", [name])


NULLABLE = {"kept_member_id", "other_member_id", "taken_apart_by_id"}


def _steps() -> None:
    op.create_table(
        "merge_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("merge_id", sa.Integer(), nullable=False),
        sa.Column("record", sa.String(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("old", sa.JSON(), nullable=True),
        sa.Column("new", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["merge_id"], ["merge.id"], name=op.f("fk_merge_step_merge_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merge_step")),
    )
    op.create_index(op.f("ix_merge_step_merge_id"), "merge_step", ["merge_id"])
    op.create_index("ix_merge_step_record", "merge_step", ["record", "record_id"])


def downgrade() -> None:
    # The older portal knows no merging: families that were merged are closed, second rows a mistake, as they are.
    op.drop_table("merge_step")
    op.drop_table("merge")
    for table, (name, _rule) in RULES.items():
        op.drop_index(f"ix_{table}_merged_into_id", table_name=table)
        if op.get_bind().dialect.name == "postgresql":
            op.drop_constraint(op.f(f"ck_{table}_{name}"), table)
        op.execute(f"ALTER TABLE {table} DROP COLUMN merged_into_id")
