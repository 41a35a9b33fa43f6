"""Closed books: a frozen report, no entry in them any more, corrections in the open books by name."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import event, text, update
from sqlalchemy.exc import DBAPIError

from portal import clock as unit_clock
from portal.db import db
from portal.errors import AlreadySettled, NotAllowed, Refused
from portal.funds import closing, figures, period_faults, periods, services
from portal.funds.models import Disbursement, LedgerEntry
from portal.funds.verify import verify
from tests.funds import factories
from tests.funds.test_verify import unguarded

SEPTEMBER = date(2026, 9, 30)


def closed(make, until=SEPTEMBER):
    period = closing.close(until, by=make.treasurer())
    db.session.commit()
    return period


def test_a_closed_period_keeps_its_report(make, september):
    period = closed(make)

    (fund,) = periods.funds_of(period.report)
    assert (period.starts_on, period.ends_on) == (date(2026, 9, 1), SEPTEMBER)
    assert (fund.opening, fund.received, fund.given, fund.closing, fund.reserved, fund.available) == (
        0, 2_000_000, 750_000, 1_250_000, 380_000, 870_000,
    )  # fmt: skip
    (given,) = period.report["given"]
    assert (given["service"], given["families"], given["amount"]) == ("edu-basic", 2, 750_000)
    assert period.report["families"] == 2
    assert verify().faults == []


def test_a_closed_day_takes_no_entry_any_more(make, september):
    money, _ = september
    aid = factories.approved(make, money)
    db.session.execute(
        update(Disbursement).where(Disbursement.id == aid.id).values(approved_at=datetime(2026, 9, 20, tzinfo=UTC))
    )
    db.session.commit()
    closed(make)

    with pytest.raises(Refused) as refused:
        services.pay(aid, factories.handover(date(2026, 9, 28)), by=make.treasurer())
    db.session.rollback()
    assert refused.value.field == "on"
    assert "30 September 2026" in refused.value.sentence
    services.pay(aid, factories.handover(), by=make.treasurer())
    db.session.commit()
    assert verify().faults == []


def test_the_database_refuses_it_too(make, september):
    closed(make)
    with pytest.raises(DBAPIError, match="books of this day are closed"):
        db.session.execute(
            text(
                "INSERT INTO ledger_entry (kind, posted_on, posted_at, note) "
                "VALUES ('donation', '2026-09-30', '2026-10-05 00:00:00', '')"
            )
        )
    db.session.rollback()
    for damage in ("UPDATE book_period SET report = '{}'", "DELETE FROM book_period"):
        with pytest.raises(DBAPIError, match="only ever added"):
            db.session.execute(text(damage))
        db.session.rollback()


def test_what_was_wrong_is_taken_back_in_the_open_books_and_named(make, september):
    _money, paid = september
    period = closed(make)
    before = dict(period.report)

    services.reverse_payment(paid[0], reason="Uang kembali.", by=make.treasurer())
    db.session.commit()

    (entry,) = periods.corrected_since(period)
    assert (entry.posted_on, entry.note) == (unit_clock.today(), "Uang kembali.")
    assert db.session.get_one(LedgerEntry, entry.reverses_id).posted_on <= SEPTEMBER
    assert period.report == before
    (october,) = figures.of_funds(date(2026, 10, 1), date(2026, 10, 31))
    assert (october.opening, october.given, october.given_back, october.closing) == (1_250_000, 0, 400_000, 1_650_000)
    assert verify().faults == []


def test_the_next_period_begins_where_the_last_one_ended(make, september, clock):
    first = closed(make)
    clock.move_to(datetime(2026, 12, 1, 2, tzinfo=UTC))
    second = closed(make, date(2026, 11, 30))

    assert second.starts_on == date(2026, 10, 1)
    (then,), (now,) = periods.funds_of(first.report), periods.funds_of(second.report)
    assert now.opening == then.closing
    with pytest.raises(AlreadySettled):
        closing.close(SEPTEMBER, by=make.treasurer())


@pytest.mark.parametrize("until", [date(2026, 10, 31), date(2026, 10, 4), date(2026, 9, 15)])
def test_only_the_end_of_a_month_that_is_over_can_be_closed(make, september, until):
    with pytest.raises(Refused):
        closing.close(until, by=make.treasurer())


def test_books_without_an_entry_have_nothing_to_close(make):
    with pytest.raises(AlreadySettled):
        closing.close(SEPTEMBER, by=make.treasurer())


def test_books_that_do_not_balance_are_not_closed(make, september):
    unguarded()
    db.session.execute(text("UPDATE ledger_account SET balance = balance + 1 WHERE kind = 'available'"))
    db.session.commit()

    with pytest.raises(Refused, match="tidak seimbang"):
        closing.close(SEPTEMBER, by=make.treasurer())


@pytest.mark.parametrize("who", ["unit_head", "social_worker", "auditor", "mayor", "admin"])
def test_only_the_treasurer_closes(make, september, sign_in, who):
    person = getattr(make, who)()

    with pytest.raises(NotAllowed):
        closing.close(SEPTEMBER, by=person)
    assert sign_in(person).get("/funds/periods/new").status_code == 403


@pytest.mark.parametrize(
    ("damage", "fault"),
    [
        ("UPDATE ledger_entry SET posted_on = '2026-10-01' WHERE kind = 'payment'", "its report is not what"),
        ("UPDATE ledger_entry SET posted_on = '2026-09-30' WHERE posted_on > '2026-09-30'", "1 entries were added"),
        ("UPDATE book_period SET starts_on = '2026-09-02'", "its report is not what"),
    ],
)
def test_verify_notices_what_was_done_to_closed_books(make, september, damage, fault):
    closed(make)
    factories.confirmed(make, 500_000)
    unguarded()
    if db.engine.dialect.name == "sqlite":
        db.session.execute(text("DROP TRIGGER book_period_no_update"))
    else:
        db.session.execute(text("ALTER TABLE book_period DISABLE TRIGGER USER"))
    if "starts_on" in damage:
        db.session.execute(text("UPDATE ledger_entry SET posted_on = '2026-09-01' WHERE posted_on < '2026-09-30'"))
    db.session.execute(text(damage))
    db.session.commit()

    assert any(fault in found for found in verify().faults), verify().faults


def test_all_periods_are_counted_anew_in_one_pass(make, september, clock):
    """As many questions for three periods as for one, and each says what it said when it was closed."""
    money, paid = september
    asked = []
    event.listen(db.engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    closed(make)
    asked.clear()
    found = [list(period_faults.faults())]
    one = len(asked)
    for month, last in ((11, date(2026, 10, 31)), (12, date(2026, 11, 30))):
        services.reverse_payment(paid.pop(), reason="Uang kembali.", by=make.treasurer())
        db.session.commit()
        factories.paid(make, money, 400_000)
        factories.confirmed(make, 700_000)
        clock.move_to(datetime(2026, month, 2, 2, tzinfo=UTC))
        closed(make, last)
    asked.clear()
    found.append(list(period_faults.faults()))

    assert found == [[], []]
    assert len(asked) == one


def test_two_families_found_to_be_one_break_no_closed_period(make, clock, september):
    """In October one family's aid was taken back and another was given as much; then both turn out to be one."""
    money, paid = september
    closed(make)
    services.reverse_payment(paid[0], reason="Uang kembali.", by=make.treasurer())
    db.session.commit()
    other = factories.paid(make, money, 400_000)
    clock.move_to(datetime(2026, 11, 2, 2, tzinfo=UTC))
    assert verify().faults == []
    october = closed(make, date(2026, 10, 31))
    assert [one["amount"] for one in october.report["given"]] == [0]

    db.session.execute(
        update(Disbursement).where(Disbursement.id == other.id).values(household_id=paid[0].household_id)
    )
    db.session.commit()

    assert list(period_faults.faults()) == []
