"""The pages of the monthly update: a cadre's phone, the unit's progress, and a report that is taken up."""

import re
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select

from portal.audit.models import AuditEvent
from portal.complaints.models import Complaint
from portal.db import db
from portal.households import area_services as reports
from portal.households import month_queries as queries
from portal.households.area_models import AreaReport, ReportKind, ReportOutcome, ReportStatus
from portal.households.models import Household
from portal.households.month_models import MonthlyUpdate, MonthState
from portal.units.catalogue import catalogue
from tests.factories import VILLAGE
from tests.pages import form_values

OTHER = "13.76.01.1022"
OCTOBER = date(2026, 10, 1)
UNIT = f"/updates/{VILLAGE}/2026-10"
RT = "/area/month?rw=002&rt=003"


@pytest.fixture
def cadre(make):
    return make.cadre()


@pytest.fixture
def phone(cadre, sign_in):
    return sign_in(cadre)


@pytest.fixture
def head(make, sign_in):
    return sign_in(make.unit_head())


def figures():
    return queries.standing(VILLAGE, OCTOBER).figures


def told(by, household=None, kind=ReportKind.MOVED_AWAY, **more) -> AreaReport:
    details = reports.ReportDetails(kind=kind, own_words="Rumahnya kosong.", **more)
    made = reports.report(details, household, by=by)
    db.session.commit()
    return made


def latest() -> AreaReport:
    return db.session.scalars(select(AreaReport).order_by(AreaReport.id.desc())).first()


def act(browser, name, **typed):
    """Fill in one of the forms on the unit's page and send it."""
    values = form_values(browser.get(UNIT).text, f"{UNIT}/{name}")
    return browser.post(f"{UNIT}/{name}", values | typed)


def test_a_cadre_sees_what_is_left_by_rt_and_nothing_that_is_not_hers(make, phone):
    make.household("Yurnalis Piliang", listed=True, card=True, note="sakit paru", members=2)
    make.household("Rosma Yunita", village_code=OTHER)

    pages = phone.get("/area/month").text + phone.get(RT).text + phone.get("/area/month/confirm?rw=002&rt=003").text

    assert "Yurnalis Piliang" in pages
    assert "Rosma Yunita" not in pages
    assert not any(word in pages for word in ("DTSEN", "KKS", "1376", "sakit paru", "0812-0000-0000"))
    assert 'href="/households' not in pages


def test_one_press_confirms_one_family_and_leads_back_to_its_rt(make, phone):
    family = make.household("A")
    make.household("B")
    values = form_values(phone.get(RT).text, "/area/month/confirm")

    answer = phone.post("/area/month/confirm", values | {"household": str(family.id)})

    assert (answer.status_code, answer.location) == (303, RT)
    assert (figures().confirmed, figures().unconfirmed) == (1, 1)
    assert "A" in phone.get(f"{RT}&state=confirmed").text


def test_a_whole_rt_is_looked_at_and_then_confirmed_at_once(make, phone):
    families = [make.household(f"Keluarga {n}") for n in range(30)]
    make.household("Lain", rt="009")
    page = phone.get("/area/month/confirm?rw=002&rt=003").text
    assert page.count(" checked") == 30
    assert "Lain" not in page

    ticked = [str(family.id) for family in families[1:]]
    phone.post("/area/month/confirm", form_values(page, "/area/month/confirm") | {"household": ticked})

    assert (figures().confirmed, figures().unconfirmed) == (29, 2)


def test_sent_twice_it_is_confirmed_once(make, phone):
    family = make.household()
    typed = {"household": str(family.id), "rw": "002", "rt": "003"}

    first, second = (phone.post("/area/month/confirm", typed, once="one") for _ in range(2))

    assert first.location == second.location
    assert db.session.scalar(select(func.count()).where(AuditEvent.action == "monthly_update.confirmed")) == 1


@pytest.mark.parametrize("ids", [[], ["x"], ["²"]])
def test_nothing_ticked_is_said_and_the_list_stays(make, phone, ids):
    make.household("Yurnalis")

    answer = phone.post("/area/month/confirm", {"household": ids, "rw": "002", "rt": "003"})

    assert answer.status_code == 422
    assert "Yurnalis" in answer.text
    assert "data-errors" in answer.text


def test_a_family_of_another_kelurahan_cannot_be_confirmed(make, phone):
    elsewhere = make.household(village_code=OTHER)

    phone.post("/area/month/confirm", {"household": str(elsewhere.id), "rw": "", "rt": ""})

    assert queries.standing(OTHER, OCTOBER).figures.confirmed == 0


def test_what_was_confirmed_by_mistake_is_taken_back(make, phone):
    family = make.household("A")
    phone.post("/area/month/confirm", {"household": str(family.id), "rw": "002", "rt": "003"})
    values = form_values(phone.get(f"{RT}&state=confirmed").text, "/area/month/take-back")

    assert phone.post("/area/month/take-back", values | {"household": str(family.id)}).location == RT
    assert figures().unconfirmed == 1
    assert phone.post("/area/month/take-back", {"household": "x"}).status_code == 422


@pytest.mark.parametrize(
    "query", ["month=2026-13", "month=x", "month=2026-11", "month=1999-01", "rt=003&state=x", "month=²"]
)
def test_a_month_or_state_that_is_none_is_not_there(make, phone, query):
    assert phone.get(f"/area/month?{query}").status_code == 404


def test_a_form_of_a_session_that_ended_comes_back_as_it_was_ticked(make, cadre, phone):
    family = make.household("A")
    phone.get("/area/month")
    with phone.client.session_transaction() as cookie:
        cookie["_user_id"] = "ended"

    answer = phone.post("/area/month/confirm", {"household": str(family.id), "rw": "002", "rt": "003"})

    assert answer.status_code == 303
    assert "/sign-in" in answer.location
    assert "kept" in answer.location


def test_the_month_before_is_shown_as_long_as_it_is_open(make, cadre, phone, sign_in, clock):
    family = make.household("A")
    phone.post("/area/month/confirm", {"household": str(family.id), "rw": "002", "rt": "003"})
    clock.move_to(datetime(2026, 11, 2, 2, 0, tzinfo=UTC))

    later = sign_in(cadre)
    assert 'href="/area/month?month=2026-10"' in later.get("/area/month").text
    assert '<progress class="meter" max="1" value="1"' in later.get("/area/month?month=2026-10").text


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


def test_todays_figure_is_gold_in_the_last_days_and_red_after_them(make, cadre, sign_in, clock):
    make.household()
    for day, tone in ((5, ""), (22, ' class="tone-due"'), (30, ' class="tone-late"')):
        clock.move_to(datetime(2026, 10, day, 2, 0, tzinfo=UTC))
        assert f'<a href="/area/month"{tone}><b>1</b>' in sign_in(cadre).get("/").text


def test_the_head_is_reminded_of_months_to_close_and_others_are_not(make, cadre, sign_in, clock):
    told(cadre, make.household())
    head = make.unit_head()
    assert "/updates?month=2026-10" not in sign_in(head).get("/").text
    clock.move_to(datetime(2026, 10, 22, 2, 0, tzinfo=UTC))
    assert "/updates?month=2026-10" in sign_in(head).get("/").text
    assert "/updates?month=2026-10" not in sign_in(make.social_worker()).get("/").text


def test_progress_is_shown_by_kelurahan(make, cadre, head):
    told(cadre, make.household("A"))
    make.household("B")

    page = head.get("/updates").text

    assert f'href="{UNIT}"' in page
    assert '<progress class="meter" max="2" value="1"' in page
    assert head.get("/updates?month=2026-11").status_code == 404
    assert head.get(f"/updates?village={VILLAGE}&month=2026-10").location == UNIT
    for wrong in (f"/updates/{VILLAGE}/2026-11", "/updates/99.99.99.9999/2026-10", f"/updates/{VILLAGE}/x"):
        assert head.get(wrong).status_code == 404


def test_the_unit_sees_who_is_unconfirmed_and_a_cadre_has_no_such_page(make, cadre, phone, head):
    make.household("Yurnalis Piliang")

    assert "Yurnalis Piliang" in head.get(UNIT).text
    assert "Yurnalis Piliang" not in head.get(f"{UNIT}?state=confirmed").text
    assert head.get(f"{UNIT}?state=x").status_code == 404
    assert phone.get(UNIT).status_code == 403
    assert phone.get("/updates").status_code == 403


def test_the_fragment_equals_its_place_in_the_page(make, head):
    make.household("Yurnalis")

    assert head.fragment(UNIT, "results").strip() in head.get(UNIT).text


def test_the_head_closes_fetches_and_sends_a_month(make, cadre, phone, head):
    families = [make.household(f"Keluarga {n:02d}") for n in range(10)]
    phone.post("/area/month/confirm", {"household": [str(one.id) for one in families[:8]], "rw": "002", "rt": "003"})
    told(cadre, families[8])
    told(cadre, kind=ReportKind.NEW_FAMILY, family_name="Nurbaiti", rt="001", rw="001")

    assert act(head, "close").location == UNIT
    address = "/exports/updates.xlsx"
    asked = {"village": VILLAGE, "month": "2026-10", "reason": "Dinas Sosial"}
    book = load_workbook(BytesIO(head.post(address, asked, buffered=True).data))
    assert act(head, "sent", to="Dinas Sosial", on="05-10-2026").location == UNIT

    rows, about = list(book.worksheets[0].values), dict(row[:2] for row in book.worksheets[1].values)
    assert len(rows) == 1 + 1 + 10
    assert [row[3] for row in rows[1:4]] == ["Nurbaiti", "Keluarga 08", "Keluarga 09"]
    assert "10" in about.values()
    update = db.session.scalars(select(MonthlyUpdate)).one()
    assert (update.state, update.sent_to, update.sent_on) == (MonthState.CLOSED, "Dinas Sosial", date(2026, 10, 5))
    ended = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "export.ended")).one()
    assert update.file_code == ended.subject_id
    assert update.file_sha256 in ended.details
    assert not any("1376" in str(cell) for row in rows for cell in row)


def test_the_file_of_a_month_that_is_open_is_nobodys_to_send(make, head):
    make.household()
    asked = {"village": VILLAGE, "month": "2026-10", "reason": "Rapat"}

    assert head.post("/exports/updates.xlsx", asked, buffered=True).status_code == 200
    assert db.session.scalars(select(MonthlyUpdate)).all() == []
    assert head.get("/exports/updates?month=2026-11").status_code == 404
    assert head.get("/exports/updates?village=1").status_code == 404


def test_many_unconfirmed_are_explained_beside_the_field(make, head):
    make.household()

    refused = act(head, "close")

    assert refused.status_code == 422
    assert 'id="reason-error"' in refused.text
    assert act(head, "close", reason="Kader sakit.").status_code == 303
    assert "Kader sakit." in head.get(UNIT).text


def test_what_a_cadre_says_while_the_head_looks_is_shown_before_it_is_closed(make, cadre, head):
    family = make.household()
    seen = form_values(head.get(UNIT).text, f"{UNIT}/close")
    told(cadre, family)

    answer = head.post(f"{UNIT}/close", seen | {"reason": "Kader sakit."})

    assert answer.status_code == 409
    assert "Kader sakit." in answer.text
    assert db.session.scalars(select(MonthlyUpdate)).one().state is MonthState.OPEN


def test_a_closed_month_is_opened_again_with_a_reason(make, phone, head):
    family = make.household()
    act(head, "close", reason="Kader sakit.")
    assert phone.post("/area/month/confirm", {"household": str(family.id), "rw": "", "rt": ""}).status_code == 409
    assert act(head, "reopen").status_code == 422
    assert act(head, "reopen", reason="Satu RT terlewat.").status_code == 303
    assert "Satu RT terlewat." in head.get(UNIT).text
    assert phone.post("/area/month/confirm", {"household": str(family.id), "rw": "", "rt": ""}).status_code == 303


@pytest.mark.parametrize("name", ["close", "reopen", "sent"])
def test_who_may_not_close_is_told_so(make, sign_in, stranger, name):
    for person in (make.social_worker(), make.cadre(), make.admin()):
        assert sign_in(person).post(f"{UNIT}/{name}", {}).status_code == 403
    assert "/sign-in" in stranger.post(f"{UNIT}/{name}", {}).location


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


def test_a_unit_that_keeps_no_monthly_update_has_none_of_its_pages(make, cadre, phone, head, monkeypatch):
    family = make.household()
    assert 'href="/area/month"' in phone.get("/area").text
    monkeypatch.setitem(catalogue().profile, "monthly_update", {"on": False})  # type: ignore[arg-type]

    assert phone.get("/area/month").status_code == 404
    assert head.get("/updates").status_code == 404
    assert head.get(UNIT).status_code == 404
    assert 'href="/area/month"' not in phone.get("/").text + phone.get("/area").text
    assert 'href="/updates"' not in head.get("/").text
    assert told(cadre, family).update_id is None
