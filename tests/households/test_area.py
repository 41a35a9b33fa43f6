"""The cadre's pages: the families of the own kelurahan, and reports to the unit."""

import json
import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal.audit.models import AuditEvent
from portal.db import db
from portal.errors import AlreadySettled, Doubtful, NotAllowed
from portal.households import area_services as services
from portal.households.area_models import AreaReport, ReportKind, ReportStatus
from portal.reports import today
from tests.factories import VILLAGE
from tests.pages import form_values

OTHER = "13.76.01.1022"
NEW = {"kind": "new_family", "family_name": "Nurbaiti", "rt": "1", "rw": "4", "own_words": "Rumahnya di dekat surau."}


@pytest.fixture
def cadre(make):
    return make.cadre()


@pytest.fixture
def browser(cadre, sign_in):
    return sign_in(cadre)


def reports() -> list[AreaReport]:
    return list(db.session.scalars(select(AreaReport).order_by(AreaReport.id)))


def reported(by, household=None, **details) -> AreaReport:
    typed = {"kind": ReportKind.NEW_FAMILY, "own_words": "Contoh", "family_name": "Nurbaiti"} | details
    made = services.report(services.ReportDetails(**typed), household, by=by)
    db.session.commit()
    return made


def test_a_cadre_sees_names_and_addresses_of_the_own_kelurahan_alone(make, browser):
    make.household("Yurnalis Piliang", listed=True, card=True, note="sakit paru", address="Jalan Contoh No. 7")
    make.household("Rosma Yunita", village_code=OTHER)

    page = browser.get("/area").text

    assert "Yurnalis Piliang" in page
    assert "Jalan Contoh No. 7" in page
    assert "Rosma Yunita" not in page
    assert not any(word in page for word in ("DTSEN", "KKS", "KK ", "1376", "sakit paru", "0812-0000-0000"))
    assert 'href="/households' not in page


def test_today_counts_what_the_lists_behind_it_hold(make, cadre, browser):
    make.household("Yurnalis Piliang")
    make.household("Rosma Yunita", village_code=OTHER)
    reported(cadre)
    answered = reported(cadre, family_name="Rosma")
    services.settle(answered, note="Sudah dikunjungi.", by=make.social_worker())
    reported(make.cadre(OTHER))

    figures = re.findall(r'<li><a href="(/area[^"]*)"[^>]*><b>(\d+)</b>', browser.get("/").text)

    assert figures[0] == ("/area/month", "1")
    assert figures[1:] == [("/area", "1"), ("/area/reports?filter=open", "1"), ("/area/reports?filter=settled", "1")]
    for url, _count in figures:
        assert re.search(r'role="status">1 ', browser.get(url).text), url
    assert 'role="status">2 ' in browser.get("/area/reports").text
    assert browser.get("/area/reports?filter=besok").status_code == 404


def test_the_list_narrows_by_name_and_rw(make, browser):
    make.household("Yurnalis Piliang", rw="001")
    make.household("Rosma Yunita", rw="002")

    assert "Rosma" not in browser.get("/area?q=yurn").text
    assert "Yurnalis" not in browser.get("/area?rw=002").text
    assert "Rosma" in browser.fragment("/area?q=rosma&rw=002", "results")


def test_neither_a_number_nor_a_member_finds_a_family(make, browser):
    family = make.household("Yurnalis Piliang", members=2)

    for q in (family.kk_no, family.members[0].nik, family.members[1].name):
        assert "Yurnalis" not in browser.fragment(f"/area?q={q}", "results")


def test_the_fragment_equals_its_place_in_the_page(make, browser):
    make.household("Yurnalis Piliang")

    whole, part = browser.get("/area?q=yurn").text, browser.fragment("/area?q=yurn", "results")

    assert part.strip()
    assert part.strip() in whole


def test_the_next_page_follows(make, browser):
    for n in range(27):
        make.household(f"Keluarga {n:02d}")

    first = browser.get("/area")
    following = first.text.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")

    assert "Keluarga 24" in first.text
    assert "Keluarga 25" not in first.text
    assert "Keluarga 26" in browser.get(following).text


def test_the_list_leaves_no_reading_in_the_trail(make, browser):
    make.household()
    before = db.session.scalar(select(func.count()).select_from(AuditEvent))

    browser.get("/area")

    assert db.session.scalar(select(func.count()).select_from(AuditEvent)) == before


def test_a_family_not_yet_known_is_reported(cadre, browser):
    response = browser.post("/area/reports/new", NEW)

    assert (response.status_code, response.location) == (303, "/area/reports")
    (made,) = reports()
    assert (made.village_code, made.household_id, made.family_name) == (VILLAGE, None, "Nurbaiti")
    assert (made.rt, made.rw, made.status, made.reported_by_id) == ("001", "004", ReportStatus.OPEN, cadre.id)
    assert "Nurbaiti" in browser.get("/area/reports").text


def test_a_change_takes_name_and_place_from_the_chosen_family(make, browser):
    family = make.household("Yurnalis Piliang", rt="003", rw="002")
    address = f"/area/reports/new?household={family.id}"

    browser.get(address)
    browser.post(address, {"kind": "moved", "own_words": "Pindah ke Padang", "family_name": "Lain", "rw": "9"})

    (made,) = reports()
    assert (made.household_id, made.family_name, made.rt, made.rw) == (family.id, "Yurnalis Piliang", "003", "002")


def test_sent_twice_a_report_is_made_once(browser):
    first = browser.post("/area/reports/new", NEW, once="key-1")
    second = browser.post("/area/reports/new", NEW, once="key-1")

    assert first.location == second.location
    assert len(reports()) == 1


@pytest.mark.parametrize(
    "wrong", [{"kind": ""}, {"kind": "flood"}, {"family_name": ""}, {"family_name": "123"}, {"own_words": ""},
              {"own_words": "x" * 1001}, {"rt": "abc"}, {"phone": "nanti"}],
)  # fmt: skip
def test_what_cannot_be_used_is_said_beside_its_field(browser, wrong):
    response = browser.post("/area/reports/new", NEW | wrong)

    assert response.status_code == 422
    assert 'class="error"' in response.text
    assert "surau" in response.text or "own_words" in wrong
    assert reports() == []


def test_a_question_without_an_answer_says_its_own_sentence(browser):
    page = browser.post("/area/reports/new", NEW | {"kind": ""}).text

    assert "Silakan pilih apa yang terjadi." in page
    assert "Pilih salah satu yang tersedia." not in page


@pytest.mark.parametrize("household", ["0", "99999999999999999999", "abc", "²"])
def test_a_family_that_is_not_there_is_not_found(browser, household):
    assert browser.get(f"/area/reports/new?household={household}").status_code == 404


def test_another_cadres_kelurahan_is_not_there(make, cadre, sign_in):
    family = make.household("Yurnalis Piliang")
    report = reported(cadre, family, kind=ReportKind.MOVED)
    other = sign_in(make.cadre(OTHER))
    address = f"/area/reports/new?household={family.id}"

    assert other.get(f"/area/reports/{report.id}").status_code == 404
    assert other.get(address).status_code == 404
    assert other.post(address, {"kind": "moved", "own_words": "Pindah"}).status_code == 404
    assert "Yurnalis" not in other.get("/area").text + other.get("/area/reports").text
    assert len(reports()) == 1


def test_a_cadre_who_moves_on_leaves_the_reports_behind(make, cadre, browser):
    report = reported(cadre)

    assert browser.get(f"/area/reports/{report.id}").status_code == 200
    cadre.village_code = OTHER
    make._store(cadre)

    assert browser.get(f"/area/reports/{report.id}").status_code == 404
    assert "Nurbaiti" not in browser.get("/area/reports").text


def test_no_service_reports_from_another_kelurahan_or_for_another_role(make, cadre):
    elsewhere = make.household(village_code=OTHER)
    details = services.ReportDetails(kind=ReportKind.MOVED, own_words="Contoh")

    for household, person in ((elsewhere, cadre), (None, make.social_worker())):
        with pytest.raises(NotAllowed):
            services.report(details, household, by=person)


def test_a_social_worker_settles_a_report_and_the_cadre_reads_how(make, cadre, browser, sign_in):
    report = reported(cadre)
    worker = make.social_worker()
    desk = sign_in(worker)
    page = desk.get(f"/area/reports/{report.id}").text
    assert f'href="/households/new?report={report.id}"' in page

    values = form_values(page, f"/area/reports/{report.id}/settle")
    response = desk.post(f"/area/reports/{report.id}/settle", values | {"settling_note": "Sudah terdaftar."})

    assert response.status_code == 303
    (settled,) = reports()
    assert (settled.status, settled.settled_by_id) == (ReportStatus.SETTLED, worker.id)
    assert "Sudah terdaftar." in browser.get("/area/reports").text
    assert "Nurbaiti" not in desk.get("/area/reports").text
    assert "Nurbaiti" in desk.get("/area/reports?filter=settled").text


def test_the_unit_opens_the_family_of_a_report_and_a_cadre_does_not(make, cadre, browser, sign_in):
    family = make.household()
    report = reported(cadre, family, kind=ReportKind.BORN)
    link = f'href="/households/{family.id}"'

    assert link in sign_in(make.unit_head()).get(f"/area/reports/{report.id}").text
    assert link not in browser.get(f"/area/reports/{report.id}").text


def written() -> dict:
    """What the trail says of the latest report."""
    latest = select(AuditEvent).where(AuditEvent.action == "area_report.made").order_by(AuditEvent.id.desc()).limit(1)
    return json.loads(db.session.execute(latest).scalar_one().details)


def test_a_family_reported_twice_in_a_day_is_asked_about(cadre, browser, sign_in, clock):
    first = reported(cadre)
    reported(cadre, family_name="Rosma")
    again = NEW | {"family_name": "Ibu  nurbaiti"}

    asked = browser.post("/area/reports/new", again)

    assert asked.status_code == 422
    assert f'value="told_before:{first.id}"' in asked.text
    assert browser.post("/area/reports/new", again | {"confirmed": f"told_before:{first.id}"}).status_code == 303
    assert written()["confirmed"] == ["told_before"]
    clock.shift(timedelta(days=1))
    tomorrow = sign_in(cadre).post("/area/reports/new", NEW | {"confirmed": "Sakit apa saja"})
    assert tomorrow.location.startswith("/area")
    assert written()["confirmed"] == []  # nothing was asked, so that nothing was confirmed


def test_of_two_families_in_the_register_each_may_be_reported(make, cadre):
    one, other = make.household("Nurbaiti"), make.household("Nurbaiti")

    reported(cadre, one)
    reported(cadre, other)
    with pytest.raises(Doubtful):
        reported(cadre, one)


def test_registering_a_reported_family_begins_with_what_the_report_knows(make, cadre, sign_in):
    report = reported(cadre, rt="001", rw="004", phone="0812-1111-2222", own_words="Rumahnya di dekat surau.")
    desk = sign_in(make.social_worker())

    page = desk.get(f"/households/new?report={report.id}").text

    for known in ("Nurbaiti", "001", "004", "0812-1111-2222"):
        assert f'value="{known}"' in page, known
    assert f'<option selected value="{VILLAGE}">' in page
    assert '<option selected value="head">' in page
    assert "Rumahnya di dekat surau.</textarea>" in page
    assert desk.get("/households/new?report=999").status_code == 404
    assert desk.get("/households/new?report=x").status_code == 404


def test_opening_a_report_is_on_record(make, cadre, sign_in):
    report = reported(cadre)

    sign_in(make.social_worker()).get(f"/area/reports/{report.id}")

    assert db.session.scalar(select(func.count()).where(AuditEvent.action == "area_report.read")) == 1


def test_a_settling_without_words_or_of_an_old_page_is_refused(make, cadre, sign_in):
    report = reported(cadre)
    desk, address = sign_in(make.social_worker()), f"/area/reports/{report.id}/settle"
    old = form_values(desk.get(f"/area/reports/{report.id}").text, address)

    assert desk.post(address, old | {"settling_note": " "}).status_code == 422
    assert desk.post(address, old | {"settling_note": "Selesai."}).status_code == 303
    assert desk.post(address, old | {"settling_note": "Belum."}).status_code == 409
    assert reports()[0].settling_note == "Selesai."


def test_only_the_desk_settles_and_only_once(make, cadre):
    report, worker = reported(cadre), make.social_worker()
    for person in (cadre, make.unit_head()):
        with pytest.raises(NotAllowed):
            services.settle(report, note="Selesai", by=person)
    services.settle(report, note="Selesai", by=worker)
    db.session.commit()

    with pytest.raises(AlreadySettled):
        services.settle(report, note="Lagi", by=worker)


def test_the_figure_of_today_equals_its_list(make, cadre, sign_in):
    worker = make.social_worker()
    for n in range(8):
        reported(cadre, family_name=f"Keluarga {n}")
    services.settle(reports()[0], note="Selesai", by=worker)
    db.session.commit()

    (group,) = [group for group in today.groups_of(worker) if group.code == "cadre-reports"]

    assert group.total == 7
    assert sign_in(worker).get(group.url).text.count('class="row-title"') == 7


def test_a_cadres_today_leads_to_list_and_report(browser):
    page = browser.get("/").text

    assert all(f'href="{url}"' in page for url in ("/area", "/area/reports", "/area/reports/new"))


def test_a_list_of_reports_that_nobody_keeps_is_not_found(browser):
    assert browser.get("/area/reports?filter=lost").status_code == 404
