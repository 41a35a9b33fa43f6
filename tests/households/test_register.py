"""Writing the register: what is refused, what may be confirmed, what a list says."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from portal.db import db
from portal.errors import Doubtful, NotAllowed, Refused
from portal.households import lists, queries, services
from portal.households.checks import NumberTaken
from portal.households.event_models import EventKind, FamilyEvent
from portal.households.models import Listing, Relation, Sex
from portal.households.services import HouseholdDetails, MemberDetails
from tests.factories import VILLAGE

ROSMA = MemberDetails(name="Rosma Yunita", sex=Sex.FEMALE, nik="1376015205800001", birth_date=date(1980, 5, 12))
FAMILY = HouseholdDetails(village_code=VILLAGE, kk_no="1376010806130001", members=(ROSMA,))


def codes(doubtful) -> list[str]:
    return [doubt.code.partition(":")[0] for doubt in doubtful.value.doubts]


def test_a_family_is_registered_with_its_head(make):
    worker = make.social_worker()

    household = services.register(FAMILY, by=worker)
    db.session.commit()

    assert (household.head_name, household.created_by_id) == ("Rosma Yunita", worker.id)
    assert [(member.name_key, member.relation) for member in household.members] == [("rosma iunita", Relation.HEAD)]


def test_without_the_right_nobody_writes_the_register(make):
    with pytest.raises(NotAllowed):
        services.register(FAMILY, by=make.unit_head())


def test_numbers_of_another_family_are_refused_and_lead_to_it(make):
    worker, known = make.social_worker(), make.household(kk_no=FAMILY.kk_no)

    with pytest.raises(NumberTaken) as taken:
        services.register(FAMILY, by=worker)
    assert (taken.value.field, taken.value.household_id) == ("kk_no", known.id)

    same_nik = replace(FAMILY, kk_no=None, members=(replace(ROSMA, nik=known.members[0].nik),))
    with pytest.raises(NumberTaken) as taken:
        services.register(same_nik, by=worker)
    assert (taken.value.field, taken.value.household_id) == ("members-0-nik", known.id)


def test_no_number_is_no_value_that_two_families_share(make):
    worker, nobody = make.social_worker(), replace(ROSMA, nik=None, birth_date=None)
    for _family in range(2):
        services.register(replace(FAMILY, kk_no=None, members=(nobody,)), by=worker)
    db.session.commit()

    assert queries.register(queries.Filter("rosma"))[1] == 2


@pytest.mark.parametrize("born", [date(2026, 10, 6), date(1850, 1, 1)])
def test_a_birth_date_ahead_or_too_far_back_is_refused(make, born):
    with pytest.raises(Refused):
        services.register(replace(FAMILY, members=(replace(ROSMA, birth_date=born),)), by=make.social_worker())


def test_a_nik_that_does_not_fit_may_be_confirmed(make):
    worker = make.social_worker()
    odd = replace(FAMILY, members=(replace(ROSMA, sex=Sex.MALE, nik="1471015205800001", birth_date=date(1980, 5, 13)),))

    with pytest.raises(Doubtful) as doubtful:
        services.register(odd, by=worker)
    assert codes(doubtful) == ["birth_date_differs", "sex_differs", "region_unknown"]

    services.register(odd, by=worker, confirmed={doubt.code for doubt in doubtful.value.doubts})
    db.session.commit()
    assert queries.register(queries.Filter("rosma"))[1] == 1


def test_confirming_one_doubt_confirms_no_other(make):
    worker = make.social_worker()
    odd = replace(FAMILY, members=(replace(ROSMA, sex=Sex.MALE),))
    with pytest.raises(Doubtful) as doubtful:
        services.register(odd, by=worker)

    with pytest.raises(Doubtful):
        services.register(
            replace(odd, members=(replace(odd.members[0], nik="1376015205800002"),)),
            by=worker,
            confirmed={doubt.code for doubt in doubtful.value.doubts},
        )


def test_the_same_name_and_birth_date_elsewhere_is_shown(make):
    nearly = make.household("Rosmah Junita", birth_date=ROSMA.birth_date)
    known = make.household("Rosma Yunita", birth_date=ROSMA.birth_date)

    with pytest.raises(Doubtful) as doubtful:
        services.register(FAMILY, by=make.social_worker())

    # The likeliest first: the old spelling of the name may be hers as well.
    assert codes(doubtful) == ["same_person", "same_person"]
    assert [doubt.household_id for doubt in doubtful.value.doubts] == [known.id, nearly.id]


def test_the_head_may_change_and_people_come_in_the_familys_data(make):
    household = make.household(members=2)
    head, second = household.members
    typed = [
        MemberDetails(id=second.id, name="Budi Baru", sex=Sex.MALE, relation=Relation.HEAD),
        MemberDetails(id=head.id, name=head.name, sex=Sex.FEMALE, relation=Relation.PARENT, nik=head.nik),
        MemberDetails(name="Si Bungsu", sex=Sex.FEMALE, relation=Relation.CHILD),
    ]

    services.change(household, HouseholdDetails(village_code=VILLAGE, members=tuple(typed)), by=make.social_worker())
    db.session.commit()

    assert household.head_name == "Budi Baru"
    assert [(member.name, member.relation) for member in household.members] == [
        ("Budi Baru", Relation.HEAD), (head.name, Relation.PARENT), ("Si Bungsu", Relation.CHILD),
    ]  # fmt: skip
    event = db.session.scalars(select(FamilyEvent)).one()
    assert (event.kind, event.on) == (EventKind.NEW_HEAD, make.ago(0))
    assert {step.from_relation for step in event.steps} == {Relation.HEAD, Relation.CHILD}


def test_a_stranger_heads_the_family_from_now_on(make):
    household = make.household()
    head = household.members[0]
    typed = (
        MemberDetails(name="Budi Baru", sex=Sex.MALE, relation=Relation.HEAD),
        MemberDetails(id=head.id, name=head.name, sex=Sex.FEMALE, relation=Relation.PARENT, nik=head.nik),
    )

    services.change(household, HouseholdDetails(village_code=VILLAGE, members=typed), by=make.social_worker())
    db.session.commit()

    assert household.head_name == "Budi Baru"


def test_a_member_who_is_left_out_is_not_lost(make):
    household = make.household(members=2)
    head = household.members[0]
    alone = MemberDetails(id=head.id, name=head.name, sex=Sex.FEMALE, nik=head.nik)

    with pytest.raises(Refused) as refused:
        services.change(household, HouseholdDetails(village_code=VILLAGE, members=(alone,)), by=make.social_worker())

    assert household.members[1].name in refused.value.sentence
    assert len(household.members) == 2


def test_a_changed_member_makes_a_new_version_of_the_family(make):
    household = make.household()
    head, before = household.members[0], household.version
    same = MemberDetails(id=head.id, name=head.name, sex=Sex.FEMALE, nik=head.nik, in_school=True)
    details = HouseholdDetails(
        village_code=VILLAGE, members=(same,), kk_no=household.kk_no, rw=household.rw, rt=household.rt,
        address=household.address, phone=household.phone,
    )  # fmt: skip

    services.change(household, details, by=make.social_worker())
    db.session.commit()

    assert household.version == before + 1


@pytest.mark.parametrize("heads", [0, 2])
def test_a_family_has_one_head(make, heads):
    relations = [Relation.HEAD] * heads or [Relation.CHILD]
    members = tuple(MemberDetails(name="Rosma", sex=Sex.FEMALE, relation=relation) for relation in relations)

    with pytest.raises(Refused):
        services.register(HouseholdDetails(village_code=VILLAGE, members=members), by=make.social_worker())


def test_listed_up_to_the_decile_of_the_setting(make):
    household, worker = make.household(), make.social_worker()
    assert lists.list_facts(household).listed is None

    for decile, listed in ((4, True), (5, False)):
        services.record_list_check(
            household, list_code="dtsen", as_of=make.ago(30), present=True, decile=decile, by=worker
        )
        facts = lists.list_facts(household)
        assert (facts.listed, facts.decile, facts.list_checked_on) == (listed, decile, make.ago(0))
    services.record_list_check(household, list_code="dtsen", as_of=make.ago(0), present=False, decile=3, by=worker)

    assert (lists.list_facts(household).listed, lists.list_facts(household).decile) == (False, None)


def test_a_list_without_deciles_lists_by_presence(make):
    entry = Listing(list_code="ppls", present=True, decile=None)

    assert lists.is_listed(entry) is True
    assert lists.is_listed(Listing(list_code="dtsen", present=True, decile=None)) is None


def test_a_membership_card_counts_while_it_is_held(make):
    household, worker = make.household(), make.social_worker()
    card = services.record_membership_card(household, kind="kks", number="", seen_on=make.ago(1), by=worker)
    again = services.record_membership_card(household, kind="kks", number="603298", seen_on=make.ago(0), by=worker)

    assert (card.id, again.number) == (again.id, "603298")
    assert lists.list_facts(household).card_kinds == ["kks"]

    services.end_membership_card(again, by=worker)
    assert lists.list_facts(household).membership_card is False
