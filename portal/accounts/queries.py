"""Reading users and sessions."""

from collections.abc import Sequence
from typing import Any

from flask import current_app
from sqlalchemy import select

from portal import audit, clock
from portal.accounts.models import User, UserRole, UserSession
from portal.accounts.roles import Role
from portal.audit import queries as trail
from portal.db import db
from portal.errors import LastChange, NotFound


def open_sessions(user: User) -> Sequence[UserSession]:
    """Sessions of this person that still last, newest first."""
    config, now = current_app.config, clock.now()
    return db.session.scalars(
        select(UserSession)
        .where(
            UserSession.user_id == user.id,
            UserSession.ended_at.is_(None),
            UserSession.complete,
            UserSession.seen_at > now - config["SESSION_IDLE"],
            UserSession.began_at > now - config["SESSION_LONGEST"],
        )
        .order_by(UserSession.began_at.desc())
    ).all()


def last_change(record: Any) -> LastChange | None:
    """Who changed this record last, as the trail knows it; for the page that shows two versions."""
    row = trail.last_change(audit.kind_of(record), audit.identity_of(record))
    if row is None:
        return None
    person = db.session.get(User, row.actor_id) if row.actor_id is not None else None
    return LastChange(person.full_name if person else "", row.at)


def all_users() -> Sequence[User]:
    return db.session.scalars(select(User).order_by(User.active.desc(), User.name)).all()


def with_role(role: Role) -> Sequence[User]:
    """Active people who hold this role, by name."""
    return db.session.scalars(
        select(User).join(UserRole).where(UserRole.role == role, User.active).order_by(User.full_name)
    ).all()


def partner_choices() -> list[tuple[str, str]]:
    """Code and name of the partners an account may belong to (read through the key: partners know accounts)."""
    partner = next(iter(User.__table__.c.partner_code.foreign_keys)).column.table
    rows = db.session.execute(select(partner.c.code, partner.c.name).where(partner.c.active).order_by(partner.c.name))
    return [(row.code, row.name) for row in rows]


def partner_names() -> dict[str, str]:
    """Name by code of every partner, those that give no more too."""
    partner = next(iter(User.__table__.c.partner_code.foreign_keys)).column.table
    return {row.code: row.name for row in db.session.execute(select(partner.c.code, partner.c.name))}


def get_user(user_id: int) -> User:
    user = db.session.get(User, user_id)
    if user is None:
        raise NotFound
    return user
