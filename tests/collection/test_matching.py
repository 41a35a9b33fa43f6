"""Which gift a bank's line probably is: rules without a database."""

from datetime import date, timedelta

import pytest

from portal.collection.cells import balance, day, moved
from portal.collection.matching import Gift, Line, propose
from portal.exchange.values import BadValue

DAY = date(2026, 10, 2)


def line(number=1, amount=250_000, said="SETORAN", on=DAY):
    return Line(number, on, amount, said)


def gift(number=1, amount=250_000, on=DAY, reference="", names=(), waits=True):
    return Gift(number, amount, on, reference, names, waits)


def sure(lines, gifts):
    return {one.line.id: one.sure.gift.id for one in propose(lines, gifts) if one.sure}


OFFICE = ("Dinas Pendidikan",)


def test_the_only_line_and_the_only_gift_of_an_amount_within_days_are_sure_when_the_line_names_who_gives():
    said = "INFAK DINAS PENDIDIKAN"
    assert sure([line(said=said)], [gift(on=DAY - timedelta(days=3), names=OFFICE)]) == {1: 1}
    assert sure([line(said=said)], [gift(on=DAY - timedelta(days=4), names=OFFICE)]) == {}
    assert sure([line(said=said)], [gift(names=("Dinas Kesehatan",))]) == {}


def test_an_amount_and_its_day_alone_may_be_anybodys():
    assert sure([line()], [gift(names=OFFICE)]) == {}
    assert sure([line(said="")], [gift()]) == {}


def test_another_amount_is_no_candidate():
    (proposal,) = propose([line()], [gift(amount=250_001)])

    assert proposal.candidates == []


@pytest.mark.parametrize(("days", "found"), [(45, 1), (46, 0), (-10, 1), (-11, 0)])
def test_days_that_are_too_far_are_no_candidates(days, found):
    (proposal,) = propose([line()], [gift(on=DAY - timedelta(days=days))])

    assert len(proposal.candidates) == found


def test_two_gifts_or_two_lines_of_an_amount_are_looked_at():
    said = "INFAK DINAS PENDIDIKAN"
    assert sure([line(said=said)], [gift(1, names=OFFICE), gift(2)]) == {}
    assert sure([line(1, said=said), line(2)], [gift(names=OFFICE)]) == {}


def test_the_reference_tells_among_equal_amounts_however_it_is_grouped():
    gifts = [gift(1, reference="TRF-261002-417"), gift(2, reference="TRF-261002-418")]

    assert sure([line(said="infak trf 261002 418 dinas")], gifts) == {1: 2}
    assert sure([line(1, said="TRF261002417"), line(2, said="TRF261002418")], gifts) == {1: 1, 2: 2}


def test_a_reference_that_names_another_gift_makes_nothing_else_sure():
    far = gift(1, on=DAY - timedelta(days=30), reference="TRF-261002-417")
    other = gift(2, reference="TRF-261002-999")

    assert sure([line(said="TRF261002417"), line(2)], [far, other]) == {1: 1}
    assert sure([line(1, said="TRF261002417"), line(2, said="TRF261002417")], [far]) == {}


def test_a_short_reference_or_a_word_tells_nothing():
    assert sure([line(said="SETOR TUNAI 12")], [gift(1, reference="12"), gift(2, reference="tunai")]) == {}


def test_a_short_reference_is_sure_only_beside_the_name_of_who_gives():
    named = gift(1, reference="TRF-1041", names=OFFICE)

    assert sure([line(said="TRF-1041")], [named]) == {}
    assert sure([line(said="TRF-1041 DINAS PENDIDIKAN")], [named]) == {1: 1}


@pytest.mark.parametrize("reference", ["INFAK OKTOBER 2026", "INF/10/2026", "INFAK-0001"])
def test_a_long_reference_that_many_write_is_sure_only_beside_the_name_of_who_gives(reference):
    assert sure([line(said=reference)], [gift(reference=reference)]) == {}
    assert sure([line(said=f"{reference} DINAS PENDIDIKAN")], [gift(reference=reference, names=OFFICE)]) == {1: 1}


def test_a_reference_within_a_longer_number_is_none():
    given = gift(reference="1002417001")
    (proposal,) = propose([line(said="REK 991002417001 SETOR")], [given])

    assert "reference" not in proposal.candidates[0].why
    assert sure([line(said="REK 99 TRF 1002417001")], [given]) == {1: 1}


def test_a_gift_without_a_reference_of_its_own_could_be_the_line_too():
    told = gift(1, reference="TRF-261002-417")

    assert sure([line(said="TRF261002417")], [told, gift(2)]) == {}
    assert sure([line(said="TRF261002417")], [told, gift(2, on=DAY - timedelta(days=46))]) == {1: 1}
    assert sure([line(said="TRF261002417")], [told, gift(2, waits=False, reference="TRF-261002-418")]) == {1: 1}


def test_a_gift_confirmed_by_hand_is_shown_and_never_sure():
    (proposal,) = propose([line()], [gift(waits=False)])

    assert [one.sure for one in proposal.candidates] == [False]


def test_the_likeliest_stands_first():
    gifts = [gift(1, on=DAY - timedelta(days=20)), gift(2), gift(3, names=("Dinas Pendidikan",)),
             gift(4, reference="INF/2026/10")]  # fmt: skip
    (proposal,) = propose([line(said="INF 2026 10 DINAS PENDIDIKAN")], gifts)

    assert [one.gift.id for one in proposal.candidates] == [4, 3, 2, 1]
    assert not any(one.sure for one in proposal.candidates)


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        ("1.250.000,00", 1_250_000), ("1,250,000.00", 1_250_000), ("250.00", 250), ("250000", 250_000),
        (250_000, 250_000), (250_000.0, 250_000), ("250.000,00 CR", 250_000), ("250.000 K", 250_000),
        ("250.000,00 DB", -250_000),
        ("-250.000,00", -250_000), ("(250.000,00)", -250_000), (-5_000, -5_000), ("0,00", 0), ("", None), (None, None),
        ("IDR 1.000.000,00", 1_000_000),
    ],
)  # fmt: skip
def test_amounts_as_banks_write_them(cell, amount):
    assert moved(cell) == amount


@pytest.mark.parametrize("cell", ["1.250,35", 10.5, "banyak"])
def test_amounts_that_are_no_whole_rupiah_are_refused(cell):
    with pytest.raises(BadValue, match="amount_"):
        moved(cell)


@pytest.mark.parametrize("cell", ["02/10/2026", "2026-10-02", "02-10-26", "2 Oktober 2026", "02/10/2026 14:05:11", DAY])
def test_days_as_banks_write_them(cell):
    assert day(cell, date(2026, 10, 5)) == DAY


@pytest.mark.parametrize(("cell", "code"), [("", "day_unreadable"), ("10/23/2026", "day_unreadable"),
                                            ("06/10/2026", "day_ahead")])  # fmt: skip
def test_days_that_cannot_be(cell, code):
    with pytest.raises(BadValue, match=code):
        day(cell, date(2026, 10, 5))


@pytest.mark.parametrize(
    ("cell", "told"),
    [("1.250.000,35", "125000035"), (1_250_000.35, "125000035"), ("1,250,000.35 CR", "125000035"),
     (1_250_000, "125000000"), ("Rp1.250.000", "125000000"), ("-500", "-50000"), ("", ""), (None, "")],
)  # fmt: skip
def test_a_balance_is_the_same_however_it_is_written(cell, told):
    assert balance(cell) == told
