"""Aid: the list, opening it, one piece of it, and the zakat that waits for its asnaf."""

from typing import Any

from flask import Blueprint, Response, request, url_for

from portal import audit, money
from portal.accounts.roles import Role, rights
from portal.db import db
from portal.errors import AlreadySettled, NotFound, Refused
from portal.funds import (
    books,
    concerns,
    grounds,
    guards,
    papers,
    policies,
    queries,
    receipts,
    services,
    waiting,
    words,
)  # fmt: skip
from portal.funds.acts import line_of
from portal.funds.aid_forms import NO_FUND, DisbursementForm
from portal.funds.days import days_of
from portal.funds.forms import AgreeForm, AsnafForm, ReasonForm
from portal.funds.grounds import Ground
from portal.funds.models import AidConcern, Disbursement, DisbursementStatus, PaperKind
from portal.households import why
from portal.language import gettext as _
from portal.language import of_reader
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
    audit.record_reading(ground.household, by=signed_in_user(), household_id=ground.household.id)
    amount = _amount(ground, form)
    offered = queries.funds_for(ground.service, amount)
    return page(
        "disbursements/new.html", fragment="funds", ground=ground, form=form, status=status, amount=amount,
        family=line_of(ground.household), band=ground.service.amount_band, offered=offered,
        earlier=queries.earlier_aid(ground.household.id, ground.service, need=guards.need_of(ground.service.code)),
        first=grounds.live_disbursement(ground), waiting=queries.waiting_for(ground.service),
        zakat=any(books.is_zakat(one.fund) for one in offered), statuses=words.STATUS, wait=NO_FUND,
        asked_about=form.asked_about(_standing(ground, form, amount)), limit=guards.limit_of_one_approval(),
        amount_url=request.full_path,
    )  # fmt: skip


def _amount(ground: Ground, form: DisbursementForm) -> int:
    """Rupiah as they stand in the form now: typed, or as it is offered."""
    return form.amount.data or ground.asked or ground.service.amount_band[0] or 0


def _standing(ground: Ground, form: DisbursementForm, amount: int) -> dict[str, guards.Hit]:
    """What stands against the aid as the form is now, so that it is explained before anything is refused."""
    chosen = form.fund.data
    fund = books.get_fund(chosen) if chosen and chosen != NO_FUND and not form.fund.errors else None
    asked = guards.Asked(ground, amount, fund, signed_in_user(), form.related.data or "")
    return {hit.guard: hit for hit in guards.hits(asked)}


def _new_form(ground: Ground) -> DisbursementForm:
    form = DisbursementForm()
    if not form.is_submitted():
        form.amount.data = _typed_amount() or ground.asked or ground.service.amount_band[0]
        form.asnaf.data = services.suggested_asnaf(ground.path) or ""
    offered = queries.funds_for(ground.service, form.amount.data or 0)
    form.offer(offered, or_wait=True)
    form.offer_people(ground.household)
    if not form.is_submitted():
        form.fund.data = offered[0].fund.code if offered else NO_FUND
    return form


def _typed_amount() -> int | None:
    """The amount that the page asks the funds for while it is typed; what cannot be read is said when it is sent."""
    try:
        return money.parse_rupiah(request.args.get("amount", ""))
    except money.BadAmount:
        return None


@bp.get("/new")
@requires("disbursements.propose")
def new() -> Response:
    ground = _ground()
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
    aid = services.propose(
        ground, amount=amount, fund=fund, asnaf=form.asnaf.data or None, waiting_reason=form.waiting_reason.data or "",
        details=form.details(ground.household), related=form.related.data, why=form.why(), confirmed=form.confirmed,
        by=signed_in_user(),
    )  # fmt: skip
    if form.bill.data:
        papers.add(aid, PaperKind.BILL, form.bill.data, by=signed_in_user())
    return aid


@bp.get("/<number>")
@requires("disbursements.view", "donations.own", "disbursements.agree")
def show(number: str) -> Response:
    """One piece of aid; a partner, who may know no names, is led to its own page of zakat."""
    user, aid = signed_in_user(), queries.get_disbursement(number)
    if not policies.may_read(user, aid):
        if not policies.is_own_zakat(user, aid):
            raise NotFound
        return see_other(url_for(".asnaf"))
    audit.record_reading(aid, by=user, household_id=aid.household_id)
    trace = policies.may_trace(user)
    return page(
        "disbursements/show.html", aid=aid, state=words.STATUS[aid.status], family=line_of(aid.household),
        ground=grounds.of_disbursement(aid), fund_title=books.title(aid.fund) if aid.fund else "",
        method=words.METHODS.get(aid.method) if aid.method else "", asnaf=gift_words.asnaf_names().get(aid.asnaf or ""),
        planned=words.METHODS.get(aid.planned_method) if aid.planned_method else "",
        sources=queries.sources(aid) if trace else [], trace=trace, form=AgreeForm(obj=aid), statuses=words.STATUS,
        concerns=[_concern(aid, concern) for concern in aid.concerns], papers=papers.of(aid),
        paper_kinds=words.PAPERS, **_open_acts(aid), **_its_wait(aid),
    )  # fmt: skip


def _concern(aid: Disbursement, concern: AidConcern) -> dict[str, Any]:
    """What a guard found, as the page of the aid tells it; `form` for who may overrule it."""
    rule = guards.rules()[concern.guard]
    may = concerns.may_overrule(signed_in_user(), aid, concern)
    return {
        "guard": concern.guard, "title": guards.TITLES[concern.guard], "row": concern,
        "sentence": guards.sentence(concern.guard, concern.found), "source": rule.source,
        "by": [rights()[role].label(of_reader()) for role in Role if role in rule.overruled_by],
        "form": ReasonForm(formdata=None, version=aid.version) if may else None,
    }  # fmt: skip


def _its_wait(aid: Disbursement) -> dict[str, Any]:
    """Why it stands where it stands on the waiting list."""
    if aid.status is not DisbursementStatus.WAITING:
        return {}
    line = next(line for line in waiting.lines() if line.number == aid.number)
    return {"wait": line, "share": line.share if signed_in_user().can("visits.view") else None}


def _open_acts(aid: Disbursement) -> dict[str, Any]:
    user, standing = signed_in_user(), concerns.still_open(aid)
    may_settle = policies.may_settle(user, aid)
    return {
        "may_settle": may_settle,
        "may_approve": may_settle and not standing and not concerns.is_second(user, aid),
        "may_pay": policies.may_pay(user, aid) and not policies.waits_for_asnaf(aid),
        "asnaf_first": policies.may_pay(user, aid) and policies.waits_for_asnaf(aid),
        "may_confirm_asnaf": policies.may_confirm_asnaf(user, aid),
        "may_give_fund": policies.may_give_fund(user, aid),
        "may_cancel": policies.may_cancel(user, aid),
        "may_reverse": policies.may_reverse(user, aid),
        "may_note_account": policies.may_note_account(user, aid),
        "may_add_paper": policies.may_add_paper(user, aid),
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
    pending = [
        (aid, AsnafForm(aid, formdata=None, asnaf=aid.asnaf), _helped_before(aid))
        for aid in queries.to_confirm_asnaf(amil)
    ]
    confirmed = queries.confirmed_asnaf(amil, before=after_id(), size=PAGE_SIZE + 1)
    return page(
        "disbursements/asnaf.html", waiting=pending, confirmed=paged(confirmed, lambda row: [row.id]),
        groups=gift_words.asnaf_names(), statuses=words.STATUS,
    )  # fmt: skip


def _helped_before(aid: Disbursement) -> bool:
    """Whether this family was helped for this need in the period; the partner learns neither who it is nor by whom."""
    service = catalogue().service(aid.service_code)
    earlier = queries.earlier_aid(aid.household_id, service, need=guards.need_of(service.code))
    return any(one.id != aid.id for one in earlier)


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
