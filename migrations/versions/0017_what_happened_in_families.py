"""What happened in families, event by event and person by person; rows are only ever added.

Follows: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

KINDS = (
    "born", "died", "married", "divorced", "moved-within", "moved-away", "split", "joined", "new-head", "returned",
    "mistaken", "reversed",
)  # fmt: skip
RELATIONS = ("head", "spouse", "child", "parent", "grandchild", "other")
DEPARTURES = ("died", "moved_away", "mistaken")
GUARD = (
    "CREATE TRIGGER {0}_no_replace BEFORE INSERT ON {0} WHEN EXISTS (SELECT 1 FROM {0} WHERE {1}) "
    "BEGIN SELECT RAISE(ABORT, '{0} rows are only ever added'); END"
)
TAKEN = {"family_event": "id = NEW.id OR reverses_id = NEW.reverses_id", "family_step": "id = NEW.id"}


def upgrade() -> None:
    _events()
    _steps()
    if op.get_bind().dialect.name == "postgresql":
        _guard_on_postgresql()
    else:
        _guard_on_sqlite()


def _word(name: str, words: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=40)


def _key(table: str, column: str, parent: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{parent}.id"], name=op.f(f"fk_{table}_{column}"))


def _events() -> None:
    op.create_table(
        "family_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("household_id", sa.Integer(), nullable=False),
        sa.Column("kind", _word("eventkind", KINDS), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("moved_from", sa.JSON(), nullable=True),
        sa.Column("moved_to", sa.JSON(), nullable=True),
        sa.Column("reverses_id", sa.Integer(), nullable=True),
        sa.Column("noted_by_id", sa.Integer(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(kind = 'reversed') = (reverses_id IS NOT NULL)", name=op.f("ck_family_event_reverses_an_event")
        ),
        sa.CheckConstraint("(moved_from IS NULL) = (moved_to IS NULL)", name=op.f("ck_family_event_moved_from_and_to")),
        _key("family_event", "household_id", "household"),
        _key("family_event", "reverses_id", "family_event"),
        _key("family_event", "noted_by_id", "user"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_family_event")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_family_event_reverses_id")),
    )
    op.create_index(op.f("ix_family_event_household_id"), "family_event", ["household_id"])


def _steps() -> None:
    op.create_table(
        "family_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("from_household_id", sa.Integer(), nullable=True),
        sa.Column("from_relation", _word("from_relation", RELATIONS), nullable=True),
        sa.Column("from_left_on", sa.Date(), nullable=True),
        sa.Column("from_left_because", _word("from_left_because", DEPARTURES), nullable=True),
        sa.Column("to_household_id", sa.Integer(), nullable=False),
        sa.Column("to_relation", _word("to_relation", RELATIONS), nullable=False),
        sa.Column("to_left_on", sa.Date(), nullable=True),
        sa.Column("to_left_because", _word("to_left_because", DEPARTURES), nullable=True),
        _key("family_step", "event_id", "family_event"),
        _key("family_step", "member_id", "member"),
        _key("family_step", "from_household_id", "household"),
        _key("family_step", "to_household_id", "household"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_family_step")),
    )
    for column in ("event_id", "member_id", "from_household_id", "to_household_id"):
        op.create_index(op.f(f"ix_family_step_{column}"), "family_step", [column])


def _guard_on_postgresql() -> None:
    """By the function of 0002."""
    for table in TAKEN:
        op.execute(
            f"CREATE TRIGGER {table}_only_added BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION only_ever_added()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_never_emptied BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION only_ever_added()"
        )


def _guard_on_sqlite() -> None:
    """As 0002 and 0011."""
    for table, taken in TAKEN.items():
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} rows are only ever added'); END"
            )
        op.execute(GUARD.format(table, taken))


def downgrade() -> None:
    op.drop_table("family_step")
    op.drop_table("family_event")
