"""The list of complaints, papers, closing, and the receipt."""

import io
import re

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from portal.audit.models import AuditEvent
from portal.complaints.models import Complaint
from portal.complaints.models import ComplaintStatus as S
from portal.db import db
from portal.web import paging
from tests.complaints.factories import complaint
from tests.pages import form_values


def stored(number: str) -> Complaint:
    return db.session.scalars(select(Complaint).where(Complaint.number == number)).one()


def test_the_list_shows_where_each_promise_stands(make, worker):
    late = complaint(make, promised_on=make.ago(4))
    complaint(make, status=S.CLOSED, closed_on=make.ago(1), promised_on=make.ago(0), household=make.household("Rosma"))

    everything, overdue = worker.get("/complaints").text, worker.get("/complaints?filter=late").text

    assert "terlambat 2 hari kerja" in everything
    assert "Rosma" in everything
    assert late.number in overdue
    assert "Rosma" not in overdue
    assert '<th scope="col" class="long">Layanan' in everything


def test_broken_promises_stand_as_on_today_the_oldest_first_also_page_by_page(make, worker):
    household, taken_by = make.household(), make.social_worker()
    cases = [
        complaint(make, household=household, taken_by=taken_by, promised_on=make.ago(days)) for days in range(5, 33)
    ]

    first = worker.get("/complaints?filter=late")
    second = worker.get(re.search(r'href="(/complaints[^"]*after=[^"]*)"', first.text)[1].replace("&amp;", "&"))

    shown = [re.findall(r"/complaints/(K-[0-9-]+)", page.text) for page in (first, second)]
    assert [*shown[0], *shown[1]] == [case.number for case in reversed(cases)]


def test_every_narrowing_is_an_address(make, worker):
    mine = complaint(make, household=make.household("Rosma"))

    for query, shown in (
        ("q=rosm", True), (f"q={mine.number}", True), ("status=open", True), ("filter=without_visit", True),
        ("filter=mine", False), ("status=closed", False), ("service=data-card", False),
        ("village=13.76.02.1034", False), ("filter=rubbish&status=rubbish&after=rubbish", True),
    ):  # fmt: skip
        page = worker.get(f"/complaints?{query}").text
        assert (f"/complaints/{mine.number}" in page) is shown, query
        assert ('href="/complaints">Tampilkan semua' in page) is not shown, query


def test_the_fragment_equals_its_place_in_the_page(make, worker):
    complaint(make)

    whole, part = worker.get("/complaints?status=open").text, worker.fragment("/complaints?status=open", "results")

    assert part.strip()
    assert part.strip() in whole


def test_the_list_goes_on_page_by_page(make, worker):
    household, taken_by = make.household(), make.social_worker()
    cases = [complaint(make, household=household, taken_by=taken_by) for _ in range(27)]

    first = worker.get("/complaints").text
    following = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    second = worker.get(following).text

    assert cases[26].number in first
    assert cases[1].number not in first
    assert cases[1].number in second
    assert cases[0].number in second


def test_a_long_list_is_printed_whole_and_says_where_it_ends(make, worker, monkeypatch):
    household, taken_by = make.household(), make.social_worker()
    cases = [complaint(make, household=household, taken_by=taken_by) for _ in range(27)]

    page = worker.get("/complaints?status=open").text
    assert 'href="/complaints?status=open&amp;print=all"' in page
    assert "paper-only" in page
    assert "Dicetak 5 Okt 2026" in page
    assert '<noscript><button class="btn" type="submit">Tampilkan</button></noscript>' in page

    whole = worker.get("/complaints?status=open&print=all").text
    assert all(case.number in whole for case in cases)
    assert "data-print" in whole
    assert 'href="/complaints?status=open"' in whole
    assert 'rel="next"' not in whole
    assert "<p><b>" not in whole

    monkeypatch.setattr(paging, "PRINT_SIZE", 26)
    cut = worker.get("/complaints?print=all").text
    assert cases[0].number not in cut
    assert re.search(r"<p><b>[^<]*26", cut)


@pytest.mark.parametrize("path", ["", "/K-2026-000001/documents", "/K-2026-000001/close", "/K-2026-000001/receipt.pdf"])
def test_doors(make, sign_in, stranger, path):
    assert stranger.get(f"/complaints{path}").status_code == 303
    for user in (make.treasurer(), make.cadre(), make.admin(), make.auditor(), make.mayor()):
        assert sign_in(user).get(f"/complaints{path}").status_code == 403


@pytest.mark.parametrize("part", ["documents", "close", "receipt.pdf"])
def test_a_complaint_that_is_not_there(worker, part):
    assert worker.get(f"/complaints/K-2026-999999/{part}").status_code == 404


def test_papers_are_ticked_later(make, worker):
    case = complaint(make)
    address = f"/complaints/{case.number}/documents"
    assert "SKTM" in worker.get(address).text
    every = [each.code for each in case.documents]

    response = worker.post(address, {"brought": every, "version": str(case.version)})

    assert (response.status_code, response.location) == (303, f"/complaints/{case.number}")
    assert stored(case.number).status is S.RECEIVED


def test_papers_of_no_such_service_and_of_a_closed_case_are_refused(make, worker):
    case = complaint(make)
    over = complaint(make, status=S.CLOSED, closed_on=make.ago(0))

    for one, ticked in ((case, ["gold"]), (over, ["ktp"])):
        sent = {"brought": ticked, "version": str(one.version)}
        assert worker.post(f"/complaints/{one.number}/documents", sent).status_code == 422


def test_two_at_the_same_papers_see_both_versions(make, worker):
    case = complaint(make)
    every = [each.code for each in case.documents]
    worker.post(f"/complaints/{case.number}/documents", {"brought": every, "version": str(case.version)})

    response = worker.post(f"/complaints/{case.number}/documents", {"brought": ["ktp"], "version": "1"})
    assert "Kartu Keluarga" in response.text  # what a colleague ticked meanwhile stands beside what was typed

    assert response.status_code == 409


def test_a_case_is_closed_with_a_reason(make, worker):
    case = complaint(make)
    address = f"/complaints/{case.number}/close"
    assert worker.get(address).status_code == 200

    for bad in (
        {},
        {"how": "close", "reason": " "},
        {"how": "burn", "reason": "x"},
        {"how": "close", "reason": "x" * 1001},
    ):
        assert worker.post(address, {**bad, "version": "1"}).status_code == 422
    kept = worker.post(address, {"how": "", "reason": "Sudah pindah", "version": "1"})
    done = worker.post(address, {"how": "withdraw", "reason": "Sudah pindah", "version": "1"})

    assert "Sudah pindah" in kept.text
    assert done.status_code == 303
    assert (stored(case.number).status, stored(case.number).closed_on) == (S.WITHDRAWN, make.ago(0))


@pytest.mark.parametrize(("query", "width_mm"), [("", 148), ("?size=80mm", 80)])
def test_the_receipt_says_number_code_promise_and_what_is_missing(make, worker, query, width_mm):
    case = complaint(make)

    response = worker.get(f"/complaints/{case.number}/receipt.pdf{query}")

    page = PdfReader(io.BytesIO(response.data)).pages[0]
    text = " ".join(page.extract_text().split())
    assert response.mimetype == "application/pdf"
    assert round(float(page.mediabox.width) / 72 * 25.4) == width_mm
    for word in (case.number, "Senin, 5 Oktober 2026", "Kartu Keluarga", "SKTM"):
        assert word.casefold() in text.casefold()
    assert case.tracking_code in text.replace(" ", "")
    assert "gratis" in text.casefold()
    event = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert (event.action, event.household_id) == ("complaint.receipt_printed", case.household_id)


def test_papers_that_somebody_else_ticked_meanwhile_are_not_unticked_unseen(make, sign_in):
    case, clerk = complaint(make), sign_in(make.social_worker())
    number, opened = case.number, case.version
    address = f"/complaints/{number}/documents"

    assert clerk.post(address, {"brought": ["ktp", "kk", "sktm"], "version": opened}).status_code == 303
    assert clerk.post(address, {"brought": ["ktp"], "version": opened}).status_code == 409
    assert [paper.code for paper in stored(number).documents if paper.brought_on] == ["ktp", "kk", "sktm"]


def closing(browser, case) -> tuple[str, dict[str, str]]:
    address = f"/complaints/{case.number}/close"
    return address, {**form_values(browser.get(address).text, field="how"), "how": "close", "reason": "Selesai."}


def test_who_closes_a_case_that_went_on_meanwhile_sees_what_changed_and_by_whom(make, sign_in, worker):
    case, colleague = complaint(make), make.social_worker(full_name="Rahmi Contoh")
    every = [each.code for each in case.documents]
    address, opened = closing(worker, case)
    papers = {"brought": every, "version": str(case.version)}
    assert sign_in(colleague).post(f"/complaints/{case.number}/documents", papers).status_code == 303

    late = worker.post(address, opened)

    assert late.status_code == 409
    cells = [re.sub(r"<[^>]*>", "", cell) for cell in re.findall(r"<t[hd] .*?</t[hd]>", late.text, re.S)]
    state = cells.index("Keadaan")
    assert cells[state + 1].startswith("Diterima (")
    assert cells[state + 2].startswith("Berkas kurang")
    assert "Kartu Keluarga" in cells[cells.index("Berkas yang dibawa") + 1]
    assert "Rahmi Contoh" in late.text
    assert stored(case.number).status is S.RECEIVED

    assert worker.post(address, {**opened, **form_values(late.text, address)}).status_code == 303
    assert stored(case.number).status is S.CLOSED


def test_a_case_that_somebody_else_closed_is_not_offered_to_be_closed_again(make, sign_in, worker):
    case = complaint(make)
    address, opened = closing(worker, case)
    opened["reason"] = "Selesai, keluarga sudah dibantu."
    colleague = sign_in(make.social_worker())
    theirs = closing(colleague, case)[1] | {"reason": "Pindah ke Solok."}
    assert colleague.post(address, theirs).status_code == 303

    late = worker.post(address, opened)

    assert late.status_code == 409
    assert "Pindah ke Solok." in late.text
    assert "Selesai, keluarga sudah dibantu." in late.text  # what was typed is not lost
    assert f'href="/complaints/{case.number}"' in late.text
    assert f'action="{address}"' not in late.text


def test_papers_ticked_as_they_were_change_nothing(make, worker):
    case = complaint(make)
    address, opened = closing(worker, case)
    same = {"brought": [each.code for each in case.documents if each.brought_on], "version": str(case.version)}
    assert worker.post(f"/complaints/{case.number}/documents", same).status_code == 303

    assert worker.post(address, opened).status_code == 303


@pytest.mark.parametrize("seen", ["", "[1]", "{", '{"status": ["x"]}', "[" * 100_000, '{"status": "\\ud800"}'])
def test_what_a_page_carried_may_be_anything(make, worker, seen):
    address, opened = closing(worker, complaint(make))

    assert worker.post(address, {**opened, "seen": seen, "version": "0"}).status_code == 409
