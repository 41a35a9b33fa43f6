"""Finding stored files."""

from typing import Any

from sqlalchemy import select

from portal.audit.services import kind_of
from portal.db import db
from portal.errors import NotFound
from portal.files.models import StoredFile


def of(subject: Any) -> list[StoredFile]:
    """The files that prove this record, in the order they came."""
    mine = (StoredFile.subject_type == kind_of(subject), StoredFile.subject_id == subject.id)
    return list(db.session.scalars(select(StoredFile).where(*mine).order_by(StoredFile.id)))


def get_file(file_id: int) -> StoredFile:
    """Raises NotFound."""
    found = db.session.get(StoredFile, file_id)
    if found is None:
        raise NotFound
    return found
