"""Passwords, languages, and who may sign in."""

from datetime import timedelta

from sqlalchemy import delete, select

from portal import audit, clock
from portal.accounts import second_factor
from portal.accounts.models import FailedSignIn, User, UserRole
from portal.accounts.passwords import first_password, hash_password, matches, refuse_weak
from portal.accounts.roles import Role
from portal.accounts.sessions import end_sessions
from portal.db import db, hold
from portal.errors import NotAllowed, NotFound, Refused
from portal.language import gettext
from portal.units.catalogue import catalogue


def change_password(user: User, *, old: str, new: str) -> None:
    """Set a new password after proving the old one; every other session ends. Raises Refused."""
    if not matches(user.password_hash, old):
        raise Refused(gettext("This is not your present password."), field="current")
    set_own_password(user, new)
    audit.record("user.password_changed", user, by=user)


def prove(user: User, password: str) -> None:
    """Raises Refused when this is not the person's present password."""
    if not matches(user.password_hash, password):
        raise Refused(gettext("This is not your present password."), field="password")


def set_own_password(user: User, new: str) -> None:
    """A password that its owner chose; every other session ends. Raises Refused for the same or an easy one."""
    if matches(user.password_hash, new):
        raise Refused(gettext("The new password is the same as the old one."), field="new")
    _take_password(user, new, field="new")
    end_sessions(user, but=user.session_token)


def _take_password(user: User, new: str, *, field: str) -> None:
    least = int(catalogue().setting("password_least_length"))
    refuse_weak(new, least=least, about=(user.name, user.full_name), field=field)
    user.password_hash = hash_password(new)
    user.password_is_first, user.password_ends_at = False, None


def set_first_password(user: User) -> str:
    """A random password to hand over: it ends by itself and is changed at the first sign-in (first_password_hours)."""
    password = first_password()
    user.password_hash, user.password_is_first = hash_password(password), True
    user.password_ends_at = clock.now() + timedelta(hours=int(catalogue().setting("first_password_hours")))
    return password


def set_language(user: User, language: str) -> None:
    user.language = language
    audit.record("user.language_changed", user, by=user)


def add_user(
    name: str, password: str | None, roles: frozenset[Role], *, full_name: str, by: User | None, **details: object
) -> tuple[User, str]:
    """Let a person sign in, with a password of their own or (None) a first one; gives both.

    Raises Refused when the name is taken, a role lacks what it needs, or the password is easy.
    """
    _may_manage(by)
    name = name.strip().lower()
    if db.session.execute(select(User.id).where(User.name == name)).first():
        raise Refused(gettext("There is already a user with the name %(name)s.", name=name), field="name")
    _check_details(roles, details)
    user = User(name=name, full_name=full_name, password_hash="", created_at=clock.now(), **details)
    if password is None:
        password = set_first_password(user)
    else:
        _take_password(user, password, field="password")
    user.role_rows = [UserRole(role=role) for role in sorted(roles)]
    db.session.add(user)
    db.session.flush()
    audit.record("user.added", user, by=by, roles=sorted(roles))
    return user, password


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
    if _is_oneself(user, by) and roles - user.roles:
        raise Refused(gettext("Nobody adds roles to their own account; another administrator can."), field="roles")
    user.full_name, user.title = full_name, title
    for name, value in details.items():
        setattr(user, name, value)
    kept = [row for row in user.role_rows if row.role in roles]
    user.role_rows = kept + [UserRole(role=role) for role in sorted(roles - {row.role for row in kept})]
    if second_factor.is_required(user) and second_factor.of(user) is None:
        end_sessions(user)  # the next sign-in asks for it
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


def reset_password(user: User, *, by: User | None) -> str:
    """A new first password for somebody locked out; all sessions end."""
    _may_manage(by)
    password = set_first_password(user)
    end_sessions(user)
    db.session.execute(delete(FailedSignIn).where(FailedSignIn.name == user.name))
    audit.record("user.password_reset", user, by=by)
    return password


def remove_second_factor(user: User, *, by: User | None) -> None:
    """For a lost phone without recovery codes; all sessions end, and the next sign-in asks for a new one."""
    _may_manage(by)
    second_factor.remove(user, by=by)
    end_sessions(user)


def _may_manage(by: User | None) -> None:
    """Administrators, and whoever sits at the machine's own terminal (None)."""
    if by is None:
        return
    # Of two administrators who disable each other at the same moment one stays.
    hold(by)
    if not (by.active and by.can("users.manage")):
        raise NotAllowed


def _is_oneself(user: User, by: User | None) -> bool:
    return by is not None and by.id == user.id


def get_user(name: str) -> User:
    user = db.session.execute(select(User).where(User.name == name.strip().lower())).scalar()
    if user is None:
        raise NotFound(gettext("There is no user with the name %(name)s.", name=name))
    return user
