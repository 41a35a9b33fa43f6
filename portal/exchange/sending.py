"""How a list leaves as a file, for whichever room asks: a place among those being written, the trail, the stream."""

from collections.abc import Callable

from flask import Response, stream_with_context

from portal.db import db
from portal.exchange import exports
from portal.exchange.exports import KINDS, Export


def streamed(prepare: Callable[[], Export], name: str = "") -> Response:
    """The file that `prepare` gives, under its own name or this one; its beginning is on record before the first byte.

    Raises Refused where too many are being written at this moment, and what `prepare` raises.
    """
    leave = exports.take_place()
    try:
        export = prepare()
        parts = exports.begin(export)
        db.session.commit()
        response = Response(stream_with_context(parts), mimetype=KINDS[export.kind])
        filename = f"{name}-{export.code}.{export.kind}" if name else export.name
        response.headers.set("Content-Disposition", "attachment", filename=filename)
        response.call_on_close(leave)
    except BaseException:
        leave()
        raise
    return response
