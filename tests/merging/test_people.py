"""One person in two families: one row stands, and both families have one head, or nobody."""

import pytest
from sqlalchemy import func, select

from portal import clock
from portal.db import db
from portal.errors import Doubtful, Refused
from portal.households import checks, newcomers
from portal.households.details import HouseholdDetails, MemberDetails
from portal.households.models import Departure, Member, Relation, Sex
from portal.households.sought import of_digits
from portal.merging import people
from portal.merging.keeping import Wish
from portal.merging.pairs import beside
from tests.factories import VILLAGE
from tests.merging.conftest import hang
from tests.reports import factories


def test_a_daughter_with_her_parents_and_with_her_husband_stands_once(make, merge_people, take_apart):
    parents, couple = make.household(members=3), make.household(members=2)
    daughter, row = couple.members[1], parents.members[2]
    number = row.nik

    made = merge_people(daughter, row)

    assert (row.left_because, row.merged_into_id, len(parents.members)) == (Departure.MISTAKEN, daughter.id, 2)
    found = of_digits(number)
    assert [(one.id, one.person) for one in found] == [(couple.id, daughter.name)]
    take_apart(made)
    assert len(parents.members) == 3 and of_digits(number)[0].id == parents.id


def test_one_person_does_not_keep_two_running_cards(make, merge_people, worker):
    head = make.unit_head()
    kept, other = make.household(), make.household()
    cards = [hang(make, family, by=worker, head=head).card.number for family in (kept, other)]

    with pytest.raises(Refused) as refusal:
        merge_people(kept.members[0], other.members[0])

    assert all(number in refusal.value.sentence for number in cards)


def test_numbers_far_apart_are_not_read_whole_on_the_page():
    assert beside("1376016011688997", "1376015205800002").endswith("8997")
    assert beside("1376016011688997", "1376015205800002").count("•") == 12
    assert "6" in beside("1376016011688997", "1376015011688997")[:9]


def test_a_family_that_loses_its_head_by_it_is_asked_for_another(make, merge_people):
    family, elsewhere = make.household(members=2), make.household()
    head, child = family.members

    with pytest.raises(Refused) as refusal:
        merge_people(elsewhere.members[0], head)
    assert refusal.value.field == "new_head"
    merge_people(elsewhere.members[0], head, new_head=child)

    assert (child.relation, family.head_name, family.closed_on) == (Relation.HEAD, child.name, None)


def test_a_family_that_loses_its_last_person_is_closed_and_keeps_its_cases(make, merge_people, worker, take_apart):
    alone, elsewhere = make.household(), make.household()
    case = factories.complaint(make, alone, by=worker)

    with pytest.raises(Doubtful) as doubtful:
        people.merge(elsewhere.members[0], alone.members[0], Wish(reason="Sama.", by=worker))
    assert "1" in doubtful.value.doubts[0].sentence
    made = merge_people(elsewhere.members[0], alone.members[0])

    assert (alone.closed_on, alone.merged_into_id, case.household_id) == (clock.today(), None, alone.id)
    take_apart(made)
    assert (alone.closed_on, len(alone.members)) == (None, 1)


def test_somebody_who_stands_twice_in_one_family(make, merge_people, take_apart):
    family = make.household(members=3)
    head, row, _third = family.members

    made = merge_people(head, row)

    assert [one.id for one in family.members] == [head.id, _third.id]
    take_apart(made)
    assert len(family.members) == 3


def test_who_died_is_not_somebody_who_lives(make, merge_people):
    family, elsewhere = make.household(members=2), make.household()
    dead = family.members[1]
    dead.left_on, dead.left_because = make.ago(3), Departure.DIED
    make._store(dead)

    with pytest.raises(Refused):
        merge_people(elsewhere.members[0], dead)


def test_who_moved_away_and_was_registered_anew_is_one_person(make, merge_people, take_apart):
    family, elsewhere = make.household(members=2), make.household()
    away = family.members[1]
    away.left_on, away.left_because = make.ago(30), Departure.MOVED_AWAY
    make._store(away)

    made = merge_people(elsewhere.members[0], away)

    assert (away.left_on, away.left_because) == (make.ago(30), Departure.MISTAKEN)
    take_apart(made)
    assert (away.left_because, away.merged_into_id) == (Departure.MOVED_AWAY, None)


def test_a_person_is_merged_once(make, merge_people):
    first, second, third = make.household(members=2), make.household(members=2), make.household(members=2)
    merge_people(first.members[0], second.members[1])
    row = db.session.scalars(select(Member).where(Member.merged_into_id == first.members[0].id)).one()

    with pytest.raises(Refused):
        merge_people(third.members[0], row)


def test_whoever_is_merged_on_leads_to_who_stands_at_last(make, merge_people):
    first, second, third = make.household(members=2), make.household(members=2), make.household(members=2)
    row = third.members[1]
    number = row.nik
    merge_people(second.members[1], row)
    merge_people(first.members[1], second.members[1])

    assert [one.id for one in of_digits(number)] == [first.id]
    assert row.merged_into_id == first.members[1].id


def test_the_number_of_a_merged_row_is_nobodys_to_take(make, merge_people):
    """Neither registered anew nor typed for somebody else: it belongs to the person who stands."""
    first, second, third = make.household(members=2), make.household(members=2), make.household()
    row = second.members[1]
    merge_people(first.members[1], row)
    typed = MemberDetails(name="Siapa Saja", sex=Sex.FEMALE, nik=row.nik)

    with pytest.raises(checks.NumberTaken) as taken:
        checks.refuse_taken_numbers(HouseholdDetails(village_code=VILLAGE, members=(typed,)), None)
    assert taken.value.household_id == first.id
    assert newcomers.who_left(HouseholdDetails(village_code=VILLAGE, members=(typed,))) == {}
    with pytest.raises(checks.NumberTaken):
        newcomers.one(typed, third)
    assert db.session.scalar(select(func.count()).where(Member.nik == row.nik)) == 1
