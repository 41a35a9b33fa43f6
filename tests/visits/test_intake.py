"""A new complaint at the desk: with a family of the register or a new one, with and without a script."""

import io
import re

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from portal.audit.models import AuditEvent
from portal.complaints.models import Complaint
from portal.complaints.models import ComplaintStatus as S
from portal.db import db
from portal.households.models import Household
from portal.visits.models import HomeVisit
from tests.complaints.factories import complaint
from tests.factories import VILLAGE

WORDS = 'Anak sakit, obat habis "dari kemarin" 😢'
WHAT = {"own_words": WORDS, "service_code": "health-medicine", "brought": ["ktp", "kk"], "slot": "later"}
FAMILY = {
    "family": "new", "new-name": "Rosma", "new-sex": "P", "new-village_code": VILLAGE, "new-nik": "",
    "new-rt": "1", "new-rw": "2", "new-address": "Jalan Contoh 9", "new-phone": "0812",
}  # fmt: skip


@pytest.fixture
def worker(make, sign_in):
    return sign_in(make.social_worker(full_name="Rani Melayu"))


def cases() -> list[Complaint]:
    return list(db.session.scalars(select(Complaint).order_by(Complaint.id)))


def chosen(household, **more):
    return {"family": "chosen", "household_id": str(household.id), **WHAT, **more}


def test_who_may_take_a_complaint(make, sign_in, stranger):
    assert stranger.get("/complaints/new").status_code == 303
    for user in (make.unit_head(), make.treasurer(), make.cadre(), make.admin(), make.mayor(), make.auditor()):
        browser = sign_in(user)
        assert browser.get("/complaints/new").status_code == 403
        assert browser.post("/complaints/new", WHAT).status_code == 403


def test_a_complaint_is_taken_once(make, worker):
    household = make.household()

    for _time in range(2):
        response = worker.post("/complaints/new", chosen(household), once="one-form")
        case = cases()[0]
        assert (response.status_code, response.location) == (303, f"/complaints/{case.number}")

    assert len(cases()) == 1
    assert (case.status, case.own_words, case.applicant_name) == (S.INCOMPLETE, WORDS, "Yurnalis Piliang")
    assert {each.code for each in case.documents if each.brought_on} == {"ktp", "kk"}


def test_search_and_choice_without_a_script_keep_what_was_typed(make, worker):
    household = make.household("Yurnalis Piliang", listed=True)

    searched = worker.post("/complaints/new", {**WHAT, "q": "yurna", "act": "search"})
    assert searched.status_code == 200
    assert f'value="choose:{household.id}"' in searched.text
    assert "DTSEN desil 2" in searched.text
    picked = worker.post("/complaints/new", {**WHAT, "q": "yurna", "act": f"choose:{household.id}"})

    assert f'name="household_id" value="{household.id}"' in picked.text
    assert "obat habis" in picked.text
    assert "Masih kurang" in picked.text
    assert cases() == []
    event = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert (event.action, event.household_id) == ("household.read", household.id)


def test_the_search_fragment_equals_its_place_in_the_page(make, worker):
    make.household("Yurnalis Piliang")

    whole, part = worker.get("/complaints/new?q=yurn").text, worker.fragment("/complaints/new?q=yurn", "families")

    assert "Yurnalis" in part
    assert part.strip() in whole


def test_a_paper_that_is_ticked_renews_only_what_is_missing(worker):
    """The times of a visit stand still: one that was chosen meanwhile stays chosen."""
    address = "/complaints/new?service_code=data-card&brought=ktp"

    part = worker.fragment(address, "missing")

    assert "Kartu Keluarga (KK)" in part
    assert "Kartu Tanda Penduduk" not in part
    assert "<input" not in part
    assert part.strip() in worker.get(address).text


def test_the_rest_follows_the_service(worker):
    address = "/complaints/new?service_code=data-letter&brought=ktp&slot=later"

    whole, part = worker.get(address).text, worker.fragment(address, "rest")
    urgent = worker.fragment(address + "&urgent=y", "rest")

    assert part.strip() in whole
    assert "Kamis, 8 Oktober 2026" in part
    assert "Selasa, 6 Oktober 2026</time>" in urgent
    assert "SKTM" in part


def test_a_partners_service_promises_no_day(worker):
    part = worker.fragment("/complaints/new?service_code=social-house", "rest")

    assert "Kami janjikan" not in part
    assert "mitra" in part


def test_a_new_family_is_registered_in_the_same_step(worker):
    response = worker.post("/complaints/new", {**WHAT, **FAMILY})

    household = db.session.scalars(select(Household)).one()
    assert response.status_code == 303
    assert (household.head_name, household.rt, cases()[0].household_id) == ("Rosma", "001", household.id)
    assert cases()[0].applicant_phone == "0812"


def test_a_refused_visit_registers_nobody(worker):
    wrong = {"slot": "other", "visit_on": "01-10-2026", "visit_time": "9"}

    response = worker.post("/complaints/new", {**WHAT, **FAMILY, **wrong})

    assert response.status_code == 422
    assert 'value="Jalan Contoh 9"' in response.text
    assert 'value="01-10-2026"' in response.text
    assert db.session.scalars(select(Household)).all() == cases() == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"own_words": ""}, "isi"),
        ({"own_words": "x" * 10_000}, "10000"),
        ({"service_code": ""}, "layanan"),
        ({"service_code": "gold"}, "Pilih salah satu"),
        ({"slot": "other"}, "jam yang ditawarkan"),
        ({"slot": "other", "visit_on": "31-02-2027", "visit_time": "9"}, "kalender"),
        ({"slot": "other", "visit_on": "06-10-2026", "visit_time": "25.00"}, "09.30"),
        ({"slot": "rubbish"}, "kapan"),
        ({"slot": "1|2026-10-06"}, "kapan"),
        ({"new-name": ""}, "isi"),
        ({"new-nik": "123456789012345"}, "15"),
        ({"new-village_code": ""}, "kelurahan"),
    ],
)
def test_bad_input_says_what_is_wrong_and_keeps_the_rest(worker, changes, said):
    response = worker.post("/complaints/new", {**WHAT, **FAMILY, **changes})

    assert response.status_code == 422
    assert said.lower() in response.text.lower()
    assert "data-errors" in response.text
    assert 'value="Jalan Contoh 9"' in response.text
    assert cases() == []


def test_without_a_family_there_is_no_complaint(worker):
    response = worker.post("/complaints/new", WHAT)

    assert response.status_code == 422
    assert "pilih keluarga" in response.text.lower()
    assert "obat habis" in response.text


def test_a_family_that_is_not_there(worker):
    assert worker.get("/complaints/new?household=9999").status_code == 404
    assert worker.post("/complaints/new", {**WHAT, "family": "chosen", "household_id": "9999"}).status_code == 404


def test_the_number_of_a_known_family_offers_it(make, worker):
    known = make.household()

    response = worker.post("/complaints/new", {**WHAT, **FAMILY, "new-nik": known.members[0].nik})

    assert response.status_code == 422
    assert f'value="choose:{known.id}"' in response.text


def test_a_second_complaint_for_the_same_service_is_confirmed(make, worker):
    first = complaint(make)

    asked = worker.post("/complaints/new", chosen(first.household))
    code = asked.text.split('name="confirmed" value="')[1].split('"')[0]
    done = worker.post("/complaints/new", chosen(first.household, confirmed=[code]))

    assert asked.status_code == 422
    assert first.number in asked.text
    assert done.status_code == 303
    assert len(cases()) == 2


def test_a_visit_is_booked_with_an_offered_time(make, worker):
    household = make.household()
    slot = re.search(r'value="(\d+\|[^"]+)"', worker.get(f"/complaints/new?household={household.id}").text)[1]

    response = worker.post("/complaints/new", chosen(household, slot=slot))

    assert response.status_code == 303
    visit = db.session.scalars(select(HomeVisit)).one()
    assert (visit.visit_on.isoformat(), f"{visit.visit_time:%H:%M}") == ("2026-10-06", "09:00")
    assert cases()[0].status is S.SCHEDULED


def test_an_offered_time_that_is_taken_meanwhile_is_said_beside_the_times(make, worker):
    slot = re.search(r'value="(\d+\|[^"]+)"', worker.get("/complaints/new").text)[1]
    worker.post("/complaints/new", chosen(make.household(), slot=slot))

    response = worker.post("/complaints/new", chosen(make.household("Rosma"), slot=slot))

    assert response.status_code == 422
    assert 'id="slot-error"' in response.text
    assert len(cases()) == 1


def test_a_holiday_is_confirmed_and_the_visit_moved_later(make, worker):
    household = make.household()
    officer = str(make.social_worker().id)
    holiday = {"slot": "other", "visitor_id": officer, "visit_on": "25-12-2026", "visit_time": "9.30"}

    asked = worker.post("/complaints/new", chosen(household, **holiday))
    code = asked.text.split('name="confirmed" value="')[1].split('"')[0]
    worker.post("/complaints/new", chosen(household, **holiday, confirmed=[code]))
    address = f"/complaints/{cases()[0].number}/visit"
    version = str(db.session.scalars(select(HomeVisit)).one().version)

    assert (asked.status_code, "bukan hari kerja" in asked.text) == (422, True)
    assert "25 Desember 2026" in worker.get(address).text
    again = {**holiday, "visit_on": "08-10-2026", "version": version}
    assert worker.post(address, {**again, "visit_on": "01-10-2026"}).status_code == 422
    assert worker.post(address, again).status_code == 303
    assert db.session.scalars(select(HomeVisit)).one().visit_on.isoformat() == "2026-10-08"
    assert worker.post(address, {**again, "visit_on": "09-10-2026"}).status_code == 409


def test_a_visit_is_booked_later_by_the_desk_or_the_head(make, sign_in, stranger):
    case, head = complaint(make), sign_in(make.unit_head())
    address, officer = f"/complaints/{case.number}/visit", make.social_worker()

    assert stranger.get(address).status_code == 303
    assert sign_in(make.treasurer()).get(address).status_code == 403
    assert head.get("/complaints/K-2026-999999/visit").status_code == 404
    assert head.get(address).status_code == 200
    assert head.post(address, {}).status_code == 422
    for _time in range(2):
        slot = f"{officer.id}|2026-10-07|10:00"
        assert head.post(address, {"slot": slot}, once="one-visit").location == f"/complaints/{case.number}"
    assert db.session.scalars(select(HomeVisit)).one().visitor_id == officer.id


def test_a_case_that_is_over_is_not_visited(make, worker):
    case = complaint(make, status=S.CLOSED, closed_on=make.ago(0))

    assert worker.get(f"/complaints/{case.number}/visit").status_code == 409


def test_the_receipt_names_the_next_visit(make, worker):
    household = make.household()
    slot = re.search(r'value="(\d+\|[^"]+)"', worker.get("/complaints/new").text)[1]
    worker.post("/complaints/new", chosen(household, slot=slot))

    pdf = worker.get(f"/complaints/{cases()[0].number}/receipt.pdf").data

    text = " ".join(PdfReader(io.BytesIO(pdf)).pages[0].extract_text().split())
    assert "Rani Melayu" in text
    assert "09.00" in text
