"""Closing the books of days that are over: once, for good, and only books that balance."""

from datetime import date

from portal import audit, clock
from portal.accounts.models import User
from portal.db import db, take_turns_about
from portal.errors import AlreadySettled, NotAllowed, Refused
from portal.funds import figures, periods, verify
from portal.funds.ledger import BOOKS
from portal.funds.models import BookPeriod
from portal.language import gettext


def close(until: date, *, seen: str | None = None, by: User) -> BookPeriod:
    """Close the books up to this day, the end of a month that is over. Raises NotAllowed, AlreadySettled, Refused.

    `seen`: the mark of the report that the treasurer looked at; no other one is frozen. None: nobody looked at one.
    """
    if not by.can("funds.close"):
        raise NotAllowed
    take_turns_about(BOOKS)
    since = periods.opens_on()
    if since is None or until < since:
        raise AlreadySettled(gettext("The books of these days are closed already, or hold nothing."))
    if until not in periods.ends_to_choose(clock.today()):
        raise Refused(gettext("Books are closed at the end of a month that is over."))
    if verify.verify().faults:
        raise Refused(gettext("The books do not balance. Please ask whoever runs the portal for “ledger verify”."))
    report = periods.report(since, until)
    if seen is not None and seen != periods.mark(report):
        raise Refused(gettext("The books of these days have changed since you opened this page. Please look again."))
    period = BookPeriod(
        starts_on=since, ends_on=until, last_entry_id=figures.newest_entry(), report=report,
        closed_by_id=by.id, closed_at=clock.now(),
    )  # fmt: skip
    db.session.add(period)
    db.session.flush()
    audit.record("book_period.closed", period, by=by, since=since, until=until)
    return period
