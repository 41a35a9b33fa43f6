"""The mayor's dated deputy: granting and ending (lessons.md thread 33: an approver on leave blocks nobody)."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Final

from portal import audit, clock
from portal.accounts.models import User
from portal.db import db
from portal.errors import AlreadySettled, Doubt, NotAllowed, Refused, settle_doubts
from portal.language import gettext
from portal.recommendations import policies, queries
from portal.recommendations.models import Delegation
from portal.units.formats import day

LONG: Final = timedelta(days=366)
"""A local rule: a deputy stands in for days or weeks away; an end beyond a year is more likely a slip in the year."""


def grant(
    to_user: User, *, starts_on: date, ends_on: date, reason: str, confirmed: Collection[str] = (), by: User
) -> Delegation:
    """Let a deputy decide emergencies from one day to another, both included.

    Raises NotAllowed, or Refused for days in the wrong order or past, a person who may not be a deputy, or who is one;
    Doubtful for an end more than a year ahead that is not among the `confirmed` codes.
    """
    if not policies.may_grant(by):
        raise NotAllowed
    _refuse_days(starts_on, ends_on)
    db.session.refresh(to_user, with_for_update=True)  # of two at the same moment the second sees the first
    _refuse_person(to_user, starts_on, ends_on)
    settle_doubts(_doubt_long(ends_on), confirmed)
    delegation = Delegation(
        from_user_id=by.id, to_user_id=to_user.id, starts_on=starts_on, ends_on=ends_on, reason=reason,
        granted_at=clock.now(),
    )  # fmt: skip
    db.session.add(delegation)
    db.session.flush()
    audit.record("delegation.granted", delegation, by=by)
    return delegation


def _refuse_days(starts_on: date, ends_on: date) -> None:
    if starts_on < clock.today():
        raise Refused(gettext("A delegation cannot begin before today."), field="starts_on")
    if ends_on < starts_on:
        raise Refused(gettext("The last day comes before the first."), field="ends_on")


def _doubt_long(ends_on: date) -> list[Doubt]:
    if ends_on <= clock.today() + LONG:
        return []
    sentence = gettext("%(day)s is more than a year ahead. Shall the deputy decide for so long?", day=day(ends_on))
    return [Doubt(f"until:{ends_on}", sentence)]


def _refuse_person(to_user: User, starts_on: date, ends_on: date) -> None:
    if not policies.may_be_deputy(to_user):
        raise Refused(gettext("This person cannot be a deputy."), field="to_user")
    other = queries.overlapping(to_user, starts_on, ends_on)
    if other is not None:
        raise Refused(
            gettext(
                "%(name)s is a deputy already, from %(first)s to %(last)s. End that delegation first.",
                name=to_user.full_name,
                first=day(other.starts_on),
                last=day(other.ends_on),
            ),
            field="to_user",
        )


def end(delegation: Delegation, *, by: User, on: date) -> None:
    """From this moment the deputy decides nothing more; what was decided stands. Raises NotAllowed, AlreadySettled."""
    if not policies.may_end(by, delegation):
        raise NotAllowed
    if delegation.ended_on is not None or delegation.ends_on < on:
        raise AlreadySettled(gettext("This delegation is over already."))
    delegation.ended_on = on
    audit.record("delegation.ended", delegation, by=by)
