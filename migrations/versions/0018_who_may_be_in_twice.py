"""Pairs of people who may be one, what a person said of them, and searches through the whole register.

Follows: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

SOURCES = ("entry", "import", "run")
VERDICTS = ("open", "same", "different", "unsure")
STATES = ("waiting", "working", "done", "failed")


def upgrade() -> None:
    _pairs()
    _runs()
    # Whom to compare with somebody who is typed: everybody born that day, and by name with a date one slip away.
    op.create_index("ix_member_birth", "member", ["birth_date", "name_key"])
    with op.batch_alter_table("import_row") as table:
        table.add_column(sa.Column("likely", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    with op.batch_alter_table("import_row") as table:
        table.drop_column("likely")
    op.drop_index("ix_member_birth", table_name="member")
    op.drop_table("duplicate_run")
    op.drop_table("duplicate_pair")


def _word(name: str, words: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=40)


def _key(table: str, column: str, parent: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{parent}.id"], name=op.f(f"fk_{table}_{column}"))


def _pairs() -> None:
    op.create_table(
        "duplicate_pair",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lower_id", sa.Integer(), nullable=False),
        sa.Column("higher_id", sa.Integer(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("source", _word("pairsource", SOURCES), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verdict", _word("verdict", VERDICTS), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("lower_id < higher_id", name=op.f("ck_duplicate_pair_in_order")),
        sa.CheckConstraint(
            "(verdict = 'open') = (decided_by_id IS NULL) AND (decided_by_id IS NULL) = (decided_at IS NULL)",
            name=op.f("ck_duplicate_pair_decided_by_someone"),
        ),
        _key("duplicate_pair", "lower_id", "member"),
        _key("duplicate_pair", "higher_id", "member"),
        _key("duplicate_pair", "decided_by_id", "user"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duplicate_pair")),
        sa.UniqueConstraint("lower_id", "higher_id", name=op.f("uq_duplicate_pair_lower_id_higher_id")),
    )
    op.create_index(op.f("ix_duplicate_pair_higher_id"), "duplicate_pair", ["higher_id"])
    op.create_index("ix_duplicate_pair_queue", "duplicate_pair", ["verdict", "score", "id"])


def _runs() -> None:
    op.create_table(
        "duplicate_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", _word("runstate", STATES), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("worker", sa.String(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state IN ('done', 'failed')) = (ended_at IS NOT NULL)", name=op.f("ck_duplicate_run_ended_at_a_moment")
        ),
        _key("duplicate_run", "asked_by_id", "user"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duplicate_run")),
    )
