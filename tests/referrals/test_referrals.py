"""Handing a family on to an office, and its answer (domain.md section 10)."""

from datetime import date, timedelta

import pytest

from portal import clock
from portal.complaints.models import ComplaintStatus
from portal.db import db
from portal.errors import AlreadySettled, NotAllowed, Refused
from portal.households.names import fold_name
from portal.recommendations.models import Exit
from portal.referrals import queries, services
from portal.referrals.models import Referral, ReferralOutcome
from tests.recommendations import factories as emergencies
from tests.referrals import factories
from tests.reports import factories as cases


def send(household, by, **details):
    values = {"office": factories.OFFICE, "reason": "Perlu kursi roda.", "by": by}
    return services.send(household, **(values | details))


def answer(referral, by, outcome=ReferralOutcome.SERVED, text="Kursi roda diserahkan."):
    services.answer(referral, outcome, text=text, by=by)
    db.session.commit()


def test_the_answer_is_due_in_three_working_days(make, clock):
    worker = make.social_worker()

    monday = send(make.household(), worker)
    clock.shift(timedelta(days=4))
    friday = send(make.household(), worker)

    assert (monday.due_on, friday.due_on) == (date(2026, 10, 8), date(2026, 10, 14))


def test_the_complaint_is_referred(make):
    worker, household = make.social_worker(), make.household()
    complaint = emergencies.complaint(make, household, worker)

    send(household, worker, complaint=complaint)
    db.session.commit()

    assert complaint.status is ComplaintStatus.REFERRED


def test_a_referral_is_the_exit_of_its_emergency(make):
    worker = make.social_worker()
    letter = emergencies.letter(make, worker, make.mayor())

    send(letter.household, worker, recommendation=letter)
    db.session.commit()

    assert letter.exit is Exit.REFERRAL
    with pytest.raises(AlreadySettled):
        send(letter.household, worker, recommendation=letter)


def test_only_the_unit_refers_and_only_to_its_offices(make):
    household = make.household()

    for person in (make.mayor(), make.office_user(), make.treasurer(), make.cadre()):
        with pytest.raises(NotAllowed):
            send(household, person)
    with pytest.raises(Refused) as refusal:
        send(household, make.unit_head(), office="Dinas Antariksa")
    assert refusal.value.field == "office"


def test_only_its_office_answers(make):
    worker = make.social_worker()
    referral = factories.referral(make, worker)

    for person in (worker, make.unit_head(), make.office_user("Dinas Kesehatan")):
        with pytest.raises(NotAllowed):
            answer(referral, person)
    answer(referral, make.office_user(factories.OFFICE))
    assert referral.outcome is ReferralOutcome.SERVED


def test_an_accepted_referral_may_still_get_its_final_answer(make):
    officer = make.office_user(factories.OFFICE)
    referral = factories.referral(make, make.social_worker())

    answer(referral, officer, ReferralOutcome.ACCEPTED, "Sedang dipesan.")
    answer(referral, officer)

    with pytest.raises(AlreadySettled):
        answer(referral, officer, ReferralOutcome.REFUSED)


def test_a_refusal_says_why(make):
    referral = factories.referral(make, make.social_worker())

    with pytest.raises(Refused) as refusal:
        answer(referral, make.office_user(factories.OFFICE), ReferralOutcome.REFUSED, " ")

    assert refusal.value.field == "answer"


def found(chosen: str, on=None) -> list[int]:
    rows = queries.listed(queries.Filters(chosen, office=factories.OFFICE), after=None, size=25, on=on or clock.today())
    return [row.id for row in rows]


def test_an_answer_is_late_once_a_working_day_has_begun_after_the_one_it_was_due(make):
    referral = factories.referral(make, make.social_worker(), due_on=date(2026, 10, 9))  # a Friday

    assert found("late", date(2026, 10, 9)) == []
    assert found("late", date(2026, 10, 11)) == []  # Sunday
    assert found("late", date(2026, 10, 12)) == [referral.id]


def test_a_referral_that_was_accepted_stays_open_until_the_office_says_what_became_of_it(make):
    referral, officer = factories.referral(make, make.social_worker()), make.office_user(factories.OFFICE)

    answer(referral, officer, ReferralOutcome.ACCEPTED, "Sedang dipesan.")
    assert (found("open"), found("answered")) == ([referral.id], [])

    answer(referral, officer)
    assert (found("open"), found("answered")) == ([], [referral.id])


def test_a_social_worker_refers_on_the_page(make, sign_in):
    worker, household = make.social_worker(), make.household()
    complaint = emergencies.complaint(make, household, worker)
    browser, url = sign_in(worker), f"/referrals/new?complaint={complaint.number}"
    data = {"office": factories.OFFICE, "service_code": "", "reason": "Perlu kursi roda untuk ibunya."}

    assert browser.get(url).status_code == 200
    answers = [browser.post(url, data, once="one-time-key") for _ in range(2)]

    stored = db.session.query(Referral).one()
    assert [each.location for each in answers] == [f"/referrals/{stored.id}"] * 2
    assert (stored.office, stored.complaint_id, stored.service_code) == (factories.OFFICE, complaint.id, None)


def test_a_case_that_waits_for_the_same_office_is_asked_about(make, sign_in):
    worker, household = make.social_worker(), make.household()
    cases = [emergencies.complaint(make, household, worker) for _ in range(2)]
    before = factories.referral(make, worker, household=household, complaint_id=cases[0].id)
    browser, url = sign_in(worker), f"/referrals/new?complaint={cases[0].number}"
    data = {"office": factories.OFFICE, "service_code": "", "reason": "Perlu kursi roda untuk ibunya."}

    asked = browser.post(url, data)

    assert asked.status_code == 422
    assert f'value="open_referral:{before.id}"' in asked.text
    assert browser.post(url, data | {"confirmed": f"open_referral:{before.id}"}).status_code == 303
    for other in ({"office": "Dinas Kesehatan"}, {"complaint": cases[1].number}):
        office, number = other.get("office", factories.OFFICE), other.get("complaint", cases[0].number)
        assert browser.post(f"/referrals/new?complaint={number}", data | {"office": office}).status_code == 303


def test_the_way_out_of_an_emergency_leads_here(make, sign_in):
    worker = make.social_worker()
    letter = emergencies.letter(make, worker, make.mayor())
    url = f"/referrals/new?recommendation={letter.number}"
    browser = sign_in(worker)

    assert letter.number in browser.get(url).text
    browser.post(url, {"office": factories.OFFICE, "reason": "Perlu hunian sementara."})

    assert letter.exit is Exit.REFERRAL
    assert browser.post(url, {"office": factories.OFFICE, "reason": "Sekali lagi."}).status_code == 409


def test_bad_input_keeps_what_was_typed(make, sign_in):
    household = make.household()
    browser = sign_in(make.social_worker())
    url = f"/referrals/new?household={household.id}"

    no_office = browser.post(url, {"office": "", "reason": "Perlu kursi roda."})
    too_long = browser.post(url, {"office": factories.OFFICE, "reason": "y" * 1001})

    assert [no_office.status_code, too_long.status_code] == [422, 422]
    assert "Perlu kursi roda." in no_office.text
    assert "y" * 1001 in too_long.text
    assert browser.post("/referrals/new", {}).status_code == 422


def test_an_office_sees_its_own_and_the_least_it_needs(make, sign_in):
    household = make.household("Nurhayati Koto", phone="0812-1111-2222", listed=True, address="Jalan Rahasia No. 7")
    mine = factories.referral(make, make.social_worker(), household=household)
    other = factories.referral(make, make.social_worker(), office="Dinas Kesehatan")
    browser = sign_in(make.office_user(factories.OFFICE))

    listed = browser.get("/referrals").text
    text = browser.get(f"/referrals/{mine.id}").text

    assert f"/referrals/{mine.id}" in listed
    assert f"/referrals/{other.id}" not in listed
    assert browser.get(f"/referrals/{other.id}").status_code == 404
    for shown in ("Nurhayati Koto", "0812-1111-2222", "Perlu kursi roda untuk ibunya."):
        assert shown in text
    for hidden in (
        household.kk_no[-4:],
        household.members[0].nik[-4:],
        "Rahasia",
        f"/households/{household.id}",
        "desil",
    ):
        assert hidden not in text


def test_an_office_answers_on_the_page(make, sign_in):
    referral = factories.referral(make, make.social_worker())
    browser, url = sign_in(make.office_user(factories.OFFICE)), f"/referrals/{referral.id}/answer"
    data = {"version": "1", "outcome": "served", "answer": "Kursi roda diserahkan."}

    refused = browser.post(url, {**data, "outcome": "refused", "answer": ""})
    outdated = browser.post(url, {**data, "version": "0"})
    answered = browser.post(url, data)
    again = browser.post(url, {**data, "version": "2"})

    assert [each.status_code for each in (refused, outdated, answered, again)] == [422, 409, 303, 409]
    assert "Kursi roda diserahkan." in sign_in(make.unit_head()).get(f"/referrals/{referral.id}").text


def test_another_office_cannot_answer(make, sign_in):
    referral = factories.referral(make, make.social_worker())
    data = {"version": "1", "outcome": "served"}

    other = sign_in(make.office_user("Dinas Kesehatan")).post(f"/referrals/{referral.id}/answer", data)
    unit = sign_in(make.social_worker()).post(f"/referrals/{referral.id}/answer", data)

    assert [other.status_code, unit.status_code] == [404, 403]
    assert referral.outcome is None


def test_the_unit_finds_by_spelling_and_by_anybody_and_reads_why(make, sign_in):
    worker = make.social_worker()
    family = make.household("Muhammad Yusuf", members=2)
    family.members[1].name, family.members[1].name_key = "Desi Guci", fold_name("Desi Guci")
    make._store(family.members[1])
    referral = factories.referral(make, worker, household=family)
    complaint = cases.complaint(make, family, by=worker)
    browser = sign_in(worker)

    for typed, word in (("Moh. Jusuf", "ejaan"), ("desi guci", "Desi Guci"), (complaint.number, "keluhan")):
        page = browser.get("/referrals", query_string={"q": typed}).text
        assert f'href="/referrals/{referral.id}"' in page and word in page, typed
    assert f'href="/referrals/{referral.id}"' not in browser.get("/referrals?q=1376010613900001").text


def test_an_office_finds_by_the_heads_name_alone(make, sign_in):
    worker = make.social_worker()
    family = make.household("Muhammad Yusuf", members=2)
    family.members[1].name, family.members[1].name_key = "Desi Guci", fold_name("Desi Guci")
    make._store(family.members[1])
    referral = factories.referral(make, worker, household=family)
    complaint = cases.complaint(make, family, by=worker)
    office = sign_in(make.office_user(referral.office))

    assert f'href="/referrals/{referral.id}"' in office.get("/referrals?q=moh jusuf").text
    for typed in ("desi guci", complaint.number):
        page = office.get("/referrals", query_string={"q": typed}).text
        assert f'href="/referrals/{referral.id}"' not in page
        assert "Anggota:" not in page


def test_lists_are_filtered_and_searched(make, sign_in):
    worker = make.social_worker()
    waiting = factories.referral(make, worker)
    late = factories.referral(make, worker, due_on=clock.today() - timedelta(days=1))
    done = factories.referral(
        make, worker, household=make.household("Datuak Rajo"), outcome="served", answered_at=clock.now()
    )
    browser = sign_in(worker)
    expected = {
        "": {waiting, late}, "?filter=open": {waiting, late}, "?filter=late": {late}, "?filter=answered": {done},
        "?filter=answered&q=rajo": {done}, "?filter=answered&q=tidak-ada": set(),
    }  # fmt: skip

    for query, referrals in expected.items():
        text = browser.get(f"/referrals{query}").text
        for each in (waiting, late, done):
            assert (f'href="/referrals/{each.id}"' in text) is (each in referrals), query
    part = browser.fragment("/referrals?filter=late", "results")
    assert " ".join(part.split()) in " ".join(browser.get("/referrals?filter=late").text.split())


def test_who_may_open_the_pages(make, sign_in, stranger):
    referral = factories.referral(make, make.social_worker())

    for url in ("/referrals", f"/referrals/{referral.id}", "/referrals/new"):
        assert stranger.get(url).status_code == 303
        for outsider in (make.mayor(), make.treasurer(), make.partner_user(), make.auditor()):
            assert sign_in(outsider).get(url).status_code == 403
    browser = sign_in(make.unit_head())
    assert browser.get("/referrals/99999").status_code == 404
    assert browser.get("/referrals?filter=elsewhere").status_code == 404
    assert browser.get("/referrals/new?household=99999").status_code == 404
    assert sign_in(make.office_user()).get("/referrals/new").status_code == 403
