"""Totals for everybody: right, and never so small that a family can be recognised."""

import re

from portal import clock as unit_clock
from portal.complaints.models import ComplaintStatus as Status
from portal.complaints.models import ComplaintStep
from portal.funds.models import (
    AccountKind,
    DisbursementStatus,
    EntryKind,
    Fund,
    LedgerAccount,
    LedgerEntry,
    LedgerLine,
    Method,
)  # fmt: skip
from portal.partners.models import Purpose
from portal.public.totals import totals
from tests.reports import factories


def received(make, amount, purpose=Purpose.FIELD, code="health"):
    """A confirmed gift as the ledger holds it."""
    partner = make.partner_user()
    gift = factories.donation(make, by=partner, amount=amount)
    fund = make._store(
        Fund(code=f"{code}-1", partner_code="mitra-kenanga", kind_code="infak", purpose=purpose, purpose_code=code)
    )
    fund.accounts = [
        make._store(LedgerAccount(fund_id=fund.id, kind=kind, balance=0))
        for kind in (AccountKind.RECEIVED, AccountKind.AVAILABLE)
    ]
    entry = make._store(LedgerEntry(kind=EntryKind.DONATION, posted_on=unit_clock.today(), posted_at=unit_clock.now()))
    for account, sign in zip(fund.accounts, (-1, 1), strict=True):
        make._store(LedgerLine(entry_id=entry.id, account_id=account.id, donation_id=gift.id, amount=sign * amount))
    return fund


def pay(make, families, fund, amount=1_000_000):
    worker, head, treasurer = make.social_worker(), make.unit_head(), make.treasurer()
    for family in families:
        case = factories.complaint(make, family, by=worker, status=Status.DELIVERED)
        factories.disbursement(
            make, case, by=worker, status=DisbursementStatus.PAID, from_fund=fund, amount=amount,
            approved_by_id=head.id, paid_by_id=treasurer.id, paid_on=unit_clock.today(), method=Method.CASH,
        )  # fmt: skip


def health(found):
    return next(row for row in found.fields if row.code == "health")


def test_five_families_are_counted_four_are_not(make):
    fund = received(make, 20_000_000)
    pay(make, [make.household() for _ in range(4)], fund)
    four = health(totals(unit_clock.today()))
    pay(make, [make.household()], fund)
    five = health(totals(unit_clock.today()))

    assert (four.families, four.paid, four.received) == (None, None, 20_000_000)
    assert (five.families, five.paid, five.received) == (5, 5_000_000, 20_000_000)


def test_a_family_helped_twice_is_one_family(make):
    fund, families = received(make, 20_000_000), [make.household() for _ in range(5)]
    pay(make, families, fund)
    pay(make, families, fund, amount=200_000)

    assert (health(totals(unit_clock.today())).families, health(totals(unit_clock.today())).paid) == (5, 6_000_000)


def test_money_is_counted_in_the_field_its_giver_named(make):
    received(make, 3_000_000, Purpose.SERVICE, "health-medicine")
    received(make, 4_000_000, Purpose.GENERAL, None)

    amounts = {row.code: row.received for row in totals(unit_clock.today()).fields}
    assert (amounts["health"], amounts["education"], amounts[None]) == (3_000_000, 0, 4_000_000)


def test_complaints_are_counted_by_where_they_stand_this_year_only(make, clock):
    worker = make.social_worker()
    for _ in range(6):
        factories.complaint(make, make.household(), by=worker)
    factories.complaint(make, make.household(), by=worker, status=Status.DECLINED)

    counted = {str(label): count for label, count in totals(unit_clock.today()).complaints}
    assert (counted["Sedang diproses"], counted["Ditolak"]) == (6, None)

    clock.move_to("2027-02-01T03:00:00+00:00")
    assert {count for _, count in totals(unit_clock.today()).complaints} == {None}


def test_a_complaint_that_brought_help_and_is_closed_counts_as_helped(make):
    worker = make.social_worker()
    for status in (Status.DELIVERED, Status.CLOSED):
        for _ in range(5):
            case = factories.complaint(make, make.household(), by=worker, status=status)
            if status is Status.CLOSED:
                make._store(ComplaintStep(complaint_id=case.id, status=Status.DELIVERED, at=unit_clock.now()))
    for _ in range(6):
        factories.complaint(make, make.household(), by=worker, status=Status.CLOSED)

    counted = {str(label): count for label, count in totals(unit_clock.today()).complaints}
    assert (counted["Dibantu"], counted["Ditutup atau dicabut"]) == (10, 6)


def test_the_page_shows_no_count_under_five(make, stranger):
    fund = received(make, 20_000_000)
    pay(make, [make.household() for _ in range(3)], fund, amount=777_000)

    text = stranger.get("/transparency").text

    assert "&lt;5" in text
    assert "tidak ditampilkan: kurang dari 5 keluarga" in text
    assert "2.331.000" not in text
    assert re.findall(r'class="number">[1-4]<', text) == []


def test_a_field_whose_help_is_no_money_says_so(make, stranger):
    received(make, 4_000_000, Purpose.GENERAL, None)

    table = stranger.get("/transparency").text.rsplit("<tbody>", 1)[1]

    rows = dict(re.findall(r'<th scope="row">([^<]+)</th>(.*?)</tr>', table, re.S))
    assert "bantuan tanpa uang" in rows["Data terpadu"]
    assert "bantuan tanpa uang" not in rows["Kesehatan"]
    assert "termasuk bidang di atas" in rows["Tidak terikat pada satu bidang"]
    assert "–" not in table
