"""What was uploaded: the file lies outside the web, named by its content; the row says whose it is."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, Moment


class StoredFile(Base):
    """An image (re-encoded, without EXIF) or a PDF, checked by its content."""

    __tablename__ = "stored_file"
    __table_args__ = (CheckConstraint("size > 0", name="not_empty"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(index=True)
    media_type: Mapped[str]
    size: Mapped[int]
    name: Mapped[str]
    # The kind and id of the record that it proves; that record's rules say who may open it.
    subject_type: Mapped[str]
    subject_id: Mapped[int]
    household_id: Mapped[int | None]
    uploaded_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    uploaded_at: Mapped[datetime] = mapped_column(Moment)
