"""Gifts, payments, reversals, months that pass and closings in any order: after each step every invariant holds."""

from datetime import UTC, date, datetime
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal import clock as unit_clock
from portal.db import db
from portal.errors import PortalError
from portal.funds import closing, periods
from portal.funds.verify import verify
from tests.funds.test_invariants import ACTS, Books

steps = st.lists(
    st.tuples(st.sampled_from([*ACTS, "close", "month"]), st.integers(1, 900_000), st.integers(0, 50)),
    min_size=4, max_size=12,
)  # fmt: skip


def next_month(clock):
    today = unit_clock.today()
    year, month = today.year + today.month // 12, today.month % 12 + 1
    clock.move_to(datetime(year, month, 5, 2, tzinfo=UTC))


def close(treasurer, pick):
    ends = periods.ends_to_choose(unit_clock.today())
    if ends:
        closing.close(ends[pick % len(ends)], by=treasurer)
        db.session.commit()


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps)
def test_the_books_balance_and_closed_ones_stay_as_they_are(make, clock, steps):
    clock.move_to(max(datetime(2026, 10, 5, 2, tzinfo=UTC), unit_clock.now()))
    treasurer = make.treasurer()
    story = Books(make, {"worker": make.social_worker(), "head": make.unit_head(), "treasurer": treasurer})
    for act, amount, pick in steps:
        if act == "month":
            next_month(clock)
        elif act == "close":
            try:
                close(treasurer, pick)
            except PortalError:
                db.session.rollback()
        else:
            story.do(act, amount, pick)
        assert verify().faults == []

    frozen = [period.report for period in reversed(periods.all_periods())]
    for earlier, later in pairwise(frozen):
        ended = {fund.code: fund.closing for fund in periods.funds_of(earlier)}
        assert all(fund.opening == ended.get(fund.code, 0) for fund in periods.funds_of(later))
    assert periods.opens_on() is None or periods.opens_on() >= date(2026, 1, 1)
