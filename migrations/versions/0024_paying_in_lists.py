"""For whom aid is and how it is handed over, its goods, what guards had against it, its papers; payment lists.

SQLite keeps a column's CHECKs in the table itself: there `disbursement` is made anew.

Follows: 0023
"""

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

STATES = ("waiting", "proposed", "approved", "paid", "declined", "cancelled", "reversed")
METHODS = ("cash", "transfer", "goods")


def _among(column: str, words: tuple[str, ...]) -> sa.TextClause:
    return sa.text(f"{column} IN ({', '.join(repr(word) for word in words)})")


def _word(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=40)


def _key(table: str, column: str, parent: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [parent], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    with op.batch_alter_table("disbursement") as aid:
        aid.add_column(sa.Column("recipient_id", sa.Integer(), nullable=True))
        aid.add_column(sa.Column("need_order", sa.Integer(), nullable=True))
        aid.add_column(sa.Column("planned_method", sa.String(40), nullable=True))
        for column in ("bank_name", "bank_account", "bank_holder"):
            aid.add_column(sa.Column(column, sa.String(), nullable=False, server_default=""))
        aid.create_foreign_key(op.f("fk_disbursement_recipient_id"), "member", ["recipient_id"], ["id"])
        aid.create_index(op.f("ix_disbursement_recipient_id"), ["recipient_id"])
        aid.create_index("ix_disbursement_need", ["status", "need_order", "proposed_at", "id"])
        aid.create_check_constraint(op.f("ck_disbursement_planned_method"), _among("planned_method", METHODS))
        _change_states(aid, (*STATES, "failed"))
    _items()
    _concerns()
    _papers()
    _lists()
    _lines()


def _change_states(aid: BatchOperations, states: tuple[str, ...]) -> None:
    aid.drop_constraint(op.f("ck_disbursement_status"), type_="check")
    aid.create_check_constraint(op.f("ck_disbursement_status"), _among("status", states))


def _items() -> None:
    table = "aid_item"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("disbursement_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("supplier", sa.String(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_aid_item_quantity_positive")),
        sa.CheckConstraint("price >= 0", name=op.f("ck_aid_item_price_not_negative")),
        _key(table, "disbursement_id", "disbursement.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_aid_item")),
        sa.UniqueConstraint("disbursement_id", "position", name=op.f("uq_aid_item_disbursement_id_position")),
    )


def _concerns() -> None:
    table = "aid_concern"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("disbursement_id", sa.Integer(), nullable=False),
        sa.Column("guard", sa.String(), nullable=False),
        sa.Column("found", sa.JSON(), nullable=False),
        sa.Column("explained", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(answered_by_id IS NULL) = (answered_at IS NULL)", name=op.f("ck_aid_concern_answered_by_someone")
        ),
        _key(table, "disbursement_id", "disbursement.id"),
        _key(table, "answered_by_id", "user.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_aid_concern")),
        sa.UniqueConstraint("disbursement_id", "guard", name=op.f("uq_aid_concern_disbursement_id_guard")),
    )


def _papers() -> None:
    table = "aid_paper"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("disbursement_id", sa.Integer(), nullable=False),
        sa.Column("kind", _word("paperkind", "bill", "signed", "photo", "transfer"), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        _key(table, "disbursement_id", "disbursement.id"),
        _key(table, "added_by_id", "user.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_aid_paper")),
    )
    op.create_index(op.f("ix_aid_paper_disbursement_id"), table, ["disbursement_id"])


def _lists() -> None:
    table = "payment_list"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("method", _word("list_method", *METHODS), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("state", _word("liststate", "open", "settled", "called_off"), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("(state = 'open') = (ended_at IS NULL)", name=op.f("ck_payment_list_ended_at_a_moment")),
        _key(table, "made_by_id", "user.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_list")),
        sa.UniqueConstraint("number", name=op.f("uq_payment_list_number")),
    )
    op.create_index("ix_payment_list_state", table, ["state", "id"])


def _lines() -> None:
    table = "payment_line"
    outcomes = ("open", "paid", "failed", "returned", "taken_out")
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("disbursement_id", sa.Integer(), nullable=False),
        sa.Column("outcome", _word("lineoutcome", *outcomes), nullable=False),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(outcome = 'open') = (settled_at IS NULL)", name=op.f("ck_payment_line_settled_at_a_moment")
        ),
        _key(table, "list_id", "payment_list.id"),
        _key(table, "disbursement_id", "disbursement.id"),
        _key(table, "settled_by_id", "user.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_line")),
        sa.UniqueConstraint("list_id", "position", name=op.f("uq_payment_line_list_id_position")),
        sa.UniqueConstraint("list_id", "disbursement_id", name=op.f("uq_payment_line_list_id_disbursement_id")),
    )
    only = sa.text("outcome = 'open'")
    op.create_index(
        "uq_payment_line_one_open", table, ["disbursement_id"], unique=True, sqlite_where=only, postgresql_where=only
    )
    op.create_index("ix_payment_line_disbursement_id", table, ["disbursement_id"])


def downgrade() -> None:
    for table in ("payment_line", "payment_list", "aid_paper", "aid_concern", "aid_item"):
        op.drop_table(table)
    # The older portal knows no failed payment; its money is free as that of a payment that was taken back.
    op.execute("UPDATE disbursement SET status = 'reversed' WHERE status = 'failed'")
    with op.batch_alter_table("disbursement") as aid:
        _change_states(aid, STATES)
        aid.drop_constraint(op.f("ck_disbursement_planned_method"), type_="check")
        aid.drop_index("ix_disbursement_need")
        aid.drop_index(op.f("ix_disbursement_recipient_id"))
        aid.drop_constraint(op.f("fk_disbursement_recipient_id"), type_="foreignkey")
        for column in ("recipient_id", "need_order", "planned_method", "bank_name", "bank_account", "bank_holder"):
            aid.drop_column(column)
