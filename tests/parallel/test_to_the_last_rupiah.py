"""32 clients draw on one fund until it is empty, by the forms that people send: proposed, approved, paid in lists.

A quarter of the forms is sent twice at the same moment. What is paid in the end is what there was, to the rupiah.
"""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from portal import clock
from portal.audit.verify import verify as verify_trail
from portal.db import db
from portal.funds import books, queries
from portal.funds.models import Disbursement, DisbursementStatus
from portal.funds.verify import verify as verify_ledger
from portal.payments.models import LineOutcome, ListState, PaymentLine, PaymentList
from portal.web.once import new_key
from tests.factories import PASSWORD, Make
from tests.funds import factories as funds
from tests.live import Visitor, form_on
from tests.together import at_once

pytestmark = pytest.mark.proof

CLIENTS, EACH, AMOUNT, LISTS = 32, 2, 400_000, 4
AFFORDED = 45
"""Pieces of aid for which there is money: more than one for each client, less than all of them ask for."""

Send = Callable[[], Any]


def in_turn(sends: list[Send], clients: int) -> list[list[Any]]:
    """Each client sends its own forms one after the other, every fourth form twice at once; answers by form."""
    answers: list[list[Any]] = [[] for _ in sends]

    def work(first: int) -> None:
        for place in range(first, len(sends), clients):
            answers[place] = at_once([sends[place]] * (2 if place % 4 == 0 else 1))

    at_once([lambda first=first: work(first) for first in range(clients)])
    return answers


def same_for_both(answers: list[list[Any]]) -> Counter[int]:
    """How each form was answered; of one that was sent twice, both answers are the same."""
    assert all(len({(answer.status, answer.location) for answer in clicks}) == 1 for clicks in answers)
    return Counter(clicks[0].status for clicks in answers)


class Desk:
    """The people of the unit at a portal that serves."""

    def __init__(self, port: int, names: list[str]) -> None:
        self.people = [Visitor(port).sign_in(name, PASSWORD) for name in names]
        self.tokens = [each.token("/account") for each in self.people]

    def form(self, place: int, address: str, fields: dict[str, Any]) -> Send:
        """A form of somebody, made ready; each has a key of its own."""
        who = place % len(self.people)
        given = {"csrf_token": self.tokens[who], "once": new_key(), **fields}
        return lambda: self.people[who].post(address, given)


def proposals(port: int, names: list[str], code: str, grounds: list[int]) -> list[list[Any]]:
    desk, form = Desk(port, names), {"amount": str(AMOUNT), "fund": code, "why_season": "Pindah sekolah."}
    sends = [desk.form(place, f"/disbursements/new?decision={one}", form) for place, one in enumerate(grounds)]
    return in_turn(sends, CLIENTS)


def approvals(port: int, names: list[str], aids: list[str]) -> list[list[Any]]:
    desk = Desk(port, names)
    shown = [form_on(desk.people[0].get(f"/disbursements/{number}").text, "version") for number in aids]
    sends = [
        desk.form(place, f"/disbursements/{number}/approval", {"version": fields["version"], "reason": ""})
        for place, (number, fields) in enumerate(zip(aids, shown, strict=True))
    ]
    return in_turn(sends, CLIENTS)


def collections(port: int, names: list[str], ids: list[int]) -> list[list[Any]]:
    """Every client wants all of it in a list of its own, and some a part: nothing comes into two lists."""
    desk, on = Desk(port, names), {"method": "cash", "planned_on": f"{clock.today():%d-%m-%Y}"}
    parts = [ids[start::LISTS] for start in range(LISTS)]
    sends = [desk.form(place, "/payments/new", on | {"ids": parts[place % LISTS]}) for place in range(CLIENTS)]
    return in_turn(sends, CLIENTS)


def settlements(port: int, names: list[str], lines: list[tuple[str, int]]) -> list[list[Any]]:
    """A form for each line: the whole of every list is settled by many who settle a part each."""
    desk, on = Desk(port, names), {"step": "record", "on": f"{clock.today():%d-%m-%Y}"}
    sends = [
        desk.form(place, f"/payments/{number}/settlement", on | {f"outcome-{line}": "paid", f"by-{line}": "Yurnalis"})
        for place, (number, line) in enumerate(lines)
    ]
    return in_turn(sends, CLIENTS)


def test_clients_draw_on_a_fund_until_it_is_empty_and_what_is_paid_is_what_there_was(live):
    make = Make()
    money = funds.fund(make, AFFORDED * AMOUNT)
    code, grounds = money.code, [funds.decision(make).id for _ in range(CLIENTS * EACH)]
    workers = [make.social_worker().name for _ in range(CLIENTS)]
    heads, treasurers = [make.unit_head().name for _ in range(CLIENTS)], [make.treasurer().name for _ in range(CLIENTS)]
    with live() as port:
        proposed = same_for_both(proposals(port, workers, code, grounds))
        aids = {aid.number: aid.id for aid in db.session.scalars(select(Disbursement).order_by(Disbursement.id))}
        db.session.remove()
        approved = same_for_both(approvals(port, heads, list(aids)))
        collected = same_for_both(collections(port, treasurers, list(aids.values())))
        lines = db.session.execute(select(PaymentList.number, PaymentLine.id).join(PaymentLine.payment_list)).all()
        db.session.remove()
        settled = same_for_both(settlements(port, treasurers, [tuple(line) for line in lines]))

    assert proposed == {303: AFFORDED, 422: CLIENTS * EACH - AFFORDED}
    assert approved == {303: AFFORDED}
    assert collected == {303: LISTS, 409: CLIENTS - LISTS}
    assert settled == {303: AFFORDED}
    assert Counter(db.session.scalars(select(Disbursement.status))) == {DisbursementStatus.PAID: AFFORDED}
    assert Counter(db.session.scalars(select(PaymentLine.outcome))) == {LineOutcome.PAID: AFFORDED}
    assert set(db.session.scalars(select(PaymentList.state))) == {ListState.SETTLED}
    balance = queries.balance(books.get_fund(code))
    assert (balance.paid, balance.reserved, balance.available) == (AFFORDED * AMOUNT, 0, 0)
    assert (verify_ledger().faults, verify_trail().fault) == ([], None)
