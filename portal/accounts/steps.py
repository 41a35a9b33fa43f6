"""What stands between the password and the first page: a code, a password of one's own, a second factor."""

from datetime import timedelta
from enum import StrEnum

from portal import audit, clock
from portal.accounts import brakes, second_factor, services, sessions
from portal.accounts.models import User, UserSession
from portal.db import db
from portal.errors import Refused
from portal.language import gettext

HALF_LASTS = timedelta(minutes=15)
MOST_WRONG_CODES = 5
MOST_WRONG_CODES_ANYWHERE = 20
"""Of one person, from all addresses together: whoever gets here knows the password and may change the address."""

EVERYWHERE = ""


class Step(StrEnum):
    CODE = "code"
    PASSWORD = "password"  # noqa: S105 - a step's name
    ENROL = "second-factor"


def next_step(user: User, row: UserSession) -> Step | None:
    """What this sign-in still asks for; None when it is complete."""
    factor = second_factor.of(user)
    if factor is not None and not row.code_given:
        return Step.CODE
    if user.password_is_first:
        return Step.PASSWORD
    if factor is None and second_factor.is_required(user):
        return Step.ENROL
    return None


def half_signed_in(token: str) -> tuple[User, UserSession] | None:
    """Who gave the right password a short while ago and has steps left."""
    row = db.session.get(UserSession, sessions.token_hash(token)) if token else None
    if row is None or row.complete or row.ended_at is not None or clock.now() - row.began_at > HALF_LASTS:
        return None
    user = db.session.get(User, row.user_id)
    if user is None or not user.active:
        return None
    user.session_token = token
    return user, row


def give_code(user: User, row: UserSession, typed: str, *, address: str) -> None:
    """Raises Refused for a wrong code, and TooManyTries after five from this address, or twenty from anywhere."""
    kind = f"code {user.id}"
    brakes.check(kind, EVERYWHERE, most=MOST_WRONG_CODES_ANYWHERE)
    brakes.check(kind, address, most=MOST_WRONG_CODES)
    if second_factor.take(user, typed):
        row.code_given = True
        return
    brakes.count(kind, EVERYWHERE)
    brakes.count(kind, address)
    audit.record("sign_in.code_refused", user, by=None)
    db.session.commit()
    raise Refused(gettext("This code is not right, or it was used before. Please wait for the next one."), field="code")


def choose_password(user: User, new: str) -> None:
    """A password of one's own in place of the first one. Raises Refused."""
    services.set_own_password(user, new)
    audit.record("user.password_changed", user, by=user)


def complete(user: User, row: UserSession, *, address: str, device: str) -> str:
    """All steps are done: the half session ends, and a new token opens the portal."""
    row.ended_at = clock.now()
    return sessions.begin_session(user, address=address, device=device, code_given=row.code_given)
