"""Transfers that the bank sent back: shown as pairs, set aside by the treasurer, a gift used already is taken back."""

from datetime import date, timedelta

import pytest

from portal.collection import bank, bank_queries
from portal.collection.bank_models import BankDebit
from portal.collection.matching import sent_back
from portal.db import db
from portal.errors import AlreadySettled, Refused
from portal.partners.models import DonationStatus
from tests.collection.test_bank import brought, confirm_sure, lines, pairs, press
from tests.funds import factories
from tests.pages import form_values

DAY = date(2026, 10, 2)
HEAD = ["Tanggal", "Keterangan", "Debet", "Kredit"]
CAME = ["02/10/2026", "TRF LKS MITRA KENANGA", "", "75.000"]
WENT = ["04/10/2026", "RETUR TRF", "75.000", ""]


@pytest.fixture
def treasurer(make, sign_in):
    return sign_in(make.treasurer())


@pytest.mark.parametrize(
    ("days", "said", "so"),
    [
        (0, "RETUR KLIRING", True), (14, "Pengembalian dana", True), (15, "RETUR", False), (-1, "RETUR", False),
        (2, "TRF KE YURNALIS", False), (2, "REK TUTUP 1002417001", True), (2, "", False), (2, "SARETURA", False),
    ],
)  # fmt: skip
def test_what_looks_sent_back(days, said, so):
    assert sent_back(DAY, "TRF 1002417001 INFAK", DAY + timedelta(days=days), said) is so


def test_a_pair_is_shown_and_set_aside_as_sent_back(treasurer):
    statement = brought(treasurer, [HEAD, CAME, WENT, ["04/10/2026", "TRF KE YURNALIS", "75.000", ""]])
    assert (statement.found["new"], statement.found["out"]) == (1, 2)
    page = treasurer.get(f"/bank-statements/{statement.id}").text
    assert "RETUR TRF" in page
    assert "YURNALIS" not in page
    line, debit = lines()[0], db.session.scalars(db.select(BankDebit).order_by(BankDebit.id)).first()
    address = f"/bank-lines/{line.id}/aside?debit={debit.id}"
    assert address in treasurer.get(f"/bank-lines/{line.id}").text.replace("&amp;", "&")

    key = form_values(treasurer.get(address).text, field="reason")
    assert treasurer.post(address, {**key, "reason": "Rekening tujuan keliru"}).status_code == 303
    db.session.refresh(debit)
    assert debit.line_id == line.id
    assert bank_queries.counts(statement) == {"open": 0, "matched": 0, "aside": 1}
    assert "RETUR TRF" not in treasurer.get(f"/bank-statements/{statement.id}").text
    assert "RETUR TRF" in treasurer.get(f"/bank-lines/{line.id}").text

    press(treasurer, f"/bank-lines/{line.id}", f"/bank-lines/{line.id}/back")
    db.session.refresh(debit)
    assert debit.line_id is None


def test_money_out_is_kept_once_and_found_in_a_later_statement(treasurer):
    brought(treasurer, [HEAD, WENT])
    later = brought(treasurer, [HEAD, CAME, WENT])

    assert len(db.session.scalars(db.select(BankDebit)).all()) == 1
    assert [(line.id, debit.description) for line, debit in bank_queries.sent_back(later)] == [
        (lines()[0].id, "RETUR TRF")
    ]


def test_money_of_another_account_sends_nothing_back(treasurer):
    brought(treasurer, [HEAD, CAME])
    other = brought(treasurer, [HEAD, WENT], account="BRI 0099")

    assert bank_queries.sent_back(other) == []


def test_a_credit_that_was_sent_back_is_never_sure(treasurer, make):
    factories.donation(make, 75_000, reference="")
    statement = brought(treasurer, [HEAD, CAME, WENT])

    assert pairs(treasurer, statement) == []


def test_a_gift_whose_money_came_back_leads_to_its_reversal(treasurer, make):
    given = factories.donation(make, 75_000, reference="")
    statement = brought(treasurer, [HEAD, CAME])
    confirm_sure(treasurer, statement)
    later = brought(treasurer, [HEAD, WENT])
    line, debit = lines()[0], db.session.scalars(db.select(BankDebit)).one()
    assert given.number in treasurer.get(f"/bank-statements/{later.id}").text
    page = treasurer.get(f"/bank-lines/{line.id}").text
    assert f'href="/donations/{given.number}/correction"' in page
    with pytest.raises(AlreadySettled):
        bank.set_aside(line, reason="x", debit=debit, by=make.treasurer())
    db.session.rollback()

    key = form_values(treasurer.get(f"/donations/{given.number}/correction").text, field="reason")
    treasurer.post(f"/donations/{given.number}/correction", {**key, "reason": "Dikembalikan bank"})
    db.session.refresh(given)
    assert given.status is DonationStatus.REFUSED
    bank.set_aside(line, reason="Dikembalikan bank", debit=debit, by=make.treasurer())
    assert bank_queries.sent_back(later) == []


def test_only_money_of_the_same_amount_can_send_a_credit_back(treasurer, make):
    brought(treasurer, [HEAD, CAME, [*WENT[:2], "70.000", ""]])
    debit = db.session.scalars(db.select(BankDebit)).one()

    with pytest.raises(Refused):
        bank.set_aside(lines()[0], reason="x", debit=debit, by=make.treasurer())
    address = f"/bank-lines/{lines()[0].id}/aside"
    assert treasurer.get(f"{address}?debit=999").status_code == 404
