"""Emergencies: the mayor's page, the lists of the staff, the request, the letter, the exit."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, make_response, request, url_for

from portal import audit, clock
from portal.accounts.models import User
from portal.db import db, writing
from portal.errors import AlreadySettled, NotAllowed, Refused
from portal.files import policies as file_policies
from portal.files import queries as files
from portal.households import standing as register
from portal.households import why
from portal.language import gettext, ngettext
from portal.language import lazy_gettext as _l
from portal.paper import render
from portal.recommendations import letters, policies, queries, services, standing, validity
from portal.recommendations.forms import DecisionForm, ExitForm
from portal.recommendations.models import EmergencyEvent, EmergencyRecommendation, Exit, RecommendationStatus
from portal.recommendations.waiting import is_late, waiting_hours
from portal.recommendations.words import (
    EVENTS,
    EXIT_HINTS,
    EXITS,
    STATUSES,
    reasons_to_approve,
    reasons_to_decline,
)
from portal.units.catalogue import catalogue
from portal.web.access import requires, signed_in_user
from portal.web.once import new_key, once
from portal.web.pages import done, page, public_address, see_other
from portal.web.paging import PAGE_SIZE, export_url, paged, place

bp = Blueprint("recommendations", __name__)
register.contribute(marks=standing.marking, household_of=standing.household_of, paper=_l("letter or request number"))
file_policies.allow(EmergencyEvent.__tablename__, lambda user, _event_id: policies.may_view(user, clock.today()))


@bp.get("/recommendations", endpoint="index")
@requires()
def index() -> Response:
    """For who decides: one card an emergency. For the staff, and with `filter`: lists."""
    user = signed_in_user()
    if "filter" not in request.args and policies.decides(user, clock.today()):
        return _mayor(user)
    if not user.can("recommendations.view"):
        raise NotAllowed
    return _list(user)


def _mayor(
    user: User, *, status: int = 200, form: DecisionForm | None = None, wrong: str = "", trouble: Any = ""
) -> Response:
    """What waits for the mayor, the longest wait first; after a decision also what was decided."""
    waiting = queries.awaiting_mayor()
    for row in waiting:
        read = (EmergencyRecommendation.__tablename__, row.id)
        audit.record_reading(read, by=user, household_id=row.household_id)
    return page(
        "recommendations/mayor.html", fragment="waiting", status=status, waiting=waiting, user=user, wrong=wrong,
        form=form or DecisionForm(formdata=None), trouble=trouble, decided=_just_decided(),
        proofs=queries.proofs([row.event_id for row in waiting]), before=queries.other_letters(waiting),
        hours=waiting_hours, late=is_late,
        delegation=queries.delegation_of(user, clock.today()), **_deciding(),
    )  # fmt: skip


def _deciding() -> dict[str, Any]:
    return {
        "events": EVENTS, "to_approve": reasons_to_approve(), "to_decline": reasons_to_decline(),
        "last_day": clock.one_month_after(clock.today()), "new_key": new_key,
    }  # fmt: skip


def _just_decided() -> EmergencyRecommendation | None:
    number = request.args.get("decided", "")
    if not number:
        return None
    decided = queries.get_recommendation(number)
    audit.record_reading(decided, by=signed_in_user(), household_id=decided.household_id)
    return decided


def _list(user: User) -> Response:
    filters = queries.narrowed_by(request.args)
    found = paged(queries.listed(filters, after=place(), size=PAGE_SIZE + 1), queries.place_of)
    return page(
        "recommendations/index.html", fragment="results", q=filters.text, chosen=filters.chosen, hours=waiting_hours,
        late=is_late, recommendations=found, why=why.beside(filters.text, [row.household_id for row in found]),
        export_url=export_url("recommendations", request.args), events=EVENTS, statuses=STATUSES, exits=EXITS,
        may_request=policies.may_request(user), on=clock.today(), soon=clock.today() + queries.EXIT_NOTICE,
    )  # fmt: skip


def _shown(number: str) -> EmergencyRecommendation:
    """The request, if this person may know of it."""
    if not policies.may_view(signed_in_user(), clock.today()):
        raise NotAllowed
    return queries.get_recommendation(number)


@bp.get("/recommendations/<number>")
@requires()
def show(number: str) -> Response:
    recommendation = _shown(number)
    return _show(recommendation, ExitForm(formdata=None, obj=recommendation))


def _show(recommendation: EmergencyRecommendation, form: ExitForm, *, status: int = 200) -> Response:
    user, today = signed_in_user(), clock.today()
    approved = recommendation.status is RecommendationStatus.APPROVED
    audit.record_reading(recommendation, by=user, household_id=recommendation.household_id)
    return page(
        "recommendations/show.html", status=status, r=recommendation, exit_form=form, user=user,
        files=files.of(recommendation.event), hours=waiting_hours(recommendation), late=is_late(recommendation),
        event_letter_on=queries.event_letter_brought_on(recommendation.complaint_id),
        before=queries.other_letters([recommendation])[recommendation.id],
        statuses=STATUSES, exits=EXITS, exit_hints={way.value: hint for way, hint in EXIT_HINTS.items()},
        may_decide=policies.may_decide(user, recommendation, today), form=DecisionForm(formdata=None), wrong="",
        may_exit=approved and recommendation.exit is None and policies.may_record_exit(user),
        asks_exit=bool(recommendation.ends_on and recommendation.ends_on <= today + queries.EXIT_NOTICE),
        validity=validity.of(recommendation, today).value if approved else "", visit=_visit_reminder(recommendation),
        **_deciding(),
    )  # fmt: skip


def _visit_reminder(recommendation: EmergencyRecommendation) -> dict[str, Any] | None:
    """The home visit that may follow within so many days (domain.md section 5), while it is neither done nor booked."""
    starts_on, today = recommendation.starts_on, clock.today()
    if starts_on is None or recommendation.exit is not None:
        return None
    due_on = starts_on + timedelta(days=int(catalogue().setting("emergency_visit_days")))
    visit = queries.visit_after(recommendation.household_id, recommendation.event.happened_on)
    if visit is None and today > due_on + queries.EXIT_NOTICE:
        return None
    return {"due_on": due_on, "visit": visit, "late": today > due_on}


@bp.post("/recommendations/<number>/approve")
@requires()
@once
def approve(number: str) -> Response:
    return _decide(number, services.approve)


@bp.post("/recommendations/<number>/decline")
@requires()
@once
def decline(number: str) -> Response:
    return _decide(number, services.decline)


def _decide(number: str, act: Callable[..., None]) -> Response:
    """Approve or decline; what was decided before is said on the same page, so that htmx shows it in its place."""
    recommendation, user, form = _shown(number), signed_in_user(), DecisionForm()
    if not policies.decides(user, clock.today()):
        raise NotAllowed
    try:
        services.refuse_settled(recommendation)
        form.expect_version(recommendation)
        if not form.sent():
            return _mayor(user, status=422, form=form, wrong=number)
        act(recommendation, reason=form.reason, by=user, on=clock.today())
    except AlreadySettled as settled:
        db.session.rollback()
        return _mayor(user, status=409, trouble=settled.sentence)
    except Refused as refusal:
        form.refuse(refusal)
        db.session.rollback()
        return _mayor(user, status=422, form=form, wrong=number)
    return done(url_for(".index", decided=number))


@bp.get("/recommendations/<number>.pdf")
@requires()
def pdf(number: str) -> Response:
    """The letter, only once it is approved; each printing is on record before the paper leaves the house."""
    recommendation = _shown(number)
    paper = letters.letter(recommendation, verify_page=f"{public_address()}/verify")
    sheet = render("letter", paper)
    db.session.rollback()
    with writing():
        services.record_printing(recommendation, by=signed_in_user())
        db.session.commit()
    response = make_response(sheet)
    response.content_type = "application/pdf"
    response.headers["Content-Disposition"] = f'inline; filename="{number}.pdf"'
    return response


@bp.post("/recommendations/<number>/exit")
@requires("recommendations.request")
def exit_recorded(number: str) -> Response:
    """A referral is written on its own page, which records the exit when it is sent."""
    recommendation, form = queries.get_recommendation(number), ExitForm()
    if form.sent():
        way = Exit(form.way.data)
        if recommendation.exit is None:  # else the service says which exit is on record
            form.expect_version(recommendation)
        if way is Exit.REFERRAL and recommendation.exit is None:
            return see_other(f"/referrals/new?recommendation={number}")
        try:
            services.record_exit(
                recommendation, way, reason=form.reason.data or "", by=signed_in_user(), on=clock.today()
            )
            return done(_after_exit(recommendation, way), gettext("The exit is on record."))
        except AlreadySettled:
            raise
        except Refused as refusal:
            form.refuse(refusal)
    return _show(recommendation, form, status=422)


def _after_exit(recommendation: EmergencyRecommendation, way: Exit) -> str:
    """On to a card: book the visit of the complaint, or take in a new one."""
    if way is Exit.CARD and recommendation.complaint is not None:
        return f"/complaints/{recommendation.complaint.number}/visit"
    if way is Exit.CARD:
        return f"/complaints/new?household={recommendation.household_id}"
    return url_for(".show", number=recommendation.number)


@bp.app_template_filter("wait")
def wait(hours: int) -> str:
    """How long somebody has been waiting: 26 hours."""
    return ngettext("%(num)s hour", "%(num)s hours", hours) if hours else gettext("less than an hour")
