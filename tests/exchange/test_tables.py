"""The format is known by its heads, wherever the head stands and however many lines it has."""

import time

import pytest
from openpyxl import Workbook

from portal.exchange.formats import Format, fold, formats
from portal.exchange.sheets import Row, rows
from portal.exchange.tables import Passed, Table, tables
from tests.exchange.files import DATA, ELFIRA, HEAD, SYAHRUL


def found(*cells, sheet="Data", hidden=False):
    lines = [Row(sheet, number, list(line), hidden) for number, line in enumerate(cells, start=1) if line]
    return [(table, list(table.rows)) for table in tables(lines, formats().values()) if isinstance(table, Table)]


def only(*cells):
    [(table, people)] = found(*cells)
    return table, [row.cells for row in people]


@pytest.mark.parametrize(
    ("file", "code", "people", "fields"),
    [
        ("opensid_population.xlsx", "opensid_population", 123, 12),
        ("bdt_2015.xlsx", "bdt_2015", 25, 20),
        ("family.xls", "register", 2, 6),
    ],
)
def test_the_formats_in_use_are_recognised(file, code, people, fields):
    table = next(tables(rows(DATA / file), formats().values()))

    assert (table.format.code, table.head_row, len(table.columns)) == (code, 1, fields)
    assert len(list(table.rows)) == people


def test_what_the_unit_has_no_ground_to_hold_is_named():
    table = next(tables(rows(DATA / "opensid_population.xlsx"), formats().values()))
    left_out = dict(table.left_out)

    assert "Religion" in left_out["agama_id"].reason_en
    assert "Suku" in left_out["suku"].reason_id
    assert not {"agama_id", "suku", "golongan_darah_id"} & {table.titles[at] for at in table.columns.values()}
    assert "pekerjaan_id" in table.unused


def test_a_title_block_may_stand_above_the_head():
    title = [["BUKU INDUK PENDUDUK"], ["Kelurahan", ": IBUAH"], [], ["Keadaan 31-12-2025", None, None]]

    table, people = only(*title, HEAD, SYAHRUL)

    assert (table.head_row, people) == (5, [SYAHRUL])


def test_a_head_may_have_two_lines():
    upper = ["No", "Nomor", None, "Nama lengkap", "Hubungan", "Tempat tinggal", None, None]
    lower = [None, "KK", "NIK", None, "keluarga", "Kelurahan", "RW", "RT"]
    data = ["1", SYAHRUL[0], SYAHRUL[1], "SYAHRUL", "Kepala keluarga", "Ibuah", "002", "001"]

    table, people = only(upper, lower, [str(at) for at in range(1, 9)], data)

    assert table.columns == {"kk_no": 1, "nik": 2, "name": 3, "relation": 4, "village": 5, "rw": 6, "rt": 7}
    assert (table.head_row, people) == (2, [data])


@pytest.mark.parametrize("numbers", [range(1, 10), [f"({at})" for at in range(1, 10)], ["KOLOM", *range(2, 10)]])
def test_a_line_of_column_numbers_is_no_person(numbers):
    assert only(HEAD, list(numbers), SYAHRUL)[1] == [SYAHRUL]


def test_heads_of_each_printed_page_are_no_people():
    assert only(HEAD, SYAHRUL, [None] * 9, HEAD, ELFIRA)[1] == [SYAHRUL, ELFIRA]


def test_every_visible_sheet_is_read_and_hidden_ones_are_named(tmp_path):
    workbook = Workbook()
    for name, state in (("Ibuah", "visible"), ("Lama", "hidden"), ("Catatan", "visible"), ("Talang", "visible")):
        sheet = workbook.create_sheet(name)
        sheet.sheet_state = state
        for line in [["catatan"]] if name == "Catatan" else [HEAD, SYAHRUL]:
            sheet.append(line)
    workbook.save(tmp_path / "a.xlsx")

    told = [(type(one), one.sheet) for one in tables(rows(tmp_path / "a.xlsx"), formats().values())]

    assert told == [(Table, "Ibuah"), (Passed, "Lama"), (Passed, "Catatan"), (Table, "Talang")]


def test_columns_may_come_in_any_order_and_spelling():
    table, _people = only(["NAMA_LGKP", "STAT_HBKEL", "NO_KK", "NIK ", "JENIS_KLMIN", "TGL_LHR"], ["x"])

    assert set(table.columns) == {"name", "relation", "kk_no", "nik", "sex", "birth_date"}


def test_without_what_a_format_needs_nothing_is_recognised():
    assert found(["NIK", "Nama", "Agama"], SYAHRUL) == []
    assert found(["Laporan"], ["tanpa tabel"]) == []


def test_a_head_that_stands_twice_counts_once():
    table, _people = only([*HEAD, "NIK", "Keterangan"], [*SYAHRUL, "x", "y"])

    assert (table.columns["nik"], table.unused) == (1, ["NIK", "Keterangan"])


@pytest.mark.parametrize("format_", formats().values(), ids=lambda format_: format_.code)
def test_each_format_is_whole(format_: Format):
    """No head means two fields, none is used and left out at once, and every code has a word and a value we know."""
    heads = [head for synonyms in format_.heads.values() for head in set(synonyms)]
    left_out = [head for part in format_.left_out for head in part.heads]
    known = {
        "sex": {"L", "P"}, "relation": {"head", "spouse", "child", "parent", "grandchild", "other"},
        "in_school": {True, False}, "presence": {"here", "away"},
    }  # fmt: skip

    assert len(heads) == len(set(heads))
    assert not set(heads) & set(left_out)
    assert format_.required <= format_.heads.keys()
    assert format_.codes.keys() <= known.keys()
    other = format_.other_codes.meanings if format_.other_codes else {}
    for field, meanings in [*format_.codes.items(), *other.items()]:
        assert set(meanings.values()) <= known[field]
    assert format_.name_id and format_.name_en


def test_heads_are_compared_without_case_marks_and_numbers():
    assert fold(" No. KK ") == fold("no_kk") == fold("NO KK (7)") == "nokk"


def test_a_sheet_of_very_many_columns_is_looked_at_within_a_second():
    lines = [[f"kata {at} {column}" for column in range(16_000)] for at in range(3)]
    began = time.process_time()

    assert found(*lines, [*HEAD], SYAHRUL)[0][0].head_row == 4
    assert time.process_time() - began < 1
