"""Amounts in whole rupiah (domain.md section 14; seeds/terbilang_vectors.csv)."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import money

SEEDS = Path(__file__).parents[2] / "seeds"
with (SEEDS / "terbilang_vectors.csv").open(encoding="utf-8") as rows:
    VECTORS = list(csv.DictReader(rows))

amounts = st.integers(min_value=0, max_value=money.LIMIT)


@pytest.mark.parametrize("row", VECTORS, ids=lambda row: row["number"])
def test_every_vector_is_shown_and_written_in_words_as_given(row):
    n = int(row["number"])

    assert money.format_rupiah(n) == row["rupiah"]
    assert money.terbilang(n) == row["terbilang"]
    assert money.terbilang_rupiah(n) == row["terbilang_rupiah"]


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1500000", 1_500_000),
        ("1.500.000", 1_500_000),
        ("Rp1.500.000,00", 1_500_000),
        ("Rp 1.500.000,-", 1_500_000),
        ("Rp. 350.000,-", 350_000),
        ("rp 350.000,--", 350_000),
        ("IDR 350,000", 350_000),
        ("1,500,000", 1_500_000),
        ("1,500,000.00", 1_500_000),
        ("1500000,00", 1_500_000),
        ("1500000.0", 1_500_000),
        ("\N{NO-BREAK SPACE}Rp\N{NO-BREAK SPACE}12.000 ", 12_000),
        ("1.500", 1_500),
        ("1,500", 1_500),
        ("500", 500),
        ("0", 0),
        ("999.000.000.000.000", 999_000_000_000_000),
    ],
)
def test_an_amount_is_read_however_the_desk_writes_it(text, amount):
    assert money.parse_rupiah(text) == amount


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("Rp", "empty"),
        ("-", "empty"),
        ("satu juta", "not_a_number"),
        ("1,5 juta", "not_a_number"),
        ("1500000rb", "not_a_number"),
        ("12+3", "not_a_number"),
        ("١٢٣", "not_a_number"),
        ("-abc", "not_a_number"),
        ("x" * 10_000, "not_a_number"),
        ("1 " * 5_000, "not_a_number"),
        ("1500000.50", "fraction"),
        ("1500000,5", "fraction"),
        ("1.500.000,50", "fraction"),
        ("1,500,000.01", "fraction"),
        ("-5000", "negative"),
        ("Rp-5.000", "negative"),
        ("-Rp5.000,-", "negative"),
        ("−5.000", "negative"),
        ("1000000000000000", "too_large"),
        ("999.000.000.000.001", "too_large"),
        ("9" * 10_000, "too_large"),
        ("1,50", "ambiguous"),
        ("1.50", "ambiguous"),
        ("1,5", "ambiguous"),
        ("150,00", "ambiguous"),
        ("1.50.000", "ambiguous"),
        ("1500.000", "ambiguous"),
        ("1.500,000", "ambiguous"),
        ("1.500.00", "ambiguous"),
        ("0.500", "ambiguous"),
        ("1 500 000", "ambiguous"),
        ("15.000.", "ambiguous"),
    ],
)
def test_an_amount_that_is_no_whole_rupiah_is_refused_with_its_reason(text, code):
    with pytest.raises(money.BadAmount) as refused:
        money.parse_rupiah(text)

    assert refused.value.code == code
    assert code in money.SENTENCES


def test_a_negative_balance_carries_its_sign_before_the_currency():
    assert money.format_rupiah(-1_500) == "-Rp1.500"
    assert money.terbilang_rupiah(-1_500) == "minus seribu lima ratus rupiah"


@given(amounts)
def test_what_is_shown_can_be_typed_again(n):
    assert money.parse_rupiah(money.format_rupiah(n)) == n
    assert money.parse_rupiah(f"Rp {n:,}.00" if n >= 1000 else str(n)) == n


@given(st.text(max_size=60) | st.text(alphabet="0123456789.,- Rp", max_size=25))
def test_any_text_is_an_amount_or_refused_with_a_known_reason(text):
    try:
        assert 0 <= money.parse_rupiah(text) <= money.LIMIT
    except money.BadAmount as refused:
        assert refused.code in money.SENTENCES


@given(st.integers(min_value=0, max_value=10**18))
def test_the_words_read_back_to_the_number(n):
    assert read_words(money.terbilang(n)) == n


def read_words(words: str) -> int:
    """An independent reader of Indonesian number words."""
    digits = {
        word: n
        for n, word in enumerate(
            ["nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan"]
        )
    }
    scales = {"ribu": 10**3, "juta": 10**6, "miliar": 10**9, "triliun": 10**12}
    total = below_thousand = pending = 0
    for word in words.replace("se", "satu ").replace("satu mbilan", "sembilan").split():
        if word in digits:
            pending = digits[word]
        elif word in ("belas", "puluh", "ratus"):
            below_thousand += {"belas": 10 + pending, "puluh": 10 * pending, "ratus": 100 * pending}[word]
            pending = 0
        elif word == "triliun":
            total, below_thousand, pending = (total + below_thousand + pending) * scales[word], 0, 0
        else:
            total, below_thousand, pending = total + (below_thousand + pending) * scales[word], 0, 0
    return total + below_thousand + pending
