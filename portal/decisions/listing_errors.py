"""Inclusion and exclusion errors: recorded with their ground, followed until the list's owner answers (003 Hasil 3)."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from portal import audit, clock
from portal.accounts.models import User
from portal.db import db, take_turns
from portal.decisions import policies
from portal.decisions.models import Decision, ListingError, ListingErrorKind, ListingErrorOutcome
from portal.errors import NotAllowed, NotFound, Refused
from portal.households import lists
from portal.language import gettext
from portal.units.catalogue import catalogue
from portal.visits.models import Assessment

Kind, Outcome = ListingErrorKind, ListingErrorOutcome

OUTCOMES_OF = {
    Kind.INCLUSION: (Outcome.RECORDED, Outcome.PROPOSED_DROP, Outcome.DELIBERATION, Outcome.ACCEPTED, Outcome.REJECTED),
    Kind.EXCLUSION: (Outcome.RECORDED, Outcome.PROPOSED_ADD, Outcome.DELIBERATION, Outcome.ACCEPTED, Outcome.REJECTED),
}
"""A listed family that is not poor is proposed to drop, an unlisted poor one to add; never the other way round."""


def get_error(error_id: int) -> ListingError:
    """Raises NotFound."""
    error = db.session.get(ListingError, error_id)
    if error is None:
        raise NotFound
    return error


def record_found(decision: Decision, *, by: User, on: date) -> ListingError | None:
    """Keep what the rule found beside this proposal; the same assessment tells of one error once."""
    kind = decision.ground["listing_error"]
    # Two cases of one family may be proposed at the same moment on the same assessment.
    take_turns(decision.assessment)
    known_before = select(ListingError.id).where(ListingError.assessment_id == decision.assessment_id)
    if kind is None or db.session.scalar(known_before):
        return None
    assessment, known = decision.assessment, lists.list_facts(decision.household)
    error = ListingError(
        household=decision.household,
        complaint_id=decision.complaint_id,
        assessment_id=assessment.id,
        kind=Kind(kind),
        list_code=known.list_code or catalogue().setting("national_list"),
        list_as_of=known.as_of,
        instrument_code=assessment.instrument_code,
        instrument_version=assessment.instrument_version,
        value=assessment.value,
        band=assessment.band,
        visitor_id=decision.visitor_id,
        found_on=on,
        reason=decision.proposal_reason,  # without one the page says what the rule found, in the reader's language
        recorded_by_id=by.id,
        recorded_at=clock.now(),
    )
    db.session.add(error)
    db.session.flush()
    audit.record("listing_error.recorded", error, by=by)
    return error


def record_compared(
    assessment_ids: Sequence[int], kind: ListingErrorKind, *, list_code: str, list_as_of: date, by: User, on: date
) -> int:
    """Keep what comparing a whole list with visits found; how many. An assessment tells of one error once.

    The caller asked the rule (portal/lists/reality.py, which is tested against `paths.find_path`). Raises NotAllowed.
    """
    if not policies.may_settle_listing_errors(by):
        raise NotAllowed
    # Somebody may propose on one of these assessments, or press the same button, at this moment.
    held = select(Assessment.id).where(Assessment.id.in_(assessment_ids)).order_by(Assessment.id)
    db.session.execute(held.with_for_update(key_share=True))
    known = select(ListingError.assessment_id).where(ListingError.assessment_id.in_(assessment_ids))
    of_these = Assessment.id.in_(assessment_ids), Assessment.id.not_in(known)
    found = db.session.scalars(select(Assessment).where(*of_these).order_by(Assessment.id)).all()
    errors = [
        ListingError(
            household_id=one.household_id, complaint_id=one.visit.complaint_id, assessment_id=one.id, kind=kind,
            list_code=list_code, list_as_of=list_as_of, instrument_code=one.instrument_code,
            instrument_version=one.instrument_version, value=one.value, band=one.band, visitor_id=one.by_id,
            found_on=on, reason="", recorded_by_id=by.id, recorded_at=clock.now(),
        )
        for one in found
    ]  # fmt: skip
    db.session.add_all(errors)
    db.session.flush()
    for error in errors:
        audit.record("listing_error.recorded", error, by=by)
    return len(errors)


def settle(error: ListingError, outcome: ListingErrorOutcome, *, reason: str, by: User) -> None:
    """Say what became of it, and why; the portal proposes to the list's owner and never deletes anybody itself."""
    if not policies.may_settle_listing_errors(by):
        raise NotAllowed
    if outcome not in OUTCOMES_OF[error.kind]:
        raise Refused(gettext("This outcome does not fit this kind of error."), field="outcome")
    if not reason.strip():
        raise Refused(gettext("Please write why."), field="outcome_reason")
    error.outcome = outcome
    error.outcome_reason = reason.strip()
    audit.record("listing_error.settled", error, by=by)
