"""Several people press at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Thread
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from portal.db import db

LONG = 0.5
"""Seconds that a look lasts where it is made slow."""


def together(app: Flask, acts: list[Callable[[], None]]) -> list[Exception | None]:
    """Let every act begin at the same moment, each with its own connection; what stopped each, None where it held."""
    db.session.remove()
    start, stopped = Barrier(len(acts)), [None] * len(acts)

    def run(place: int) -> None:
        with app.app_context():
            start.wait()
            try:
                acts[place]()
                db.session.commit()
            except Exception as error:
                db.session.rollback()
                stopped[place] = error

    threads = [Thread(target=run, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return stopped


def at_once(acts: list[Callable[[], Any]]) -> list[Any]:
    """What each act gives; all of them at once."""
    with ThreadPoolExecutor(len(acts)) as pool:
        return [future.result() for future in [pool.submit(act) for act in acts]]


def reasons(stopped: list[Exception | None]) -> set[type[Exception]]:
    """The kinds of what stopped somebody."""
    return {type(error) for error in stopped if error is not None}


def count(kind: type[Any], *conditions: Any) -> int:
    """How many records of this kind are stored."""
    return int(db.session.execute(select(func.count()).select_from(kind).where(*conditions)).scalar_one())


def get(kind: type[Any], key: Any) -> Any:
    """The record, as one's own connection reads it."""
    return db.session.get_one(kind, key)
