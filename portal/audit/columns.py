"""What the trail's page shows of a record and what it hides: an auditor follows who did what, not how a family lives.

The trail keeps everything, and its hashes cover it; hidden is only what a page shows (docs/decisions/trail.md). Every
text column of an audited record is named here once, and of a family's records every column but keys, days and versions;
tests see to it. A column that no table has any more is hidden.
"""

from typing import Any, Final

from sqlalchemy import Date

from portal.db import Base, Moment

HIDDEN: Final[dict[str, frozenset[str]]] = {
    "answer": frozenset({"value"}),
    "area_report": frozenset({"kind", "address", "phone", "own_words", "settling_note"}),
    "assessment": frozenset({"value", "band"}),
    "card": frozenset({"revocation_reason"}),
    "bank_debit": frozenset({"description", "reference"}),
    "bank_line": frozenset({"description", "reference"}),
    "complaint": frozenset({"applicant_phone", "own_words", "closing_reason"}),
    "complaint_step": frozenset({"note"}),
    "decision": frozenset({"path", "ground", "proposal_reason", "decision_reason"}),
    "aid_concern": frozenset({"found", "explained", "reason"}),
    "disbursement": frozenset(
        {"amount_reason", "payment_note", "need_order", "planned_method", "bank_name", "bank_account", "bank_holder"}
    ),
    "duplicate_pair": frozenset({"score", "reasons", "reason"}),
    "donation": frozenset({"giver_name", "reference", "note"}),
    "emergency_event": frozenset({"kind", "description"}),
    "emergency_recommendation": frozenset({"request_reason", "confirmed", "decision_reason", "exit_reason"}),
    "family_event": frozenset({"kind", "note", "moved_from", "moved_to"}),
    "family_step": frozenset({"from_relation", "from_left_because", "to_relation", "to_left_because"}),
    "home_visit": frozenset({"note", "missed_reason"}),
    "household": frozenset({"address", "phone", "note"}),
    "listing": frozenset({"present", "decile"}),
    "list_proposal_line": frozenset({"kind", "answer", "reason"}),
    "listing_error": frozenset({"kind", "value", "band", "reason", "outcome_reason"}),
    "member": frozenset({"name", "name_key", "birth_date", "relation", "in_school", "note", "left_because"}),
    "membership_card": frozenset({"number"}),
    "merge": frozenset({"reason", "taken_apart_reason"}),
    "referral": frozenset({"reason", "answer"}),
    "pledge": frozenset({"note"}),
    "partner_profile": frozenset({"contact_person", "phone", "email", "address"}),
    "stored_file": frozenset({"name"}),
}
"""By table: how a family lives, what ails it, where it is reached, and what was found, also
where it is a code or a number; and what may name a giver. Only who may open the family's case file reads these in
the trail."""

SHOWN: Final[dict[str, frozenset[str]]] = {
    "aid_concern": frozenset({"guard"}),
    "aid_item": frozenset({"what", "supplier"}),
    "aid_paper": frozenset({"kind"}),
    "answer": frozenset({"field", "known_by"}),
    "area_report": frozenset({"family_name", "rt", "rw", "status", "outcome"}),
    "assessment": frozenset({"instrument_code", "instrument_version", "status"}),
    "book_period": frozenset({"report"}),
    "card": frozenset({"number", "holder_name", "status"}),
    "card_type": frozenset({"code", "body"}),
    "complaint": frozenset({"number", "applicant_name", "urgent", "status"}),
    "complaint_document": frozenset({"code"}),
    "complaint_step": frozenset({"status"}),
    "decision": frozenset({"proposal", "status", "renews_card_id"}),
    "delegation": frozenset({"reason"}),
    "disbursement": frozenset(
        {
            "number",
            "amount",
            "status",
            "method",
            "asnaf",
            "waiting_reason",
            "settling_reason",
            "district_code",
            "received_by",
        }
    ),
    "bank_debit": frozenset({"account", "amount", "place", "mark"}),
    "bank_line": frozenset({"account", "amount", "place", "mark", "aside_reason"}),
    "bank_match": frozenset({"undo_reason"}),
    "bank_statement": frozenset({"account", "file_name", "sha256", "state", "found"}),
    "donation": frozenset(
        {
            "number",
            "amount",
            "purpose",
            "purpose_code",
            "asnaf",
            "status",
            "giver_hidden",
            "givers",
            "refusal_reason",
        }
    ),
    "donation_kind": frozenset({"code", "body"}),
    "duplicate_pair": frozenset({"source", "verdict"}),
    "duplicate_run": frozenset({"state", "worker"}),
    "emergency_recommendation": frozenset(
        {
            "number",
            "letter_number",
            "resident_name",
            "amount",
            "urgent",
            "status",
            "exit",
        }
    ),
    "fund": frozenset({"code", "purpose_code", "asnaf"}),
    "giver_sheet": frozenset({"purpose_code", "asnaf", "file_name", "sha256", "state", "found", "taken_back_reason"}),
    "holiday": frozenset({"name", "kind", "status", "source"}),
    "home_visit": frozenset({"status"}),
    "import_batch": frozenset(
        {"file_name", "sha256", "format_code", "list_code", "state", "refusal", "found", "counts", "undo_reason"}
    ),
    "import_mapping": frozenset({"name", "body"}),
    "household": frozenset({"head_name", "rw", "rt"}),
    "instrument_version": frozenset({"code", "version", "body", "fields"}),
    "ledger_entry": frozenset({"note"}),
    "listing": frozenset({"list_code"}),
    "list_proposal": frozenset(
        {
            "number",
            "list_code",
            "kind",
            "office",
            "format_code",
            "state",
            "file_sha256",
            "letter",
            "withdrawal_reason",
            "waiting",
        }
    ),
    "list_proposal_line": frozenset({"list_code", "position"}),
    "listing_error": frozenset({"list_code", "instrument_code", "instrument_version", "outcome"}),
    "member": frozenset({"position", "sex"}),
    "membership_card": frozenset({"kind"}),
    "merge": frozenset({"kind", "newest"}),
    "monthly_line": frozenset({"state"}),
    "monthly_update": frozenset(
        {"state", "closing_reason", "reopening_reason", "figures", "file_code", "file_sha256", "sent_to"}
    ),
    "partner": frozenset({"code", "name", "kind", "body"}),
    "partner_profile": frozenset({"gives_for"}),
    "partner_paper": frozenset({"kind", "number", "issuer", "note", "ended_reason"}),
    "pledge": frozenset({"number", "amount", "purpose", "purpose_code", "called_off_reason"}),
    "payment_line": frozenset({"outcome"}),
    "payment_list": frozenset({"number", "method", "place", "state", "reason"}),
    "referral": frozenset({"office", "outcome"}),
    "region": frozenset({"code", "level", "name", "kind"}),
    "service": frozenset({"code", "field", "body"}),
    "sheet_layout": frozenset({"name", "body"}),
    "setting": frozenset({"key", "value", "source", "source_id"}),
    "stored_file": frozenset({"sha256", "media_type", "size", "subject_type", "subject_id", "household_id"}),
    "unit_profile": frozenset({"code", "body"}),
    "user": frozenset({"name", "full_name", "title", "nip", "language", "office"}),
}
"""By table: numbers, codes, who received what, and reasons of acts upon money."""

WORDS_SHOWN: Final = frozenset({
    "account", "ahead_of", "alike", "amount", "batch", "changed", "confirmed", "device", "donation", "export_reason",
    "families", "fields", "file_kind", "filter", "fund", "gifts", "givers", "households", "kept", "left", "line",
    "lines", "list", "missing", "moved", "new", "numbers", "people", "printed", "roles", "rows", "rows_sha256",
    "second_factor", "sha256", "since", "size", "state", "status", "taken", "until", "why",
})  # fmt: skip
"""What an act says of itself (`audit.record(…, fund=…)`): codes, counts and days. Any other word is hidden."""

WORDS_OF_TIME: Final = frozenset({"since", "until"})
"""Of these, the moments; any other word may look like a day and be none."""


def is_hidden(table: str, column: str) -> bool:
    """Whether the trail's page hides this column from who may not open case files."""
    if column == "deleted":
        return False
    known: Any = Base.metadata.tables.get(table)
    return column in HIDDEN.get(table, ()) or known is None or column not in known.c


def is_time(table: str, column: str) -> bool:
    """Whether this column holds days or moments: what people type may look like one and stays as it was typed."""
    known: Any = Base.metadata.tables.get(table)
    return known is not None and column in known.c and isinstance(known.c[column].type, Date | Moment)
