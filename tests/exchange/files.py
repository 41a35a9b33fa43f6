"""Spreadsheets for these tests, small and hostile ones."""

import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from portal.exchange import checking

DATA = Path(__file__).parent / "data"

HEAD = [
    "Nomor KK",
    "NIK",
    "Nama lengkap",
    "Jenis kelamin",
    "Tanggal lahir",
    "Hubungan keluarga",
    "Kelurahan",
    "RW",
    "RT",
]
KK = "1376010806139001"
SYAHRUL = [KK, "1376011203749001", "SYAHRUL PITOPANG", "L", "12-03-1974", "Kepala keluarga", "Ibuah", "002", "001"]
ELFIRA = [KK, "1376016109789101", "ELFIRA", "P", "21-09-1978", "Istri", "Ibuah", "002", "001"]

_SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'


def row(like: list[Any] = SYAHRUL, **changed: Any) -> list[Any]:
    """A row of the template; `changed` names columns by their place: kk, nik, name, sex, born, relation, village, …"""
    names = ["kk", "nik", "name", "sex", "born", "relation", "village", "rw", "rt"]
    return [changed.get(name, value) for name, value in zip(names, like, strict=True)]


def xlsx(path: Path, *rows: list[Any], sheet: str = "Data") -> Path:
    workbook = Workbook()
    workbook.active.title = sheet
    for one in rows:
        workbook.active.append(one)
    workbook.save(path)
    return path


def raw_xlsx(path: Path, parts: Iterable[str], before: str = "") -> Path:
    """A workbook whose one sheet holds these rows of XML."""
    whole = xlsx(path.with_suffix(".whole"), ["x"])
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            if name != "xl/worksheets/sheet1.xml":
                target.writestr(name, source.read(name))
        with target.open("xl/worksheets/sheet1.xml", "w") as sheet:
            for part in (_SHEET, before, "<sheetData>", *parts, "</sheetData></worksheet>"):
                sheet.write(part.encode())
    return path


def ods(path: Path, *rows: list[str], manifest: str = "<manifest/>") -> Path:
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'.format
    body = "".join(f"<table:table-row>{''.join(map(cell, one))}</table:table-row>" for one in rows)
    names = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "content.xml",
            f"<office:document-content{names}><office:body><office:spreadsheet>"
            f'<table:table table:name="Data">{body}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
        archive.writestr("META-INF/manifest.xml", manifest)
    return path


def checked(tmp_path: Path, *rows: list[Any]) -> checking.Checked:
    """What the portal says of these rows under the template's head."""
    return checking.check(xlsx(tmp_path / "people.xlsx", HEAD, *rows))


def family_rows(number: int) -> list[list[Any]]:
    """Husband and wife of one more family, their numbers their own."""
    kk = f"13760108061{number:05d}"
    return [
        row(
            kk=kk,
            nik=f"137601{11 + number:02d}0374{number:04d}",
            name=f"AHMAD {'ABCDEFGHIJ'[number]}",
            born=f"{11 + number}-03-1974",
        ),
        row(
            ELFIRA,
            kk=kk,
            nik=f"137601{51 + number:02d}0978{number:04d}",
            name=f"SITI {'ABCDEFGHIJ'[number]}",
            born=f"{11 + number}-09-1978",
        ),
    ]
