"""Any spreadsheet is opened within bounds; one that cannot be read is refused whole, with one sentence."""

import io
import time
import zipfile
from datetime import date

import pytest
from openpyxl import Workbook

from portal.errors import Refused
from portal.exchange import sheets
from portal.exchange.sheets import Bounds
from tests.exchange.files import DATA, ELFIRA, HEAD, SYAHRUL, ods, raw_xlsx, xlsx

PLAIN = [HEAD, SYAHRUL, ELFIRA]


def cells(path, bounds=None):
    return [row.cells for row in sheets.rows(path, bounds)]


def refusal(path, bounds=None):
    with pytest.raises(Refused) as refused:
        cells(path, bounds)
    return str(refused.value)


def test_every_kind_gives_the_same_rows(app, tmp_path):
    lines = [";".join(row) for row in PLAIN]
    semicolons = tmp_path / "a.csv"
    semicolons.write_text("\r\n".join(lines))
    misnamed = xlsx(tmp_path / "b.xls", *PLAIN)

    for path in (semicolons, misnamed, xlsx(tmp_path / "c.xlsm", *PLAIN), ods(tmp_path / "d.ods", *PLAIN)):
        assert cells(path) == PLAIN, path


def test_numbers_and_days_stay_what_they_are(tmp_path):
    path = xlsx(tmp_path / "a.xlsx", ["x", 1376016109789101, 1.5, date(1974, 3, 12), True, "=1+1", None])

    assert cells(path) == [["x", 1376016109789101, 1.5, date(1974, 3, 12), "1"]]
    assert [row.cells[1] for row in sheets.rows(DATA / "family.xls")][2] == 1376016109789101


def test_rows_keep_the_number_they_have_on_the_screen(tmp_path):
    path = xlsx(tmp_path / "a.xlsx", [], [], ["x"], [], ["y"])

    assert [(row.number, row.cells) for row in sheets.rows(path)] == [(3, ["x"]), (5, ["y"])]


def test_hidden_sheets_are_told(tmp_path):
    workbook = Workbook()
    workbook.active.append(["x"])
    other = workbook.create_sheet("Kode")
    other.append(["y"])
    other.sheet_state = "veryHidden"
    workbook.save(tmp_path / "a.xlsx")

    assert [(row.sheet, row.hidden) for row in sheets.rows(tmp_path / "a.xlsx")] == [("Sheet", False), ("Kode", True)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_csv_of_any_encoding_and_separator(tmp_path, encoding, separator):
    rows = [["Nama", "Alamat"], ["Siti Nur’aini", 'Jl. "Contoh" é'], ["Ana", "a\nb"]]
    quoted = [separator.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    path = tmp_path / "a.csv"
    path.write_bytes("\r\n".join(quoted).encode(encoding))

    assert cells(path) == rows


def test_csv_that_tells_its_separator(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("sep=;\nNama;Alamat, RT, RW\nAna;1,2,3\n")

    assert cells(path) == [["Nama", "Alamat, RT, RW"], ["Ana", "1,2,3"]]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "nothing in this file"),
        (b"%PDF-1.7\n\x00\x01", "no spreadsheet"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "no spreadsheet"),
        (b"\n <html><table><tr><td>NIK</td></tr></table>", "web page"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "damaged"),
        (b"PK\x03\x04 and nothing behind it", "damaged"),
        (b'Nama;Alamat\n"' + b"x" * 200_000, "damaged"),
        (b"Nama\x81;Alamat\n", "no spreadsheet"),
    ],
)
def test_what_is_no_spreadsheet_is_refused(tmp_path, english, content, said):
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)

    assert said in refusal(path)


def test_cut_off_and_locked_files_are_told_apart(tmp_path, english):
    whole = (DATA / "opensid_population.xlsx").read_bytes()
    (tmp_path / "cut.xlsx").write_bytes(whole[: len(whole) // 2])
    old = (DATA / "family.xls").read_bytes()
    (tmp_path / "cut.xls").write_bytes(old[:1500])

    assert "cut off" in refusal(tmp_path / "cut.xlsx")
    assert "cut off" in refusal(tmp_path / "cut.xls")
    assert "password" in refusal(DATA / "locked.xlsx")
    assert "password" in refusal(ods(tmp_path / "a.ods", ["x"], manifest="<manifest><encryption-data/></manifest>"))


def test_a_zip_of_something_else_is_no_spreadsheet(tmp_path, english):
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr("word/document.xml", "<w/>")

    assert "no spreadsheet" in refusal(tmp_path / "a.xlsx")


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path, english):
    path = raw_xlsx(tmp_path / "a.xlsx", ["<row>" + " " * 2**20 for _ in range(40)])

    assert path.stat().st_size < 2**20
    assert "unpacks to more" in refusal(path, Bounds(unzipped_bytes=2**24))


def test_a_bomb_that_lies_about_its_size_meets_the_bound_of_memory(tmp_path, english):
    texts = (
        f'<row r="{at}"><c r="A{at}" t="inlineStr"><is><t>{"x" * 2**20}</t></is></c></row>' for at in range(1, 700)
    )
    path = raw_xlsx(tmp_path / "a.xlsx", texts)
    began = time.monotonic()

    assert "unpacks to more" in refusal(path, Bounds(memory=2**28))
    assert time.monotonic() - began < 20


@pytest.mark.parametrize("corner", ["XFD1048576", "ZZ1048576"])
def test_a_sheet_with_a_cell_in_its_last_corner_is_refused_at_once(tmp_path, english, corner):
    cells_ = ['<row r="1"><c r="A1"><v>1</v></c></row>', f'<row r="1048576"><c r="{corner}"><v>1</v></c></row>']
    began = time.monotonic()

    assert "unpacks to more" in refusal(raw_xlsx(tmp_path / "a.xlsx", cells_))
    assert time.monotonic() - began < 5


def test_an_ods_that_repeats_its_cells_to_the_end_is_refused_at_once(tmp_path, english):
    path = ods(tmp_path / "a.ods", ["7"])
    everywhere = 'table:table-cell table:number-columns-repeated="16384"'
    with zipfile.ZipFile(path) as archive:
        content = archive.read("content.xml").decode()
    content = content.replace("<table:table-row", '<table:table-row table:number-rows-repeated="1048576"', 1)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content.replace("table:table-cell", everywhere, 1))
        archive.writestr("META-INF/manifest.xml", "<manifest/>")

    began = time.monotonic()

    assert refusal(path, Bounds(memory=2**28))
    assert time.monotonic() - began < 5


def test_macros_are_neither_run_nor_read(tmp_path):
    path = xlsx(tmp_path / "a.xlsm", *PLAIN)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"Sub Auto_Open()")

    assert cells(path) == PLAIN


def test_a_sheet_that_claims_to_be_huge_is_read_for_what_it_holds(tmp_path):
    one, claim = ['<row r="1"><c r="A1"><v>7</v></c></row>'], '<dimension ref="A1:XFD1048576"/>'

    assert cells(raw_xlsx(tmp_path / "a.xlsx", one, claim)) == [[7]]


def test_a_million_empty_rows_are_passed(tmp_path):
    empty = (f'<row r="{at}"><c r="A{at}" s="0"/><c r="B{at}" s="0"/></row>' for at in range(2, 1_000_002))
    path = raw_xlsx(tmp_path / "a.xlsx", ['<row r="1"><c r="A1"><v>7</v></c></row>', *empty])
    began = time.monotonic()

    assert cells(path) == [[7]]
    assert time.monotonic() - began < 20


def test_work_without_end_is_stopped(tmp_path, english):
    many = (f'<row r="{at}">{"<c><v>1.25</v></c>" * 12}</row>' for at in range(1, 400_001))
    path = raw_xlsx(tmp_path / "a.xlsx", many)

    assert "takes too long" in refusal(path, Bounds(seconds=1, rows=10**7, cells=10**9))


@pytest.mark.parametrize(
    ("bounds", "said"),
    [
        (Bounds(file_bytes=100), "larger than"),
        (Bounds(rows=2), "more rows"),
        (Bounds(columns=2), "more cells"),
        (Bounds(cells=20), "more cells"),
        (Bounds(sheets=0), "more sheets"),
        (Bounds(parts=2), "unpacks to more"),
        (Bounds(told=100), "unpacks to more"),
    ],
)
def test_each_bound_has_its_sentence(tmp_path, english, bounds, said):
    assert said in refusal(xlsx(tmp_path / "a.xlsx", *PLAIN), bounds)


def test_a_workbook_that_defines_entities_is_refused(tmp_path, english):
    whole = xlsx(tmp_path / "whole.xlsx", ["x"])
    evil = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    changed = io.BytesIO()
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(changed, "w") as target:
        for name in source.namelist():
            text = source.read(name).decode()
            if name == "xl/worksheets/sheet1.xml":
                text = evil + text.replace("<row ", '<row r="1"><c t="inlineStr"><is><t>&b;</t></is></c></row><row ')
            target.writestr(name, text)
    (tmp_path / "a.xlsx").write_bytes(changed.getvalue())

    assert "damaged" in refusal(tmp_path / "a.xlsx")
