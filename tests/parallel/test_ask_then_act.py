"""What is asked about before it is written is asked in turn: of two who write the same, the second is asked.

Made slow as in `test_check_then_act`, so that each fails on PostgreSQL without its lock.
"""

import time as clock_time
from datetime import date

from portal import clock
from portal.accounts.models import User
from portal.complaints import queries as complaint_queries
from portal.complaints.models import Complaint
from portal.db import db
from portal.errors import Doubtful, Refused
from portal.funds import grounds
from portal.funds import queries as fund_queries
from portal.funds import services as aid
from portal.funds.models import Disbursement, Fund
from portal.households import area_queries, checks
from portal.households import area_services as area
from portal.households import services as households
from portal.households.area_models import AreaReport, ReportKind
from portal.households.models import Household, Sex
from portal.households.services import HouseholdDetails, MemberDetails
from portal.partners import queries as partner_queries
from portal.partners import services as gifts
from portal.partners.models import Donation, Partner, Purpose
from portal.referrals import queries as referral_queries
from portal.referrals import services as referring
from portal.referrals.models import Referral
from portal.visits import desk
from tests.factories import VILLAGE, Make
from tests.funds import factories as money
from tests.together import LONG, count, get, reasons, together


def test_one_wish_of_a_family_recorded_at_two_desks_is_asked_about(own_portal, slow):
    make = Make()
    family_id, people = make.household().id, [make.social_worker().id for _ in range(2)]

    def take_in(by_id):
        return lambda: desk.take_in(
            desk.Intake(
                family=get(Household, family_id), own_words="Obat.", service_code="health-medicine", brought=()
            ),
            by=get(User, by_id),
        )

    slow(complaint_queries, "open_complaint")
    stopped = together(own_portal, [take_in(by_id) for by_id in people])

    assert stopped.count(None) == 1
    assert reasons(stopped) == {Doubtful}
    assert count(Complaint) == 1


def test_one_case_sent_to_one_office_by_two_is_asked_about(own_portal, slow):
    make = Make()
    family_id, people = make.household().id, [make.social_worker().id for _ in range(2)]

    def send(by_id):
        return lambda: referring.send(
            get(Household, family_id), office="Dinas Sosial", reason="Kursi roda.", by=get(User, by_id)
        )

    slow(referral_queries, "open_referral")
    stopped = together(own_portal, [send(by_id) for by_id in people])

    assert stopped.count(None) == 1
    assert reasons(stopped) == {Doubtful}
    assert count(Referral) == 1


def test_a_report_that_a_phone_sends_twice_is_asked_about(own_portal, slow):
    cadre_id = Make().cadre().id

    def report():
        details = area.ReportDetails(kind=ReportKind.NEW_FAMILY, own_words="Sakit.", family_name="Nurbaiti")
        area.report(details, None, by=get(User, cadre_id))

    slow(area_queries, "open_report_of_today")
    stopped = together(own_portal, [report] * 2)

    assert stopped.count(None) == 1
    assert reasons(stopped) == {Doubtful}
    assert count(AreaReport) == 1


def test_one_transfer_written_down_by_two_is_asked_about(own_portal, slow):
    make = Make()
    people = [make.partner_user("mitra-kenanga").id for _ in range(3)]

    def enter(by_id):
        return lambda: gifts.enter(
            get(Partner, "mitra-kenanga"), kind_code="infak", given_on=clock.today(), amount=5_000_000,
            purpose=Purpose.FIELD, purpose_code="education", reference="TRX-1", by=get(User, by_id),
        )  # fmt: skip

    slow(partner_queries, "with_reference")
    stopped = together(own_portal, [enter(by_id) for by_id in people])

    assert stopped.count(None) == 1
    assert reasons(stopped) == {Doubtful}
    assert count(Donation) == 1


def test_the_same_help_on_a_decision_and_on_a_letter_is_asked_about(own_portal, slow):
    make = Make()
    family, worker_id = make.household(), make.social_worker().id
    opened = money.ground(make, "health-medicine", household=family).decision
    letter = money.recommendation(make, "health-medicine", household_id=family.id)
    decision_id, number = opened.id, letter.number

    def propose(find):
        return lambda: aid.propose(
            find(), amount=400_000, amount_reason="Obat sebulan.", waiting_reason="Dana habis.",
            by=get(User, worker_id),
        )  # fmt: skip

    slow(fund_queries, "earlier_aid")
    found = [lambda: grounds.of_decision(decision_id), lambda: grounds.of_recommendation(number)]
    stopped = together(own_portal, [propose(find) for find in found])

    assert stopped.count(None) == 1
    assert reasons(stopped) == {Refused}
    assert count(Disbursement) == 1


def test_help_does_not_overtake_a_family_that_is_put_on_the_list_at_this_moment(own_portal):
    make = Make()
    fund_id, worker_id = money.fund(make).id, make.social_worker().id
    waits, comes_later = (money.decision(make).id for _ in range(2))

    def put_on_the_list():
        aid.propose(grounds.of_decision(waits), amount=400_000, waiting_reason="Dana habis.", why=money.LATE,
                    by=get(User, worker_id))  # fmt: skip
        db.session.flush()
        clock_time.sleep(LONG)

    def help_now():
        clock_time.sleep(LONG / 2)
        aid.propose(grounds.of_decision(comes_later), amount=400_000, fund=get(Fund, fund_id), why=money.LATE,
                    by=get(User, worker_id))  # fmt: skip

    stopped = together(own_portal, [put_on_the_list, help_now])

    assert [type(each) for each in stopped] == [type(None), Doubtful]


def test_a_person_typed_into_two_families_is_asked_about(own_portal, slow):
    worker_id = Make().social_worker().id

    def register():
        person = MemberDetails(name="Yurnalis", sex=Sex.FEMALE, birth_date=date(1980, 5, 1))
        details = HouseholdDetails(village_code=VILLAGE, members=(person,))
        households.register(details, by=get(User, worker_id))

    slow(checks, "_doubts_of_likeness")
    stopped = together(own_portal, [register] * 2)

    assert stopped.count(None) == 1
    assert reasons(stopped) == {Doubtful}
    assert count(Household) == 1
