"""Visits, decisions, listing errors, emergencies, referrals, reports of cadres, funds as files: filter, order, who."""

from datetime import time, timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook

from portal import clock
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.decisions import queries as decisions
from portal.decisions.models import ListingError, ListingErrorKind
from portal.exchange import exports
from portal.exchange.export_onward import ONWARD
from portal.funds import entries, queries
from portal.households import area_queries
from portal.households.area_models import AreaReport, ReportKind, ReportStatus
from portal.recommendations import queries as emergencies
from portal.referrals import queries as referrals
from portal.referrals.models import ReferralOutcome
from portal.visits import queries as visits
from portal.visits.models import AssessmentStatus, VisitStatus
from tests.factories import VILLAGE
from tests.funds import factories as money
from tests.reports import factories

OTHER = "13.76.01.1022"


@pytest.fixture
def head(make, sign_in):
    return sign_in(make.unit_head())


@pytest.fixture
def officer(make):
    return make.social_worker(full_name="Rani Contoh")


@pytest.fixture
def case(make, officer):
    return lambda name, village=VILLAGE: factories.complaint(
        make, make.household(name, village_code=village), by=officer
    )


@pytest.fixture
def decided(make, officer, case):
    def of(name, village=VILLAGE, *, decided_by=None):
        known = case(name, village)
        visit = factories.visit(make, known, by=officer, status=VisitStatus.DONE)
        found = factories.assessment(make, visit, by=officer, status=AssessmentStatus.FINAL)
        return factories.decision(make, known, found, by=officer, decided_by=decided_by)

    return of


def exported(browser, listed, **narrowed):
    answer = browser.post(f"/exports/{listed}.xlsx", {"reason": "Rapat bulanan", **narrowed}, buffered=True)
    assert answer.status_code == 200, answer.text
    heads, *found = load_workbook(BytesIO(answer.data)).worksheets[0].values
    return [dict(zip(heads, row, strict=True)) for row in found]


def named(rows, column="Keluarga"):
    return [row[column] for row in rows]


def test_visits_leave_from_the_day_and_of_the_officer_that_the_page_shows(make, head, officer, case):
    today, other = clock.today(), make.social_worker()
    hours = [time(10), time(8), time(9)]
    for number, at in enumerate(hours):
        factories.visit(make, case(f"Keluarga {number}"), by=officer, visit_time=at)
    factories.visit(make, case("Kemarin"), by=other, visit_on=today - timedelta(days=1))
    factories.visit(make, case("Lain", OTHER), by=other, visit_on=today + timedelta(days=1))

    here = exported(head, "visits", village=VILLAGE)
    since = exported(head, "visits", **{"from": f"{today - timedelta(days=1):%d-%m-%Y}"})

    assert named(here) == ["Keluarga 1", "Keluarga 2", "Keluarga 0"]
    assert [row["Jam"] for row in here] == ["08.00", "09.00", "10.00"]
    assert named(since) == ["Kemarin", "Keluarga 1", "Keluarga 2", "Keluarga 0", "Lain"]
    assert since[0]["Keadaan"] == "belum dilaporkan"
    assert here[0]["Petugas"] == "Rani Contoh"


def test_an_agenda_read_in_parts_holds_each_visit_once(make, officer, case):
    for number in range(5):
        factories.visit(make, case(f"Keluarga {number}"), by=officer)
    all_of_today = visits.Filters(since=clock.today())

    found = [row.id for part in visits.whole_agenda(all_of_today, size=2) for row in part]

    assert found == [row.id for row in visits.agenda(all_of_today, limit=10)]
    assert visits.count(all_of_today) == 5


def test_who_makes_visits_and_heads_the_unit_exports_the_own_ones_first(make, sign_in, officer, case):
    both = make.user(Role.SOCIAL_WORKER, Role.UNIT_HEAD)
    factories.visit(make, case("Milik saya"), by=both)
    factories.visit(make, case("Milik Rani"), by=officer)

    assert named(exported(sign_in(both), "visits")) == ["Milik saya"]
    assert len(exported(sign_in(both), "visits", who="everyone")) == 2


def test_a_day_that_cannot_be_read_gives_no_visits(head):
    assert head.get("/exports/visits?from=31-02-2026").status_code == 422
    assert head.post("/exports/visits.csv", {"reason": "x", "from": "kemarin"}).status_code == 422


def test_decisions_leave_as_waiting_or_as_settled(make, head, decided):
    decides = make.unit_head(full_name="Kepala Contoh")
    waiting = [decided(f"Menunggu {number}") for number in range(3)]
    decided("Selesai", decided_by=decides)

    open_ones, settled = exported(head, "decisions"), exported(head, "decisions", state="settled")

    assert named(open_ones) == ["Menunggu 0", "Menunggu 1", "Menunggu 2"]
    assert open_ones[0]["Dijanjikan pada"].date() == waiting[0].complaint.promised_on
    assert [(row["Keluarga"], row["Diputuskan oleh"]) for row in settled] == [("Selesai", "Kepala Contoh")]
    assert settled[0]["Diputuskan pada"].date() == clock.today()


@pytest.mark.parametrize("settled", [False, True])
def test_decisions_read_in_parts_are_there_once(make, decided, settled):
    decides = make.unit_head() if settled else None
    for number in range(5):
        decided(f"Keluarga {number}", decided_by=decides)
    narrowed = decisions.Filters(settled=settled)

    found = [row.id for part in decisions.all_decisions(narrowed, size=2) for row in part]

    assert found == [row.id for row in decisions.decisions(narrowed, limit=10)]
    assert len(found) == decisions.count(narrowed) == 5


def test_listing_errors_leave_by_kind(make, head, officer, decided):
    for kind in (ListingErrorKind.EXCLUSION, ListingErrorKind.EXCLUSION, ListingErrorKind.INCLUSION):
        found = decided(f"Keluarga {kind.value}").assessment
        make._store(
            ListingError(
                household_id=found.household_id, assessment_id=found.id, kind=kind, list_code="dtsen",
                list_as_of=clock.today(), instrument_code=found.instrument_code,
                instrument_version=found.instrument_version, value=9, band="poor", visitor_id=officer.id,
                found_on=clock.today(), reason="", recorded_by_id=officer.id, recorded_at=clock.now(),
            )
        )  # fmt: skip
    narrowed = decisions.errors_narrowed_by({"kind": "exclusion"})

    rows = exported(head, "listing_errors", kind="exclusion")

    assert named(rows) == ["Keluarga exclusion"] * 2
    assert {row["Daftar"] for row in rows} == {"DTSEN"}
    assert len(exported(head, "listing_errors")) == 3
    parts = [row.id for part in decisions.all_listing_errors(narrowed, size=1) for row in part]
    assert parts == [row.id for row in decisions.listing_errors(narrowed, limit=10)]


@pytest.mark.parametrize("chosen", ["waiting", "approved", "no_exit"])
def test_emergencies_leave_in_the_order_of_their_page(make, head, officer, case, chosen):
    mayor = make.mayor()
    for number in range(3):
        name = f"Warga {number}"
        factories.recommendation(make, case(name), by=officer, resident_name=name)
        last = clock.today() + timedelta(days=10 - number)
        factories.recommendation(
            make, case(name), by=officer, decided_by=mayor, resident_name=f"Surat {number}", ends_on=last
        )
    narrowed = emergencies.Filters(chosen)
    on_page = [row.resident_name for row in emergencies.listed(narrowed, after=None, size=10)]

    parts = [row.resident_name for part in emergencies.all_listed(narrowed, size=1) for row in part]

    assert parts == on_page
    assert named(exported(head, "recommendations", filter=chosen), "Untuk siapa") == on_page
    assert len(on_page) == emergencies.count(narrowed) == 3


def test_a_list_that_is_not_there_is_not_found(head):
    for code in ("recommendations", "referrals", "area_reports"):
        assert head.get(f"/exports/{code}?filter=lain").status_code == 404
    assert head.get("/exports/fund_entries?code=tidak-ada").status_code == 404


def test_referrals_leave_open_late_or_answered(make, head, officer, case):
    for number in range(3):
        factories.referral(make, case(f"Keluarga {number}"), by=officer)
    factories.referral(make, case("Lewat"), by=officer, due_on=clock.today() - timedelta(days=9))
    factories.referral(
        make, case("Dijawab"), by=officer, outcome=ReferralOutcome.SERVED, answer="Sudah.", answered_at=clock.now(),
        answered_by_id=make.office_user("Dinas Sosial").id,
    )  # fmt: skip

    late, answered = exported(head, "referrals", filter="late"), exported(head, "referrals", filter="answered")

    assert named(late) == ["Lewat"]
    assert named(answered) == ["Dijawab"]
    assert answered[0]["Dijawab paling lambat"] is None
    assert len(exported(head, "referrals")) == 4
    narrowed = referrals.Filters("open")
    parts = [row.id for part in referrals.all_listed(narrowed, size=1, on=clock.today()) for row in part]
    assert parts == [row.id for row in referrals.listed(narrowed, after=None, size=10, on=clock.today())]


def test_an_office_that_may_export_has_its_own_referrals_alone(make, officer, case, monkeypatch):
    """No office may today; the rule stands in the list for the one that will."""
    factories.referral(make, case("Milik kami"), by=officer, office="Dinas Sosial")
    factories.referral(make, case("Milik lain"), by=officer, office="Dinas Kesehatan")
    office = make.office_user("Dinas Sosial")
    may = {"referrals.answer", "referrals.export"}
    monkeypatch.setattr(User, "can", lambda _self, right: right in may)
    listed = next(each for each in ONWARD if each.code == "referrals")

    export = exports.prepared(listed, {}, kind="csv", numbers=False, reason="x", by=office)

    assert [row[0] for batch in export.asked.batches(False) for row in batch] == ["Milik kami"]
    assert export.asked.counted == "1"


def test_reports_of_cadres_leave_with_what_was_done(make, head):
    cadre, worker = make.cadre(full_name="Kader Contoh"), make.social_worker()
    for number in range(3):
        settled = {"status": ReportStatus.SETTLED, "settled_by_id": worker.id, "settling_note": "Sudah dicatat."}
        make._store(
            AreaReport(
                village_code=VILLAGE, kind=ReportKind.BORN, family_name=f"Keluarga {number}", own_words="Lahir.",
                reported_by_id=cadre.id, reported_at=clock.now(), **(settled if number == 2 else {}),
            )
        )  # fmt: skip

    waiting, done = exported(head, "area_reports"), exported(head, "area_reports", filter="settled")

    assert named(waiting) == ["Keluarga 0", "Keluarga 1"]
    assert [row["Dilaporkan oleh"] for row in done] == ["Kader Contoh"]
    assert [row["Apa yang sudah dilakukan"] for row in done] == ["Sudah dicatat."]
    reader = make.unit_head()
    parts = [
        row.id for part in area_queries.all_reports(ReportStatus.OPEN, reader=reader, size=1) for row in part
    ]  # fmt: skip
    assert parts == [row.id for row in area_queries.reports(ReportStatus.OPEN, None, reader=reader)[0]]


def test_funds_leave_with_their_balances(make, sign_in):
    fund = money.fund(make, 20_000_000)
    money.paid(make, fund, 400_000)
    money.fund(make, 1_000_000, partner_code="baznas")

    rows = exported(sign_in(make.treasurer()), "funds")

    balance = queries.balance(fund)
    assert balance.paid == 400_000
    assert {(row["Diterima"], row["Tersedia"], row["Dibayarkan"]) for row in rows} == {
        (balance.received, balance.available, balance.paid), (1_000_000, 1_000_000, 0),
    }  # fmt: skip


def test_entries_leave_of_one_fund_or_of_all(make, sign_in):
    fund = money.fund(make, 20_000_000)
    aid = money.paid(make, fund, 400_000)
    money.fund(make, 1_000_000, partner_code="baznas")
    treasurer = sign_in(make.treasurer())

    of_one, of_all = exported(treasurer, "fund_entries", code=fund.code), exported(treasurer, "fund_entries")

    on_page = entries.entries(fund.id)
    assert [(row["Besaran"], row["Dana bebas"]) for row in of_one] == [(row.amount, row.free) for row in on_page]
    assert sum(row["Dana bebas"] for row in of_one) == queries.balance(fund).available
    assert aid.number in {row["Pembayaran"] for row in of_one}
    assert len(of_all) == len(of_one) + 1
    parts = [row.id for part in entries.all_entries(None, size=1) for row in part]
    assert parts == [row.id for row in entries.entries(None)]
    assert f'href="/funds/{fund.code}"' in treasurer.get(f"/exports/fund_entries?code={fund.code}").text
    assert f'href="/exports/fund_entries?code={fund.code}"' in treasurer.get(f"/funds/{fund.code}").text


def test_the_treasurer_takes_money_along_and_no_case(make, sign_in):
    browser = sign_in(make.treasurer())

    for code in ("visits", "decisions", "listing_errors", "recommendations", "referrals", "area_reports"):
        assert browser.get(f"/exports/{code}").status_code == 403
        assert browser.post(f"/exports/{code}.xlsx", {"reason": "x"}).status_code == 403
    assert browser.get("/exports/funds").status_code == 200


def test_a_stranger_is_sent_to_sign_in(stranger):
    assert stranger.get("/exports/visits").status_code == 303
