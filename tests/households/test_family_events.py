"""Families change: each change is a dated event; one household a person, one head a household, nobody is lost."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.db import db
from portal.errors import AlreadySettled, Doubtful, NotAllowed, Refused
from portal.households import event_services as events
from portal.households import queries, services
from portal.households.checks import NumberTaken
from portal.households.event_models import EventKind, FamilyEvent
from portal.households.event_services import Home
from portal.households.models import Departure, Member, Relation, Sex
from portal.households.noting import Noted
from portal.households.queries import Filter
from portal.households.services import HouseholdDetails, MemberDetails
from portal.households.undoing import undo
from tests.factories import VILLAGE

ELSEWHERE = "13.76.01.1022"
HOME = Home(village_code=ELSEWHERE, rw="001", rt="002", address="Jalan Contoh No. 99")
SITI = MemberDetails(name="Siti Aminah", sex=Sex.FEMALE, nik="1376015205850001", birth_date=date(1985, 5, 12))


@pytest.fixture
def noted(make):
    return Noted(on=make.ago(3), by=make.social_worker(), note="Menurut tetangga.")


def sure(act, noted):
    """Do it, confirming whatever is asked; what was asked."""
    try:
        return act(noted), []
    except Doubtful as doubtful:
        codes = [doubt.code for doubt in doubtful.doubts]
        return act(replace(noted, confirmed=codes)), [code.partition(":")[0] for code in codes]


def names(household):
    return [member.name for member in household.members]


def heads(household):
    return [member.name for member in household.members if member.relation is Relation.HEAD]


def found(q):
    return [row.id for row in queries.register(Filter(q))[0]]


def test_a_child_is_born_into_the_family(make, noted):
    family = make.household()

    event = events.born(family, replace(SITI, nik=None, relation=Relation.CHILD), noted)
    db.session.commit()

    assert names(family) == [family.head_name, "Siti Aminah"]
    assert family.members[1].birth_date == event.on == noted.on
    assert (event.kind, event.steps[0].from_household_id) == (EventKind.BORN, None)


def test_who_died_is_no_member_is_not_found_by_name_and_stays_in_the_story(make, noted):
    family = make.household("Yurnalis", members=2)
    child = family.members[1]

    event = events.died(family, child, noted)
    db.session.commit()

    assert names(family) == ["Yurnalis"]
    assert (child.left_on, child.left_because) == (noted.on, Departure.DIED)
    assert found("anak contoh") == found("anak") == []
    assert found(child.nik) == [family.id]
    assert [step.member for step in event.steps] == [child]


def test_the_death_of_a_head_asks_for_a_new_one_at_once(make, noted):
    family = make.household(members=3)
    head, second, third = family.members

    with pytest.raises(Refused) as refused:
        events.died(family, head, noted)
    assert refused.value.field == "new_head"

    events.died(family, head, noted, new_head=third)
    db.session.commit()
    assert heads(family) == [third.name] == [family.head_name]
    assert second.relation is Relation.CHILD


def test_the_only_one_who_stays_heads_the_family_without_being_chosen(make, noted):
    family = make.household(members=2)

    events.died(family, family.members[0], noted)

    assert heads(family) == [family.head_name] == [family.members[0].name]


def test_a_family_whose_last_member_left_is_closed_and_kept(make, noted):
    family = make.household("Yurnalis", members=2)
    number = family.kk_no

    events.moved_away(family, list(family.members), noted)
    db.session.commit()

    assert (family.closed_on, family.members, family.head_name) == (noted.on, [], "Yurnalis")
    assert found("yurnalis") == found("") == []
    assert found(number) == [family.id]
    assert [row.id for row in queries.register(Filter("yurna", closed=True))[0]] == [family.id]
    with pytest.raises(Refused):
        events.born(family, SITI, replace(noted, on=make.ago(0)))


def test_who_comes_back_is_a_member_again_and_the_family_one_of_today(make, noted):
    family = make.household(members=2)
    people = list(family.members)
    events.moved_away(family, people, noted)

    events.returned(family, people, replace(noted, on=make.ago(0)))
    db.session.commit()

    assert family.closed_on is None
    assert family.members == people
    assert heads(family) == [family.head_name]


def test_a_head_who_comes_back_to_a_family_with_another_head_is_a_member(make, noted):
    family = make.household(members=3)
    first, second, _third = family.members
    events.moved_away(family, [first], noted, new_head=second)

    events.returned(family, [first], replace(noted, on=make.ago(0)))

    assert heads(family) == [second.name]
    assert first.relation is Relation.OTHER


def test_who_moved_away_is_registered_anew_under_the_own_nik_when_the_desk_confirms(make, noted):
    old = make.household(members=2)
    person = old.members[1]
    nik = person.nik
    events.moved_away(old, [person], noted)
    again = HouseholdDetails(village_code=VILLAGE, members=(MemberDetails(name=person.name, sex=Sex.FEMALE, nik=nik),))

    with pytest.raises(Doubtful) as doubtful:
        services.register(again, by=noted.by)
    codes = [doubt.code for doubt in doubtful.value.doubts]
    new = services.register(again, by=noted.by, confirmed=codes)
    db.session.commit()

    assert f"came_back:{person.id}" in codes
    assert new.members == [person]
    assert (person.left_on, heads(new)) == (None, [person.name])
    assert db.session.scalars(select(Member).where(Member.nik == nik)).all() == [person]


def test_who_died_is_never_registered_again(make, noted):
    old = make.household(members=2)
    dead = old.members[1]
    events.died(old, dead, noted)

    with pytest.raises(NumberTaken) as taken:
        services.register(
            HouseholdDetails(village_code=VILLAGE, members=(MemberDetails(name="X", sex=Sex.MALE, nik=dead.nik),)),
            by=noted.by,
        )
    assert taken.value.household_id == old.id


def test_some_found_a_household_of_their_own(make, noted):
    family = make.household(members=4)
    head, second, third, _fourth = family.members

    event = events.split(family, [head, third], replace(HOME, head=third), noted, new_head=second)
    db.session.commit()

    own = third.household
    assert heads(family) == [second.name] == [family.head_name]
    assert (own.village_code, names(own), heads(own)) == (ELSEWHERE, [third.name, head.name], [third.name])
    assert {step.from_household_id for step in event.steps if step.to_household_id == own.id} == {family.id}


def test_the_whole_family_does_not_split_off(make, noted):
    family = make.household()

    with pytest.raises(Refused):
        events.split(family, list(family.members), replace(HOME, head=family.members[0]), noted)


def test_a_family_joins_another_that_the_desk_confirms(make, noted):
    family, other = make.household("Yurnalis"), make.household("Rosma")

    def join(noted):
        return events.joined(family, list(family.members), other, Relation.PARENT, noted)

    _event, asked = sure(join, noted)
    db.session.commit()

    assert asked == ["joins"]
    assert names(other) == ["Rosma", "Yurnalis"]
    assert (heads(other), family.closed_on) == (["Rosma"], noted.on)


def test_a_wife_from_outside_the_register_comes_into_the_family(make, noted):
    family = make.household()

    events.married(family, family.members[0], SITI, noted)

    assert [(member.name, member.relation) for member in family.members[1:]] == [("Siti Aminah", Relation.SPOUSE)]


@pytest.mark.parametrize(("born", "asked"), [(date(2007, 10, 2), []), (date(2007, 10, 3), ["young"])])
def test_a_marriage_below_nineteen_is_asked_about(make, noted, born, asked):
    family = make.household(birth_date=None)

    def marry(noted):
        return events.married(family, family.members[0], replace(SITI, nik=None, birth_date=born), noted)

    assert sure(marry, noted)[1] == asked


def test_a_couple_founds_a_household_and_the_spouse_leaves_the_family_she_was_in(make, noted):
    family, hers = make.household("Yurnalis", members=2), make.household("Rosma", members=2)
    son, bride = family.members[1], hers.members[1]

    def marry(noted):
        typed = MemberDetails(name=bride.name, sex=Sex.FEMALE, nik=bride.nik)
        return events.married(family, son, typed, noted, home=HOME)

    _event, asked = sure(marry, noted)
    db.session.commit()

    assert "moves_over" in asked
    assert (names(family), names(hers)) == (["Yurnalis"], ["Rosma"])
    assert son.household is bride.household
    assert heads(son.household) == [son.name]


def test_who_heads_another_family_marries_only_when_that_family_has_a_new_head(make, noted):
    family, hers = make.household("Yurnalis"), make.household("Rosma", members=2)
    typed = MemberDetails(name="Rosma", sex=Sex.FEMALE, nik=hers.members[0].nik)

    with pytest.raises(NumberTaken):
        events.married(family, family.members[0], typed, noted)


def test_after_a_divorce_one_founds_a_household(make, noted):
    family = make.household(members=2)
    wife = family.members[1]

    event = events.split(family, [wife], replace(HOME, head=wife), noted, kind=EventKind.DIVORCED)

    assert event.kind is EventKind.DIVORCED
    assert heads(wife.household) == [wife.name]


def test_the_family_moves_within_the_city_and_keeps_where_it_lived(make, noted):
    family = make.household()
    before = [family.village_code, family.rw, family.rt, family.address]

    event = events.moved_within(family, HOME, noted)
    db.session.commit()

    assert (family.village_code, family.address) == (ELSEWHERE, HOME.address)
    assert (event.moved_from, event.moved_to) == (before, [ELSEWHERE, "001", "002", HOME.address])


def test_another_member_heads_the_family(make, noted):
    family = make.household(members=2)
    head, child = family.members

    events.new_head(family, child, Relation.PARENT, noted)
    db.session.commit()

    assert (heads(family), family.head_name, head.relation) == ([child.name], child.name, Relation.PARENT)


@pytest.mark.parametrize(
    "act",
    [
        lambda family, noted: events.died(family, family.members[0], noted, new_head=family.members[2]),
        lambda family, noted: events.moved_away(family, list(family.members), noted),
        lambda family, noted: events.split(family, [family.members[1]], replace(HOME, head=family.members[1]), noted),
        lambda family, noted: events.moved_within(family, HOME, noted),
        lambda family, noted: events.new_head(family, family.members[1], Relation.PARENT, noted),
        lambda family, noted: events.mistaken(family, [family.members[2]], noted),
        lambda family, noted: events.born(family, replace(SITI, nik=None, relation=Relation.CHILD), noted),
    ],
)
def test_what_was_noted_by_mistake_is_taken_back_and_both_stay_in_the_story(make, noted, act):
    family = make.household(members=3)
    before = {member.id: (member.relation, member.household_id) for member in family.members}
    address, name = family.address, family.head_name
    event = act(family, noted)

    back = undo(event, replace(noted, note="Salah orang."))
    db.session.commit()

    assert {member.id: (member.relation, member.household_id) for member in family.members} == before
    assert (family.address, family.head_name, family.closed_on) == (address, name, None)
    assert (back.reverses_id, db.session.get(FamilyEvent, event.id)) == (event.id, event)
    with pytest.raises(AlreadySettled):
        undo(event, noted)


def test_what_something_later_stands_on_is_not_taken_back(make, noted):
    family = make.household(members=2)
    wife = family.members[1]
    first = events.split(family, [wife], replace(HOME, head=wife), noted)
    events.died(wife.household, wife, replace(noted, on=make.ago(1)))

    with pytest.raises(Refused) as refused:
        undo(first, noted)
    assert wife.name in refused.value.sentence


def test_the_family_card_of_a_household_founded_by_mistake_is_free_again(make, noted):
    family = make.household(members=2)
    wife = family.members[1]
    home = replace(HOME, head=wife, kk_no="1376010806130001")
    undo(events.split(family, [wife], home, noted), noted)

    sure(lambda noted: events.split(family, [wife], home, noted), noted)
    db.session.commit()

    assert wife.household.kk_no == "1376010806130001"


def test_a_household_was_founded_by_an_event_however_slow_the_clock_went(make, noted):
    family = make.household(members=2)
    wife = family.members[1]
    event = events.split(family, [wife], replace(HOME, head=wife, kk_no="1376010806130001"), noted)
    founded = wife.household
    founded.created_at = event.noted_at - timedelta(hours=1)

    undo(event, noted)

    assert (founded.kk_no, founded.closed_on is None) == (None, False)


def test_a_family_that_was_there_already_keeps_its_card_when_a_joining_is_taken_back(make, noted):
    family, other = make.household(members=2), make.household()
    number = other.kk_no
    event, _asked = sure(
        lambda noted: events.joined(family, [family.members[1]], other, Relation.OTHER, noted), noted
    )  # fmt: skip

    undo(event, noted)

    assert other.kk_no == number


@pytest.mark.parametrize(("days", "field"), [(-1, "on"), (365 * 126, "on"), (365 * 70, "on")])
def test_a_day_ahead_too_far_back_or_before_the_birth_is_refused(make, noted, days, field):
    family = make.household(members=1)

    with pytest.raises(Refused) as refused:
        events.moved_away(family, list(family.members), replace(noted, on=make.ago(days)))

    assert refused.value.field == field


def test_a_day_before_what_was_noted_last_is_asked_about(make, noted):
    family = make.household(members=2)
    events.new_head(family, family.members[1], Relation.PARENT, noted)

    _event, asked = sure(lambda noted: events.died(family, family.members[0], noted), replace(noted, on=make.ago(9)))

    assert asked == ["earlier"]


def test_who_has_left_does_not_leave_again(make, noted):
    family = make.household(members=2)
    child = family.members[1]
    events.died(family, child, noted)

    with pytest.raises(Refused) as refused:
        events.moved_away(family, [child], noted)

    assert refused.value.field == "who"


def test_without_the_right_nobody_notes_anything(make, noted):
    family = make.household(members=2)

    with pytest.raises(NotAllowed):
        events.died(family, family.members[1], replace(noted, by=make.unit_head()))


def test_the_database_keeps_one_head_among_those_who_live_in_a_household(make, noted):
    family = make.household(members=3)
    events.died(family, family.members[0], noted, new_head=family.members[1])
    db.session.commit()

    family.members[1].relation = Relation.HEAD
    with pytest.raises(IntegrityError):
        db.session.flush()
