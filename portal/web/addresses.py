"""What may stand in an address or a form: numbers a record can have, and text a database can store."""

from flask import Flask, abort, request
from werkzeug.routing import IntegerConverter, Map

MOST = 2**31 - 1
"""The largest id of a record (a four-byte integer on PostgreSQL)."""


class RecordNumber(IntegerConverter):
    """`<int:…>` in an address: a number that no record can have is not there (404)."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=MOST)


def record_number(text: str | None) -> int | None:
    """A record's number out of a query or a form; None for anything else."""
    typed = (text or "").strip()
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None


def refuse_nul() -> None:
    """No keyboard types the character NUL and PostgreSQL stores it nowhere: nothing is there, nothing is read."""
    if "\0" in request.path or any("\0" in value for values in request.args.listvalues() for value in values):
        abort(404)
    if any("\0" in value for values in request.form.listvalues() for value in values):
        abort(400)


def init_app(app: Flask) -> None:
    app.url_map.converters["int"] = RecordNumber
    app.before_request(refuse_nul)
