"""A family at the desk: registered if it is new, heard, promised an answer, and visited; all in one transaction."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, time

from portal import clock
from portal.accounts.models import User
from portal.complaints import policies
from portal.complaints import queries as complaint_queries
from portal.complaints import services as complaints
from portal.complaints.models import Complaint
from portal.db import take_turns
from portal.errors import Doubt, NotAllowed, settle_doubts
from portal.households import checks
from portal.households import services as households
from portal.households.models import Household
from portal.households.services import HouseholdDetails
from portal.language import gettext as _
from portal.visits import booking


@dataclass(frozen=True, kw_only=True)
class Wish:
    """When who shall come."""

    visitor: User
    on: date
    at: time


@dataclass(frozen=True, kw_only=True)
class Intake:
    """What the desk took down; `family` is one of the register or a new one as typed, `visit` may come later."""

    family: Household | HouseholdDetails
    own_words: str
    service_code: str
    brought: Collection[str]
    urgent: bool = False
    applicant_name: str = ""
    applicant_phone: str = ""
    visit: Wish | None = None


def doubts(intake: Intake) -> list[Doubt]:
    """Everything to look at once more, asked in one go."""
    found: list[Doubt] = []
    if isinstance(intake.family, Household):
        same = complaint_queries.open_complaint(intake.family.id, intake.service_code)
        if same:
            sentence = _("This family has an open complaint for the same service: %(number)s.", number=same.number)
            found.append(Doubt(f"open_complaint:{same.number}", sentence, intake.family.id))
    else:
        found += checks.doubts(intake.family, None)
    if intake.visit:
        found += booking.doubts(intake.visit.visitor, intake.visit.on, intake.visit.at)
    return found


def take_in(intake: Intake, *, by: User, confirmed: Collection[str] = ()) -> Complaint:
    """Store it all, or nothing. Raises NumberTaken, Refused, and Doubtful for doubts that were not confirmed."""
    if not policies.may_record(by):
        raise NotAllowed
    if intake.visit:
        booking.refuse_impossible(intake.visit.visitor, intake.visit.on, intake.visit.at)
    if isinstance(intake.family, HouseholdDetails):
        checks.refuse_taken_numbers(intake.family, None)
    take_turns(intake.family)  # another desk may record the same wish of this family at this moment
    settle_doubts(doubts(intake), confirmed)
    household = intake.family
    if isinstance(household, HouseholdDetails):
        household = households.register(household, by=by, confirmed=confirmed)
    complaint = complaints.receive(
        household, own_words=intake.own_words, service_code=intake.service_code, brought=intake.brought,
        applicant_name=intake.applicant_name or household.head_name,
        applicant_phone=intake.applicant_phone or household.phone, urgent=intake.urgent, by=by, on=clock.today(),
    )  # fmt: skip
    if intake.visit:
        wish = intake.visit
        booking.book(
            household, complaint=complaint, visitor=wish.visitor, on=wish.on, at=wish.at, by=by, confirmed=confirmed
        )
    return complaint
