"""Donations: entered by partners, settled by the treasurer, and what became of each."""

from typing import Any

from flask import Blueprint, Response, request, url_for

from portal import audit, clock
from portal.accounts.models import User
from portal.db import db
from portal.errors import AlreadySettled, Doubtful, NotAllowed, NotFound, Refused
from portal.files import queries as files
from portal.files import services as storing
from portal.funds import books, bukti_setor, giving, policies, reached, waiting
from portal.funds import queries as aid
from portal.funds.acts import Asked, with_reason
from portal.funds.days import days_of
from portal.funds.forms import AgreeForm, DonationForm
from portal.language import gettext as _
from portal.paper import render
from portal.partners import permits, pledges, queries, services, words
from portal.partners import policies as gift_policies
from portal.partners.models import Donation, DonationStatus
from portal.partners.pledge_models import Pledge
from portal.web.access import requires, signed_in_user
from portal.web.once import once
from portal.web.pages import done, page
from portal.web.paging import export_url, paged, place

bp = Blueprint("donations", __name__, url_prefix="/donations")


def address_of(donation: Donation) -> str:
    return url_for("donations.show", number=donation.number)


@bp.get("")
@requires("donations.view", "donations.own")
def index() -> Response:
    """One's own donations; for treasurer and head those of all partners."""
    reader, days = signed_in_user(), days_of(request.args)
    narrowed = queries.narrowed_by(request.args, since=days.since, until=days.until)
    count, amount = queries.donation_sums(narrowed, reader=reader)
    rows = queries.donations(narrowed, reader=reader, after=place())
    return page(
        "donations/index.html", fragment="results", status=422 if days.wrong else 200, narrowed=narrowed,
        wrong_day=days.wrong, donations=paged(rows, queries.place_of), count=count, amount=amount,
        statuses=words.STATUS, kinds={kind.code: words.kind_name(kind) for kind in queries.all_kinds()},
        partners=queries.all_partners() if reader.can("donations.view") else [], purpose_name=words.purpose_name,
        may_enter=reader.can("donations.enter"), asnaf=_asnaf_waiting(),
        asnaf_confirmed=reader.can("donations.own") and bool(aid.confirmed_asnaf(reader, size=1)),
        export_url=export_url("donations", request.args),
    )  # fmt: skip


def _asnaf_waiting() -> int:
    reader = signed_in_user()
    return len(aid.to_confirm_asnaf(reader)) if reader.can("donations.own") else 0


def _form() -> DonationForm:
    """The form with what this person's partner gives. Raises NotAllowed for someone without a partner."""
    if not signed_in_user().partner_code:
        raise NotAllowed
    form = DonationForm()
    form.offer(queries.get_partner(signed_in_user().partner_code), queries.all_kinds())
    return form


def _form_page(form: DonationForm, status: int = 200) -> Response:
    partner = queries.get_partner(signed_in_user().partner_code)
    warnings = permits.warnings(partner, clock.today())
    return page("donations/new.html", form=form, partner=partner, warnings=warnings, status=status)


@bp.get("/new")
@requires("donations.enter")
def new() -> Response:
    return _form_page(_form())


@bp.post("/new")
@requires("donations.enter")
@once
def create() -> Response:
    form = _form()
    if not form.sent():
        return _form_page(form, 422)
    try:
        donation = _enter(form)
    except Refused as refusal:
        db.session.rollback()  # what was begun must not show on the page
        form.refuse(refusal)
        return _form_page(form, 422)
    return done(address_of(donation), _("Donation %(number)s is recorded. Thank you.", number=donation.number))


def _enter(form: DonationForm) -> Donation:
    user, (purpose, code) = signed_in_user(), form.purpose()
    given: Any = form.data  # validated: a day and an amount are there
    partner, pledge = queries.get_partner(user.partner_code), form.chosen_pledge(user)
    if pledge is not None:
        pledges.keep_with(pledge, (form.kind_code.data, purpose, code), partner=partner)
    donation = services.enter(
        partner, pledge=pledge, kind_code=form.kind_code.data, given_on=given["given_on"],
        amount=given["amount"], purpose=purpose, purpose_code=code, asnaf=form.group(), giver=form.giver(),
        reference=form.reference.data or "",
        note=(form.note.data or "").strip(), confirmed=form.confirmed, by=user,
    )  # fmt: skip
    if form.proof.data:
        storing.store(form.proof.data, subject=donation, by=user)
    return donation


@bp.get("/<number>")
@requires("donations.view", "donations.own")
def show(number: str) -> Response:
    """One donation and what became of it; payments by name only for those who keep the books."""
    donation = queries.get_donation(number, reader=signed_in_user())
    return _show(donation, AgreeForm(obj=donation))


def _show(donation: Donation, form: AgreeForm, status: int = 200) -> Response:
    """Who may confirm it reads first which other gifts may be the same money."""
    reader, acts = signed_in_user(), _open_acts(donation)
    payments = giving.paid_from(donation) if policies.may_trace(reader) else []
    alike = queries.alike(donation) if acts["may_settle"] else ()
    form.doubts = services.doubts_of_arrival(donation, alike)
    return page(
        "donations/show.html", donation=donation, form=form, status=status,
        files=files.of(donation) if gift_policies.may_open_proof(reader, donation) else [],
        alike=alike, standing=giving.standing(donation), help=giving.by_service_and_month(payments),
        payments=payments, reached=None if policies.may_trace(reader) else reached.of_gift(donation.id),
        may_follow=policies.may_trace(reader) and reader.can("disbursements.view"), **_names(donation), **acts,
        warnings=permits.warnings(donation.partner, donation.given_on) if acts["may_settle"] else [],
        pledge=db.session.get(Pledge, donation.pledge_id or 0), giver=_giver(donation, reader),
        knows_giver=gift_policies.may_know_giver(reader, donation),
        has_receipt=donation.status is DonationStatus.CONFIRMED and gift_policies.may_know_giver(reader, donation),
        **_could_help(donation, reader),
    )  # fmt: skip


def _could_help(donation: Donation, reader: User) -> dict[str, Any]:
    """How many families that wait its fund could help now, for who may see the waiting list."""
    fund = books.opened_for(donation) if reader.can("disbursements.view") else None
    if fund is None or donation.status is not DonationStatus.CONFIRMED:
        return {"could_help": 0}
    families = {line.household_id for line in waiting.helped_by(fund)}
    return {"could_help": len(families), "waiting_url": url_for("waiting.index", fund=fund.code)}


def _giver(donation: Donation, reader: User) -> str:
    """From whom the partner had it, for who may know; empty for a gift of the partner's own."""
    if not (donation.giver_name or donation.giver_hidden) or not gift_policies.may_know_giver(reader, donation):
        return ""
    known = gift_policies.may_know_hidden_giver(reader, donation)
    return words.giver_name(donation.giver_name, hidden=donation.giver_hidden, may_know=known)


def _names(donation: Donation) -> dict[str, Any]:
    kinds = {kind.code: words.kind_name(kind) for kind in queries.all_kinds()}
    return {
        "kind": kinds[donation.kind_code],
        "purpose": words.purpose_name(donation.purpose, donation.purpose_code),
        "asnaf": words.asnaf_names().get(donation.asnaf or "", ""),
        "state": words.STATUS[donation.status],
    }


def _open_acts(donation: Donation) -> dict[str, Any]:
    user = signed_in_user()
    return {
        "may_settle": gift_policies.may_settle(user, donation),
        "may_take_back": donation.status is DonationStatus.CONFIRMED and user.can("funds.correct"),
    }


@bp.get("/<number>/receipt.pdf")
@requires("donations.own", "donations.confirm")
def receipt(number: str) -> Response:
    """The bukti setor of a gift that has arrived; each printing is on record."""
    donation, reader = queries.get_donation(number, reader=signed_in_user()), signed_in_user()
    if donation.status is not DonationStatus.CONFIRMED or not gift_policies.may_know_giver(reader, donation):
        raise NotFound
    audit.record_reading(donation, by=reader, household_id=None, printed="bukti setor")
    response = Response(render("bukti_setor", bukti_setor.of_gift(donation)), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="bukti-setor-{number}.pdf"'
    return response


@bp.post("/<number>/confirmation")
@requires("donations.confirm")
@once
def confirm(number: str) -> Response:
    donation = queries.get_donation(number, reader=signed_in_user())
    form = AgreeForm()
    form.expect_version(donation)
    try:
        fund = giving.confirm(donation, confirmed=form.confirmed, by=signed_in_user())
    except Doubtful:
        db.session.rollback()  # what was begun must not show on the page
        return _show(donation, form, 422)
    said = _("Donation %(number)s has arrived and can be spent from %(fund)s.", number=number, fund=books.title(fund))
    return done(address_of(donation), said)


@bp.route("/<number>/refusal", methods=["GET", "POST"])
@requires("donations.confirm")
@once
def refusal(number: str) -> Response:
    donation = queries.get_donation(number, reader=signed_in_user())
    if donation.status is not DonationStatus.ENTERED:
        raise AlreadySettled(_("Somebody has already settled donation %(number)s.", number=number))
    asked = Asked(
        title=_("Refuse donation %(number)s", number=number),
        text=_("This money did not arrive. The partner reads the reason; nothing can be spent from this donation."),
        button=_("Refuse the donation"),
        said=_("Donation %(number)s is refused.", number=number),
    )
    user = signed_in_user()
    return with_reason(
        asked, donation, lambda reason: services.refuse(donation, reason=reason, by=user), address_of(donation)
    )


@bp.route("/<number>/correction", methods=["GET", "POST"])
@requires("funds.correct")
@once
def correction(number: str) -> Response:
    donation = queries.get_donation(number, reader=signed_in_user())
    asked = Asked(
        title=_("Take back the confirmation of %(number)s", number=number),
        text=_("The money had not arrived after all. The entry is reversed in the books; both entries stay readable."),
        button=_("Take back the confirmation"),
        said=_("The confirmation of %(number)s is taken back.", number=number),
        stands=donation.status is DonationStatus.CONFIRMED,
    )
    user = signed_in_user()
    return with_reason(
        asked, donation, lambda reason: giving.take_back(donation, reason=reason, by=user), address_of(donation)
    )
