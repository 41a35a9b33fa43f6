"""A new complaint: one page that works without a script, and is quicker with one."""

from typing import Any

from flask import Blueprint, Response, request
from werkzeug.datastructures import MultiDict

from portal import audit, clock
from portal.complaints import queries as complaints
from portal.complaints.promise import days_promised, promise_for
from portal.db import db
from portal.errors import NotFound, Refused
from portal.households import area_queries, area_services, standing, why
from portal.households import queries as households
from portal.households.area_models import AreaReport, ReportOutcome
from portal.households.checks import NumberTaken
from portal.households.models import Household
from portal.language import gettext as _
from portal.units.catalogue import catalogue
from portal.units.documents import document_name
from portal.visits import desk
from portal.visits.desk_forms import CHOSEN, NEW, IntakeForm
from portal.web.access import requires, signed_in_user
from portal.web.addresses import record_number
from portal.web.once import once
from portal.web.pages import done, page, part_wanted

bp = Blueprint("intake", __name__)
RECORD = "complaints.record"
MOST_FOUND = 8
FRAGMENTS = ("families", "rest", "missing")


def _household(form: IntakeForm) -> Household | None:
    """The family that was chosen; the offered times are near its house."""
    if form.family.data != CHOSEN:
        return None
    number = record_number(form.household_id.data)
    if number is None:
        raise NotFound
    household = households.get_household(number)
    form.known_village = household.village_code
    return household


def _report(form: IntakeForm, household: Household | None) -> AreaReport | None:
    """The cadre's report that this complaint takes up; none once another family was chosen. Raises NotFound."""
    number = record_number(form.report.data)
    if not form.report.data or household is None:
        return None
    if number is None:
        raise NotFound
    report = area_queries.get_report(number, reader=signed_in_user())
    if report.family_id != household.id:
        return None
    audit.record_reading(report, by=signed_in_user(), household_id=household.id)
    return report


def _promised(form: IntakeForm) -> dict[str, Any]:
    """The answer's day for the service chosen, and what papers are missing for it."""
    service = catalogue().services.get(form.service_code.data or "")
    if service is None:
        return {"service": None, "promised_on": None, "days": None, "missing": []}
    urgent = bool(form.urgent.data)
    return {
        "service": service,
        "promised_on": promise_for(service, clock.today(), urgent=urgent),
        "days": days_promised(service, urgent=urgent),
        "missing": [document_name(code) for code in service.documents if code not in form.brought.data],
    }


def _of_family(household: Household | None) -> dict[str, Any]:
    """What the desk must see of a family it talks with."""
    if household is None:
        return {"line": None, "facts": [], "open_cases": []}
    cases = [case for case in complaints.complaints_of(household.id) if case.closed_on is None]
    return {"line": households.line(household), "facts": standing.facts(household.id), "open_cases": cases}


def _show(form: IntakeForm, *, status: int = 200, household: Household | None = None, **context: Any) -> Response:
    if household and not part_wanted(FRAGMENTS):  # the parts show nothing of the family
        audit.record_reading(household, by=signed_in_user(), household_id=household.id)
    form.offer_times()
    text = form.q.data or ""
    found = [] if household else households.likely(text, most=MOST_FOUND)
    return page(
        "visits/intake.html", fragment=FRAGMENTS, status=status, form=form, found=households.lines_of(found),
        why=why.of(text, found),
        **_promised(form), **_of_family(household), **context,
    )  # fmt: skip


@bp.get("/complaints/new")
@requires(RECORD)
def new() -> Response:
    """The empty page, or for the family `household`; the parts that follow a choice are asked for here, too.

    `report` names what a cadre told of the family: it stands as the first of the words to be asked about.
    """
    given = MultiDict(request.args)
    if "household" in given:
        given["household_id"] = given.pop("household")
    form = IntakeForm(given or None)
    household = _household(form)
    report = _report(form, household)
    if report is not None and not form.own_words.data:
        form.own_words.data = report.own_words
    return _show(form, household=household)


@bp.post("/complaints/new/families")
@requires(RECORD)
def families() -> Response:
    """The families that fit what is typed; as a form, because a NIK must not stand in an address."""
    return _show(IntakeForm())


@bp.post("/complaints/new")
@requires(RECORD)
@once
def create() -> Response:
    form, act = IntakeForm(), request.form.get("act", "save")
    household = _household(form)
    if act != "save":
        return _show(form, household=household)
    valid = form.sent()
    if form.family.data not in (CHOSEN, NEW):
        form.refuse(Refused(_("Please choose the family, or register a new one."), field="q"))
        valid = False
    if not valid:
        return _show(form, status=422, household=household)
    return _take_in(form, household)


def _take_in(form: IntakeForm, household: Household | None) -> Response:
    try:
        complaint = desk.take_in(
            desk.Intake(
                family=household or form.new.form.details(), own_words=form.own_words.data,
                service_code=form.service_code.data, brought=form.brought.data, urgent=form.urgent.data,
                applicant_name=form.applicant_name.data or "", applicant_phone=form.applicant_phone.data or "",
                visit=form.wish(),
            ),
            by=signed_in_user(), confirmed=form.confirmed,
        )  # fmt: skip
        report = _report(form, household)
        if report is not None:
            area_services.take_up(report, ReportOutcome.COMPLAINT, by=signed_in_user())
    except Refused as refusal:
        db.session.rollback()
        form.refuse(refusal)
        known = isinstance(refusal, NumberTaken) and households.lines([refusal.household_id])[refusal.household_id]
        return _show(form, status=422, household=household, known=known)
    said = _("Complaint %(number)s is recorded. The receipt can be printed here.", number=complaint.number)
    return done(f"/complaints/{complaint.number}", said)
