"""One transfer for several gifts of a partner: picked by the treasurer, exact to the rupiah, all or none."""

import pytest

from portal.collection import bank, bank_queries
from portal.collection.bank_models import BankMatch
from portal.db import db
from portal.errors import AlreadySettled, Doubtful
from portal.funds import giving, verify
from portal.partners.models import DonationStatus
from tests.collection.test_bank import brought, lines, press
from tests.funds import factories
from tests.pages import form_values
from tests.together import count

ROWS = [["Tanggal", "Keterangan", "Kredit"], ["05/10/2026", "TRF LKS MITRA KENANGA", "600.000"]]


@pytest.fixture
def treasurer(make, sign_in):
    return sign_in(make.treasurer())


def three(make, **details):
    return [factories.donation(make, amount, **details) for amount in (100_000, 200_000, 300_000)]


def states(found):
    for one in found:
        db.session.refresh(one)
    return {one.status for one in found}


def numbers(found):
    return [one.number for one in found]


def test_one_transfer_confirms_the_gifts_that_add_up_to_it(treasurer, make):
    found, other = three(make), factories.donation(make, 50_000)
    statement = brought(treasurer, ROWS)
    address = f"/bank-lines/{lines()[0].id}"
    page = treasurer.get(address).text
    assert all(f'value="{number}"' in page for number in numbers([*found, other]))

    assert press(treasurer, address, f"{address}/match", donation=numbers(found)).status_code == 303

    assert states(found) == {DonationStatus.CONFIRMED}
    assert states([other]) == {DonationStatus.ENTERED}
    assert bank_queries.counts(statement) == {"open": 0, "matched": 1, "aside": 0}
    assert sorted(db.session.scalars(db.select(BankMatch.part))) == [1, 2, 3]
    assert verify.verify().faults == []
    for page in (treasurer.get(address).text, treasurer.get(f"/bank-statements/{statement.id}?state=matched").text):
        assert all(number in page for number in numbers(found))


def test_gifts_that_do_not_add_up_or_are_of_two_partners_are_refused(treasurer, make):
    found = three(make)
    foreign = factories.donation(make, 300_000, partner_code="bri", kind_code="csr", purpose_code="social")
    brought(treasurer, ROWS)
    address = f"/bank-lines/{lines()[0].id}"

    for chosen, said in (
        (found[:2], "Rp300.000"),
        ([*found[:2], foreign], "satu mitra"),
        ([found[0]] * 2, "Rp100.000"),
    ):
        answer = press(treasurer, address, f"{address}/match", donation=numbers(chosen))
        assert answer.status_code == 422
        assert said in answer.text
    assert states([*found, foreign]) == {DonationStatus.ENTERED}
    assert count(BankMatch) == 0


def test_all_are_confirmed_or_none(treasurer, make):
    found = three(make)
    brought(treasurer, ROWS)
    by = make.treasurer()
    giving.confirm(found[2], by=by)
    bank_line = lines()[0]
    giving.take_back(found[2], reason="salah", by=by)
    db.session.commit()

    with pytest.raises(AlreadySettled):
        bank.match_several(bank_line, found, by=by)
    db.session.rollback()
    assert states(found[:2]) == {DonationStatus.ENTERED}
    assert count(BankMatch) == 0


def test_what_looks_alike_among_them_is_asked_at_once(treasurer, make):
    by = make.partner_user().id
    twins = [factories.donation(make, 300_000, reference="", entered_by_id=by) for _ in range(2)]
    brought(treasurer, ROWS)
    address = f"/bank-lines/{lines()[0].id}"
    with pytest.raises(Doubtful):
        bank.match_several(lines()[0], twins, by=make.treasurer())
    db.session.rollback()

    asked = press(treasurer, address, f"{address}/match", donation=numbers(twins))
    assert asked.status_code == 422
    codes = [f"alike:{number}" for number in numbers(twins)]
    assert all(code in asked.text for code in codes)
    assert press(treasurer, address, f"{address}/match", donation=numbers(twins), confirmed=codes).status_code == 303
    assert states(twins) == {DonationStatus.CONFIRMED}


def test_taking_the_match_back_opens_the_line_and_all_its_gifts(treasurer, make):
    found = three(make)
    statement = brought(treasurer, ROWS)
    address = f"/bank-lines/{lines()[0].id}"
    press(treasurer, address, f"{address}/match", donation=numbers(found))

    key = form_values(treasurer.get(f"{address}/undo").text, field="reason")
    assert treasurer.post(f"{address}/undo", {**key, "reason": "Keliru"}).status_code == 303
    assert states(found) == {DonationStatus.ENTERED}
    assert bank_queries.counts(statement)["open"] == 1
    assert verify.verify().faults == []


def test_a_confirmation_taken_back_frees_the_line_and_leaves_the_other_gifts_confirmed(treasurer, make):
    found = three(make)
    statement = brought(treasurer, ROWS)
    by = make.treasurer()
    bank.match_several(lines()[0], found, by=by)
    db.session.commit()

    giving.take_back(found[0], reason="tidak masuk", by=by)
    db.session.commit()
    assert bank_queries.counts(statement)["open"] == 1
    assert states(found[1:]) == {DonationStatus.CONFIRMED}
    rest = factories.donation(make, 100_000)
    bank.match_several(lines()[0], [rest, *found[1:]], by=by)
    db.session.commit()
    assert bank_queries.counts(statement)["matched"] == 1
    with pytest.raises(AlreadySettled, match="sudah diselesaikan"):
        bank.match_several(lines()[0], [factories.donation(make, 600_000)], by=by)
