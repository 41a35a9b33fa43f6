"""Entering what a partner gave, and refusing what did not arrive; confirming posts to the ledger (funds/giving.py)."""

from datetime import date

from flask_babel import gettext

from portal import audit, clock, money, references, series
from portal.accounts.models import User
from portal.db import db
from portal.errors import AlreadySettled, NotAllowed, Refused
from portal.partners import gifts, policies, queries
from portal.partners.models import Donation, DonationStatus, Partner, Purpose
from portal.units.catalogue import catalogue


def enter(
    partner: Partner, *, kind_code: str, given_on: date, amount: int, purpose: Purpose, purpose_code: str | None,
    reference: str = "", note: str = "", by: User,
) -> Donation:  # fmt: skip
    """Write down a gift of `amount` rupiah; it can be spent once the treasurer has confirmed that it arrived.

    Raises NotAllowed, and Refused for a day ahead, an amount of nothing, or a kind or purpose not this partner's.
    """
    if not policies.may_enter(by, partner.code):
        raise NotAllowed
    _check(partner, kind_code, given_on, amount, purpose, purpose_code)
    year = clock.today().year
    donation = Donation(
        number=references.donation_number(year, series.next_number("donation", year)),
        partner_code=partner.code, kind_code=kind_code, given_on=given_on, amount=amount,
        purpose=purpose, purpose_code=purpose_code, reference=reference, note=note,
        status=DonationStatus.ENTERED, entered_by_id=by.id, entered_at=clock.now(),
    )  # fmt: skip
    db.session.add(donation)
    db.session.flush()
    audit.record("donation.entered", donation, by=by)
    return donation


def _check(
    partner: Partner, kind_code: str, given_on: date, amount: int, purpose: Purpose, purpose_code: str | None
) -> None:
    if not partner.active:
        raise Refused(gettext("%(partner)s gives no more at present.", partner=partner.name))
    if given_on > clock.today():
        raise Refused(gettext("This day is still to come."), field="given_on")
    if not 0 < amount <= money.LIMIT:
        raise Refused(gettext("A gift has an amount above zero."), field="amount")
    if kind_code not in {kind.code for kind in gifts.kinds_of(partner, queries.all_kinds())}:
        raise Refused(gettext("%(partner)s does not give gifts of this kind.", partner=partner.name), field="kind_code")
    if not gifts.may_bind(partner, purpose, purpose_code, catalogue()):
        raise Refused(gettext("%(partner)s does not give for this purpose.", partner=partner.name), field="bound_to")


def refuse(donation: Donation, *, reason: str, by: User) -> None:
    """Say that this money did not arrive, and why. Raises NotAllowed, AlreadySettled, Refused."""
    begin_settling(donation, by=by)
    if not reason.strip():
        raise Refused(gettext("Please write the reason."), field="reason")
    settle(donation, DonationStatus.REFUSED, by=by)
    donation.refusal_reason = reason.strip()
    audit.record("donation.refused", donation, by=by)


def begin_settling(donation: Donation, *, by: User) -> None:
    """Hold the donation and ask whether this person may settle it now. Raises NotAllowed, AlreadySettled."""
    db.session.refresh(donation, with_for_update=True)
    if donation.status is not DonationStatus.ENTERED:
        raise AlreadySettled(gettext("Somebody has already settled donation %(number)s.", number=donation.number))
    if not policies.may_settle(by, donation):
        raise NotAllowed


def settle(donation: Donation, status: DonationStatus, *, by: User) -> None:
    """Set the outcome, with who said so and when."""
    donation.status, donation.settled_by_id, donation.settled_at = status, by.id, clock.now()
