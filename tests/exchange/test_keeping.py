"""Files of offices and what their rows say are kept no longer than somebody works with them."""

from datetime import timedelta

from sqlalchemy import select

from portal import clock
from portal.db import db
from portal.exchange import keeping, policies, queries, services
from portal.exchange.models import ImportRow
from portal.files.services import path_of
from tests.exchange.conftest import confirmed
from tests.exchange.files import ELFIRA, SYAHRUL, row


def test_a_file_goes_once_its_batch_has_ended(bring, officer):
    batch = bring(SYAHRUL)
    keeping.forget(clock.now())
    assert path_of(batch.sha256).exists()

    confirmed(batch, officer)
    keeping.forget(clock.now())

    assert not path_of(batch.sha256).exists()


def test_after_ninety_days_rows_say_nothing_but_whose_they_were(bring, officer):
    batch = confirmed(bring(SYAHRUL, row(ELFIRA, name="")), officer)

    keeping.forget(clock.now() + timedelta(days=89))
    assert db.session.scalars(select(ImportRow.name).order_by(ImportRow.id)).first() == "SYAHRUL PITOPANG"
    keeping.forget(clock.now() + timedelta(days=91))
    db.session.expire_all()

    rows = db.session.scalars(select(ImportRow).order_by(ImportRow.id)).all()
    assert [(one.name, one.person, one.cells) for one in rows] == [("", {}, None)] * 2
    assert rows[0].household_id
    assert rows[0].member_id
    # Nothing of it is offered or confirmed any more, and it can still be taken back.
    assert not queries.has_refused_rows(batch)
    services.undo(batch, "Daftar yang salah.", by=officer)


def test_a_forgotten_file_is_read_again_before_anybody_confirms_it(bring, officer):
    batch = bring(SYAHRUL)

    keeping.forget(clock.now() + timedelta(days=181))
    db.session.expire_all()
    assert not policies.may_confirm(officer, batch)
    services.read_again(batch, by=officer)
    db.session.commit()
    assert services.work(batch.id)

    assert policies.may_confirm(officer, batch)
