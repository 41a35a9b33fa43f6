"""A form sent after the session ended is kept while its owner signs in again, and comes back as it was typed."""

import secrets
from datetime import datetime, timedelta

from flask import request, session, url_for
from sqlalchemy import JSON, delete
from sqlalchemy.orm import Mapped, mapped_column

from portal import clock
from portal.db import Base, Moment, db

KEPT_FOR = timedelta(hours=2)
NEVER_KEPT = {"csrf_token", "password", "current", "new", "again"}


class KeptForm(Base):
    """What somebody typed into a form whose session had ended; only the same person gets it back."""

    __tablename__ = "kept_form"
    __audited__ = False

    token: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(index=True)
    path: Mapped[str]
    fields: Mapped[list[list[str]]] = mapped_column(JSON)
    kept_at: Mapped[datetime] = mapped_column(Moment)


def keep_form() -> str:
    """Keep this request's fields and return the address that gives them back; "/" for a browser nobody signed in on.

    Files cannot be kept: a browser does not send them twice.
    """
    owner = session.get("uid")
    if not owner:
        return "/"
    kept = KeptForm(
        token=secrets.token_urlsafe(18),
        user_id=owner,
        path=request.full_path.rstrip("?"),
        fields=[[k, v] for k, values in request.form.lists() if k not in NEVER_KEPT for v in values],
        kept_at=clock.now(),
    )
    db.session.execute(delete(KeptForm).where(KeptForm.kept_at < clock.now() - KEPT_FOR))
    db.session.add(kept)
    db.session.commit()
    return url_for("accounts.kept", token=kept.token)


def take_back(token: str, *, user_id: int) -> KeptForm | None:
    """The kept form, if it is this person's and not too old."""
    kept = db.session.get(KeptForm, token)
    if kept is None or kept.user_id != user_id or kept.kept_at < clock.now() - KEPT_FOR:
        return None
    return kept
