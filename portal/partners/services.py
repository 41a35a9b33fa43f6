"""Entering what a partner gave, and refusing what did not arrive; confirming posts to the ledger (funds/giving.py)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from portal import audit, clock, money, references, series
from portal.accounts.models import User
from portal.db import db, hold, take_turns
from portal.errors import AlreadySettled, Doubt, NotAllowed, Refused, settle_doubts
from portal.language import gettext
from portal.money import format_rupiah
from portal.partners import gifts, permits, policies, queries, words
from portal.partners.models import Donation, DonationKind, DonationStatus, Partner, Purpose
from portal.partners.pledge_models import Pledge
from portal.units.catalogue import catalogue
from portal.units.formats import day

UNHEARD_OF: Final = 1_000_000_000
"""Rupiah: twice what all partners of the unit together give in two years."""
LONG_AGO: Final = timedelta(days=366)
"""A local rule: partners enter a gift within weeks, so an older day is a slip in the year more often than meant."""


@dataclass(frozen=True)
class Giver:
    """From whom the partner had it; empty: it is the partner's own. A hidden one is "hamba Allah" to everybody else."""

    name: str = ""
    hidden: bool = False


def enter(
    partner: Partner, *, kind_code: str, given_on: date, amount: int, purpose: Purpose, purpose_code: str | None,
    asnaf: str | None = None, giver: Giver | None = None, pledge: Pledge | None = None, reference: str = "",
    note: str = "", confirmed: Collection[str] = (), by: User,
) -> Donation:  # fmt: skip
    """Write down a gift of `amount` rupiah; it can be spent once the treasurer has confirmed that it arrived.

    Raises NotAllowed, Refused for a day ahead, an amount of nothing, a kind or purpose not this partner's, or zakat
    without asnaf or licence, and Doubtful for an amount beyond every gift so far, a day more than a year ago, or a
    reference typed before. `pledge`: the promise that it keeps (pledges.keep_with was asked).
    """
    if not policies.may_enter(by, partner.code):
        raise NotAllowed
    check(partner, kind_code, given_on, amount, purpose, purpose_code, asnaf)
    # Two of a partner may write down the same transfer at the same moment: the second is asked.
    take_turns(partner)
    doubts = [*_doubt_absurd(amount), *_doubt_long_ago(given_on), *_doubt_same_transfer(partner, reference)]
    settle_doubts(doubts, confirmed)
    of = giver or Giver()
    return put_down(
        partner, by=by, kind_code=kind_code, given_on=given_on, amount=amount, purpose=purpose,
        purpose_code=purpose_code, asnaf=asnaf, giver_name=of.name, giver_hidden=of.hidden,
        pledge_id=pledge.id if pledge else None, reference=reference, note=note,
    )  # fmt: skip


def put_down(partner: Partner, *, by: User, **facts: Any) -> Donation:
    """A gift with the next number, waiting for the treasurer; whoever calls has checked it."""
    year = clock.today().year
    donation = Donation(
        number=references.donation_number(year, series.next_number("donation", year)), partner_code=partner.code,
        status=DonationStatus.ENTERED, entered_by_id=by.id, entered_at=clock.now(), **facts,
    )  # fmt: skip
    db.session.add(donation)
    db.session.flush()
    audit.record("donation.entered", donation, by=by)
    return donation


def check(
    partner: Partner, kind_code: str, given_on: date, amount: int, purpose: Purpose, purpose_code: str | None,
    asnaf: str | None,
) -> None:  # fmt: skip
    """Whether this partner may give so much of this kind for this on this day. Raises Refused."""
    if given_on > clock.today():
        raise Refused(gettext("This day is still to come."), field="given_on")
    check_terms(partner, kind_code, given_on, amount, purpose, purpose_code)
    _check_asnaf(kind_code, asnaf)


def check_terms(
    partner: Partner, kind_code: str, on: date, amount: int, purpose: Purpose, purpose_code: str | None
) -> None:
    """The same of what a gift and a pledge have in common. Raises Refused."""
    if not partner.active:
        raise Refused(gettext("%(partner)s gives no more at present.", partner=partner.name))
    if not 0 < amount <= money.LIMIT:
        raise Refused(gettext("A gift has an amount above zero."), field="amount")
    kind = db.session.get(DonationKind, kind_code)
    if kind is not None and (why := permits.why_no_zakat(partner, kind, on)):
        raise Refused(why, field="kind_code")
    if kind_code not in {kind.code for kind in gifts.kinds_of(partner, queries.all_kinds())}:
        raise Refused(gettext("%(partner)s does not give gifts of this kind.", partner=partner.name), field="kind_code")
    if not gifts.may_bind(partner, purpose, purpose_code, catalogue()):
        raise Refused(gettext("%(partner)s does not give for this purpose.", partner=partner.name), field="bound_to")


def _check_asnaf(kind_code: str, asnaf: str | None) -> None:
    """Zakat is for one of the eight groups (Q.S. 9:60); nothing else has a group."""
    kind = db.session.get(DonationKind, kind_code)
    zakat = kind is not None and gifts.is_zakat(kind)
    if asnaf and not zakat:
        raise Refused(gettext("Only zakat has an asnaf."), field="asnaf")
    if zakat and asnaf not in words.asnaf_names():
        raise Refused(gettext("Zakat is for the eight asnaf only: please choose for which group."), field="asnaf")


def _doubt_absurd(amount: int) -> list[Doubt]:
    """A few zeros too many are typed quickly: such a gift is shown once more, before the treasurer looks for it."""
    if amount <= UNHEARD_OF:
        return []
    sentence = gettext("%(amount)s is an uncommonly large gift. Please count the zeros.", amount=format_rupiah(amount))
    return [Doubt(f"large:{amount}", sentence)]


def _doubt_long_ago(given_on: date) -> list[Doubt]:
    if given_on >= clock.today() - LONG_AGO:
        return []
    sentence = gettext("%(day)s is more than a year ago. Please look at the year once more.", day=day(given_on))
    return [Doubt(f"long_ago:{given_on}", sentence)]


def _doubt_same_transfer(partner: Partner, reference: str) -> list[Doubt]:
    """One transfer is one gift (lessons.md 48); some banks number anew each day, so it is asked and not refused."""
    known = queries.with_reference(partner.code, reference)
    if known is None:
        return []
    sentence = gettext("Donation %(number)s has the same reference. Is this another transfer?", number=known.number)
    return [Doubt(f"reference:{known.number}", sentence)]


def doubts_of_arrival(donation: Donation, alike: Iterable[Donation]) -> list[Doubt]:
    """Before money is confirmed: each gift that may be the same transfer, entered a second time."""
    return [Doubt(f"alike:{other.number}", _alike(donation, other)) for other in alike]


def _alike(donation: Donation, other: Donation) -> str:
    facts = {
        "number": other.number,
        "partner": other.partner.name,
        "amount": format_rupiah(other.amount),
        "day": day(other.given_on),
        "state": str(words.STATUS[other.status][0]).lower(),
    }
    mark = queries.transfer_mark(donation.reference)
    if mark and mark == queries.transfer_mark(other.reference):
        return gettext(
            "Donation %(number)s has the same transfer reference (%(partner)s, %(amount)s, %(day)s, %(state)s). "
            "Did this money arrive a second time?",
            **facts,
        )
    return gettext(
        "Donation %(number)s has the same amount and day (%(partner)s, %(amount)s, %(day)s, %(state)s). "
        "Did this money arrive a second time?",
        **facts,
    )


def refuse(donation: Donation, *, reason: str, by: User) -> None:
    """Say that this money did not arrive, and why. Raises NotAllowed, AlreadySettled, Refused."""
    begin_settling(donation, by=by)
    if not reason.strip():
        raise Refused(gettext("Please write the reason."), field="reason")
    settle(donation, DonationStatus.REFUSED, by=by)
    donation.refusal_reason = reason.strip()
    audit.record("donation.refused", donation, by=by)


def begin_settling(donation: Donation, *, by: User) -> None:
    """Hold the donation and ask whether this person may settle it now. Raises NotAllowed, AlreadySettled, and NotFound
    when its sheet was taken back meanwhile."""
    hold(donation)
    if donation.status is not DonationStatus.ENTERED:
        raise AlreadySettled(gettext("Somebody has already settled donation %(number)s.", number=donation.number))
    if not policies.may_settle(by, donation):
        raise NotAllowed


def settle(donation: Donation, status: DonationStatus, *, by: User) -> None:
    """Set the outcome, with who said so and when."""
    donation.status, donation.settled_by_id, donation.settled_at = status, by.id, clock.now()


def set_naming(partner: Partner, *, agreed: bool, by: User) -> None:
    """The partner agrees to be named on the public totals, or takes that back. Raises NotAllowed."""
    if not policies.may_name(by, partner):
        raise NotAllowed
    partner.named_publicly = agreed
    audit.record("partner.naming_agreed" if agreed else "partner.naming_withdrawn", partner, by=by)
