"""`/healthz`: 200 ok when the database answers."""

from flask import Blueprint, Response
from sqlalchemy import text

from portal.db import db
from portal.web.access import public

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@public
def healthz() -> Response:
    db.session.execute(text("SELECT 1"))
    return Response("ok", mimetype="text/plain")
