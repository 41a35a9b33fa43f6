"""A merging is taken apart at any later time: everything goes back, what came new since stays."""

from datetime import date

import pytest
from sqlalchemy import func, select

from portal import clock
from portal.db import db
from portal.errors import AlreadySettled, NotAllowed, Refused
from portal.households import event_services as events
from portal.households.models import Departure, Household, Relation
from portal.households.noting import Noted
from portal.households.sought import of_digits
from portal.merging import apart, following
from portal.merging.models import Merge
from tests.merging.conftest import hang
from tests.reports import factories


@pytest.fixture
def noted(worker):
    return Noted(on=clock.today(), by=worker, confirmed=())


def test_everything_goes_back_to_where_it_was(make, merge, take_apart, worker, head):
    kept, other = make.household(members=2), make.household(members=3, listed=True)
    hang(make, other, by=worker, head=head)
    twin, numbers = other.members[0], (other.kk_no, other.members[0].nik)
    before = following.hanging("household", other.id), [(one.id, one.relation, one.position) for one in other.members]

    take_apart(merge(kept, other, {twin: kept.members[0]}))

    after = following.hanging("household", other.id), [(one.id, one.relation, one.position) for one in other.members]
    assert after == before
    assert (other.closed_on, other.merged_into_id, twin.left_because) == (None, None, None)
    assert [row.id for number in numbers for row in of_digits(number)] == [other.id, other.id]
    assert len(kept.members) == 2


def test_what_came_new_since_stays_and_is_said_beforehand(make, merge, take_apart, worker):
    kept, other = make.household(), make.household()
    old = factories.complaint(make, other, by=worker)
    made = merge(kept, other)
    new = factories.complaint(make, kept, by=worker)
    kept.members.append(make.member("Si Bungsu", n=77, relation=Relation.CHILD, position=9))
    make._store(kept)

    assert apart.plan_of(made).new == {"complaint": 1, "member": 1}
    take_apart(made)

    assert (old.household_id, new.household_id) == (other.id, kept.id)


def test_a_corrected_number_stays_as_it_was_corrected(make, merge, take_apart):
    kept, other = make.household(), make.household()
    person, twin = kept.members[0], other.members[0]
    number, person.nik = twin.nik, None
    make._store(person)
    made = merge(kept, other, {twin: person})
    person.nik = "1376024511680001"
    make._store(person)

    take_apart(made)

    assert (person.nik, twin.nik) == ("1376024511680001", number)


def test_a_number_that_is_somebody_elses_by_now_is_settled_first(make, merge, take_apart):
    kept, other, third = make.household(), make.household(), make.household()
    person, twin = kept.members[0], other.members[0]
    number, person.nik = twin.nik, None
    make._store(person)
    made = merge(kept, other, {twin: person})
    person.nik = None
    make._store(person)
    third.members[0].nik = number
    make._store(third)

    with pytest.raises(Refused):
        take_apart(made)

    assert other.merged_into_id == kept.id


def test_who_moved_on_since_stays_there(make, merge, take_apart, noted):
    kept, other = make.household(), make.household(members=2)
    first, child = other.members
    made = merge(kept, other)
    events.moved_away(kept, [child], noted)
    db.session.commit()

    take_apart(made)

    assert [one.id for one in other.members] == [first.id]
    assert (child.household_id, child.left_because) == (other.id, Departure.MOVED_AWAY)


def test_a_family_to_which_nobody_comes_back_stays_closed(make, merge, take_apart, noted):
    kept, other = make.household(), make.household()
    made = merge(kept, other)
    events.moved_away(kept, [kept.members[1]], noted)
    db.session.commit()

    take_apart(made)

    assert (other.merged_into_id, other.closed_on, other.members) == (None, clock.today(), [])


def test_a_family_that_would_have_no_head_is_asked_for_one(make, merge, take_apart, noted):
    kept, other = make.household(members=2), make.household()
    old, child = kept.members
    new = other.members[0]
    made = merge(kept, other)
    events.new_head(kept, new, Relation.OTHER, noted)
    db.session.commit()

    assert apart.plan_of(made).headless == {kept.id: [old, child]}
    with pytest.raises(Refused) as refusal:
        take_apart(made)
    assert refusal.value.field == f"head_{kept.id}"
    take_apart(made, heads={kept.id: child})

    assert (kept.head_name, child.relation, other.members[0].relation) == (child.name, Relation.HEAD, Relation.HEAD)


def test_who_comes_back_finds_the_head_of_today_in_place(make, merge_people, take_apart, noted):
    family, elsewhere = make.household(members=3), make.household()
    head, heir, third = family.members
    made = merge_people(elsewhere.members[0], head, new_head=heir)
    assert family.head_name == heir.name
    events.new_head(family, third, Relation.OTHER, noted)
    db.session.commit()

    take_apart(made)

    relations = {one.id: one.relation for one in family.members}
    assert relations[third.id] is Relation.HEAD and relations[head.id] is Relation.OTHER
    assert family.head_name == third.name


def test_a_later_merging_that_builds_on_it_is_taken_apart_first(make, merge, take_apart):
    first, second, third = make.household(), make.household(), make.household()
    earlier, later = merge(second, third), merge(first, second)

    with pytest.raises(Refused) as refusal:
        take_apart(earlier)

    assert f"#{later.id}" in refusal.value.sentence
    take_apart(later), take_apart(earlier)
    assert db.session.scalar(select(func.count()).where(Household.merged_into_id.is_not(None))) == 0


def test_mergings_that_do_not_build_on_each_other_are_taken_apart_in_any_order(make, merge, take_apart):
    kept, second, third = make.household(), make.household(), make.household()
    one, other = merge(kept, second), merge(kept, third)

    take_apart(one)

    assert (second.merged_into_id, third.merged_into_id) == (None, kept.id)
    take_apart(other)
    assert [len(family.members) for family in (kept, second, third)] == [1, 1, 1]


def test_a_merging_is_taken_apart_once_by_who_may(make, merge, take_apart, worker):
    made = merge(make.household(), make.household())

    with pytest.raises(NotAllowed):
        apart.take_apart(made, reason="Bukan.", by=worker)
    take_apart(made)
    with pytest.raises(AlreadySettled):
        take_apart(made)


def test_the_same_two_may_be_merged_again(make, merge, take_apart):
    kept, other = make.household(), make.household()
    take_apart(merge(kept, other))

    merge(kept, other)

    assert other.merged_into_id == kept.id
    assert db.session.scalar(select(func.count()).select_from(Merge)) == 2


def test_a_birth_date_goes_back_as_a_day(make, merge, take_apart):
    kept, other = make.household(birth_date=None), make.household(birth_date=date(1970, 1, 2))
    made = merge(kept, other, {other.members[0]: kept.members[0]})
    assert kept.members[0].birth_date == date(1970, 1, 2)

    take_apart(made)

    assert (kept.members[0].birth_date, other.members[0].birth_date) == (None, date(1970, 1, 2))
