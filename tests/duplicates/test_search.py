"""The search through the whole register: the same model on another engine, and what is decided stays decided."""

from collections import Counter
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal import audit, beside, clock
from portal.db import db
from portal.duplicates import engine, runs, search, services
from portal.duplicates.models import DuplicatePair, DuplicateRun, PairSource, RunState, Verdict
from portal.errors import AlreadySettled, NotAllowed, Refused
from portal.matching.model import model
from portal.matching.people import columns
from tests.duplicates import factories

needs_engine = pytest.mark.skipif(not engine.installed(), reason="Splink is not installed: make setup EXTRA=duplicates")


@needs_engine
def test_the_engine_weighs_every_pair_as_the_portal_does_in_every_answer():
    people, frequencies = factories.people_of_every_answer()
    compared = engine.Embedded()
    compared.add([columns(one, model().unknown_days) for one in people])

    weighed = {(one, other): weight for one, other, weight in compared.likely(frequencies, from_weight=-200)}

    by_key = {one.key: one for one in people}
    seen = set()
    for (one, other), weight in weighed.items():
        ours = model().compare(by_key[one], by_key[other])
        assert weight == pytest.approx(ours.weight, abs=0.001), (one, other, ours.codes)
        seen |= set(ours.codes.items())
    assert {(one.field, level.code) for one in model().comparisons for level in one.levels} - seen == set()


@needs_engine
def test_the_search_finds_who_is_in_the_register_twice(make):
    one = make.household("Rosma Yunita", birth_date=factories.BORN)
    other = make.household("Rosmah Yunita", birth_date=factories.BORN)
    make.household("Budi Koto", birth_date=factories.BORN)

    run = runs.ask(by=make.unit_head())
    db.session.commit()
    assert runs.work(run.id)

    pair = db.session.scalars(select(DuplicatePair)).one()
    assert (pair.lower_id, pair.higher_id) == (one.members[0].id, other.members[0].id)
    assert (pair.source, pair.verdict) == (PairSource.RUN, Verdict.OPEN)
    assert (run.state, run.people, run.found, run.added) == (RunState.DONE, 3, 1, 1)


@needs_engine
def test_whom_a_person_called_different_no_search_brings_back(make):
    pair = factories.pair(make)
    services.decide(pair, Verdict.DIFFERENT, "Ditanyakan.", by=make.social_worker())
    db.session.commit()

    assert not search.whole_register(lambda _step: None).found
    run = runs.ask(by=None)
    db.session.commit()
    runs.work(run.id)

    assert [one.verdict for one in db.session.scalars(select(DuplicatePair))] == [Verdict.DIFFERENT]


@needs_engine
def test_who_died_is_not_compared_and_who_moved_away_is(make):
    families = [make.household("Rosma Yunita", birth_date=factories.BORN) for _number in range(3)]
    for family, why in zip(families, ("died", "moved_away"), strict=False):
        member = family.members[0]
        member.left_on, member.left_because = make.ago(1), why
        make._store(member)

    found = search.whole_register(lambda _step: None)

    assert found.people == 2
    assert len(found.found) == 1


@needs_engine
def test_one_search_at_a_time_and_only_for_the_head_of_the_unit(make):
    runs.ask(by=make.unit_head())

    with pytest.raises(AlreadySettled):
        runs.ask(by=make.unit_head())
    with pytest.raises(NotAllowed):
        runs.ask(by=make.social_worker())


@needs_engine
def test_a_search_whose_worker_says_nothing_any_more_is_asked_for_anew(make):
    first = runs.ask(by=None)
    first.beat_at = clock.now() - beside.SILENT - timedelta(seconds=1)
    with audit.unrecorded():
        db.session.commit()

    second = runs.ask(by=None)
    db.session.commit()

    assert (first.state, second.state) == (RunState.FAILED, RunState.WAITING)
    assert not runs.work(first.id)
    assert runs.work(second.id)


@needs_engine
def test_a_worker_says_that_it_lives_in_the_middle_of_a_step(make, monkeypatch):
    """With a thread that beats at once: comparing everybody is one step, and takes minutes in a large register."""
    told = []

    @contextmanager
    def beating(beat):
        beat()
        told.append(db.session.get_one(DuplicateRun, run.id, populate_existing=True).beat_at)
        yield

    run = runs.ask(by=None)
    run.beat_at = long_ago = clock.now() - timedelta(minutes=5)
    with audit.unrecorded():
        db.session.commit()
    monkeypatch.setattr(beside, "beating", beating)

    assert runs.work(run.id)

    assert told[0] > long_ago
    assert (run.state, run.step) == (RunState.DONE, search.STEPS)


@needs_engine
def test_a_search_that_is_done_is_not_done_again(make):
    run = runs.ask(by=None)
    db.session.commit()

    assert runs.work(run.id)
    assert not runs.work(run.id)


@needs_engine
def test_a_search_that_breaks_off_says_so(make, monkeypatch):
    run = runs.ask(by=None)
    db.session.commit()
    monkeypatch.setattr(search, "whole_register", lambda *_told: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        runs.work(run.id)

    assert run.state is RunState.FAILED


@needs_engine
def test_nobody_has_more_than_five_candidates(make):
    for _number in range(7):
        make.household("Rosma Yunita", birth_date=factories.BORN)

    found = search.whole_register(lambda _step: None).found

    assert max(Counter(number for one in found for number in one[:2]).values()) == 5


def test_without_its_engine_the_search_says_how_to_install_it(make, monkeypatch):
    monkeypatch.setattr(engine, "installed", lambda: False)

    with pytest.raises(Refused, match="make install EXTRA=duplicates"):
        runs.ask(by=None)


@needs_engine
def test_the_head_of_the_unit_lets_the_register_be_searched(make, sign_in):
    head = sign_in(make.unit_head())

    answer = head.post("/duplicates/search", once="0" * 32)

    assert answer.location == "/duplicates"
    run = db.session.scalars(select(DuplicateRun)).one()
    assert (run.state, run.asked_by.name in head.get("/duplicates").text) == (RunState.WAITING, True)
    assert sign_in(make.social_worker()).post("/duplicates/search").status_code == 403
