"""Visits and assessments for tests, stored through plain models."""

from datetime import date, time
from typing import Any

from portal import clock
from portal.accounts.models import User
from portal.complaints.models import Complaint, ComplaintStatus
from portal.households.models import Household
from portal.visits.instruments import Field
from portal.visits.instruments_of import latest
from portal.visits.models import Answer, Assessment, AssessmentStatus, HomeVisit, KnownBy, VisitStatus
from tests.factories import Make
from tests.rules.seeds import HOUSEHOLDS, raw_answers, scored_answers


def complaint(make: Make, household: Household, taken_by: User, **details: Any) -> Complaint:
    n = next(make._numbers)
    values = {
        "number": f"K-2026-{n:06d}", "tracking_code": f"A{n:05d}", "household_id": household.id,
        "applicant_name": household.head_name, "applicant_phone": "0813-1111-2222", "own_words": "Atap rumah bocor.",
        "service_code": "data-card", "status": ComplaintStatus.SCHEDULED, "received_on": clock.today(),
        "taken_by_id": taken_by.id, "taken_at": clock.now(),
    }  # fmt: skip
    return make._store(Complaint(**(values | details)))


def visit(make: Make, visitor: User, household: Household | None = None, **details: Any) -> HomeVisit:
    """A visit booked for today at nine, of a complaint of its own unless told otherwise."""
    household = household or make.household()
    if "complaint" not in details:
        details["complaint"] = complaint(make, household, visitor)
    values = {
        "household_id": household.id, "visitor_id": visitor.id, "visit_on": clock.today(), "visit_time": time(9, 0),
        "booked_by_id": visitor.id, "booked_at": clock.now(),
    }  # fmt: skip
    return make._store(HomeVisit(**(values | details)))


def assessment(make: Make, of: HomeVisit, answers: dict[str, str], **details: Any) -> Assessment:
    """A draft with these answers, all told."""
    form = latest()
    values = {
        "household_id": of.household_id, "visit_id": of.id, "instrument_code": form.code,
        "instrument_version": form.version, "assessed_on": clock.today(), "by_id": of.visitor_id,
    }  # fmt: skip
    draft = Assessment(**(values | details))
    draft.answers = [
        Answer(field=name, value=value, known_by=KnownBy.TOLD, answered_at=clock.now())
        for name, value in answers.items()
        if value
    ]
    return make._store(draft)


def final(make: Make, of: HomeVisit, row: str, on: date, **details: Any) -> Assessment:
    """A final assessment with the answers of a demo household, and its visit done."""
    home = demo(row)
    of.status, of.done_at = VisitStatus.DONE, clock.now()
    return assessment(
        make, of, raw_answers(home), status=AssessmentStatus.FINAL, final_at=clock.now(), assessed_on=on,
        value=int(home["expected_payakumbuh_12"]), band=home["expected_result"], **details,
    )  # fmt: skip


def demo(number: str) -> dict[str, str]:
    """A row of seeds/demo_households.csv."""
    return next(row for row in HOUSEHOLDS if row["id"] == number)


def answers_for(code: str, row: dict[str, str]) -> dict[str, str]:
    return scored_answers(row) if code == "sragen_20" else raw_answers(row)


def as_form(fields: list[Field], answers: dict[str, str], how: str = "told") -> dict[str, str]:
    """A page's form, filled in on a page that had shown nothing yet."""
    sent = {}
    for field in fields:
        sent[field.name] = answers.get(field.name, "")
        sent[f"{field.name}.how"] = how if sent[field.name] else ""
        sent[f"{field.name}.shown"] = ""
    return sent
