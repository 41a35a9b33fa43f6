"""Several people press at the same moment: one decision, gapless numbers, one card a family."""

from sqlalchemy import select
from sqlalchemy.orm.exc import StaleDataError

from portal.accounts.models import User
from portal.cards.models import Card
from portal.clock import today
from portal.complaints.models import Complaint
from portal.db import db
from portal.decisions import queries, services
from portal.decisions.models import Decision, DecisionStatus, Proposal
from portal.errors import AlreadySettled, Refused
from tests.decisions.factories import case
from tests.factories import Make
from tests.together import reasons, together

TOGETHER = 6


def test_one_of_several_simultaneous_decisions_holds(own_portal):
    make = Make()
    decision_id = case(make).propose().id
    heads = [make.unit_head().id for _ in range(TOGETHER)]

    def approve(head_id: int) -> None:
        decision = queries.get_decision(decision_id)
        services.settle(decision, DecisionStatus.APPROVED, reason="Ya.", by=db.session.get(User, head_id))

    ended = together(own_portal, [lambda head_id=head_id: approve(head_id) for head_id in heads])

    assert ended.count(None) == 1
    assert reasons(ended) <= {AlreadySettled, StaleDataError}
    assert db.session.scalars(select(Card.number)).all() == [f"KAN-{today().year}-000001"]


def test_one_of_several_simultaneous_proposals_of_a_case_holds(own_portal):
    found = case(Make())
    complaint_id, worker_id = found.complaint.id, found.worker.id

    def propose() -> None:
        complaint, worker = db.session.get(Complaint, complaint_id), db.session.get(User, worker_id)
        services.propose(complaint, proposal=Proposal.HELP, reason="", by=worker, on=today())

    ended = together(own_portal, [propose] * TOGETHER)

    assert ended.count(None) == 1
    assert len(db.session.scalars(select(Decision.id)).all()) == 1


def test_numbers_of_cards_issued_at_once_have_no_gaps(own_portal):
    make = Make()
    found = [case(make) for _ in range(TOGETHER)]
    pairs = [(each.propose().id, each.head.id) for each in found]

    def approve(decision_id: int, head_id: int) -> None:
        decision = queries.get_decision(decision_id)
        services.settle(decision, DecisionStatus.APPROVED, reason="Ya.", by=db.session.get(User, head_id))

    ended = together(own_portal, [lambda pair=pair: approve(*pair) for pair in pairs])

    assert ended == [None] * TOGETHER
    numbers = sorted(db.session.scalars(select(Card.number)))
    assert numbers == [f"KAN-{today().year}-{n:06d}" for n in range(1, TOGETHER + 1)]


def test_a_family_gets_one_card_from_simultaneous_approvals(own_portal):
    make = Make()
    first = case(make)
    found = [first, *(case(make, people=first) for _ in range(TOGETHER - 1))]
    pairs = [(each.propose().id, each.head.id) for each in found]

    def approve(decision_id: int, head_id: int) -> None:
        decision = queries.get_decision(decision_id)
        services.settle(decision, DecisionStatus.APPROVED, reason="Ya.", by=db.session.get(User, head_id))

    ended = together(own_portal, [lambda pair=pair: approve(*pair) for pair in pairs])

    assert ended.count(None) == 1
    assert reasons(ended) == {Refused}
    assert len(db.session.scalars(select(Card.id)).all()) == 1
