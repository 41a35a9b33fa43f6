"""Several people press at the same moment: one decision, gapless numbers, one card a family."""

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Barrier, Thread

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import select
from sqlalchemy.orm.exc import StaleDataError

from portal import audit, create_app
from portal.accounts.models import User
from portal.cards.models import Card
from portal.clock import today
from portal.complaints.models import Complaint
from portal.db import db
from portal.decisions import queries, services
from portal.decisions.models import Decision, DecisionStatus, Proposal
from portal.errors import AlreadySettled, Refused
from portal.seeding import seed
from portal.units import catalogue
from tests.conftest import new_database, settings
from tests.decisions.factories import case
from tests.factories import Make

TOGETHER = 6


@pytest.fixture
def portal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """A portal whose commits are real."""
    with new_database(request.config, tmp_path) as url:
        app = create_app(**settings(tmp_path, url))
        with app.app_context():
            upgrade()
            with audit.unrecorded():
                seed("upt-kan")
                db.session.commit()
            catalogue.forget()
            yield app
            db.session.remove()
            db.engine.dispose()
        catalogue.forget()


def together(app: Flask, acts: list[Callable[[], None]]) -> list[type[BaseException] | None]:
    """Let every act begin at the same moment, each with its own connection; what each ended with."""
    db.session.remove()
    start, ended = Barrier(len(acts)), [None] * len(acts)

    def run(place: int) -> None:
        with app.app_context():
            start.wait()
            try:
                acts[place]()
                db.session.commit()
            except (Refused, StaleDataError) as refused:
                db.session.rollback()
                ended[place] = type(refused)
            finally:
                db.session.remove()

    threads = [Thread(target=run, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ended


def test_one_of_several_simultaneous_decisions_holds(portal):
    make = Make()
    decision_id = case(make).propose().id
    heads = [make.unit_head().id for _ in range(TOGETHER)]

    def approve(head_id: int) -> None:
        decision = queries.get_decision(decision_id)
        services.settle(decision, DecisionStatus.APPROVED, reason="Ya.", by=db.session.get(User, head_id))

    ended = together(portal, [lambda head_id=head_id: approve(head_id) for head_id in heads])

    assert ended.count(None) == 1
    assert set(ended) <= {None, AlreadySettled, StaleDataError}
    assert db.session.scalars(select(Card.number)).all() == [f"KAN-{today().year}-000001"]


def test_one_of_several_simultaneous_proposals_of_a_case_holds(portal):
    found = case(Make())
    complaint_id, worker_id = found.complaint.id, found.worker.id

    def propose() -> None:
        complaint, worker = db.session.get(Complaint, complaint_id), db.session.get(User, worker_id)
        services.propose(complaint, proposal=Proposal.HELP, reason="", by=worker, on=today())

    ended = together(portal, [propose] * TOGETHER)

    assert ended.count(None) == 1
    assert len(db.session.scalars(select(Decision.id)).all()) == 1


def test_numbers_of_cards_issued_at_once_have_no_gaps(portal):
    make = Make()
    found = [case(make) for _ in range(TOGETHER)]
    pairs = [(each.propose().id, each.head.id) for each in found]

    def approve(decision_id: int, head_id: int) -> None:
        decision = queries.get_decision(decision_id)
        services.settle(decision, DecisionStatus.APPROVED, reason="Ya.", by=db.session.get(User, head_id))

    ended = together(portal, [lambda pair=pair: approve(*pair) for pair in pairs])

    assert ended == [None] * TOGETHER
    numbers = sorted(db.session.scalars(select(Card.number)))
    assert numbers == [f"KAN-{today().year}-{n:06d}" for n in range(1, TOGETHER + 1)]


def test_a_family_gets_one_card_from_simultaneous_approvals(portal):
    make = Make()
    first = case(make)
    found = [first, *(case(make, people=first) for _ in range(TOGETHER - 1))]
    pairs = [(each.propose().id, each.head.id) for each in found]

    def approve(decision_id: int, head_id: int) -> None:
        decision = queries.get_decision(decision_id)
        services.settle(decision, DecisionStatus.APPROVED, reason="Ya.", by=db.session.get(User, head_id))

    ended = together(portal, [lambda pair=pair: approve(*pair) for pair in pairs])

    assert ended.count(None) == 1
    assert set(ended) == {None, Refused}
    assert len(db.session.scalars(select(Card.id)).all()) == 1
