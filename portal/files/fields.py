"""The field people choose a file with."""

from typing import Any

from flask import current_app
from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage
from wtforms.validators import StopValidation

from portal.files import content
from portal.language import gettext


class UploadField(FileField):
    """A photo or a PDF. Its form needs `enctype="multipart/form-data"`; `data` is None when nothing was chosen.

    Size and first bytes are checked here, so that the sentence stands beside the field; the whole content is checked
    by `files.services.store`.
    """

    data: FileStorage | None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("render_kw", {"accept": "image/jpeg,image/png,image/webp,application/pdf"})
        kwargs["description"] = kwargs.get("description") or limits()
        super().__init__(*args, **kwargs)

    def pre_validate(self, _form: Any) -> None:
        if self.data is None:
            return
        if size_of(self.data) > most_bytes():
            raise StopValidation(too_large())
        if content.sniff(first_bytes(self.data)) is None:
            raise StopValidation(content.refuse_type().sentence)


def most_bytes() -> int:
    return int(current_app.config["MAX_UPLOAD_BYTES"])


def most_megabytes() -> int:
    return most_bytes() // (1024 * 1024)


def limits() -> str:
    return gettext("A photo (JPEG, PNG, WebP) or a PDF, at most %(size)s MB.", size=most_megabytes())


def too_large() -> str:
    return gettext("This file is larger than %(size)s MB. Please send a smaller one.", size=most_megabytes())


def size_of(upload: FileStorage) -> int:
    """Bytes of the whole upload; reading starts at its beginning again."""
    size = upload.stream.seek(0, 2)
    upload.stream.seek(0)
    return size


def first_bytes(upload: FileStorage) -> bytes:
    head = upload.stream.read(16)
    upload.stream.seek(0)
    return head
