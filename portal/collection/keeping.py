"""Keeping an uploaded spreadsheet as it came, whatever room reads it."""

from flask_babel import gettext
from werkzeug.datastructures import FileStorage

from portal.collection.layouts import BOUNDS
from portal.errors import Refused
from portal.exchange.sheets import refuse
from portal.files import services as files
from portal.files.content import Content
from portal.files.fields import size_of

SPREADSHEET = "application/octet-stream"


def checked(upload: FileStorage) -> Content:
    """What was sent. Raises Refused, naming the field, for a file that is empty or too large."""
    size = size_of(upload)
    if not size:
        raise Refused(gettext("This file is empty. Please choose it again."), field="file")
    if size > BOUNDS.file_bytes:
        raise Refused(refuse("bytes").sentence, field="file")
    return Content(upload.stream.read(), SPREADSHEET)


def name_of(upload: FileStorage) -> str:
    """What it was called, tidied."""
    suffix = (upload.filename or "").rpartition(".")[2].lower()
    return files.clean_name(upload.filename or "", f".{suffix}" if suffix.isalnum() and len(suffix) <= 4 else "")
