"""Referrals: the list, sending one, and the office's answer."""

from flask import Blueprint, Response, request, url_for
from flask_babel import get_locale

from portal import audit, clock
from portal.complaints import queries as complaints
from portal.complaints.models import Complaint
from portal.complaints.promise import overdue_before
from portal.errors import AlreadySettled, Refused
from portal.households import queries as households
from portal.households import why
from portal.households.models import Household
from portal.language import gettext
from portal.recommendations import queries as recommendations
from portal.recommendations.models import EmergencyRecommendation
from portal.referrals import policies, queries, services
from portal.referrals.forms import AnswerForm, ReferralForm
from portal.referrals.models import Referral, ReferralOutcome
from portal.referrals.words import OUTCOMES
from portal.units.catalogue import catalogue
from portal.units.formats import day
from portal.web.access import requires, signed_in_user
from portal.web.addresses import record_number
from portal.web.once import once
from portal.web.pages import done, page
from portal.web.paging import PAGE_SIZE, export_url, paged, place

bp = Blueprint("referrals", __name__)
Source = tuple[Household | None, Complaint | None, EmergencyRecommendation | None]


@bp.get("/referrals", endpoint="index")
@requires("referrals.view", "referrals.answer")
def index() -> Response:
    """All referrals for the unit, an office's own for its people."""
    filters = queries.narrowed_by(request.args, reader=signed_in_user())
    rows = queries.listed(filters, after=place(), size=PAGE_SIZE + 1, on=clock.today())
    found, heads = paged(rows, queries.place_of), filters.office is not None
    return page(
        "referrals/index.html", fragment="results", q=filters.text, chosen=filters.chosen, office=filters.office,
        outcomes=OUTCOMES, referrals=found,
        why=why.beside(filters.text, [row.household_id for row in found], heads=heads),
        late_before=overdue_before(clock.today()),
        export_url=export_url("referrals", request.args),
    )  # fmt: skip


@bp.get("/referrals/new")
@requires("referrals.send")
def new() -> Response:
    source = _source()
    return _new(_form(formdata=None), source) if source[0] else page("referrals/new.html", household=None)


@bp.post("/referrals/new")
@requires("referrals.send")
@once
def sent() -> Response:
    household, complaint, recommendation = _source()
    if household is None:
        return page("referrals/new.html", household=None, status=422)
    form = _form()
    if form.sent():
        try:
            referral = services.send(
                household, office=form.office.data, reason=form.reason.data, complaint=complaint,
                service_code=form.service_code.data or None, recommendation=recommendation,
                confirmed=form.confirmed, by=signed_in_user(),
            )  # fmt: skip
            message = gettext(
                "Sent to %(office)s; the answer is due on %(day)s.",
                office=referral.office,
                day=day(referral.due_on, weekday=True),
            )
            return done(url_for(".show", referral_id=referral.id), message)
        except AlreadySettled:
            raise
        except Refused as refusal:
            form.refuse(refusal)
    return _new(form, (household, complaint, recommendation), status=422)


def _source() -> Source:
    """The family, by its complaint, its emergency or itself. Raises NotFound for one that is not there."""
    given = request.args
    if given.get("recommendation"):
        recommendation = recommendations.get_recommendation(given["recommendation"])
        return recommendation.household, recommendation.complaint, recommendation
    if given.get("complaint"):
        complaint = complaints.get_complaint(given["complaint"])
        return complaint.household, complaint, None
    household = record_number(given.get("household"))
    return (households.get_household(household) if household is not None else None), None, None


def _form(**how: object) -> ReferralForm:
    form, unit, language = ReferralForm(**how), catalogue(), str(get_locale() or "id")
    form.office.choices = [("", gettext("Please choose")), *((name, name) for name in unit.profile["referral_offices"])]
    public = [(service.code, service.name(language)) for service in unit.services.values() if service.is_public]
    form.service_code.choices = [("", gettext("None in particular")), *public]
    return form


def _new(form: ReferralForm, source: Source, *, status: int = 200) -> Response:
    household, complaint, recommendation = source
    if household is not None:
        read = recommendation or complaint or household
        audit.record_reading(read, by=signed_in_user(), household_id=household.id)
    return page(
        "referrals/new.html", status=status, form=form, household=household, complaint=complaint,
        recommendation=recommendation, line=households.line(household) if household else None,
        days=catalogue().setting("referral_answer_days"),
    )  # fmt: skip


@bp.get("/referrals/<int:referral_id>")
@requires("referrals.view", "referrals.answer")
def show(referral_id: int) -> Response:
    referral = queries.get_referral(referral_id, reader=signed_in_user())
    return _show(referral, AnswerForm(formdata=None, obj=referral))


def _show(referral: Referral, form: AnswerForm, *, status: int = 200) -> Response:
    """An office sees the head's name, kelurahan, telephone and the reason, nothing more (domain.md section 10)."""
    user = signed_in_user()
    complaint = referral.complaint
    phone = (complaint.applicant_phone if complaint else "") or referral.household.phone
    audit.record_reading(referral, by=user, household_id=referral.household_id)
    final = referral.outcome in (ReferralOutcome.SERVED, ReferralOutcome.REFUSED)
    return page(
        "referrals/show.html", status=status, r=referral, form=form, phone=phone, outcomes=OUTCOMES,
        late_before=overdue_before(clock.today()),
        may_answer=policies.may_answer(user, referral) and not final, may_see_all=policies.may_see_all(user),
    )  # fmt: skip


@bp.post("/referrals/<int:referral_id>/answer")
@requires("referrals.answer")
def answered(referral_id: int) -> Response:
    referral, form = queries.get_referral(referral_id, reader=signed_in_user()), AnswerForm()
    form.expect_version(referral)
    if form.sent():
        try:
            services.answer(
                referral, ReferralOutcome(form.outcome.data), text=form.answer.data or "", by=signed_in_user()
            )
            return done(url_for(".show", referral_id=referral.id), gettext("The unit has your answer. Thank you."))
        except AlreadySettled:
            raise
        except Refused as refusal:
            form.refuse(refusal)
    return _show(referral, form, status=422)
