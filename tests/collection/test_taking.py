"""Rows that a person decides on: another gift of a known giver, what was left out, and the pledge a sheet keeps."""

from datetime import timedelta

import pytest

from portal import clock
from portal.collection import queries
from portal.collection.models import RowKind
from portal.db import db
from portal.partners import pledges, words
from portal.partners.models import Partner, Purpose
from tests.collection.files import ELFIRA, HEAD, ROSMANIAR, ZULKIFLI
from tests.collection.payroll import brought, gifts, kinds, send
from tests.pages import form_values

LARGE = ["1", "Upik Tanjung", "", "Dinas Sosial", 9_000_000, ""]


@pytest.fixture
def kenanga(make, sign_in):
    return sign_in(make.partner_user())


def press(browser, sheet, act, kind="doubt", **more):
    page = browser.get(f"/giver-sheets/{sheet.id}?kind={kind}").text
    return browser.post(f"/giver-sheets/{sheet.id}/{act}", form_values(page, f"/giver-sheets/{sheet.id}/{act}") | more)


def row_of(sheet, kind):
    (row,) = queries.rows_of(sheet, kind)
    return {"row": row.id, "shown": row.id}


def test_zakat_of_another_asnaf_is_another_gift(make, sign_in):
    baznas = sign_in(make.partner_user("baznas"))
    zakat = {"kind_code": "zakat", "bound_to": "general"}
    first = brought(baznas, [HEAD, ROSMANIAR], asnaf="fakir", **zakat)
    assert press(baznas, first, "enter").status_code == 303

    assert kinds(brought(baznas, [HEAD, ROSMANIAR, ZULKIFLI], asnaf="miskin", **zakat))[0] == (RowKind.GOOD, [])
    again = brought(baznas, [HEAD, ROSMANIAR, ELFIRA], asnaf="fakir", **zakat)
    assert kinds(again)[0] == (RowKind.KNOWN, ["known"])


def test_a_known_giver_is_taken_once_more_for_a_reason(kenanga):
    press(kenanga, brought(kenanga, [HEAD, ROSMANIAR]), "enter")
    later = brought(kenanga, [HEAD, ROSMANIAR, ZULKIFLI])
    chosen = row_of(later, RowKind.KNOWN)

    refused = press(kenanga, later, "take", "known", **chosen, reason=" ")
    assert refused.status_code == 422
    assert "alasan" in refused.text
    assert press(kenanga, later, "take", "known", **chosen, reason="Infak kedua bulan ini").status_code == 303
    assert "Infak kedua bulan ini" in kenanga.get(f"/giver-sheets/{later.id}?kind=known").text
    assert queries.figures_of(later).givers == 2
    assert press(kenanga, later, "enter").status_code == 303

    assert [gift.amount for gift in gifts()] == [150_000, 250_000]
    assert [row.name for row in queries.all_givers(gifts()[1])] == ["Rosmaniar Koto", "Zulkifli Chaniago"]


def test_what_was_left_out_is_entered_later_for_a_reason(kenanga):
    sheet = brought(kenanga, [HEAD, LARGE, ROSMANIAR])
    press(kenanga, sheet, "enter")
    assert [gift.amount for gift in gifts()] == [150_000]
    chosen = row_of(sheet, RowKind.DOUBT)

    assert press(kenanga, sheet, "take", **chosen, reason="").status_code == 422
    assert press(kenanga, sheet, "take", shown=chosen["shown"], reason="Benar").status_code == 422
    assert press(kenanga, sheet, "take", **chosen, reason="Sudah ditanyakan kepada kantornya").status_code == 303
    assert [(gift.amount, gift.giver_name) for gift in gifts()] == [
        (150_000, "Dinas Pendidikan"), (9_000_000, "Dinas Sosial")
    ]  # fmt: skip
    page = kenanga.get(f"/giver-sheets/{sheet.id}?kind=doubt").text
    assert "Sudah ditanyakan" in page
    assert f'name="row" value="{chosen["row"]}"' not in page

    assert press(kenanga, sheet, "take", **chosen, reason="Sekali lagi").status_code == 422
    assert len(gifts()) == 2


def test_what_another_sheet_has_entered_meanwhile_is_not_entered_later(kenanga):
    sheet = brought(kenanga, [HEAD, LARGE, ROSMANIAR])
    press(kenanga, sheet, "enter")
    other = brought(kenanga, [HEAD, LARGE, ELFIRA])
    press(kenanga, other, "take", **row_of(other, RowKind.DOUBT))
    press(kenanga, other, "enter")

    refused = press(kenanga, sheet, "take", **row_of(sheet, RowKind.DOUBT), reason="Benar")
    assert refused.status_code == 422
    assert "Sementara itu" in refused.text
    assert sum(gift.amount for gift in gifts()) == 9_225_000


def test_only_the_partner_takes_rows(kenanga, make, sign_in):
    sheet = brought(kenanga, [HEAD, LARGE, ROSMANIAR])
    press(kenanga, sheet, "enter")
    other = sign_in(make.partner_user("baznas"))

    assert (
        other.post(f"/giver-sheets/{sheet.id}/take", row_of(sheet, RowKind.DOUBT) | {"reason": "x"}).status_code == 404
    )


def pledge(make, **details):
    facts = {"kind_code": "infak", "amount": 1_000_000, "due_on": clock.today() + timedelta(days=60),
             "purpose": Purpose.FIELD, "purpose_code": "education"}  # fmt: skip
    made = pledges.pledge(db.session.get_one(Partner, "mitra-kenanga"), **(facts | details), by=make.partner_user())
    db.session.commit()
    return made


def test_a_sheet_names_the_pledge_that_its_gifts_keep(kenanga, make):
    made = pledge(make)
    assert made.number in kenanga.get("/giver-sheets/new").text

    sheet = brought(kenanga, pledge=made.number)
    assert made.number in kenanga.get(f"/giver-sheets/{sheet.id}").text
    press(kenanga, sheet, "enter")

    assert {gift.pledge_id for gift in gifts()} == {made.id}
    assert pledges.standing(made).on_the_way == 325_000


def test_a_pledge_for_something_else_or_of_another_partner_is_refused(kenanga, make):
    made = pledge(make, purpose_code="health")

    refused = send(kenanga, pledge=made.number)
    assert refused.status_code == 422
    assert words.terms(made) in refused.text
    assert send(kenanga, pledge="J-2026-999999").status_code == 422


def test_a_pledge_called_off_meanwhile_is_said_at_entry(kenanga, make):
    made = pledge(make)
    sheet = brought(kenanga, pledge=made.number)
    pledges.call_off(made, reason="batal", by=make.partner_user())
    db.session.commit()

    assert press(kenanga, sheet, "enter").status_code == 422
    assert gifts() == []
