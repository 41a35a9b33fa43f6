"""A kelurahan's month: cadres confirm families or report a change, the unit head closes it and sends it.

Whoever writes into a month takes a turn about it first, so that nothing enters a month that is being closed.
"""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, insert, literal, select

from portal import audit, clock
from portal.accounts.models import User
from portal.db import db, take_turns_about, upsert
from portal.errors import AlreadySettled, NotAllowed, Refused
from portal.households import merged, month_lines, policies
from portal.households import month_queries as queries
from portal.households import month_rules as rules
from portal.households.area_models import AreaReport
from portal.households.models import Household
from portal.households.month_figures import counted, is_left
from portal.households.month_models import LineState, MonthlyLine, MonthlyUpdate, MonthState
from portal.language import gettext as _
from portal.units.formats import month as in_words


def _turn(village_code: str, month: date) -> str:
    return f"monthly update {village_code} {month}"


def hold_month(village_code: str, month: date, *, by: User | None) -> MonthlyUpdate:
    """The month, begun when nobody has yet; whoever else writes into it waits until this transaction ends."""
    take_turns_about(_turn(village_code, month))
    found = queries.find(village_code, month)
    if found is not None:
        return found
    made = MonthlyUpdate(
        village_code=village_code, month=month, opened_by_id=by.id if by else None, opened_at=clock.now()
    )
    db.session.add(made)
    db.session.flush()
    audit.record("monthly_update.opened", made, by=by)
    return made


def _open_one(village_code: str, month: date, *, by: User) -> MonthlyUpdate:
    update = hold_month(village_code, month, by=by)
    if update.state is MonthState.CLOSED:
        sentence = _("%(month)s is closed for this kelurahan. Please report a change; it counts for the next month.",
                     month=in_words(month))  # fmt: skip
        raise AlreadySettled(sentence)
    return update


def confirm(village_code: str, month: date, household_ids: Collection[int], *, by: User) -> int:
    """Say of families that nothing has changed; gives how many of them nobody had said anything of.

    Raises NotAllowed for another kelurahan than the cadre's own, AlreadySettled for a closed month.
    """
    if not policies.may_confirm(by, village_code):
        raise NotAllowed
    update = _open_one(village_code, month, by=by)
    left = select(Household.id).where(*is_left(village_code, update.id), Household.id.in_(household_ids))
    ids = sorted(db.session.scalars(left))
    if not ids:
        return 0
    line = {"update_id": update.id, "state": LineState.CONFIRMED, "by_id": by.id, "at": clock.now()}
    db.session.execute(insert(MonthlyLine), [line | {"household_id": number} for number in ids])
    audit.record("monthly_update.confirmed", update, by=by, households=ids)
    return len(ids)


def take_back(village_code: str, month: date, household_id: int, *, by: User) -> bool:
    """A confirmation by mistake: the family is left again. Raises NotAllowed and AlreadySettled as `confirm` does."""
    if not policies.may_confirm(by, village_code):
        raise NotAllowed
    update = _open_one(village_code, month, by=by)
    line = MonthlyLine.__table__.c
    rows = merged.all_of(household_id)
    confirmed = delete(MonthlyLine.__table__).where(  # type: ignore[arg-type]
        line.update_id == update.id, line.household_id.in_(rows), line.state == LineState.CONFIRMED
    )
    if not db.session.execute(confirmed).rowcount:  # type: ignore[attr-defined]
        return False
    audit.record("monthly_update.taken_back", update, by=by, households=[household_id])
    return True


def count_report(village_code: str, household: Household | None, *, by: User) -> int | None:
    """The month that counts a report being made now, which says "reported" of the family; None where none is kept.

    Once this month is closed, the next one begins with it.
    """
    if not rules.is_on():
        return None
    month = rules.this_month()
    update = hold_month(village_code, month, by=by)
    if update.state is MonthState.CLOSED:
        update = hold_month(village_code, rules.month_after(month), by=by)
    if household is not None:
        _mark_reported(update.id, household.id, by.id, clock.now())
    return update.id


def count_registered(report: AreaReport, household_id: int) -> None:
    """A family that a report told of is in the register now: its open month has a line of it, and it is new no more.

    A closed month is frozen: there it stays a family not yet known.
    """
    update = db.session.get(MonthlyUpdate, report.update_id) if report.update_id else None
    if update is None:
        return
    take_turns_about(_turn(update.village_code, update.month))
    db.session.refresh(update)
    if update.state is MonthState.OPEN:
        _mark_reported(update.id, household_id, report.reported_by_id, report.reported_at)


def _mark_reported(update_id: int, household_id: int, by_id: int, at: datetime) -> None:
    said = {"state": LineState.REPORTED, "by_id": by_id, "at": at}
    statement = upsert(MonthlyLine).values(update_id=update_id, household_id=household_id, **said)
    db.session.execute(statement.on_conflict_do_update(index_elements=["update_id", "household_id"], set_=said))


def close(update: MonthlyUpdate, *, reason: str, by: User) -> None:
    """Freeze a month with its figures; families that nobody confirmed are named in it and carried on.

    The caller holds the month. Raises NotAllowed, AlreadySettled, and Refused when so many are unconfirmed that it is
    to be said why.
    """
    if not policies.may_close_months(by):
        raise NotAllowed
    if update.state is MonthState.CLOSED:
        raise AlreadySettled(_("This month has been closed already."))
    figures = counted(update.village_code, update)
    if rules.asks_why(unconfirmed=figures.unconfirmed, families=figures.families) and not reason:
        raise Refused(_("Many families are unconfirmed. Please say why the month is closed all the same."),
                      field="reason")  # fmt: skip
    _name_the_unconfirmed(update)
    month_lines.one_line_each(update.id)
    update.state, update.figures, update.closing_reason = MonthState.CLOSED, figures.kept(), reason
    update.closed_by_id, update.closed_at = by.id, clock.now()
    audit.record("monthly_update.closed", update, by=by)


def _name_the_unconfirmed(update: MonthlyUpdate) -> None:
    """In one statement of the database, however many they are."""
    line = MonthlyLine.__table__.c
    same = (literal(LineState.UNCONFIRMED, line.state.type), literal(clock.now(), line.at.type))
    left = select(literal(update.id), Household.id, *same).where(*is_left(update.village_code, update.id))
    db.session.execute(insert(MonthlyLine).from_select(["update_id", "household_id", "state", "at"], left))


def reopen(update: MonthlyUpdate, *, reason: str, by: User) -> None:
    """Let cadres go on with a closed month. What was sent stays in the trail; the month has to be sent anew."""
    if not policies.may_close_months(by):
        raise NotAllowed
    if update.state is MonthState.OPEN:
        raise AlreadySettled(_("This month is open already."))
    line = MonthlyLine.__table__.c
    db.session.execute(
        delete(MonthlyLine.__table__).where(line.update_id == update.id, line.state == LineState.UNCONFIRMED)  # type: ignore[arg-type]
    )
    for report in db.session.scalars(select(AreaReport).where(AreaReport.update_id == update.id)):
        if report.household_id is not None:  # some came into the register since it was closed
            _mark_reported(update.id, report.household_id, report.reported_by_id, report.reported_at)
    update.state, update.figures, update.reopening_reason = MonthState.OPEN, None, reason
    update.closed_by_id = update.closed_at = update.sent_on = update.sent_by_id = None
    update.closing_reason = update.sent_to = update.file_code = update.file_sha256 = ""
    audit.record("monthly_update.reopened", update, by=by)


def note_file(update: MonthlyUpdate, code: str, sha256: str, *, by: Any) -> None:
    """Keep by which number and hash the trail knows the file that was fetched of a closed month."""
    take_turns_about(_turn(update.village_code, update.month))
    db.session.refresh(update)
    if update.state is MonthState.OPEN or update.sent_on:
        return
    update.file_code, update.file_sha256 = code, sha256
    audit.record("monthly_update.fetched", update, by=by)


def mark_sent(update: MonthlyUpdate, *, to: str, on: date, by: User) -> None:
    """Note which office has the month's file since when. Raises NotAllowed, AlreadySettled, Refused."""
    if not policies.may_close_months(by):
        raise NotAllowed
    if update.state is MonthState.OPEN:
        raise Refused(_("Please close the month first; an open one may still change."))
    if update.sent_on:
        raise AlreadySettled(_("It is noted already that this month was sent."))
    if not update.file_code:
        raise Refused(_("Please fetch the file first: its number and hash are noted with it."))
    if not update.closed_at or not clock.local(update.closed_at).date() <= on <= clock.today():
        raise Refused(_("The day lies between the closing of the month and today."), field="on")
    update.sent_to, update.sent_on, update.sent_by_id = to, on, by.id
    audit.record("monthly_update.sent", update, by=by)


def open_months(on: date) -> int:
    """Begin the month of every kelurahan in which families live; gives how many were begun. For `flask due`."""
    if not rules.is_on():
        return 0
    month = rules.month_of(on)
    there = select(MonthlyUpdate.village_code).where(MonthlyUpdate.month == month)
    lived_in = select(Household.village_code).where(Household.closed_on.is_(None), Household.village_code.not_in(there))
    missing = db.session.scalars(lived_in.distinct().order_by(Household.village_code)).all()
    for village_code in missing:
        hold_month(village_code, month, by=None)
    return len(missing)
