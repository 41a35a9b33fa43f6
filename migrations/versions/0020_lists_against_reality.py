"""Which file brought an entry of a national list, counting a list in one pass, and proposals to the list's owner.

Follows: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

OUTCOMES = ("recorded", "proposed_add", "proposed_drop", "deliberation", "accepted")
KINDS = ("add", "drop")
STATES = ("made", "sent", "answered", "withdrawn")
ANSWERS = ("accepted", "rejected", "deliberation", "withdrawn")
OF_LIST = ["list_code", "as_of", "household_id", "id", "present", "decile", "batch_id"]
RULES = {
    "made_is_not_sent": "state <> 'made' OR sent_on IS NULL",
    "sent_on_a_day": "state NOT IN ('sent', 'answered') OR sent_on IS NOT NULL",
    "answer_due": "(sent_on IS NULL) = (due_on IS NULL)",
    "followed_until_answered": "(state IN ('answered', 'withdrawn')) = (waiting = 0)",
    "withdrawn_for_a_reason": "(state = 'withdrawn') = (length(withdrawal_reason) > 0)",
}
LINE_RULES = {
    "answered_on_a_day": "(answer IS NULL) = (answered_on IS NULL)",
    "refused_for_a_reason": "answer IS NULL OR answer NOT IN ('rejected', 'withdrawn') OR length(reason) > 0",
}


def upgrade() -> None:
    _say_which_file()
    _word_outcomes((*OUTCOMES, "rejected"), OUTCOMES)
    _proposals()
    _lines()


def _say_which_file() -> None:
    """The batch's own list of what it added knows it of earlier entries."""
    with op.batch_alter_table("listing") as batch:
        batch.add_column(sa.Column("batch_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(op.f("fk_listing_batch_id"), "import_batch", ["batch_id"], ["id"])
    op.execute(
        "UPDATE listing SET batch_id = effect.batch_id FROM import_effect AS effect "
        "WHERE effect.record = 'listing' AND effect.record_id = listing.id AND effect.before IS NULL"
    )
    op.create_index("ix_listing_of_list", "listing", OF_LIST)


def _word(name: str, words: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=40)


def _word_outcomes(words: tuple[str, ...], before: tuple[str, ...]) -> None:
    if op.get_bind().dialect.name == "postgresql":
        listed = ", ".join(f"'{word}'" for word in words)
        op.drop_constraint(op.f("ck_listing_error_outcome"), "listing_error")
        op.create_check_constraint(op.f("ck_listing_error_outcome"), "listing_error", f"outcome IN ({listed})")
        return
    with op.batch_alter_table("listing_error") as batch:
        batch.alter_column("outcome", existing_type=_word("outcome", before), type_=_word("outcome", words),
                           existing_nullable=False)  # fmt: skip


def _key(table: str, column: str, parent: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{parent}.id"], name=op.f(f"fk_{table}_{column}"))


def _rules(table: str, rules: dict[str, str]) -> list[sa.CheckConstraint]:
    return [sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}")) for name, rule in rules.items()]


def _proposals() -> None:
    op.create_table(
        "list_proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("list_code", sa.String(), nullable=False),
        sa.Column("kind", _word("proposalkind", KINDS), nullable=False),
        sa.Column("office", sa.String(), nullable=False),
        sa.Column("format_code", sa.String(), nullable=False),
        sa.Column("state", _word("state", STATES), nullable=False),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("file_sha256", sa.String(), nullable=False),
        sa.Column("sent_by_id", sa.Integer(), nullable=True),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("letter", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("withdrawal_reason", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        *_rules("list_proposal", RULES),
        _key("list_proposal", "made_by_id", "user"),
        _key("list_proposal", "sent_by_id", "user"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_proposal")),
        sa.UniqueConstraint("number", name=op.f("uq_list_proposal_number")),
    )
    op.create_index("ix_list_proposal_due", "list_proposal", ["state", "due_on", "id"])


def _lines() -> None:
    table = "list_proposal_line"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("listing_error_id", sa.Integer(), nullable=False),
        sa.Column("household_id", sa.Integer(), nullable=False),
        sa.Column("list_code", sa.String(), nullable=False),
        sa.Column("kind", _word("kind", KINDS), nullable=False),
        sa.Column("answer", _word("answer", ANSWERS), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        *_rules(table, LINE_RULES),
        _key(table, "proposal_id", "list_proposal"),
        _key(table, "listing_error_id", "listing_error"),
        _key(table, "household_id", "household"),
        _key(table, "answered_by_id", "user"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("proposal_id", "position", name=op.f(f"uq_{table}_proposal_id_position")),
    )
    op.create_index(op.f(f"ix_{table}_listing_error_id"), table, ["listing_error_id"])
    waits = sa.text("answer IS NULL")
    op.create_index(
        f"uq_{table}_one_waiting", table, ["household_id", "list_code", "kind"], unique=True,
        sqlite_where=waits, postgresql_where=waits,
    )  # fmt: skip


def downgrade() -> None:
    op.drop_table("list_proposal_line")
    op.drop_table("list_proposal")
    # The older portal has no word for a rejected proposal; that it was made, it has.
    op.execute(
        "UPDATE listing_error SET outcome = CASE kind WHEN 'exclusion' THEN 'proposed_add' ELSE 'proposed_drop' END "
        "WHERE outcome = 'rejected'"
    )
    _word_outcomes(OUTCOMES, (*OUTCOMES, "rejected"))
    op.drop_index("ix_listing_of_list", table_name="listing")
    with op.batch_alter_table("listing") as batch:
        batch.drop_constraint(op.f("fk_listing_batch_id"), type_="foreignkey")
        batch.drop_column("batch_id")
