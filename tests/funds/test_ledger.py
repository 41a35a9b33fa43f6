"""The books: balanced entries, oldest donation first, no overdraft, correction by reversal alone."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from portal.db import db
from portal.errors import AlreadySettled, NotAllowed, Refused
from portal.funds import books, entries, giving, ledger, queries, services
from portal.funds.ledger import Line, Part, Unbalanced
from portal.funds.models import AccountKind, EntryKind, LedgerEntry
from portal.funds.verify import verify
from portal.partners.models import DonationStatus, Purpose
from tests.funds import factories


def standing(money):
    found = queries.balance(money)
    return found.received, found.available, found.reserved, found.paid


def sound():
    db.session.commit()
    return verify().faults == []


def test_a_confirmed_donation_opens_its_fund_and_is_free(make):
    given = factories.donation(make, 20_000_000)
    assert queries.balances() == []

    money = giving.confirm(given, by=make.treasurer())
    db.session.commit()

    assert money.code == "mitra-kenanga-infak-pendidikan"
    assert standing(money) == (20_000_000, 20_000_000, 0, 0)
    assert given.status is DonationStatus.CONFIRMED
    assert sound()


@pytest.mark.parametrize(
    ("details", "code"),
    [
        ({"purpose": Purpose.GENERAL}, "mitra-kenanga-infak-umum"),
        ({"purpose": Purpose.SERVICE, "purpose_code": "edu-basic"}, "mitra-kenanga-infak-edu-basic"),
        ({"kind_code": "sedekah"}, "mitra-kenanga-sedekah-pendidikan"),
        ({"partner_code": "baznas", "kind_code": "zakat", "purpose_code": "social"}, "baznas-zakat-sosial"),
    ],
)
def test_each_partner_kind_and_purpose_has_its_own_book(make, details, code):
    first, second = factories.fund(make, 1000, **details), factories.fund(make, 500, **details)

    assert first.code == second.code == code
    assert standing(first) == (1500, 1500, 0, 0)


def test_a_donation_is_confirmed_once_and_not_by_who_entered_it(make):
    from portal.accounts.roles import Role

    both = make.user(Role.TREASURER, Role.PARTNER, partner_code="mitra-kenanga")
    given = factories.donation(make, entered_by_id=both.id)
    with pytest.raises(NotAllowed):
        giving.confirm(given, by=both)
    with pytest.raises(NotAllowed):
        giving.confirm(given, by=make.unit_head())

    giving.confirm(given, by=make.treasurer())
    db.session.commit()
    with pytest.raises(AlreadySettled):
        giving.confirm(given, by=make.treasurer())


def test_the_oldest_donation_is_used_first(make, clock):
    first = factories.confirmed(make, 300_000)
    clock.shift(60)
    second = factories.confirmed(make, 300_000)
    money = books.fund_of(first)

    factories.proposed(make, money, 400_000)

    assert giving.standing(first) == giving.Standing(received=300_000, reserved=300_000)
    assert giving.standing(second) == giving.Standing(received=300_000, available=200_000, reserved=100_000)
    assert sound()


def test_more_than_the_free_money_is_refused_with_what_is_left(make):
    money = factories.fund(make, 500_000)
    factories.proposed(make, money, 400_000)

    with pytest.raises(Refused, match=r"Rp100\.000") as refusal:
        factories.proposed(make, money, 350_000)

    assert refusal.value.field == "fund"
    db.session.rollback()
    assert standing(money) == (500_000, 100_000, 400_000, 0)
    assert sound()


def test_an_entry_that_does_not_balance_is_a_fault(make):
    given = factories.confirmed(make, 1000)
    available = books.account(books.fund_of(given), AccountKind.AVAILABLE)
    paid = books.account(books.fund_of(given), AccountKind.PAID)

    for lines in ([], [Line(available, given.id, -10), Line(paid, given.id, 9)], [Line(available, given.id, 0)]):
        with pytest.raises(Unbalanced):
            ledger.post(EntryKind.PAYMENT, lines, by=None)


def test_the_account_itself_refuses_an_overdraft(make):
    given = factories.confirmed(make, 1000)
    money = books.fund_of(given)
    available, reserved = (books.account(money, kind) for kind in (AccountKind.AVAILABLE, AccountKind.RESERVED))

    with pytest.raises(Refused):
        ledger.post(EntryKind.RESERVATION, ledger.move([Part(given.id, 1001)], available, reserved), by=None)
    db.session.rollback()
    with pytest.raises(IntegrityError):
        db.session.execute(text("UPDATE ledger_account SET balance = -1 WHERE kind = 'available'"))
    db.session.rollback()
    with pytest.raises(IntegrityError):
        db.session.execute(text("UPDATE ledger_account SET balance = 1 WHERE kind = 'received'"))
    db.session.rollback()


@pytest.mark.parametrize("table", ["ledger_entry", "ledger_line"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id + 1000", "DELETE FROM {}"])
def test_the_database_refuses_to_alter_the_books(make, table, statement):
    factories.confirmed(make, 1000)

    with pytest.raises(DBAPIError, match="only ever added"):
        db.session.execute(text(statement.format(table)))
    db.session.rollback()


def test_a_payment_taken_back_frees_its_money(make):
    money = factories.fund(make, 1_000_000)
    aid = factories.paid(make, money, 400_000)
    assert standing(money) == (1_000_000, 600_000, 0, 400_000)

    services.reverse_payment(aid, reason="Uang kembali dari penerima.", by=make.treasurer())

    assert standing(money) == (1_000_000, 1_000_000, 0, 0)
    assert sound()
    kinds = [entry.kind for entry in db.session.scalars(select(LedgerEntry).order_by(LedgerEntry.id))]
    assert kinds == [
        EntryKind.DONATION, EntryKind.RESERVATION, EntryKind.PAYMENT, EntryKind.REVERSAL, EntryKind.RELEASE,
    ]  # fmt: skip


def test_an_entry_is_taken_back_once_and_a_correction_never(make):
    given = factories.confirmed(make, 1000)
    treasurer = make.treasurer()
    entry = ledger.entry_of(EntryKind.DONATION, donation=given)
    correction = ledger.reverse(entry, "Salah catat.", treasurer)

    with pytest.raises(AlreadySettled):
        ledger.reverse(entry, "Lagi.", treasurer)
    with pytest.raises(Refused):
        ledger.reverse(correction, "Lagi.", treasurer)
    db.session.rollback()


def test_a_confirmed_donation_is_taken_back_while_all_of_it_is_free(make):
    given = factories.confirmed(make, 1_000_000)
    money, treasurer = books.fund_of(given), make.treasurer()
    aid = factories.proposed(make, money, 400_000)

    with pytest.raises(Refused):
        giving.take_back(given, reason="Cek kosong.", by=treasurer)
    services.cancel(aid, reason="Keluarga pindah.", by=make.unit_head())
    db.session.commit()
    with pytest.raises(NotAllowed):
        giving.take_back(given, reason="Cek kosong.", by=make.unit_head())
    with pytest.raises(Refused):
        giving.take_back(given, reason=" ", by=treasurer)
    giving.take_back(given, reason="Cek kosong.", by=treasurer)

    assert (given.status, given.refusal_reason) == (DonationStatus.REFUSED, "Cek kosong.")
    assert standing(money) == (0, 0, 0, 0)
    assert sound()


def test_what_became_of_a_donation_is_counted_by_month_and_service(make):
    given = factories.confirmed(make, 2_000_000)
    money = books.fund_of(given)
    factories.paid(make, money, 400_000)
    factories.paid(make, money, 350_000)
    undone = factories.paid(make, money, 380_000)
    services.reverse_payment(undone, reason="Salah orang.", by=make.treasurer())
    db.session.commit()

    (cell,) = giving.by_service_and_month(giving.paid_from(given))

    assert (cell.service_code, cell.month.month, cell.count, cell.amount) == ("edu-basic", 10, 2, 750_000)


def test_entries_of_a_fund_say_what_they_did_to_the_free_money(make):
    money = factories.fund(make, 1_000_000)
    aid = factories.paid(make, money, 400_000)

    rows = entries.entries(money.id)

    assert [(row.kind, row.amount, row.free) for row in rows] == [
        (EntryKind.PAYMENT, 400_000, 0),
        (EntryKind.RESERVATION, 400_000, -400_000),
        (EntryKind.DONATION, 1_000_000, 1_000_000),
    ]
    assert rows[0].disbursement == aid.number


def noted(act, order):
    def noting(account, *more):
        order.append(account.id)
        return act(account, *more)

    return noting


@pytest.fixture
def held(monkeypatch):
    """The ids of the accounts that an act holds, in the order in which it takes them."""
    order = []
    for name in ("lock", "_add"):
        monkeypatch.setattr(ledger, name, noted(getattr(ledger, name), order))
    return order


def test_every_act_takes_its_accounts_in_the_same_order_so_that_none_blocks_another(make, held):
    given = factories.confirmed(make, 5_000_000)
    money, treasurer = books.fund_of(given), make.treasurer()
    paid, spare = factories.paid(make, money), factories.proposed(make, money)
    acts = (
        lambda: services.reverse_payment(paid, reason="Salah.", by=treasurer),
        lambda: services.cancel(spare, reason="Tidak jadi.", by=make.social_worker()),
        lambda: giving.take_back(given, reason="Tidak masuk.", by=treasurer),
        lambda: giving.confirm(factories.donation(make), by=treasurer),
        lambda: factories.proposed(make, money),
    )

    for act in acts:
        held.clear()
        act()
        db.session.commit()
        assert held
        assert list(dict.fromkeys(held)) == sorted(set(held))
