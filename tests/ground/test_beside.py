"""Signs of life of a worker, while one step of its work takes minutes."""

import threading

import pytest
from sqlalchemy.exc import OperationalError

from portal import beside

PATIENCE = 30
"""Seconds after which a sign of life that has not come never comes."""


class Beats:
    """Counts signs of life; the first finds the database busy."""

    def __init__(self):
        self.told, self.thread, self.twice = 0, None, threading.Event()

    def __call__(self):
        self.told, self.thread = self.told + 1, threading.current_thread()
        if self.told == 1:
            raise OperationalError("UPDATE", {}, Exception("database is locked"))
        self.twice.set()


@pytest.fixture
def beats(app, monkeypatch):
    monkeypatch.setitem(app.config, "BACKGROUND", True)
    monkeypatch.setattr(beside, "BEAT", 0.001)
    with app.app_context():
        yield Beats()


def test_a_worker_gives_signs_of_life_until_it_is_done_though_the_database_is_busy_once(beats):
    with beside.beating(beats):
        assert beats.twice.wait(PATIENCE)

    assert not beats.thread.is_alive()


def test_no_sign_of_life_outlives_work_that_broke_off(beats):
    with pytest.raises(ZeroDivisionError), beside.beating(beats):
        assert beats.twice.wait(PATIENCE)
        1 / 0  # noqa: B018

    assert not beats.thread.is_alive()
