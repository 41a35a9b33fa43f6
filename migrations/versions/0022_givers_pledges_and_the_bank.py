"""Partners' own records and pledges; givers beneath a gift, out of sheets; bank statements and which gift each line is.

Follows: 0021
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "partner_profile",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partner_code", sa.String(), nullable=False),
        sa.Column("contact_person", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("gives_for", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(["partner_code"], ["partner.code"], name=op.f("fk_partner_profile_partner_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner_profile")),
        sa.UniqueConstraint("partner_code", name=op.f("uq_partner_profile_partner_code")),
    )
    op.create_table(
        "bank_statement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("unmapped", "read", name="statementstate", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("found", sa.JSON(), nullable=False),
        sa.Column("uploaded_by_id", sa.Integer(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(["uploaded_by_id"], ["user.id"], name=op.f("fk_bank_statement_uploaded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_statement")),
    )
    with op.batch_alter_table("bank_statement") as table:
        table.create_index(table.f("ix_bank_statement_sha256"), ["sha256"])

    op.create_table(
        "giver_sheet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partner_code", sa.String(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("kind_code", sa.String(), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(
                "general", "field", "service", name="purpose", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("purpose_code", sa.String(), nullable=True),
        sa.Column("asnaf", sa.String(), nullable=True),
        sa.Column("per_office", sa.Boolean(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "unmapped",
                "ready",
                "entered",
                "taken_back",
                name="sheetstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("found", sa.JSON(), nullable=False),
        sa.Column("uploaded_by_id", sa.Integer(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_back_by_id", sa.Integer(), nullable=True),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_back_reason", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("(purpose = 'general') = (purpose_code IS NULL)", name=op.f("ck_giver_sheet_purpose_named")),
        sa.CheckConstraint(
            "(state = 'taken_back') = (taken_back_at IS NOT NULL)", name=op.f("ck_giver_sheet_taken_back_at_a_moment")
        ),
        sa.CheckConstraint(
            "state <> 'entered' OR entered_at IS NOT NULL", name=op.f("ck_giver_sheet_entered_at_a_moment")
        ),
        sa.ForeignKeyConstraint(["entered_by_id"], ["user.id"], name=op.f("fk_giver_sheet_entered_by_id")),
        sa.ForeignKeyConstraint(["kind_code"], ["donation_kind.code"], name=op.f("fk_giver_sheet_kind_code")),
        sa.ForeignKeyConstraint(["partner_code"], ["partner.code"], name=op.f("fk_giver_sheet_partner_code")),
        sa.ForeignKeyConstraint(["taken_back_by_id"], ["user.id"], name=op.f("fk_giver_sheet_taken_back_by_id")),
        sa.ForeignKeyConstraint(["uploaded_by_id"], ["user.id"], name=op.f("fk_giver_sheet_uploaded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_giver_sheet")),
    )
    with op.batch_alter_table("giver_sheet") as table:
        table.create_index(table.f("ix_giver_sheet_partner_code"), ["partner_code"])
        table.create_index(table.f("ix_giver_sheet_sha256"), ["sha256"])
        table.create_index(table.f("ix_giver_sheet_state"), ["state"])

    op.create_table(
        "partner_paper",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partner_code", sa.String(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "agreement",
                "pub_permit",
                "laz_licence",
                name="paperkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("dated_on", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ended_reason", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("kind = 'agreement' OR until IS NOT NULL", name=op.f("ck_partner_paper_permit_ends")),
        sa.CheckConstraint(
            "(ended_on IS NULL) = (length(ended_reason) = 0)", name=op.f("ck_partner_paper_ended_for_a_reason")
        ),
        sa.CheckConstraint("until IS NULL OR until >= dated_on", name=op.f("ck_partner_paper_until_after_its_day")),
        sa.ForeignKeyConstraint(["added_by_id"], ["user.id"], name=op.f("fk_partner_paper_added_by_id")),
        sa.ForeignKeyConstraint(["partner_code"], ["partner.code"], name=op.f("fk_partner_paper_partner_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner_paper")),
    )
    with op.batch_alter_table("partner_paper") as table:
        table.create_index(table.f("ix_partner_paper_partner_code"), ["partner_code"])

    op.create_table(
        "pledge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("partner_code", sa.String(), nullable=False),
        sa.Column("kind_code", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(
                "general", "field", "service", name="purpose", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("purpose_code", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("pledged_by_id", sa.Integer(), nullable=False),
        sa.Column("pledged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("called_off_by_id", sa.Integer(), nullable=True),
        sa.Column("called_off_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("called_off_reason", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("(purpose = 'general') = (purpose_code IS NULL)", name=op.f("ck_pledge_purpose_named")),
        sa.CheckConstraint(
            "(called_off_at IS NULL) = (called_off_by_id IS NULL)", name=op.f("ck_pledge_called_off_by_someone")
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_pledge_amount_positive")),
        sa.ForeignKeyConstraint(["called_off_by_id"], ["user.id"], name=op.f("fk_pledge_called_off_by_id")),
        sa.ForeignKeyConstraint(["kind_code"], ["donation_kind.code"], name=op.f("fk_pledge_kind_code")),
        sa.ForeignKeyConstraint(["partner_code"], ["partner.code"], name=op.f("fk_pledge_partner_code")),
        sa.ForeignKeyConstraint(["pledged_by_id"], ["user.id"], name=op.f("fk_pledge_pledged_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pledge")),
        sa.UniqueConstraint("number", name=op.f("uq_pledge_number")),
    )
    with op.batch_alter_table("pledge") as table:
        table.create_index(table.f("ix_pledge_partner_code"), ["partner_code"])

    op.create_table(
        "sheet_layout",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("givers", "bank", name="layoutkind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_sheet_layout_created_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sheet_layout")),
        sa.UniqueConstraint("kind", "name", name=op.f("uq_sheet_layout_kind_name")),
    )
    op.create_table(
        "bank_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("statement_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("aside_by_id", sa.Integer(), nullable=True),
        sa.Column("aside_reason", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "(aside_by_id IS NULL) = (length(aside_reason) = 0)", name=op.f("ck_bank_line_aside_for_a_reason")
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_bank_line_amount_positive")),
        sa.ForeignKeyConstraint(["aside_by_id"], ["user.id"], name=op.f("fk_bank_line_aside_by_id")),
        sa.ForeignKeyConstraint(["statement_id"], ["bank_statement.id"], name=op.f("fk_bank_line_statement_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_line")),
        sa.UniqueConstraint("mark", name=op.f("uq_bank_line_mark")),
    )
    with op.batch_alter_table("bank_line") as table:
        table.create_index("ix_bank_line_amount", ["amount", "day"])
        table.create_index(table.f("ix_bank_line_statement_id"), ["statement_id"])

    op.create_table(
        "bank_match",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("donation_id", sa.Integer(), nullable=False),
        sa.Column("sure", sa.Boolean(), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("matched_by_id", sa.Integer(), nullable=False),
        sa.Column("matched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_by_id", sa.Integer(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undo_reason", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "(undone_at IS NULL) = (undone_by_id IS NULL)", name=op.f("ck_bank_match_undone_by_someone")
        ),
        sa.ForeignKeyConstraint(["donation_id"], ["donation.id"], name=op.f("fk_bank_match_donation_id")),
        sa.ForeignKeyConstraint(["line_id"], ["bank_line.id"], name=op.f("fk_bank_match_line_id")),
        sa.ForeignKeyConstraint(["matched_by_id"], ["user.id"], name=op.f("fk_bank_match_matched_by_id")),
        sa.ForeignKeyConstraint(["undone_by_id"], ["user.id"], name=op.f("fk_bank_match_undone_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_match")),
    )
    with op.batch_alter_table("bank_match") as table:
        table.create_index(
            "uq_bank_match_one_gift",
            ["line_id"],
            unique=True,
            sqlite_where=sa.text("undone_at IS NULL"),
            postgresql_where=sa.text("undone_at IS NULL"),
        )
        table.create_index(
            "uq_bank_match_one_line",
            ["donation_id"],
            unique=True,
            sqlite_where=sa.text("undone_at IS NULL"),
            postgresql_where=sa.text("undone_at IS NULL"),
        )

    op.create_table(
        "giver_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "good",
                "doubt",
                "refused",
                "known",
                name="giverkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.Column("nip", sa.String(), nullable=False),
        sa.Column("office", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("hidden", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.Column("cells", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("taken", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("donation_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.CheckConstraint("amount > 0 OR kind = 'refused'", name=op.f("ck_giver_row_amount_positive")),
        sa.CheckConstraint(
            "(donation_id IS NULL) = (position IS NULL)", name=op.f("ck_giver_row_place_beneath_a_gift")
        ),
        sa.ForeignKeyConstraint(["donation_id"], ["donation.id"], name=op.f("fk_giver_row_donation_id")),
        sa.ForeignKeyConstraint(["sheet_id"], ["giver_sheet.id"], name=op.f("fk_giver_row_sheet_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_giver_row")),
        sa.UniqueConstraint("donation_id", "position", name=op.f("uq_giver_row_donation_id_position")),
    )
    with op.batch_alter_table("giver_row") as table:
        table.create_index("ix_giver_row_kind", ["sheet_id", "kind", "id"])
        table.create_index("ix_giver_row_nip", ["nip"])

    with op.batch_alter_table("donation") as table:
        table.add_column(sa.Column("asnaf", sa.String(), nullable=True))
        table.add_column(sa.Column("pledge_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("giver_name", sa.String(), server_default="", nullable=False))
        table.add_column(sa.Column("giver_hidden", sa.Boolean(), server_default=sa.false(), nullable=False))
        table.add_column(sa.Column("givers", sa.Integer(), server_default="0", nullable=False))
        table.create_index(table.f("ix_donation_pledge_id"), ["pledge_id"])
        table.create_foreign_key(table.f("fk_donation_pledge_id"), "pledge", ["pledge_id"], ["id"])

    with op.batch_alter_table("fund") as table:
        table.add_column(sa.Column("asnaf", sa.String(), nullable=True))
        table.drop_constraint(table.f("uq_fund_partner_code_kind_code_purpose_purpose_code"), type_="unique")
        table.create_unique_constraint(
            table.f("uq_fund_partner_code_kind_code_purpose_purpose_code_asnaf"),
            ["partner_code", "kind_code", "purpose", "purpose_code", "asnaf"],
        )


def downgrade() -> None:
    with op.batch_alter_table("fund") as table:
        table.drop_constraint(table.f("uq_fund_partner_code_kind_code_purpose_purpose_code_asnaf"), type_="unique")
        table.create_unique_constraint(
            table.f("uq_fund_partner_code_kind_code_purpose_purpose_code"),
            ["partner_code", "kind_code", "purpose", "purpose_code"],
        )
        table.drop_column("asnaf")

    with op.batch_alter_table("donation") as table:
        table.drop_constraint(table.f("fk_donation_pledge_id"), type_="foreignkey")
        table.drop_index(table.f("ix_donation_pledge_id"))
        table.drop_column("givers")
        table.drop_column("giver_hidden")
        table.drop_column("giver_name")
        table.drop_column("pledge_id")
        table.drop_column("asnaf")

    with op.batch_alter_table("giver_row") as table:
        table.drop_index("ix_giver_row_nip")
        table.drop_index("ix_giver_row_kind")

    op.drop_table("giver_row")
    with op.batch_alter_table("bank_match") as table:
        table.drop_index(
            "uq_bank_match_one_line",
            sqlite_where=sa.text("undone_at IS NULL"),
            postgresql_where=sa.text("undone_at IS NULL"),
        )
        table.drop_index(
            "uq_bank_match_one_gift",
            sqlite_where=sa.text("undone_at IS NULL"),
            postgresql_where=sa.text("undone_at IS NULL"),
        )

    op.drop_table("bank_match")
    with op.batch_alter_table("bank_line") as table:
        table.drop_index(table.f("ix_bank_line_statement_id"))
        table.drop_index("ix_bank_line_amount")

    op.drop_table("bank_line")
    op.drop_table("sheet_layout")
    with op.batch_alter_table("pledge") as table:
        table.drop_index(table.f("ix_pledge_partner_code"))

    op.drop_table("pledge")
    with op.batch_alter_table("partner_paper") as table:
        table.drop_index(table.f("ix_partner_paper_partner_code"))

    op.drop_table("partner_paper")
    with op.batch_alter_table("giver_sheet") as table:
        table.drop_index(table.f("ix_giver_sheet_state"))
        table.drop_index(table.f("ix_giver_sheet_sha256"))
        table.drop_index(table.f("ix_giver_sheet_partner_code"))

    op.drop_table("giver_sheet")
    with op.batch_alter_table("bank_statement") as table:
        table.drop_index(table.f("ix_bank_statement_sha256"))

    op.drop_table("bank_statement")
    op.drop_table("partner_profile")
