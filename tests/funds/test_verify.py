"""`ledger verify`: says that the books balance, and notices when they do not."""

import pytest
from sqlalchemy import text

from portal import audit
from portal.db import db
from portal.funds.models import LedgerEntry, LedgerLine
from portal.funds.monthly import count_all
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


def unguarded():
    """As whoever owns the database may have it: the triggers out of the way."""
    if db.engine.dialect.name == "postgresql":
        for table in ("ledger_entry", "ledger_line"):
            db.session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        return
    names = db.session.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'ledger%'"))
    for name in names.scalars().all():
        db.session.execute(text(f"DROP TRIGGER {name}"))


def consistently(*statements):
    """Falsify the books, and count everything anew that is kept beside the lines."""
    unguarded()
    for statement in statements:
        db.session.execute(text(statement))
    db.session.execute(
        text(
            "UPDATE ledger_account SET balance = (SELECT coalesce(sum(amount), 0) FROM ledger_line "
            "WHERE ledger_line.account_id = ledger_account.id)"
        )
    )
    count_all()
    db.session.commit()


@pytest.mark.parametrize(
    ("statements", "found"),
    [
        (
            (
                "UPDATE disbursement SET amount = 900000",
                "UPDATE ledger_line SET amount = 900000 WHERE amount = 400000",
                "UPDATE ledger_line SET amount = -900000 WHERE amount = -400000",
            ),
            [("reservation", "Rp900.000", "Rp400.000"), ("payment", "Rp900.000", "Rp400.000")],
        ),
        (
            (
                "UPDATE donation SET amount = 700000",
                "UPDATE ledger_line SET amount = 700000 WHERE amount = 1000000",
                "UPDATE ledger_line SET amount = -700000 WHERE amount = -1000000",
            ),
            [("donation", "Rp700.000", "Rp1.000.000")],
        ),
        (
            (
                "DELETE FROM ledger_line WHERE entry_id IN (SELECT id FROM ledger_entry WHERE disbursement_id > 0)",
                "DELETE FROM ledger_entry WHERE disbursement_id > 0",
                "UPDATE disbursement SET status = 'cancelled', paid_on = NULL",
            ),
            [("reservation", "nothing", "Rp400.000"), ("payment", "nothing", "Rp400.000")],
        ),
    ],
)
def test_books_that_were_falsified_and_still_balance_differ_from_the_trail(make, app, statements, found):
    factories.paid(make, factories.fund(make, 1_000_000), 400_000)
    consistently(*statements)

    result = run(app)

    assert result.exit_code == 1
    *faults, last = [line for line in result.output.splitlines() if line.startswith("ledger: ")]
    assert last.startswith(f"ledger: {len(found)} faults")
    assert len(faults) == len(found)
    for kind, books, trail in found:
        assert any(f"{kind}: the books say {books}, the trail says {trail}" in line for line in faults), faults


def test_a_payment_that_balances_and_is_not_in_the_trail_is_found(make, app):
    aid, treasurer = factories.approved(make, factories.fund(make, 1_000_000), 400_000), make.treasurer()
    with audit.unrecorded():
        factories.services.pay(aid, factories.handover(), by=treasurer)
        db.session.commit()

    result = run(app)

    assert result.exit_code == 1
    fault = f"ledger: disbursement {aid.number}, payment: the books say Rp400.000, the trail says nothing"
    assert result.output.splitlines()[0] == fault
    assert "ledger: 1 faults" in result.output


def test_every_act_that_moves_money_is_witnessed_by_the_trail(make):
    money, head = factories.fund(make, 5_000_000), make.unit_head()
    waiting = factories.waiting(make)
    factories.services.give_fund(waiting, money, why=factories.LATE, by=make.social_worker())
    db.session.commit()
    factories.services.decline(waiting, reason="x", by=head)
    db.session.commit()
    factories.services.cancel(factories.waiting(make), reason="x", by=head)
    db.session.commit()
    factories.services.cancel(factories.approved(make, money), reason="x", by=head)
    db.session.commit()
    factories.services.reverse_payment(factories.paid(make, money), reason="x", by=make.treasurer())
    db.session.commit()

    assert db.session.query(LedgerEntry).count() == 9
    assert verify().faults == []


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


def test_it_looks_at_one_moment_and_keeps_nobody_waiting(make, app, monkeypatch):
    """On PostgreSQL each question sees what was stored meanwhile, and on SQLite a command holds up all who write."""
    factories.paid(make, factories.fund(make, 1_000_000), 400_000)
    began = []
    monkeypatch.setattr("portal.cli.read_one_moment", lambda: began.append("one moment"))
    monkeypatch.setattr("portal.cli.books.verify", lambda: began.append("verify") or verify())

    assert run(app).exit_code == 0
    assert began == ["one moment", "verify"]
