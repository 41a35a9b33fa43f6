"""When the demo fills a portal, when it refuses, and that it always invents the same city."""

import hashlib

from sqlalchemy import select

from portal.accounts.models import User
from portal.accounts.passwords import matches
from portal.complaints.models import Complaint
from portal.db import db
from portal.demo import fill
from portal.households.event_models import FamilyEvent
from portal.households.models import Household, Member
from portal.units.models import UnitProfile
from tests.demo.conftest import quietly

SMALL = ["demo", "--households", "200"]


def run(transaction, arguments):
    return transaction.test_cli_runner().invoke(args=arguments)


def fingerprint_of_the_city():
    found = hashlib.sha256()
    for statement in (
        select(Household.id, Household.head_name, Household.kk_no, Household.phone),
        select(Member.name, Member.nik, Member.household_id, Member.left_on),
        select(FamilyEvent.id, FamilyEvent.kind, FamilyEvent.on, FamilyEvent.noted_at),
        select(Complaint.number, Complaint.tracking_code, Complaint.taken_at, Complaint.status),
    ):
        for row in db.session.execute(statement.order_by(*statement.selected_columns)):
            found.update(repr(tuple(row)).encode())
    return found.hexdigest()


def test_the_same_day_gives_the_same_city(transaction, clock):
    fill(200, quietly)
    first = fingerprint_of_the_city()
    db.session.rollback()

    fill(200, quietly)

    assert fingerprint_of_the_city() == first


def test_it_fills_also_on_a_weekend(transaction, clock):
    clock.shift(-2 * 24 * 3600)

    city = fill(200, quietly)

    assert city.days.day(0) > city.days.today
    assert len(city.houses) == 200


def test_the_demo_accounts_can_sign_in_and_the_banner_is_set(transaction, clock):
    result = run(transaction, SMALL)

    assert result.exit_code == 0, result.output
    rani = db.session.scalars(select(User).where(User.name == "rani")).one()
    assert matches(rani.password_hash, transaction.config["DEMO_PASSWORD"])
    assert db.session.get_one(UnitProfile, "upt-kan").demo


def test_a_second_run_changes_nothing(transaction, clock):
    run(transaction, SMALL)
    before = fingerprint_of_the_city()

    result = run(transaction, SMALL)

    assert result.exit_code == 0
    assert "already" in result.output
    assert fingerprint_of_the_city() == before


def test_a_portal_with_real_people_is_refused_in_one_line(transaction, make):
    make.household()

    result = run(transaction, SMALL)

    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1
    assert "real data" in result.stderr


def test_a_portal_with_accounts_but_no_demo_is_refused(transaction, make):
    make.admin()

    assert run(transaction, SMALL).exit_code == 1


def test_a_city_too_small_is_wrong_usage(transaction, clock):
    assert run(transaction, ["demo", "--households", "3"]).exit_code == 2


def test_rani_opens_her_first_page_in_the_demo(transaction, clock, desk):
    run(transaction, SMALL)
    rani = db.session.scalars(select(User).where(User.name == "rani")).one()

    assert desk.sign_in(rani).get("/account").status_code == 200
