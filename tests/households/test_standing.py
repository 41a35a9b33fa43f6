"""What later rooms tell of a family: its active card, what was paid, whose number stands on a paper."""

from datetime import date

from portal import clock
from portal.cards.models import Card
from portal.db import db
from portal.decisions.models import Decision, DecisionStatus, Proposal
from portal.funds.models import Disbursement, DisbursementStatus, Fund, Method
from portal.households import queries, standing
from portal.units.catalogue import catalogue
from portal.visits.models import Assessment, AssessmentStatus, HomeVisit, VisitStatus
from tests.complaints.factories import complaint


def test_a_complaints_number_finds_its_family(make):
    case = complaint(make)

    assert queries.register(queries.Filter(case.number.lower()))[0][0].id == case.household_id
    assert queries.register(queries.Filter("K-2026-000000"))[0] == []


def with_card(make, **details):
    """A family with a card that was decided on a final assessment."""

    case, worker, head = complaint(make), make.social_worker(), make.unit_head()
    instrument, _fields = catalogue().latest_instrument()
    visit = make._store(
        HomeVisit(
            household_id=case.household_id, complaint_id=case.id, visitor_id=worker.id, visit_on=make.ago(9),
            visit_time=clock.local(clock.now()).time(), status=VisitStatus.DONE, done_at=clock.now(),
            booked_by_id=worker.id, booked_at=clock.now(),
        )
    )  # fmt: skip
    assessment = make._store(
        Assessment(
            household_id=case.household_id, visit_id=visit.id, instrument_code=instrument["code"],
            instrument_version=instrument["version"], status=AssessmentStatus.FINAL, assessed_on=make.ago(9),
            by_id=worker.id, final_at=clock.now(), value=9, band="poor",
        )
    )  # fmt: skip
    decision = make._store(
        Decision(
            complaint_id=case.id, household_id=case.household_id, assessment_id=assessment.id, path="b", ground={},
            proposal=Proposal.HELP, proposal_reason="Miskin.", proposed_by_id=worker.id, proposed_at=clock.now(),
            status=DecisionStatus.APPROVED, decision_reason="Sesuai.", decided_by_id=head.id, decided_at=clock.now(),
            visitor_id=worker.id,
        )
    )  # fmt: skip
    card = make._store(
        Card(
            number="KAN-2026-000777", verification_code="ACDEFGHJKMNPQRTUVW", card_type_code="kartu-upt-kan",
            household_id=case.household_id, decision_id=decision.id, holder_name="Yurnalis",
            starts_on=details.get("starts_on", make.ago(9)), ends_on=details.get("ends_on", date(2027, 9, 25)),
            issued_by_id=head.id, issued_at=clock.now(),
        )
    )  # fmt: skip
    return card, decision


def test_an_active_card_is_marked_and_its_number_finds_the_family(make):
    card, _decision = with_card(make)

    labels = [mark.label for mark in standing.marks([card.household_id])[card.household_id]]
    assert labels == ["Kartu s.d. 25 Sep 2027"]
    assert [fact.url for fact in standing.facts(card.household_id)] == ["/cards/KAN-2026-000777"]
    assert queries.register(queries.Filter("kan-2026-000777"))[0][0].id == card.household_id


def test_a_card_that_is_over_is_no_mark(make):
    card, _decision = with_card(make, starts_on=make.ago(400), ends_on=make.ago(36))

    assert standing.marks([card.household_id])[card.household_id] == []
    assert standing.facts(card.household_id) == []


def test_aid_paid_before_is_told_at_the_desk(make, sign_in):

    _card, decision = with_card(make)
    fund = db.session.query(Fund).first() or make._store(
        Fund(code="kenanga-infak", partner_code="mitra-kenanga", kind_code="infak", purpose="general")
    )
    worker, head, treasurer = make.social_worker(), make.unit_head(), make.treasurer()
    make._store(
        Disbursement(
            number="S-2026-000001", household_id=decision.household_id, decision_id=decision.id,
            service_code="health-medicine", amount=1_250_000, fund_id=fund.id, status=DisbursementStatus.PAID,
            proposed_by_id=worker.id, proposed_at=clock.now(), approved_by_id=head.id, approved_at=clock.now(),
            paid_by_id=treasurer.id, paid_on=make.ago(2), paid_at=clock.now(), method=Method.CASH,
        )
    )  # fmt: skip

    page = sign_in(worker).get(f"/complaints/new?household={decision.household_id}").text

    assert "Rp1.250.000" in page
    assert 'href="/disbursements/S-2026-000001"' in page
    assert "KAN-2026-000777" in page
