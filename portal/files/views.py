"""Uploaded files, handed out one by one."""

from flask import Blueprint, Response, send_file

from portal import audit
from portal.errors import NotFound
from portal.files import policies, queries, services
from portal.web.access import requires, signed_in_user

bp = Blueprint("files", __name__)


@bp.get("/files/<int:file_id>")
@requires()
def download(file_id: int) -> Response:
    """The file as an attachment of its own type: a browser saves it and runs nothing in it."""
    file = queries.get_file(file_id)
    place = services.path_of(file.sha256)
    if not policies.may_open(signed_in_user(), file) or not place.exists():
        raise NotFound
    audit.record_reading(file, by=signed_in_user(), household_id=file.household_id)
    response = send_file(place, file.media_type, as_attachment=True, download_name=file.name, etag=file.sha256)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
