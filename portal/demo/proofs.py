"""Pictures of papers that were never written: proof of what waits, drawn here and kept like any upload."""

from datetime import datetime
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from portal.db import Base
from portal.demo.city import City
from portal.demo.sheet import Row
from portal.files import content
from portal.files.models import StoredFile
from portal.files.services import write

SIZE = (720, 480)
INK, PAPER, FAINT = (40, 40, 40), (250, 248, 240), (190, 60, 60)
INVENTED = "CONTOH - rekaan untuk peragaan"


def add_proof(
    city: City, subject: type[Base], row: Row, household_id: int | None, by: Row, at: datetime, lines: tuple[str, ...]
) -> None:
    """A picture that says what it stands for, and that it is invented."""
    kept = content.checked(_drawn(lines))
    write(kept)
    city.sheet.add(
        StoredFile, sha256=kept.sha256, media_type=kept.media_type, size=len(kept.data), name="bukti.jpg",
        subject_type=subject.__tablename__, subject_id=row["id"], household_id=household_id,
        uploaded_by_id=by["id"], uploaded_at=at,
    )  # fmt: skip


def _drawn(lines: tuple[str, ...]) -> bytes:
    picture = Image.new("RGB", SIZE, PAPER)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((24, 24, SIZE[0] - 24, SIZE[1] - 24), outline=INK, width=2)
    for place, line in enumerate(lines):
        pen.text((64, 90 + 64 * place), line, fill=INK, font=ImageFont.load_default(34))
    pen.text((64, SIZE[1] - 90), INVENTED, fill=FAINT, font=ImageFont.load_default(26))
    written = BytesIO()
    picture.save(written, "JPEG", quality=80)
    return written.getvalue()
