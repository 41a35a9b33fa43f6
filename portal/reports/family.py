"""What stands out on a family's page: its people, what is valid today, its cases, and who opened its files."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from portal import clock
from portal.accounts.models import User
from portal.cards.models import CardStatus
from portal.complaints.models import OPEN_STATUSES
from portal.households import event_queries, event_words
from portal.households import queries as households
from portal.households.event_models import EventKind
from portal.households.models import Household, Sex
from portal.households.words import RELATIONS
from portal.language import lazy_gettext as _l
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
class Gone:
    """Who belonged to the family before, how they left it, and where they are now, if in another family."""

    name: str
    how: str
    on: date
    household_id: int | None


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
    gone: Sequence[Gone]
    card: Any
    letter: Any
    open_cases: Sequence[Any]
    comparison: Any
    readers: Sequence[Reader] | None
    primary: Act | None
    acts: Sequence[Act]
    events: Sequence[tuple[Any, str, str]]
    """What may be noted of the family: words, address and icon of each."""


def family_of(household: Household, records: Records, user: User) -> Family:
    """The family as it stands today."""
    today, closed = clock.today(), household.closed_on is not None
    return Family(
        people=[_person(member, today) for member in households.people_of(household.id)],
        gone=[_gone(row, household.id) for row in _who_left(household.id, records)],
        card=_valid(records.cards, CardStatus.ISSUED, today),
        letter=_valid(records.recommendations, RecommendationStatus.APPROVED, today),
        open_cases=[row for row in reversed(records.complaints) if row.status in OPEN_STATUSES],
        comparison=visits.side_by_side(household.id),
        readers=_readers(records.families) if user.can("households.readers") else None,
        primary=_new_complaint(household.id) if user.can("complaints.record") and not closed else None,
        acts=[act for act in _acts(household.id, closed=closed) if user.can(act.permission)],
        events=_events(household.id, away=records.away, closed=closed) if user.can("households.record") else (),
    )


def _who_left(household_id: int, records: Records) -> Sequence[Any]:
    """Nobody leaves a family without an event."""
    return event_queries.who_left(household_id, records.families) if records.family_events else ()


def _gone(row: Any, household_id: int) -> Gone:
    elsewhere = row.household_id if row.left_because is None and row.household_id != household_id else None
    return Gone(row.name, str(event_words.LEFT.get(row.kind, event_words.LEFT_OTHERWISE)), row.on, elsewhere)


def _events(household_id: int, *, away: bool, closed: bool) -> list[tuple[Any, str, str]]:
    """People can come back only where somebody moved away; to a closed family nothing else can happen."""
    kinds = [EventKind.RETURNED] if closed else list(event_words.MENU)
    if not away:
        kinds.remove(EventKind.RETURNED)
    icons = event_words.ICONS
    return [
        (
            event_words.MENU[kind],
            addresses.household(household_id, f"events/{kind.value}"),
            icons.get(kind, "household"),
        )
        for kind in kinds
    ]


def _person(member: Any, today: date) -> Person:
    born = member.birth_date
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day)) if born else None
    relation, female = RELATIONS[member.relation], member.sex == Sex.FEMALE
    return Person(member.name, relation, member.nik, female, born, age, member.in_school)


def _valid(rows: Any, status: Any, today: date) -> Any:
    """The newest of these that is valid today."""
    valid = [row for row in rows if row.status == status and row.starts_on <= today <= row.ends_on]
    return valid[-1] if valid else None


def _readers(families: Sequence[int]) -> list[Reader]:
    return [Reader(row.at, row.full_name or row.actor_name, wording.opened(row)) for row in readers_of(families)]


def _new_complaint(household_id: int) -> Act:
    url = f"/complaints/new?household={household_id}"
    return Act(_l("New complaint of this family"), url, "plus", "complaints.record")


def _acts(household_id: int, *, closed: bool) -> list[Act]:
    """What else can be done for a family; of a closed one only its numbers are read."""
    here, asking = addresses.household, f"/recommendations/new?household={household_id}"
    numbers = Act(_l("Read the full numbers"), here(household_id, "numbers"), "eye", "households.identity")
    merge = Act(_l("Stands twice in the register"), here(household_id, "merge"), "household", "households.merge")
    if closed:
        return [numbers, merge]
    return [
        Act(_l("Edit the family's data"), here(household_id, "edit"), "edit", "households.record"),
        numbers,
        Act(_l("Look up the national list"), here(household_id, "list-check"), "list", "households.record"),
        Act(_l("Note a membership card"), here(household_id, "membership-card"), "card", "households.record"),
        Act(_l("Record an emergency"), asking, "emergency", "recommendations.request"),
        merge,
    ]
