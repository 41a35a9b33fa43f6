"""What is done with aid once it is proposed: a fund for who waits, approval, payment, and calling it off."""

from collections.abc import Callable
from typing import Any

from flask import Response, flash, request, url_for

from portal import audit, clock
from portal.errors import AlreadySettled, NotAllowed, Refused
from portal.funds import books, grounds, guards, policies, queries, services, words
from portal.funds.acts import Asked, line_of, with_reason
from portal.funds.aid_forms import FundChoice
from portal.funds.disbursement_views import address_of, bp
from portal.funds.forms import AgreeForm, PaymentForm
from portal.funds.models import Disbursement, DisbursementStatus
from portal.language import gettext as _
from portal.units.catalogue import catalogue
from portal.web.access import requires, signed_in_user
from portal.web.once import once
from portal.web.pages import done, page, see_other


@bp.route("/<number>/fund", methods=["GET", "POST"])
@requires("disbursements.propose")
@once
def fund(number: str) -> Response:
    """Find money for a family that waits."""
    aid = queries.get_disbursement(number)
    if not policies.may_give_fund(signed_in_user(), aid):
        raise AlreadySettled(_("%(number)s does not wait for money any more.", number=number))
    form, offered = FundChoice(obj=aid), queries.funds_for(catalogue().service(aid.service_code), aid.amount)
    form.offer(offered, or_wait=False)
    if request.method == "GET":
        form.fund.data = offered[0].fund.code if offered else None
        form.asnaf.data = services.suggested_asnaf(grounds.of_disbursement(aid).path) or ""
    if form.sent() and _done_with(form, aid, lambda: _give(aid, form)):
        return done(address_of(aid), _("Proposed. The head of the unit reads it now."))
    audit.record_reading(aid, by=signed_in_user(), household_id=aid.household_id)
    return page(
        "disbursements/fund.html", aid=aid, form=form, offered=offered, family=line_of(aid.household),
        amount=aid.amount, asked_about=form.asked_about(_standing(aid, form)),
        zakat=any(books.is_zakat(one.fund) for one in offered), status=200 if request.method == "GET" else 422,
    )  # fmt: skip


def _standing(aid: Disbursement, form: FundChoice) -> dict[str, guards.Hit]:
    """What stands against it now that a fund is chosen, beside what was noted when it was proposed."""
    fund = books.get_fund(form.fund.data) if form.fund.data and not form.fund.errors else None
    asked = guards.Asked(
        grounds.of_disbursement(aid), aid.amount, fund, signed_in_user(), form.related.data or "", aid.id
    )
    noted = {concern.guard for concern in aid.concerns}
    return {hit.guard: hit for hit in guards.hits(asked) if hit.guard not in noted}


def _give(aid: Disbursement, form: FundChoice) -> None:
    services.give_fund(
        aid, books.get_fund(form.fund.data), asnaf=form.asnaf.data or None, related=form.related.data or "",
        why=form.why(), confirmed=form.confirmed, by=signed_in_user(),
    )  # fmt: skip


def _done_with(form: FundChoice | PaymentForm, aid: Disbursement, act: Callable[[], None]) -> bool:
    """Do it unless somebody changed the record meanwhile; a rule's refusal stands in the form."""
    form.expect_version(aid)
    try:
        act()
    except AlreadySettled:
        raise
    except Refused as refusal:
        form.refuse(refusal)
        return False
    return True


@bp.post("/<number>/approval")
@requires("disbursements.approve")
@once
def approve(number: str) -> Response:
    aid, form = queries.get_disbursement(number), AgreeForm()
    form.expect_version(aid)
    services.approve(aid, reason=form.reason.data or "", by=signed_in_user())
    return done(address_of(aid), _("%(number)s is approved. The treasurer may pay it.", number=number))


@bp.route("/<number>/refusal", methods=["GET", "POST"])
@requires("disbursements.approve")
@once
def refusal(number: str) -> Response:
    aid, user = queries.get_disbursement(number), signed_in_user()
    asked = Asked(
        title=_("Decline %(number)s", number=number),
        text=_("This help is not given, and the money put aside for it is free again."),
        button=_("Decline with this reason"),
        said=_("%(number)s is declined.", number=number),
        stands=aid.status is DisbursementStatus.PROPOSED,
    )
    return with_reason(asked, aid, lambda reason: services.decline(aid, reason=reason, by=user), address_of(aid))


@bp.route("/<number>/cancellation", methods=["GET", "POST"])
@requires("disbursements.propose", "disbursements.approve")
@once
def cancellation(number: str) -> Response:
    aid, user = queries.get_disbursement(number), signed_in_user()
    asked = Asked(
        title=_("Call off %(number)s", number=number),
        text=_("This help is called off before it is paid. Money put aside for it is free again."),
        button=_("Call it off with this reason"),
        said=_("%(number)s is called off.", number=number),
        stands=aid.status in policies.OPEN,
    )
    return with_reason(asked, aid, lambda reason: services.cancel(aid, reason=reason, by=user), address_of(aid))


@bp.route("/<number>/correction", methods=["GET", "POST"])
@requires("funds.correct")
@once
def correction(number: str) -> Response:
    aid, user = queries.get_disbursement(number), signed_in_user()
    asked = Asked(
        title=_("Take back the payment of %(number)s", number=number),
        text=_("The payment is reversed in the books and its money is free again; both entries stay readable."),
        button=_("Take back the payment"),
        said=_("The payment of %(number)s is taken back.", number=number),
        stands=aid.status is DisbursementStatus.PAID,
    )
    return with_reason(asked, aid, lambda why: services.reverse_payment(aid, reason=why, by=user), address_of(aid))


@bp.route("/<number>/payment", methods=["GET", "POST"])
@requires("disbursements.pay")
@once
def payment(number: str) -> Response:
    """The treasurer writes down how, when and to whom it was handed over."""
    aid = queries.get_disbursement(number)
    if (answer := _not_to_pay_now(aid)) is not None:
        return answer
    form = _payment_form(aid)
    if form.sent() and _done_with(form, aid, lambda: _pay(aid, form)):
        return done(address_of(aid), _("%(number)s is paid. The receipt can be printed now.", number=number))
    audit.record_reading(aid, by=signed_in_user(), household_id=aid.household_id)
    return page(
        "disbursements/payment.html", aid=aid, form=form, family=line_of(aid.household),
        fund_title=books.title(aid.fund) if aid.fund else "", status=200 if request.method == "GET" else 422,
        back_url=url_for(".show", number=number), asnaf_first=policies.waits_for_asnaf(aid),
        may_confirm_asnaf=policies.may_confirm_asnaf(signed_in_user(), aid),
    )  # fmt: skip


def _not_to_pay_now(aid: Disbursement) -> Response | None:
    """Back after paying, or a form opened too early or too late: on to the aid itself, and say how it stands."""
    user, paid = signed_in_user(), aid.status is DisbursementStatus.PAID
    if paid and (request.method == "GET" or aid.paid_by_id == user.id):
        flash(_("%(number)s is paid already. Nothing was paid a second time.", number=aid.number), "message")
        return see_other(address_of(aid))
    if request.method == "POST":
        return None  # the service holds the record, and says what became of it
    if aid.status is not DisbursementStatus.APPROVED:
        state = str(words.STATUS[aid.status][0]).lower()
        flash(_("%(number)s is not to be paid now: %(state)s.", number=aid.number, state=state), "message")
        return see_other(address_of(aid))
    if not policies.may_pay(user, aid):
        raise NotAllowed
    return None


def _payment_form(aid: Disbursement) -> PaymentForm:
    form = PaymentForm(version=aid.version)
    if request.method == "GET":
        form.on.data, form.received_by.data = clock.today(), aid.household.head_name
    return form


def _pay(aid: Disbursement, form: PaymentForm) -> None:
    typed: Any = form.data  # validated: a day and a name are there
    handover = services.Handover(form.chosen_method(), typed["on"], typed["received_by"], form.note())
    services.pay(aid, handover, by=signed_in_user())
