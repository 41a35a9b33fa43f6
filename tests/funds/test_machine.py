"""Gifts, aid, payments, lists, corrections and closings in any order: after each act every invariant holds.

Hypothesis draws what people do next, sensible or not, and shortens what it finds to the fewest acts.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest
import time_machine
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import func, select

from portal import clock
from portal.db import db
from portal.errors import PortalError
from portal.funds import books, closing, giving, paying, periods, queries, services
from portal.funds.models import BookPeriod, Disbursement, DisbursementStatus, LedgerEntry, Method
from portal.funds.verify import verify
from portal.partners.models import Donation, DonationStatus
from portal.payments import services as lists
from portal.payments.models import LineOutcome, ListState, PaymentLine, PaymentList
from portal.payments.services import Outcome, Settlement
from tests.conftest import MONDAY, undone
from tests.examples import few
from tests.factories import Make
from tests.funds import factories
from tests.funds.factories import handover

S = DisbursementStatus
AMOUNTS = st.integers(1, 900_000) | st.sampled_from([350_000, 400_000, 650_000])
PICKS = st.integers(0, 60)
OPENING = (300_000, 350_000, 450_000)
"""What has come in before anybody does anything: most aid is paid from several gifts."""


class Books(RuleBasedStateMachine):
    """What people do to one fund, beside a simple account of where its money should be."""

    def __init__(self, app: Any) -> None:
        super().__init__()
        self.around = ExitStack()
        self.clock = self.around.enter_context(time_machine.travel(MONDAY, tick=False))
        self.around.enter_context(undone(app))
        make = self.make = Make()
        self.worker, self.head, self.treasurer = make.social_worker(), make.unit_head(), make.treasurer()
        self.gifts = [factories.confirmed(make, amount) for amount in OPENING]
        self.fund = books.fund_of(self.gifts[0])
        self.aid: list[Disbursement] = []
        self.lists: list[PaymentList] = []
        self.frozen: dict[int, Any] = {}

    def teardown(self) -> None:
        self.around.close()

    def try_to(self, act: Callable[[], Any]) -> Any:
        """In a transaction of its own; what a rule refuses leaves nothing behind."""
        try:
            made = act()
            db.session.commit()
        except PortalError:
            db.session.rollback()
            return None
        return made

    def one_of(self, found: Sequence[Any], pick: int, *standing: Any) -> Any:
        """Mostly one that stands so; now and then any, because people also do what is not possible any more."""
        fit = [each for each in found if each.status in standing] if pick % 5 else []
        return (fit or found)[pick % len(fit or found)]

    # What comes in

    @rule(amount=AMOUNTS, arrives=st.booleans())
    def give(self, amount: int, arrives: bool) -> None:
        self.gifts.append(factories.donation(self.make, amount))
        if arrives:
            self.try_to(lambda: giving.confirm(self.gifts[-1], by=self.treasurer))

    @rule(pick=PICKS)
    def confirm(self, pick: int) -> None:
        gift = self.one_of(self.gifts, pick, DonationStatus.ENTERED)
        self.try_to(lambda: giving.confirm(gift, by=self.treasurer))

    @rule(pick=PICKS)
    def take_back_a_gift(self, pick: int) -> None:
        gift = self.one_of(self.gifts, pick, DonationStatus.CONFIRMED)
        self.try_to(lambda: giving.take_back(gift, reason="x", by=self.treasurer))

    @rule(pick=PICKS)
    def unconfirm(self, pick: int) -> None:
        gift = self.one_of(self.gifts, pick, DonationStatus.CONFIRMED)
        self.try_to(lambda: giving.unconfirm(gift, reason="x", by=self.treasurer))

    # What is promised

    @rule(amount=AMOUNTS, then=st.sampled_from(["collect", "pay", "decide", "collect", "pay", "wait"]))
    def propose(self, amount: int, then: str) -> None:
        """Drawn by chance alone, few would come as far as being paid: some go on at once."""
        where = {"waiting_reason": "Dana habis."} if then == "wait" else {"fund": self.fund}
        aid = self.try_to(lambda: services.propose(
            factories.ground(self.make), amount=amount, amount_reason="x", by=self.worker,
            why=factories.LATE | {"same_need": "x"}, confirmed=["ahead:edu-basic"], **where,
        ))  # fmt: skip
        self.aid += [aid] if aid else []
        if aid and then in {"collect", "pay"}:
            self.try_to(lambda: services.approve(aid, by=self.head))
        if aid and then == "collect":
            self.collected([aid.id])
        if aid and then == "pay":
            self.try_to(lambda: services.pay(aid, handover(), by=self.treasurer))

    @precondition(lambda self: self.aid)
    @rule(pick=PICKS)
    def find_money(self, pick: int) -> None:
        aid = self.one_of(self.aid, pick, S.WAITING)
        why = factories.LATE | {"same_need": "x"}
        self.try_to(lambda: services.give_fund(aid, self.fund, why=why, confirmed=["ahead:edu-basic"], by=self.worker))

    @precondition(lambda self: self.aid)
    @rule(pick=PICKS)
    def approve(self, pick: int) -> None:
        aid = self.one_of(self.aid, pick, S.PROPOSED)
        self.try_to(lambda: services.approve(aid, by=self.head))

    @precondition(lambda self: self.aid)
    @rule(pick=PICKS, decline=st.booleans())
    def call_off(self, pick: int, decline: bool) -> None:
        aid, act = self.one_of(self.aid, pick, S.PROPOSED), services.decline if decline else services.cancel
        self.try_to(lambda: act(aid, reason="x", by=self.head))

    # What is paid

    @precondition(lambda self: self.aid)
    @rule(pick=PICKS)
    def pay(self, pick: int) -> None:
        aid = self.one_of(self.aid, pick, S.APPROVED)
        self.try_to(lambda: services.pay(aid, handover(), by=self.treasurer))

    @precondition(lambda self: self.aid)
    @rule(pick=PICKS)
    def fail(self, pick: int) -> None:
        aid = self.one_of(self.aid, pick, S.APPROVED)
        self.try_to(lambda: paying.fail(aid, reason="x", by=self.treasurer))

    @precondition(lambda self: self.aid)
    @rule(pick=PICKS)
    def take_back_a_payment(self, pick: int) -> None:
        aid = self.one_of(self.aid, pick, S.PAID)
        self.try_to(lambda: services.reverse_payment(aid, reason="x", by=self.treasurer))

    @precondition(lambda self: self.aid)
    @rule(every=st.booleans())
    def collect(self, every: bool) -> None:
        """A list of what is approved, or of everything, which is refused unless all of it may be listed."""
        self.collected([aid.id for aid in self.aid if every or aid.status is S.APPROVED])

    def collected(self, ids: list[int]) -> None:
        made = self.try_to(
            lambda: lists.make_list(ids, method=Method.CASH, planned_on=clock.today(), by=self.treasurer)
        )
        self.lists += [made] if made else []

    @precondition(lambda self: self.lists)
    @rule(pick=PICKS, kinds=st.lists(st.sampled_from(["paid", "paid", "failed", "later"]), min_size=1, max_size=6))
    def settle(self, pick: int, kinds: list[str]) -> None:
        payments = self.lists[pick % len(self.lists)]
        said = {
            line.id: Outcome(paid=kind == "paid", received_by="Ibu Contoh", note="x")
            for place, line in enumerate(payments.lines)
            if (kind := kinds[place % len(kinds)]) != "later"
        }
        self.try_to(lambda: lists.settle(payments, Settlement(clock.today(), said), by=self.treasurer))

    @precondition(lambda self: self.lists)
    @rule(pick=PICKS)
    def call_off_a_list(self, pick: int) -> None:
        payments = self.lists[pick % len(self.lists)]
        self.try_to(lambda: lists.call_off(payments, reason="x", by=self.treasurer))

    # What passes

    @rule()
    def a_month_passes(self) -> None:
        today = clock.today()
        year, month = today.year + today.month // 12, today.month % 12 + 1
        self.clock.move_to(datetime(year, month, 5, 2, tzinfo=UTC))

    @rule(pick=PICKS)
    def close(self, pick: int) -> None:
        ends = periods.ends_to_choose(clock.today())
        if ends:
            closed = self.try_to(lambda: closing.close(ends[pick % len(ends)], by=self.treasurer))
            assert closed is not None
            self.frozen[closed.id] = (closed.report, self.entries_of(closed))

    def entries_of(self, period: BookPeriod) -> list[int]:
        within = LedgerEntry.posted_on.between(period.starts_on, period.ends_on)
        return list(db.session.scalars(select(LedgerEntry.id).where(within).order_by(LedgerEntry.id)))

    # What holds

    @invariant()
    def money_is_where_it_should_be(self) -> None:
        db.session.expire_all()
        found, sums = queries.balance(self.fund), Counter()
        for aid in self.aid:
            sums[aid.status] += aid.amount
        received = sum(gift.amount for gift in self.gifts if gift.status is DonationStatus.CONFIRMED)
        reserved = sums[S.PROPOSED] + sums[S.APPROVED]
        assert (found.received, found.reserved, found.paid) == (received, reserved, sums[S.PAID])
        assert found.available == received - reserved - sums[S.PAID] >= 0

    @invariant()
    def the_books_prove_themselves(self) -> None:
        assert verify().faults == []

    @invariant()
    def every_rupiah_is_traced_both_ways(self) -> None:
        paid, of_gift = [aid for aid in self.aid if aid.status is S.PAID], Counter()
        for aid in paid:
            sources = queries.sources(aid)
            assert sum(amount for _, amount in sources) == aid.amount
            for gift, amount in sources:
                of_gift[gift.id] += amount
        for gift in db.session.scalars(select(Donation)):
            assert sum(part.amount for part in giving.paid_from(gift)) == of_gift[gift.id]

    @invariant()
    def lists_say_what_became_of_their_aid(self) -> None:
        open_aid = select(Disbursement.status).join(PaymentLine, PaymentLine.disbursement_id == Disbursement.id)
        standing = set(db.session.scalars(open_aid.where(PaymentLine.outcome == LineOutcome.OPEN)))
        assert standing <= {S.APPROVED}
        still = set(db.session.scalars(select(PaymentLine.list_id).where(PaymentLine.outcome == LineOutcome.OPEN)))
        assert still == set(db.session.scalars(select(PaymentList.id).where(PaymentList.state == ListState.OPEN)))
        twice = select(PaymentLine.disbursement_id).where(PaymentLine.outcome == LineOutcome.PAID)
        assert not db.session.scalars(twice.group_by(PaymentLine.disbursement_id).having(func.count() > 1)).all()

    @invariant()
    def closed_books_stay_as_they_were(self) -> None:
        closed = list(reversed(periods.all_periods()))
        assert {one.id: (one.report, self.entries_of(one)) for one in closed} == self.frozen
        for earlier, later in pairwise(closed):
            ended = {fund.code: fund.closing for fund in periods.funds_of(earlier.report)}
            assert all(fund.opening == ended.get(fund.code, 0) for fund in periods.funds_of(later.report))


def walked(app: Any, examples: int, steps: int) -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        lambda: Books(app),
        settings=settings(
            max_examples=examples, stateful_step_count=steps, deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip


def test_the_books_hold_whatever_people_do(app):
    walked(app, examples=few(10), steps=25)


@pytest.mark.proof
def test_the_books_hold_through_long_stories(app):
    walked(app, examples=few(15), steps=50)
