"""Cases ready to be proposed and decided, with the answers of seeds/demo_households.csv."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from portal import audit, clock
from portal.accounts.models import User
from portal.cards import services as cards
from portal.cards.models import Card
from portal.complaints.models import Complaint, ComplaintStatus
from portal.db import db
from portal.decisions import services
from portal.decisions.models import Decision, DecisionStatus, Proposal
from portal.households.models import Household, Listing, MembershipCard
from portal.visits.models import Assessment, HomeVisit
from tests.complaints.factories import complaint
from tests.factories import Make
from tests.visits import factories as visits


@dataclass
class Case:
    """A family that was visited by `visitor`, whose complaint was taken and is proposed by `worker`."""

    household: Household
    complaint: Complaint
    visit: HomeVisit
    assessment: Assessment
    visitor: User
    worker: User
    head: User

    def propose(self, proposal: Proposal = Proposal.HELP, reason: str = "", **details: Any) -> Decision:
        decision = services.propose(
            self.complaint, proposal=proposal, reason=reason, by=self.worker, on=clock.today(), **details
        )
        db.session.commit()
        return decision

    def settle(
        self, decision: Decision, status: DecisionStatus, reason: str = "Bukti mendukung usulan.",
        *, against: bool = False,
    ) -> None:  # fmt: skip
        """`against` confirms that it goes against the rule's answer."""
        confirmed = [f"against_rule:{status}"] if against else []
        services.settle(decision, status, reason=reason, by=self.head, confirmed=confirmed)
        db.session.commit()

    def approve(self, decision: Decision) -> Decision:
        self.settle(decision, DecisionStatus.APPROVED)
        return decision


def listed(household: Household, decile: int, on: date | None = None) -> Listing:
    """DTSEN ranks everybody: up to decile 4 a family counts as listed (domain.md 5)."""
    day = on or clock.today()
    return Listing(household_id=household.id, list_code="dtsen", as_of=day, present=True, decile=decile, checked_on=day)


def look_up(make: Make, household: Household, decile: int = 8, on: date | None = None) -> None:
    make._store(listed(household, decile, on))


def case(
    make: Make, row: str = "D07", *, assessed_days_ago: int = 3, people: Case | None = None, **details: Any
) -> Case:
    """The case of a demo household; `people` takes family and staff from an earlier case of the same family."""
    demo = visits.demo(row)
    if people is None:
        visitor, worker, head = make.social_worker(), make.social_worker(), make.unit_head()
        household = make.household(head=demo["head_name"])
        look_up(make, household, 2 if demo["in_integrated_data"] == "yes" else 8)
        if demo["has_membership_card"] == "yes":
            make._store(MembershipCard(household_id=household.id, kind="kks", number="1", seen_on=clock.today()))
    else:
        visitor, worker, head, household = people.visitor, people.worker, people.head, people.household
    values = {
        "household": household, "taken_by": worker, "status": ComplaintStatus.ASSESSED, "service_code": "data-card",
    }  # fmt: skip
    filed = complaint(make, **(values | details))
    visit = visits.visit(make, visitor, household, complaint=filed)
    on = clock.today() - timedelta(days=assessed_days_ago)
    return Case(household, filed, visit, visits.final(make, visit, row, on), visitor, worker, head)


def card(make: Make, starts_on: date | None = None, **details: Any) -> tuple[Case, Card]:
    """A family with a card from this day on, approved the usual way."""
    approved = case(make)
    decision = approved.propose()
    approved.approve(decision)
    issued = cards.queries.card_of(decision.id)
    assert issued is not None
    if starts_on:
        with audit.unrecorded():
            issued.starts_on, issued.ends_on = starts_on, clock.validity_end(starts_on, 12)
            db.session.commit()
    return approved, issued
