"""What tests of imports look at: rows of a batch, and what is in the register."""

from sqlalchemy import func, select

from portal.db import db
from portal.exchange.models import ImportRow
from portal.households.models import Household
from tests.exchange.files import KK, row

OTHER = "1376010806139002"
NOBODY = row(kk="", nik="", name="MARLIS", born="", relation="Kepala keluarga")


def kinds(batch):
    found = db.session.execute(
        select(ImportRow.name, ImportRow.kind).where(ImportRow.batch_id == batch.id).order_by(ImportRow.id)
    )
    return {name: kind.value for name, kind in found}


def row_of(batch, name):
    return db.session.scalars(select(ImportRow).where(ImportRow.batch_id == batch.id, ImportRow.name == name)).one()


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


def family(kk=KK):
    return db.session.scalars(select(Household).where(Household.kk_no == kk)).one()
