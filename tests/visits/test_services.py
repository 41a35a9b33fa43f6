"""What may be done with a visit and its assessment, and when it is final."""

from datetime import time

import pytest

from portal.audit.models import AuditEvent
from portal.complaints import queries as complaint_queries
from portal.complaints import services as complaint_services
from portal.complaints.models import ComplaintStatus
from portal.db import db
from portal.errors import AlreadySettled, NotAllowed, Refused
from portal.visits import queries, services
from portal.visits.answering import Sent, save_answers, trace
from portal.visits.models import AssessmentStatus, KnownBy, VisitStatus
from tests.rules.seeds import raw_answers

from . import factories


def sent(answers, known_by="told", shown=""):
    return [Sent(name, value, known_by, shown) for name, value in answers.items()]


def filled(make, row="D01"):
    worker = make.social_worker()
    visit = factories.visit(make, worker)
    save_answers(visit, sent(raw_answers(factories.demo(row))), by=worker)
    db.session.commit()
    return worker, visit


def test_the_first_answer_begins_the_assessment_with_the_units_own_instrument(make):
    worker = make.social_worker()
    visit = factories.visit(make, worker)

    outcome = save_answers(visit, sent({"floor_area_m2": "24,5"}), by=worker)
    db.session.commit()

    assert outcome.saved == ["floor_area_m2"]
    assert visit.assessment.instrument_code == "payakumbuh_12"
    assert [(a.field, a.value, a.known_by) for a in visit.assessment.answers] == [
        ("floor_area_m2", "24,5", KnownBy.TOLD)
    ]


def test_nothing_answered_begins_nothing(make):
    worker = make.social_worker()
    visit = factories.visit(make, worker)

    save_answers(visit, sent({"floor_area_m2": "", "toilet": ""}, known_by=""), by=worker)
    db.session.commit()

    assert visit.assessment is None


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("floor_area_m2", "-3"), ("floor_area_m2", "abc"), ("members", "0"), ("protein_per_week", "22"),
        ("head_income_idr_month", "450,5"), ("head_income_idr_month", "9" * 20), ("toilet", "golden"),
    ],
)  # fmt: skip
def test_a_bad_answer_is_refused_and_the_others_are_saved(make, field, typed):
    worker = make.social_worker()
    visit = factories.visit(make, worker)

    outcome = save_answers(visit, sent({field: typed, "lighting": "electric_own"}), by=worker)

    assert list(outcome.refused) == [field]
    assert outcome.refused[field]
    assert outcome.saved == ["lighting"]


@pytest.mark.parametrize("typed", ["1.500.000", "Rp1.500.000,00", "1500000"])
def test_money_is_kept_in_whole_rupiah_however_it_is_typed(make, typed):
    worker = make.social_worker()
    visit = factories.visit(make, worker)

    save_answers(visit, sent({"head_income_idr_month": typed}), by=worker)

    assert visit.assessment.answers[0].value == "1500000"


def test_an_emptied_answer_is_taken_away(make):
    worker = make.social_worker()
    visit = factories.visit(make, worker)
    save_answers(visit, sent({"members": "5"}), by=worker)
    db.session.commit()

    save_answers(visit, sent({"members": ""}, shown=trace("5", "told")), by=worker)
    db.session.commit()

    assert visit.assessment.answers == []


def test_an_answer_changed_elsewhere_is_not_overwritten(make):
    worker = make.social_worker()
    visit = factories.visit(make, worker)
    save_answers(visit, sent({"members": "5"}), by=worker)
    db.session.commit()

    outcome = save_answers(visit, sent({"members": "6", "toilet": "own"}), by=worker)

    assert outcome.conflicts["members"].value == "5"
    assert outcome.saved == ["toilet"]


def test_the_same_answer_from_two_phones_is_no_conflict(make):
    worker = make.social_worker()
    visit = factories.visit(make, worker)
    save_answers(visit, sent({"members": "5"}), by=worker)
    db.session.commit()

    outcome = save_answers(visit, sent({"members": "5"}), by=worker)

    assert (outcome.saved, outcome.conflicts) == ([], {})


def test_a_question_that_was_not_touched_keeps_what_another_phone_saved(make):
    worker = make.social_worker()
    visit = factories.visit(make, worker)
    save_answers(visit, sent({"members": "5"}), by=worker)
    db.session.commit()
    old_page = trace("5", "told")
    save_answers(visit, sent({"members": "6"}, shown=old_page), by=worker)
    db.session.commit()

    outcome = save_answers(visit, sent({"members": "5"}, shown=old_page), by=worker)

    assert outcome.conflicts == {}
    assert visit.assessment.answers[0].value == "6"


def test_only_the_visitor_answers(make):
    visit = factories.visit(make, make.social_worker())

    for other in (make.social_worker(), make.unit_head(), make.cadre()):
        with pytest.raises(NotAllowed):
            save_answers(visit, sent({"members": "5"}), by=other)


def test_a_complete_assessment_becomes_final_with_value_band_and_version(make):
    worker, visit = filled(make)

    services.finalise(visit.assessment, by=worker)
    db.session.commit()

    final = visit.assessment
    assert (final.value, final.band, final.instrument_version) == (12, "poor", "1")
    assert (final.status, visit.status) == (AssessmentStatus.FINAL, VisitStatus.DONE)
    assert final.final_at is not None and visit.done_at is not None
    actions = {event.action for event in db.session.query(AuditEvent)}
    assert {"assessment.answered", "assessment.final", "visit.done"} <= actions


def test_a_final_assessment_moves_its_complaint_to_visited_and_assessed(make):
    worker, visit = filled(make)

    services.finalise(visit.assessment, by=worker)
    db.session.commit()

    assert visit.complaint.status is ComplaintStatus.ASSESSED
    assert [step.status for step in visit.complaint.steps] == [ComplaintStatus.VISITED, ComplaintStatus.ASSESSED]


def test_a_visit_without_assessment_moves_its_complaint_to_visited(make):
    worker = make.social_worker()
    visit = factories.visit(make, worker)

    services.finish(visit, note="Sudah pulih.", by=worker)
    db.session.commit()

    assert visit.complaint.status is ComplaintStatus.VISITED


def test_a_correction_after_the_decision_moves_the_complaint_nowhere(make):
    worker = make.social_worker()
    household = make.household()
    case = factories.complaint(make, household, worker, status=ComplaintStatus.APPROVED)
    visit = factories.visit(make, worker, household, complaint=case)
    save_answers(visit, sent(raw_answers(factories.demo("D01"))), by=worker)

    services.finalise(visit.assessment, by=worker)
    db.session.commit()

    assert (case.status, case.steps) == (ComplaintStatus.APPROVED, [])


def test_an_incomplete_assessment_names_what_is_missing(make):
    worker, visit = filled(make)
    save_answers(visit, sent({"toilet": ""}, shown=trace("shared", "told")), by=worker)
    db.session.commit()

    with pytest.raises(Refused, match="Tempat buang air besar"):
        services.finalise(visit.assessment, by=worker)
    assert visit.assessment.status is AssessmentStatus.DRAFT


def test_an_answer_of_which_nobody_said_how_it_is_known_stays_in_the_draft_but_is_not_final(make):
    worker, visit = filled(make)
    save_answers(visit, [Sent("toilet", "own", "", trace("shared", "told"))], by=worker)
    db.session.commit()

    assert next(a for a in visit.assessment.answers if a.field == "toilet").value == "own"
    with pytest.raises(Refused, match="Tempat buang air besar"):
        services.finalise(visit.assessment, by=worker)


def test_a_final_assessment_is_never_changed(make):
    worker, visit = filled(make)
    services.finalise(visit.assessment, by=worker)
    db.session.commit()

    with pytest.raises(AlreadySettled):
        save_answers(visit, sent({"members": "1"}, shown=trace("5", "told")), by=worker)
    with pytest.raises(AlreadySettled):
        services.finalise(visit.assessment, by=worker)
    with pytest.raises(AlreadySettled):
        services.miss(visit, reason="Tidak ada orang", by=worker)


def test_a_result_other_than_the_one_shown_is_not_made_final(make):
    worker, visit = filled(make)

    with pytest.raises(Refused):
        services.finalise(visit.assessment, by=worker, shown=11)


def test_only_the_visitor_makes_it_final(make):
    _worker, visit = filled(make)

    for other in (make.social_worker(), make.unit_head()):
        with pytest.raises(NotAllowed):
            services.finalise(visit.assessment, by=other)


def test_a_missed_visit_says_why(make):
    worker = make.social_worker()
    visit = factories.visit(make, worker)

    with pytest.raises(Refused):
        services.miss(visit, reason="  ", by=worker)
    services.miss(visit, reason="Tidak ada orang di rumah", by=worker)
    db.session.commit()

    assert (visit.status, visit.missed_reason) == (VisitStatus.MISSED, "Tidak ada orang di rumah")


def test_a_visit_without_assessment_ends_with_a_note(make):
    worker = make.social_worker()
    visit = factories.visit(make, worker)

    with pytest.raises(Refused):
        services.finish(visit, note="", by=worker)
    services.finish(visit, note="Rumah sudah diperbaiki tetangga.", by=worker)
    db.session.commit()

    assert (visit.status, visit.assessment) == (VisitStatus.DONE, None)


def test_the_unit_head_gives_a_visit_to_another_officer(make):
    rani, budi, head = make.social_worker(), make.social_worker(), make.unit_head()
    visit = factories.visit(make, rani)

    for other in (rani, budi):
        with pytest.raises(NotAllowed):
            services.assign(visit, budi, by=other)
    services.assign(visit, budi, by=head)
    db.session.commit()

    assert visit.visitor_id == budi.id
    with pytest.raises(NotAllowed):
        services.write_note(visit, "Masih milik saya", by=rani)


def test_a_visit_is_not_given_to_who_is_busy_or_makes_no_visits(make):
    rani, budi, head = make.social_worker(), make.social_worker(), make.unit_head()
    visit = factories.visit(make, rani)
    factories.visit(make, budi, visit_time=time(9, 30))

    for unfit in (budi, make.treasurer(), make.social_worker(active=False)):
        with pytest.raises(Refused):
            services.assign(visit, unfit, by=head)


def test_those_who_visited_or_filled_in_are_the_visitors_of_a_case(make):
    rani, budi, siti = make.social_worker(), make.social_worker(), make.social_worker()
    household = make.household()
    done = factories.visit(make, rani, household)
    factories.final(make, done, "D01", done.visit_on, by_id=budi.id)
    factories.visit(make, siti, household, complaint=done.complaint)

    assert queries.visitors_of(household_id=household.id) == {rani.id, budi.id}
    assert queries.visitors_of(complaint_id=done.complaint_id) == {rani.id, budi.id}


def test_after_a_missed_visit_the_case_waits_for_another(make):
    worker = make.social_worker()
    case = factories.complaint(make, make.household(), worker, status=ComplaintStatus.SCHEDULED)
    visit = factories.visit(make, worker, case.household, complaint=case)

    services.miss(visit, reason="Tidak ada orang di rumah", by=worker)
    db.session.commit()

    assert case.status is ComplaintStatus.RECEIVED
    waiting, _total = complaint_queries.index(complaint_queries.Filter(without_visit=True))
    assert [row.number for row in waiting] == [case.number]


@pytest.mark.parametrize("end", [complaint_services.close, complaint_services.withdraw])
def test_nobody_drives_to_a_family_whose_case_is_over(make, end):
    worker = make.social_worker()
    case = factories.complaint(make, make.household(), worker, status=ComplaintStatus.SCHEDULED)
    visit = factories.visit(make, worker, case.household, complaint=case)

    end(case, reason="Sudah tertolong.", by=worker)
    db.session.commit()

    assert (visit.status, visit.missed_reason) == (VisitStatus.CANCELLED, "Sudah tertolong.")
