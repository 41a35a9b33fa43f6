"""The way out of an emergency: card, referral, or closed with a reason (lessons.md section 2 no 13)."""

from datetime import time, timedelta

import pytest

from portal import clock
from portal.complaints import services as complaints
from portal.complaints.models import ComplaintStatus
from portal.db import db
from portal.errors import AlreadySettled, NotAllowed, Refused
from portal.recommendations import queries, services
from portal.recommendations.models import Exit
from portal.visits.models import HomeVisit
from tests.recommendations import factories


@pytest.fixture
def letter(make):
    worker = make.social_worker()
    household = make.household()
    complaint = factories.complaint(make, household, worker)
    return factories.letter(make, worker, make.mayor(), household=household, complaint_id=complaint.id)


def leave(letter, by, way=Exit.CLOSED, reason="Keadaan pulih."):
    services.record_exit(letter, way, reason=reason, by=by, on=clock.today())
    db.session.commit()


def test_until_the_exit_is_recorded_the_complaint_has_an_open_letter(make, letter):
    assert queries.without_exit(letter.complaint_id) is letter

    leave(letter, make.social_worker())

    assert queries.without_exit(letter.complaint_id) is None
    assert (letter.exit, letter.exit_on) == (Exit.CLOSED, clock.today())


def test_the_complaint_is_not_closed_before_the_exit(make, letter):
    worker = make.social_worker()

    with pytest.raises(Refused, match=letter.number):
        complaints.close(letter.complaint, reason="Sudah dibantu.", by=worker)
    leave(letter, worker)
    complaints.close(letter.complaint, reason="Sudah dibantu.", by=worker)

    assert letter.complaint.status is ComplaintStatus.CLOSED


def test_closing_needs_a_reason_and_an_exit_is_recorded_once(make, letter):
    worker = make.social_worker()

    with pytest.raises(Refused):
        leave(letter, worker, reason=" ")
    leave(letter, worker, Exit.CARD, reason="")
    with pytest.raises(AlreadySettled):
        leave(letter, worker)


def test_only_a_letter_has_an_exit_and_only_the_unit_records_it(make, letter):
    with pytest.raises(NotAllowed):
        leave(letter, make.mayor())
    with pytest.raises(Refused):
        leave(factories.recommendation(make, make.social_worker()), make.social_worker())


def test_the_page_asks_for_the_exit_a_week_before_the_end(make, sign_in, letter, clock):
    browser, url = sign_in(make.social_worker()), f"/recommendations/{letter.number}"
    asked = "sampaikan bagaimana"

    assert asked not in browser.get(url).text
    clock.shift(timedelta(days=24))
    assert asked in sign_in(make.social_worker()).get(url).text


def test_the_exit_on_the_page(make, sign_in, letter):
    browser, url = sign_in(make.social_worker()), f"/recommendations/{letter.number}/exit"

    missing = browser.post(url, {"reason": "x"})
    unreasoned = browser.post(url, {"way": "closed", "reason": "", "version": str(letter.version)})
    stale = browser.post(url, {"way": "card", "version": str(letter.version - 1)})
    version = str(letter.version)
    referral = browser.post(url, {"way": "referral", "version": version})
    card = browser.post(url, {"way": "card", "version": version})
    again = browser.post(url, {"way": "closed", "reason": "Pulih."})

    assert [answer.status_code for answer in (missing, unreasoned, stale)] == [422, 422, 409]
    assert [answer.status_code for answer in (referral, card, again)] == [303, 303, 409]
    assert referral.location == f"/referrals/new?recommendation={letter.number}"
    assert card.location == f"/complaints/{letter.complaint.number}/visit"
    assert sign_in(make.mayor()).post(url, {"way": "card"}).status_code == 403


def test_a_home_visit_is_reminded_of_until_it_is_booked(make, sign_in, letter):
    worker = make.social_worker()
    browser, url = sign_in(worker), f"/recommendations/{letter.number}"
    booking = f"/complaints/{letter.complaint.number}/visit"
    assert booking in browser.get(url).text

    make._store(
        HomeVisit(
            household_id=letter.household_id, visitor_id=worker.id, visit_on=clock.today(), visit_time=time(9),
            booked_by_id=worker.id, booked_at=clock.now(),
        )
    )  # fmt: skip

    assert booking not in browser.get(url).text
