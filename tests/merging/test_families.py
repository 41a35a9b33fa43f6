"""One family that stands twice: people, cases and numbers come together, and go apart again."""

from datetime import date

import pytest
from sqlalchemy import func, select

from portal import clock
from portal.audit.models import AuditEvent
from portal.db import Base, db
from portal.duplicates import services as verdicts
from portal.duplicates.models import Verdict
from portal.errors import AlreadySettled, Doubtful, NotAllowed, Refused
from portal.households import queries as households
from portal.households.lists import list_facts
from portal.households.models import Departure, Member, Relation
from portal.households.sought import of_digits
from portal.lists import held
from portal.merging import conflicts, families, following
from portal.merging.families import Pairing
from portal.merging.keeping import Wish
from portal.merging.models import Merge, MergeStep
from portal.recommendations import services as letters
from tests.duplicates import factories as pairs
from tests.funds import factories as money
from tests.lists import factories as lists
from tests.merging.conftest import hang, sure


def test_every_key_to_a_family_or_a_person_is_classified():
    named = {link.name for target in ("household", "member") for link in following.links_to(target)}

    assert named - following.FOLLOWS.keys() == set()


def test_what_moves_has_a_number_of_its_own():
    for link in [*following.moving("household"), *following.moving("member")]:
        assert [column.name for column in link.table.primary_key] == ["id"]


def test_the_same_person_stands_once_and_the_others_come_over(make, merge):
    kept, other = make.household("Yurnalis", members=2), make.household("Yurnalis", members=3)
    twin, *others = other.members

    merge(kept, other, {twin: kept.members[0]})

    assert [one.id for one in kept.members[2:]] == [one.id for one in others]
    assert [one.position for one in kept.members] == [1, 2, 3, 4]
    assert [one.relation for one in kept.members].count(Relation.HEAD) == 1
    assert (twin.left_because, twin.merged_into_id) == (Departure.MISTAKEN, kept.members[0].id)
    assert (other.merged_into_id, other.closed_on) == (kept.id, clock.today())


def test_everything_that_hung_on_the_other_hangs_on_the_kept_family(make, merge, worker, head):
    kept, other = make.household(), make.household(listed=True, card=True)
    hung = hang(make, other, by=worker, head=head)
    before = following.hanging("household", other.id)

    merge(kept, other)

    assert following.hanging("household", other.id) == {}
    assert following.hanging("household", kept.id) == before
    assert set(before) >= {"complaint", "home_visit", "assessment", "decision", "card", "disbursement", "referral",
                           "listing", "membership_card", "emergency_event", "emergency_recommendation"}  # fmt: skip
    assert hung.card.household_id == hung.aid.household_id == kept.id


def test_whoever_works_on_a_case_of_the_other_family_is_not_disturbed(make, merge, worker, head):
    kept, other = make.household(), make.household()
    hung = hang(make, other, by=worker, head=head)
    versions = [record.version for record in (hung.case, hung.visit, hung.assessment, hung.decision, hung.card)]

    merge(kept, other)

    assert [r.version for r in (hung.case, hung.visit, hung.assessment, hung.decision, hung.card)] == versions


@pytest.mark.parametrize("kept_is_in", [True, False])
def test_a_family_that_a_list_names_under_one_of_its_rows_is_in_the_list(make, merge, take_apart, kept_is_in):
    kept, other = make.household(), make.household()
    entries = [
        lists.entry(make, family, lists.JULY, 2 if present else None, present=present)
        for family, present in ((kept, kept_is_in), (other, not kept_is_in))
    ]
    earlier = lists.entry(make, other, date(2026, 4, 1), present=False)

    made = merge(kept, other)

    facts = list_facts(kept)
    assert (facts.listed, facts.decile, earlier.household_id) == (True, 2, kept.id)
    assert held.said_by_newest("dtsen", [kept.id])[kept.id].present
    take_apart(made)
    assert [entry.household_id for entry in (*entries, earlier)] == [kept.id, other.id, other.id]


def test_old_numbers_lead_to_the_family_that_stands(make, merge):
    kept, middle, other = make.household(), make.household(), make.household()
    twin, numbers = other.members[0], (other.kk_no, other.members[0].nik, middle.kk_no)
    merge(middle, other, {twin: middle.members[0]}, others={twin.id: ()})
    merge(kept, middle)

    for number in numbers:
        assert [row.id for row in of_digits(number)] == [kept.id]
    assert households.family_behind(other.kk_no).id == kept.id


def test_what_only_the_other_row_knew_goes_over(make, merge):
    kept = make.household(birth_date=None, kk_no=None, phone="")
    other = make.household(birth_date=date(1970, 1, 2), phone="0811-0000-1111")
    person, twin = kept.members[0], other.members[0]
    with_nik, kk = twin.nik, other.kk_no
    person.nik, twin.note = None, "Tuli."
    make._store(person)

    merge(kept, other, {twin: person})

    assert (person.nik, person.birth_date, person.note) == (with_nik, date(1970, 1, 2), "Tuli.")
    assert (kept.kk_no, kept.phone, twin.nik, other.kk_no) == (kk, "0811-0000-1111", None, None)


def test_the_number_that_is_right_stands_and_the_other_is_found(make, merge):
    kept, other = make.household(), make.household()
    person, twin = kept.members[0], other.members[0]
    right, wrong = twin.nik, person.nik

    merge(kept, other, {twin: person}, others={twin.id: {"nik"}}, kk_of_other=True)

    assert (person.nik, twin.nik) == (right, wrong)
    assert {row.id for number in (right, wrong, kept.kk_no, other.kk_no) for row in of_digits(number)} == {kept.id}


def test_two_running_cards_are_settled_first(make, merge, worker, head):
    kept, other = make.household(), make.household()
    mine, theirs = (hang(make, family, by=worker, head=head).card for family in (kept, other))

    with pytest.raises(Refused) as refusal:
        merge(kept, other)

    assert mine.number in refusal.value.sentence and theirs.number in refusal.value.sentence
    assert other.merged_into_id is None


def test_what_will_stand_side_by_side_is_asked(make, worker, head):
    kept, other = make.household(), make.household()
    hang(make, kept, by=worker, head=head), hang(make, other, by=worker, head=head, card=False)
    pairing = Pairing(places={other.members[0]: Relation.OTHER})

    with pytest.raises(Doubtful) as doubtful:
        families.merge(kept, other, pairing, Wish(reason="Sama.", by=worker))

    kinds = [doubt.code.partition(":")[0] for doubt in doubtful.value.doubts]
    assert kinds == ["merging", "complaints", "aid", "requests"]


def test_one_event_that_stood_twice_gets_one_letter(make, merge, worker, head):
    kept, other = make.household(), make.household()
    mine, theirs = (hang(make, one, by=worker, head=head, card=one is kept).letter for one in (kept, other))
    merge(kept, other)
    mayor = make.mayor()
    letters.approve(mine, reason="Rumah terbakar.", by=mayor, on=clock.today())

    with pytest.raises(Refused) as refusal:
        letters.approve(theirs, reason="Rumah terbakar.", by=mayor, on=clock.today())

    assert mine.letter_number in refusal.value.sentence


def test_paid_aid_is_named_beside_aid_on_its_way(make):
    kept, other = make.household(), make.household()
    fund = money.fund(make)
    paid = money.paid(make, fund, ground=money.ground(make, household=kept))
    waits = money.proposed(make, fund, ground=money.ground(make, household=other))

    doubts = conflicts.side_by_side(kept, other)

    assert any(paid.number in doubt.sentence and waits.number in doubt.sentence for doubt in doubts)


def test_what_has_come_meanwhile_is_asked_once_more(make, worker, head):
    kept, other = make.household(), make.household()
    pairing = Pairing(places={other.members[0]: Relation.OTHER})
    with pytest.raises(Doubtful) as doubtful:
        families.merge(kept, other, pairing, Wish(reason="Sama.", by=worker))
    codes = [doubt.code for doubt in doubtful.value.doubts]
    hang(make, other, by=worker, head=head)

    with pytest.raises(Doubtful):
        families.merge(kept, other, pairing, Wish(reason="Sama.", by=worker, confirmed=codes))


def test_who_was_called_different_is_merged_by_the_head_alone_who_is_asked(make, worker, head):
    kept, other = make.household(), make.household()
    pair = pairs.pair(make, kept, other)
    verdicts.decide(pair, Verdict.DIFFERENT, "Ibunya lain.", by=head)
    pairing = Pairing(same={other.members[0]: kept.members[0]})

    with pytest.raises(Refused):
        families.merge(kept, other, pairing, Wish(reason="Sama.", by=worker))
    with pytest.raises(Doubtful) as doubtful:
        families.merge(kept, other, pairing, Wish(reason="Sama.", by=head))

    assert any(doubt.code.startswith("different:") for doubt in doubtful.value.doubts)


def test_what_was_confirmed_is_what_is_done(make, worker):
    kept, other = make.household(members=2), make.household()
    one = other.members[0]
    with pytest.raises(Doubtful) as doubtful:
        families.merge(kept, other, Pairing(places={one: Relation.OTHER}), Wish(reason="Sama.", by=worker))
    codes = [doubt.code for doubt in doubtful.value.doubts]

    with pytest.raises(Doubtful):
        wish = Wish(reason="Sama.", by=worker, confirmed=codes)
        families.merge(kept, other, Pairing(same={one: kept.members[0]}), wish)


def test_nobody_is_two_people_and_nobody_is_left_out(make, worker):
    kept, other = make.household(), make.household(members=2)
    wish = Wish(reason="Sama.", by=worker)

    for same in (dict.fromkeys(other.members, kept.members[0]), {other.members[0]: kept.members[0]}):
        with pytest.raises(Refused):
            families.merge(kept, other, Pairing(same=same), wish)


def test_only_who_may_merges(make):
    kept, other = make.household(), make.household()

    with pytest.raises(NotAllowed):
        families.merge(kept, other, Pairing(), Wish(reason="Sama.", by=make.treasurer()))


def test_a_family_is_merged_once(make, merge, worker):
    kept, other, third = make.household(), make.household(), make.household()
    merge(kept, other)

    with pytest.raises(AlreadySettled):
        sure(lambda wish: families.merge(third, other, Pairing(), wish), worker)


def test_the_trail_of_both_families_knows_it(make, merge, take_apart):
    kept, other = make.household(), make.household()
    take_apart(merge(kept, other))

    for family in (kept, other):
        told = select(AuditEvent.action).where(AuditEvent.household_id == family.id, AuditEvent.action.like("merge.%"))
        assert db.session.scalars(told.order_by(AuditEvent.id)).all() == ["merge.made", "merge.taken_apart"]


def test_the_trail_keeps_no_whole_number(make, merge):
    kept, other = make.household(), make.household()
    numbers = kept.members[0].nik, other.members[0].nik, kept.kk_no, other.kk_no
    merge(kept, other, {other.members[0]: kept.members[0]}, others={other.members[0].id: {"nik"}}, kk_of_other=True)

    told = " ".join(db.session.scalars(select(AuditEvent.details)))
    assert [number for number in numbers if number in told] == []


def test_every_change_is_a_step(make, merge):
    kept, other = make.household(), make.household(members=2)
    made = merge(kept, other, {other.members[0]: kept.members[0]})

    steps = db.session.scalars(select(MergeStep).where(MergeStep.merge_id == made.id)).all()
    for step in steps:
        table = Base.metadata.tables[step.record]
        now = db.session.scalar(select(table.c[step.field]).where(table.c.id == step.record_id))
        assert step.new in (now, getattr(now, "value", None), str(now)), step.field
    assert db.session.scalar(select(func.count()).select_from(Merge)) == 1
    assert {step.field for step in steps if step.record == "member"} >= {"household_id", "left_on", "merged_into_id"}


def test_who_had_left_the_other_family_comes_along(make, merge):
    kept, other = make.household(), make.household(members=2)
    gone = other.members[1]
    gone.left_on, gone.left_because = make.ago(30), Departure.MOVED_AWAY
    make._store(gone)
    db.session.expire(other)

    merge(kept, other)

    assert (gone.household_id, gone.left_because) == (kept.id, Departure.MOVED_AWAY)
    assert db.session.scalar(select(func.count()).where(Member.household_id == other.id)) == 0
