"""A workbook with long sheets is read in parts, and gives the cells that it gives when it is read whole."""

import json
import zipfile
from datetime import date, datetime

import pytest
from openpyxl import Workbook

from portal.exchange import calamine_child as child
from tests.exchange.files import DATA, HEAD, SYAHRUL, ods, raw_xlsx, row, xlsx

TEMPLATES = sorted(path.name for path in DATA.glob("*.xlsx") if "locked" not in path.name)
ONE = b'<row r="1"><c r="A1" t="inlineStr"><is><t>x</t></is></c></row>'


def told(path, capsys):
    child.read(str(path), 100)
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.fixture
def small(monkeypatch):
    """Long is what others call short, and words are torn wherever a piece may end."""
    large = child.beside()
    for name, size in (("LONG", 1000), ("PART", 700), ("_STEP", 1500)):
        monkeypatch.setattr(large, name, size)
    return large


@pytest.fixture
def mixed(tmp_path):
    """Merged heads, empty rows, 16 digits, days and moments, yes and no, formulas; three sheets, one hidden."""
    book = Workbook()
    people = book.active
    people.title = "Data & daftar"
    people.append(["DATA WARGA"])
    people.merge_cells("A1:C1")
    people.append([])
    people.append(HEAD)
    for number in range(60):
        people.append(row(nik=f"137601120374{number:04d}", name=f"Nur'aini <{number}> é"))
        people.append([1376016109789101 + number, 1.5, 0.1 + number, date(1974, 3, 12), datetime(1974, 3, 12, 7, 30)])
        people.append([None, True, "=1+1", None, " ", "akhir"])
        people.append([])
    codes = book.create_sheet("Kode")
    codes.sheet_state = "hidden"
    for number in range(40):
        codes.append([number, "kode"])
    book.create_sheet("Kosong")
    book.save(tmp_path / "mixed.xlsx")
    return tmp_path / "mixed.xlsx"


def test_a_sheet_in_parts_gives_the_same_cells(mixed, small, monkeypatch, capsys):
    in_parts = told(mixed, capsys)
    with small.cut(str(mixed)).file as file, zipfile.ZipFile(file) as archive:
        parts = [name for name in archive.namelist() if name.startswith("xl/worksheets/part-")]
    monkeypatch.setattr(small, "LONG", 2**30)

    assert len(parts) > 10
    assert in_parts == told(mixed, capsys)
    assert [one[1] for one in in_parts if one[0] == "sheet"] == ["Data & daftar", "Kode", "Kosong"]


@pytest.mark.parametrize("name", TEMPLATES)
def test_files_of_offices_give_the_same_cells(name, small, monkeypatch, capsys):
    in_parts = told(DATA / name, capsys)
    cut = small.cut(str(DATA / name))
    monkeypatch.setattr(small, "LONG", 2**30)

    assert in_parts == told(DATA / name, capsys)
    assert cut is None or cut.names


@pytest.mark.parametrize(
    "rows",
    [
        [ONE, *[b"<row><c><v>1</v></c></row>" for _ in range(200)]],
        [ONE, *[b'<row r="%d"><c><v>1</v></c></row><!-- </row> -->' % at for at in range(2, 200)]],
        [ONE, *[b'<row r="%d"><c t="inlineStr"><is><t><![CDATA[</row>]]></t></is></c></row>' % at for at in (2, 3)]],
    ],
)
def test_what_cannot_be_cut_without_reading_it_is_read_whole(tmp_path, small, rows, capsys):
    path = raw_xlsx(tmp_path / "a.xlsx", [one.decode() for one in rows])

    assert small.cut(str(path)) is None
    assert len([one for one in told(path, capsys) if one[0] == "row"]) == len(rows)


def test_other_kinds_are_read_whole(tmp_path, small):
    (tmp_path / "a.csv").write_text("Nama;NIK\n")

    for path in (tmp_path / "a.csv", DATA / "family.xls", ods(tmp_path / "a.ods", ["x"])):
        assert small.cut(str(path)) is None


def test_the_sheets_of_the_file_are_counted_and_not_its_parts(tmp_path, small, capsys):
    path = xlsx(tmp_path / "a.xlsx", HEAD, *[SYAHRUL for _ in range(100)])

    child.read(str(path), 1)

    assert "refused" not in capsys.readouterr().out
