"""Invented sheets of givers and bank statements."""

from io import BytesIO
from typing import Any

from openpyxl import Workbook

HEAD = ["No", "Nama", "NIP", "OPD", "Jumlah", "Anonim"]
ROSMANIAR = ["1", "Rosmaniar Koto", "197001011995032001", "Dinas Pendidikan", 150_000, ""]
ZULKIFLI = ["2", "Zulkifli Chaniago", "198002022005011002", "Dinas Pendidikan", "Rp 100.000,-", ""]
ELFIRA = ["3", "Elfira Piliang", "199003032015032003", "Dinas Kesehatan", "75.000", "ya"]
PAYROLL = [["DAFTAR POTONGAN INFAK PNS"], [], HEAD, ROSMANIAR, ZULKIFLI, ELFIRA, ["JUMLAH", "", "", "", 325_000]]

STATEMENT = [
    ["Bank Nagari", "", "", "", ""],
    ["Tanggal", "Keterangan", "Debet", "Kredit", "Saldo"],
    ["02/10/2026", "TRF-1 DINAS PENDIDIKAN INFAK", "0,00", "250.000,00", "1.250.000,00"],
    ["02/10/2026", "BIAYA ADM", "15.000,00", "0,00", "1.235.000,00"],
    ["05/10/2026", "SETORAN LKS MITRA KENANGA", "", "75.000,00", "1.310.000,00"],
]


def xlsx(rows: list[list[Any]], name: str = "infak-oktober.xlsx", **more: list[list[Any]]) -> tuple[BytesIO, str]:
    """A workbook as a browser sends it; `more` are further sheets by their names."""
    book, file = Workbook(), BytesIO()
    for at, (title, of_sheet) in enumerate({"Data": rows, **more}.items()):
        sheet = book.active if at == 0 else book.create_sheet()
        sheet.title = title
        for row in of_sheet:
            sheet.append(row)
    book.save(file)
    file.seek(0)
    return file, name


def csv(rows: list[list[Any]], name: str = "mutasi.csv") -> tuple[BytesIO, str]:
    return BytesIO("\n".join(";".join(map(str, row)) for row in rows).encode()), name
