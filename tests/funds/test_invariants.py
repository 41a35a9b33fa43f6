"""Whatever people do in whatever order, and however many at once, no rupiah appears, vanishes or is promised twice."""

from collections import Counter

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.accounts.models import User
from portal.db import db
from portal.errors import PortalError, Refused
from portal.funds import books, giving, grounds, paying, queries, services
from portal.funds.models import Disbursement, DisbursementStatus, Fund
from portal.funds.verify import verify
from tests.factories import Make
from tests.funds import factories
from tests.funds.factories import handover
from tests.together import together

S = DisbursementStatus
ACTS = ("give", "propose", "approve", "decline", "cancel", "pay", "fail", "reverse", "take back")
steps = st.lists(st.tuples(st.sampled_from(ACTS), st.integers(1, 900_000), st.integers(0, 50)), min_size=4, max_size=14)


class Books:
    """Does what people do to one fund, and keeps its own simple account of where the money should be."""

    def __init__(self, make: Make, desk: dict[str, User]) -> None:
        self.make, self.desk = make, desk
        self.gifts, self.aid = [factories.confirmed(make, 500_000)], []
        self.fund = books.fund_of(self.gifts[0])

    def expected(self, before: Counter) -> Counter:
        told = Counter(before)
        told["received"] += sum(gift.amount for gift in self.gifts if gift.status.value == "confirmed")
        for aid in self.aid:
            if aid.status in {S.PROPOSED, S.APPROVED}:
                told["reserved"] += aid.amount
            if aid.status is S.PAID:
                told["paid"] += aid.amount
        told["available"] = told["received"] - told["reserved"] - told["paid"]
        return told

    def do(self, act: str, amount: int, pick: int) -> None:
        try:
            self._try(act, amount, pick)
            db.session.commit()
        except PortalError:
            db.session.rollback()

    def _try(self, act: str, amount: int, pick: int) -> None:
        if act == "give":
            self.gifts.append(factories.confirmed(self.make, amount))
        elif act == "propose":
            self._propose(amount)
        elif act == "take back":
            giving.take_back(self.gifts[pick % len(self.gifts)], reason="x", by=self.desk["treasurer"])
        elif self.aid:
            self._go_on(act, self.aid[pick % len(self.aid)])

    def _propose(self, amount: int) -> None:
        ground = factories.ground(self.make)
        aid = services.propose(
            ground, amount=amount, amount_reason="x", fund=self.fund, why=factories.LATE | {"same_need": "x"},
            by=self.desk["worker"],
        )  # fmt: skip
        self.aid.append(aid)

    def _go_on(self, act: str, aid: Disbursement) -> None:
        head, treasurer = self.desk["head"], self.desk["treasurer"]
        {
            "approve": lambda: services.approve(aid, by=head),
            "decline": lambda: services.decline(aid, reason="x", by=head),
            "cancel": lambda: services.cancel(aid, reason="x", by=head),
            "pay": lambda: services.pay(aid, handover(), by=treasurer),
            "fail": lambda: paying.fail(aid, reason="x", by=treasurer),
            "reverse": lambda: services.reverse_payment(aid, reason="x", by=treasurer),
        }[act]()


def standing(money: Fund) -> Counter:
    found = queries.balance(money)
    return Counter(received=found.received, available=found.available, reserved=found.reserved, paid=found.paid)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps)
def test_the_books_balance_whatever_people_do(make, steps):
    desk = {"worker": make.social_worker(), "head": make.unit_head(), "treasurer": make.treasurer()}
    story = Books(make, desk)
    before = standing(story.fund)
    before["received"] -= 500_000
    for act, amount, pick in steps:
        story.do(act, amount, pick)

    db.session.expire_all()
    assert standing(story.fund) == story.expected(before)
    assert min(standing(story.fund).values()) >= 0
    assert verify().faults == []


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
