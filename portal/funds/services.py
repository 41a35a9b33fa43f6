"""Aid for one household: proposed, given a fund, approved; or declined, called off. Paying is paying.py."""

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Any, Final

from portal import audit, clock, money, references, series
from portal.accounts.models import User
from portal.db import db, take_turns, take_turns_about
from portal.errors import AlreadySettled, Doubt, NotAllowed, Refused, settle_doubts
from portal.funds import books, concerns, effects, grounds, ledger, policies, queries, waiting
from portal.funds.details import Details, put_into
from portal.funds.details import check as check_details
from portal.funds.grounds import Ground
from portal.funds.guards import Asked, outside_band
from portal.funds.holding import gone_on as gone_on
from portal.funds.holding import hold, need
from portal.funds.models import Disbursement, DisbursementStatus, Fund
from portal.funds.paying import Handover as Handover
from portal.funds.paying import pay as pay
from portal.funds.paying import reverse_payment as reverse_payment
from portal.language import gettext, ngettext
from portal.partners import words
from portal.recommendations.services import uncommon
from portal.units.catalogue import ServiceEntry, catalogue

NO_DETAILS: Final = Details()
NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


def suggested_asnaf(path: str) -> str | None:
    """The group a poor family belongs to; none for path (c), which is not poor (seeds: asnaf_rule)."""
    return catalogue().profile.get("asnaf_rule", {}).get("suggest_for_paths", {}).get(path)


def propose(
    ground: Ground, *, amount: int, amount_reason: str = "", fund: Fund | None = None, asnaf: str | None = None,
    waiting_reason: str = "", details: Details = NO_DETAILS, related: str = "", why: Mapping[str, str] = NOTHING,
    confirmed: Collection[str] = (), by: User,
) -> Disbursement:  # fmt: skip
    """Open aid of `amount` rupiah: its money is put aside in `fund`, or without one it waits, with the reason.

    `related`: what the proposer says of kinship to the family. `why`: by guard, why it is meant although that guard
    stands against it; `amount_reason` is that of the band.
    Raises NotAllowed, AlreadySettled when this ground has opened one, Refused, and Doubtful when other families have
    waited longer for money for this service and this is not among the `confirmed` codes.
    """
    if not policies.may_propose(by):
        raise NotAllowed
    grounds.hold(ground)
    # A family may have a decision and a letter: help on both at the same moment is the same help twice.
    take_turns(ground.household)
    _refuse_second(ground)
    _check_amount(amount)
    _check_letter(ground, amount)
    check_details(details, ground.household, amount)
    why = {**why, "band": amount_reason} if amount_reason else why
    found = concerns.raised(Asked(ground, amount, fund, by, related), why)
    if fund is None and not waiting_reason.strip():
        raise Refused(gettext("Please write why it has to wait."), field="waiting_reason")
    settle_doubts(uncommon(amount), confirmed)
    here = (waiting.need_order(ground), clock.now(), waiting.LAST_ID)
    ahead = _ahead_of(ground.service, fund, confirmed, before=here)
    disbursement = _open(ground, amount, amount_reason, by)
    put_into(disbursement, details)
    concerns.note(disbursement, found, why, by=by)
    if fund is None:
        disbursement.waiting_reason, disbursement.need_order = waiting_reason.strip(), here[0]
    else:
        _put_aside(disbursement, fund, asnaf, by)
    named = fund.code if fund else None
    audit.record("disbursement.proposed", disbursement, by=by, fund=named, amount=amount, ahead_of=ahead)
    return disbursement


def _ahead_of(service: ServiceEntry, fund: Fund | None, confirmed: Collection[str], *, before: tuple[Any, ...]) -> int:
    """How many families would be overtaken; the order of the list is kept, unless somebody means it otherwise."""
    take_turns_about(f"waiting:{service.code}")  # who is put on the waiting list at this moment came first
    ahead = queries.waiting_for(service, before=before) if fund is not None else 0
    if ahead:
        sentence = ngettext(
            "%(num)d family stands before this one on the waiting list for this service. Does this family really come "
            "first?",
            "%(num)d families stand before this one on the waiting list for this service. Does this family really come "
            "first?",
            ahead,
        )
        settle_doubts([Doubt(f"ahead:{service.code}", sentence)], confirmed)
    return ahead


def _refuse_second(ground: Ground) -> None:
    first = grounds.live_disbursement(ground)
    if first is not None:
        raise AlreadySettled(gettext("Help on this ground was opened already: %(number)s.", number=first.number))


def _check_amount(amount: int) -> None:
    if not 0 < amount <= money.LIMIT:
        raise Refused(gettext("Help has an amount above zero."), field="amount")


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
    disbursement: Disbursement, fund: Fund, *, asnaf: str | None = None, related: str = "",
    why: Mapping[str, str] = NOTHING, confirmed: Collection[str] = (), by: User,
) -> None:  # fmt: skip
    """Money has been found for aid on the waiting list; its guards are asked anew, now that a giver is known.

    Raises NotAllowed, AlreadySettled, Refused, Doubtful.
    """
    hold(disbursement, {DisbursementStatus.WAITING})
    if not policies.may_give_fund(by, disbursement):
        raise NotAllowed
    ground = grounds.of_disbursement(disbursement)
    asked = Asked(ground, disbursement.amount, fund, by, related, disbursement.id)
    found = concerns.raised(asked, why, known=disbursement.concerns)
    ahead = _ahead_of(ground.service, fund, confirmed, before=waiting.order_of(disbursement))
    concerns.note(disbursement, found, why, by=by)
    _put_aside(disbursement, fund, asnaf, by)
    audit.record("disbursement.funded", disbursement, by=by, fund=fund.code, amount=disbursement.amount, ahead_of=ahead)


def confirm_asnaf(disbursement: Disbursement, asnaf: str, *, by: User) -> None:
    """The partner's amil names the group for its zakat; before that nothing is paid. Raises NotAllowed, Refused."""
    hold(disbursement, policies.ASNAF_OPEN)
    if disbursement.asnaf_confirmed_by_id is not None:
        raise gone_on(disbursement.number)
    if not policies.may_confirm_asnaf(by, disbursement):
        raise NotAllowed
    _set_asnaf(disbursement, disbursement.fund, asnaf)
    disbursement.asnaf_confirmed_by_id = by.id
    audit.record("disbursement.asnaf_confirmed", disbursement, by=by)


def approve(disbursement: Disbursement, *, reason: str = "", by: User) -> None:
    """The head agrees: the treasurer may pay. Raises NotAllowed, AlreadySettled, Refused while a guard stands."""
    _settle(disbursement, DisbursementStatus.APPROVED, reason, by)
    audit.record("disbursement.approved", disbursement, by=by)


def decline(disbursement: Disbursement, *, reason: str, by: User) -> None:
    """The head refuses, and the money put aside is free again. Raises NotAllowed, AlreadySettled, Refused."""
    need(reason)
    _settle(disbursement, DisbursementStatus.DECLINED, reason, by)
    assert disbursement.fund is not None  # noqa: S101 - proposed means that money is put aside
    ledger.release(disbursement, disbursement.fund, by=by, note=reason.strip())
    audit.record("disbursement.declined", disbursement, by=by, amount=disbursement.amount)


def _settle(disbursement: Disbursement, status: DisbursementStatus, reason: str, by: User) -> None:
    hold(disbursement, {DisbursementStatus.PROPOSED})
    if not policies.may_settle(by, disbursement):
        raise NotAllowed
    if status is DisbursementStatus.APPROVED:
        if concerns.is_second(by, disbursement):
            raise NotAllowed
        concerns.refuse_open(disbursement)
    disbursement.status, disbursement.settling_reason = status, reason.strip()
    disbursement.approved_by_id, disbursement.approved_at = by.id, clock.now()
    db.session.flush()


def cancel(disbursement: Disbursement, *, reason: str, by: User) -> None:
    """Call aid off before it is paid; money put aside is free again. Raises NotAllowed, AlreadySettled, Refused."""
    hold(disbursement, policies.OPEN)
    if not policies.may_cancel(by, disbursement):
        raise NotAllowed
    need(reason)
    disbursement.status, disbursement.settling_reason = DisbursementStatus.CANCELLED, reason.strip()
    db.session.flush()
    if disbursement.fund is not None:
        ledger.release(disbursement, disbursement.fund, by=by, note=reason.strip())
    audit.record("disbursement.cancelled", disbursement, by=by, amount=disbursement.amount)
    effects.ended({disbursement.id: disbursement.status}, by)
