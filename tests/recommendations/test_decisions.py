"""Approving and declining: by the mayor's office or its dated deputy, once, never one's own request."""

from datetime import date, timedelta

import pytest

from portal import clock
from portal.cards.validity import Validity
from portal.complaints import services as complaint_services
from portal.complaints.models import ComplaintStatus
from portal.db import db
from portal.errors import AlreadySettled, NotAllowed, Refused
from portal.recommendations import queries, services, validity
from portal.recommendations.models import RecommendationStatus
from tests.recommendations import factories


def approve(recommendation, by, on=None, reason="Mendesak."):
    services.approve(recommendation, reason=reason, by=by, on=on or clock.today())
    db.session.commit()


def test_approval_gives_the_next_letter_of_the_year_and_one_month(make):
    worker, mayor = make.social_worker(), make.mayor()
    first, second = (factories.recommendation(make, worker) for _ in range(2))

    approve(first, mayor)
    approve(second, mayor)

    assert first.letter_number == "400.9.14/001/UPT-KAN/X/2026"
    assert second.letter_number == "400.9.14/002/UPT-KAN/X/2026"
    assert (first.starts_on, first.ends_on) == (date(2026, 10, 5), date(2026, 11, 4))
    assert queries.by_code(first.verification_code) is first
    assert (first.decided_by_id, first.on_behalf_of_id) == (mayor.id, None)


def test_a_letter_is_valid_from_its_first_day_to_its_last(make):
    worker, mayor = make.social_worker(), make.mayor()
    letter = factories.letter(make, worker, mayor, starts_on=date(2026, 10, 5))

    answers = {day: validity.of(letter, day) for day in (date(2026, 10, 4), date(2026, 10, 5), date(2026, 11, 4))}

    assert list(answers.values()) == [Validity.NOT_YET, Validity.VALID, Validity.VALID]
    assert validity.of(letter, date(2026, 11, 5)) is Validity.EXPIRED


def test_the_complaint_follows_the_decision(make):
    worker, mayor = make.social_worker(), make.mayor()
    for act, status in ((services.approve, ComplaintStatus.APPROVED), (services.decline, ComplaintStatus.DECLINED)):
        household = make.household()
        complaint = factories.complaint(make, household, worker)
        recommendation = factories.recommendation(make, worker, household, complaint_id=complaint.id)

        act(recommendation, reason="Alasan.", by=mayor, on=clock.today())
        db.session.commit()

        assert complaint.status is status


def test_a_declined_request_needs_a_reason_and_gives_no_letter(make):
    mayor = make.mayor()
    recommendation = factories.recommendation(make, make.social_worker())

    with pytest.raises(Refused):
        services.decline(recommendation, reason="  ", by=mayor, on=clock.today())
    services.decline(recommendation, reason="Bukti kurang.", by=mayor, on=clock.today())
    db.session.commit()

    assert recommendation.status is RecommendationStatus.DECLINED
    assert recommendation.letter_number is None


def test_of_two_decisions_the_second_is_refused_and_uses_no_number(make):
    worker, mayor, colleague = make.social_worker(), make.mayor(), make.mayor()
    recommendation, other = (factories.recommendation(make, worker) for _ in range(2))
    approve(recommendation, mayor)

    for act in (services.approve, services.decline):
        with pytest.raises(AlreadySettled, match=mayor.full_name):
            act(recommendation, reason="Alasan.", by=colleague, on=clock.today())
    db.session.rollback()
    approve(other, colleague)

    assert other.letter_number == "400.9.14/002/UPT-KAN/X/2026"


def test_nobody_decides_what_they_proposed(make):
    both = make.mayor()
    recommendation = factories.recommendation(make, both)

    for act in (services.approve, services.decline):
        with pytest.raises(NotAllowed):
            act(recommendation, reason="Alasan.", by=both, on=clock.today())


def test_only_the_mayors_office_decides(make):
    recommendation = factories.recommendation(make, make.social_worker())

    for person in (make.social_worker(), make.unit_head(), make.treasurer(), make.auditor(), make.admin()):
        with pytest.raises(NotAllowed):
            approve(recommendation, person)


def test_a_deputy_decides_within_the_dates_and_both_names_stand_there(make):
    mayor, deputy = make.mayor(), make.unit_head()
    first, last = date(2026, 10, 6), date(2026, 10, 8)
    factories.delegation(make, mayor, deputy, starts_on=first, ends_on=last)
    recommendation = factories.recommendation(make, make.social_worker())

    for day in (first - timedelta(days=1), last + timedelta(days=1)):
        with pytest.raises(NotAllowed):
            approve(recommendation, deputy, on=day)
    approve(recommendation, deputy, on=last)

    assert (recommendation.decided_by, recommendation.on_behalf_of) == (deputy, mayor)


def test_an_ended_delegation_opens_nothing(make):
    mayor, deputy, today = make.mayor(), make.unit_head(), clock.today()
    factories.delegation(make, mayor, deputy, starts_on=today, ends_on=today, ended_on=today)

    with pytest.raises(NotAllowed):
        approve(factories.recommendation(make, make.social_worker()), deputy)


def test_a_deputy_does_not_decide_their_own_request(make):
    mayor, deputy, today = make.mayor(), make.social_worker(), clock.today()
    factories.delegation(make, mayor, deputy, starts_on=today, ends_on=today)

    with pytest.raises(NotAllowed):
        approve(factories.recommendation(make, deputy), deputy)


def test_no_letter_is_given_to_a_family_that_withdrew(make):
    worker, mayor, household = make.social_worker(), make.mayor(), make.household()
    complaint = factories.complaint(make, household, worker)
    recommendation = factories.recommendation(make, worker, household, complaint_id=complaint.id)
    complaint_services.withdraw(complaint, reason="Sudah dibantu tetangga.", by=worker)
    db.session.commit()

    with pytest.raises(AlreadySettled):
        approve(recommendation, mayor)
    db.session.rollback()
    services.decline(recommendation, reason="Keluarga menarik keluhannya.", by=mayor, on=clock.today())
    db.session.commit()

    assert recommendation.status is RecommendationStatus.DECLINED
    assert complaint.status is ComplaintStatus.WITHDRAWN
