"""Invented people and their papers."""

from datetime import UTC, date, datetime

from portal.paper import (
    Card,
    CardBack,
    Deputy,
    GiftReceipt,
    GiftSlip,
    Letter,
    Letterhead,
    PaymentReceipt,
    PaymentReceipts,
    Receipt,
    Report,
    Signature,
    SignatureLine,
    SignatureList,
    SignaturePage,
    Table,
    Visit,
)

HEAD = Letterhead(
    government="Pemerintah Kota Payakumbuh",
    name="Unit Pelayanan Terpadu Kesejahteraan Anak Nagari",
    short_name="UPT-KAN",
    address_lines=("Jalan Contoh No. 1, Payakumbuh 26200", "Telepon (0752) 555-0100"),
    legal_basis="Peraturan Wali Kota Payakumbuh Nomor 59 Tahun 2013",
)
MAYOR = Signature(
    place="Payakumbuh", on=date(2026, 5, 12), title="Wali Kota Payakumbuh", name="H. Zulmaswir Caniago, S.Sos., M.Si.",
    nip=None, deputy=None,
)  # fmt: skip
DEPUTY = Deputy(
    title="Sekretaris Daerah", name="Dra. Hj. Rosmaniar Koto, M.M.", nip="19700101 199503 2 001",
    mandate="Surat Tugas Nomor 800/014/V/2026 tanggal 4 Mei 2026",
)  # fmt: skip


def receipt(**changes: object) -> Receipt:
    facts: dict = {
        "head": HEAD,
        "number": "K-2026-000123",
        "code": "7F3K9Q",
        "received_at": datetime(2026, 11, 30, 2, 15, tzinfo=UTC),
        "received_by": "Rani Melayu",
        "reporter": "Yurnalis Piliang",
        "family": "Yurnalis Piliang",
        "problem": "Anak kedua sakit paru, obatnya habis, upah tani tidak cukup untuk menebus resep bulan ini.",
        "service": "Bantuan pembelian obat",
        "promised_on": date(2026, 12, 3),
        "promised_within": "3 hari kerja",
        "visit": Visit(on=date(2026, 12, 1), hours="09.00–11.00 WIB", officer="Budi Tanjung"),
        "documents_brought": ("KTP", "Kartu Keluarga (KK)"),
        "documents_missing": ("Surat Keterangan Tidak Mampu (SKTM) dari kelurahan", "Resep atau rujukan"),
        "track_page": "https://anaknagari.example.go.id/track",
        "complain_at": (
            "Loket pengaduan UPT-KAN, (0752) 555-0100; boleh tanpa nama",
            "SP4N-LAPOR!: lapor.go.id atau SMS 1708",
        ),
    }
    return Receipt(**(facts | changes))


def card(**changes: object) -> Card:
    facts: dict = {
        "head": HEAD,
        "card_name": "Kartu UPT-KAN",
        "holder": "Yurnalis Piliang",
        "number": "KAN-2026-000045",
        "valid_from": date(2026, 5, 12),
        "valid_until": date(2027, 5, 11),
        "code": "Q7KDM3XA9RTCV4HNEF",
        "verify_page": "https://anaknagari.example.go.id/verify",
        "back": CardBack(
            opens=("pendidikan", "kesehatan", "sosial", "pemberdayaan masyarakat"),
            rules=(
                "Tunjukkan kartu ini bersama KTP di loket layanan.",
                "Berlaku bagi seluruh anggota keluarga; tidak dapat dipindahkan.",
                "Perpanjangan: datang ke loket mulai 30 hari sebelum masa berlaku habis.",
            ),
        ),
    }
    return Card(**(facts | changes))


def letter(**changes: object) -> Letter:
    facts: dict = {
        "head": HEAD,
        "number": "400.9.14/012/UPT-KAN/V/2026",
        "nature": "Segera",
        "attachment": "-",
        "addressed_to": ("Direktur Rumah Sakit Umum Daerah", "di Payakumbuh"),
        "resident": "Syahrul Pitopang",
        "nik": "1376 0112 0374 9001",
        "address": "Jalan Contoh No. 12, RT 002/RW 002, Kelurahan Ibuah, Kecamatan Payakumbuh Barat",
        "requested_on": date(2026, 5, 11),
        "event": "Rumah terbakar; seluruh isi rumah dan surat-surat habis, satu anggota keluarga luka bakar",
        "event_on": date(2026, 5, 10),
        "service": "Bantuan pembelian obat",
        "amount": 1_500_000,
        "valid_from": date(2026, 5, 12),
        "valid_until": date(2026, 6, 11),
        "signature": MAYOR,
        "cc": ("Kepala Dinas Kesehatan Kota Payakumbuh", "Kepala Dinas Sosial Kota Payakumbuh", "Arsip"),
        "code": "H4TN9WQXK3RMP7CDAJ",
        "verify_page": "https://anaknagari.example.go.id/verify",
    }
    return Letter(**(facts | changes))


def kwitansi(**changes: object) -> PaymentReceipt:
    facts: dict = {
        "head": HEAD,
        "number": "S-2026-000310",
        "paid_on": date(2026, 12, 4),
        "place": "Payakumbuh",
        "fund": "infak LKS Mitra Kenanga",
        "amount": 1_250_000,
        "purpose": "Bantuan pembelian obat",
        "goods": (),
        "method": "Tunai",
        "basis": "Keputusan atas keluhan K-2026-000123, 3 Desember 2026",
        "family": "Yurnalis Piliang",
        "recipient": "Yurnalis Piliang",
        "nik": "•••• •••• •••• 0042",
        "approved_by": "Desmawati Jambak, S.Sos.",
        "approver_title": "Kepala UPT-KAN",
        "approver_nip": "19750505 200003 2 001",
        "paid_by": "Erman Sikumbang",
        "payer_title": "Bendahara",
        "payer_nip": "19800808 200801 1 001",
    }
    return PaymentReceipt(**(facts | changes))


def bukti_setor(**changes: object) -> GiftReceipt:
    facts: dict = {
        "head": HEAD,
        "partner": "LKS Mitra Kenanga",
        "kind": "Infak",
        "purpose": "Pendidikan",
        "asnaf": None,
        "given_on": date(2026, 11, 2),
        "arrived_on": date(2026, 11, 4),
        "reference": "TRF-261102-417",
        "place": "Payakumbuh",
        "promise": "Dicatat dalam buku tersendiri dan dipakai hanya untuk tujuan di atas. Dasar: UU 23/2011 Pasal 28.",
        "slips": (
            GiftSlip(number="D-2026-000077/001", giver="Rosmaniar Koto", office="Dinas Pendidikan", amount=150_000),
            GiftSlip(number="D-2026-000077/002", giver="Hamba Allah", office=None, amount=1_001_000),
        ),
    }
    return GiftReceipt(**(facts | changes))


def report(**changes: object) -> Report:
    table = Table(
        title="Dana", heads=("Dana", "Diterima", "Saldo akhir"), aligned=("left", "right", "right"),
        widths=("wide", "auto", "auto"), rows=(("Infak LKS Mitra Kenanga", "Rp20.000.000", "Rp12.400.000"),),
        foot=("Jumlah", "Rp20.000.000", "Rp12.400.000"), note="Tanpa nama.",
    )  # fmt: skip
    facts: dict = {
        "head": HEAD, "name": "Laporan dana mitra", "about": "LKS Mitra Kenanga", "since": date(2026, 7, 1),
        "until": date(2026, 9, 30), "lead": "Tersedia Rp12.400.000.", "facts": (("Keluarga yang dibantu", "19"),),
        "tables": (table,), "notes": ("Angka kecil tidak ditampilkan.",), "place": "Payakumbuh",
        "on": date(2026, 10, 5), "signers": (("Bendahara", "Nelfitri Jambak", "19700101 199503 2 001"),),
    }  # fmt: skip
    return Report(**(facts | changes))


def kwitansi_list(**changes: object) -> PaymentReceipts:
    facts: dict = {
        "head": HEAD,
        "number": "B-2026-000012",
        "issued_on": date(2026, 12, 4),
        "receipts": (kwitansi(), kwitansi(number="S-2026-000311", family="Syahrul Koto", recipient="Syahrul Koto")),
    }
    return PaymentReceipts(**(facts | changes))


def signature_line(position: int, **changes: object) -> SignatureLine:
    facts: dict = {
        "position": str(position),
        "aid": f"S-2026-{309 + position:06d}",
        "name": "Yurnalis Piliang",
        "nik": "•••• •••• •••• 0042",
        "place": "Jalan Contoh No. 7, RT 003 / RW 002",
        "purpose": "Bantuan keperluan sekolah SD/SMP sederajat",
        "amount": 400_000,
        "outcome": "",
    }
    return SignatureLine(**(facts | changes))


def payment_list(**changes: object) -> SignatureList:
    lines = tuple(signature_line(position) for position in range(1, 31))
    pages = (
        SignaturePage(village="Parik Rantang", district="Payakumbuh Barat", count="2", amount=800_000, lines=lines[:2]),
        SignaturePage(village="Balai Gadang", district="Payakumbuh Utara", count="28", amount=11_200_000,
                      lines=lines[2:]),
    )  # fmt: skip
    facts: dict = {
        "head": HEAD,
        "number": "B-2026-000012",
        "planned_on": date(2026, 12, 4),
        "place": "Payakumbuh",
        "where": "Aula kelurahan",
        "method": "Tunai",
        "count": "30",
        "amount": 12_000_000,
        "pages": pages,
        "paid_by": "Erman Sikumbang",
        "payer_title": "Bendahara",
        "payer_nip": "19800808 200801 1 001",
    }
    return SignatureList(**(facts | changes))


PAPERS = {
    "receipt": receipt,
    "receipt_80mm": receipt,
    "card": card,
    "card_a4": card,
    "letter": letter,
    "kwitansi": kwitansi,
    "bukti_setor": bukti_setor,
    "report": report,
    "kwitansi_list": kwitansi_list,
    "payment_list": payment_list,
}
