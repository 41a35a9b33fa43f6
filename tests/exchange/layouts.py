"""One family of Ibuah as each office would send it: sheets with their lines, by the code of the format."""

from pathlib import Path
from typing import Any

from openpyxl import Workbook

from tests.exchange.files import ELFIRA, HEAD, KK, SYAHRUL

IBUAH = "13.76.01.1021"
HUSBAND, WIFE = SYAHRUL[1], ELFIRA[1]
RENI = "1376015203089001"

FAMILY = [
    ("SYAHRUL PITOPANG", "head", IBUAH, []),
    ("ELFIRA", "spouse", IBUAH, []),
    ("RENI", "child", IBUAH, []),
]
"""Name, place in the family, kelurahan and reasons, in every layout."""

SIAK = ["NO_KK", "NIK", "NAMA_LGKP", "JENIS_KLMIN", "TGL_LHR", "STAT_HBKEL", "AGAMA", "STAT_HIDUP", "NO_RW", "NO_RT"]


def siak(nik: str, name: str, sex: str, born: str, relation: str, alive: str = "1") -> list[str]:
    return [KK, nik, name, sex, born, relation, "1", alive, "2", "1"]


SIAK_PEOPLE = [
    siak(HUSBAND, "SYAHRUL PITOPANG", "1", "1974-03-12 00:00:00", "1"),
    siak(WIFE, "ELFIRA", "2", "1978-09-21 00:00:00", "3"),
    siak(RENI, "RENI", "2", "2008-03-12 00:00:00", "4"),
]


BOOK_HEAD = [
    "NO",
    "Nama Lengkap",
    "NIK",
    "Tempat Lahir",
    "Tanggal Lahir",
    "JK",
    "Stat Kwn",
    "Gol. Drh",
    "SHDK",
    "Agama",
]


def in_book(number: int, nik: str | None, name: str, born: str, sex: str, relation: str) -> list[Any]:
    return [str(number), name, nik, "PAYAKUMBUH", born, sex, "K", "-", relation, "ISLAM"]


IN_BOOK = [
    in_book(1, HUSBAND, "SYAHRUL PITOPANG", "12-03-1974", "Lk", "KEPALA KELUARGA"),
    in_book(2, WIFE, "ELFIRA", "21-09-1978", "Pr", "ISTRI"),
    in_book(3, RENI, "RENI", "12-03-2008", "Pr", "ANAK"),
]
BOOKS = {
    "2012": [
        ["BUKU INDUK PENDUDUK"], ["Kelurahan", ": IBUAH"],
        [None, "NO.KK", "NAMA KEPALA KELUARGA", None, None, None, "ALAMAT"],
        [None, KK, "SYAHRUL PITOPANG", None, None, None, "JALAN CONTOH 1, DUSUN KOTO, RT:001, RW:002, Kodepos:26225,-"],
        BOOK_HEAD, *IN_BOOK,
    ],
    "2016": [
        ["BUKU INDUK PENDUDUK WNI"], ["KELURAHAN/DESA : IBUAH"], BOOK_HEAD,
        [f"No. KK : {KK}", None, "Alamat : JALAN CONTOH 1, Nama Dusun : KOTO, RT/RW : 001/002"],
        *IN_BOOK, ["Keterangan:", "Lk: laki-laki"],
    ],
    "e-KTP": [
        BOOK_HEAD,
        [KK, None, "SYAHRUL PITOPANG", *[None] * 8, "JALAN CONTOH 1 KELURAHAN IBUAH RT/RW : 001/002 DUSUN : -"],
        *IN_BOOK,
    ],
}  # fmt: skip


REGSOSEK_PLACE = ("IBUAH", "001/002", None)
Sheets = dict[str, list[list[Any]]]

LAYOUTS: dict[str, Sheets] = {
    "register": {"Data": [HEAD, SYAHRUL, ELFIRA, [KK, RENI, "RENI", "P", "12-03-2008", "Anak", "Ibuah", "002", "001"]]},
    "siak": {"Data": [
        [*SIAK, "NO_PROP", "NO_KAB", "NO_KEC", "NO_KEL"],
        *([*line, "13", "76", "1", "1021"] for line in SIAK_PEOPLE),
    ]},
    "bip": {"Data": BOOKS["2016"]},
    "dtks": {
        "RUTA": [
            ["IDBDT", "Nama_SLS", "Alamat", "NMKEL", "Sta_kks", "Jumlah_babi", "Percentile"],
            ["1376000001", "RT 001 RW 002", "Jalan Contoh 1", "IBUAH", "1", "0", "23"],
        ],
        "ART": [
            ["IDBDT", "IDARTBDT", "Nama", "JnsKel", "TglLahir", "HubKRT", "NIK", "NoKK", "Hub_KRT", "NUK", "Ada_pkh"],
            ["1376000001", "1", "SYAHRUL PITOPANG", "1", "1974-03-12", "-", HUSBAND, KK, "1", "1", "1"],
            ["1376000001", "2", "ELFIRA", "2", "1978-09-21", "-", WIFE, KK, "2", "1", "0"],
            ["1376000001", "3", "RENI", "2", "2008-03-12", "-", RENI, KK, "3", "1", "0"],
        ],
        "Catatan": [["catatan"]],
    },
    "regsosek": {"Ibuah": [
        ["DAFTAR KELUARGA MENURUT PERINGKAT KESEJAHTERAAN"], ["Keadaan Desember 2025"], [],
        ["No", "Identitas", None, None, None, None, "Alamat", None, None, "Kesejahteraan", None, "Program", None],
        [None, "Nomor", None, "Nama", "L/P", "Hubungan", "Kelurahan/", "RT/RW", None, "Desil", "Persentil", "Bantuan"],
        [None, "KK", "NIK", "lengkap", None, "keluarga", "Desa", None, "Jalan", None, None, "PKH", "Sembako"],
        [f"({at})" for at in range(1, 14)],
        ["1", KK, HUSBAND, "SYAHRUL PITOPANG", "L", "Kepala keluarga", *REGSOSEK_PLACE, "Desil 1", "7", "Ya", "Tidak"],
        ["2", KK, WIFE, "ELFIRA", "P", "Istri/suami", *REGSOSEK_PLACE, "1", "7", "Ya", "Tidak"],
        ["3", KK, RENI, "RENI", "P", "3", *REGSOSEK_PLACE, "1", "7", "Ya", None],
    ]},
    "dtsen": {
        "Orang": [
            ["nomor_kartu_keluarga", "nomor_induk_kependudukan", "nama", "jenis_kelamin", "status_hubungan_keluarga"],
            [KK, HUSBAND, "SYAHRUL PITOPANG", "1", "1"], [KK, WIFE, "ELFIRA", "2", "2"], [KK, RENI, "RENI", "2", "3"],
        ],
        "Keluarga": [
            ["nomor_kartu_keluarga", "kelurahan_desa", "desil_nasional", "pbi_nas"], [KK, "Ibuah", "2", "1"],
        ],
    },
}  # fmt: skip


def written(path: Path, sheets: Sheets) -> Path:
    """These sheets as a workbook."""
    book = Workbook()
    book.remove(book.active)
    for name, lines in sheets.items():
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append(line)
    book.save(path)
    return path
