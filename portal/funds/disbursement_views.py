"""Aid: the list, opening it, one piece of it, and the zakat that waits for its asnaf."""

from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _

from portal import audit
from portal.db import db
from portal.errors import AlreadySettled, NotFound, Refused
from portal.funds import books, grounds, policies, queries, receipts, services, words
from portal.funds.acts import line_of
from portal.funds.days import days_of
from portal.funds.forms import NO_FUND, AgreeForm, AsnafForm, DisbursementForm
from portal.funds.grounds import Ground
from portal.funds.models import Disbursement, DisbursementStatus
from portal.households import why
from portal.paper import render
from portal.partners import words as gift_words
from portal.units.catalogue import catalogue
from portal.web.access import requires, signed_in_user
from portal.web.addresses import record_number
from portal.web.once import once
from portal.web.pages import done, page, see_other
from portal.web.paging import PAGE_SIZE, after_id, export_url, page_size, paged, place

bp = Blueprint("disbursements", __name__, url_prefix="/disbursements")


def address_of(aid: Disbursement) -> str:
    return url_for("disbursements.show", number=aid.number)


@bp.get("")
@requires("disbursements.view")
def index() -> Response:
    """All aid, narrowed as the reader types; the waiting list stands in the order in which families came."""
    days = days_of(request.args)
    narrowed = queries.narrowed_by(request.args, days)
    count, amount = queries.disbursement_sums(narrowed)
    rows = queries.disbursements(narrowed, place(), size=page_size())
    paying = {code: service for code, service in catalogue().services.items() if service.gives_money}
    return page(
        "disbursements/index.html", fragment="results", status=422 if days.wrong else 200, narrowed=narrowed,
        wrong_day=days.wrong, aid=paged(rows, queries.place_of, size=page_size()),
        why=why.beside(narrowed.q, [row.household_id for row in rows]),
        count=count, amount=amount, statuses=words.STATUS, services=paying,
        funds={fund.code: books.title(fund) for fund in books.all_funds()}, districts=catalogue().districts,
        export_url=export_url("disbursements", request.args),
    )  # fmt: skip


def _ground() -> Ground:
    """The decision or letter that the address names. Raises NotFound, Refused."""
    if number := request.args.get("recommendation", ""):
        return grounds.of_recommendation(number)
    decision = record_number(request.args.get("decision"))
    if decision is None:
        raise NotFound
    return grounds.of_decision(decision)


def _new_page(ground: Ground, form: DisbursementForm, status: int = 200) -> Response:
    offered = queries.funds_for(ground.service)
    return page(
        "disbursements/new.html", ground=ground, form=form, status=status,
        family=line_of(ground.household), band=ground.service.amount_band, offered=offered,
        earlier=queries.earlier_aid(ground.household.id, ground.service), first=grounds.live_disbursement(ground),
        waiting=queries.waiting_for(ground.service), zakat=any(books.is_zakat(one.fund) for one in offered),
        statuses=words.STATUS, wait=NO_FUND,
    )  # fmt: skip


def _new_form(ground: Ground) -> DisbursementForm:
    form = DisbursementForm()
    offered = queries.funds_for(ground.service)
    form.offer(offered, or_wait=True)
    if not form.is_submitted():
        form.amount.data = ground.asked or ground.service.amount_band[0]
        form.asnaf.data = services.suggested_asnaf(ground.path) or ""
        form.fund.data = offered[0].fund.code if offered else NO_FUND
    return form


@bp.get("/new")
@requires("disbursements.propose")
def new() -> Response:
    ground = _ground()
    audit.record_reading(ground.household, by=signed_in_user(), household_id=ground.household.id)
    return _new_page(ground, _new_form(ground))


@bp.post("/new")
@requires("disbursements.propose")
@once
def create() -> Response:
    ground = _ground()
    form = _new_form(ground)
    if not form.sent():
        return _new_page(ground, form, 422)
    try:
        aid = _propose(ground, form)
    except AlreadySettled:
        raise
    except Refused as refusal:
        db.session.rollback()  # what was begun must not show on the page
        form.refuse(refusal)
        return _new_page(ground, form, 422)
    waits = aid.status is DisbursementStatus.WAITING
    said = _("The family is on the waiting list.") if waits else _("Proposed. The head of the unit reads it now.")
    return done(address_of(aid), said)


def _propose(ground: Ground, form: DisbursementForm) -> Disbursement:
    amount: Any = form.amount.data  # validated: it is there
    fund = None if form.fund.data == NO_FUND else books.get_fund(form.fund.data)
    return services.propose(
        ground, amount=amount, amount_reason=form.amount_reason.data or "", fund=fund,
        asnaf=form.asnaf.data or None, waiting_reason=form.waiting_reason.data or "",
        twice_confirmed=bool(form.twice.data), confirmed=form.confirmed, by=signed_in_user(),
    )  # fmt: skip


@bp.get("/<number>")
@requires("disbursements.view", "donations.own")
def show(number: str) -> Response:
    """One piece of aid; a partner, who may know no names, is led to its own page of zakat."""
    user, aid = signed_in_user(), queries.get_disbursement(number)
    if not user.can("disbursements.view"):
        if not policies.is_own_zakat(user, aid):
            raise NotFound
        return see_other(url_for(".asnaf"))
    audit.record_reading(aid, by=user, household_id=aid.household_id)
    trace = policies.may_trace(user)
    return page(
        "disbursements/show.html", aid=aid, state=words.STATUS[aid.status], family=line_of(aid.household),
        ground=grounds.of_disbursement(aid), fund_title=books.title(aid.fund) if aid.fund else "",
        method=words.METHODS.get(aid.method) if aid.method else "", asnaf=gift_words.asnaf_names().get(aid.asnaf or ""),
        sources=queries.sources(aid) if trace else [], trace=trace, form=AgreeForm(obj=aid), **_open_acts(aid),
        earlier=[one for one in queries.earlier_aid(aid.household_id, catalogue().service(aid.service_code))
                 if one.id != aid.id], statuses=words.STATUS,
    )  # fmt: skip


def _open_acts(aid: Disbursement) -> dict[str, Any]:
    user = signed_in_user()
    return {
        "may_settle": policies.may_settle(user, aid),
        "may_pay": policies.may_pay(user, aid) and not policies.waits_for_asnaf(aid),
        "asnaf_first": policies.may_pay(user, aid) and policies.waits_for_asnaf(aid),
        "may_confirm_asnaf": policies.may_confirm_asnaf(user, aid),
        "may_give_fund": policies.may_give_fund(user, aid),
        "may_cancel": policies.may_cancel(user, aid),
        "may_reverse": policies.may_reverse(user, aid),
        "is_paid": aid.status is DisbursementStatus.PAID,
    }


@bp.get("/<number>/receipt.pdf")
@requires("disbursements.view")
def receipt(number: str) -> Response:
    """The kwitansi as PDF; each printing is on record."""
    aid = queries.get_disbursement(number)
    if aid.status is not DisbursementStatus.PAID:
        raise NotFound
    audit.record_reading(aid, by=signed_in_user(), household_id=aid.household_id, printed="kwitansi")
    response = Response(render("kwitansi", receipts.kwitansi(aid)), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="kwitansi-{number}.pdf"'
    return response


@bp.get("/asnaf")
@requires("donations.own")
def asnaf() -> Response:
    """Payments from this partner's zakat, without names: only number, service, amount and group."""
    amil = signed_in_user()
    waiting = [(aid, AsnafForm(aid, formdata=None, asnaf=aid.asnaf)) for aid in queries.to_confirm_asnaf(amil)]
    confirmed = queries.confirmed_asnaf(amil, before=after_id(), size=PAGE_SIZE + 1)
    return page(
        "disbursements/asnaf.html", waiting=waiting, confirmed=paged(confirmed, lambda row: [row.id]),
        groups=gift_words.asnaf_names(), statuses=words.STATUS,
    )  # fmt: skip


@bp.post("/<number>/asnaf")
@requires("donations.own")
@once
def confirm_asnaf(number: str) -> Response:
    user, aid = signed_in_user(), queries.get_disbursement(number)
    if not policies.is_own_zakat(user, aid):
        raise NotFound  # nor may a partner learn which other numbers exist
    form = AsnafForm(aid)
    if not form.sent():
        raise Refused(_("Please choose one of the eight asnaf."))
    form.expect_version(aid, see_url=url_for(".asnaf"))
    services.confirm_asnaf(aid, form.asnaf.data, by=user)
    return done(url_for(".asnaf"), _("The asnaf of %(number)s is confirmed.", number=number))
