"""Sheets of givers when several act at one moment: entered once, counted once, there or taken back."""

from datetime import date
from threading import Event

from werkzeug.datastructures import FileStorage

from portal import clock
from portal.accounts.models import User
from portal.collection import services
from portal.collection.models import GiverRow, GiverSheet
from portal.db import db
from portal.errors import AlreadySettled, NotFound, Refused
from portal.funds import giving, verify
from portal.partners.models import Donation, Partner, Purpose
from tests.collection.files import ELFIRA, HEAD, PAYROLL, ROSMANIAR, ZULKIFLI, xlsx
from tests.factories import Make
from tests.together import count, reasons, together


def test_two_who_enter_the_same_sheet_at_once_enter_it_once(own_portal):
    make = Make()
    people = [make.partner_user().id for _ in range(2)]
    sheet = ready(own_portal, db.session.get_one(User, people[0]))

    def enter(person):
        services.enter(db.session.get_one(GiverSheet, sheet), by=db.session.get_one(User, person))

    stopped = together(own_portal, [lambda person=person: enter(person) for person in people])

    assert reasons(stopped) == {AlreadySettled}
    assert (count(Donation), count(GiverRow, GiverRow.donation_id.is_not(None))) == (2, 3)


def test_a_gift_confirmed_while_its_sheet_is_taken_back_is_either_there_or_not(own_portal):
    make = Make()
    owner, treasurer = make.partner_user().id, make.treasurer().id
    terms = services.Terms(date(2026, 10, 1), clock.today(), "infak", Purpose.FIELD, "education", None, True)
    partner = db.session.get_one(Partner, "mitra-kenanga")
    by = db.session.get_one(User, owner)
    sheet = services.bring_in(FileStorage(*xlsx([HEAD, ROSMANIAR])), partner, terms, by=by)
    (gift,) = services.enter(sheet, by=by)
    sheet_id, gift_id = sheet.id, gift.id
    db.session.commit()
    seen, gone = Event(), Event()

    def take_back():
        seen.wait(1)  # on SQLite whoever confirms holds the turn, and this one comes after
        services.take_back(db.session.get_one(GiverSheet, sheet_id), reason="x", by=db.session.get_one(User, owner))
        gone.set()

    def confirm():
        found = db.session.get_one(Donation, gift_id)
        seen.set()
        gone.wait(1)
        giving.confirm(found, by=db.session.get_one(User, treasurer))

    stopped = together(own_portal, [take_back, confirm])

    assert reasons(stopped) in ({NotFound}, {Refused})
    assert verify.verify().faults == []


def test_two_sheets_of_the_same_people_entered_at_once_count_them_once(own_portal):
    by = Make().partner_user()
    ids = [ready(own_portal, by), ready(own_portal, by, [HEAD, ROSMANIAR, ELFIRA, ZULKIFLI])]
    who = by.id

    def enter(sheet):
        services.enter(db.session.get_one(GiverSheet, sheet), by=db.session.get_one(User, who))

    stopped = together(own_portal, [lambda sheet=sheet: enter(sheet) for sheet in ids])

    assert reasons(stopped) == {Refused}
    assert count(GiverRow, GiverRow.donation_id.is_not(None)) == 3


def ready(app, by, rows=PAYROLL):
    terms = services.Terms(date(clock.today().year, clock.today().month, 1), clock.today(), "infak", Purpose.GENERAL,
                           None, None, per_office=True)  # fmt: skip
    upload = FileStorage(*xlsx(rows))
    sheet = services.bring_in(upload, db.session.get_one(Partner, "mitra-kenanga"), terms, by=by)
    db.session.commit()
    return sheet.id
