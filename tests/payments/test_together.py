"""32 clients settle one list at the same moment, a quarter of their forms sent twice: every line is settled once."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import func, select

from portal.db import db
from portal.funds import queries as fund_queries
from portal.funds.models import EntryKind, LedgerEntry
from portal.funds.verify import verify
from portal.payments.models import LineOutcome, ListState, PaymentList
from portal.web.once import new_key
from tests.factories import Make
from tests.funds import factories as money
from tests.pages import Desk
from tests.payments import factories

CLIENTS, TWICE, EACH = 32, 8, 2
ON = {"step": "record"}


def forms(payments, on):
    """A form for each client: its own lines, one of them paid and one failed."""
    lines = [line.id for line in payments.lines]
    parts = [lines[start : start + EACH] for start in range(0, len(lines), EACH)]
    return [
        {
            **ON, "on": on, "once": new_key(),
            f"outcome-{paid}": "paid", f"by-{paid}": "Yurnalis",
            f"outcome-{failed}": "failed", f"note-{failed}": "Rumah kosong.",
        }
        for paid, failed in parts
    ]  # fmt: skip


def sent_at_once(app, user, address, given):
    """Status and address of each answer, by the place of its form; every form leaves at the same moment."""
    browsers = [Desk(app).sign_in(user) for _ in given]
    clients = [(browser.client, browser.token()) for browser in browsers]
    db.session.rollback()
    db.session.remove()
    start = Barrier(len(given))

    def send(place):
        client, token = clients[place]
        start.wait()
        answer = client.post(address, data={**given[place], "csrf_token": token})
        return answer.status_code, answer.location

    with ThreadPoolExecutor(len(given)) as pool:
        return list(pool.map(send, range(len(given))))


def arranged():
    make = Make()
    fund = money.fund(make, 400_000 * CLIENTS * EACH)
    payments = factories.made(make, aids=factories.approved(make, CLIENTS * EACH, fund=fund))
    return make.treasurer(), payments, fund.code


def test_clients_with_lines_of_their_own_settle_each_line_once(own_portal):
    treasurer, payments, code = arranged()
    on, number = f"{payments.planned_on:%d-%m-%Y}", payments.number
    own = forms(payments, on)
    given = own + own[:TWICE]

    answers = sent_at_once(own_portal, treasurer, f"/payments/{number}/settlement", given)

    assert Counter(status for status, _ in answers) == {303: CLIENTS + TWICE}
    settled = db.session.scalars(select(PaymentList)).one()
    assert settled.state is ListState.SETTLED
    assert Counter(line.outcome for line in settled.lines) == {LineOutcome.PAID: CLIENTS, LineOutcome.FAILED: CLIENTS}
    balance = fund_queries.balance(money.books.get_fund(code))
    assert (balance.paid, balance.reserved, balance.available) == (400_000 * CLIENTS, 0, 400_000 * CLIENTS)
    entries = dict(db.session.execute(select(LedgerEntry.kind, func.count()).group_by(LedgerEntry.kind)).all())
    assert (entries[EntryKind.PAYMENT], entries[EntryKind.RELEASE]) == (CLIENTS, CLIENTS)
    assert verify().faults == []


def test_of_clients_who_settle_the_whole_list_one_does(own_portal):
    treasurer, payments, code = arranged()
    whole = {**ON, "on": f"{payments.planned_on:%d-%m-%Y}"}
    for line in payments.lines:
        whole |= {f"outcome-{line.id}": "paid", f"by-{line.id}": "Yurnalis"}
    own = [whole | {"once": new_key()} for _ in range(CLIENTS)]
    given = own + own[:TWICE]

    answers = sent_at_once(own_portal, treasurer, f"/payments/{payments.number}/settlement", given)

    statuses = Counter(status for status, _ in answers)
    assert statuses[303] in {1, 2}  # the one that held, and the same form once more if it was sent twice
    assert statuses[303] + statuses[409] == CLIENTS + TWICE
    assert fund_queries.balance(money.books.get_fund(code)).paid == 400_000 * CLIENTS * EACH
    assert verify().faults == []
