"""The day that a receipt names as the day of arrival: the bank's, or that of the confirmation where no line tells."""

from datetime import date

from portal import clock
from portal.collection import bank, bank_queries
from portal.db import db
from portal.funds import bukti_setor, giving
from tests.collection.test_bank import brought, lines
from tests.funds import factories

ROWS = [["Tanggal", "Keterangan", "Kredit"], ["02/10/2026", "SETORAN", "75.000"]]
BANKED = date(2026, 10, 2)


def told(donation):
    return bukti_setor.of_gift(donation).arrived_on


def test_a_receipt_names_the_day_on_which_the_bank_had_the_money(make, sign_in):
    by = make.treasurer()
    brought(sign_in(by), ROWS)
    given = factories.donation(make, 75_000)
    bank.match(lines()[0], given, by=by)
    db.session.commit()
    assert clock.today() > BANKED
    assert told(given) == BANKED

    bank.undo(bank_queries.match_of(lines()[0]), reason="baris lain", by=by)
    giving.confirm(given, by=by)
    db.session.commit()
    assert told(given) == clock.today()

    bank.match(lines()[0], given, by=by)
    assert told(given) == BANKED
