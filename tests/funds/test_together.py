"""However many act at once, no rupiah appears, vanishes or is promised twice; in any order: test_machine.py."""

from portal.accounts.models import User
from portal.db import db
from portal.errors import PortalError, Refused
from portal.funds import books, giving, grounds, queries, services
from portal.funds.models import Disbursement
from portal.funds.verify import verify
from tests.factories import Make
from tests.funds import factories
from tests.funds.factories import handover
from tests.together import together


def refused(stopped: list[Exception | None]) -> list[PortalError]:
    """What people were told; nothing else may stop anybody."""
    told = [error for error in stopped if error is not None]
    assert all(isinstance(error, PortalError) for error in told), told
    return told


def test_parallel_proposals_never_promise_more_than_there_is(own_portal):
    make = Make()
    code = factories.fund(make, 1_300_000).code
    ids = [(factories.decision(make).id, make.social_worker().id) for _ in range(8)]

    def proposal(decision_id, worker_id):
        def act():
            ground, worker = grounds.of_decision(decision_id), db.session.get_one(User, worker_id)
            services.propose(ground, amount=400_000, fund=books.get_fund(code), why=factories.LATE, by=worker)

        return act

    refusals = refused(together(own_portal, [proposal(*pair) for pair in ids]))

    found = queries.balance(books.get_fund(code))
    assert (found.available, found.reserved) == (100_000, 1_200_000)
    assert len(refusals) == 5
    assert all(isinstance(refusal, Refused) and refusal.field == "fund" for refusal in refusals)
    numbers = db.session.scalars(db.select(Disbursement.number).order_by(Disbursement.id)).all()
    assert [number[-6:] for number in numbers] == ["000001", "000002", "000003"]
    assert verify().faults == []


def test_one_payment_sent_by_several_at_once_is_paid_once(own_portal):
    make = Make()
    aid = factories.approved(make, factories.fund(make, 1_000_000))
    factories.approved(make, aid.fund)
    number, on, treasurer = aid.number, handover().on, make.treasurer().id

    def payment():
        services.pay(queries.get_disbursement(number), handover(on), by=db.session.get_one(User, treasurer))

    refusals = refused(together(own_portal, [payment] * 6))

    assert len(refusals) == 5
    assert queries.balances()[0].paid == 400_000
    assert verify().faults == []


def test_one_donation_confirmed_by_several_at_once_comes_in_once(own_portal):
    make = Make()
    given_id, treasurers = factories.donation(make, 1_000_000).id, [make.treasurer().id for _ in range(6)]

    def confirmation(treasurer_id):
        def act():
            donation = db.session.get_one(factories.Donation, given_id)
            giving.confirm(donation, by=db.session.get_one(User, treasurer_id))

        return act

    refusals = refused(together(own_portal, [confirmation(one) for one in treasurers]))

    assert len(refusals) == 5
    assert [one.received for one in queries.balances()] == [1_000_000]
    assert verify().faults == []
