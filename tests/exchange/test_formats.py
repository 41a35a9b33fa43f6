"""Every layout that offices send is read as what it is: codes, register books, heads of several lines, two sheets."""

import pytest

from portal.errors import Refused
from portal.exchange import checking, refused_rows
from tests.exchange.files import ELFIRA, HEAD, KK, SYAHRUL, row, xlsx
from tests.exchange.layouts import (
    BOOK_HEAD,
    BOOKS,
    FAMILY,
    IBUAH,
    IN_BOOK,
    LAYOUTS,
    RENI,
    SIAK,
    SIAK_PEOPLE,
    WIFE,
    in_book,
    siak,
    written,
)

pytestmark = pytest.mark.usefixtures("make")  # the unit's kelurahan

TALANG = "13.76.01.1007"


def workbook(path, **of_sheets):
    return checking.check(written(path, of_sheets))


def people(found):
    return [(person.name, person.relation, person.village_code, person.reasons) for person in found.people]


# Relation by the form of the national list, and by the family card.
FORM, CARD = ("1", "2", "3"), ("1", "3", "4")


def bdt(path, codes, ages=(41, 37, 7), sexes=("1", "2", "2")):
    head = ["ID rumah tangga (2)", "NIK", "Nama ART", "jenis kelamin", "HubKRT", "Umur anggota rumah tangga (tahun)"]
    named = zip(("SYAHRUL PITOPANG", "ELFIRA", "RENI"), sexes, codes, ages, strict=True)
    lines = [["137600100000000001", None, *one[:3], str(one[3]), "IBUAH"] for one in named]
    return checking.check(xlsx(path, [*head, "Desa/Kelurahan (9)"], *lines))


@pytest.mark.parametrize("codes", [FORM, CARD])
def test_the_national_list_is_read_by_the_codes_its_ages_fit(tmp_path, codes):
    found = bdt(tmp_path / "a.xlsx", codes)

    assert people(found) == FAMILY
    assert found.tables[0][0].by_other_codes is (codes == CARD)


def test_where_ages_and_sexes_say_nothing_the_forms_codes_count(tmp_path):
    found = bdt(tmp_path / "a.xlsx", ("1", "3", "8"), ages=("", "", ""), sexes=("1", "2", "2"))

    assert [person.relation for person in found.people] == ["head", "child", "other"]


def test_a_code_that_only_one_list_has_speaks_for_that_list(tmp_path):
    found = bdt(tmp_path / "a.xlsx", ("1", "3", "9"), ages=("", "", ""))

    assert [person.relation for person in found.people] == ["head", "spouse", "other"]


def test_the_civil_registrys_codes_and_numbers_of_a_kelurahan(tmp_path):
    found = workbook(tmp_path / "a.xlsx", **LAYOUTS["siak"])
    table = found.tables[0][0]

    assert (table.format.code, people(found)) == ("siak", FAMILY)
    assert [title for title, _why in table.left_out] == ["AGAMA"]
    assert (found.people[0].rw, found.people[0].rt, str(found.people[2].birth_date)) == ("002", "001", "2008-03-12")


def test_the_civil_registrys_families_stand_in_a_sheet_of_their_own(tmp_path):
    of_families = [["NO_KK", "NAMA_KEP", "ALAMAT", "NAMA_KEL"], [KK, "SYAHRUL PITOPANG", "Jalan Contoh 1", "IBUAH"]]

    for sheets in ({"A": [SIAK, *SIAK_PEOPLE], "B": of_families}, {"A": of_families, "B": [SIAK, *SIAK_PEOPLE]}):
        found = workbook(tmp_path / "a.xlsx", **sheets)
        assert people(found) == FAMILY
        assert {person.address for person in found.people} == {"Jalan Contoh 1"}
        assert [table.format.code for table in found.family_tables] == ["siak_families"]


def test_the_dead_of_the_civil_registry_do_not_enter(tmp_path):
    head = [*SIAK, "NAMA_KEL"]
    dead = [*siak(WIFE, "ELFIRA", "2", "1978-09-21", "3", alive="MENINGGAL"), "IBUAH"]
    unsure = [*siak(RENI, "RENI", "2", "2008-03-12", "4", alive="7"), "IBUAH"]
    found = workbook(tmp_path / "a.xlsx", Data=[head, [*SIAK_PEOPLE[0], "IBUAH"], dead, unsure])

    assert [person.reasons for person in found.people] == [[], ["not_living_here"], []]
    assert found.people[2].doubts == ["presence_unreadable"]


def test_the_civil_registrys_report_says_who_left(tmp_path):
    head = [*HEAD, "Status", "Petugas registrasi"]
    found = workbook(tmp_path / "a.xlsx", Data=[head, [*SYAHRUL, "HIDUP", "x"], [*ELFIRA, "PINDAH", "x"]])

    assert found.tables[0][0].format.code == "siak_report"
    assert [person.reasons for person in found.people] == [[], ["not_living_here"]]


@pytest.mark.parametrize("lines", BOOKS.values(), ids=BOOKS)
def test_a_register_book_names_each_family_in_a_line_over_its_people(tmp_path, lines):
    found = workbook(tmp_path / "a.xlsx", Data=lines)
    table = found.tables[0][0]

    assert (table.format.code, people(found)) == ("bip", FAMILY)
    assert {(person.kk_no, person.rt, person.rw, person.address.upper()) for person in found.people} == {
        (KK, "001", "002", "JALAN CONTOH 1")
    }
    assert "Agama" in [title for title, _why in table.left_out]


def test_each_family_of_a_book_is_its_own(tmp_path):
    other = "1376010806139002"
    lines = [
        BOOK_HEAD, [f"No. KK : {KK}", None, "Alamat : -, RT/RW : -/-"], IN_BOOK[0], BOOK_HEAD,
        [f"No. KK : {other}", None, "Alamat : JALAN LAIN 2, RT/RW : 003/001"],
        in_book(1, None, "RIZAL", "01-01-1970", "Lk", "KEPALA KELUARGA"),
    ]  # fmt: skip
    found = workbook(tmp_path / "a.xlsx", Data=[["Kelurahan: Ibuah"], *lines])

    assert [(person.name, person.kk_no, person.address, person.rt) for person in found.people] == [
        ("SYAHRUL PITOPANG", KK, "", ""),
        ("RIZAL", other, "JALAN LAIN 2", "003"),
    ]


def test_refused_rows_of_a_book_go_back_as_a_table_that_can_be_sent_again(tmp_path):
    found = workbook(
        tmp_path / "a.xlsx", Data=[*BOOKS["2016"][:4], IN_BOOK[0], [*IN_BOOK[1][:4], "31-02-1978", *IN_BOOK[1][5:]]]
    )
    refused_rows.write(found, tmp_path / "out.xlsx")

    again = checking.check(tmp_path / "out.xlsx", village=IBUAH)

    assert [(person.name, person.kk_no, person.rt, person.reasons) for person in again.people] == [
        ("ELFIRA", KK, "001", ["birth_date_unreadable", "no_head"])
    ]


def test_dtks_has_its_people_in_one_sheet_and_their_households_in_another(tmp_path):
    found = workbook(tmp_path / "a.xlsx", **LAYOUTS["dtks"])

    assert people(found) == FAMILY
    assert [(person.percentile, person.rt, person.programmes) for person in found.people] == [
        (23, "001", ("pkh", "kks")), (23, "001", ("kks",)), (23, "001", ("kks",))
    ]  # fmt: skip
    assert (found.passed, [title for title, _why in found.family_tables[0].left_out]) == (["Catatan"], ["Jumlah_babi"])


def test_regsosek_has_merged_heads_over_three_lines(tmp_path):
    found = workbook(tmp_path / "a.xlsx", **LAYOUTS["regsosek"])
    table = found.tables[0][0]

    assert (table.format.code, table.head_row, people(found)) == ("dtsen", 6, FAMILY)
    assert {(person.decile, person.percentile, person.programmes, person.rt) for person in found.people} == {
        (1, 7, ("pkh",), "001")
    }


def test_dtsen_ranks_families_in_a_sheet_of_their_own(tmp_path):
    found = workbook(tmp_path / "a.xlsx", **LAYOUTS["dtsen"])

    assert people(found) == FAMILY
    assert {(person.decile, person.programmes) for person in found.people} == {(2, ("pbi",))}


def test_families_without_their_people_are_refused_with_what_is_missing(tmp_path, english):
    with pytest.raises(Refused, match="without their members"):
        workbook(tmp_path / "a.xlsx", Keluarga=[["NKK", "Desil"], [KK, "2"]])


def test_a_decile_that_is_none_is_in_doubt(tmp_path):
    found = workbook(tmp_path / "a.xlsx", Data=[[*HEAD, "Desil"], [*SYAHRUL, "11"], [*ELFIRA, "-"]])

    assert [(person.decile, person.doubts) for person in found.people] == [(None, ["decile_unreadable"]), (None, [])]


@pytest.mark.parametrize(
    ("village", "hamlet", "said", "code", "doubts"),
    [
        (None, "Ibuah", None, IBUAH, []),
        (None, "Lubuk Besar", None, "", []),
        (None, "Lubuk Besar", TALANG, TALANG, []),
        (None, "Ibuah", TALANG, IBUAH, ["other_village"]),
        (None, "Ibuah", IBUAH, IBUAH, []),
        ("Talang", "Ibuah", None, TALANG, []),
        ("Talang", None, IBUAH, TALANG, []),
        ("Nglorog", "Ibuah", IBUAH, "", []),
    ],
)
def test_a_hamlet_counts_where_it_is_called_like_a_kelurahan(tmp_path, village, hamlet, said, code, doubts):
    path = xlsx(tmp_path / "a.xlsx", [*HEAD, "Dusun"], [*row(village=village), hamlet])
    [person] = checking.check(path, village=said).people

    assert (person.village_code, person.doubts, bool(person.reasons)) == (code, doubts, not code)


def test_a_title_block_may_name_the_kelurahan(tmp_path):
    for above in (
        ["Kelurahan : IBUAH"],
        ["DESA/KELURAHAN", ": Ibuah"],
        ["Kel. Ibuah", "Kec. Payakumbuh Barat"],
        ["Kelurahan Ibuah, Kecamatan X"],
    ):
        found = workbook(tmp_path / "a.xlsx", Data=[["DAFTAR"], above, HEAD, row(village=None)])
        assert found.people[0].village_code == IBUAH, above
