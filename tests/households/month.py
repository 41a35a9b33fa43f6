"""A kelurahan's October for tests: what a cadre tells, what the unit presses."""

from datetime import date

from sqlalchemy import select

from portal.db import db
from portal.households import area_services as reports
from portal.households import month_queries as queries
from portal.households.area_models import AreaReport, ReportKind
from tests.factories import VILLAGE
from tests.pages import form_values

OTHER = "13.76.01.1022"
OCTOBER = date(2026, 10, 1)
UNIT = f"/updates/{VILLAGE}/2026-10"
RT = "/area/month?rw=002&rt=003"


def figures():
    return queries.standing(VILLAGE, OCTOBER).figures


def told(by, household=None, kind=ReportKind.MOVED_AWAY, **more) -> AreaReport:
    details = reports.ReportDetails(kind=kind, own_words="Rumahnya kosong.", **more)
    made = reports.report(details, household, by=by)
    db.session.commit()
    return made


def latest() -> AreaReport:
    return db.session.scalars(select(AreaReport).order_by(AreaReport.id.desc())).first()


def act(browser, name, **typed):
    """Fill in one of the forms on the unit's page and send it."""
    values = form_values(browser.get(UNIT).text, f"{UNIT}/{name}")
    return browser.post(f"{UNIT}/{name}", values | typed)
