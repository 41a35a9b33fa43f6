"""A month's payroll infak: rows judged, the same file once, gifts by office with the givers beneath, taken back."""

from collections import Counter
from datetime import timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook

from portal import clock
from portal.collection import keeping, queries, services
from portal.collection.models import GiverRow, GiverSheet, RowKind, SheetLayout, SheetState
from portal.db import db
from portal.errors import Refused
from portal.files.services import path_of
from portal.funds import giving, verify
from portal.partners import services as gifts_of_partners
from portal.partners.models import Donation, DonationStatus
from tests.collection.files import ELFIRA, HEAD, PAYROLL, ROSMANIAR, ZULKIFLI, csv, xlsx
from tests.pages import form_values
from tests.paper.reading import pages
from tests.together import count

SENT = {"month": "10-2026", "given_on": "05-10-2026", "kind_code": "infak", "bound_to": "field:education",
        "transfers": "office"}  # fmt: skip


def send(browser, rows=PAYROLL, **changes):
    file = changes.pop("file", None) or xlsx(rows)
    return browser.post("/giver-sheets/new", {**SENT, "file": file, **changes})


def brought(browser, rows=PAYROLL, **changes):
    answer = send(browser, rows, **changes)
    assert answer.status_code == 303, answer.text
    return db.session.get_one(GiverSheet, int(answer.location.rsplit("/", 1)[1]))


def press(browser, sheet, act, **more):
    key = form_values(browser.get(f"/giver-sheets/{sheet.id}?kind=doubt").text, f"/giver-sheets/{sheet.id}/{act}")
    return browser.post(f"/giver-sheets/{sheet.id}/{act}", {**key, **more})


def kinds(sheet):
    rows = db.session.scalars(db.select(GiverRow).where(GiverRow.sheet_id == sheet.id).order_by(GiverRow.id))
    return [(row.kind, row.said) for row in rows]


def gifts():
    return db.session.scalars(db.select(Donation).order_by(Donation.id)).all()


@pytest.fixture
def kenanga(make, sign_in):
    return sign_in(make.partner_user())


def test_a_months_sheet_becomes_one_gift_for_each_office_with_its_givers_beneath(kenanga):
    sheet = brought(kenanga)
    assert (sheet.state, kinds(sheet)) == (SheetState.READY, [(RowKind.GOOD, [])] * 3)
    page = kenanga.get(f"/giver-sheets/{sheet.id}").text
    assert "Rp325.000" in page
    assert "197001011995032001" not in page
    assert gifts() == []

    assert press(kenanga, sheet, "enter").status_code == 303
    education, health = gifts()
    assert (education.amount, education.givers, education.giver_name) == (250_000, 2, "Dinas Pendidikan")
    assert (health.amount, health.givers, health.giver_name) == (75_000, 1, "Dinas Kesehatan")
    assert {education.status, health.status} == {DonationStatus.ENTERED}
    beneath = queries.all_givers(education)
    assert [(row.position, row.name, row.amount) for row in beneath] == [
        (1, "Rosmaniar Koto", 150_000), (2, "Zulkifli Chaniago", 100_000)
    ]  # fmt: skip


def test_all_in_one_transfer_is_one_gift(kenanga):
    sheet = brought(kenanga, transfers="together")
    press(kenanga, sheet, "enter")

    (gift,) = gifts()
    assert (gift.amount, gift.givers, gift.giver_name) == (325_000, 3, "")


def test_an_office_with_a_sheet_of_its_own_is_called_like_it(kenanga):
    head = ["Nama", "NIP", "Jumlah"]
    more = {"Dinas Sosial": [head, ["Upik", "", 50_000]], "Satpol PP": [head, ["Buyung", "", 60_000]]}
    sheet = brought(kenanga, file=xlsx([["Rekap"]], **more))

    rows = db.session.scalars(db.select(GiverRow).order_by(GiverRow.id)).all()
    assert [(row.office, row.amount) for row in rows] == [("Dinas Sosial", 50_000), ("Satpol PP", 60_000)]
    assert sheet.found["stated"] is None


@pytest.mark.parametrize(
    ("change", "kind", "said"),
    [
        ({"amount": None}, RowKind.REFUSED, "amount_missing"),
        ({"amount": "-"}, RowKind.REFUSED, "amount_missing"),
        ({"amount": 0}, RowKind.REFUSED, "amount_zero"),
        ({"amount": "seratus ribu"}, RowKind.REFUSED, "amount_not_a_number"),
        ({"amount": "1,5 jt"}, RowKind.REFUSED, "amount_not_a_number"),
        ({"amount": "1.50"}, RowKind.REFUSED, "amount_ambiguous"),
        ({"amount": 100_000.5}, RowKind.REFUSED, "amount_fraction"),
        ({"amount": -5_000}, RowKind.REFUSED, "amount_negative"),
        ({"amount": "1" * 17}, RowKind.REFUSED, "amount_too_large"),
        ({"amount": 15_000_000}, RowKind.DOUBT, "amount_large"),
        ({"amount": 150}, RowKind.DOUBT, "amount_small"),
        ({"name": "", "nip": ""}, RowKind.DOUBT, "no_name"),
        ({"office": ""}, RowKind.DOUBT, "office_missing"),
        ({"nip": 197001011995032001}, RowKind.GOOD, "nip_broken"),
        ({"nip": "1970"}, RowKind.GOOD, "nip_broken"),
    ],
)
def test_what_is_said_of_a_row(kenanga, change, kind, said):
    names = ["no", "name", "nip", "office", "amount", "hidden"]
    row = [change.get(name, value) for name, value in zip(names, ROSMANIAR, strict=True)]
    sheet = brought(kenanga, [HEAD, row, ELFIRA])

    assert kinds(sheet)[0] == (kind, [said])


def test_a_giver_twice_in_a_file_is_asked_about_and_hamba_allah_is_not(kenanga):
    unnamed = ["9", "Hamba Allah", "", "Dinas Kesehatan", 20_000, ""]
    sheet = brought(kenanga, [HEAD, ROSMANIAR, ROSMANIAR, unnamed, unnamed])

    assert kinds(sheet) == [(RowKind.GOOD, []), (RowKind.DOUBT, ["row_twice"]), (RowKind.GOOD, []), (RowKind.GOOD, [])]
    hidden = [row.hidden for row in queries.rows_of(sheet, RowKind.GOOD)]
    assert hidden == [False, True, True]


def test_the_sum_at_the_foot_is_compared_with_the_rows(kenanga):
    wrong = [*PAYROLL[:-1], ["TOTAL", "", "", "", 400_000]]
    sheet = brought(kenanga, wrong)

    page = kenanga.get(f"/giver-sheets/{sheet.id}").text
    assert "Rp400.000" in page
    assert "Rp325.000" in page


def test_an_office_called_sub_is_no_sum(kenanga):
    head = ["OPD", "Nama", "Jumlah"]
    rows = [head, ["Sub Bagian Umum", "", 50_000], ["Grand Total:", "", 50_000], ["Sub Jumlah", "", 50_000]]
    sheet = brought(kenanga, rows)

    assert kinds(sheet) == [(RowKind.DOUBT, ["no_name"])]
    assert sheet.found["stated"] == 50_000


def test_the_same_file_again_changes_nothing(kenanga):
    file = xlsx(PAYROLL)[0].getvalue()
    sheet = brought(kenanga, file=(BytesIO(file), "a.xlsx"))
    press(kenanga, sheet, "enter")

    again = send(kenanga, file=(BytesIO(file), "b.xlsx"))

    assert (again.status_code, again.location) == (303, f"/giver-sheets/{sheet.id}")
    assert (count(GiverSheet), len(gifts())) == (1, 2)


def test_a_corrected_file_of_the_same_month_adds_only_what_is_new(kenanga):
    press(kenanga, brought(kenanga), "enter")
    more = ["4", "Upik Tanjung", "", "Dinas Sosial", 50_000, ""]
    raised = [*ZULKIFLI[:4], 120_000, ""]

    later = brought(kenanga, [HEAD, ROSMANIAR, raised, ELFIRA, more])

    assert kinds(later) == [
        (RowKind.KNOWN, ["known"]), (RowKind.DOUBT, ["other_amount"]), (RowKind.KNOWN, ["known"]), (RowKind.GOOD, []),
    ]  # fmt: skip
    press(kenanga, later, "enter")
    assert [gift.amount for gift in gifts()] == [250_000, 75_000, 50_000]
    next_month = brought(kenanga, [HEAD, ROSMANIAR], month="09-2026")
    assert kinds(next_month) == [(RowKind.GOOD, [])]


def test_a_giver_whose_broken_nip_was_mended_in_the_next_file_is_the_same_giver(kenanga):
    broken = [ROSMANIAR[0], ROSMANIAR[1], 197001011995032001, *ROSMANIAR[3:]]
    first = brought(kenanga, [HEAD, broken])
    assert kinds(first) == [(RowKind.GOOD, ["nip_broken"])]
    press(kenanga, first, "enter")

    mended = brought(kenanga, [HEAD, ROSMANIAR, ZULKIFLI])
    assert kinds(mended) == [(RowKind.KNOWN, ["known"]), (RowKind.GOOD, [])]
    press(kenanga, mended, "enter")
    assert [gift.amount for gift in gifts()] == [150_000, 100_000]
    namesake = [ZULKIFLI[0], ZULKIFLI[1], "198111112005011002", *ZULKIFLI[3:]]
    assert kinds(brought(kenanga, [HEAD, namesake])) == [(RowKind.GOOD, [])]


def test_a_doubtful_giver_who_was_entered_meanwhile_is_not_entered_twice(kenanga):
    doubtful = ["1", "Upik", "", "Dinas Sosial", 9_000_000, ""]
    sheets = [brought(kenanga, [HEAD, doubtful]), brought(kenanga, [HEAD, doubtful, ZULKIFLI])]
    for sheet in sheets:
        (row,) = queries.rows_of(sheet, RowKind.DOUBT)
        press(kenanga, sheet, "take", row=row.id, shown=row.id)
    assert press(kenanga, sheets[0], "enter").status_code == 303

    assert press(kenanga, sheets[1], "enter").status_code == 422
    assert [gift.amount for gift in gifts()] == [9_000_000]


def test_one_more_without_a_name_is_entered_beside_those_entered_before(kenanga):
    nameless = ["1", "Hamba Allah", "", "Dinas Sosial", 50_000, ""]
    press(kenanga, brought(kenanga, [HEAD, nameless, nameless]), "enter")

    more = brought(kenanga, [HEAD, *[nameless] * 3])
    assert [kind for kind, _said in kinds(more)] == [RowKind.KNOWN, RowKind.KNOWN, RowKind.GOOD]
    assert press(kenanga, more, "enter").status_code == 303
    assert [gift.amount for gift in gifts()] == [100_000, 50_000]


def test_who_was_known_by_a_sheet_that_is_taken_back_since_is_not_left_out(kenanga, make):
    first = brought(kenanga, [HEAD, ROSMANIAR])
    press(kenanga, first, "enter")
    later = brought(kenanga, [HEAD, ROSMANIAR, ELFIRA])
    services.take_back(first, reason="keliru", by=make.partner_user())
    db.session.commit()

    refused = press(kenanga, later, "enter")
    assert refused.status_code == 422
    assert "tidak ada lagi" in refused.text
    assert gifts() == []


def test_givers_whose_gift_did_not_arrive_may_be_sent_again(kenanga, make):
    press(kenanga, brought(kenanga), "enter")
    gifts_of_partners.refuse(gifts()[0], reason="uangnya tidak masuk", by=make.treasurer())
    db.session.commit()

    later = brought(kenanga, [HEAD, ROSMANIAR, ZULKIFLI, ELFIRA])
    assert [kind for kind, _said in kinds(later)] == [RowKind.GOOD, RowKind.GOOD, RowKind.KNOWN]


def test_doubtful_rows_are_entered_only_when_taken(kenanga):
    doubtful = ["1", "Upik", "", "Dinas Sosial", 9_000_000, ""]
    sheet = brought(kenanga, [HEAD, doubtful])
    refused = press(kenanga, sheet, "enter")
    assert (refused.status_code, gifts()) == (422, [])
    (row,) = queries.rows_of(sheet, RowKind.DOUBT)

    assert press(kenanga, sheet, "take", row=row.id, shown=row.id).status_code == 303
    assert press(kenanga, sheet, "take", shown=row.id).status_code == 303
    db.session.refresh(row)
    assert row.taken is False
    press(kenanga, sheet, "take", row=row.id, shown=row.id)
    assert press(kenanga, sheet, "enter").status_code == 303
    assert [gift.amount for gift in gifts()] == [9_000_000]


def test_the_same_file_may_come_again_when_a_gift_of_it_did_not_arrive(kenanga, make):
    file = xlsx(PAYROLL)[0].getvalue()
    press(kenanga, brought(kenanga, file=(BytesIO(file), "a.xlsx")), "enter")
    gifts_of_partners.refuse(gifts()[0], reason="uangnya tidak masuk", by=make.treasurer())
    db.session.commit()

    again = brought(kenanga, file=(BytesIO(file), "a.xlsx"))
    assert [kind for kind, _said in kinds(again)] == [RowKind.GOOD, RowKind.GOOD, RowKind.KNOWN]
    assert press(kenanga, again, "enter").status_code == 303
    assert [gift.amount for gift in gifts()] == [250_000, 75_000, 250_000]
    third = send(kenanga, file=(BytesIO(file), "a.xlsx"))
    assert (third.location, count(GiverSheet)) == (f"/giver-sheets/{again.id}", 2)


def test_refused_rows_are_still_to_be_had_after_the_good_ones_were_entered(kenanga):
    sheet = brought(kenanga, [HEAD, [*ROSMANIAR[:4], "seratus", ""], ELFIRA])
    press(kenanga, sheet, "enter")

    assert f"/giver-sheets/{sheet.id}/refused.xlsx" in kenanga.get(f"/giver-sheets/{sheet.id}").text


def test_refused_rows_come_back_as_a_workbook_that_can_be_sent_again(kenanga):
    sheet = brought(kenanga, [HEAD, [*ROSMANIAR[:4], "seratus", ""], ELFIRA])

    answer = kenanga.get(f"/giver-sheets/{sheet.id}/refused.xlsx")
    rows = list(load_workbook(BytesIO(answer.data)).active.iter_rows(values_only=True))
    assert rows[0][2:] == tuple(HEAD)
    assert "tidak dapat dibaca" in rows[1][0]
    assert rows[1][4] == "197001011995032001"
    mended = [list(rows[0]), [*rows[1][:6], "150.000", None]]
    again = brought(kenanga, mended)
    assert kinds(again) == [(RowKind.GOOD, [])]


def test_unknown_columns_are_said_once_and_known_from_then_on(kenanga):
    rows = [["Kolom A", "Kolom B", "Kolom C"], ["Upik", "Bappeda", "50.000"], ["Buyung", "Bappeda", "60.000"]]
    sheet = brought(kenanga, file=csv(rows, "gaji.csv"))
    assert sheet.state is SheetState.UNMAPPED
    address = f"/giver-sheets/{sheet.id}/columns"
    page = kenanga.get(address).text
    assert "Buyung" in page
    key = form_values(page, field="layout")

    unfinished = kenanga.post(address, {**key, "layout": "BKD", "column-0": "name"})
    assert unfinished.status_code == 422
    said = {"column-0": "name", "column-1": "office", "column-2": "amount"}
    assert kenanga.post(address, {**key, "layout": "BKD", **said}).status_code == 303
    db.session.refresh(sheet)
    assert (sheet.state, Counter(kind for kind, _ in kinds(sheet))) == (SheetState.READY, {RowKind.GOOD: 2})
    assert count(SheetLayout) == 1

    later = brought(kenanga, file=csv([rows[0], ["Siti", "Bappeda", "70.000"]], "gaji-2.csv"), month="09-2026")
    assert later.state is SheetState.READY
    assert kenanga.get(f"/giver-sheets/{later.id}/columns").status_code == 303


def test_columns_that_one_partner_said_are_unknown_to_another_and_may_have_the_same_name(kenanga, make, sign_in):
    rows = [["Siapa", "Berapa"], ["Upik Tanjung", 50_000]]
    baznas = sign_in(make.partner_user("baznas"))
    said = {"layout": "Gaji", "column-0": "name", "column-1": "amount"}
    for browser, more in ((kenanga, {}), (baznas, {"bound_to": "general"})):
        sheet = brought(browser, rows, transfers="together", **more)
        assert sheet.state is SheetState.UNMAPPED
        address = f"/giver-sheets/{sheet.id}/columns"
        key = form_values(browser.get(address).text, field="layout")
        assert browser.post(address, key | said).status_code == 303

    kept = db.session.execute(db.select(SheetLayout.name, SheetLayout.partner_code).order_by(SheetLayout.id)).all()
    assert [tuple(one) for one in kept] == [("Gaji", "mitra-kenanga"), ("Gaji", "baznas")]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"month": "oktober"}, "bulan"),
        ({"month": "13-2026"}, "bulan"),
        ({"month": "11-2026"}, "belum"),
        ({"given_on": "06-10-2026"}, "belum tiba"),
        ({"kind_code": "zakat"}, "pilih"),
        ({"bound_to": "field:social"}, "pilih"),
        ({"file": (BytesIO(b""), "x.xlsx")}, "kosong"),
        ({"file": (BytesIO(b"%PDF-1.4 \x00\x01"), "x.pdf")}, "lembar"),
        ({"file": csv([["Nama", "Jumlah"]])}, ""),
    ],
)
def test_what_cannot_be_read_is_refused_whole(kenanga, change, said):
    answer = send(kenanga, **change)

    assert answer.status_code == 422
    assert said in answer.text.lower()
    assert count(GiverSheet) == 0


def test_a_sheet_is_taken_back_with_its_gifts_until_one_was_settled(kenanga, make):
    sheet = brought(kenanga)
    press(kenanga, sheet, "enter")
    address = f"/giver-sheets/{sheet.id}/take-back"
    key = form_values(kenanga.get(address).text, field="reason")
    assert kenanga.post(address, {**key, "reason": ""}).status_code == 422
    assert kenanga.post(address, {**key, "reason": "Bulan keliru"}).status_code == 303
    assert gifts() == []
    assert "Bulan keliru" in kenanga.get(f"/giver-sheets/{sheet.id}").text
    assert kenanga.get(address).status_code == 303

    again = brought(kenanga)  # the same file may be sent once more
    press(kenanga, again, "enter")
    giving.confirm(gifts()[0], by=make.treasurer())
    db.session.commit()
    with pytest.raises(Refused, match=gifts()[0].number):
        services.take_back(again, reason="x", by=make.partner_user())
    db.session.rollback()
    assert "take-back" not in kenanga.get(f"/giver-sheets/{again.id}").text
    giving.take_back(gifts()[0], reason="tidak ada", by=make.treasurer())
    db.session.commit()
    with pytest.raises(Refused):
        services.take_back(again, reason="x", by=make.partner_user())
    assert verify.verify().faults == []


def test_each_giver_has_a_receipt_once_the_money_arrived(kenanga, make, sign_in):
    press(kenanga, brought(kenanga), "enter")
    education, health = gifts()
    treasurer = make.treasurer()
    assert kenanga.get(f"/giver-sheets/gifts/{health.number}/1.pdf").status_code == 404
    for gift in (education, health):
        giving.confirm(gift, by=treasurer)
    db.session.commit()

    first, second = pages(kenanga.get(f"/giver-sheets/gifts/{education.number}/receipts.pdf").data)
    assert f"{education.number}/001" in first
    assert "Rosmaniar Koto" in first
    assert "Rosmaniar" not in second
    (hidden,) = pages(kenanga.get(f"/giver-sheets/gifts/{health.number}/1.pdf").data)
    assert "Hamba Allah" in hidden
    assert "Elfira" not in hidden
    assert kenanga.get(f"/giver-sheets/gifts/{health.number}/2.pdf").status_code == 404
    own = kenanga.get(f"/giver-sheets/gifts/{health.number}").text
    assert "Hamba Allah (Elfira Piliang)" in own
    seen = sign_in(treasurer).get(f"/giver-sheets/gifts/{health.number}").text
    assert "Hamba Allah" in seen
    assert "Elfira" not in seen


def test_what_nobody_works_with_any_more_is_forgotten_and_givers_stay(kenanga, make):
    doubtful = ["9", "Upik", "", "Dinas Sosial", 9_000_000, ""]
    sheet = brought(kenanga, [HEAD, ROSMANIAR, doubtful])
    waiting = brought(kenanga, [HEAD, ELFIRA], month="09-2026")
    press(kenanga, sheet, "enter")

    assert keeping.forget(clock.now()) == 1
    assert not path_of(sheet.sha256).exists()
    assert path_of(waiting.sha256).exists()
    assert keeping.forget(clock.now() + timedelta(days=29)) == 0
    assert path_of(waiting.sha256).exists()
    press(kenanga, waiting, "enter")
    keeping.forget(clock.now() + timedelta(days=91))
    left = db.session.scalars(db.select(GiverRow.name).order_by(GiverRow.id)).all()
    assert left == ["Rosmaniar Koto", "Elfira Piliang"]


def test_a_sheet_that_nobody_enters_is_forgotten_after_the_days_that_the_unit_set(kenanga, make):
    unmapped = brought(kenanga, file=csv([["A", "B"], ["Upik", "50.000"]], "gaji.csv"))
    ready = brought(kenanga, [HEAD, ELFIRA])
    assert keeping.forget(clock.now() + timedelta(days=30)) == 0

    keeping.forget(clock.now() + timedelta(days=31))
    db.session.commit()

    assert [sheet.state for sheet in (unmapped, ready)] == [SheetState.TAKEN_BACK] * 2
    assert not any(path_of(sheet.sha256).exists() for sheet in (unmapped, ready))
    assert (count(GiverRow), ready.found) == (0, {})
    page = kenanga.get(f"/giver-sheets/{ready.id}").text
    assert "30 hari" in page
    assert "Elfira" not in page
    assert brought(kenanga, [HEAD, ELFIRA]).state is SheetState.READY


def test_who_sees_givers_and_sheets(kenanga, make, sign_in):
    sheet = brought(kenanga)
    press(kenanga, sheet, "enter")
    gift = gifts()[0]
    for role, user in make.everyone().items():
        seen = {"partner": 200, "treasurer": 200}.get(role.value, 403)
        assert sign_in(user).get(f"/giver-sheets/gifts/{gift.number}").status_code == seen, role
        expected = 200 if role.value == "partner" else 403
        assert sign_in(user).get("/giver-sheets").status_code == expected, role
        assert sign_in(user).get(f"/giver-sheets/{sheet.id}").status_code == expected, role
    other = sign_in(make.partner_user("baznas"))
    for address in (f"{sheet.id}", f"{sheet.id}/columns", f"{sheet.id}/take-back", f"gifts/{gift.number}"):
        assert other.get(f"/giver-sheets/{address}").status_code == 404, address
    assert "infak-oktober" not in other.get("/giver-sheets").text
    assert "Rosmaniar" not in sign_in(make.unit_head()).get(f"/donations/{gift.number}").text
