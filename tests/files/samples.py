"""Small files of every sort, made as they are needed."""

from io import BytesIO

from PIL import Image

PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>\nstartxref\n9\n%%EOF\n"
HTML = b"<!doctype html><script>alert(1)</script>"
ORIENTATION, DESCRIPTION, GPS = 0x0112, 0x010E, 0x8825


def photo(form: str = "JPEG", size: tuple[int, int] = (60, 40), *, orientation: int = 1) -> bytes:
    """A picture, red on the left and blue on the right, with EXIF that says where it was taken."""
    image = Image.new("RGB", size, "blue")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    exif = Image.Exif()
    exif[ORIENTATION], exif[DESCRIPTION] = orientation, "rumah Yurnalis"
    exif.get_ifd(GPS)[2] = (0.0, 13.0, 12.0)
    out = BytesIO()
    image.save(out, form, exif=exif)
    return out.getvalue()


def upload(data: bytes, name: str = "bukti.pdf") -> tuple[BytesIO, str]:
    """A file as a test browser sends it."""
    return BytesIO(data), name
