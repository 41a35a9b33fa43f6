"""A month's payroll infak sent in by a partner, as the tests of it do."""

from portal.collection.models import GiverRow, GiverSheet
from portal.db import db
from portal.partners.models import Donation
from tests.collection.files import PAYROLL, xlsx
from tests.pages import form_values

SENT = {"month": "10-2026", "given_on": "05-10-2026", "kind_code": "infak", "bound_to": "field:education",
        "transfers": "office"}  # fmt: skip


def send(browser, rows=PAYROLL, **changes):
    file = changes.pop("file", None) or xlsx(rows)
    return browser.post("/giver-sheets/new", {**SENT, "file": file, **changes})


def brought(browser, rows=PAYROLL, **changes):
    answer = send(browser, rows, **changes)
    assert answer.status_code == 303, answer.text
    return db.session.get_one(GiverSheet, int(answer.location.rsplit("/", 1)[1]))


def press(browser, sheet, act, **more):
    key = form_values(browser.get(f"/giver-sheets/{sheet.id}?kind=doubt").text, f"/giver-sheets/{sheet.id}/{act}")
    return browser.post(f"/giver-sheets/{sheet.id}/{act}", {**key, **more})


def kinds(sheet):
    rows = db.session.scalars(db.select(GiverRow).where(GiverRow.sheet_id == sheet.id).order_by(GiverRow.id))
    return [(row.kind, row.said) for row in rows]


def gifts():
    return db.session.scalars(db.select(Donation).order_by(Donation.id)).all()
