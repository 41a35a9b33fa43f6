"""Money in or out: what a statement does not tell is asked once, and nothing unsaid is money in."""

import pytest

from portal import clock
from portal.collection.bank_models import BankLine, StatementState
from portal.collection.models import LayoutKind, SheetLayout
from portal.db import db
from tests.collection.test_bank import brought, lines
from tests.pages import form_values
from tests.together import count


@pytest.fixture
def treasurer(make, sign_in):
    return sign_in(make.treasurer())


def say(browser, address, **said):
    return browser.post(address, {**form_values(browser.get(address).text, field="layout"), **said})


def test_a_line_whose_direction_is_left_empty_is_no_money_in(treasurer):
    rows = [["Tanggal", "Keterangan", "Jumlah", "D/K"], ["05/10/2026", "SETORAN", "75.000", "K"],
            ["05/10/2026", "TARIK TUNAI", "60.000", ""], ["05/10/2026", "BIAYA", "5.000 D", ""]]  # fmt: skip
    statement = brought(treasurer, rows)

    assert [line.amount for line in lines()] == [75_000]
    assert (statement.found["unread"], statement.found["out"]) == ([[3, "direction_unreadable"]], 1)


HEAD = ["Tanggal", "Keterangan", "Nominal"]
UNSIGNED = [HEAD, ["05/10/2026", "SETORAN", "75.000"], ["05/10/2026", "BIAYA", "-5.000"]]


def test_amounts_of_one_column_are_asked_about_once_and_never_taken_for_money_in(treasurer):
    statement = brought(treasurer, UNSIGNED)
    assert (statement.state, count(BankLine)) == (StatementState.UNMAPPED, 0)
    address = f"/bank-statements/{statement.id}/columns"
    said = {"layout": "BPR", "column-0": "day", "column-1": "description", "column-2": "amount"}

    untold = say(treasurer, address, **said)
    assert untold.status_code == 422
    assert "uang masuk dan uang keluar" in untold.text
    assert say(treasurer, address, **said, unsigned="in").status_code == 303
    db.session.refresh(statement)
    assert ([line.amount for line in lines()], statement.found["out"]) == ([75_000], 1)
    later = brought(treasurer, [HEAD, ["04/10/2026", "INFAK", "60.000,00"]])
    assert later.found["new"] == 1


def test_where_every_amount_has_a_mark_one_without_it_is_named(treasurer):
    rows = [HEAD, ["05/10/2026", "A", "75.000 CR"], ["05/10/2026", "B", "5.000 DB"], ["05/10/2026", "C", "9.000"]]
    statement = brought(treasurer, rows)
    address = f"/bank-statements/{statement.id}/columns"
    said = {"layout": "BPR", "column-0": "day", "column-1": "description", "column-2": "amount", "unsigned": "unread"}
    assert say(treasurer, address, **said).status_code == 303

    db.session.refresh(statement)
    assert [line.amount for line in lines()] == [75_000]
    assert (statement.found["unread"], statement.found["out"]) == ([[4, "direction_unreadable"]], 1)


def test_a_layout_of_earlier_days_that_does_not_tell_in_from_out_is_asked_about_again(treasurer, make):
    body = {"day": "Tanggal", "description": "Keterangan", "amount": "Nominal"}
    by = make.treasurer().id
    make._store(SheetLayout(kind=LayoutKind.BANK, name="BPR", body=body, created_by_id=by, created_at=clock.now()))
    statement = brought(treasurer, UNSIGNED)
    assert statement.state is StatementState.UNMAPPED
    address = f"/bank-statements/{statement.id}/columns"
    said = {"layout": "BPR", "column-0": "day", "column-1": "description", "column-2": "amount", "unsigned": "in"}

    assert say(treasurer, address, **said).status_code == 303
    assert [line.amount for line in lines()] == [75_000]
    assert count(SheetLayout) == 1
