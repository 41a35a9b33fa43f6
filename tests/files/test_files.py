"""Uploads: what is taken, what is refused, how it is kept, and who may open it."""

import struct
from io import BytesIO

import pytest
from flask_babel import force_locale
from flask_wtf.file import FileField
from PIL import Image
from sqlalchemy import select
from werkzeug.datastructures import FileStorage, MultiDict
from wtforms import Form

from portal.audit.models import AuditEvent
from portal.db import db
from portal.errors import Refused
from portal.files import content, policies, queries, services
from portal.files.fields import UploadField
from portal.files.models import StoredFile
from portal.units import formats
from tests.files.samples import HTML, PDF, photo


def store(make, data: bytes, name: str = "bukti.pdf") -> StoredFile:
    household = make.household()
    stored = services.store(
        FileStorage(BytesIO(data), name, name="proof"), subject=household, household_id=household.id,
        by=make.social_worker(),
    )  # fmt: skip
    db.session.commit()
    return stored


def kept(stored: StoredFile) -> bytes:
    return services.path_of(stored.sha256).read_bytes()


def test_a_pdf_is_kept_as_it_is_under_its_hash(make):
    stored = store(make, PDF)

    assert kept(stored) == PDF
    assert (stored.media_type, stored.size, stored.name) == ("application/pdf", len(PDF), "bukti.pdf")
    assert services.path_of(stored.sha256).name == stored.sha256
    assert [path for path in services.path_of(stored.sha256).parent.iterdir() if ".aside" in path.name] == []


@pytest.mark.parametrize(("form", "type_"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/png")])
def test_a_picture_loses_what_the_camera_wrote_into_it(make, form, type_):
    data = photo(form)
    assert b"Yurnalis" in data

    stored = store(make, data, "rumah.heic")

    assert stored.media_type == type_
    assert stored.name.endswith(".png" if type_ == "image/png" else ".jpg")
    assert b"Yurnalis" not in kept(stored)
    assert b"Exif" not in kept(stored)
    assert dict(Image.open(BytesIO(kept(stored))).getexif()) == {}


def test_a_picture_taken_sideways_is_turned_upright(make):
    stored = store(make, photo(orientation=6))

    upright = Image.open(BytesIO(kept(stored))).convert("RGB")

    assert upright.size == (40, 60)
    top, bottom = upright.getpixel((20, 5)), upright.getpixel((20, 55))
    assert top[0] > 200 > bottom[0]
    assert bottom[2] > 200 > top[2]


def test_a_large_picture_becomes_as_large_as_a_page_needs(make):
    stored = store(make, photo(size=(5000, 2500)))

    assert Image.open(BytesIO(kept(stored))).size == (2560, 1280)


def test_see_through_parts_of_a_picture_stay_so(make):
    out = BytesIO()
    Image.new("RGBA", (20, 20), (255, 0, 0, 10)).save(out, "PNG")

    assert Image.open(BytesIO(kept(store(make, out.getvalue())))).mode == "RGBA"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        HTML,
        b"PK\x03\x04" + b"\0" * 100,
        b"\n%PDF-1.4\n" + PDF,
        PDF.replace(b"%%EOF", b""),
        PDF[:40],
        PDF + HTML,
        photo()[:200],
        b"\x89PNG\r\n\x1a\n" + HTML,
        b"\xff\xd8\xff" + HTML,
        b"RIFF\0\0\0\0WEBP" + HTML,
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    ],
)
def test_what_is_not_what_it_says_is_refused(make, data):
    with pytest.raises(Refused) as refusal:
        store(make, data)

    assert refusal.value.field == "proof"


def test_a_small_file_that_unfolds_to_a_huge_picture_is_refused(make):
    out = BytesIO()
    Image.new("1", (20_000, 12_000)).save(out, "PNG")
    assert len(out.getvalue()) < 100_000

    with pytest.raises(Refused):
        store(make, out.getvalue())


def test_more_than_ten_megabytes_are_refused(make):
    with pytest.raises(Refused, match="10 MB"):
        store(make, b"%PDF-1.4\n" + b"0" * (10 * 1024 * 1024) + b"\nstartxref\n9\n%%EOF")


@pytest.mark.parametrize(
    ("typed", "cleaned"),
    [
        ("C:\\Users\\rani\\bukti transfer.PDF", "bukti transfer.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("bukti\r\nSet-Cookie: a=b.pdf", "buktiSet-Cookie a=b.pdf"),
        ('foto 📷 "Ibu" O\'Neil.jpg', "foto 📷 Ibu O'Neil.pdf"),
        ("...", "berkas.pdf"),
        ("", "berkas.pdf"),
        ("a" * 300 + ".pdf", "a" * 100 + ".pdf"),
        ("KTP 1376012345678901.jpg", "KTP 8901.pdf"),
        ("KTP 1376 0123 4567 8901 Yurnalis.jpg", "KTP 8901 Yurnalis.pdf"),
        ("1376.0123.4567.8901", "8901.pdf"),
        ("KK_1376-01-23-4567_8901 (2).jpg", "KK_8901 (2).pdf"),
        ("1376\u200b01234567\u00a08901.jpg", "8901.pdf"),
        ("1376012345678901-1376012345678902.jpg", "8902.pdf"),
        ("IMG_20261005_091500.jpg", "IMG_20261005_091500.pdf"),
    ],
)
def test_the_name_is_cleaned(transaction, typed, cleaned):
    assert services.clean_name(typed, ".pdf") == cleaned


def test_the_same_content_twice_lies_on_disk_once(make):
    first, second = store(make, PDF), store(make, PDF)

    assert first.id != second.id
    assert services.path_of(first.sha256) == services.path_of(second.sha256)


def test_the_files_of_a_record_come_in_order(make):
    household, worker = make.household(), make.social_worker()
    for name in ("satu.pdf", "dua.pdf"):
        services.store(FileStorage(BytesIO(PDF), name), subject=household, by=worker)

    assert [file.name for file in queries.of(household)] == ["satu.pdf", "dua.pdf"]
    assert queries.of(make.household()) == []


class Proof(Form):
    proof = UploadField("Bukti")


def errors_of(data: bytes, name: str = "a.pdf") -> list[str]:
    # FlaskForm would read the request; here the field alone is asked.
    form = Proof(MultiDict({"proof": FileStorage(BytesIO(data), name, name="proof")}))
    form.validate()
    return list(form.proof.errors)


def test_the_field_says_what_is_wrong_with_size_and_type(transaction):
    assert issubclass(UploadField, FileField)
    assert errors_of(PDF) == []
    assert "10 MB" in errors_of(b"%PDF-" + b"0" * (10 * 1024 * 1024))[0]
    assert "PDF" in errors_of(HTML)[0]
    assert Proof(MultiDict({"proof": FileStorage(BytesIO(b""), "")})).proof.data is None


@pytest.fixture
def open_to(monkeypatch):
    """Let the room of households open its files to these people."""

    def arrange(*users):
        ids = {user.id for user in users}
        monkeypatch.setitem(policies._checks, "household", lambda user, _id: user.id in ids)

    return arrange


def test_a_file_is_handed_out_as_an_attachment_and_that_is_recorded(make, sign_in, open_to):
    stored, reader = store(make, PDF, "bukti transfer.pdf"), make.treasurer()
    open_to(reader)

    response = sign_in(reader).get(f"/files/{stored.id}")

    assert (response.status_code, response.data, response.mimetype) == (200, PDF, "application/pdf")
    assert response.headers["Content-Disposition"] == 'attachment; filename="bukti transfer.pdf"'
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "no-store"
    last = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert (last.action, last.actor_id, last.household_id) == ("stored_file.read", reader.id, stored.household_id)


def test_a_file_is_closed_unless_its_room_opens_it(make, sign_in, open_to, stranger):
    stored, reader = store(make, PDF), make.treasurer()

    assert sign_in(reader).get(f"/files/{stored.id}").status_code == 404
    open_to(make.social_worker())
    assert sign_in(reader).get(f"/files/{stored.id}").status_code == 404
    assert sign_in(reader).get("/files/999999").status_code == 404
    assert stranger.get(f"/files/{stored.id}").status_code == 303


def test_forty_megabytes_are_refused_beside_the_field_and_the_rest_is_kept(make, sign_in):
    browser = sign_in(make.partner_user())
    film = (BytesIO(b"0" * (40 * 1024 * 1024)), "film.mp4")

    response = browser.post("/donations/new", {"note": "Dari jamaah masjid.", "proof": film})

    assert response.status_code == 422
    assert "Berkas ini lebih dari 10 MB" in response.text
    assert "Dari jamaah masjid." in response.text


def test_more_than_anybody_sends_gets_a_friendly_page(make, sign_in):
    browser = sign_in(make.treasurer())

    response = browser.post("/account/password", {"file": (BytesIO(b"0" * (70 * 1024 * 1024)), "film.mp4")})

    assert response.status_code == 413
    assert "terlalu besar" in response.text


def test_a_stranger_may_not_send_that_much(stranger):
    response = stranger.post("/sign-in", {"name": (BytesIO(b"0" * (12 * 1024 * 1024)), "film.mp4")})

    assert response.status_code == 413


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_a_small_file_that_unfolds_to_a_huge_picture_is_refused_before_it_is_decoded(form):
    with pytest.raises(Refused, match=r"too many pixels|terlalu besar"):
        content.checked(photo(form, (4100, 4000)))


@pytest.mark.parametrize("error", [TypeError, KeyError, struct.error])
def test_whatever_a_decoder_stumbles_over_is_a_damaged_picture(monkeypatch, error):
    def stumble(_image):
        raise error

    monkeypatch.setattr(content.ImageOps, "exif_transpose", stumble)
    with pytest.raises(Refused, match=r"damaged|rusak"):
        content.checked(photo())


@pytest.mark.parametrize(
    ("size", "indonesian", "english"),
    [(999, "999 B", "999 B"), (37_440, "37,4 kB", "37.4 kB"), (1_250_000, "1,2 MB", "1.2 MB")],
)
def test_a_size_is_written_as_its_reader_writes_numbers(app, size, indonesian, english):
    for language, written in (("id", indonesian), ("en", english)):
        with app.test_request_context(), force_locale(language):
            assert formats.file_size(size) == written
