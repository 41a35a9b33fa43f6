"""Proposing and deciding: who may, on what, and what follows."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from portal import audit, clock
from portal.complaints import services as complaint_services
from portal.complaints.models import ComplaintStatus
from portal.db import db
from portal.decisions import facts, listing_errors, queries, services
from portal.decisions.models import Decision, DecisionStatus, ListingError, ListingErrorOutcome, Proposal
from portal.errors import AlreadySettled, NotAllowed, NotFound, Refused
from portal.households.models import Listing
from tests.decisions.factories import case, look_up

APPROVED, DECLINED, RETURNED = DecisionStatus.APPROVED, DecisionStatus.DECLINED, DecisionStatus.RETURNED


@pytest.mark.parametrize(
    ("row", "path"), [("D01", "a"), ("D05", "b"), ("D06", "b"), ("D07", "b"), ("D10", "pending"), ("D11", "none")]
)
def test_the_path_of_a_family_follows_from_its_records(make, row, path):
    """003 Hasil 3: (a) listed and KPS or KKS, (b) poor without both; one of the two proofs counts as (b)."""
    found = case(make, row)

    assert facts.outcome_of(found.household, found.assessment).path == path


def test_an_emergency_of_a_family_that_is_not_poor_is_path_c(make):
    found = case(make, "D12")

    assert facts.outcome_of(found.household, found.assessment, "house_fire").path == "c"
    assert facts.outcome_of(found.household, None, "house_fire").path == "c"


def test_a_family_that_nobody_visited_waits_for_the_visit(make):
    household = make.household(listed=True, card=True)

    assert facts.outcome_of(household, None).reasons == ("visit_needed",)


def test_a_proposal_keeps_the_facts_it_rests_on(make):
    found = case(make, "D07")

    decision = found.propose()

    assert decision.path == "b"
    assert decision.visitor_id == found.visitor.id
    assert decision.ground["reasons"] == ["poor", "not_listed", "no_membership_card"]
    assert decision.ground["facts"]["band"] == "poor"
    assert (decision.ground["value"], decision.ground["decile"], decision.ground["overruled"]) == (10, 8, False)


def test_a_proposal_needs_a_finished_assessment(make):
    found = case(make)
    with audit.unrecorded():
        db.session.delete(found.assessment)
        db.session.commit()

    with pytest.raises(Refused, match="Kunjungan"):
        found.propose()


@pytest.mark.parametrize(("days", "fresh"), [(90, True), (91, False)])
def test_an_assessment_carries_a_proposal_for_ninety_days(make, days, fresh):
    found = case(make, assessed_days_ago=days)

    if fresh:
        assert found.propose().status is DecisionStatus.PROPOSED
    else:
        with pytest.raises(Refused, match="90"):
            found.propose()


def test_a_proposal_needs_a_look_at_the_list(make):
    found = case(make)
    with audit.unrecorded():
        db.session.execute(delete(Listing))
        db.session.commit()

    with pytest.raises(Refused, match="Data terpadu"):
        found.propose()


@pytest.mark.parametrize(
    ("row", "proposal"),
    [("D07", Proposal.REFUSE), ("D11", Proposal.HELP), ("D09", Proposal.HELP), ("D10", Proposal.REFUSE)],
)
def test_overruling_and_a_second_look_need_a_reason(make, row, proposal):
    """domain.md section 6: a person may overrule with a reason; 6-7 of 12 is a second look."""
    found = case(make, row)

    with pytest.raises(Refused) as refusal:
        found.propose(proposal, "  ")
    db.session.rollback()

    assert refusal.value.field == "reason"
    assert found.propose(proposal, "Kepala keluarga baru saja sakit.").proposal is proposal


@pytest.mark.parametrize(("row", "path"), [("D11", "b"), ("D09", "b"), ("D04", "a")])
def test_a_family_helped_against_the_count_takes_the_path_of_its_lists(make, row, path):
    decision = case(make, row, service_code="health-medicine").propose(Proposal.HELP, "Sakit berat.")

    assert decision.path == path


def test_going_with_the_rule_needs_no_reason(make):
    assert case(make, "D07").propose().proposal_reason == ""
    assert case(make, "D11").propose(Proposal.REFUSE).path == "none"


def test_the_service_must_be_open_to_the_path(make):
    found = case(make, "D01")

    with pytest.raises(Refused) as refusal:
        found.propose()
    db.session.rollback()

    assert refusal.value.field == "service"
    found.propose(service_code="health-medicine")
    assert found.complaint.service_code == "health-medicine"


def test_only_who_knows_cases_proposes(make):
    found = case(make)

    for user in (make.unit_head(), make.treasurer(), make.admin(), make.auditor(), make.cadre()):
        with pytest.raises(NotAllowed):
            services.propose(found.complaint, proposal=Proposal.HELP, reason="", by=user, on=clock.today())


def test_one_case_has_one_proposal_at_a_time(make):
    found = case(make)
    found.propose()

    with pytest.raises(AlreadySettled):
        found.propose()


def test_the_database_knows_one_open_proposal_a_case(make):
    found = case(make)
    first = found.propose()
    second = Decision(
        complaint_id=first.complaint_id, household_id=first.household_id, assessment_id=first.assessment_id, path="b",
        ground={}, proposal=Proposal.HELP, proposal_reason="", proposed_by_id=found.worker.id, proposed_at=clock.now(),
    )  # fmt: skip

    with pytest.raises(IntegrityError):
        make._store(second)


@pytest.mark.parametrize(
    ("row", "proposal", "kind"),
    [
        ("D04", Proposal.REFUSE, "inclusion"), ("D07", Proposal.HELP, "exclusion"), ("D01", Proposal.HELP, None),
        ("D05", Proposal.HELP, None), ("D09", Proposal.HELP, None), ("D11", Proposal.REFUSE, None),
    ],
)  # fmt: skip
def test_a_listing_error_is_recorded_with_its_ground(make, row, proposal, kind):
    """003 Hasil 3: inclusion, listed but not poor; exclusion, poor but not listed."""
    found = case(make, row, service_code="health-medicine")
    found.propose(proposal, "Sudah dilihat di rumah.")

    errors = queries.listing_errors_of(found.household.id)

    assert [error.kind for error in errors] == ([kind] if kind else [])
    for error in errors:
        assert (error.list_code, error.list_as_of) == ("dtsen", clock.today())
        assert (error.instrument_code, error.instrument_version) == ("payakumbuh_12", "1")
        assert (error.value, error.band) == (found.assessment.value, found.assessment.band)
        assert (error.visitor_id, error.found_on) == (found.visitor.id, clock.today())
        assert error.reason == "Sudah dilihat di rumah."


def test_proposing_anew_records_the_same_error_once(make):
    found = case(make, "D07")
    found.settle(found.propose(), RETURNED)
    found.propose()

    assert len(queries.listing_errors_of(found.household.id)) == 1


def test_the_outcome_of_a_listing_error_fits_its_kind_and_has_a_reason(make):
    found = case(make, "D07")
    found.propose()
    [error] = queries.listing_errors_of(found.household.id)

    with pytest.raises(Refused):
        listing_errors.settle(error, ListingErrorOutcome.PROPOSED_DROP, reason="Salah", by=found.head)
    with pytest.raises(Refused):
        listing_errors.settle(error, ListingErrorOutcome.PROPOSED_ADD, reason=" ", by=found.head)
    with pytest.raises(NotAllowed):
        listing_errors.settle(error, ListingErrorOutcome.PROPOSED_ADD, reason="Surat 12", by=make.treasurer())
    listing_errors.settle(error, ListingErrorOutcome.PROPOSED_ADD, reason="Surat 12", by=found.head)
    db.session.commit()

    assert db.session.scalar(select(ListingError.outcome)) is ListingErrorOutcome.PROPOSED_ADD


def test_a_proposal_moves_a_case_that_was_not_yet_assessed(make):
    found = case(make, status=ComplaintStatus.VISITED)
    found.propose()

    assert found.complaint.status is ComplaintStatus.ASSESSED


def test_what_waits_is_ordered_by_the_oldest_promise(make):
    late = case(make, promised_on=clock.today() - timedelta(days=2)).propose()
    without = case(make, promised_on=None).propose()
    soon = case(make, promised_on=clock.today() + timedelta(days=2)).propose()

    rows = queries.decisions(queries.Filters(), limit=10)
    after_first = queries.decisions(queries.Filters(), after=[str(rows[0].due_on), rows[0].id], limit=10)

    assert [row.id for row in rows] == [late.id, soon.id, without.id]
    assert [row.id for row in after_first] == [soon.id, without.id]
    assert queries.count_waiting() == 3


def test_the_list_is_looked_up_anew_for_each_proposal(make):
    found = case(make, "D07")
    look_up(make, found.household, decile=3)

    assert found.propose().ground["mismatches"] == ["listed_without_card"]


def test_there_is_no_such_decision(make):
    with pytest.raises(NotFound):
        queries.get_decision(12345)


def test_a_case_is_not_closed_while_its_proposal_waits_but_a_family_may_withdraw(make, sign_in):
    found = case(make)
    decision = found.propose()

    with pytest.raises(Refused, match="menunggu kepala unit"):
        complaint_services.close(found.complaint, reason="Selesai.", by=found.worker)
    db.session.rollback()
    complaint_services.withdraw(found.complaint, reason="Sudah dibantu saudara.", by=found.worker)
    db.session.commit()

    page = sign_in(found.head).get(f"/decisions/{decision.id}").text
    assert "sudah menarik keluhannya" in page
    assert ">Setujui<" not in page


def test_what_offices_use_and_what_the_mayor_gives_is_not_proposed_for_a_family(make, sign_in):
    found = case(make)
    page = sign_in(found.worker).get(f"/complaints/{found.complaint.number}/proposal").text

    assert 'value="data-card"' in page
    for service in ("data-letter", "data-reference"):
        assert f'value="{service}"' not in page
        with pytest.raises(Refused):
            services.propose(
                found.complaint, proposal=Proposal.HELP, reason="", service_code=service, by=found.worker,
                on=clock.today(),
            )  # fmt: skip
        db.session.rollback()
