"""A month's payroll infak: rows judged, gifts by office with the givers beneath, refused rows sent again."""

from io import BytesIO

import pytest
from openpyxl import load_workbook

from portal.collection import queries
from portal.collection.models import GiverRow, RowKind, SheetState
from portal.db import db
from portal.partners.models import DonationStatus
from tests.collection.files import ELFIRA, HEAD, PAYROLL, ROSMANIAR, xlsx
from tests.collection.payroll import brought, gifts, kinds, press


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
