"""What a file really is, read from its bytes: neither its name nor what the browser says of it is believed."""

import hashlib
from dataclasses import dataclass, field
from io import BytesIO

from PIL import Image, ImageOps

from portal.errors import Refused
from portal.files import pdf
from portal.language import gettext

PDF = "application/pdf"
JPEG = "image/jpeg"
PNG = "image/png"
WEBP = "image/webp"
EXTENSIONS = {PDF: ".pdf", JPEG: ".jpg", PNG: ".png"}

PNG_HEAD = b"\x89PNG\r\n\x1a\n"
PNG_END = b"IEND\xaeB`\x82"

MOST_PIXELS = 64_000_000
"""A small file may unfold to a picture that fills the machine's memory; the largest phone cameras stay below this."""

MOST_PIXELS_WHOLE = 16_000_000
"""For PNG and WebP, which unlike a JPEG can only be decoded at full size."""

LONGEST_SIDE = 2560
"""Pixels; a photographed A4 page is still easy to read, and a page with ten of them opens on a cheap phone."""


@dataclass(frozen=True)
class Content:
    """A file as it is kept; `media_type` is a key of EXTENSIONS."""

    data: bytes = field(repr=False)
    media_type: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


def sniff(head: bytes) -> str | None:
    """The type that the first bytes of a file tell, or None for any that is not taken."""
    if head.startswith(b"%PDF-"):
        return PDF
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(PNG_HEAD):
        return PNG
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    return None


def refuse_type() -> Refused:
    return Refused(gettext("Only a photo (JPEG, PNG, WebP) or a PDF can be kept. This file is something else."))


def checked(data: bytes) -> Content:
    """The file as it will be kept: a PDF as it is, an image decoded and encoded anew. Raises Refused."""
    match sniff(data[:16]):
        case None:
            raise refuse_type()
        case "application/pdf":
            return _whole_pdf(data)
        case _:
            return _redrawn(data)


def _whole_pdf(data: bytes) -> Content:
    """Refuse a PDF that was cut off (it ends with startxref and %%EOF, ISO 32000-1, 7.5.5) or that acts by itself."""
    end = data[-1024:].rstrip(b"\0\r\n\t ")
    if b"startxref" not in end or not end.endswith(b"%%EOF"):
        raise Refused(gettext("This PDF is damaged or incomplete. Please save or scan it again."))
    pdf.check(data)
    return Content(data, PDF)


def _redrawn(data: bytes) -> Content:
    """The picture alone, upright and of a sensible size; where and with what it was taken (EXIF) is left behind."""
    try:
        if data.startswith(PNG_HEAD) and PNG_END not in data:
            raise ValueError("cut off")  # the decoder is content once it has all rows
        with Image.open(BytesIO(data), formats=["JPEG", "PNG", "WEBP"]) as image:
            most = MOST_PIXELS if image.format == "JPEG" else MOST_PIXELS_WHOLE
            if image.width * image.height > most:
                raise Refused(gettext("This picture has too many pixels. Please take it at a smaller size."))
            return _encoded(image)
    except Refused:
        raise
    except Exception as damaged:  # the decoders and odd EXIF raise TypeError, struct.error and many more
        raise Refused(gettext("This picture is damaged. Please take or save it again.")) from damaged


def _encoded(image: Image.Image) -> Content:
    image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a JPEG is decoded no larger than needed
    upright = ImageOps.exif_transpose(image)
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    lossless = image.format != "JPEG"
    plain = upright.convert("RGBA" if lossless and upright.has_transparency_data else "RGB")
    plain.info.clear()
    out = BytesIO()
    if lossless:
        plain.save(out, "PNG", optimize=True)
    else:
        plain.save(out, "JPEG", quality=85)
    return Content(out.getvalue(), PNG if lossless else JPEG)
