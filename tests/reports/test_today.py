"""Today: each role finds its own work, ordered by what is due, one action away from done."""

from datetime import timedelta

import pytest
from flask import Flask
from flask_login import login_user

from portal import audit
from portal import clock as unit_clock
from portal.accounts.roles import Role
from portal.complaints.models import ComplaintStatus
from portal.db import db
from portal.decisions.models import DecisionStatus
from portal.funds.models import DisbursementStatus
from portal.reports import today
from portal.units import catalogue, settings
from portal.visits.models import AssessmentStatus, VisitStatus
from tests.pages import faults
from tests.reports import factories as case


def shown(app: Flask, user) -> str:
    """The page of somebody signed in, as the portal's front hands it out."""
    with app.test_request_context("/"):
        login_user(user)
        markup = today.today_page(user).get_data(as_text=True)
    assert not faults(markup)
    return markup


def groups(user):
    return {group.code: group for group in today.groups_of(user)}


@pytest.mark.parametrize("role", list(Role))
def test_every_role_has_a_page_that_says_what_to_do(app, make, role):
    user = make.everyone()[role]

    assert "<h2" in shown(app, user)


def test_a_social_worker_sees_the_visits_of_today_with_address_and_phone(app, make):
    rani = make.social_worker()
    family = make.household(address="Jalan Contoh No. 7")
    complaint = case.complaint(make, family, by=rani, status=ComplaintStatus.SCHEDULED)
    visit = case.visit(make, complaint, by=rani)

    page = shown(app, rani)

    assert "10.00 · Yurnalis Piliang" in page
    assert "Jalan Contoh No. 7" in page
    assert 'href="tel:081211112222"' in page
    assert f'href="/visits/{visit.id}"' in page


def test_without_a_visit_today_those_of_the_next_working_day_are_shown(make, clock):
    rani = make.social_worker()
    clock.shift(timedelta(days=4))  # Friday: the next working day is Monday
    complaint = case.complaint(make, make.household(), by=rani, status=ComplaintStatus.SCHEDULED)
    case.visit(make, complaint, by=rani, visit_on=unit_clock.today() + timedelta(days=3))

    assert groups(rani)["visits"].total == 1


def test_visits_of_a_colleague_are_not_mine(make):
    rani, budi = make.social_worker(), make.social_worker()
    case.visit(make, case.complaint(make, make.household(), by=rani), by=budi)

    assert groups(rani)["visits"].rows == []


def test_complaints_without_a_visit_stand_by_promise_and_late_ones_say_so(make):
    rani = make.social_worker()
    later = case.complaint(make, make.household("Desi"), by=rani)
    late = case.complaint(make, make.household("Syafril"), by=rani, promised_on=make.ago(1))
    case.complaint(make, make.household("Eti"), by=rani, status=ComplaintStatus.SCHEDULED)

    rows = groups(rani)["without-visit"].rows

    assert [row.title for row in rows] == ["Syafril", "Desi"]
    assert rows[0].mark[0] == "late"
    assert rows[0].button[1] == f"/complaints/{late.number}/visit"
    assert rows[1].url == f"/complaints/{later.number}"


def test_missing_papers_come_before_the_visit(make):
    rani = make.social_worker()
    complaint = case.complaint(make, make.household(), by=rani, status=ComplaintStatus.INCOMPLETE)

    assert groups(rani)["without-visit"].rows[0].button[1] == f"/complaints/{complaint.number}/documents"


def test_only_my_own_drafts_wait_for_me(make):
    rani, budi = make.social_worker(), make.social_worker()
    for worker in (rani, budi):
        visit = case.visit(make, case.complaint(make, make.household(), by=worker), by=worker)
        case.assessment(make, visit, by=worker, status=AssessmentStatus.DRAFT)

    assert groups(rani)["drafts"].total == 1


def test_a_draft_waits_once_and_not_after_its_visit_is_over(make):
    rani, yesterday = make.social_worker(), unit_clock.today() - timedelta(days=1)
    visit = case.visit(make, case.complaint(make, make.household(), by=rani), by=rani, visit_on=yesterday)
    assert groups(rani)["left-open"].total == 1

    case.assessment(make, visit, by=rani, status=AssessmentStatus.DRAFT)
    assert (groups(rani)["drafts"].total, "left-open" in groups(rani)) == (1, False)

    visit.status = VisitStatus.MISSED
    assert groups(rani)["drafts"].total == 0


def test_a_returned_proposal_waits_until_it_is_proposed_anew(make):
    rani, head = make.social_worker(), make.unit_head()
    complaint = case.complaint(make, make.household(), by=rani, status=ComplaintStatus.ASSESSED)
    found = case.assessment(make, case.visit(make, complaint, by=rani), by=rani)
    case.decision(make, complaint, found, by=rani, decided_by=head, status=DecisionStatus.RETURNED)
    assert groups(rani)["returned"].total == 1

    case.decision(make, complaint, found, by=rani)

    assert groups(rani)["returned"].total == 0


def test_the_head_sees_what_waits_for_a_decision_and_what_is_late(make):
    rani, head = make.social_worker(), make.unit_head()
    complaint = case.complaint(
        make, make.household(), by=rani, status=ComplaintStatus.ASSESSED, promised_on=make.ago(5)
    )
    found = case.assessment(make, case.visit(make, complaint, by=rani), by=rani)
    case.decision(make, complaint, found, by=rani)
    case.disbursement(make, complaint, by=rani)
    case.referral(make, complaint, by=rani, due_on=make.ago(1))

    mine = groups(head)

    assert {code: group.total for code, group in mine.items()} == {
        "decisions": 1, "promises": 1, "aid": 1, "referrals": 1,
    }  # fmt: skip
    assert mine["promises"].rows[0].mark == ("late", "terlambat 3 hari kerja")


def test_the_mayor_reads_the_longest_wait_first_in_hours(make, clock):
    budi, mayor = make.social_worker(), make.mayor()
    old = case.recommendation(make, case.complaint(make, make.household(), by=budi), by=budi)
    clock.shift(timedelta(hours=30))
    new = case.recommendation(make, case.complaint(make, make.household(), by=budi), by=budi)

    rows = groups(mayor)["emergencies"].rows

    assert [row.url for row in rows] == [f"/recommendations/{old.number}", f"/recommendations/{new.number}"]
    assert rows[0].mark[1] == "menunggu 30 jam"


def test_a_deputy_sees_the_emergencies_while_the_delegation_lasts(make, clock):
    from portal.recommendations.models import Delegation

    mayor, deputy = make.mayor(), make.unit_head()
    make._store(
        Delegation(
            from_user_id=mayor.id, to_user_id=deputy.id, starts_on=unit_clock.today(), ends_on=unit_clock.today(),
            reason="Perjalanan dinas", granted_at=unit_clock.now(),
        )
    )  # fmt: skip
    assert "emergencies" in groups(deputy)

    clock.shift(timedelta(days=1))

    assert "emergencies" not in groups(deputy)


def test_the_treasurer_confirms_pays_and_keeps_the_waiting_list(make):
    rani, head, treasurer = make.social_worker(), make.unit_head(), make.treasurer()
    case.donation(make, by=make.partner_user())
    complaint = case.complaint(make, make.household(), by=rani, status=ComplaintStatus.APPROVED)
    approved = {"approved_by_id": head.id, "approved_at": unit_clock.now()}
    case.disbursement(make, complaint, by=rani, status=DisbursementStatus.APPROVED, **approved)
    case.disbursement(make, complaint, by=rani, status=DisbursementStatus.WAITING, waiting_reason="Dana habis")

    assert {code: group.total for code, group in groups(treasurer).items()} == {
        "donations": 1, "payments": 1, "waiting": 1,
    }  # fmt: skip


def test_a_partner_sees_its_own_donations_only_and_its_balance(app, make):
    kenanga, baznas = make.partner_user(), make.partner_user("baznas")
    case.donation(make, by=kenanga)

    assert groups(kenanga)["own-donations"].total == 1
    assert groups(baznas)["own-donations"].total == 0
    assert "Tersedia Rp0 dari Rp0 yang diterima" in shown(app, kenanga)


def test_an_office_sees_what_was_handed_to_it(make):
    rani, social, health = make.social_worker(), make.office_user(), make.office_user("Dinas Kesehatan")
    case.referral(make, case.complaint(make, make.household(), by=rani), by=rani)

    assert groups(social)["to-answer"].total == 1
    assert groups(health)["to-answer"].total == 0


def test_a_person_with_two_roles_sees_the_work_of_both(make):
    both = make.user(Role.SOCIAL_WORKER, Role.TREASURER)

    assert {"visits", "payments"} <= set(groups(both))


def test_an_auditor_reads_no_case_and_a_cadre_no_list(make):
    assert set(groups(make.auditor())) == {"trail"}
    assert groups(make.cadre()) == {}


def test_an_emergency_is_not_sent_to_wait_for_a_visit(make):
    rani = make.social_worker()
    complaint = case.complaint(make, make.household(), by=rani, service_code="data-letter")

    assert groups(rani)["without-visit"].rows[0].button[1] == f"/complaints/{complaint.number}"


def test_zakat_set_aside_asks_its_partner_for_the_asnaf(make):
    rani, baznas, kenanga = make.social_worker(), make.partner_user("baznas"), make.partner_user()
    complaint = case.complaint(make, make.household(), by=rani, status=ComplaintStatus.APPROVED)
    case.disbursement(make, complaint, by=rani, from_fund=case.fund(make, "baznas", "zakat"), asnaf="miskin")

    assert groups(baznas)["asnaf"].total == 1
    assert "asnaf" not in groups(kenanga)


def test_the_asnaf_stands_on_the_page_in_the_readers_language(make, sign_in):
    rani = make.social_worker()
    complaint = case.complaint(make, make.household(), by=rani, status=ComplaintStatus.APPROVED)
    case.disbursement(make, complaint, by=rani, from_fund=case.fund(make, "baznas", "zakat"), asnaf="miskin")

    assert "With too little<" in sign_in(make.partner_user("baznas", language="en")).get("/").text
    assert "Miskin</span>" in sign_in(make.partner_user("baznas")).get("/").text


def test_the_mayor_reads_the_kelurahan_and_no_further_where_somebody_lives(app, make):
    budi, mayor = make.social_worker(), make.mayor()
    family = make.household(rt="004", rw="007")
    case.recommendation(make, case.complaint(make, family, by=budi), by=budi)

    page = shown(app, mayor)

    assert "RT" not in groups(mayor)["emergencies"].rows[0].text
    assert "RT 004" not in page and "RW 007" not in page


def test_the_auditor_reads_the_trail_in_words(make, sign_in):
    auditor = make.auditor()
    sign_in(auditor)

    row = groups(auditor)["trail"].rows[0]

    assert row.title == "masuk"
    assert "sign_in" not in row.title + row.text


def test_a_partner_reads_its_newest_gift_first(make):
    kenanga = make.partner_user()
    newer = case.donation(make, by=kenanga, given_on=make.ago(1))
    case.donation(make, by=kenanga, given_on=make.ago(30))

    assert groups(kenanga)["own-donations"].rows[0].url == f"/donations/{newer.number}"


def test_whoever_may_open_only_one_place_more_finds_it_on_the_phone(make, sign_in):
    page = sign_in(make.partner_user()).get("/").text

    assert 'href="/donations"' in page.partition('class="bottom"')[2]


def test_zakat_whose_asnaf_is_not_confirmed_is_not_offered_for_payment(make):
    rani, amil = make.social_worker(), make.partner_user("baznas")
    zakat, approved = case.fund(make, "baznas", "zakat"), {"status": DisbursementStatus.APPROVED, "asnaf": "miskin"}
    complaint = case.complaint(make, make.household(), by=rani, status=ComplaintStatus.APPROVED)
    aid = case.disbursement(make, complaint, by=rani, from_fund=zakat, **approved)

    (row,) = groups(make.treasurer())["payments"].rows
    assert (row.mark, row.button[1]) == (("due", "menunggu asnaf"), f"/disbursements/{aid.number}")

    with audit.unrecorded():
        aid.asnaf_confirmed_by_id = amil.id
        db.session.flush()
    (row,) = groups(make.treasurer())["payments"].rows
    assert (row.mark, row.button[1]) == (None, f"/disbursements/{aid.number}/payment")


def test_what_was_visited_or_assessed_and_not_proposed_waits_for_any_officer(app, make):
    rani, budi = make.social_worker(), make.social_worker()
    seen = case.complaint(make, make.household("Desi"), by=rani, status=ComplaintStatus.VISITED)
    case.visit(make, seen, by=rani, status=VisitStatus.DONE)
    assessed = case.complaint(make, make.household("Eti"), by=rani, status=ComplaintStatus.ASSESSED)
    found = case.assessment(make, case.visit(make, assessed, by=rani, status=VisitStatus.DONE), by=rani)

    rows = groups(budi)["onward"].rows
    assert [(row.title, row.button[1]) for row in rows] == [
        ("Desi", f"/complaints/{seen.number}"),
        ("Eti", f"/complaints/{assessed.number}/proposal"),
    ]
    assert "Kasus yang dilanjutkan" in shown(app, budi)

    proposed = case.decision(make, assessed, found, by=rani)
    assert [row.title for row in groups(budi)["onward"].rows] == ["Desi"]

    # One that was sent back stands in a group of its own.
    proposed.decided_by_id, proposed.decided_at = make.unit_head().id, unit_clock.now()
    proposed.decision_reason, proposed.status = "Foto belum ada.", DecisionStatus.RETURNED
    db.session.flush()
    assert [row.title for row in groups(budi)["onward"].rows] == ["Desi"]


def test_approved_help_whose_aid_nobody_proposed_waits_for_the_desk(make):
    rani = make.social_worker()
    complaint = case.complaint(make, make.household(), by=rani, status=ComplaintStatus.APPROVED)
    found = case.assessment(make, case.visit(make, complaint, by=rani, status=VisitStatus.DONE), by=rani)
    case.decision(make, complaint, found, by=rani, decided_by=make.unit_head())
    card = case.complaint(
        make, make.household(), by=rani, status=ComplaintStatus.APPROVED, service_code="data-card"
    )  # a card brings no money
    found = case.assessment(make, case.visit(make, card, by=rani, status=VisitStatus.DONE), by=rani)
    case.decision(make, card, found, by=rani, decided_by=make.unit_head())

    assert [row.url for row in groups(rani)["onward"].rows] == [f"/complaints/{complaint.number}"]

    aid = case.disbursement(make, complaint, by=rani)
    assert "onward" not in groups(rani)

    aid.status, aid.settling_reason = DisbursementStatus.CANCELLED, "Salah layanan."
    db.session.flush()
    assert groups(rani)["onward"].total == 1


def test_a_letter_that_opens_aid_waits_for_the_desk_until_it_ends(make, clock):
    rani, mayor = make.social_worker(), make.mayor()
    complaint = case.complaint(make, make.household(), by=rani, status=ComplaintStatus.APPROVED)
    letter = case.recommendation(make, complaint, by=rani, decided_by=mayor)
    assert groups(rani)["onward"].total == 1

    clock.shift(timedelta(days=(letter.ends_on - unit_clock.today()).days + 1))
    assert "onward" not in groups(rani)


def test_the_administrator_is_told_while_families_cannot_find_the_unit(app, make):
    admin = make.admin()
    missing = groups(admin)["unfindable"]

    assert [row.url for row in missing.rows] == ["/settings/office_address", "/settings/office_phone"]
    settings.change(settings.get_setting("office_address"), "Jalan Contoh No. 1", by=admin)
    settings.change(settings.get_setting("office_phone"), "(0752) 000-000", by=admin)
    db.session.commit()
    catalogue.forget()
    assert "unfindable" not in groups(admin)


def test_small_words_of_today(app, make):
    rani, mayor = make.social_worker(), make.mayor()
    visited = case.complaint(make, make.household(), by=rani, status=ComplaintStatus.SCHEDULED)
    case.visit(make, visited, by=rani)
    case.recommendation(make, case.complaint(make, make.household(), by=rani), by=rani)

    assert groups(rani)["visits"].figure == "kunjungan hari ini"
    assert "RT\u00a0003 / RW\u00a0002" in shown(app, rani)
    assert groups(mayor)["emergencies"].rows[0].mark[1] == "baru masuk"
