"""A partner's own record: whom to call, what it gives for, its agreement and permits, who signs in for it."""

from typing import Any

from flask import Blueprint, Response, request, url_for

from portal import clock
from portal.db import db
from portal.errors import NotFound, Refused
from portal.files import queries as files
from portal.files import services as storing
from portal.funds.acts import Asked, with_reason
from portal.funds.record_forms import PaperForm, ProfileForm
from portal.language import gettext as _
from portal.partners import gifts, permits, policies, queries, records, words
from portal.partners.models import Partner
from portal.partners.record_models import PartnerPaper
from portal.web.access import requires, signed_in_user
from portal.web.once import once
from portal.web.pages import done, page

bp = Blueprint("records", __name__, url_prefix="/partners")


def address_of(code: str) -> str:
    return url_for("records.show", code=code)


@bp.get("/mine")
@requires("donations.own")
def mine() -> Response:
    """The record of the partner that this person signs in for."""
    code = signed_in_user().partner_code
    if not code:
        raise NotFound
    return _show(queries.get_partner(code))


@bp.get("/<code>/record")
@requires("partners.view", "donations.own")
def show(code: str) -> Response:
    return _show(records.get_visible(code, reader=signed_in_user()))


def _show(partner: Partner) -> Response:
    today, papers = clock.today(), records.papers_of(partner)
    return page(
        "partners/record.html", partner=partner, profile=records.profile_of(partner), papers=papers, words=words,
        states={paper.id: _state(paper) for paper in papers}, files={paper.id: files.of(paper) for paper in papers},
        warnings=permits.warnings(partner, today), users=records.users_of(partner),
        fields=[words.field_name(field) for field in records.fields_given_for(partner)],
        gives=[words.kind_name(kind) for kind in gifts.kinds_of(partner, queries.all_kinds())],
        asked=[(words.PAPERS[kind], permits.LAWS[kind]) for kind in permits.asked_of(partner)],
        may_keep=policies.may_keep_record(signed_in_user(), partner.code),
        may_see_funds=signed_in_user().can("partners.view"),
    )  # fmt: skip


def _state(paper: PartnerPaper) -> tuple[Any, str, str]:
    """Word, tone and icon of how it stands today."""
    today = clock.today()
    if paper.ended_on is not None:
        return _("Ended"), "neutral", "cross"
    if paper.dated_on > today:
        return _("Not yet valid"), "info", "clock"
    if paper.until is not None and paper.until < today:
        return _("Run out"), "late", "warning"
    if paper.until is not None and paper.until - today <= permits.ENDS_SOON:
        return _("Ends soon"), "due", "clock"
    return _("Valid"), "good", "ok"


@bp.route("/<code>/record/edit", methods=["GET", "POST"])
@requires("donations.enter")
@once
def edit(code: str) -> Response:
    partner = records.get_own(code, by=signed_in_user())
    profile = records.profile_to_change(partner) if request.method == "POST" else records.profile_of(partner)
    form = ProfileForm(obj=profile)
    form.offer(partner)
    if form.sent():
        form.expect_version(profile)
        try:
            _change(partner, form)
            return done(address_of(code), _("The record is kept."))
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
    return page(
        "partners/record_edit.html", partner=partner, form=form, status=422 if request.method == "POST" else 200
    )


def _change(partner: Partner, form: ProfileForm) -> None:
    records.change_profile(
        partner, contact_person=form.contact_person.data, phone=form.phone.data, email=form.email.data,
        address=form.address.data, gives_for=form.gives_for.data or [], by=signed_in_user(),
    )  # fmt: skip


@bp.route("/<code>/papers/new", methods=["GET", "POST"])
@requires("donations.enter")
@once
def add_paper(code: str) -> Response:
    partner, form = records.get_own(code, by=signed_in_user()), PaperForm()
    if form.sent():
        try:
            paper = _add(partner, form)
            return done(address_of(code), _("%(number)s is on record.", number=paper.number))
        except Refused as refusal:
            db.session.rollback()  # what was begun must not show on the page
            form.refuse(refusal)
    asked = [(words.PAPERS[kind], permits.LAWS[kind]) for kind in permits.asked_of(partner)]
    status = 422 if request.method == "POST" else 200
    return page("partners/paper.html", partner=partner, form=form, asked=asked, status=status)


def _add(partner: Partner, form: PaperForm) -> PartnerPaper:
    paper = records.add_paper(
        partner, kind=form.chosen_kind(), number=form.number.data, issuer=form.issuer.data,
        dated_on=form.dated_on.day, until=form.until.data, note=form.note.data, by=signed_in_user(),
    )  # fmt: skip
    if form.scan.data:
        storing.store(form.scan.data, subject=paper, by=signed_in_user())
    return paper


@bp.route("/<code>/papers/<int:paper_id>/end", methods=["GET", "POST"])
@requires("donations.enter")
@once
def end_paper(code: str, paper_id: int) -> Response:
    paper = records.get_paper(records.get_own(code, by=signed_in_user()), paper_id)
    asked = Asked(
        title=_("End %(number)s", number=paper.number),
        text=_("From today on it does not count any more; it stays readable with the reason."),
        button=_("End it"),
        said=_("%(number)s is ended.", number=paper.number),
        stands=paper.ended_on is None,
    )
    user = signed_in_user()
    return with_reason(asked, paper, lambda reason: records.end_paper(paper, reason=reason, by=user), address_of(code))
