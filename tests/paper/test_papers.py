"""What stands on each paper, and on which sheet."""

import io
from dataclasses import replace
from datetime import date

import pytest
import segno
from pypdf import PdfReader

from portal.paper import KINDS, press, render
from tests.paper.reading import pages, sizes, text
from tests.paper.samples import DEPUTY, MAYOR, PAPERS, bukti_setor, card, kwitansi, letter, receipt

SHEETS = {
    "receipt": [(148, 210)],
    "card": [(85.6, 54), (85.6, 54)],
    "card_a4": [(210, 297)],
    "letter": [(210, 297)],
    "kwitansi": [(210, 148)],
    "bukti_setor": [(210, 148), (210, 148)],
    "report": [(210, 297)],
    "kwitansi_list": [(210, 148), (210, 148)],
    "payment_list": [(297, 210), (297, 210), (297, 210), (297, 210)],
}


def test_samples_cover_every_kind() -> None:
    assert PAPERS.keys() == KINDS.keys() == SHEETS.keys() | {"receipt_80mm"}


@pytest.mark.parametrize(("kind", "sheet"), SHEETS.items())
def test_stands_on_its_sheet(kind: str, sheet: list[tuple[float, float]]) -> None:
    assert sizes(render(kind, PAPERS[kind]())) == sheet


def test_roll_is_80_mm_wide_and_one_page() -> None:
    [(width, _)] = sizes(render("receipt_80mm", receipt()))
    assert width == 80


@pytest.mark.parametrize("kind", KINDS)
def test_is_tagged_titled_and_indonesian(kind: str) -> None:
    paper = PAPERS[kind]()
    pdf = PdfReader(io.BytesIO(render(kind, paper)))
    assert pdf.metadata is not None
    assert pdf.metadata.title == paper.title
    assert pdf.root_object["/Lang"] == "id-ID"
    assert pdf.root_object["/MarkInfo"]["/Marked"]
    assert b"pdfuaid" in pdf.root_object["/Metadata"].get_data()


@pytest.mark.parametrize("kind", KINDS)
def test_same_facts_give_the_same_bytes(kind: str) -> None:
    assert render(kind, PAPERS[kind]()) == render(kind, PAPERS[kind]())


@pytest.mark.parametrize("kind", ["receipt", "receipt_80mm"])
def test_receipt_tells_number_promise_and_what_is_missing(kind: str) -> None:
    said = text(render(kind, receipt()))
    for fact in (
        "K-2026-000123",
        "7F3K9Q",
        "GRATIS – tidak dipungut biaya",
        "Kamis, 3 Desember 2026",
        "3 hari kerja",
        "30 November 2026, 09.15 WIB",
        "Selasa, 1 Desember 2026",
        "Budi Tanjung",
        "Yurnalis Piliang",
        "Kartu Keluarga (KK)",
        "Resep atau rujukan",
        "anaknagari.example.go.id/track",
        "lapor.go.id",
    ):
        assert fact in said, fact


@pytest.mark.parametrize("kind", ["receipt", "receipt_80mm"])
def test_receipt_without_visit_promise_or_papers(kind: str) -> None:
    bare = receipt(
        visit=None, promised_on=None, promised_within=None, service=None, documents_brought=(), documents_missing=()
    )
    said = text(render(kind, bare))
    assert "Berkas lengkap" in said
    assert "Belum ada" in said
    assert "tiap 30 hari" in said  # domain section 7: "tentative" shows no date but a note every 30 days
    assert "datang ke rumah" not in said


@pytest.mark.parametrize("kind", ["card", "card_a4"])
def test_card_tells_name_number_period_and_code(kind: str) -> None:
    front = pages(render(kind, card()))[0]
    facts = ("Yurnalis Piliang", "KAN-2026-000045", "12 Mei 2026 – 11 Mei 2027", "Q7KDM3-XA9RTC-V4HNEF", "Anak Nagari")
    for fact in facts:
        assert fact in front, fact


def test_back_of_the_card_names_no_one() -> None:
    back = pages(render("card", card()))[1]
    assert "kesehatan" in back
    assert "GRATIS" in back
    assert "anaknagari.example.go.id/verify" in back
    for personal in ("Yurnalis", "KAN-2026"):
        assert personal not in back


def test_letter_names_one_resident_one_event_one_service_one_month() -> None:
    said = text(render("letter", letter()))
    for fact in (
        "400.9.14/012/UPT-KAN/V/2026",
        "Segera",
        "Direktur Rumah Sakit Umum Daerah",
        "Syahrul Pitopang",
        "Rumah terbakar",
        "Bantuan pembelian obat",
        "Rp1.500.000",
        "satu juta lima ratus ribu rupiah",
        "Peraturan Wali Kota Payakumbuh Nomor 59 Tahun 2013",
        "12 Mei 2026 sampai dengan 11 Juni 2026",
        "Payakumbuh, 12 Mei 2026",
        "Wali Kota Payakumbuh,",
        "H. Zulmaswir Caniago, S.Sos., M.Si.",
        "Tembusan",
        "Arsip",
        "H4TN9W-QXK3RM-P7CDAJ",
    ):
        assert fact in said, fact
    assert "a.n." not in said


def test_both_names_stand_on_a_deputys_letter() -> None:
    said = text(render("letter", letter(signature=replace(MAYOR, deputy=DEPUTY))))
    for fact in (
        "a.n. Wali Kota Payakumbuh",
        "Sekretaris Daerah",
        "Dra. Hj. Rosmaniar Koto, M.M.",
        "NIP 19700101 199503 2 001",
        "H. Zulmaswir Caniago",
        "Surat Tugas Nomor 800/014/V/2026",
    ):
        assert fact in said, fact


def test_letter_without_amount_names_none() -> None:
    said = text(render("letter", letter(amount=None, cc=())))
    assert "Nilai" not in said
    assert "Tembusan" not in said


def test_kwitansi_tells_sum_words_and_three_hands() -> None:
    said = text(render("kwitansi", kwitansi(goods=("Obat TBC, 1 paket",), recipient="Nurhayati")))
    for fact in (
        "S-2026-000310",
        "Rp1.250.000",
        "satu juta dua ratus lima puluh ribu rupiah",
        "infak LKS Mitra Kenanga",
        "Obat TBC, 1 paket",
        "Yurnalis Piliang",
        "Nurhayati",
        "Desmawati Jambak",
        "Erman Sikumbang",
        "Payakumbuh, 4 Desember 2026",
        "tanpa potongan",
    ):
        assert fact in said, fact


@pytest.mark.parametrize(
    ("kind", "address"),
    [
        ("receipt", "https://anaknagari.example.go.id/track?number=K-2026-000123"),
        ("receipt_80mm", "https://anaknagari.example.go.id/track?number=K-2026-000123"),
        ("card", "https://anaknagari.example.go.id/verify/Q7KDM3XA9RTCV4HNEF"),
        ("card_a4", "https://anaknagari.example.go.id/verify/Q7KDM3XA9RTCV4HNEF"),
        ("letter", "https://anaknagari.example.go.id/verify/H4TN9WQXK3RMP7CDAJ"),
    ],
)
def test_qr_holds_the_address(kind: str, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    make = segno.make

    def spied(content: str, **options: object) -> segno.QRCode:
        made.append(content)
        return make(content, **options)

    monkeypatch.setattr(press.segno, "make", spied)
    render(kind, PAPERS[kind]())
    assert made == [address]


def test_qr_of_a_receipt_keeps_the_code_to_the_reader() -> None:
    assert receipt().code not in receipt().qr


def test_a_forgotten_or_foreign_fact_is_refused() -> None:
    facts = {name: getattr(card(), name) for name in card().__dataclass_fields__}
    assert render("card", facts) == render("card", card())
    with pytest.raises(TypeError, match="valid_until"):
        render("card", {name: fact for name, fact in facts.items() if name != "valid_until"})
    with pytest.raises(TypeError, match="nik"):
        render("card", facts | {"nik": "1376011203749001"})
    with pytest.raises(TypeError, match="Letter"):
        render("letter", card())
    with pytest.raises(KeyError):
        render("poster", card())


def test_validity_is_printed_as_given() -> None:
    """The paper never reckons: 31 January + 1 month is the caller's rule (seeds/README.md, "Card types")."""
    said = text(render("letter", letter(valid_from=date(2026, 1, 31), valid_until=date(2026, 2, 28))))
    assert "31 Januari 2026 sampai dengan 28 Februari 2026" in said


def test_each_giver_has_a_page_with_nothing_of_another() -> None:
    first, second = pages(render("bukti_setor", bukti_setor()))
    facts = ("D-2026-000077/001", "Rosmaniar Koto", "Dinas Pendidikan", "Rp150.000", "seratus lima puluh ribu rupiah")
    for fact in (*facts, "LKS Mitra Kenanga", "Infak", "Pendidikan", "2 November 2026", "TRF-261102-417", "Pasal 28"):
        assert fact in first, fact
    assert "Hamba Allah" in second
    assert "satu juta seribu rupiah" in second
    assert "Kantor" not in second
    assert not [fact for fact in facts if fact in second]


def test_zakat_names_its_asnaf_on_the_bukti_setor() -> None:
    assert "untuk asnaf Miskin" in text(
        render("bukti_setor", bukti_setor(kind="Zakat", asnaf="Miskin", reference=None))
    )
