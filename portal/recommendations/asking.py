"""The page on which a social worker asks the mayor for a letter."""

from typing import Any

from flask import Response, request, url_for
from flask_babel import get_locale

from portal import audit
from portal.complaints import queries as complaints
from portal.complaints.models import Complaint
from portal.errors import Refused
from portal.households import queries as households
from portal.households.models import Household
from portal.language import gettext
from portal.recommendations import queries, services
from portal.recommendations.forms import NEW_EVENT, RequestForm
from portal.recommendations.models import EmergencyEvent, EventKind
from portal.recommendations.views import bp
from portal.web.access import requires, signed_in_user
from portal.web.addresses import record_number
from portal.web.once import once
from portal.web.pages import done, page


@bp.get("/recommendations/new")
@requires("recommendations.request")
def new() -> Response:
    household, complaint = _for_whom()
    if household is None:
        return page("recommendations/new.html", household=None)
    form = _form(household, complaint, formdata=None)
    if complaint is not None:
        form.urgent.data = complaint.urgent
        form.description.data = complaint.own_words[:400]
    return _ask(form, household, complaint)


@bp.post("/recommendations/new")
@requires("recommendations.request")
@once
def asked() -> Response:
    household, complaint = _for_whom()
    if household is None:
        return page("recommendations/new.html", household=None, status=422)
    form = _form(household, complaint)
    if form.sent():
        try:
            recommendation = _request(form, household, complaint)
            message = gettext("%(number)s now waits for the mayor.", number=recommendation.number)
            return done(url_for(".show", number=recommendation.number), message)
        except Refused as refusal:
            form.refuse(refusal)
    return _ask(form, household, complaint, status=422)


def _for_whom() -> tuple[Household | None, Complaint | None]:
    """The family, found by its complaint or by itself. Raises NotFound for one that is not there."""
    number, household = request.args.get("complaint"), record_number(request.args.get("household"))
    if number:
        complaint = complaints.get_complaint(number)
        return complaint.household, complaint
    return (households.get_household(household), None) if household is not None else (None, None)


def _form(household: Household, complaint: Complaint | None, **how: Any) -> RequestForm:
    language = str(get_locale() or "id")
    form = RequestForm(**how)
    form.offer(
        events=list(queries.events_of(household.id)),
        residents=[member.name for member in household.members] or [household.head_name],
        services=[(service.code, service.name(language)) for service in services.services_of_path_c()],
    )
    return form


def _request(form: RequestForm, household: Household, complaint: Complaint | None) -> Any:
    return services.request(
        household, event=_event(form, household), resident_name=form.resident.data,
        service_code=form.service_code.data, amount=form.amount.data, urgent=form.urgent.data,
        reason=form.reason.data, complaint=complaint, proof=form.proof.data,
        confirmed=form.confirmed, by=signed_in_user(),
    )  # fmt: skip


def _event(form: RequestForm, household: Household) -> EmergencyEvent | services.Happening:
    if form.event.data != NEW_EVENT:
        return queries.get_event(int(form.event.data), household.id)
    return services.Happening(
        kind=EventKind(form.kind.data), happened_on=form.happened_on.day, description=form.description.data
    )


def _ask(form: RequestForm, household: Household, complaint: Complaint | None, *, status: int = 200) -> Response:
    read = complaint or household
    audit.record_reading(read, by=signed_in_user(), household_id=household.id)
    return page(
        "recommendations/new.html", status=status, form=form, complaint=complaint, household=household,
        line=households.line(household), events=len(form.event.choices) - 1,
        event_letter_on=queries.event_letter_brought_on(complaint.id if complaint else None),
    )  # fmt: skip
