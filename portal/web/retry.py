"""A transaction that PostgreSQL asks to try again (serialisation failure, deadlock) is tried again; nobody sees it."""

import random
import time
from typing import Any

from flask import Flask, Response, g, request, session
from sqlalchemy.exc import DBAPIError

from portal.db import db

AGAIN = {"40001", "40P01"}
"""Serialisation failure; deadlock detected (PostgreSQL, Appendix A)."""
TRIES = 4
LONGEST_PAUSE = 0.05
"""Seconds, times the number of the try: two that met go different ways."""


class TryAgain(Exception):
    """The transaction lost against another one that is done by now."""


def asks_again(error: DBAPIError) -> bool:
    """Whether the database says that the same transaction may well succeed now."""
    return getattr(error.orig, "sqlstate", None) in AGAIN


def last_try() -> bool:
    return int(getattr(g, "tries", 1)) >= TRIES


class Persevering(Flask):
    """Dispatches a request anew when its transaction lost; nothing outside the database has happened by then.

    A form's one-time key and its record are one transaction, files are stored under their own hash, papers are made
    from what is read: doing it again from the start does it once.
    """

    def ensure_sync(self, func: Any) -> Any:
        """As it is: the portal has no `async` functions, and asking each of them again costs every page."""
        return func

    def full_dispatch_request(self) -> Response:
        before, kept = dict(session), {name: getattr(g, name) for name in ("request_id", "began") if name in g}
        for number in range(1, TRIES + 1):
            g.tries = number
            try:
                return super().full_dispatch_request()
            except (TryAgain, DBAPIError) as error:
                if isinstance(error, DBAPIError) and not asks_again(error):
                    raise
                if number == TRIES:
                    raise
                self._begin_anew(before, kept, number)
        raise AssertionError("the last try returns or raises")

    @staticmethod
    def _begin_anew(before: dict[str, Any], kept: dict[str, Any], number: int) -> None:
        db.session.rollback()
        time.sleep(random.uniform(0, LONGEST_PAUSE) * number)
        for name in list(vars(g)):
            delattr(g, name)
        for name, value in kept.items():
            setattr(g, name, value)
        session.clear()
        session.update(before)
        for file in request.files.values():
            file.stream.seek(0)
