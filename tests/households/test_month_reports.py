"""What a cadre reports, and how the unit takes it up."""

import json
import re
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from portal.audit.models import AuditEvent
from portal.complaints.models import Complaint
from portal.db import db
from portal.households import area_services as reports
from portal.households.area_models import ReportKind, ReportOutcome, ReportStatus
from portal.households.models import Household
from tests.factories import VILLAGE
from tests.households.month import RT, UNIT, act, figures, latest, told
from tests.pages import form_values


def test_a_cadre_reports_what_the_month_asks_for(make, phone):
    family = make.household("A")
    address = f"/area/reports/new?household={family.id}"
    page = phone.get(address).text

    for kind in ("moved_within", "moved_away", "died", "born", "better_off", "newly_poor"):
        assert f'value="{kind}"' in page
    phone.post(address, {"kind": "better_off", "own_words": "Anaknya bekerja."})
    assert (figures().reported, figures().kinds) == (1, {"better_off": 1})


def test_a_family_that_is_in_no_list_is_told_with_its_address(make, phone):
    typed = {"kind": "newly_poor", "family_name": "Nurbaiti", "rt": "1", "rw": "4", "address": "Gang Surau",
             "own_words": "Suaminya tidak bekerja lagi."}  # fmt: skip

    phone.post("/area/reports/new", typed)

    assert (latest().address, latest().household_id, figures().new_families) == ("Gang Surau", None, 1)


def test_a_report_becomes_an_event_and_the_cadre_reads_so(make, cadre, phone, sign_in):
    family = make.household("Yurnalis", members=2)
    report = told(cadre, family, kind=ReportKind.DIED)
    desk = sign_in(make.social_worker())
    address = f"/households/{family.id}/events/died?report={report.id}"
    assert f'href="{address}"' in desk.get(f"/area/reports/{report.id}").text
    page = desk.get(address).text
    assert "Rumahnya kosong." in page

    child = family.members[1]
    answer = desk.post(address, form_values(page, field="on") | {"who": str(child.id), "on": "01-10-2026"})

    assert answer.status_code == 303, answer.text
    assert (latest().status, latest().outcome) == (ReportStatus.SETTLED, ReportOutcome.EVENT)
    assert "Yurnalis" in phone.get("/area/reports?filter=settled").text


def test_the_trail_keeps_who_was_born_with_the_event_and_not_with_the_report(make, cadre, sign_in):
    family = make.household("Yurnalis")
    report = told(cadre, family, kind=ReportKind.BORN)
    desk = sign_in(make.social_worker())
    address = f"/households/{family.id}/events/born?report={report.id}"
    typed = {"name": "Si Bungsu", "sex": "P", "on": "01-10-2026"}
    answer = desk.post(address, form_values(desk.get(address).text, field="on") | typed)
    assert answer.status_code == 303, answer.text

    acts = {row.action: json.loads(row.details) for row in db.session.scalars(select(AuditEvent))}
    taken_up, event = acts["area_report.taken_up"], next(v for k, v in acts.items() if k.startswith("family"))
    assert "also" not in taken_up
    assert "member" in [record["type"] for record in event["also"]]


def registered(desk, report):
    address = f"/households/new?report={report.id}"
    page = desk.get(address).text
    typed = {"members-0-name": "Nurbaiti", "members-0-sex": "P", "members-0-relation": "head", "village_code": VILLAGE}
    answer = desk.post(address, form_values(page, field="members-0-name") | typed)
    assert answer.status_code == 303, answer.text


@pytest.mark.parametrize("closed_before", [False, True])
def test_a_family_that_was_told_and_then_registered_stands_in_the_months_file_once(
    make, cadre, head, sign_in, closed_before
):
    report = told(cadre, kind=ReportKind.NEW_FAMILY, family_name="Nurbaiti", rt="001", rw="001")
    if closed_before:
        act(head, "close")
    registered(sign_in(make.social_worker()), report)

    asked = {"village": VILLAGE, "month": "2026-10", "reason": "Rapat"}
    book = load_workbook(BytesIO(head.post("/exports/updates.xlsx", asked, buffered=True).data))
    rows = [row[3:6] for row in book.worksheets[0].values][1:]
    state = "belum terdaftar" if closed_before else "perubahan dilaporkan"
    assert rows == [("Nurbaiti", None, state)]
    assert (figures().families, figures().new_families) == ((0, 1) if closed_before else (1, 0))


def test_a_month_that_is_opened_again_knows_who_was_registered_meanwhile(make, cadre, head, sign_in):
    report = told(cadre, kind=ReportKind.NEW_FAMILY, family_name="Nurbaiti", rt="001", rw="001")
    act(head, "close")
    registered(sign_in(make.social_worker()), report)

    act(head, "reopen", reason="Satu RT terlewat.")

    assert (figures().reported, figures().unconfirmed, figures().new_families) == (1, 0, 0)


def test_who_reports_out_of_an_rt_is_back_in_it(make, phone):
    family = make.household("Yurnalis")
    page = phone.get(RT).text
    address = f"/area/reports/new?household={family.id}&month=2026-10"
    assert f'href="{address.replace("&", "&amp;")}"' in page
    back = "/area/month?month=2026-10&rw=002&rt=003"

    assert back.replace("&", "&amp;") in phone.get(address).text
    answer = phone.post(address, {"kind": "born", "own_words": "Lahir."})

    assert answer.location == back
    assert phone.get(back).status_code == 200
    other = phone.post("/area/reports/new?month=x", {"kind": "new_family", "family_name": "A", "own_words": "Baru."})
    assert other.location == "/area/reports"


def test_closing_says_how_many_reports_wait(make, cadre, head):
    told(cadre, make.household())

    page = head.get(UNIT).text

    assert "1 laporan belum ditindaklanjuti" in page
    assert 'href="#reports"' in page and 'id="reports"' in page


def test_a_report_is_taken_up_by_forms_of_its_own_family_alone(make, cadre, sign_in):
    report = told(cadre, make.household("A"), kind=ReportKind.DIED)
    other = make.household("B")
    desk = sign_in(make.social_worker())

    assert desk.get(f"/households/{other.id}/events/died?report={report.id}").status_code == 404
    assert desk.get(f"/households/new?report={report.id}").status_code == 404
    assert desk.get(f"/complaints/new?household={other.id}&report={report.id}").status_code == 200
    assert "Rumahnya kosong." not in desk.get(f"/complaints/new?household={other.id}&report={report.id}").text


def test_a_report_becomes_a_complaint_with_the_cadres_words_to_ask_about(make, cadre, sign_in):
    family = make.household()
    report = told(cadre, family, kind=ReportKind.NEWLY_POOR)
    desk = sign_in(make.social_worker())
    address = f"/complaints/new?household={family.id}&report={report.id}"
    assert address.replace("&", "&amp;") in desk.get(f"/area/reports/{report.id}").text
    page = desk.get(address).text
    assert "Rumahnya kosong." in page

    typed = form_values(page, field="own_words") | {
        "own_words": "Suami tidak bekerja.", "service_code": "data-card", "slot": "later", "act": "save",
    }  # fmt: skip
    answer = desk.post("/complaints/new", typed)

    assert answer.status_code == 303, re.findall(r'class="error".*?</p>', answer.text)
    assert db.session.scalars(select(Complaint)).one().household_id == family.id
    assert latest().outcome is ReportOutcome.COMPLAINT


def test_a_family_that_was_told_is_registered_with_what_is_known(make, cadre, sign_in):
    report = told(cadre, kind=ReportKind.NEW_FAMILY, family_name="Nurbaiti", rt="001", rw="004", address="Gang Surau")
    desk = sign_in(make.social_worker())
    address = f"/households/new?report={report.id}"
    page = desk.get(address).text
    assert 'value="Gang Surau"' in page

    typed = form_values(page, field="head_name") | {
        "village_code": VILLAGE, "rt": "001", "rw": "004", "address": "Gang Surau", "members-0-name": "Nurbaiti",
        "members-0-sex": "P", "members-0-relation": "head",
    }  # fmt: skip
    answer = desk.post(address, typed)

    assert answer.status_code == 303, re.findall(r'class="error".*?</p>', answer.text, re.S)
    assert db.session.scalars(select(Household)).one().head_name == "Nurbaiti"
    assert latest().outcome is ReportOutcome.REGISTERED


def test_what_somebody_dealt_with_meanwhile_stays_as_it_was_left(make, cadre):
    report, worker = told(cadre, make.household()), make.social_worker()
    reports.settle(report, note="Sudah dikunjungi.", by=worker)
    reports.take_up(report, ReportOutcome.EVENT, by=worker)

    assert (report.outcome, report.settling_note) == (None, "Sudah dikunjungi.")


def test_a_report_is_set_aside_with_a_reason_that_the_cadre_reads(make, cadre, phone, sign_in):
    report = told(cadre, make.household())
    desk = sign_in(make.social_worker())
    address = f"/area/reports/{report.id}/settle"
    values = form_values(desk.get(f"/area/reports/{report.id}").text, address) | {"act": "set_aside"}

    assert desk.post(address, values).status_code == 422
    assert desk.post(address, values | {"settling_note": "Masih tinggal di sana."}).status_code == 303
    assert latest().status is ReportStatus.SET_ASIDE
    assert "Masih tinggal di sana." in phone.get("/area/reports?filter=settled").text
    assert "Masih tinggal di sana." in phone.get(f"/area/reports/{report.id}").text
