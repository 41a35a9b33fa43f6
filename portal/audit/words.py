"""The trail in words: what was done, and to what kind of record."""

from typing import Any, Final

from flask_babel import lazy_gettext as _l

KINDS: Final[dict[str, Any]] = {
    "answer": _l("answer of a visit"),
    "area_report": _l("report of a cadre"),
    "assessment": _l("assessment"),
    "audit_event": _l("trail"),
    "card": _l("card"),
    "card_type": _l("kind of card"),
    "complaint": _l("complaint"),
    "complaint_document": _l("paper of a complaint"),
    "complaint_step": _l("step of a complaint"),
    "decision": _l("decision"),
    "delegation": _l("delegation"),
    "disbursement": _l("disbursement"),
    "donation": _l("donation"),
    "donation_kind": _l("kind of donation"),
    "emergency_event": _l("emergency event"),
    "emergency_recommendation": _l("emergency letter"),
    "export": _l("exported list"),
    "family_event": _l("event in a family"),
    "family_step": _l("step of a person between families"),
    "fund": _l("fund"),
    "holiday": _l("holiday"),
    "home_visit": _l("home visit"),
    "household": _l("family"),
    "import_batch": _l("file of an office"),
    "import_mapping": _l("columns of an office's file"),
    "instrument_version": _l("instrument"),
    "ledger_entry": _l("ledger entry"),
    "ledger_line": _l("ledger line"),
    "listing": _l("look into the national list"),
    "listing_error": _l("listing error"),
    "member": _l("family member"),
    "membership_card": _l("membership card"),
    "partner": _l("partner"),
    "referral": _l("referral"),
    "region": _l("region"),
    "service": _l("service"),
    "setting": _l("setting"),
    "stored_file": _l("uploaded file"),
    "unit_profile": _l("unit profile"),
    "user": _l("user"),
    "user_role": _l("role of a user"),
    "verification": _l("check of a code"),
}
"""Every kind of record that the trail follows, by its table."""

ACTIONS: Final[dict[str, Any]] = {
    "audit.touched_listed": _l("listed whose files were touched"),
    "area_report.made": _l("reported a family to the unit"),
    "area_report.settled": _l("dealt with a report of a cadre"),
    "assessment.answered": _l("answered questions of a visit"),
    "assessment.final": _l("finished an assessment"),
    "card.issued": _l("issued a card"),
    "card.printed": _l("printed a card"),
    "card.renewed": _l("renewed a card"),
    "card.revoked": _l("revoked a card"),
    "card.verified": _l("a card was checked"),
    "code.unknown": _l("an unknown code was checked"),
    "complaint.closed": _l("closed a complaint"),
    "complaint.documents": _l("ticked the papers of a complaint"),
    "complaint.moved": _l("moved a complaint on"),
    "complaint.receipt_printed": _l("printed a receipt"),
    "complaint.received": _l("recorded a complaint"),
    "decision.approved": _l("approved a proposal"),
    "decision.declined": _l("declined a proposal"),
    "decision.proposed": _l("proposed a decision"),
    "decision.returned": _l("returned a proposal"),
    "delegation.ended": _l("ended a delegation"),
    "delegation.granted": _l("let a deputy decide"),
    "demo.filled": _l("filled the portal with an invented city"),
    "disbursement.approved": _l("approved aid"),
    "disbursement.asnaf_confirmed": _l("confirmed the asnaf of aid"),
    "disbursement.cancelled": _l("cancelled aid"),
    "disbursement.declined": _l("declined aid"),
    "disbursement.funded": _l("found a fund for aid"),
    "disbursement.paid": _l("paid aid"),
    "disbursement.printed": _l("printed a kwitansi"),
    "disbursement.proposed": _l("proposed aid"),
    "disbursement.put_on_waiting_list": _l("put aid on the waiting list"),
    "disbursement.reversed": _l("took a payment back"),
    "donation.confirmed": _l("confirmed a donation"),
    "donation.entered": _l("entered a donation"),
    "donation.refused": _l("refused a donation"),
    "donation.taken_back": _l("took a donation back"),
    "export.begun": _l("began to export a list"),
    "export.broken_off": _l("the export of a list broke off"),
    "export.ended": _l("exported a list"),
    "family_event.noted": _l("noted an event in a family"),
    "file.stored": _l("stored a file"),
    "household.changed_by_import": _l("changed a family from an office's file"),
    "household.import_undone": _l("took back what an office's file had changed"),
    "household.imported": _l("registered a family from an office's file"),
    "import.columns_mapped": _l("said what the columns of an office's file are"),
    "import.confirmed": _l("confirmed an office's file"),
    "import.done": _l("an office's file was written into the register"),
    "import.compared": _l("an office's file was read and compared"),
    "import.read_again": _l("had an office's file read again"),
    "import.refused": _l("an office's file was refused"),
    "import.stop_asked": _l("stopped the work on an office's file"),
    "import.stopped": _l("the work on an office's file ended early"),
    "import.taken": _l("decided on doubtful rows of an office's file"),
    "import.unmapped": _l("an office's file has columns that nobody knows"),
    "import.undone": _l("took back an office's file"),
    "import.uploaded": _l("sent in an office's file"),
    "import_batch.refused_rows": _l("fetched the refused rows of an office's file"),
    "household.changed": _l("changed a family's data"),
    "household.readers_read": _l("read who opened a family's file"),
    "household.identity_read": _l("read a family's full numbers"),
    "household.list_checked": _l("looked into the national list"),
    "household.membership_card_ended": _l("noted that a membership card was given up"),
    "household.membership_card_seen": _l("saw a membership card"),
    "household.registered": _l("registered a family"),
    "letter.verified": _l("a letter was checked"),
    "listing_error.recorded": _l("recorded a listing error"),
    "listing_error.settled": _l("settled a listing error"),
    "recommendation.approved": _l("approved an emergency letter"),
    "recommendation.declined": _l("declined an emergency"),
    "recommendation.event_recorded": _l("recorded an emergency event"),
    "recommendation.exit_recorded": _l("recorded the way out of an emergency"),
    "recommendation.printed": _l("printed an emergency letter"),
    "recommendation.requested": _l("asked the mayor for an emergency letter"),
    "referral.answered": _l("answered a referral"),
    "referral.sent": _l("sent a referral"),
    "setting.changed": _l("changed a setting"),
    "sign_in.code_refused": _l("a second factor was refused"),
    "sign_in.done": _l("signed in"),
    "sign_in.ended": _l("signed out"),
    "sign_in.refused": _l("a sign-in was refused"),
    "unit.seeded": _l("loaded the unit's profile"),
    "user.added": _l("added a user"),
    "user.changed": _l("changed a user"),
    "user.disabled": _l("disabled a user"),
    "user.enabled": _l("enabled a user"),
    "user.language_changed": _l("chose a language"),
    "user.password_changed": _l("changed the own password"),
    "user.password_reset": _l("gave a new password"),
    "user.recovery_code_used": _l("signed in with a recovery code"),
    "user.recovery_codes_renewed": _l("made new recovery codes"),
    "user.second_factor_enrolled": _l("turned the second factor on"),
    "user.second_factor_removed": _l("removed a second factor"),
    "user.session_ended": _l("ended a session"),
    "user.sessions_ended": _l("ended the other sessions"),
    "visit.assigned": _l("assigned a visit"),
    "visit.booked": _l("booked a visit"),
    "visit.cancelled": _l("called a visit off"),
    "visit.done": _l("finished a visit"),
    "visit.missed": _l("noted that a visit did not take place"),
    "visit.moved": _l("moved a visit"),
    "visit.noted": _l("wrote a note to a visit"),
}
"""What was done, by the trail's own word for it; tests see to it that none is missing."""

READ: Final = _l("opened: %(kind)s")
READ_KINDS: Final = (
    "area_report", "assessment", "audit_event", "card", "complaint", "decision", "disbursement",
    "emergency_recommendation", "home_visit", "household", "listing_error", "referral", "stored_file",
)  # fmt: skip
"""What belongs to a family and whose opening is on record."""
SUBJECTS: Final[dict[str, Any]] = {
    "audit": KINDS["audit_event"],
    "code": KINDS["verification"],
    "demo": KINDS["unit_profile"],
    "file": KINDS["stored_file"],
    "letter": KINDS["emergency_recommendation"],
    "recommendation": KINDS["emergency_recommendation"],
    "sign_in": _l("sign-in"),
    "unit": KINDS["unit_profile"],
    "visit": KINDS["home_visit"],
}
"""What acts are about, where their word is no kind of record."""


def kind(subject_type: str) -> str:
    return str(KINDS.get(subject_type, subject_type))


def subject(name: str) -> str:
    """What an act is about."""
    first = name.partition(".")[0]
    return str(SUBJECTS.get(first) or kind(first))


def action(name: str) -> str:
    """What was done, in the reader's language; an old word that nobody uses any more is shown as it is."""
    subject, _, verb = name.rpartition(".")
    if verb == "read":
        return str(READ) % {"kind": kind(subject)}
    return str(ACTIONS.get(name, name))
