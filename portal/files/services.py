"""Keeping an uploaded file: checked, written to disk for good, and only then written down."""

import os
import re
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from flask import current_app
from werkzeug.datastructures import FileStorage

from portal import audit, clock
from portal.accounts.models import User
from portal.audit.services import kind_of
from portal.db import db
from portal.errors import Refused
from portal.files import content, fields
from portal.files.models import StoredFile
from portal.language import gettext

NAME_LENGTH = 100
IDENTITY_NUMBER = re.compile(r"\d(?:[ .,_–—-]*\d){15,}")
"""Sixteen digits or more, however they are grouped."""


def store(upload: FileStorage, *, subject: Any, household_id: int | None = None, by: User) -> StoredFile:
    """Keep a photo or a PDF as proof of `subject`, a record that has its id already (flushed).

    An image is encoded anew, upright and without EXIF. Raises Refused, naming the upload's form field, for a file
    that is empty, larger than 10 MB, or not what it says it is.
    """
    kept = _checked(upload)
    write(kept)
    stored = StoredFile(
        sha256=kept.sha256, media_type=kept.media_type, size=len(kept.data),
        name=clean_name(upload.filename or "", content.EXTENSIONS[kept.media_type]),
        subject_type=kind_of(subject), subject_id=subject.id, household_id=household_id,
        uploaded_by_id=by.id, uploaded_at=clock.now(),
    )  # fmt: skip
    db.session.add(stored)
    db.session.flush()
    audit.record("file.stored", stored, by=by, household_id=household_id)
    return stored


def _checked(upload: FileStorage) -> content.Content:
    try:
        size = fields.size_of(upload)
        if size > fields.most_bytes():
            raise Refused(fields.too_large())
        if not size:
            raise Refused(gettext("This file is empty. Please choose it again."))
        return content.checked(upload.stream.read())
    except Refused as refusal:
        refusal.field = upload.name
        raise


def clean_name(typed: str, extension: str) -> str:
    """The name the file came with, without folders and control characters, ending as its content asks.

    Of a NIK or KK number in it the last four digits stay: the name is shown, sent and kept in the trail.
    """
    name = typed.replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(c for c in name if c.isprintable() and c not in '<>:"|?*')
    name = IDENTITY_NUMBER.sub(lambda number: re.sub(r"\D", "", number[0])[-4:], name)
    stem = re.sub(r"\s+", " ", name.rsplit(".", 1)[0]).strip(" .")
    return (stem[:NAME_LENGTH].strip() or gettext("file")) + extension


def path_of(sha256: str) -> Path:
    """Where a file of this content lies."""
    return Path(current_app.config["UPLOADS_DIR"]) / sha256[:2] / sha256


def write(kept: content.Content) -> None:
    """Put the content on disk under its own hash: written aside, forced to the disk, then moved in one step.

    A transaction given up later leaves a file that no row names; the same content again takes its place.
    """
    place = path_of(kept.sha256)
    if place.exists() and place.stat().st_size == len(kept.data):
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    aside = NamedTemporaryFile(dir=place.parent, prefix=".aside-", delete=False)  # noqa: SIM115 - closed below
    try:
        with aside:
            aside.write(kept.data)
            aside.flush()
            os.fsync(aside.fileno())
        Path(aside.name).replace(place)
    except OSError:
        Path(aside.name).unlink(missing_ok=True)  # a full disk keeps no half of it
        raise
    for folder in (place.parent, place.parent.parent):
        _force_folder(folder)


def _force_folder(folder: Path) -> None:
    """A new name is on disk only when its folder is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
