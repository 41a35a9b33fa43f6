"""The head decides: who may, once, with a reason, and what follows."""

import pytest
from sqlalchemy.exc import IntegrityError

from portal import audit, clock
from portal.accounts.roles import Role
from portal.cards import queries as cards
from portal.complaints import services as complaint_services
from portal.complaints.models import ComplaintStatus
from portal.db import db
from portal.decisions import policies, services
from portal.decisions.facts import decided_against
from portal.decisions.models import Decision, DecisionStatus, Proposal
from portal.errors import AlreadySettled, NotAllowed, Refused
from portal.visits.models import VisitStatus
from tests.decisions.factories import case
from tests.visits import factories as visits

APPROVED, DECLINED, RETURNED = DecisionStatus.APPROVED, DecisionStatus.DECLINED, DecisionStatus.RETURNED


@pytest.mark.parametrize(
    ("ground", "helped", "against"),
    [
        ({"path": "b"}, True, False),
        ({"path": "b"}, False, True),
        ({"path": "none"}, True, True),
        ({"path": "none"}, False, False),
        ({"path": "pending"}, True, False),
        ({"path": "pending"}, False, False),
        ({"path": "none", "reasons": ["second_look"]}, True, False),
        ({"path": "none", "reasons": ["second_look"]}, False, False),
    ],
)
def test_only_an_answer_of_the_rule_can_be_decided_against(ground, helped, against):
    assert decided_against(ground, helped=helped) is against


def test_an_approval_moves_the_case_and_issues_the_card(make):
    found = case(make)
    decision = found.approve(found.propose())

    assert decision.status is APPROVED
    assert decision.decided_by_id == found.head.id
    assert found.complaint.status is ComplaintStatus.DELIVERED
    assert [step.status for step in found.complaint.steps][-2:] == [ComplaintStatus.APPROVED, ComplaintStatus.DELIVERED]
    assert cards.card_of(decision.id).number == "KAN-2026-000001"


def test_on_path_a_the_family_is_served_without_a_card(make):
    found = case(make, "D01", service_code="health-medicine")
    decision = found.approve(found.propose())

    assert decision.path == "a"
    assert cards.cards_of(found.household.id) == []
    assert found.complaint.status is ComplaintStatus.APPROVED


def test_declined_and_returned_cases_stand_where_they_should(make):
    declined, returned = case(make), case(make)
    declined.settle(declined.propose(), DECLINED, against=True)
    returned.settle(returned.propose(), RETURNED)

    assert declined.complaint.status is ComplaintStatus.DECLINED
    assert returned.complaint.status is ComplaintStatus.ASSESSED
    assert returned.propose().status is DecisionStatus.PROPOSED
    with pytest.raises(AlreadySettled):
        declined.propose()


def test_a_refusal_is_agreed_to_or_returned_but_never_turned_into_help(make):
    found = case(make, "D11")
    decision = found.propose(Proposal.REFUSE)

    with pytest.raises(Refused):
        found.settle(decision, APPROVED)
    db.session.rollback()
    found.settle(decision, DECLINED)

    assert found.complaint.status is ComplaintStatus.DECLINED


@pytest.mark.parametrize("status", [APPROVED, DECLINED, RETURNED])
def test_every_decision_carries_a_reason(make, status):
    found = case(make)
    decision = found.propose()

    with pytest.raises(Refused) as refusal:
        found.settle(decision, status, "   ")

    assert refusal.value.field == "reason"


def test_nobody_decides_what_they_proposed(make):
    found = case(make)
    both = make.user(Role.UNIT_HEAD, Role.SOCIAL_WORKER)
    found.worker = found.head = both
    decision = found.propose()

    assert policies.why_not_decide(both, decision)
    with pytest.raises(NotAllowed):
        found.settle(decision, APPROVED)
    assert_database_refuses(decision, both)


def test_nobody_decides_a_case_they_visited(make):
    """domain.md section 3: the visitor may not approve a case he or she visited."""
    found = case(make)
    both = make.user(Role.UNIT_HEAD, Role.SOCIAL_WORKER)
    with audit.unrecorded():
        found.visit.visitor_id = both.id
        db.session.commit()
    found.head = both
    decision = found.propose()

    with pytest.raises(NotAllowed):
        found.settle(decision, APPROVED)
    assert_database_refuses(decision, both)


def assert_database_refuses(decision, person):
    decision_id = decision.id
    db.session.rollback()
    stored = db.session.get(Decision, decision_id)
    with audit.unrecorded(), pytest.raises(IntegrityError):
        stored.status, stored.decided_by_id, stored.decision_reason = APPROVED, person.id, "Ya"
        db.session.flush()
    db.session.rollback()


def test_who_made_another_visit_of_the_case_does_not_decide_either(make):
    found = case(make)
    both = make.user(Role.UNIT_HEAD, Role.SOCIAL_WORKER)
    visits.visit(make, both, found.household, complaint=found.complaint, status=VisitStatus.DONE, done_at=clock.now())
    decision = found.propose()

    assert policies.why_not_decide(both, decision)
    assert policies.may_decide(found.head, decision)


def test_a_visit_of_long_ago_for_another_case_does_not_bar_anybody(make):
    found = case(make)
    both = make.user(Role.UNIT_HEAD, Role.SOCIAL_WORKER)
    visits.visit(make, both, found.household, status=VisitStatus.DONE, done_at=clock.now())

    assert policies.may_decide(both, found.propose())


def test_a_decision_is_made_once(make):
    found = case(make)
    decision = found.approve(found.propose())

    with pytest.raises(AlreadySettled, match=found.head.full_name):
        found.settle(decision, DECLINED)


def test_nothing_is_approved_for_a_family_that_withdrew(make):
    found = case(make)
    decision = found.propose()
    complaint_services.withdraw(found.complaint, reason="Sudah dibantu saudara.", by=found.worker)
    db.session.commit()

    with pytest.raises(AlreadySettled):
        services.settle(decision, APPROVED, reason="Ya.", by=found.head)
    db.session.rollback()

    assert cards.cards_of(found.household.id) == []
    assert found.complaint.status is ComplaintStatus.WITHDRAWN
    services.settle(decision, RETURNED, reason="Keluarga menarik keluhannya.", by=found.head)
    db.session.commit()
    assert (decision.status, found.complaint.status) == (RETURNED, ComplaintStatus.WITHDRAWN)
