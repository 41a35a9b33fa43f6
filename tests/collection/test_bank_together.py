"""Bank statements when two treasurers act at one moment: a line is used once, a statement kept once."""

from datetime import timedelta

from werkzeug.datastructures import FileStorage

from portal import clock
from portal.accounts.models import User
from portal.collection import bank
from portal.collection.bank_models import BankLine, BankMatch, BankStatement
from portal.db import db
from portal.errors import AlreadySettled
from portal.funds import verify
from portal.partners.models import Donation, DonationStatus
from tests.collection.files import STATEMENT, csv
from tests.collection.test_bank import lines
from tests.factories import Make
from tests.funds import factories
from tests.together import count, reasons, together


def both_at_once(app, act_of):
    """Two treasurers, a statement of one line, and two gifts that it may be."""
    make = Make()
    people = [make.treasurer().id for _ in range(2)]
    rows = [["Tanggal", "Keterangan", "Kredit"], [f"{clock.today():%d/%m/%Y}", "SETORAN", "75.000"]]
    bank.bring_in(FileStorage(*csv(rows)), "Bank Contoh", by=db.session.get_one(User, people[0]))
    gifts = [factories.donation(make, 75_000, given_on=clock.today() - timedelta(days=n)).id for n in range(2)]
    db.session.commit()
    line = lines()[0].id
    return together(app, [lambda n=n: act_of(line, gifts[n], db.session.get_one(User, people[n])) for n in range(2)])


def test_two_treasurers_match_one_line_once(own_portal):
    def match(line, gift, by):
        bank.match(db.session.get_one(BankLine, line), db.session.get_one(Donation, gift), by=by)

    stopped = both_at_once(own_portal, match)

    assert reasons(stopped) == {AlreadySettled}
    assert (count(BankMatch), count(Donation, Donation.status == DonationStatus.CONFIRMED)) == (1, 1)
    assert verify.verify().faults == []


def test_a_line_is_several_gifts_or_one_whoever_is_first(own_portal):
    make = Make()
    people = [make.treasurer().id for _ in range(2)]
    rows = [["Tanggal", "Keterangan", "Kredit"], [f"{clock.today():%d/%m/%Y}", "SETORAN", "75.000"]]
    bank.bring_in(FileStorage(*csv(rows)), "Bank Contoh", by=db.session.get_one(User, people[0]))
    parts = [factories.donation(make, amount).id for amount in (25_000, 50_000)]
    whole = [factories.donation(make, 75_000).id]
    db.session.commit()
    line = lines()[0].id

    def match(ids, person):
        found = [db.session.get_one(Donation, number) for number in ids]
        bank.match_several(db.session.get_one(BankLine, line), found, by=db.session.get_one(User, person))

    stopped = together(own_portal, [lambda: match(parts, people[0]), lambda: match(whole, people[1])])

    assert reasons(stopped) == {AlreadySettled}
    confirmed = db.session.scalars(db.select(Donation.id).where(Donation.status == DonationStatus.CONFIRMED)).all()
    assert sorted(confirmed) in (sorted(parts), whole)
    assert verify.verify().faults == []


def test_two_treasurers_who_press_the_one_click_at_once_confirm_each_gift_once(own_portal):
    make = Make()
    people = [make.treasurer().id for _ in range(2)]
    given = factories.donation(make, 75_000, reference="").id
    rows = [["Tanggal", "Keterangan", "Kredit"], [f"{clock.today():%d/%m/%Y}", "LKS MITRA KENANGA", "75.000"]]
    bank.bring_in(FileStorage(*csv(rows)), "Bank Contoh", by=db.session.get_one(User, people[0]))
    db.session.commit()
    shown = [(lines()[0].id, given)]
    done = []

    def press_it(person):
        done.append(bank.match_sure(shown, by=db.session.get_one(User, person))[0])

    stopped = together(own_portal, [lambda person=person: press_it(person) for person in people])

    assert stopped == [None, None]
    assert sorted(done) == [0, 1]
    assert count(BankMatch) == 1


def test_the_same_statement_sent_by_two_at_once_is_kept_once(own_portal):
    make = Make()
    people = [make.treasurer().id for _ in range(2)]

    def bring(person):
        bank.bring_in(FileStorage(*csv(STATEMENT)), "Bank Contoh", by=db.session.get_one(User, person))

    stopped = together(own_portal, [lambda person=person: bring(person) for person in people])

    assert reasons(stopped) == {bank.BroughtInBefore}
    assert (count(BankStatement), count(BankLine)) == (1, 2)
