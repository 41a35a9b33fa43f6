"""Sending a case to an office, and the office's answer (domain.md section 10)."""

from collections.abc import Collection

from portal import audit, clock
from portal.accounts.models import User
from portal.complaints import services as complaints
from portal.complaints.models import Complaint, ComplaintStatus
from portal.db import db, take_turns
from portal.errors import AlreadySettled, Doubt, NotAllowed, Refused, settle_doubts
from portal.households.models import Household
from portal.language import gettext
from portal.recommendations import services as recommendations
from portal.recommendations.models import EmergencyRecommendation, Exit
from portal.referrals import policies, queries
from portal.referrals.models import Referral, ReferralOutcome
from portal.units.catalogue import catalogue
from portal.units.formats import day


def send(
    household: Household,
    *,
    office: str,
    reason: str,
    by: User,
    service_code: str | None = None,
    complaint: Complaint | None = None,
    recommendation: EmergencyRecommendation | None = None,
    confirmed: Collection[str] = (),
) -> Referral:
    """Hand a family on to an office, with an answer due in working days (setting referral_answer_days).

    From an emergency it is also that emergency's exit. Raises NotAllowed, Refused for an office that is not the unit's,
    and Doubtful while this office has not answered an earlier referral of the case.
    """
    if not policies.may_send(by):
        raise NotAllowed
    unit, today = catalogue(), clock.today()
    if office not in unit.profile["referral_offices"]:
        raise Refused(gettext("Please choose one of the offices."), field="office")
    asked: list[str] = []
    if recommendation is None or recommendation.exit is None:  # a second exit is refused below, not asked about
        take_turns(household)  # two may send the same family at this moment: the second is asked
        asked = settle_doubts(_doubt_sent_before(household, complaint, office), confirmed)
    referral = Referral(
        household_id=household.id, complaint_id=complaint.id if complaint else None, office=office,
        service_code=service_code, reason=reason, sent_by_id=by.id, sent_at=clock.now(),
        due_on=unit.calendar.add_working_days(today, int(unit.setting("referral_answer_days"))),
    )  # fmt: skip
    db.session.add(referral)
    db.session.flush()
    if recommendation is not None:
        recommendations.record_exit(recommendation, Exit.REFERRAL, reason=f"{office}. {reason}", by=by, on=today)
    # An emergency ends with a referral although the family withdrew; nothing else is referred then.
    if complaint is not None and not (recommendation is not None and complaints.is_over(complaint)):
        complaints.move(complaint, ComplaintStatus.REFERRED, by=by, note=office)
    audit.record("referral.sent", referral, by=by, confirmed=asked)
    return referral


def _doubt_sent_before(household: Household, complaint: Complaint | None, office: str) -> list[Doubt]:
    before = queries.open_referral(household.id, complaint.id if complaint else None, office)
    if before is None:
        return []
    sentence = gettext(
        "The referral to %(office)s of %(day)s is still open. Is this another matter?",
        office=office,
        day=day(clock.local(before.sent_at).date()),
    )
    return [Doubt(f"open_referral:{before.id}", sentence)]


def answer(referral: Referral, outcome: ReferralOutcome, *, text: str, by: User) -> None:
    """What the office did. Raises NotAllowed, AlreadySettled, and Refused when a refusal gives no reason.

    "accepted" leaves the way open for the final answer; the others are final.
    """
    if not policies.may_answer(by, referral):
        raise NotAllowed
    if referral.outcome in (ReferralOutcome.SERVED, ReferralOutcome.REFUSED):
        raise AlreadySettled(gettext("This referral has been answered before."))
    if outcome is ReferralOutcome.REFUSED and not text.strip():
        raise Refused(gettext("Please say why it is not possible; the family will hear it."), field="answer")
    referral.outcome, referral.answer = outcome, text.strip()
    referral.answered_by_id, referral.answered_at = by.id, clock.now()
    audit.record("referral.answered", referral, by=by)
