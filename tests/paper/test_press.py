"""No name breaks a paper, no text becomes markup, and nobody's facts reach another's paper."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.paper import KINDS, GiftSlip, Paper, Visit, render
from portal.paper.ink import PRINTABLE, plain, printable
from tests.paper.reading import sizes, squeezed, text
from tests.paper.samples import (
    DEPUTY,
    MAYOR,
    PAPERS,
    bukti_setor,
    card,
    kwitansi,
    kwitansi_list,
    letter,
    payment_list,
    receipt,
    report,
    signature_line,
)

MARKUP = 'Upik "D\'Ajo" #panic(1) #sys.inputs $x$ *b* _i_ [c] {d} @e <f> \\ // /* = g `h` ~ -- ---'
LONG = "Rangkayo Sutan Mangkuto Alam Bagagarsyah Datuak Parpatiah Nan Sabatang Rajo Bungs"
HOSTILE = [MARKUP, LONG, "W" * 80, "Nurbaya", '"});#let', "\\", "😀", "", "a\tb\nc\x00d\u202e", "محمد 王"]


def named(kind: str, name: str) -> Paper:
    """The paper of that kind with `name` wherever a person stands."""
    if kind.startswith("receipt"):
        visit = Visit(on=date(2026, 12, 1), hours="09.00 WIB", officer=name)
        return receipt(reporter=name, family=name, received_by=name, visit=visit)
    if kind.startswith("card"):
        return card(holder=name)
    if kind == "letter":
        return letter(resident=name, signature=replace(MAYOR, name=name, deputy=DEPUTY))
    if kind == "bukti_setor":
        slips = [replace(slip, giver=name) for slip in bukti_setor().slips]
        return bukti_setor(partner=name, slips=tuple(slips))
    if kind == "report":
        return report(about=name, signers=(("Bendahara", name, ""),))
    if kind == "payment_list":
        first, second = payment_list().pages
        lines = (signature_line(1, name=name), *first.lines[1:])
        return payment_list(pages=(replace(first, lines=lines), second), paid_by=name)
    one = kwitansi(family=name, recipient=name, approved_by=name, paid_by=name)
    return kwitansi_list(receipts=(one, kwitansi())) if kind == "kwitansi_list" else one


SHORTENING = ("receipt", "receipt_80mm", "kwitansi", "kwitansi_list", "payment_list", "bukti_setor")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", HOSTILE)
def test_any_name_is_printed_as_text(kind: str, name: str) -> None:
    pdf = render(kind, named(kind, name))
    assert len(sizes(pdf)) == len(sizes(render(kind, PAPERS[kind]())))
    shown = squeezed(printable(name))
    most = 40 if kind in SHORTENING else len(shown)  # those shorten
    assert shown[:most] in squeezed(text(pdf))


@pytest.mark.parametrize("kind", ["receipt", "letter", "kwitansi", "bukti_setor"])
def test_long_texts_stay_on_one_page(kind: str) -> None:
    """10,000 characters in a note must not make a second page."""
    note = "obatnya habis dan rumah bocor; " * 330
    dear = 777_777_777_777_777
    papers = {
        "receipt": receipt(
            problem=note, service=LONG, reporter=LONG, family=LONG, documents_brought=(LONG,) * 4,
            documents_missing=(LONG,) * 4, complain_at=(LONG,) * 3,
        ),
        "letter": letter(
            event=note, resident=LONG, address=LONG * 2, service=LONG, amount=dear, addressed_to=(LONG,) * 3,
            cc=(LONG,) * 5, signature=replace(MAYOR, deputy=DEPUTY),
        ),
        "kwitansi": kwitansi(
            purpose=note, goods=(note,), basis=note, fund=note, method=LONG, family=LONG, recipient=LONG, amount=dear,
            approved_by=LONG, paid_by=LONG,
        ),
        "bukti_setor": bukti_setor(
            partner=LONG, purpose=note, kind=LONG, asnaf=LONG, reference=note,
            slips=(GiftSlip(number="D-2026-000077/001", giver=LONG, office=note, amount=dear),),
        ),
    }  # fmt: skip
    assert len(sizes(render(kind, papers[kind]))) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_one_persons_facts_never_reach_the_next_paper(kind: str) -> None:
    first, second = named(kind, "Syahrul Pitopang"), named(kind, "Mardiana Chaniago")
    for _ in range(3):
        said = text(render(kind, first))
        assert "Syahrul Pitopang" in said
        assert "Mardiana" not in said
        said = text(render(kind, second))
        assert "Mardiana Chaniago" in said
        assert "Syahrul" not in said


def test_eight_desks_print_at_once() -> None:
    kinds = list(KINDS)
    orders = [(kinds[turn % len(kinds)], f"Warga Contoh{turn:03d}") for turn in range(96)]
    with ThreadPoolExecutor(8) as desks:
        printed = list(desks.map(lambda order: render(order[0], named(*order)), orders))
    for (_, name), pdf in zip(orders, printed, strict=True):
        said = text(pdf)
        assert name in said
        assert said.count("Contoh0") == said.count(name)


def test_every_printable_character_has_a_glyph_in_every_style() -> None:
    """PDF/UA refuses a character the font lacks; name (bold) and event (regular) are tried; italic writes sums only."""
    characters = "".join(sorted(PRINTABLE))
    for start in range(0, len(characters), 70):
        part = "x".join(characters[start : start + 70])
        render("letter", letter(event=part, resident=part))


@given(st.text(max_size=60))
@settings(max_examples=60, deadline=None)
def test_printable_leaves_only_what_the_font_has(words: str) -> None:
    printed = printable(words)
    assert set(printed) <= PRINTABLE
    assert printable(printed) == printed


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("Yurnalis", "Yurnalis"),
        ("Sitti  Rabi’ah\n", "Sitti Rabi’ah"),
        ("Ḥasan", "Hasan"),
        ("Rani 😀", "Rani"),
        ("e\u0301", "é"),
        ("محمد", "????"),
        ("(0752)\u00a0555", "(0752)\u00a0555"),
    ],
)
def test_printable(written: str, printed: str) -> None:
    assert printable(written) == printed


def test_facts_are_written_out_in_indonesian() -> None:
    """Late at night in UTC it is the next morning at the desk."""
    assert plain(datetime(2026, 11, 29, 23, 5, tzinfo=UTC)) == {
        "day": "30 November 2026",
        "weekday": "Senin, 30 November 2026",
        "time": "06.05 WIB",
    }
    assert plain(date(2026, 5, 12))["day"] == "12 Mei 2026"
    assert plain(1_500_000) == {"figures": "Rp1.500.000", "words": "satu juta lima ratus ribu rupiah"}
    assert plain(("a", None)) == ["a", None]
