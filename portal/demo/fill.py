"""Filling an empty, seeded portal with the invented city; refused where there is real data."""

from collections.abc import Callable
from typing import Any

from flask import current_app
from sqlalchemy import func, select

from portal import clock, references
from portal.accounts.models import User
from portal.cards.models import Card
from portal.complaints.models import Complaint
from portal.db import db
from portal.decisions.paths import PathScheme
from portal.demo.accounts import add_accounts
from portal.demo.books import Books
from portal.demo.changes import Changes
from portal.demo.chronicle import Chronicle
from portal.demo.city import City
from portal.demo.closed import close_books
from portal.demo.days import Days
from portal.demo.desk import Desk, open_gifts
from portal.demo.emergencies import Emergencies, number_letters
from portal.demo.givers import Givers
from portal.demo.history import OF_HOUSEHOLDS, History
from portal.demo.lists import Lists
from portal.demo.months import Months
from portal.demo.paying import Paying
from portal.demo.register import found_city, settle_the_rest
from portal.demo.sheet import Progress
from portal.demo.twice import Twice
from portal.errors import Refused
from portal.funds import monthly
from portal.funds.models import Disbursement
from portal.households.models import Household
from portal.lists.models import ListProposal
from portal.partners.models import Donation
from portal.payments.models import PaymentList
from portal.recommendations.models import EmergencyRecommendation
from portal.series import NumberSeries
from portal.units.catalogue import catalogue, forget
from portal.units.models import UnitProfile
from portal.units.settings import get_setting
from portal.visits.instruments import Instrument

UNIT = "upt-kan"
LETTERS_OF_THE_PAST = 12
OFFICE = {"office_address": "Jalan Contoh No. 1 (alamat rekaan)\nKota Payakumbuh", "office_phone": "(0752) 000-000"}
"""Where the invented city's unit is found: no street and no telephone of Payakumbuh."""


class AlreadyFilled(Exception):
    """The demo has been here before; nothing is to be done."""


def fill(households: int, progress: Progress) -> City:
    """Invent the city and store it. Raises AlreadyFilled, and Refused on a portal that holds real data."""
    profile = _empty_portal()
    city = _city()
    city.users = add_accounts(city.sheet, city.days, current_app.config["DEMO_PASSWORD"])
    found_city(city, households, progress)
    _let_things_happen(city, households, progress)
    settle_the_rest(city)
    Changes(city).invent()
    Lists(city).invent()
    Months(city).invent()
    Twice(city).invent()
    _number(city)
    city.sheet.insert(progress)
    monthly.count_all()
    city.trail.write()
    profile.demo = True
    _open_an_office()
    forget()
    close_books()
    # Last, since the trail of what it does is written when all is stored, and closing asks the trail.
    Givers().invent()
    return city


def _open_an_office() -> None:
    for key, value in OFFICE.items():
        setting = get_setting(key)
        setting.value, setting.changed = value, True


def _empty_portal() -> UnitProfile:
    profile = db.session.get(UnitProfile, UNIT)
    if profile is None:
        raise Refused(f"Load the unit first: flask --app wsgi seed --unit {UNIT}")
    if profile.demo:
        raise AlreadyFilled
    for model in (User, Household, Complaint, Donation):
        if db.session.execute(select(func.count()).select_from(model)).scalar_one():
            raise Refused("This portal holds real data; the demo fills empty ones only. Give it another INSTANCE_DIR.")
    return profile


def _city() -> City:
    unit = catalogue()
    return City(
        days=Days(unit.calendar, clock.today()),
        catalogue=unit,
        instrument=Instrument.from_dict(*unit.latest_instrument()),
        scheme=PathScheme.from_dicts(unit.profile, [card.body for card in unit.cards.values()]),
    )


def _let_things_happen(city: City, households: int, progress: Progress) -> None:
    chronicle, books = Chronicle(), Books(city)
    letters = max(4, round(LETTERS_OF_THE_PAST * households / OF_HOUSEHOLDS))
    History(city, books, chronicle).plan(households, letters)
    Emergencies(city, books, chronicle).plan(letters)
    Desk(city, books, chronicle).plan()
    chronicle.run(progress)
    open_gifts(city, books)
    books.close()
    Paying(city).invent()


def _number(city: City) -> None:
    """Running numbers of each year in the order of the moments; the series go on after the last."""
    for kind, model, moment, form in NUMBERED:
        last: dict[int, int] = {}
        for row in sorted(city.sheet.rows(model), key=lambda row: row[moment]):
            year = clock.local(row[moment]).year
            last[year] = last.get(year, 0) + 1
            row["number"] = form(year, last[year])
        _go_on_after(city, kind, last)
    _go_on_after(city, "letter", number_letters(city, city.sheet.rows(EmergencyRecommendation)))


def _go_on_after(city: City, kind: str, last: dict[int, int]) -> None:
    for year, number in last.items():
        city.sheet.add(NumberSeries, kind=kind, year=year, last=number)


NUMBERED: tuple[tuple[str, Any, str, Callable[[int, int], str]], ...] = (
    ("complaint", Complaint, "taken_at", references.complaint_number),
    ("card", Card, "issued_at", references.card_number),
    ("disbursement", Disbursement, "proposed_at", references.disbursement_number),
    ("donation", Donation, "entered_at", references.donation_number),
    ("payment_list", PaymentList, "made_at", references.payment_list_number),
    ("list_proposal", ListProposal, "made_at", references.list_proposal_number),
    ("recommendation", EmergencyRecommendation, "proposed_at", references.recommendation_number),
)
