"""The server is killed (-9) again and again during 200 payments: what was acknowledged is there, once and whole."""

import random
import time
from collections import Counter
from collections.abc import Iterator
from threading import Thread

import pytest
from sqlalchemy import select, text

from portal import clock
from portal.audit.verify import verify as verify_trail
from portal.db import db
from portal.funds import books, queries
from portal.funds.models import Disbursement, DisbursementStatus, EntryKind, LedgerEntry, Method
from portal.funds.verify import verify as verify_ledger
from portal.payments import services
from portal.payments.models import LineOutcome, ListState, PaymentLine, PaymentList
from portal.web.once import new_key
from tests.factories import PASSWORD, Make
from tests.funds import factories as funds
from tests.live import Visitor
from tests.payments import factories
from tests.soak.__main__ import serving
from tests.soak.clients import Act, Client, payments, send

pytestmark = pytest.mark.proof

SINGLE, LISTS, OF_A_LIST, AMOUNT = 120, 16, 5, 400_000
"""120 payments one by one and 80 in lists of five."""
ALL = SINGLE + LISTS * OF_A_LIST
PAYERS, PATIENCE, MOST_KILLS = 4, 60.0, 40


def settlements(lists: list[tuple[str, list[int]]], today: str) -> Iterator[Act]:
    """Whole lists, handed over: (number, lines) each."""
    for number, lines in lists:
        said = {f"outcome-{line}": "paid" for line in lines} | {f"by-{line}": "Ibu Contoh" for line in lines}
        fields = {"once": new_key(), "step": "record", "on": today, **said}
        yield Act("list", number, f"/payments/{number}/settlement", fields)


def clients(environment: dict[str, str], names: list[str], work: list[Iterator[Act]]) -> list[Client]:
    with serving(environment) as (port, _took):
        visitors = [Visitor(port).sign_in(name, PASSWORD) for name in names]
        return [Client(who, who.token("/account"), acts) for who, acts in zip(visitors, work, strict=True)]


def told(people: list[Client]) -> int:
    return sum(bool(act.told) for each in people for act in list(each.acts))


def until_killed(environment: dict[str, str], people: list[Client], after: int) -> None:
    """Send again what is in doubt, go on paying, and kill the server once so many more are acknowledged."""
    with serving(environment) as (port, _took):
        for each in people:
            each.visitor.port = port
            for act in each.in_doubt:
                send(each, act)
        wanted, threads = told(people) + after, [each.begin(port) for each in people]
        wait_for(people, wanted, threads)
    for thread in threads:
        thread.join(30)


def wait_for(people: list[Client], wanted: int, threads: list[Thread]) -> None:
    """The kill comes at the moment this ends, whatever the others are at then."""
    deadline = time.monotonic() + PATIENCE
    while told(people) < wanted and any(thread.is_alive() for thread in threads):
        assert time.monotonic() < deadline, "nobody is answered"
        time.sleep(0.002)


def looked_at(people: list[Client]) -> None:
    """What was acknowledged is there once; nothing at all is there twice or in part."""
    entries = select(Disbursement.number).join(LedgerEntry, LedgerEntry.disbursement_id == Disbursement.id)
    booked = Counter(db.session.scalars(entries.where(LedgerEntry.kind == EntryKind.PAYMENT)))
    paid = set(db.session.scalars(select(Disbursement.number).where(Disbursement.status == DisbursementStatus.PAID)))
    assert set(booked.values()) <= {1}
    assert set(booked) == paid
    acts = [act for each in people for act in each.acts]
    assert [act.told for act in acts if act.told.startswith("refused")] == []
    assert {act.mark for act in acts if act.kind == "payment" and act.told} <= paid
    lines = select(PaymentList.number, PaymentLine.outcome).join(PaymentLine.payment_list).distinct()
    outcomes = db.session.execute(lines).all()
    settled = {number for number, outcome in outcomes if outcome is LineOutcome.PAID}
    assert len(outcomes) == LISTS  # of one outcome each: a list is settled whole or not at all
    assert {act.mark for act in acts if act.kind == "list" and act.told} <= settled
    assert (verify_ledger().faults, verify_trail().fault) == ([], None)
    if db.engine.dialect.name == "sqlite":
        assert db.session.scalars(text("PRAGMA integrity_check")).all() == ["ok"]
    db.session.remove()


def arranged(make: Make) -> tuple[str, list[Iterator[Act]]]:
    """The fund, and what each payer has to do."""
    fund = funds.fund(make, ALL * AMOUNT)
    aids, today = factories.approved(make, ALL, fund=fund), f"{clock.today():%d-%m-%Y}"
    collector, lists = make.treasurer(), []
    for start in range(SINGLE, len(aids), OF_A_LIST):
        ids = [aid.id for aid in aids[start : start + OF_A_LIST]]
        lists.append(services.make_list(ids, method=Method.CASH, planned_on=clock.today(), by=collector))
        db.session.commit()
    single = [(aid.number, aid.version) for aid in aids[:SINGLE]]
    whole = [(made.number, [line.id for line in made.lines]) for made in lists]
    parts = [payments(single[start :: PAYERS - 1], today) for start in range(PAYERS - 1)]
    return fund.code, [*parts, settlements(whole, today)]


def test_every_acknowledged_payment_outlives_the_server(environment):
    make, chance = Make(), random.Random(5)
    code, work = arranged(make)
    names = [make.treasurer().name for _ in range(PAYERS)]
    db.session.remove()
    people, kills = clients(environment, names, work), 0
    while told(people) < SINGLE + LISTS:
        until_killed(environment, people, chance.randint(1, 30))
        looked_at(people)
        kills += 1
        assert kills < MOST_KILLS

    assert kills > 3
    assert Counter(db.session.scalars(select(Disbursement.status))) == {DisbursementStatus.PAID: ALL}
    assert set(db.session.scalars(select(PaymentList.state))) == {ListState.SETTLED}
    balance = queries.balance(books.get_fund(code))
    assert (balance.paid, balance.reserved, balance.available) == (ALL * AMOUNT, 0, 0)
