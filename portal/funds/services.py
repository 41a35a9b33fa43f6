"""Aid for one household: proposed, given a fund, approved, paid; or declined, cancelled, taken back."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext, ngettext

from portal import audit, clock, money, references, series
from portal.accounts.models import User
from portal.complaints import services as complaints
from portal.complaints.models import OPEN_STATUSES, ComplaintStatus
from portal.db import db, take_turns, take_turns_about
from portal.errors import AlreadySettled, Doubt, NotAllowed, Refused, settle_doubts
from portal.funds import books, grounds, ledger, monthly, policies, queries
from portal.funds.grounds import Ground
from portal.funds.models import Disbursement, DisbursementStatus, EntryKind, Fund, Method
from portal.partners import words
from portal.recommendations.services import uncommon
from portal.units.catalogue import ServiceEntry, catalogue


def outside_band(service: ServiceEntry, amount: int) -> bool:
    """Whether this amount lies outside what the service's source states (both ends belong to the band)."""
    least, most = service.amount_band
    return (least is not None and amount < least) or (most is not None and amount > most)


def suggested_asnaf(path: str) -> str | None:
    """The group a poor family belongs to; none for path (c), which is not poor (seeds: asnaf_rule)."""
    return catalogue().profile.get("asnaf_rule", {}).get("suggest_for_paths", {}).get(path)


def propose(
    ground: Ground, *, amount: int, amount_reason: str = "", fund: Fund | None = None, asnaf: str | None = None,
    waiting_reason: str = "", twice_confirmed: bool = False, confirmed: Collection[str] = (), by: User,
) -> Disbursement:  # fmt: skip
    """Open aid of `amount` rupiah: its money is put aside in `fund`, or without one it waits, with the reason.

    `twice_confirmed`: the family had the same service lately, and the proposer means it all the same.
    Raises NotAllowed, AlreadySettled when this ground has opened one, Refused, and Doubtful when other families have
    waited longer for money for this service and this is not among the `confirmed` codes.
    """
    if not policies.may_propose(by):
        raise NotAllowed
    grounds.hold(ground)
    # A family may have a decision and a letter: help on both at the same moment is the same help twice.
    take_turns(ground.household)
    _refuse_second(ground)
    _check_amount(ground.service, amount, amount_reason)
    _check_letter(ground, amount)
    if not twice_confirmed and queries.earlier_aid(ground.household.id, ground.service):
        raise Refused(gettext("This family has had the same help. Please confirm that it is meant."), field="twice")
    if fund is None and not waiting_reason.strip():
        raise Refused(gettext("Please write why it has to wait."), field="waiting_reason")
    settle_doubts(uncommon(amount), confirmed)
    ahead = _ahead_of(ground.service, fund, confirmed)
    disbursement = _open(ground, amount, amount_reason, by)
    if fund is None:
        disbursement.waiting_reason = waiting_reason.strip()
    else:
        _put_aside(disbursement, fund, asnaf, by)
    named = fund.code if fund else None
    audit.record("disbursement.proposed", disbursement, by=by, fund=named, amount=amount, ahead_of=ahead)
    return disbursement


def _ahead_of(
    service: ServiceEntry, fund: Fund | None, confirmed: Collection[str], *, waiting: Disbursement | None = None
) -> int:
    """How many families would be overtaken; who came first is served first, unless somebody means it otherwise."""
    take_turns_about(f"waiting:{service.code}")  # who is put on the waiting list at this moment came first
    ahead = queries.waiting_for(service, longer_than=waiting) if fund is not None else 0
    if ahead:
        sentence = ngettext(
            "%(num)d family has waited longer for money for this service. Does this family really come first?",
            "%(num)d families have waited longer for money for this service. Does this family really come first?",
            ahead,
        )
        settle_doubts([Doubt(f"ahead:{service.code}", sentence)], confirmed)
    return ahead


def _refuse_second(ground: Ground) -> None:
    first = grounds.live_disbursement(ground)
    if first is not None:
        raise AlreadySettled(gettext("Help on this ground was opened already: %(number)s.", number=first.number))


def _check_amount(service: ServiceEntry, amount: int, reason: str) -> None:
    if not 0 < amount <= money.LIMIT:
        raise Refused(gettext("Help has an amount above zero."), field="amount")
    if outside_band(service, amount) and not reason.strip():
        raise Refused(gettext("Please write why the amount is outside the usual one."), field="amount_reason")


def _check_letter(ground: Ground, amount: int) -> None:
    """An emergency letter names the most that may be given on it (data-letter); more needs another letter."""
    if ground.recommendation and ground.asked and amount > ground.asked:
        most = money.format_rupiah(ground.asked)
        raise Refused(gettext("The mayor's letter allows at most %(amount)s.", amount=most), field="amount")


def _open(ground: Ground, amount: int, amount_reason: str, by: User) -> Disbursement:
    year = clock.today().year
    disbursement = Disbursement(
        number=references.disbursement_number(year, series.next_number("disbursement", year)),
        household_id=ground.household.id,
        complaint_id=ground.complaint.id if ground.complaint else None,
        decision_id=ground.decision.id if ground.decision else None,
        recommendation_id=ground.recommendation.id if ground.recommendation else None,
        service_code=ground.service.code,
        amount=amount,
        amount_reason=amount_reason.strip() if outside_band(ground.service, amount) else "",
        status=DisbursementStatus.WAITING,
        proposed_by_id=by.id,
        proposed_at=clock.now(),
    )
    db.session.add(disbursement)
    db.session.flush()
    return disbursement


def _put_aside(disbursement: Disbursement, fund: Fund, asnaf: str | None, by: User) -> None:
    """Reserve the money of one fund that may pay this service."""
    if not books.may_pay(fund, catalogue().service(disbursement.service_code)):
        raise Refused(gettext("This fund may not pay this service."), field="fund")
    if books.is_zakat(fund):
        _set_asnaf(disbursement, fund, asnaf)
    disbursement.fund, disbursement.status = fund, DisbursementStatus.PROPOSED
    db.session.flush()
    ledger.reserve(disbursement, fund, by=by)


def _set_asnaf(disbursement: Disbursement, fund: Fund | None, asnaf: str | None) -> None:
    groups = words.asnaf_names()
    if asnaf not in groups:
        raise Refused(gettext("Zakat is for the eight asnaf only: please choose the family's group."), field="asnaf")
    if fund is not None and fund.asnaf not in (None, asnaf):
        given = groups.get(fund.asnaf or "", fund.asnaf)
        raise Refused(gettext("This zakat was given for %(group)s only.", group=given), field="asnaf")
    disbursement.asnaf = asnaf


def give_fund(
    disbursement: Disbursement, fund: Fund, *, asnaf: str | None = None, confirmed: Collection[str] = (), by: User
) -> None:
    """Money has been found for aid on the waiting list. Raises NotAllowed, AlreadySettled, Refused, Doubtful."""
    _hold(disbursement, {DisbursementStatus.WAITING})
    if not policies.may_give_fund(by, disbursement):
        raise NotAllowed
    service = catalogue().service(disbursement.service_code)
    ahead = _ahead_of(service, fund, confirmed, waiting=disbursement)
    _put_aside(disbursement, fund, asnaf, by)
    audit.record("disbursement.funded", disbursement, by=by, fund=fund.code, amount=disbursement.amount, ahead_of=ahead)


def confirm_asnaf(disbursement: Disbursement, asnaf: str, *, by: User) -> None:
    """The partner's amil names the group for its zakat; before that nothing is paid. Raises NotAllowed, Refused."""
    _hold(disbursement, policies.ASNAF_OPEN)
    if disbursement.asnaf_confirmed_by_id is not None:
        raise gone_on(disbursement.number)
    if not policies.may_confirm_asnaf(by, disbursement):
        raise NotAllowed
    _set_asnaf(disbursement, disbursement.fund, asnaf)
    disbursement.asnaf_confirmed_by_id = by.id
    audit.record("disbursement.asnaf_confirmed", disbursement, by=by)


def approve(disbursement: Disbursement, *, reason: str = "", by: User) -> None:
    """The head agrees: the treasurer may pay. Raises NotAllowed, AlreadySettled."""
    _settle(disbursement, DisbursementStatus.APPROVED, reason, by)
    audit.record("disbursement.approved", disbursement, by=by)


def decline(disbursement: Disbursement, *, reason: str, by: User) -> None:
    """The head refuses, and the money put aside is free again. Raises NotAllowed, AlreadySettled, Refused."""
    _need(reason)
    _settle(disbursement, DisbursementStatus.DECLINED, reason, by)
    assert disbursement.fund is not None  # noqa: S101 - proposed means that money is put aside
    ledger.release(disbursement, disbursement.fund, by=by, note=reason.strip())
    audit.record("disbursement.declined", disbursement, by=by, amount=disbursement.amount)


def _settle(disbursement: Disbursement, status: DisbursementStatus, reason: str, by: User) -> None:
    _hold(disbursement, {DisbursementStatus.PROPOSED})
    if not policies.may_settle(by, disbursement):
        raise NotAllowed
    disbursement.status, disbursement.settling_reason = status, reason.strip()
    disbursement.approved_by_id, disbursement.approved_at = by.id, clock.now()
    db.session.flush()


def cancel(disbursement: Disbursement, *, reason: str, by: User) -> None:
    """Call aid off before it is paid; money put aside is free again. Raises NotAllowed, AlreadySettled, Refused."""
    _hold(disbursement, policies.OPEN)
    if not policies.may_cancel(by, disbursement):
        raise NotAllowed
    _need(reason)
    disbursement.status, disbursement.settling_reason = DisbursementStatus.CANCELLED, reason.strip()
    db.session.flush()
    if disbursement.fund is not None:
        ledger.release(disbursement, disbursement.fund, by=by, note=reason.strip())
    audit.record("disbursement.cancelled", disbursement, by=by, amount=disbursement.amount)


@dataclass(frozen=True)
class Handover:
    """How the aid reached the family; `note` says which goods, or the transfer's reference: cash needs none."""

    method: Method
    on: date
    received_by: str
    note: str = ""


def pay(disbursement: Disbursement, handover: Handover, *, by: User) -> None:
    """The aid was handed over; its complaint is delivered. Raises NotAllowed, AlreadySettled, Refused."""
    _hold(disbursement, {DisbursementStatus.APPROVED})
    if not policies.may_pay(by, disbursement):
        raise NotAllowed
    assert disbursement.fund is not None  # noqa: S101 - approved means that money is put aside
    _check_handover(disbursement, handover)
    disbursement.status, disbursement.paid_by_id, disbursement.paid_at = DisbursementStatus.PAID, by.id, clock.now()
    disbursement.paid_on, disbursement.method = handover.on, handover.method
    disbursement.received_by, disbursement.payment_note = handover.received_by.strip(), handover.note.strip()
    monthly.settle_district(disbursement)
    db.session.flush()
    ledger.pay(disbursement, disbursement.fund, on=handover.on, by=by)
    monthly.keep(disbursement)
    audit.record("disbursement.paid", disbursement, by=by, amount=disbursement.amount)
    _move_complaint(disbursement, OPEN_STATUSES, ComplaintStatus.DELIVERED, disbursement.number, by)


def _check_handover(disbursement: Disbursement, handover: Handover) -> None:
    if policies.waits_for_asnaf(disbursement):
        raise Refused(gettext("The partner has not confirmed the asnaf yet; until then this zakat is not paid."))
    if handover.on > clock.today():
        raise Refused(gettext("This day is still to come."), field="on")
    if disbursement.approved_at and handover.on < clock.local(disbursement.approved_at).date():
        raise Refused(gettext("It was approved only after this day."), field="on")
    if not handover.received_by.strip():
        raise Refused(gettext("Please write who received it."), field="received_by")
    if handover.method is Method.GOODS and not handover.note.strip():
        raise Refused(gettext("Please write which goods were handed over."), field="note")
    if handover.method is Method.TRANSFER and not handover.note.strip():
        raise Refused(gettext("Please write the reference of the transfer, as the bank names it."), field="note")


def reverse_payment(disbursement: Disbursement, *, reason: str, by: User) -> None:
    """Take a payment back: it is reversed in the books and its money is free again. Raises like `cancel`."""
    _hold(disbursement, {DisbursementStatus.PAID})
    if not policies.may_reverse(by, disbursement):
        raise NotAllowed
    _need(reason)
    assert disbursement.fund is not None  # noqa: S101 - paid from it
    ledger.hold(disbursement.fund)
    ledger.reverse(ledger.entry_of(EntryKind.PAYMENT, disbursement=disbursement), reason.strip(), by)
    ledger.release(disbursement, disbursement.fund, by=by, note=reason.strip())
    disbursement.status, disbursement.settling_reason = DisbursementStatus.REVERSED, reason.strip()
    monthly.keep(disbursement)
    audit.record("disbursement.reversed", disbursement, by=by, amount=disbursement.amount)
    _move_complaint(disbursement, {ComplaintStatus.DELIVERED}, ComplaintStatus.APPROVED, reason.strip(), by)


def _move_complaint(
    disbursement: Disbursement, standing: frozenset[ComplaintStatus] | set[ComplaintStatus], to: ComplaintStatus,
    note: str, by: User,
) -> None:  # fmt: skip
    if disbursement.complaint is not None and disbursement.complaint.status in standing:
        complaints.move(disbursement.complaint, to, by=by, note=note)


def gone_on(number: str) -> AlreadySettled:
    """What is said when somebody else was quicker with this donation or aid."""
    return AlreadySettled(
        gettext("Somebody has gone on with %(number)s meanwhile. Please look at it again.", number=number)
    )


def _hold(disbursement: Disbursement, expected: frozenset[DisbursementStatus] | set[DisbursementStatus]) -> None:
    """Read it anew and hold it until this transaction ends; somebody may have settled it meanwhile."""
    db.session.refresh(disbursement, with_for_update=True)
    if disbursement.status not in expected:
        raise gone_on(disbursement.number)


def _need(reason: str) -> None:
    if not reason.strip():
        raise Refused(gettext("Please write the reason."), field="reason")
