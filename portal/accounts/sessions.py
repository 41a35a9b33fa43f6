"""Signing in and out: sessions live on the server, guessing is slowed, and nobody locks anybody else out."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, bindparam, delete, func, select, true, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import joinedload

from portal import audit, clock
from portal.accounts import brakes, queries
from portal.accounts.models import FailedSignIn, User, UserSession
from portal.accounts.passwords import hash_password, matches, needs_rehash
from portal.db import db, writing
from portal.errors import NotFound, Refused, TooManyTries
from portal.language import gettext
from portal.units.catalogue import REVISION, at_revision
from portal.units.models import UnitProfile
from portal.web.full import disk_is_full

WINDOW = timedelta(minutes=15)
# Per name *and* address: somebody else's wrong guesses from elsewhere never lock the owner out.
MOST_PER_NAME_AND_ADDRESS = 5
MOST_PER_ADDRESS = 30
# A name guessed from many addresses slows every unknown address down, but never one that signed in before.
MOST_PER_NAME = 50
KNOWN_BROWSER = "browser:"
SEEN_EVERY = timedelta(minutes=1)


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _failures(*conditions: ColumnElement[bool]) -> int:
    statement = (
        select(func.count()).select_from(FailedSignIn).where(FailedSignIn.at > clock.now() - WINDOW, *conditions)
    )
    return db.session.execute(statement).scalar_one()


def _brake(name: str, address: str) -> None:
    if address.startswith(KNOWN_BROWSER):
        # Guesses of others, from the same office or behind the same proxy, do not count against this browser.
        if _failures(FailedSignIn.name == name, FailedSignIn.address == address) >= MOST_PER_NAME_AND_ADDRESS:
            raise _too_many()
        return
    same_address = FailedSignIn.address == address
    if (
        _failures(FailedSignIn.name == name, same_address) >= MOST_PER_NAME_AND_ADDRESS
        or _failures(same_address) >= MOST_PER_ADDRESS
        or (_failures(FailedSignIn.name == name) >= MOST_PER_NAME and not _knows(name, address))
    ):
        raise _too_many()


def _too_many() -> TooManyTries:
    return TooManyTries(
        gettext("Too many tries. Please wait a quarter of an hour, or ask the administrator for a new password."),
        seconds=int(WINDOW.total_seconds()),
    )


def _knows(name: str, address: str) -> bool:
    """Whether this person has been signed in from this address before."""
    statement = select(UserSession.user_id).join(User).where(User.name == name, UserSession.browser == _origin(address))
    return db.session.execute(statement.limit(1)).first() is not None


def _origin(address: str) -> str:
    """A keyed fingerprint of an address: enough to recognise it, not to read it."""
    key = str(current_app.config["SECRET_KEY"])
    return hashlib.sha256(f"{key}:{address}".encode()).hexdigest()[:32]


def sign_in(name: str, password: str, *, address: str, browser: str = "", device: str = "") -> User | None:
    """The person with this name and password, with a half session begun; None (and the failure counted) otherwise.

    What the half session still asks for, `steps` knows; it opens nothing by itself.

    `browser` is the mark of one in which this very person has signed in before: it has tries of its own, so that
    nobody who shares the address can lock them out. Raises TooManyTries after 5 failures for this name from this
    address or known browser, or 30 from this address, in 15 minutes; Refused for a first password that has ended.
    """
    name = name.strip().lower()[:80]
    begun_at = address
    address = f"{KNOWN_BROWSER}{browser}" if browser else address
    brakes.take_turns(address)
    if not browser:  # nobody waits in a browser of their own because somebody elsewhere guesses
        brakes.take_turns(f"name:{name}")
    _brake(name, address)
    user = db.session.execute(select(User).where(User.name == name)).scalar()
    if not matches(user.password_hash if user else None, password) or user is None or not user.active:
        db.session.add(FailedSignIn(name=name, address=address, at=clock.now()))
        db.session.execute(delete(FailedSignIn).where(FailedSignIn.at < clock.now() - timedelta(days=7)))
        audit.record("sign_in.refused", ("user", user.id if user else 0), by=None)
        return None
    if needs_rehash(user.password_hash):
        user.password_hash = hash_password(password)
        audit.record("user.password_rehashed", user, by=user)
    db.session.execute(delete(FailedSignIn).where(FailedSignIn.name == name, FailedSignIn.address == address))
    _refuse_ended_password(user)
    _open_session(user, address=begun_at, device=device, complete=False, code_given=False)
    return user


def _refuse_ended_password(user: User) -> None:
    if user.password_ends_at is not None and user.password_ends_at < clock.now():
        audit.record("sign_in.refused", user, by=None, why="first password ended")
        db.session.commit()
        raise Refused(gettext("This first password has ended. Please ask the administrator for a new one."))


def begin_session(user: User, *, address: str, device: str = "", code_given: bool = False) -> str:
    """Begin a session on the server and return its token; whatever token the browser had before means nothing now."""
    _open_session(user, address=address, device=device, complete=True, code_given=code_given)
    audit.record("sign_in.done", user, by=user, second_factor=code_given)
    return user.session_token


def _open_session(user: User, *, address: str, device: str, complete: bool, code_given: bool) -> None:
    now = clock.now()
    user.session_token = secrets.token_urlsafe(32)
    db.session.add(
        UserSession(
            token_hash=token_hash(user.session_token), user_id=user.id, began_at=now, seen_at=now,
            browser=_origin(address), device=device, complete=complete, code_given=code_given,
        )
    )  # fmt: skip


# Asked with every page, so it is one statement, and built once; every page asks for the catalogue as well.
_SIGNED_IN = (
    select(User, UserSession.began_at, UserSession.seen_at, UserSession.ended_at, UserSession.complete, *REVISION)
    .join(UserSession, UserSession.user_id == User.id)
    .outerjoin(UnitProfile, true())
    .where(UserSession.token_hash == bindparam("mark"))
    .options(joinedload(User.role_rows))
)


def signed_in(token: str) -> User | None:
    """The person this session belongs to, while it lasts: complete, not ended, not idle too long, not too old.

    Nobody for who was disabled. Notes that the session is used, see `_keep_awake`.
    """
    now, mark = clock.now(), token_hash(token)
    row = db.session.execute(_SIGNED_IN, {"mark": mark}).unique().one_or_none()
    if row is None or not row.complete or not _lasts(row, now) or not row.User.active:
        return None
    if row.seen_at <= now - SEEN_EVERY:
        _keep_awake(mark, now)
    if row.code is not None:
        at_revision(row.code, row.revision, row.demo)
    user: User = row.User
    user.session_token = token
    return user


def _lasts(row: Any, now: datetime) -> bool:
    config = current_app.config
    return (
        row.ended_at is None
        and now - row.seen_at <= config["SESSION_IDLE"]
        and now - row.began_at <= config["SESSION_LONGEST"]
    )


def _keep_awake(mark: str, now: datetime) -> None:
    """Note that the session is used, at most once a minute and in a transaction of its own, so that pages only read."""
    db.session.rollback()
    try:
        with writing():
            db.session.execute(update(UserSession).where(UserSession.token_hash == mark).values(seen_at=now))
            db.session.commit()
    except OperationalError as error:
        db.session.rollback()
        if not disk_is_full(error):
            raise
        # Reading goes on while there is no place to write.


def end_own_session(user: User, handle: str) -> None:
    """End one of this person's own sessions, named by its handle. Raises NotFound."""
    for row in queries.open_sessions(user):
        if row.handle == handle:
            row.ended_at = clock.now()
            audit.record("user.session_ended", user, by=user, device=row.device)
            return
    raise NotFound


def end_session(token: str) -> None:
    """End the session of this token on the server, if there is one."""
    row = db.session.get(UserSession, token_hash(token))
    if row is not None:
        row.ended_at = clock.now()


def sign_out(user: User) -> None:
    """End this session on the server."""
    end_session(user.session_token)
    audit.record("sign_in.ended", user, by=user)


def end_sessions(user: User, *, but: str = "") -> None:
    """End all sessions of a person, except the one with the token `but`."""
    db.session.execute(
        update(UserSession)
        .where(
            UserSession.user_id == user.id, UserSession.ended_at.is_(None), UserSession.token_hash != token_hash(but)
        )
        .values(ended_at=clock.now())
    )
