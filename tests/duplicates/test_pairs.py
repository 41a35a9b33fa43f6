"""Pairs come from the desk and from files, and a person decides: same, different for ever, unsure."""

import json
from dataclasses import replace

import pytest
from sqlalchemy import select

from portal.audit.models import AuditEvent
from portal.db import db
from portal.duplicates import queries, services
from portal.duplicates.models import DuplicatePair, PairSource, Verdict
from portal.errors import AlreadySettled, Doubtful, NotAllowed, Refused
from portal.funds.models import DisbursementStatus
from portal.households import services as register
from portal.households.details import HouseholdDetails, MemberDetails
from portal.households.models import Sex
from tests.duplicates import factories
from tests.factories import VILLAGE
from tests.funds import factories as money

ROSMA = MemberDetails(name="Rosma Yunita", sex=Sex.FEMALE, birth_date=factories.BORN)
FAMILY = HouseholdDetails(village_code=VILLAGE, members=(ROSMA,))


def confirmed(details, by):
    with pytest.raises(Doubtful) as doubtful:
        register.register(details, by=by)
    family = register.register(details, by=by, confirmed={doubt.code for doubt in doubtful.value.doubts})
    db.session.commit()
    return family, doubtful.value.doubts


def decided(pair, verdict, by, reason="Ditanyakan ke rumah."):
    services.decide(pair, verdict, reason, by=by)
    db.session.commit()


def test_who_goes_on_though_asked_puts_the_pair_into_the_queue(make):
    known = make.household("Rosma Yunita", birth_date=factories.BORN)

    family, _doubts = confirmed(FAMILY, make.social_worker())

    pair = db.session.scalars(select(DuplicatePair)).one()
    assert {pair.lower_id, pair.higher_id} == {known.members[0].id, family.members[0].id}
    assert (pair.source, pair.verdict) == (PairSource.ENTRY, Verdict.OPEN)
    assert ["birth_date", "same"] in [reason[:2] for reason in pair.reasons]
    assert db.session.scalar(select(AuditEvent.id).where(AuditEvent.action == "duplicate.noticed"))


def test_the_trail_keeps_the_new_people_with_the_act_that_registered_them(make):
    make.household("Rosma Yunita", birth_date=factories.BORN)

    confirmed(FAMILY, make.social_worker())

    acts = {row.action: json.loads(row.details) for row in db.session.scalars(select(AuditEvent))}
    assert [record["type"] for record in acts["household.registered"]["also"]] == ["member"]
    assert "also" not in acts["duplicate.noticed"]


def test_the_familys_story_says_that_a_pair_waits(make, sign_in):
    make.household("Rosma Yunita", birth_date=factories.BORN)
    worker = make.social_worker()
    family, _doubts = confirmed(FAMILY, worker)

    assert "mungkin tercatat dua kali" in sign_in(worker).get(f"/households/{family.id}").text


def test_the_doubt_says_how_likely_it_is_and_why(make):
    make.household("Rosmah Yunita", birth_date=factories.BORN)

    _family, (doubt,) = confirmed(FAMILY, make.social_worker())

    assert "99 %" in doubt.sentence
    assert "Rosmah Yunita" in doubt.sentence
    assert "tanggal lahir sama" in doubt.sentence


def test_at_most_five_candidates_are_shown(make):
    for _number in range(7):
        make.household("Rosma Yunita", birth_date=factories.BORN)

    _family, doubts = confirmed(FAMILY, make.social_worker())

    assert len(doubts) == 5


def test_a_name_alone_asks_nothing(make):
    make.household("Rosma Yunita", birth_date=None)

    register.register(replace(FAMILY, members=(replace(ROSMA, birth_date=None),)), by=make.social_worker())


def test_whoever_is_different_is_never_asked_about_again(make):
    worker = make.social_worker()
    make.household("Rosma Yunita", birth_date=factories.BORN)
    family, _doubts = confirmed(FAMILY, worker)
    decided(db.session.scalars(select(DuplicatePair)).one(), Verdict.DIFFERENT, worker)
    head = family.members[0]

    # The birth date is typed anew, one digit off, so that everything is looked at once more.
    typed = replace(ROSMA, id=head.id, birth_date=factories.BORN.replace(day=13))
    register.change(family, replace(FAMILY, members=(typed,)), by=worker)
    db.session.commit()

    assert len(db.session.scalars(select(DuplicatePair)).all()) == 1


def test_a_pair_is_kept_once_whoever_finds_it_again(make):
    pair = factories.pair(make)

    assert services.keep([(pair.higher_id, pair.lower_id, 900, [])], PairSource.RUN) == 0
    assert pair.score == 1040


@pytest.mark.parametrize("verdict", [Verdict.SAME, Verdict.UNSURE])
def test_same_and_unsure_need_no_reason(make, verdict):
    pair = factories.pair(make)

    decided(pair, verdict, make.social_worker(), "")

    assert pair.verdict is verdict


def test_different_says_how_it_is_known(make):
    with pytest.raises(Refused) as refused:
        services.decide(factories.pair(make), Verdict.DIFFERENT, "", by=make.social_worker())

    assert refused.value.field == "reason"


def test_a_verdict_that_stands_is_overruled_by_the_head_of_the_unit_with_a_reason(make):
    pair, worker, head = factories.pair(make), make.social_worker(), make.unit_head()
    decided(pair, Verdict.DIFFERENT, worker)

    with pytest.raises(AlreadySettled):
        services.decide(pair, Verdict.SAME, "Ternyata sama.", by=worker)
    with pytest.raises(Refused):
        services.decide(pair, Verdict.SAME, "", by=head)
    decided(pair, Verdict.SAME, head, "Ternyata sama.")

    assert (pair.verdict, pair.decided_by_id) == (Verdict.SAME, head.id)


def test_unsure_waits_and_anybody_who_works_on_families_decides_later(make):
    pair = factories.pair(make)
    decided(pair, Verdict.UNSURE, make.social_worker(), "")

    decided(pair, Verdict.DIFFERENT, make.social_worker())

    assert pair.verdict is Verdict.DIFFERENT


def test_nobody_else_decides(make):
    with pytest.raises(NotAllowed):
        services.decide(factories.pair(make), Verdict.SAME, "", by=make.treasurer())


def test_the_queue_begins_with_the_likeliest_and_pages(make):
    for score in (500, 900, 700):
        factories.pair(make, score=score)

    first = queries.queue(Verdict.OPEN, "", None, size=2)
    then = queries.queue(Verdict.OPEN, "", [first[-1].score, first[-1].id], size=2)

    assert [row.score for row in (*first, *then)] == [900, 700, 500]


def test_the_queue_of_a_kelurahan_holds_pairs_with_somebody_there(make):
    factories.pair(make)

    assert len(queries.queue(Verdict.OPEN, VILLAGE, None, size=5)) == 1
    assert not queries.queue(Verdict.OPEN, "13.76.03.1001", None, size=5)


def test_a_pair_with_somebody_who_died_asks_nothing_any_more(make):
    pair = factories.pair(make)
    pair.higher.left_on, pair.higher.left_because = make.ago(1), "died"
    make._store(pair.higher)

    assert not queries.queue(Verdict.OPEN, "", None, size=5)
    assert not queries.open_pairs_of(pair.lower.household_id)
    assert Verdict.OPEN not in queries.counts()


def test_aid_is_proposed_approved_and_paid_while_a_pair_is_open(make):
    pair = factories.pair(make)
    ground = money.ground(make, household=pair.lower.household)

    aid = money.paid(make, money.fund(make), ground=ground)

    assert (pair.verdict, aid.status) == (Verdict.OPEN, DisbursementStatus.PAID)
    assert aid.household_id == pair.lower.household_id
