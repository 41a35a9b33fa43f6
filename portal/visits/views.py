"""The agenda, and one visit: read, noted, missed, ended, given to another officer."""

from datetime import date
from itertools import groupby
from typing import Any

from flask import Blueprint, Response, request, url_for

from portal import audit, clock
from portal.accounts import queries as users
from portal.errors import Refused
from portal.households import queries as households
from portal.language import gettext as _
from portal.units.calendar import WEEKEND
from portal.units.catalogue import catalogue
from portal.visits import policies, queries, services, wording
from portal.visits.forms import AssignForm, FinishForm, MissedForm, NoteForm
from portal.visits.models import HomeVisit
from portal.web.access import requires, signed_in_user
from portal.web.pages import done, page
from portal.web.paging import export_url, page_size, paged, place

bp = Blueprint("visits", __name__)


@bp.get("/visits")
@requires("visits.view")
def agenda() -> Response:
    """Visits from a day on (today unless asked otherwise), one's own first for who makes visits."""
    user, (since, wrong_day) = signed_in_user(), _day_asked()
    filters = queries.narrowed_by(request.args, since, reader=user)
    rows = queries.agenda(filters, after=place(), limit=page_size() + 1)
    visits = paged(rows, queries.place_of, size=page_size())
    days = [(on, list(of_day)) for on, of_day in groupby(visits.rows, key=lambda row: row.visit_on)]
    return page(
        "visits/agenda.html", fragment="results", status=422 if wrong_day else 200, visits=visits, days=days,
        who=queries.whose(request.args, user), filters=filters, asked=request.args.get("from", ""), wrong_day=wrong_day,
        closed=_closed_days(days),
        week=queries.week(filters.visitor_id, clock.today()), villages=catalogue().villages, states=wording.STATES,
        narrowed=bool(request.args.keys() & {"who", "from", "village", "status"}),
        export_url=export_url("visits", request.args),
    )  # fmt: skip


def _day_asked() -> tuple[date, str]:
    """The first day to show, and what is wrong with the day that was typed."""
    try:
        return queries.first_day(request.args), ""
    except clock.BadDay as bad:
        return clock.today(), _(clock.SENTENCES[bad.code])


def _closed_days(days: list[tuple[date, Any]]) -> dict[date, str]:
    """Why the unit is closed on a day of the agenda."""
    reasons = {on: catalogue().calendar.why_closed(on) for on, _rows in days}
    return {on: _("weekend") if why == WEEKEND else why for on, why in reasons.items() if why}


@bp.get("/visits/<int:visit_id>")
@requires("visits.view")
def show(visit_id: int) -> Response:
    return _visit_page(queries.get_visit(visit_id))


def _visit_page(visit: HomeVisit, *, note: NoteForm | None = None, assign: AssignForm | None = None) -> Response:
    """One visit: who, where, what was told, and what can be done now. Reading it is recorded."""
    user = signed_in_user()
    audit.record_reading(visit, by=user, household_id=visit.household_id)
    refused = any(form and form.errors for form in (note, assign))
    last = queries.latest_final(visit.household_id)
    return page(
        "visits/visit.html", status=422 if refused else 200, visit=visit, note=note or NoteForm(obj=visit),
        assign=assign or (AssignForm(visit=visit) if policies.may_assign(user, visit) else None),
        may_change=policies.may_change(user, visit), may_move=policies.may_move(user, visit),
        last=queries.column(last) if last else None,
        phone=_phone(visit), state=wording.STATES[visit.status], line=households.line(visit.household),
    )  # fmt: skip


def _phone(visit: HomeVisit) -> str:
    return visit.household.phone or (visit.complaint.applicant_phone if visit.complaint else "")


@bp.post("/visits/<int:visit_id>/note")
@requires("visits.do")
def note(visit_id: int) -> Response:
    visit = queries.get_visit(visit_id)
    form = NoteForm()
    if not form.sent():
        return _visit_page(visit, note=form)
    if policies.may_change(signed_in_user(), visit):
        form.expect_version(visit)
    services.write_note(visit, form.note.data or "", by=signed_in_user())
    return done(url_for(".show", visit_id=visit.id), _("The note is saved."))


@bp.post("/visits/<int:visit_id>/visitor")
@requires("visits.assign")
def assign(visit_id: int) -> Response:
    """Another officer makes this visit."""
    visit = queries.get_visit(visit_id)
    form = AssignForm(visit=visit)
    if form.sent():
        form.expect_version(visit)
        visitor = users.get_user(form.visitor_id.data)
        try:
            services.assign(visit, visitor, by=signed_in_user())
            return done(url_for(".show", visit_id=visit.id), _("%(name)s makes this visit.", name=visitor.full_name))
        except Refused as refusal:
            form.refuse(refusal)
    return _visit_page(visit, assign=form)


@bp.route("/visits/<int:visit_id>/missed", methods=["GET", "POST"])
@requires("visits.do")
def missed(visit_id: int) -> Response:
    """Nobody at home: say why, and go on to book the visit anew."""
    visit = _mine(visit_id)
    form = MissedForm(version=visit.version)
    if form.sent():
        form.expect_version(visit)
        services.miss(visit, reason=form.sentence, by=signed_in_user())
        again = (
            f"/complaints/{visit.complaint.number}/visit" if visit.complaint else url_for(".show", visit_id=visit_id)
        )
        return done(again, _("Noted. Please book the next visit now."))
    audit.record_reading(visit, by=signed_in_user(), household_id=visit.household_id)
    return page("visits/missed.html", status=422 if form.errors else 200, visit=visit, form=form)


@bp.route("/visits/<int:visit_id>/finish", methods=["GET", "POST"])
@requires("visits.do")
def finish(visit_id: int) -> Response:
    """End a visit that gives no result, with a note."""
    visit = _mine(visit_id)
    form = FinishForm(obj=visit)
    if form.sent():
        form.expect_version(visit)
        services.finish(visit, note=form.note.data, by=signed_in_user())
        return done(url_for(".show", visit_id=visit.id), _("The visit is done."))
    audit.record_reading(visit, by=signed_in_user(), household_id=visit.household_id)
    return page("visits/finish.html", status=422 if form.errors else 200, visit=visit, form=form)


def _mine(visit_id: int) -> HomeVisit:
    """A visit that this person may change. Raises NotFound, NotAllowed, AlreadySettled."""
    visit = queries.get_visit(visit_id)
    services.refuse_others(visit, by=signed_in_user())
    return visit
