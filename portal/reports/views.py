"""The case file and the family's page: everything that happened, and what can be done now. They change nothing."""

from flask import Blueprint, Response

from portal import audit
from portal.complaints import queries as complaints
from portal.complaints.wording import STATUS
from portal.duplicates import queries as duplicates
from portal.households import lists, merged
from portal.households import queries as households
from portal.language import of_reader
from portal.reports import events, records, wording
from portal.reports.case_file import case_file
from portal.reports.family import family_of
from portal.reports.records import Scope, records_of
from portal.units.documents import document_name
from portal.web import paging
from portal.web.access import requires, signed_in_user
from portal.web.pages import page

bp = Blueprint("stories", __name__)


@bp.get("/complaints/<number>", endpoint="case_file")
@requires("complaints.view")
def show_case(number: str) -> Response:
    """One case with all that followed it; opening it is recorded."""
    complaint, user = complaints.get_complaint(number), signed_in_user()
    found = records_of(Scope(complaint.household_id, complaint.id))
    audit.record_reading(complaint, by=user, household_id=complaint.household_id)
    return page(
        "reports/case_file.html",
        complaint=complaint,
        family=households.line(complaint.household),
        case=case_file(complaint, found, user, of_reader()),
        standing=STATUS[complaint.status],
        events=events.story(found),
        documents=[(document_name(row.code), row.brought_on) for row in found.documents],
        taken_by=found.names.get(complaint.taken_by_id, ""),
    )


@bp.get("/households/<int:household_id>/readers", endpoint="readers")
@requires("households.readers")
def show_readers(household_id: int) -> Response:
    """Who opened this family's files, on a page that the family may be given."""
    household, user = households.get_household(household_id), signed_in_user()
    audit.record_reading(household, by=user, household_id=household.id, action="household.readers_read")
    found = records.readers_of(merged.all_of(household.id), before=paging.after_id(), size=paging.PAGE_SIZE + 1)
    return page(
        "reports/readers.html",
        family=households.line(household),
        readers=paging.paged(found, lambda row: [row.id]),
        opened=wording.opened,
    )


@bp.get("/households/<int:household_id>", endpoint="household")
@requires("households.view")
def show_family(household_id: int) -> Response:
    """A family's story in one timeline; opening it is recorded."""
    household, user = households.get_household(household_id), signed_in_user()
    found = records_of(Scope(household.id))
    audit.record_reading(household, by=user, household_id=household.id)
    return page(
        "reports/household.html",
        household=household,
        family=households.line(household),
        facts=lists.list_facts(household),
        held=family_of(household, found, user),
        duplicates=duplicates.open_pairs_of(household.id) if user.can("duplicates.decide") else (),
        events=events.story(found),
    )
