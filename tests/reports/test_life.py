"""What is next in a case: one step in every state, one primary action for every person."""

import re
from itertools import product

import pytest

from portal.accounts.roles import Role, permissions_of
from portal.complaints.models import ComplaintStatus as S
from portal.decisions.models import DecisionStatus
from portal.funds.models import DisbursementStatus
from portal.recommendations.models import RecommendationStatus
from portal.reports.case_file import CAME_TO_NOTHING
from portal.reports.life import CaseFacts, life_of, quiet_acts
from portal.visits.models import AssessmentStatus, VisitStatus
from tests.reports import factories as case

NUMBER = "K-2026-000001"
BOOKED = {"visit_id": 4, "visit": VisitStatus.BOOKED}
VISITED = {"visit_id": 4, "visit": VisitStatus.DONE}
ASSESSED = {**VISITED, "assessment": AssessmentStatus.FINAL}
LETTER = {"recommendation_number": "R-2026-000001", "recommendation": RecommendationStatus.APPROVED}
AID = {"aid_number": "S-2026-000001"}
APPROVED = {"status": S.APPROVED, **ASSESSED, "decision_id": 7, "decision": DecisionStatus.APPROVED}


def facts(**known):
    return CaseFacts(**({"number": NUMBER, "household_id": 3, "status": S.RECEIVED} | known))


class Person:
    """Somebody with these roles, as a case asks about them."""

    def __init__(self, *roles):
        self.permissions = permissions_of(frozenset(roles))

    def can(self, permission):
        return permission in self.permissions


WORKER, HEAD, TREASURER, MAYOR = Role.SOCIAL_WORKER, Role.UNIT_HEAD, Role.TREASURER, Role.MAYOR_OFFICE

STATES = [
    ({"papers_missing": True, "status": S.INCOMPLETE}, "papers", WORKER, f"/complaints/{NUMBER}/documents"),
    ({}, "book", WORKER, f"/complaints/{NUMBER}/visit"),
    ({"status": S.SCHEDULED, **BOOKED}, "visit", WORKER, "/visits/4"),
    ({"status": S.SCHEDULED, **BOOKED, "papers_missing": True}, "visit", WORKER, "/visits/4"),
    ({**BOOKED, "assessment": AssessmentStatus.DRAFT}, "assess", WORKER, "/visits/4/assessment"),
    (
        {"status": S.VISITED, "visit_id": 4, "visit": VisitStatus.DONE, "assessment": AssessmentStatus.DRAFT},
        "book", WORKER, f"/complaints/{NUMBER}/visit",
    ),
    ({"status": S.SCHEDULED, **ASSESSED}, "propose", WORKER, f"/complaints/{NUMBER}/proposal"),
    (
        {"status": S.ASSESSED, **ASSESSED, "decision_id": 7, "decision": DecisionStatus.RETURNED},
        "propose", WORKER, f"/complaints/{NUMBER}/proposal",
    ),
    (
        {"status": S.ASSESSED, **ASSESSED, "decision_id": 7, "decision": DecisionStatus.PROPOSED},
        "decide", HEAD, "/decisions/7",
    ),
    ({**APPROVED, "gives_money": True}, "propose_aid", WORKER, "/disbursements/new?decision=7"),
    ({**APPROVED, **AID, "aid": DisbursementStatus.WAITING}, "fund", WORKER, "/disbursements/S-2026-000001/fund"),
    ({**APPROVED, **AID, "aid": DisbursementStatus.PROPOSED}, "approve_aid", HEAD, "/disbursements/S-2026-000001"),
    ({**APPROVED, **AID, "aid": DisbursementStatus.APPROVED}, "pay", TREASURER, "/disbursements/S-2026-000001/payment"),
    (
        {**APPROVED, **AID, "aid": DisbursementStatus.APPROVED, "asnaf_waits": True},
        "asnaf", Role.PARTNER, "/disbursements/S-2026-000001",
    ),
    ({**APPROVED, **AID, "aid": DisbursementStatus.PAID}, "close", WORKER, f"/complaints/{NUMBER}/close"),
    ({**APPROVED, "service_kind": "referral"}, "refer", WORKER, f"/referrals/new?complaint={NUMBER}"),
    ({**APPROVED, "service_kind": "card"}, "close", WORKER, f"/complaints/{NUMBER}/close"),
    ({"status": S.REFERRED, "referral_id": 5}, "referral", Role.OFFICE, "/referrals/5"),
    (
        {"status": S.REFERRED, "referral_id": 5, "referral_answered": True},
        "close", WORKER, f"/complaints/{NUMBER}/close",
    ),
    ({"status": S.DECLINED, "decision": DecisionStatus.DECLINED}, "close", WORKER, f"/complaints/{NUMBER}/close"),
    ({"status": S.DELIVERED}, "close", WORKER, f"/complaints/{NUMBER}/close"),
    ({"status": S.CLOSED}, "over", WORKER, "/complaints/new?household=3"),
    ({"status": S.WITHDRAWN}, "over", WORKER, "/complaints/new?household=3"),
    ({"emergency_only": True}, "ask_mayor", WORKER, f"/recommendations/new?complaint={NUMBER}"),
    ({**LETTER, "recommendation": RecommendationStatus.PROPOSED}, "mayor", MAYOR, "/recommendations/R-2026-000001"),
    ({**LETTER, "status": S.APPROVED}, "letter", WORKER, "/recommendations/R-2026-000001.pdf"),
    (
        {**LETTER, "status": S.APPROVED, "gives_money": True},
        "propose_aid", WORKER, "/disbursements/new?recommendation=R-2026-000001",
    ),
    ({**LETTER, **AID, "aid": DisbursementStatus.PROPOSED}, "approve_aid", HEAD, "/disbursements/S-2026-000001"),
    ({**LETTER, **AID, "aid": DisbursementStatus.PAID}, "exit", WORKER, "/recommendations/R-2026-000001"),
    ({**LETTER, "letter_ending": True}, "exit", WORKER, "/recommendations/R-2026-000001"),
    ({**LETTER, "status": S.DELIVERED}, "exit", WORKER, "/recommendations/R-2026-000001"),
    ({**LETTER, "status": S.DELIVERED, "exit_recorded": True}, "close", WORKER, f"/complaints/{NUMBER}/close"),
    ({**LETTER, "recommendation": RecommendationStatus.DECLINED}, "book", WORKER, f"/complaints/{NUMBER}/visit"),
]  # fmt: skip


@pytest.mark.parametrize(("known", "code", "holder", "url"), STATES, ids=lambda value: str(value)[:40])
def test_each_state_has_its_next_step_and_somebody_who_has_it(known, code, holder, url):
    found = life_of(facts(**known))

    assert (found.code, found.holder, found.act.url) == (code, holder, url)
    assert found.for_person(Person(holder)) == found.act


@pytest.mark.parametrize("status", list(S))
def test_no_state_leaves_a_case_without_a_next_step(status):
    """Whatever else is on record, there is a step, and both readers of case files have one primary action."""
    options = {
        "visit": [None, *VisitStatus], "assessment": [None, *AssessmentStatus], "decision": [None, *DecisionStatus],
        "recommendation": [None, *RecommendationStatus], "aid": [None, *DisbursementStatus],
        "gives_money": [False, True],
    }  # fmt: skip
    readers = [Person(WORKER), Person(HEAD), Person(WORKER, TREASURER), Person(WORKER, HEAD)]
    for values in product(*options.values()):
        if values[4] in CAME_TO_NOTHING:
            continue  # aid that came to nothing is no fact of the case
        case_facts = facts(status=status, visit_id=4, decision_id=7, **dict(zip(options, values, strict=True)))
        found = life_of(case_facts)
        for reader in readers:
            act = found.for_person(reader)
            assert reader.can(act.permission)
            assert act.url not in [other.url for other in quiet_acts(case_facts, act)]


def test_who_may_not_do_it_reads_what_the_case_waits_for():
    waiting = life_of(facts(status=S.ASSESSED, decision_id=7, decision=DecisionStatus.PROPOSED))

    assert waiting.for_person(Person(HEAD)) == waiting.act
    assert waiting.for_person(Person(WORKER)) == waiting.look
    assert waiting.look.url == "/decisions/7"


def primary_actions(markup: str) -> list[str]:
    aside = markup[markup.index("<aside") : markup.index("</aside>")]
    assert "btn-primary" not in markup.replace(aside, "")
    return re.findall(r'class="btn btn-primary" href="([^"]+)"', aside)


@pytest.mark.parametrize("status", list(S))
def test_every_page_has_exactly_one_primary_action(make, sign_in, status):
    rani, head = make.social_worker(), make.unit_head()
    complaint = case.complaint(make, make.household(), by=rani, status=status)

    for person in (rani, head):
        page = sign_in(person).get(f"/complaints/{complaint.number}").text
        assert len(primary_actions(page)) == 1


def test_the_case_says_who_has_it_and_what_is_next(make, sign_in):
    rani, head = make.social_worker(), make.unit_head()
    complaint = case.complaint(make, make.household(), by=rani, status=S.ASSESSED)
    found = case.assessment(make, case.visit(make, complaint, by=rani), by=rani)
    decision = case.decision(make, complaint, found, by=rani)

    worker, decider = (sign_in(person).get(f"/complaints/{complaint.number}").text for person in (rani, head))

    assert primary_actions(worker) == primary_actions(decider) == [f"/decisions/{decision.id}"]
    assert "Sekarang ada pada: Kepala unit" in worker
    assert "Sekarang ada pada" not in decider
    assert ">Putuskan" in re.sub(r"<svg.*?</svg>\s*", "", decider)


def test_a_missed_visit_is_booked_anew(make, sign_in):
    rani = make.social_worker()
    complaint = case.complaint(make, make.household(), by=rani, status=S.SCHEDULED)
    case.visit(make, complaint, by=rani, status=VisitStatus.MISSED)

    page = sign_in(rani).get(f"/complaints/{complaint.number}").text

    assert primary_actions(page) == [f"/complaints/{complaint.number}/visit"]


def test_declined_aid_does_not_end_the_help(make, sign_in):
    rani, head = make.social_worker(), make.unit_head()
    complaint = case.complaint(make, make.household(), by=rani, status=S.APPROVED)
    found = case.assessment(make, case.visit(make, complaint, by=rani), by=rani)
    decision = case.decision(make, complaint, found, by=rani, decided_by=head)
    case.disbursement(make, complaint, by=rani, status=DisbursementStatus.DECLINED, decision_id=decision.id)

    page = sign_in(rani).get(f"/complaints/{complaint.number}").text

    assert primary_actions(page) == [f"/disbursements/new?decision={decision.id}"]
