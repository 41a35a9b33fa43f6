"""Slowing down whoever tries many codes from one address, on the same counter as refused sign-ins."""

import hashlib
from datetime import timedelta

from flask import current_app
from sqlalchemy import delete, func, select

from portal import clock
from portal.accounts.models import FailedSignIn
from portal.db import db, take_turns_about
from portal.errors import TooManyTries
from portal.language import gettext

WINDOW = timedelta(minutes=15)


def _mark(kind: str, address: str) -> str:
    """A keyed fingerprint: tries are counted, addresses are not kept, and sign-ins from there are not slowed."""
    key = str(current_app.config["SECRET_KEY"])
    return hashlib.sha256(f"{key}:{kind}:{address}".encode()).hexdigest()[:32]


def take_turns(mark: str) -> None:
    """Tries under one mark wait for one another, or many at once would all be counted before the first is stored."""
    take_turns_about(f"tries:{mark}")


def check(kind: str, address: str, *, most: int) -> None:
    """Raises TooManyTries after `most` counted tries of this kind from this address in a quarter of an hour."""
    take_turns(_mark(kind, address))
    statement = (
        select(func.count())
        .select_from(FailedSignIn)
        .where(FailedSignIn.address == _mark(kind, address), FailedSignIn.at > clock.now() - WINDOW)
    )
    if db.session.execute(statement).scalar_one() >= most:
        raise TooManyTries(
            gettext("Too many tries. Please wait a quarter of an hour, or ask at the desk."),
            seconds=int(WINDOW.total_seconds()),
        )


def count(kind: str, address: str) -> None:
    """Count one try, and forget those that no longer matter."""
    db.session.execute(
        delete(FailedSignIn).where(FailedSignIn.name == f"({kind})", FailedSignIn.at < clock.now() - WINDOW)
    )
    db.session.add(FailedSignIn(name=f"({kind})", address=_mark(kind, address), at=clock.now()))
