"""An office sends its list: looked at before it counts, refused rows mended and sent again."""

import re
from pathlib import Path

from openpyxl import load_workbook
from playwright.sync_api import expect

from tests.exchange.files import HEAD, row, xlsx
from tests.journeys import steps

FIELDS = ("kk_no", "nik", "name", "sex", "birth_date", "relation", "village", "rw", "rt")
PATIENCE = 60_000
"""Milliseconds for a file to be read or written by the process beside the server."""


def send(rani, path: Path):
    rani.goes("/imports").follows("Kirim berkas").reads("Kirim berkas").is_accessible()
    rani.page.locator("#file").set_input_files(path)
    rani.presses("Kirim dan bandingkan")


def when_over(rani, word: str):
    """With scripts the page follows the work by itself; without, somebody asks again."""
    if rani.scripts:
        expect(rani.main.get_by_text(word, exact=True)).to_be_visible(timeout=PATIENCE)
        return
    deadline = PATIENCE // 250
    while rani.main.get_by_text(word, exact=True).count() == 0 and deadline:
        rani.page.wait_for_timeout(250)
        rani.page.reload()
        deadline -= 1
    expect(rani.main.get_by_text(word, exact=True)).to_be_visible()


@steps.CROSSED
def test_a_list_enters_the_register_once_somebody_looked_at_it(walker, tmp_path):
    # Given a list of a kelurahan with two families, of which one row cannot be used, under heads of its own
    one, other = steps.new_family(), steps.new_family()
    heads = [f"{head} {one.head}" for head in HEAD]
    path = xlsx(
        tmp_path / "Data Ibuah.xlsx",
        heads,
        row(kk=one.kk, nik="", name=one.head.upper(), born=""),
        row(kk=other.kk, nik="", name=other.head.upper(), born="31-02-1980"),
    )

    # When Rani sends it in, says once what its columns are, and looks at it
    rani = walker("rani")
    send(rani, path)
    when_over(rani, "kolom belum dikenal")
    rani.follows("Jelaskan kolomnya").reads("Isi kolom-kolomnya").is_accessible()
    for title, field in zip(heads, FIELDS, strict=True):
        rani.page.get_by_label(f"Kolom {title} adalah").select_option(field)
    rani.types("Nama susunan kolom ini", f"Susunan {one.head}").presses("Baca berkas dengan susunan ini")
    when_over(rani, "menunggu keputusan")
    rani.sees(one.head.upper()).is_accessible()
    # Then nothing is in the register yet
    assert rani.page.locator(f"a:has-text('{one.head.upper()}')").count() == 0

    # And when she confirms, the good row is
    rani.presses("Simpan ke data keluarga")
    when_over(rani, "sudah masuk data")
    rani.main.get_by_role("link", name=one.head.upper()).click()
    rani.reads(re.compile(one.head, re.IGNORECASE)).sees("Ibuah")

    # And the refused one comes back with its reason, is mended, and enters too
    rani.page.go_back()
    link = rani.main.get_by_role("link", name="Unduh baris yang ditolak").get_attribute("href")
    (tmp_path / "refused.xlsx").write_bytes(rani.context.request.get(rani.address + link).body())
    workbook = load_workbook(tmp_path / "refused.xlsx")
    assert "tanggal lahir" in workbook.active["A2"].value.lower()
    workbook.active["G2"] = "28-02-1980"
    workbook.save(tmp_path / "mended.xlsx")
    send(rani, tmp_path / "mended.xlsx")
    # Its columns are known by now
    when_over(rani, "menunggu keputusan")
    rani.presses("Simpan ke data keluarga")
    when_over(rani, "sudah masuk data")
    rani.sees(other.head.upper()).is_accessible(last=True)
