"""`ledger verify`, entry by entry: each kind of damage is found, also where the end balances."""

import pytest
from sqlalchemy import insert, select, text, update

from portal.db import db
from portal.funds.models import AccountKind, LedgerAccount, LedgerEntry, LedgerLine
from tests.funds import factories
from tests.funds.test_verify import consistently, run, unguarded


def line_on(kind):
    """The first line on an account of this kind."""
    statement = select(LedgerLine.id).join(LedgerAccount).where(LedgerAccount.kind == kind).order_by(LedgerLine.id)
    return db.session.scalars(statement).first()


def swap(first, second):
    """Two entries change places in the order of posting."""
    entry, line = LedgerEntry.__table__, LedgerLine.__table__
    for old, new in ((first, 9_001), (second, 9_002), (9_001, second), (9_002, first)):
        row = db.session.execute(select(entry).where(entry.c.id == old)).one()._asdict()
        db.session.execute(insert(entry).values(**(row | {"id": new})))
        db.session.execute(update(line).where(line.c.entry_id == old).values(entry_id=new))
        db.session.execute(entry.delete().where(entry.c.id == old))


def test_money_that_was_given_before_it_came_is_found_though_the_end_balances(make, app):
    factories.paid(make, factories.fund(make, 1_000_000), 400_000)
    first, second = db.session.scalars(select(LedgerEntry.id).order_by(LedgerEntry.id).limit(2))
    unguarded()
    swap(first, second)
    db.session.commit()

    result = run(app)

    assert result.exit_code == 1
    assert "left -400000 on available of the fund mitra-kenanga-infak-pendidikan" in result.output
    assert "available: 600000, or was once" in result.output


def test_money_of_one_gift_that_was_given_as_another_s_is_found(make, app):
    first, second = factories.confirmed(make, 400_000), factories.confirmed(make, 400_000)
    money = factories.books.fund_of(first)
    for _ in range(2):
        factories.proposed(make, money, 400_000)
    line = line_on(AccountKind.RESERVED)
    unguarded()
    db.session.execute(update(LedgerLine).where(LedgerLine.id == line).values(donation_id=second.id))
    db.session.commit()

    result = run(app)

    assert result.exit_code == 1
    assert "takes money of one donation and gives it to another" in result.output


OF_REVERSAL = "WHERE entry_id IN (SELECT id FROM ledger_entry WHERE kind = 'reversal')"


@pytest.mark.parametrize(
    ("damage", "fault"),
    [
        ("UPDATE ledger_entry SET disbursement_id = NULL WHERE kind = 'payment'", "is a payment without its ground"),
        ("UPDATE ledger_entry SET kind = 'release' WHERE kind = 'payment'", "its money went another way"),
        ("UPDATE ledger_entry SET reverses_id = NULL WHERE kind = 'reversal'", "takes back nothing that stands"),
        ("UPDATE ledger_entry SET disbursement_id = NULL WHERE kind = 'reversal'", "rests on another ground"),
        (f"UPDATE ledger_line SET amount = amount * 2 {OF_REVERSAL}", "the other way round"),  # noqa: S608
        ("DELETE FROM ledger_line WHERE account_id IN (SELECT id FROM ledger_account WHERE kind = 'paid')", "to zero"),
        ("UPDATE ledger_line SET amount = amount + 1 WHERE amount = 1000000", "adds up to 1, not to zero"),
        (
            "DELETE FROM ledger_line WHERE entry_id IN (SELECT id FROM ledger_entry WHERE kind = 'donation')",
            "has no lines",
        ),
    ],
)
def test_each_kind_of_damage_to_entries_is_found(make, app, damage, fault):
    money = factories.fund(make, 1_000_000)
    factories.paid(make, money, 350_000)
    factories.services.reverse_payment(factories.paid(make, money, 400_000), reason="x", by=make.treasurer())
    db.session.commit()
    unguarded()
    db.session.execute(text(damage))
    db.session.commit()

    result = run(app)

    assert result.exit_code == 1
    assert fault in result.output


def test_books_that_were_made_to_balance_again_still_show_where_they_were_below_zero(make, app):
    """Everything kept beside the lines is counted anew; the order of posting alone tells."""
    factories.paid(make, factories.fund(make, 1_000_000), 400_000)
    first, second = db.session.scalars(select(LedgerEntry.id).order_by(LedgerEntry.id).limit(2))
    unguarded()
    swap(first, second)
    consistently()

    assert run(app).exit_code == 1


def test_each_fund_has_its_line_and_all_of_them_one(make, app):
    factories.paid(make, factories.fund(make, 1_000_000), 400_000)
    health = factories.fund(make, 2_000_000, purpose_code="health")
    factories.proposed(make, health, 1_200_000, service_code="health-medicine")

    lines = [line.split() for line in run(app).output.splitlines()]

    assert ["fund", "received", "given", "reserved", "balance"] in lines
    assert ["mitra-kenanga-infak-pendidikan", "1000000", "400000", "0", "600000"] in lines
    assert ["mitra-kenanga-infak-kesehatan", "2000000", "0", "1200000", "800000"] in lines
    assert ["in", "all", "3000000", "400000", "1200000", "1400000"] in lines
    assert ["1", "payments", "are", "traced", "to", "1", "gifts,", "rupiah", "by", "rupiah"] in lines
