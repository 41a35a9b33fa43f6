"""Layouts that people explained once: kept by name, known by their heads from then on."""

from sqlalchemy import select

from portal.db import db
from portal.exchange import mapping
from portal.exchange.formats import Format
from portal.exchange.models import ImportMapping


def kept() -> list[Format]:
    """The newest first."""
    bodies = db.session.scalars(select(ImportMapping.body).order_by(ImportMapping.id.desc()))
    return [mapping.from_dict(body) for body in bodies]
