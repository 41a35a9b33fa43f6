"""Two desks note what happened in the same families at the same moment: one household a person, one head a household.

Each test lets everybody look before anybody writes; on SQLite they take turns anyway.
"""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import func, select

from portal import clock
from portal.accounts.models import User
from portal.db import db
from portal.errors import Refused
from portal.households import checks, services, undoing
from portal.households import event_services as events
from portal.households.checks import NumberTaken
from portal.households.event_models import EventKind, FamilyEvent
from portal.households.models import Household, Member, Relation, Sex
from portal.households.noting import Noted
from portal.households.services import HouseholdDetails, MemberDetails
from tests.factories import VILLAGE, Make
from tests.together import count, get, reasons, together


def noted(by_id, *confirmed):
    return Noted(on=clock.today() - timedelta(days=1), by=get(User, by_id), confirmed=confirmed)


def headless():
    """Households in which somebody lives and nobody or more than one is head."""
    heads = func.sum(func.coalesce((Member.relation == Relation.HEAD).cast(db.Integer), 0))
    found = select(Member.household_id).where(Member.active).group_by(Member.household_id).having(heads != 1)
    return db.session.scalars(found).all()


def test_two_deaths_at_once_leave_one_head(own_portal, slow):
    """Each desk chooses as the new head the one whose death the other notes."""
    make = Make()
    family, worker = make.household(members=4), make.social_worker()
    family_id, by_id, people = family.id, worker.id, [member.id for member in family.members]

    def dies(who, heir):
        def act():
            household = get(Household, family_id)
            events.died(household, get(Member, who), noted(by_id), new_head=get(Member, heir))

        return act

    slow(events, "people_of")
    stopped = together(own_portal, [dies(people[0], people[1]), dies(people[1], people[2])])

    assert reasons(stopped) <= {Refused}
    assert headless() == []
    assert count(Member, Member.household_id == family_id, Member.active) == 4 - stopped.count(None)


def test_one_person_goes_one_way_only(own_portal, slow):
    make = Make()
    family, worker = make.household(members=3), make.social_worker()
    others = [make.household().id for _ in range(2)]
    family_id, by_id, child_id = family.id, worker.id, family.members[2].id

    def joins(other_id):
        def act():
            household, other = get(Household, family_id), get(Household, other_id)
            sure = noted(by_id, f"joins:{other_id}")
            events.joined(household, [get(Member, child_id)], other, Relation.OTHER, sure)

        return act

    slow(events, "people_of")
    stopped = together(own_portal, [joins(other) for other in others])

    assert stopped.count(None) == 1
    assert reasons(stopped) == {Refused}
    assert count(FamilyEvent, FamilyEvent.kind == EventKind.JOINED) == 1
    assert headless() == []


def test_who_is_back_is_registered_by_one_desk(own_portal, slow):
    make = Make()
    old, worker = make.household(members=2), make.social_worker()
    person = old.members[1]
    nik, by_id, member_id = person.nik, worker.id, person.id
    events.moved_away(old, [person], noted(by_id))
    db.session.commit()

    def registers(name):
        def act():
            details = MemberDetails(name=name, sex=Sex.FEMALE, nik=nik)
            by = get(User, by_id)
            family = HouseholdDetails(village_code=VILLAGE, members=(details,))
            codes = [doubt.code for doubt in checks.doubts(family, None)]
            services.register(family, by=by, confirmed=codes)

        return act

    slow(checks, "refuse_taken_numbers")
    stopped = together(own_portal, [registers("Satu"), registers("Dua")])

    assert stopped.count(None) == 1
    assert reasons(stopped) == {NumberTaken}
    assert count(Member, Member.nik == nik) == 1
    assert get(Member, member_id).active


def test_two_families_that_join_each_other_at_once_do_not_both_vanish(own_portal, slow):
    make = Make()
    worker = make.social_worker()
    first, second = make.household().id, make.household().id
    by_id = worker.id

    def joins(one, other):
        def act():
            household = get(Household, one)
            sure = noted(by_id, f"joins:{other}")
            people = [get(Member, member.id) for member in household.members]
            events.joined(household, people, get(Household, other), Relation.OTHER, sure)

        return act

    slow(events, "people_of")
    stopped = together(own_portal, [joins(first, second), joins(second, first)])

    assert stopped.count(None) == 1
    assert reasons(stopped) == {Refused}
    assert headless() == []
    assert count(Household, Household.closed_on.is_(None)) == 1


def test_a_mistake_is_taken_back_once(own_portal, slow):
    make = Make()
    family, worker = make.household(members=2), make.social_worker()
    by_id = worker.id
    event = events.died(family, family.members[1], noted(by_id))
    db.session.commit()
    event_id = event.id

    def takes_back():
        undoing.undo(get(FamilyEvent, event_id), replace(noted(by_id), note="Salah."))

    slow(undoing, "is_taken_back")
    stopped = together(own_portal, [takes_back] * 2)

    assert stopped.count(None) == 1
    assert count(FamilyEvent, FamilyEvent.reverses_id == event_id) == 1
