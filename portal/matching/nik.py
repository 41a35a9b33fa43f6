"""What in a NIK cannot be right, so that somebody mistyped it: region, birth date, sex, serial (domain.md section 14).

Two people born on one day in one city have NIKs of which one digit differs: each right, each their own. Where one of
two such numbers cannot be right, it is the other one, mistyped.
"""

from collections.abc import Collection
from typing import Final

LENGTH: Final = 16
PROVINCES: Final = frozenset(
    {11, 12, 13, 14, 15, 16, 17, 18, 19, 21, 31, 32, 33, 34, 35, 36, 51, 52, 53}
    | {61, 62, 63, 64, 65, 71, 72, 73, 74, 75, 76, 81, 82, 91, 92, 93, 94, 95, 96}
)
"""The first two digits of every region code: 38 provinces (Kemendagri, Kode dan Data Wilayah Administrasi)."""
REGENCIES, CITIES, KECAMATAN = range(1, 40), range(71, 80), range(1, 61)
"""[default] Of the third and fourth digit a kabupaten has the low numbers and a kota those from 71; no kabupaten has
more than some fifty kecamatan."""
SERIAL, SERIAL_OF_A_YEAR = 30, 999
"""[default] People who were first registered in one kecamatan and born on one day: two in a city's, a dozen in the
largest; on a day that only says the year there are hundreds."""


def right(nik: str, born: str | None, sex: str | None, unknown_days: Collection[str]) -> bool:
    """Whether the NIK of somebody born on YYYY-MM-DD, of this sex (L or P), is made as NIKs are."""
    if len(nik) != LENGTH or not nik.isdecimal() or not _of_a_region(nik) or not _of(nik, born, sex):
        return False
    only_year = born is None or born[5:] in unknown_days
    return 1 <= int(nik[12:]) <= (SERIAL_OF_A_YEAR if only_year else SERIAL)


def _of_a_region(nik: str) -> bool:
    regency = int(nik[2:4])
    return int(nik[:2]) in PROVINCES and (regency in REGENCIES or regency in CITIES) and int(nik[4:6]) in KECAMATAN


def _of(nik: str, born: str | None, sex: str | None) -> bool:
    """Day (a woman's with 40 added), month and year are the person's; who has no birth date has one in a right NIK."""
    day, woman = int(nik[6:8]), int(nik[6:8]) > 40
    if born is None or (sex and (sex == "P") != woman):
        return False
    return born[2:] == f"{nik[10:12]}-{nik[8:10]}-{day - 40 * woman:02d}"
