"""Whatever is looked at before something is written is looked at in turn: nothing is lost, nothing is made twice.

Each test lets several people act at once and makes the look itself slow: without its lock everybody would have looked
before anybody wrote.
"""

import time as clock_time
from datetime import time, timedelta

from portal import clock
from portal.accounts import second_factor, sessions
from portal.accounts import services as accounts
from portal.accounts.models import RecoveryCode, User
from portal.cards import services as cards
from portal.cards.models import Card
from portal.complaints import services as complaints
from portal.complaints.models import Complaint, ComplaintStatus
from portal.db import db
from portal.decisions import listing_errors
from portal.decisions import services as decisions
from portal.decisions.models import Decision, DecisionStatus, ListingError, Proposal
from portal.errors import AlreadySettled, Refused, TooManyTries
from portal.households.models import Household
from portal.recommendations import queries as letter_queries
from portal.recommendations import services as letters
from portal.recommendations.models import EmergencyRecommendation, EventKind
from portal.visits import booking
from portal.visits import services as visiting
from portal.visits.models import HomeVisit, VisitStatus
from tests.complaints.factories import complaint as a_complaint
from tests.decisions import factories as cases
from tests.factories import Make
from tests.recommendations import factories as emergencies
from tests.reports import factories as reports
from tests.together import LONG, count, get, reasons, together


def test_one_event_typed_by_two_has_one_letter(own_portal, slow):
    make = Make()
    worker, family = make.social_worker(), make.household()
    case = emergencies.complaint(make, family, worker)
    ids = worker.id, family.id, case.id

    def ask():
        by, household, complaint = (get(k, i) for k, i in zip((User, Household, Complaint), ids, strict=True))
        letters.request(
            household, event=letters.Happening(kind=EventKind.HOUSE_FIRE, happened_on=clock.today(), description="Api"),
            resident_name="Yurnalis", service_code=emergencies.DISASTER, reason="Mendesak", complaint=complaint, by=by,
        )  # fmt: skip

    slow(letter_queries, "same_event")
    stopped = together(own_portal, [ask] * 3)

    assert stopped.count(None) == 1
    assert reasons(stopped) == {Refused}
    assert count(EmergencyRecommendation) == 1


def ends(complaint_id, by_id):
    """A family withdraws; the transaction takes its time."""
    complaint = get(Complaint, complaint_id)
    db.session.refresh(complaint, with_for_update=True)  # as the form does
    complaints.withdraw(complaint, reason="Pindah.", by=get(User, by_id))
    db.session.flush()
    clock_time.sleep(LONG)


def was_first(stopped):
    """On SQLite either of two may have its turn first; on PostgreSQL the second reads before the first has written."""
    return stopped[1] is not None or db.engine.dialect.name == "postgresql"


def test_a_case_that_ends_at_this_moment_is_not_proposed(own_portal):
    found = cases.case(Make(), status=ComplaintStatus.ASSESSED)
    complaint_id, worker_id = found.complaint.id, found.worker.id

    def propose():
        complaint, worker = get(Complaint, complaint_id), get(User, worker_id)
        clock_time.sleep(LONG / 2)
        decisions.propose(complaint, proposal=Proposal.HELP, reason="", by=worker, on=clock.today())

    stopped = together(own_portal, [lambda: ends(complaint_id, worker_id), propose])

    if was_first(stopped):
        assert [type(each) for each in stopped] == [type(None), AlreadySettled]
        assert count(Decision) == 0


def test_no_visit_is_booked_for_a_case_that_ends_at_this_moment(own_portal):
    make = Make()
    case, worker = a_complaint(make, status=ComplaintStatus.VISITED), make.social_worker()
    complaint_id, worker_id = case.id, worker.id

    def book():
        complaint, visitor = get(Complaint, complaint_id), get(User, worker_id)
        clock_time.sleep(LONG / 2)
        day = clock.today() + timedelta(days=1)
        usual = [doubt.code for doubt in booking.doubts(visitor, day, time(9))]
        booking.book(
            complaint.household, complaint=complaint, visitor=visitor, on=day, at=time(9), by=visitor, confirmed=usual
        )

    stopped = together(own_portal, [lambda: ends(complaint_id, worker_id), book])

    if was_first(stopped):
        assert [type(each) for each in stopped] == [type(None), AlreadySettled]
    assert count(HomeVisit, HomeVisit.status == VisitStatus.BOOKED) == 0


def test_one_officer_is_not_given_two_visits_of_one_hour(own_portal, slow):
    make = Make()
    head_id, officer_id = make.unit_head().id, make.social_worker().id
    visits = [reports.visit(make, a_complaint(make), by=make.social_worker()).id for _ in range(3)]

    def assign(visit_id):
        return lambda: visiting.assign(get(HomeVisit, visit_id), get(User, officer_id), by=get(User, head_id))

    slow(booking, "_times_of")
    stopped = together(own_portal, [assign(visit_id) for visit_id in visits])

    assert stopped.count(None) == 1
    assert reasons(stopped) == {Refused}
    assert count(HomeVisit, HomeVisit.visitor_id == officer_id) == 1


def test_one_assessment_tells_of_one_listing_error_once(own_portal, monkeypatch):
    make = Make()
    first = cases.case(make)
    found = [first, cases.case(make, people=first)]
    pairs = [(each.complaint.id, each.worker.id) for each in found]
    keeps = listing_errors.lists.list_facts

    def slowly(household):
        clock_time.sleep(LONG)
        return keeps(household)

    monkeypatch.setattr(listing_errors.lists, "list_facts", slowly)

    def propose(complaint_id, worker_id):
        complaint, worker = get(Complaint, complaint_id), get(User, worker_id)
        decisions.propose(complaint, proposal=Proposal.HELP, reason="", by=worker, on=clock.today())

    stopped = together(own_portal, [lambda pair=pair: propose(*pair) for pair in pairs])

    assert stopped == [None, None]
    assert count(ListingError) == 1


def test_a_card_that_is_revoked_at_this_moment_is_not_renewed(own_portal):
    make = Make()
    first, card = cases.card(make, starts_on=clock.today() - timedelta(days=350))
    decision_id, card_id, head_id = cases.case(make, people=first).propose().id, card.id, make.unit_head().id

    def revoke():
        cards.revoke(get(Card, card_id), reason="Pindah.", by=get(User, head_id), on=clock.today())
        db.session.flush()
        clock_time.sleep(LONG)

    def approve():
        decision, head, _read = get(Decision, decision_id), get(User, head_id), get(Card, card_id)
        clock_time.sleep(LONG / 2)
        decisions.settle(decision, DecisionStatus.APPROVED, reason="Ya.", by=head)

    stopped = together(own_portal, [revoke, approve])

    if was_first(stopped):
        assert [type(each) for each in stopped] == [type(None), Refused]
        assert count(Card, Card.renews_id == card_id) == 0


def test_recovery_codes_asked_for_twice_at_once_are_ten(own_portal, monkeypatch):
    user_id = Make().unit_head().id
    marks = second_factor._mark

    def slowly(user, code):
        clock_time.sleep(LONG / 20)
        return marks(user, code)

    monkeypatch.setattr(second_factor, "_mark", slowly)
    stopped = together(own_portal, [lambda: second_factor.renew_recovery_codes(get(User, user_id))] * 3)

    assert stopped == [None] * 3
    assert count(RecoveryCode, RecoveryCode.user_id == user_id) == second_factor.RECOVERY_CODES


def test_of_two_administrators_who_disable_each_other_one_stays(own_portal):
    make = Make()
    one, other = make.admin().id, make.admin().id

    def disable(user_id, by_id):
        user, by = get(User, user_id), get(User, by_id)
        db.session.refresh(user, with_for_update=True)
        clock_time.sleep(LONG)
        accounts.disable(user, by=by)

    together(own_portal, [lambda: disable(one, other), lambda: disable(other, one)])

    assert count(User, User.active) == 1


def test_guesses_of_one_name_from_many_addresses_are_counted_one_after_another(own_portal, slow, monkeypatch):
    name = Make().unit_head().name
    monkeypatch.setattr(sessions, "MOST_PER_NAME", 2)

    def guess(address):
        return lambda: sessions.sign_in(name, "tebakan", address=address)

    slow(sessions, "_brake")
    stopped = together(own_portal, [guess(f"192.0.2.{n}") for n in range(4)])

    assert stopped.count(None) == 2
    assert reasons(stopped) == {TooManyTries}
