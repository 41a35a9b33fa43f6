"""Each rule that the database keeps refuses what it is there to refuse, on a filled city."""

import sqlite3
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import CheckConstraint, Connection, Enum, inspect, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from portal.db import db

DELEGATION = "INSERT INTO delegation (from_user_id, to_user_id, starts_on, ends_on, reason, granted_at, version) "
REST = ", 'x', '2026-05-01 00:00:00', 1 FROM \"user\""
REPORT = "INSERT INTO area_report (village_code, kind, family_name, rt, rw, phone, own_words, status, reported_by_id, "
REPORTED = (
    "reported_at, settling_note, version) SELECT (SELECT min(code) FROM region), 'moved', 'x', '', '', '', 'x', "
    "'settled', min(id), '2026-05-01 00:00:00', '', 1 FROM \"user\""
)
EVENT = 'INSERT INTO family_event (household_id, kind, moved_to, "on", note, noted_by_id, noted_at) SELECT 1, '
HAPPENED = ", '2026-05-01', '', min(id), '2026-05-01 00:00:00' FROM \"user\""
MONTH = (
    "INSERT INTO monthly_update (village_code, month, opened_at, closing_reason, reopening_reason, file_code, "
    "file_sha256, state, sent_to, sent_on) SELECT min(code), '1999-05-01', '2026-05-01 00:00:00', '', '', '', '', "
)
MONTHLY = " FROM region"
BATCH = (
    "INSERT INTO import_batch (file_name, sha256, size, state, refusal, found, counts, uploaded_at, undo_reason, "
    "list_code, list_as_of, undone_at) VALUES ('x', 'x', 1, {}, '', '[]', '{{}}', '2026-05-01 00:00:00', '', {})"
)
MERGE = (
    "INSERT INTO merge (kept_household_id, other_household_id, reason, newest, merged_by_id, merged_at, "
    "taken_apart_reason, version, kind, kept_member_id, other_member_id, taken_apart_at) SELECT (SELECT min(id) FROM "
    "household), (SELECT max(id) FROM household), 'x', '{{}}', min(id), '2026-05-01 00:00:00', '', 1, {} FROM \"user\""
)
PERSON = "(SELECT min(id) FROM member)"
PAIR = (
    "INSERT INTO duplicate_pair (lower_id, higher_id, verdict, score, reasons, source, found_at, reason, version) "
    "SELECT {}, {}, 0, '[]', 'run', '2026-05-01 00:00:00', '', 1 FROM member"
)
# Of records to which nothing refers yet: the rule is asked before the foreign keys are.
PAPER = (
    "INSERT INTO partner_paper (partner_code, number, issuer, dated_on, note, added_by_id, added_at, version, kind, "
    "until, ended_on, ended_reason) VALUES ('baznas', 'x', 'x', '2026-05-01', '', 1, '2026-05-01 00:00:00', 1, {})"
)
PLEDGE = (
    "INSERT INTO pledge (number, partner_code, kind_code, due_on, note, pledged_by_id, pledged_at, called_off_reason, "
    "version, amount, purpose, purpose_code, called_off_at) VALUES ('x', 'baznas', 'infak', '2026-05-01', '', "
    "1, '2026-05-01 00:00:00', '', 1, {})"
)
SHEET = (
    "INSERT INTO giver_sheet (partner_code, month, given_on, kind_code, per_office, file_name, sha256, size, found, "
    "uploaded_by_id, uploaded_at, taken_back_reason, version, purpose, purpose_code, state, taken_back_at) VALUES "
    "('baznas', '2026-05-01', '2026-05-01', 'infak', true, 'x', 'x', 1, '[]', 1, '2026-05-01 00:00:00', '', 1, {})"
)
GIVER = (
    "INSERT INTO giver_row (sheet_id, number, kind, name, name_key, nip, office, said, amount, donation_id) VALUES "
    "(1, 1, 'good', 'x', 'x', '', 'x', '[]', {})"
)
CREDIT = (
    "INSERT INTO bank_line (statement_id, place, account, day, description, reference, mark, version, amount, "
    "aside_reason) VALUES (1, 1, 'x', '2026-05-01', '', '', 'a mark of this test', 1, {})"
)
DEBIT = (
    "INSERT INTO bank_debit (statement_id, place, account, day, description, reference, mark, version, amount) "
    "VALUES (1, 1, 'x', '2026-05-01', '', '', 'a mark of this test', 1, {})"
)
MATCH = (
    "INSERT INTO bank_match (matched_by_id, matched_at, sure, confirmed, undo_reason, version, line_id, donation_id, "
    "undone_at) VALUES "
)
MATCHED = "(1, '2026-05-01 00:00:00', true, true, '', 1, {})"
LAYOUT = "INSERT INTO sheet_layout (body, created_by_id, created_at, kind, name, partner_code) VALUES "
LAID_OUT = "('{{}}', 1, '2026-05-01 00:00:00', {})"
ITEM = (
    "INSERT INTO aid_item (disbursement_id, position, what, quantity, price, supplier) "
    "SELECT min(id), 99, 'x', {}, {}, '' FROM disbursement"
)
LINE = "INSERT INTO payment_line (list_id, position, disbursement_id, outcome) VALUES {}"
# The constraint, and a statement that breaks it and, as far as that can be, nothing else.
VIOLATIONS = {
    "ck_area_report_settled_by_someone": REPORT + REPORTED,
    "ck_bank_debit_amount_positive": DEBIT.format("0"),
    "ck_bank_line_amount_positive": CREDIT.format("0, ''"),
    "ck_bank_line_aside_for_a_reason": CREDIT.format("1, 'x'"),
    "ck_bank_match_undone_by_someone": MATCH + MATCHED.format("-1, -1, '2026-05-02 00:00:00'"),
    "uq_bank_match_part": MATCH + MATCHED.format("-1, -1, NULL") + ", " + MATCHED.format("-1, -2, NULL"),
    "uq_bank_match_one_line": MATCH + MATCHED.format("-1, -1, NULL") + ", " + MATCHED.format("-2, -1, NULL"),
    "ck_giver_row_amount_positive": GIVER.format("0, NULL"),
    "ck_giver_row_place_beneath_a_gift": GIVER.format("1, 1"),
    "ck_giver_sheet_entered_at_a_moment": SHEET.format("'general', NULL, 'entered', NULL"),
    "ck_giver_sheet_purpose_named": SHEET.format("'general', 'x', 'ready', NULL"),
    "ck_giver_sheet_taken_back_at_a_moment": SHEET.format("'general', NULL, 'taken_back', NULL"),
    "ck_partner_paper_ended_for_a_reason": PAPER.format("'agreement', NULL, '2026-05-02', ''"),
    "ck_partner_paper_permit_ends": PAPER.format("'pub_permit', NULL, NULL, ''"),
    "ck_partner_paper_until_after_its_day": PAPER.format("'agreement', '2026-04-01', NULL, ''"),
    "ck_pledge_amount_positive": PLEDGE.format("0, 'general', NULL, NULL"),
    "ck_pledge_called_off_by_someone": PLEDGE.format("1, 'general', NULL, '2026-05-02 00:00:00'"),
    "ck_pledge_purpose_named": PLEDGE.format("1, 'general', 'x', NULL"),
    "ck_holiday_kind": "UPDATE holiday SET kind = 'market day'",
    "ck_number_series_positive": "UPDATE number_series SET last = 0",
    "ck_region_level": "UPDATE region SET level = 'planet'",
    "ck_fund_purpose_named": "UPDATE fund SET purpose_code = 'x' WHERE purpose = 'general'",
    "ck_delegation_ends_after_start": DELEGATION + "SELECT min(id), max(id), '2026-05-02', '2026-05-01'" + REST,
    "ck_delegation_two_people": DELEGATION + "SELECT min(id), min(id), '2026-05-01', '2026-05-02'" + REST,
    "ck_donation_amount_positive": "UPDATE donation SET amount = 0",
    "ck_donation_purpose_named": "UPDATE donation SET purpose_code = NULL WHERE purpose <> 'general'",
    "ck_donation_settled_by_someone": "UPDATE donation SET settled_by_id = NULL WHERE status = 'confirmed'",
    "ck_donation_two_people": "UPDATE donation SET settled_by_id = entered_by_id WHERE status = 'confirmed'",
    "ck_duplicate_pair_in_order": PAIR.format("max(id), min(id)", "'open'"),
    "ck_duplicate_pair_decided_by_someone": PAIR.format("min(id), max(id)", "'same'"),
    "ck_duplicate_run_ended_at_a_moment": "INSERT INTO duplicate_run (state, asked_at, worker, step, people, found, "
    "added) VALUES ('done', '2026-05-01 00:00:00', '', 0, 0, 0, 0)",
    "ck_import_batch_list_with_day": BATCH.format("'done'", "'dtks', NULL, NULL"),
    "ck_import_batch_undone_at_a_moment": BATCH.format("'undone'", "NULL, NULL, NULL"),
    "ck_household_kk_no_shape": "UPDATE household SET kk_no = '123' WHERE id = (SELECT min(id) FROM household)",
    "ck_ledger_account_no_overdraft": "UPDATE ledger_account SET balance = -1 WHERE kind = 'available'",
    "ck_stored_file_not_empty": "UPDATE stored_file SET size = 0",
    "ck_complaint_tracking_code_shape": "UPDATE complaint SET tracking_code = 'ABC'",
    "ck_listing_decile_range": "UPDATE listing SET decile = 11",
    "ck_member_nik_shape": "UPDATE member SET nik = '123' WHERE id = (SELECT min(id) FROM member)",
    "uq_member_one_head": "UPDATE member SET relation = 'head'",
    "ck_member_left_for_a_reason": "UPDATE member SET left_on = '2026-05-01' WHERE left_because IS NULL",
    "ck_household_merged_is_closed": "UPDATE household SET merged_into_id = (SELECT max(id) FROM household) "
    "WHERE id = (SELECT min(id) FROM household WHERE closed_on IS NULL)",
    "ck_member_merged_has_left": "UPDATE member SET merged_into_id = (SELECT max(id) FROM member) "
    "WHERE id = (SELECT min(id) FROM member WHERE left_on IS NULL)",
    "ck_merge_person_kept": MERGE.format(f"'family', {PERSON}, NULL, NULL"),
    "ck_merge_person_merged": MERGE.format(f"'family', NULL, {PERSON}, NULL"),
    "ck_merge_two_rows": MERGE.format(f"'person', {PERSON}, {PERSON}, NULL"),
    "ck_merge_taken_apart_by_someone": MERGE.format("'family', NULL, NULL, '2026-05-02 00:00:00'"),
    "ck_family_event_reverses_an_event": EVENT + "'reversed', NULL" + HAPPENED,
    "ck_family_event_moved_from_and_to": EVENT + "'moved-within', '[]'" + HAPPENED,
    "ck_monthly_update_closed_at_a_moment": MONTH + "'closed', '', NULL" + MONTHLY,
    "ck_monthly_update_closed_before_sent": MONTH + "'open', 'x', '2026-05-01'" + MONTHLY,
    "ck_monthly_update_sent_to_an_office": MONTH + "'open', 'x', NULL" + MONTHLY,
    "ck_emergency_recommendation_amount_positive": "UPDATE emergency_recommendation SET amount = 0",
    "ck_emergency_recommendation_approved_has_code": "UPDATE emergency_recommendation SET verification_code = NULL "
    "WHERE status = 'approved'",
    "ck_emergency_recommendation_approved_has_letter": "UPDATE emergency_recommendation SET letter_number = NULL "
    "WHERE status = 'approved'",
    "ck_emergency_recommendation_ends_after_start": "UPDATE emergency_recommendation SET ends_on = starts_on "
    "WHERE status = 'approved'",
    "ck_emergency_recommendation_settled_by_someone": "UPDATE emergency_recommendation SET decided_by_id = NULL "
    "WHERE status = 'declined'",
    "ck_emergency_recommendation_two_people": "UPDATE emergency_recommendation SET decided_by_id = proposed_by_id "
    "WHERE status = 'approved'",
    "uq_emergency_recommendation_one_letter": "UPDATE emergency_recommendation SET event_id = "
    "(SELECT min(event_id) FROM emergency_recommendation WHERE status <> 'declined')",
    "ck_home_visit_done_at_some_time": "UPDATE home_visit SET done_at = NULL WHERE status = 'done'",
    "ck_list_proposal_made_is_not_sent": "UPDATE list_proposal SET state = 'made', waiting = 1 WHERE state = 'sent'",
    "ck_list_proposal_sent_on_a_day": "UPDATE list_proposal SET sent_on = NULL, due_on = NULL WHERE state = 'sent'",
    "ck_list_proposal_answer_due": "UPDATE list_proposal SET due_on = NULL WHERE state = 'sent'",
    "ck_list_proposal_followed_until_answered": "UPDATE list_proposal SET waiting = 0 WHERE state = 'sent'",
    "ck_list_proposal_withdrawn_for_a_reason": "UPDATE list_proposal SET withdrawal_reason = '' "
    "WHERE state = 'withdrawn'",
    "ck_list_proposal_line_answered_on_a_day": "UPDATE list_proposal_line SET answered_on = NULL "
    "WHERE answer = 'accepted'",
    "ck_list_proposal_line_refused_for_a_reason": "UPDATE list_proposal_line SET reason = '' WHERE answer = 'rejected'",
    "uq_list_proposal_line_one_waiting": "INSERT INTO list_proposal_line (proposal_id, position, listing_error_id, "
    "household_id, list_code, kind, reason) SELECT proposal_id, 999, listing_error_id, household_id, list_code, kind, "
    "'' FROM list_proposal_line WHERE id = (SELECT min(id) FROM list_proposal_line WHERE answer IS NULL)",
    "ck_referral_answered_with_outcome": "UPDATE referral SET answered_at = NULL WHERE outcome IS NOT NULL",
    "ck_assessment_final_at_some_time": "UPDATE assessment SET final_at = NULL WHERE status = 'final'",
    "ck_assessment_final_has_result": "UPDATE assessment SET band = NULL WHERE status = 'final'",
    "ck_decision_reason_written": "UPDATE decision SET decision_reason = '' WHERE status = 'approved'",
    "ck_decision_settled_by_someone": "UPDATE decision SET decided_by_id = NULL WHERE status = 'approved'",
    "ck_decision_two_people": "UPDATE decision SET proposed_by_id = decided_by_id WHERE status = 'approved'",
    "ck_decision_visitor_does_not_decide": "UPDATE decision SET visitor_id = decided_by_id WHERE status = 'approved'",
    "uq_decision_one_open": "UPDATE decision SET complaint_id = (SELECT min(complaint_id) FROM decision) "
    "WHERE status = 'proposed'",
    "ck_book_period_ends_after_start": "INSERT INTO book_period (starts_on, ends_on, report, closed_by_id, closed_at) "
    "SELECT '1999-05-02', '1999-05-01', '{}', min(id), '2026-05-01 00:00:00' FROM \"user\"",
    "ck_card_code_long_enough": "UPDATE card SET verification_code = 'short' WHERE id = (SELECT min(id) FROM card)",
    "ck_card_ends_after_start": "UPDATE card SET ends_on = starts_on",
    "ck_card_revoked_some_day": "UPDATE card SET revoked_on = NULL WHERE status = 'revoked'",
    "ck_disbursement_amount_positive": "UPDATE disbursement SET amount = 0",
    "ck_disbursement_fund_behind_promise": "UPDATE disbursement SET fund_id = NULL WHERE status = 'paid'",
    "ck_disbursement_paid_some_day": "UPDATE disbursement SET method = NULL WHERE status = 'paid'",
    "ck_disbursement_three_people": "UPDATE disbursement SET paid_by_id = approved_by_id WHERE status = 'paid'",
    "ck_disbursement_two_people": "UPDATE disbursement SET approved_by_id = proposed_by_id WHERE status = 'approved'",
    "ck_aid_concern_answered_by_someone": "INSERT INTO aid_concern (disbursement_id, guard, found, explained, reason, "
    "answered_at) SELECT min(id), 'x', '{}', '', '', '2026-05-01 00:00:00' FROM disbursement",
    "ck_aid_item_quantity_positive": ITEM.format(0, 1),
    "ck_aid_item_price_not_negative": ITEM.format(1, -1),
    "ck_payment_list_ended_at_a_moment": "INSERT INTO payment_list (number, method, planned_on, place, state, reason, "
    "made_by_id, made_at) SELECT 'B-1999-000001', 'cash', '2026-05-01', '', 'settled', '', min(id), "
    "'2026-05-01 00:00:00' FROM \"user\"",
    "ck_payment_line_settled_at_a_moment": LINE.format("(1, 1, 1, 'paid')"),
    "uq_payment_line_one_open": LINE.format("(1, 1, 1, 'open'), (2, 1, 1, 'open')"),
    "ck_sheet_layout_partner_of_givers": LAYOUT + LAID_OUT.format("'bank', 'x', 'baznas'"),
    "uq_sheet_layout_of_the_unit": LAYOUT + ", ".join([LAID_OUT.format("'bank', 'x', NULL")] * 2),
    "uq_sheet_layout_of_a_partner": LAYOUT + ", ".join([LAID_OUT.format("'givers', 'x', 'baznas'")] * 2),
    "ck_audit_end_only_one": "INSERT INTO audit_end (id, last_id, last_hash) VALUES (2, 1, 'x')",
    "ck_ledger_line_amount_not_zero": "INSERT INTO ledger_line (entry_id, account_id, donation_id, amount) "
    "SELECT entry_id, account_id, donation_id, 0 FROM ledger_line WHERE id = (SELECT min(id) FROM ledger_line)",
}
WORDS = [
    (table.name, column.name, f"ck_{table.name}_{column.type.name}")
    for table in db.metadata.sorted_tables
    for column in table.columns
    if isinstance(column.type, Enum)
]


@pytest.fixture
def connection(filled: Flask) -> Iterator[Connection]:
    """A look into the filled city that changes nothing."""
    with filled.app_context(), db.engine.connect() as opened:
        yield opened
        opened.rollback()


def test_every_rule_of_the_schema_is_listed_here():
    rules = {
        str(rule.name)
        for table in db.metadata.tables.values()
        for rule in table.constraints
        if isinstance(rule, CheckConstraint) and not getattr(rule, "_type_bound", False)
    }
    rules |= {str(i.name) for table in db.metadata.tables.values() for i in table.indexes if i.unique}

    assert rules == set(VIOLATIONS)


@pytest.mark.parametrize("name", VIOLATIONS)
def test_the_database_refuses_what_breaks_the_rule(connection, name):
    with pytest.raises(IntegrityError) as refused:
        connection.execute(text(VIOLATIONS[name]))

    # SQLite names a unique index by its columns.
    assert name in str(refused.value.orig) or name.startswith("uq_")


@pytest.mark.parametrize(("table", "column", "rule"), WORDS)
def test_a_column_of_words_is_checked_by_the_database(connection, table, column, rule):
    assert rule in {found["name"] for found in inspect(connection).get_check_constraints(table)}


@pytest.mark.parametrize(
    "table", ["audit_event", "ledger_entry", "ledger_line", "family_event", "family_step", "book_period"]
)
@pytest.mark.parametrize("act", ["UPDATE {0} SET id = id", "DELETE FROM {0}"])
def test_trail_ledger_and_what_happened_in_families_are_only_ever_added_to(connection, table, act):
    with pytest.raises(DBAPIError, match="only ever added"):
        connection.execute(text(act.format(table)))


GUARDED = [
    ("audit_event", "id"), ("audit_head", '"on"'), ("ledger_entry", "id"), ("ledger_line", "id"),
    ("family_event", "id"), ("family_step", "id"), ("book_period", "id"),
]  # fmt: skip
REPLACED = {
    "sqlite": "INSERT OR REPLACE INTO {0} SELECT * FROM {0} WHERE {1} = (SELECT max({1}) FROM {0})",
    # PostgreSQL knows no REPLACE: the same is an UPDATE there.
    "postgresql": "INSERT INTO {0} SELECT * FROM {0} ON CONFLICT ({1}) DO UPDATE SET {1} = EXCLUDED.{1}",
}
A_HEAD = "INSERT INTO audit_head (\"on\", rows, hash, written_at) VALUES ('2026-05-01', 1, 'x', '2026-05-01 00:00:00')"
TAKEN_BACK = (
    "INTO ledger_entry (kind, posted_on, posted_at, note, reverses_id) "
    "SELECT 'reversal', '2199-01-01', posted_at, '', id FROM ledger_entry WHERE id = 1"
)
MADE = "SELECT sql FROM sqlite_master WHERE tbl_name = :table AND sql IS NOT NULL ORDER BY type = 'trigger'"
ON_SQLITE = "REPLACE is SQLite's"


@pytest.mark.parametrize(("table", "key"), GUARDED)
def test_a_row_that_is_only_added_is_not_replaced(connection, table, key):
    connection.execute(text(A_HEAD))

    # The invented city's books are closed: PostgreSQL asks for the day of an entry first.
    with pytest.raises(DBAPIError, match=r"only ever added|books of this day are closed"):
        connection.execute(text(REPLACED[connection.dialect.name].format(table, key)))


def test_an_entry_that_takes_one_back_is_not_replaced_by_another(connection):
    if connection.dialect.name != "sqlite":
        pytest.skip(ON_SQLITE)
    connection.execute(text(f"INSERT {TAKEN_BACK}"))

    with pytest.raises(DBAPIError, match="only ever added"):
        connection.execute(text(f"INSERT OR REPLACE {TAKEN_BACK}"))


@pytest.mark.parametrize(("table", "key"), GUARDED)
def test_a_foreign_client_replaces_nothing_either(connection, table, key):
    """Its pragmas are the database's own: when it replaces a row, the triggers against DELETE are not asked."""
    if connection.dialect.name != "sqlite":
        pytest.skip(ON_SQLITE)
    connection.execute(text(A_HEAD))
    foreign = sqlite3.connect(":memory:")
    for (script,) in connection.execute(text(MADE), {"table": table}):
        foreign.execute(script)
    foreign.execute(
        "CREATE TABLE IF NOT EXISTS book_period (starts_on, ends_on)"
    )  # what the entries' own trigger looks into
    row = tuple(connection.exec_driver_sql(str(db.metadata.tables[table].select())).first() or ())
    again = "INTO {} VALUES ({})".format(table, ", ".join("?" * len(row)))
    foreign.execute(f"INSERT {again}", row)

    with pytest.raises(sqlite3.IntegrityError, match="only ever added"):
        foreign.execute(f"INSERT OR REPLACE {again}", row)


def test_the_portals_own_connections_ask_the_triggers_of_the_rows_they_replace(connection):
    if connection.dialect.name != "sqlite":
        pytest.skip(ON_SQLITE)
    connection.execute(text("DROP TRIGGER ledger_line_no_replace"))

    with pytest.raises(DBAPIError, match="only ever added"):
        connection.execute(text(REPLACED["sqlite"].format("ledger_line", "id")))
