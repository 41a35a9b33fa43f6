"""Signing in and out, passwords, and who may sign in."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from flask_babel import gettext
from sqlalchemy import ColumnElement, bindparam, delete, func, select, update
from sqlalchemy.orm import joinedload

from portal import audit, clock
from portal.accounts.models import FailedSignIn, User, UserRole, UserSession
from portal.accounts.passwords import hash_password, matches, needs_rehash
from portal.accounts.roles import Role
from portal.db import db, writing
from portal.errors import NotAllowed, NotFound, Refused, TooManyTries

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


def _take_turns(address: str) -> None:
    """Tries from one address wait for one another, or many at once would all be counted before the first is stored.

    On SQLite the write transaction is that turn.
    """
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"sign-in:{address}", 0))))


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


def sign_in(name: str, password: str, *, address: str, browser: str = "") -> User | None:
    """The person with this name and password, with a new session begun; None (and the failure counted) otherwise.

    `browser` is the mark of one in which this very person has signed in before: it has tries of its own, so that
    nobody who shares the address can lock them out. Raises TooManyTries after 5 failures for this name from this
    address or known browser, or 30 from this address, in 15 minutes.
    """
    name = name.strip().lower()[:80]
    begun_at = address
    address = f"{KNOWN_BROWSER}{browser}" if browser else address
    _take_turns(address)
    _brake(name, address)
    user = db.session.execute(select(User).where(User.name == name)).scalar()
    if not matches(user.password_hash if user else None, password) or user is None or not user.active:
        db.session.add(FailedSignIn(name=name, address=address, at=clock.now()))
        db.session.execute(delete(FailedSignIn).where(FailedSignIn.at < clock.now() - timedelta(days=7)))
        audit.record("sign_in.refused", ("user", user.id if user else 0), by=None)
        return None
    if needs_rehash(user.password_hash):
        user.password_hash = hash_password(password)
    db.session.execute(delete(FailedSignIn).where(FailedSignIn.name == name, FailedSignIn.address == address))
    begin_session(user, address=begun_at)
    return user


def begin_session(user: User, *, address: str) -> str:
    """Begin a session on the server and return its token; whatever token the browser had before means nothing now."""
    now = clock.now()
    user.session_token = secrets.token_urlsafe(32)
    mark = token_hash(user.session_token)
    db.session.add(UserSession(token_hash=mark, user_id=user.id, began_at=now, seen_at=now, browser=_origin(address)))
    audit.record("sign_in.done", user, by=user)
    return user.session_token


# Asked with every page, so it is one statement, and built once.
_SIGNED_IN = (
    select(User, UserSession.began_at, UserSession.seen_at, UserSession.ended_at)
    .join(UserSession, UserSession.user_id == User.id)
    .where(UserSession.token_hash == bindparam("mark"))
    .options(joinedload(User.role_rows))
)


def signed_in(token: str) -> User | None:
    """The person this session belongs to, while it lasts: not ended, not idle too long, not too old, not disabled.

    Notes that the session is used, see `_keep_awake`.
    """
    now, mark = clock.now(), token_hash(token)
    row = db.session.execute(_SIGNED_IN, {"mark": mark}).unique().one_or_none()
    if row is None or not _lasts(row, now) or not row.User.active:
        return None
    if row.seen_at <= now - SEEN_EVERY:
        _keep_awake(mark, now)
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
    with writing():
        db.session.execute(update(UserSession).where(UserSession.token_hash == mark).values(seen_at=now))
        db.session.commit()


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


def change_password(user: User, *, old: str, new: str) -> None:
    """Set a new password after proving the old one; every other session ends. Raises Refused."""
    if not matches(user.password_hash, old):
        raise Refused(gettext("This is not your present password."), field="current")
    if old == new:
        raise Refused(gettext("The new password is the same as the old one."), field="new")
    user.password_hash = hash_password(new)
    end_sessions(user, but=user.session_token)
    audit.record("user.password_changed", user, by=user)


def set_language(user: User, language: str) -> None:
    user.language = language
    audit.record("user.language_changed", user, by=user)


def add_user(
    name: str, password: str, roles: frozenset[Role], *, full_name: str, by: User | None, **details: object
) -> User:
    """Let a person sign in. Raises Refused when the name is taken or a role lacks what it needs."""
    _may_manage(by)
    name = name.strip().lower()
    if db.session.execute(select(User.id).where(User.name == name)).first():
        raise Refused(gettext("There is already a user with the name %(name)s.", name=name), field="name")
    _check_details(roles, details)
    user = User(
        name=name, full_name=full_name, password_hash=hash_password(password), created_at=clock.now(), **details
    )
    user.role_rows = [UserRole(role=role) for role in sorted(roles)]
    db.session.add(user)
    db.session.flush()
    audit.record("user.added", user, by=by, roles=sorted(roles))
    return user


def _check_details(roles: frozenset[Role], details: dict[str, object]) -> None:
    needed = {Role.PARTNER: "partner_code", Role.CADRE: "village_code", Role.OFFICE: "office"}
    for role, detail in needed.items():
        if role in roles and not details.get(detail):
            sentences = {
                Role.PARTNER: gettext("A partner's account needs the partner it belongs to."),
                Role.CADRE: gettext("A cadre's account needs the kelurahan it belongs to."),
                Role.OFFICE: gettext("An office's account needs the office it belongs to."),
            }
            raise Refused(sentences[role], field=detail)


def change_user(
    user: User, roles: frozenset[Role], *, full_name: str, title: str, by: User | None, **details: object
) -> None:
    """Correct a person's name, roles and what the roles need. Raises Refused, also for giving up one's own key."""
    _may_manage(by)
    _check_details(roles, details)
    if _is_oneself(user, by) and Role.ADMIN in user.roles and Role.ADMIN not in roles:
        raise Refused(gettext("You cannot take the administrator's role from yourself."), field="roles")
    user.full_name, user.title = full_name, title
    for name, value in details.items():
        setattr(user, name, value)
    kept = [row for row in user.role_rows if row.role in roles]
    user.role_rows = kept + [UserRole(role=role) for role in sorted(roles - {row.role for row in kept})]
    user.version += 1  # a change of roles alone leaves the user's own row as it was
    audit.record("user.changed", user, by=by, roles=sorted(roles))


def disable(user: User, *, by: User | None) -> None:
    """From now on this person cannot sign in, and open sessions end. Raises Refused for oneself."""
    _may_manage(by)
    if _is_oneself(user, by):
        raise Refused(gettext("You cannot disable your own account. Another administrator can."))
    user.active = False
    end_sessions(user)
    audit.record("user.disabled", user, by=by)


def enable(user: User, *, by: User | None) -> None:
    _may_manage(by)
    user.active = True
    audit.record("user.enabled", user, by=by)


def reset_password(user: User, password: str, *, by: User | None) -> None:
    """A new first password for somebody locked out; all sessions end."""
    _may_manage(by)
    user.password_hash = hash_password(password)
    end_sessions(user)
    db.session.execute(delete(FailedSignIn).where(FailedSignIn.name == user.name))
    audit.record("user.password_reset", user, by=by)


def _may_manage(by: User | None) -> None:
    """Administrators, and whoever sits at the machine's own terminal (None)."""
    if by is not None and not by.can("users.manage"):
        raise NotAllowed


def _is_oneself(user: User, by: User | None) -> bool:
    return by is not None and by.id == user.id


def get_user(name: str) -> User:
    user = db.session.execute(select(User).where(User.name == name.strip().lower())).scalar()
    if user is None:
        raise NotFound(gettext("There is no user with the name %(name)s.", name=name))
    return user
