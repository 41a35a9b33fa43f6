"""A form that creates carries a one-time key: twice sent, once made, and the second sender sees the first result."""

import secrets
from collections.abc import Callable
from datetime import datetime
from functools import cache, wraps
from typing import Any, TypeVar

from flask import g, redirect, request
from flask_login import current_user
from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Mapped, mapped_column

from portal import clock
from portal.db import Base, Moment, db, rows, upsert

View = TypeVar("View", bound=Callable[..., Any])


class OnceKey(Base):
    """The answer that a form with this key got; the row and the record it made are committed together."""

    __tablename__ = "once_key"
    __audited__ = False

    key: Mapped[str] = mapped_column(primary_key=True)
    endpoint: Mapped[str]
    user_id: Mapped[int | None]
    location: Mapped[str]
    used_at: Mapped[datetime] = mapped_column(Moment)


def new_key() -> str:
    """A key for one form on one page."""
    return secrets.token_urlsafe(18)


def _claim(key: str) -> bool:
    """Take the key. A second request with the same key waits here until the first is committed or given up."""
    first = _first_use(db.session.get_bind().dialect.name)
    values = {"key": key, "endpoint": request.endpoint, "user_id": _user_id(), "location": "", "used_at": clock.now()}
    return bool(rows(first, **values))


@cache
def _first_use(_of: str) -> Any:
    """An INSERT that stores nothing when the key is there; built once for the database that is served."""
    return upsert(OnceKey).on_conflict_do_nothing(index_elements=["key"]).returning(OnceKey.key)


def _user_id() -> int | None:
    return current_user.id if current_user.is_authenticated else None


def once(view: View) -> View:
    """For views that create. The form has the field `once`; without one (an old page) it is treated as first sent."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        key = request.form.get("once", "")[:64]
        if not key or _claim(key):
            g.once_key = key
            return view(*args, **kwargs)
        first = db.session.execute(
            select(OnceKey.location).where(
                OnceKey.key == key,
                OnceKey.endpoint == request.endpoint,
                OnceKey.user_id.is_not_distinct_from(_user_id()),
            )
        ).scalar()
        db.session.rollback()
        return redirect(first or "/", 303)

    return guarded  # type: ignore[return-value]


_ANSWERED = (
    update(OnceKey.__table__)  # type: ignore[arg-type]
    .where(OnceKey.key == bindparam("used"))
    .values(location=bindparam("answer"))
)


def remember(location: str) -> None:
    """Store the answer beside the claimed key, in the transaction that made the record."""
    key = g.pop("once_key", "")
    if key:
        db.session.connection().execute(_ANSWERED, {"used": key, "answer": location})
