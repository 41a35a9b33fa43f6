"""What stands out on a family's page: its people, what is valid today, its cases, and who opened its files."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from portal import clock
from portal.accounts.models import User
from portal.cards.models import CardStatus
from portal.complaints.models import OPEN_STATUSES
from portal.households.models import Household, Sex
from portal.recommendations.models import RecommendationStatus
from portal.reports import addresses, wording
from portal.reports.life import Act
from portal.reports.records import Records, readers_of
from portal.visits import queries as visits


@dataclass(frozen=True)
class Person:
    """A member as the page shows them; the NIK comes masked, the age is in whole years."""

    name: str
    relation: Any
    nik: str | None
    female: bool
    birth_date: date | None
    age: int | None
    in_school: bool


@dataclass(frozen=True)
class Reader:
    """Somebody who opened a file of this family."""

    at: datetime
    name: str
    what: Any


@dataclass(frozen=True)
class Family:
    """What the page shows beside the timeline. `readers` is None for who may not see it."""

    people: Sequence[Person]
    card: Any
    letter: Any
    open_cases: Sequence[Any]
    comparison: Any
    readers: Sequence[Reader] | None
    primary: Act | None
    acts: Sequence[Act]


def family_of(household: Household, records: Records, user: User) -> Family:
    """The family as it stands today."""
    today = clock.today()
    return Family(
        people=[_person(member, today) for member in household.members],
        card=_valid(records.cards, CardStatus.ISSUED, today),
        letter=_valid(records.recommendations, RecommendationStatus.APPROVED, today),
        open_cases=[row for row in reversed(records.complaints) if row.status in OPEN_STATUSES],
        comparison=visits.side_by_side(household.id),
        readers=_readers(household.id) if user.can("households.readers") else None,
        primary=_new_complaint(household.id) if user.can("complaints.record") else None,
        acts=[act for act in _acts(household.id) if user.can(act.permission)],
    )


def _person(member: Any, today: date) -> Person:
    born = member.birth_date
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day)) if born else None
    relation, female = wording.RELATIONS[member.relation], member.sex == Sex.FEMALE
    return Person(member.name, relation, member.nik, female, born, age, member.in_school)


def _valid(rows: Any, status: Any, today: date) -> Any:
    """The newest of these that is valid today."""
    valid = [row for row in rows if row.status == status and row.starts_on <= today <= row.ends_on]
    return valid[-1] if valid else None


def _readers(household_id: int) -> list[Reader]:
    return [Reader(row.at, row.full_name or row.actor_name, wording.opened(row)) for row in readers_of(household_id)]


def _new_complaint(household_id: int) -> Act:
    url = f"/complaints/new?household={household_id}"
    return Act(_l("New complaint of this family"), url, "plus", "complaints.record")


def _acts(household_id: int) -> list[Act]:
    """What else can be done for a family."""
    here, asking = addresses.household, f"/recommendations/new?household={household_id}"
    return [
        Act(_l("Edit the family's data"), here(household_id, "edit"), "edit", "households.record"),
        Act(_l("Read the full numbers"), here(household_id, "numbers"), "eye", "households.identity"),
        Act(_l("Look up the national list"), here(household_id, "list-check"), "list", "households.record"),
        Act(_l("Note a membership card"), here(household_id, "membership-card"), "card", "households.record"),
        Act(_l("Record an emergency"), asking, "emergency", "recommendations.request"),
    ]
