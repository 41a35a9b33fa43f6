"""The assessment at the house: saved as one goes, by the whole page or question by question; made final once."""

from typing import Any

from flask import Response, request, url_for

from portal import audit
from portal.errors import AlreadySettled, NotFound, Refused
from portal.language import gettext as _
from portal.visits import policies, queries, services
from portal.visits.answering import Outcome, Sent
from portal.visits.forms import FinalForm
from portal.visits.models import HomeVisit
from portal.visits.sheet import files_of, sheet
from portal.visits.views import bp
from portal.web.access import requires, signed_in_user
from portal.web.addresses import record_number
from portal.web.pages import done, page


@bp.get("/visits/<int:visit_id>/assessment")
@requires("visits.view")
def assessment(visit_id: int) -> Response:
    """The questions for its visitor; for others, and once it is final, what was answered and what it comes to."""
    visit = queries.get_visit(visit_id)
    user = signed_in_user()
    audit.record_reading(visit, by=user, household_id=visit.household_id)
    if policies.may_change(user, visit):
        return _questions(visit)
    column = queries.column(visit.assessment) if visit.assessment else None
    files = files_of(visit.assessment.answers) if visit.assessment else {}
    return page(
        "visits/assessed.html", visit=visit, column=column, files=[file for each in files.values() for file in each]
    )


@bp.post("/visits/<int:visit_id>/assessment")
@requires("visits.do")
def save(visit_id: int) -> Response:
    """Save what can be saved; what cannot stays in its box with the reason (422), or with both versions (409)."""
    visit = queries.get_visit(visit_id)
    sent = _sent()
    try:
        outcome = services.save_answers(visit, sent, by=signed_in_user())
    except AlreadySettled:
        if not request.htmx:  # type: ignore[attr-defined]
            raise
        return _go(url_for(".assessment", visit_id=visit_id))
    answer = done(url_for(".assessment", visit_id=visit_id, _anchor=_place()))
    if outcome.conflicts or outcome.refused or request.htmx:  # type: ignore[attr-defined]
        return _questions(visit, sent, outcome)
    return answer


def _go(url: str) -> Response:
    """Send a page that sent one question to another page as a whole."""
    response = Response(status=204)
    response.headers["HX-Redirect"] = url
    return response


def _place() -> str:
    """Where on the page the button stood that was pressed."""
    kept = request.form.get("theirs")
    return f"q-{kept}" if kept else f"section-{request.form.get('section', 'result')}"


def _sent() -> list[Sent]:
    """The questions that the form holds, but for the one whose saved answer the person chose to keep."""
    kept = request.form.get("theirs")
    names = [name.removesuffix(".shown") for name in request.form if name.endswith(".shown")]
    return [_one(name) for name in names if name != kept]


def _one(name: str) -> Sent:
    upload = request.files.get(f"{name}.file")
    return Sent(
        name, request.form.get(name, ""), request.form.get(f"{name}.how", ""), request.form.get(f"{name}.shown", ""),
        upload if upload and upload.filename else None,
    )  # fmt: skip


def _questions(visit: HomeVisit, sent: Any = (), outcome: Outcome | None = None) -> Response:
    status = 200
    if outcome:
        status = 409 if outcome.conflicts else 422 if outcome.refused else 200
    return page(
        "visits/assessment.html", fragment="progress", status=status, visit=visit, sheet=sheet(visit, sent, outcome),
        one_by_one=bool(request.htmx),  # type: ignore[attr-defined]
    )  # fmt: skip


@bp.route("/visits/<int:visit_id>/assessment/final", methods=["GET", "POST"])
@requires("visits.do")
def final(visit_id: int) -> Response:
    """Say in words what will happen, then make the assessment final."""
    visit = queries.get_visit(visit_id)
    services.refuse_others(visit, by=signed_in_user())
    if visit.assessment is None:
        raise NotFound
    form = FinalForm(note=visit.note, version=visit.version)
    if form.sent():
        form.expect_version(visit)
        try:
            services.finalise(visit.assessment, by=signed_in_user(), shown=_shown(form), note=form.note.data)
            return done(url_for(".show", visit_id=visit_id), _("The assessment is final."))
        except AlreadySettled:
            raise
        except Refused as refusal:
            form.refuse(refusal)
    audit.record_reading(visit, by=signed_in_user(), household_id=visit.household_id)
    found = sheet(visit)
    form.shown.data = "" if found.result.value is None else str(found.result.value)
    return page("visits/final.html", status=422 if form.errors else 200, visit=visit, form=form, sheet=found)


def _shown(form: FinalForm) -> int | None:
    return record_number(form.shown.data)
