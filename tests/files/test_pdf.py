"""A PDF that acts or carries something is refused, however it is written; what scanners and offices write is kept."""

import zlib

import pytest

from portal.errors import Refused
from portal.files import content, pdf
from tests.files.samples import photo

TAIL = b"\ntrailer << /Root 1 0 R >>\nstartxref\n9\n%%EOF\n"


def written(*objects: bytes) -> bytes:
    return b"%PDF-1.7\n" + b"\n".join(objects) + TAIL


def catalog(more: bytes) -> bytes:
    return b"1 0 obj\n<< /Type /Catalog " + more + b" >>\nendobj"


def packed(*objects: bytes, filtered: bytes = b"/FlateDecode") -> bytes:
    """An object stream with these objects, numbered from 5 on."""
    places = [sum(len(each) + 1 for each in objects[:nth]) for nth in range(len(objects))]
    head = b" ".join(b"%d %d" % (5 + nth, place) for nth, place in enumerate(places)) + b" "
    body = zlib.compress(head + b" ".join(objects))
    named = b"4 0 obj\n<< /Type /ObjStm /N %d /First %d /Filter %s /Length %d >>\nstream\n"
    return named % (len(objects), len(head), filtered, len(body)) + body + b"\nendstream\nendobj"


SCRIPT = b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>"


@pytest.mark.parametrize(
    "data",
    [
        written(catalog(b"/OpenAction " + SCRIPT)),
        written(catalog(b"/Names << /JavaScript 3 0 R >>")),
        written(catalog(b"/OpenAction << /S /J#61va#53cript /J#53 (app.alert) >>")),
        written(catalog(b"/AA << /O << /S /Rendition /JS%hidden\n\n3 0 R >> >>")),
        written(catalog(b"/AA << /O << /S /Rendition /JS" + b" " * 500 + b"3 0 R >> >>")),
        written(catalog(b"/OpenAction << /S /Launch /F (cmd.exe) >>")),
        written(catalog(b"/Names << /EmbeddedFiles 3 0 R >>")),
        written(catalog(b""), b"3 0 obj\n<< /Type /Filespec /EF << /F 4 0 R >> >>\nendobj"),
        written(catalog(b"/OpenAction << /S /URI /URI (https://elsewhere.example) >>")),
        written(catalog(b"/OpenAction << /S /GoTo /D [3 0 R /Fit] /Next 6 0 R >>")),
        written(catalog(b"/OpenAction 3 0 R"), b"3 0 obj\n<< /S /SubmitForm /F (x) >>\nendobj"),
        written(catalog(b"/OpenAction 9 0 R")),
        written(catalog(b"/OpenAction 3 0 R"), b"3 0 obj\n3 0 R\nendobj"),
        written(catalog(b"/OpenAction << /S /GoTo /D (a >> b) /Next 6 0 R >>")),
        written(catalog(b"/AA << /O << /S /GoToR /F (elsewhere) >> >>")),
        written(catalog(b"/AcroForm << /XFA 3 0 R >>")),
        written(catalog(b""), b"3 0 obj << /Subtype /RichMedia >>\nendobj"),
        written(catalog(b""), b"3 0 obj << /A << /S /SubmitForm /F (x) >> >>\nendobj"),
        written(*[catalog(b"/OpenAction [3 0 R /Fit]")] * 101),
        written(catalog(b"/OpenAction 3 0 R"), *[b"3 0 obj [ 4 0 R /Fit ] endobj"] * 101),
        written(
            *[catalog(b"/OpenAction %d 0 R" % (number + 20)) for number in range(4)],
            *[b"%d 0 obj [ 4 0 R /Fit ] endobj" % (number + 20) for number in range(4)],
        ),
        written(catalog(b"/OpenAction 5 0 R"), packed(b"<< /S /URI /URI (x) >>")),
        written(catalog(b""), packed(b"<< /A 1 >>", SCRIPT)),
    ],
)
def test_a_pdf_that_acts_or_carries_is_refused(transaction, data):
    with pytest.raises(Refused, match=r"skrip|script"):
        content.checked(data)


@pytest.mark.parametrize(
    "data",
    [
        written(catalog(b""), packed(SCRIPT, filtered=b"/Crypt").replace(b"stream\n", b"stream\nx")),
        written(catalog(b""), packed(SCRIPT)[:-40] + b"\nendstream\nendobj"),
        written(catalog(b""), b"4 0 obj << /Type /Obj#53tm >>\nstream\n/JavaScript\nendstream\nendobj"),
        written(catalog(b""), b"4 0 obj << /N 1 /First 4 /Filter [/AHx /Fl] >>\nstream\n789c\nendstream\nendobj"),
    ],
)
def test_a_pdf_that_cannot_be_looked_through_is_refused(transaction, data):
    with pytest.raises(Refused, match=r"tidak dapat diperiksa|cannot be checked"):
        content.checked(data)


def test_a_small_pdf_that_unfolds_for_ever_is_refused(transaction, monkeypatch):
    monkeypatch.setattr(pdf, "MOST_INFLATED", 1000)

    with pytest.raises(Refused, match=r"tidak dapat diperiksa|cannot be checked"):
        content.checked(written(catalog(b""), packed(b"<< >>" + b" " * 2000)))


@pytest.mark.parametrize(
    "data",
    [
        written(catalog(b"/OpenAction [3 0 R /XYZ null null 0]")),
        written(catalog(b"/OpenAction << /S /GoTo /D [3 0 R /Fit] >>")),
        written(catalog(b"/OpenAction 3 0 R"), b"3 0 obj\n<< /S /GoTo /D (page.1) >>\nendobj"),
        written(catalog(b"/OpenAction 5 0 R"), packed(b"<< /S /GoTo /D [6 0 R /Fit] >>", b"<< /Type /Page >>")),
        written(catalog(b""), b"3 0 obj << /A << /S /URI /URI (https://payakumbuhkota.go.id) >> >>\nendobj"),
        written(
            catalog(b"/Outlines 3 0 R"), b"3 0 obj << /First 5 0 R >>\nendobj", b"4 0 obj << >>\nstream\nx\nendstream"
        ),
        written(catalog(b""), b"3 0 obj << /FontName /JSans /LaunchPad 1 >>\nendobj"),
        written(
            catalog(b""), b"4 0 obj << >>\nstream\n" + b"\x01/JS \x02/JS" + bytes(range(256)) + b"\nendstream endobj"
        ),
    ],
)
def test_what_scanners_and_offices_write_is_kept(transaction, data):
    assert content.checked(data).data == data


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("missing", [4, 12, 100])
def test_a_picture_that_was_cut_off_is_refused(transaction, form, missing):
    with pytest.raises(Refused, match=r"rusak|damaged"):
        content.checked(photo(form)[:-missing])
