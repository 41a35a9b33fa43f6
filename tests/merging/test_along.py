"""What was made since on a case that goes back when a merging is taken apart goes where its case goes."""

import pytest

from portal import clock
from portal.cards.models import CardStatus
from portal.complaints.models import ComplaintStatus
from portal.db import db
from portal.errors import Refused
from portal.files.models import StoredFile
from portal.funds import monthly
from portal.funds.models import DisbursementStatus, Method
from portal.lists import services as proposals
from portal.lists.models import ProposalKind
from portal.merging import along, apart
from portal.visits.models import VisitStatus
from tests.lists import factories as lists
from tests.merging.conftest import hang
from tests.reports import factories


@pytest.fixture
def families(make):
    return make.household(), make.household()


def followed_up(make, case, *, by, head):
    """What a case brings forth: a visit, an assessment, a decision, a card, aid, a referral."""
    visit = factories.visit(make, case, by=by, status=VisitStatus.DONE)
    found = factories.assessment(make, visit, by=by)
    decision = factories.decision(make, case, found, by=by, decided_by=head)
    card = factories.card(make, decision, by=head)
    aid = factories.disbursement(
        make, case, by=by, status=DisbursementStatus.PAID, paid_on=make.ago(0), method=Method.CASH,
        approved_by_id=head.id, paid_by_id=make.treasurer().id, decision_id=decision.id,
    )  # fmt: skip
    aid.district_code = monthly.district_of(aid.household.village_code)
    monthly.keep(aid)
    return visit, found, decision, card, aid, factories.referral(make, case, by=by)


def a_file_of(make, record, by):
    return make._store(
        StoredFile(
            sha256="0" * 64, media_type="image/jpeg", size=1, name="kk.jpg", subject_type=record.__tablename__,
            subject_id=record.id, household_id=record.household_id, uploaded_by_id=by.id, uploaded_at=clock.now(),
        )
    )  # fmt: skip


def test_what_was_made_since_on_a_case_goes_where_its_case_goes(make, families, merge, take_apart, worker, head):
    kept, other = families
    theirs, mine = (factories.complaint(make, one, by=worker) for one in (other, kept))
    made = merge(kept, other)
    since = followed_up(make, theirs, by=worker, head=head)
    stays = factories.visit(make, mine, by=worker)

    assert set(apart.plan_of(made).along.counted) == {row.__tablename__ for row in since}
    assert apart.plan_of(made).new == {"home_visit": 1}
    take_apart(made)

    assert {row.household_id for row in since} == {theirs.household_id} == {other.id}
    assert {row.household_id for row in (mine, stays)} == {kept.id}
    assert list(monthly.faults()) == []


def test_a_new_case_that_renews_a_card_goes_with_the_card(make, families, merge, take_apart, worker, head):
    kept, other = families
    old = hang(make, other, by=worker, head=head, card=False)
    made = merge(kept, other)
    again = factories.complaint(make, kept, by=worker, status=ComplaintStatus.APPROVED)
    visit = factories.visit(make, again, by=worker, status=VisitStatus.DONE)
    decision = factories.decision(make, again, factories.assessment(make, visit, by=worker), by=worker,
                                  decided_by=head, renews_card_id=old.card.id)  # fmt: skip
    card = factories.card(make, decision, by=head, renews_id=old.card.id)

    take_apart(made)

    assert {row.household_id for row in (again, visit, decision, card)} == {other.id}


def test_a_file_goes_with_what_it_proves(make, families, merge, take_apart, worker, head):
    kept, other = families
    letter = hang(make, other, by=worker, head=head, card=False).letter
    made = merge(kept, other)
    theirs, mine = (
        a_file_of(make, letter.event, worker),
        a_file_of(make, factories.complaint(make, kept, by=worker), worker),
    )

    take_apart(made)

    assert (theirs.household_id, mine.household_id) == (other.id, kept.id)


@pytest.fixture
def on_both(make, families, merge, worker, head):
    """A card of the kept family's own case, decided by a visit to the other one."""
    kept, other = families
    seen = hang(make, other, by=worker, head=head, card=False).assessment
    case = factories.complaint(make, kept, by=worker, status=ComplaintStatus.APPROVED)
    made = merge(kept, other)
    decision = factories.decision(make, case, seen, by=worker, decided_by=head)
    return made, decision, factories.card(make, decision, by=head)


def test_what_rests_on_both_families_and_runs_is_settled_first(on_both, take_apart):
    made, _decision, card = on_both

    with pytest.raises(Refused) as refusal:
        take_apart(made)

    assert card.number in refusal.value.sentence


def test_what_rests_on_both_families_and_is_over_stays_with_its_case(make, families, on_both, take_apart, head):
    made, decision, card = on_both
    card.status, card.revoked_on, card.revoked_by_id = CardStatus.REVOKED, make.ago(0), head.id
    make._store(card)

    assert card.number in along.in_words(apart.plan_of(made).along.left)
    take_apart(made)

    assert {row.household_id for row in (decision, card)} == {families[0].id}
    assert families[1].merged_into_id is None


def test_a_list_proposal_on_both_families_is_answered_or_withdrawn_first(
    make, families, merge, take_apart, worker, head
):
    kept, other = families
    seen = hang(make, other, by=worker, head=head, card=False).assessment
    case = factories.complaint(make, kept, by=worker)
    made = merge(kept, other)
    error = lists.error(make, kept, by=worker)
    error.complaint_id, error.assessment_id = case.id, seen.id
    make._store(error)
    proposal = proposals.make("dtsen", ProposalKind.ADD, [error.id], by=worker)
    db.session.commit()

    with pytest.raises(Refused) as refusal:
        take_apart(made)

    assert proposal.number in refusal.value.sentence
    proposals.withdraw(proposal, reason="Salah keluarga.", by=worker)
    take_apart(made)
    assert error.household_id == kept.id


def test_the_page_says_beforehand_what_goes_along(make, families, merge, worker, sign_in):
    kept, other = families
    case = factories.complaint(make, other, by=worker)
    made = merge(kept, other)
    factories.visit(make, case, by=worker)

    page = sign_in(make.unit_head()).get(f"/merges/{made.id}").text

    assert "ikut kembali" in page and "kunjungan rumah 1" in page


def test_the_page_names_what_stands_in_the_way(make, on_both, sign_in):
    made, _decision, card = on_both

    page = sign_in(make.unit_head()).get(f"/merges/{made.id}").text

    assert card.number in page and f"/merges/{made.id}/apart" not in page
