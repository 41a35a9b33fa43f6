"""Two families that are one, and what hangs on each."""

from types import SimpleNamespace

import pytest

from portal.cards.models import CardStatus
from portal.complaints.models import ComplaintStatus
from portal.db import db
from portal.errors import Doubtful
from portal.funds.models import DisbursementStatus
from portal.households.models import Relation
from portal.merging import apart, families, people
from portal.merging.families import Pairing
from portal.merging.keeping import Wish
from portal.visits.models import VisitStatus
from tests.reports import factories


@pytest.fixture
def worker(make):
    return make.social_worker()


@pytest.fixture
def head(make):
    return make.unit_head()


def sure(act, by, reason="Kartu keluarga yang sama."):
    """Merge as somebody does who confirms whatever is asked."""
    try:
        return act(Wish(reason=reason, by=by))
    except Doubtful as doubtful:
        return act(Wish(reason=reason, by=by, confirmed=[doubt.code for doubt in doubtful.doubts]))


@pytest.fixture
def merge(worker):
    """Merge two families; whoever is not paired comes over."""

    def merge(kept, other, same=None, *, by=None, places=None, **more):
        same = dict(same or {})
        places = {one: Relation.OTHER for one in other.members if one not in same} | (places or {})
        pairing = Pairing(same=same, places=places, **more)
        made = sure(lambda wish: families.merge(kept, other, pairing, wish), by or worker)
        db.session.commit()
        return made

    return merge


@pytest.fixture
def merge_people(worker):
    def merge(kept, other, **more):
        made = sure(lambda wish: people.merge(kept, other, wish, **more), worker)
        db.session.commit()
        return made

    return merge


@pytest.fixture
def take_apart(head):
    def take_apart(made, **more):
        apart.take_apart(made, reason="Ternyata dua keluarga.", by=head, **more)
        db.session.commit()

    return take_apart


def hang(make, family, *, by, head, card=True):
    """A case with a visit, an assessment, a decision, a card, aid and a referral on a family."""
    case = factories.complaint(make, family, by=by, status=ComplaintStatus.APPROVED)
    visit = factories.visit(make, case, by=by, status=VisitStatus.DONE)
    found = factories.assessment(make, visit, by=by)
    decision = factories.decision(make, case, found, by=by, decided_by=head)
    status = {} if card else {"status": CardStatus.REVOKED, "revoked_on": make.ago(0), "revoked_by_id": head.id}
    kartu = factories.card(make, decision, by=head, **status)
    aid = factories.disbursement(make, case, by=by, status=DisbursementStatus.PROPOSED)
    letter = factories.recommendation(make, case, by=by)
    referral = factories.referral(make, case, by=by)
    return SimpleNamespace(
        case=case, visit=visit, assessment=found, decision=decision, card=kartu, aid=aid, letter=letter,
        referral=referral,
    )  # fmt: skip
