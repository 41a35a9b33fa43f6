"""`ledger verify`: says that the books balance, and notices when they do not."""

import pytest
from sqlalchemy import text

from portal.db import db
from portal.funds.models import LedgerEntry, LedgerLine
from portal.funds.verify import verify
from tests.funds import factories


def run(app):
    # In a context of its own, as from a terminal; the test's transaction is seen through the shared connection.
    db.session.rollback()
    return app.test_cli_runner().invoke(args=["ledger", "verify"])


def test_sound_books_end_with_their_figures(make, app):
    factories.paid(make, factories.fund(make, 1_000_000), 400_000)

    result = run(app)

    assert result.exit_code == 0
    assert "no faults, 3 entries" in result.output
    assert result.output.endswith("received 1000000, available 600000, reserved 0, paid 400000\n")


def test_empty_books_are_sound(make, app):
    assert run(app).exit_code == 0


@pytest.mark.parametrize(
    ("damage", "fault"),
    [
        ("UPDATE ledger_account SET balance = balance + 1 WHERE kind = 'available'", "the balance says"),
        ("UPDATE donation SET amount = amount + 1", "in the books"),
        ("UPDATE donation SET status = 'refused'", "in the books"),
        ("UPDATE donation SET purpose_code = 'health'", "stands in the fund"),
        ("UPDATE disbursement SET amount = amount + 1", "disbursement S-"),
        ("UPDATE disbursement SET status = 'approved'", "disbursement S-"),
    ],
)
def test_what_was_altered_behind_the_books_is_found(make, app, damage, fault):
    factories.paid(make, factories.fund(make, 1_000_000), 400_000)
    db.session.execute(text(damage))
    db.session.commit()

    result = run(app)

    assert result.exit_code == 1
    assert fault in result.output


def test_lines_added_past_the_services_are_found(make):
    given = factories.confirmed(make, 1000)
    line = db.session.query(LedgerLine).first()
    entry = LedgerEntry(kind="payment", posted_on=given.given_on, posted_at=given.entered_at)
    entry.lines = [LedgerLine(account_id=line.account_id, donation_id=given.id, amount=5000)]
    empty = LedgerEntry(kind="payment", posted_on=given.given_on, posted_at=given.entered_at)
    make._store(entry)
    make._store(empty)

    faults = verify().faults

    assert any("adds up to 5000" in fault for fault in faults)
    assert any("has no lines" in fault for fault in faults)
    assert any("received: 4000" in fault for fault in faults)
