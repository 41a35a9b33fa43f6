"""The life of a sheet of givers: its columns, taken back, receipts, forgotten, and who may see it."""

from collections import Counter
from datetime import timedelta
from io import BytesIO

import pytest

from portal import clock
from portal.collection import keeping, services
from portal.collection.models import GiverRow, GiverSheet, RowKind, SheetLayout, SheetState
from portal.db import db
from portal.errors import Refused
from portal.files.services import path_of
from portal.funds import giving, verify
from tests.collection.files import ELFIRA, HEAD, ROSMANIAR, csv
from tests.collection.payroll import brought, gifts, kinds, press, send
from tests.pages import form_values
from tests.paper.reading import pages
from tests.together import count


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
