"""A file that still names what was merged means the family and the people that stand."""

import pytest

from portal.db import db
from portal.exchange.models import ImportRow, RowKind
from portal.households.models import Sex
from portal.merging import families
from portal.merging.families import Pairing
from tests.exchange.conftest import confirmed
from tests.exchange.files import ELFIRA, SYAHRUL, row
from tests.exchange.test_taking_back import OTHER, family
from tests.merging.conftest import sure

TWIN = row(kk=OTHER, nik="1376011203749555")
WIFE = row(ELFIRA, kk=OTHER, nik="1376016109789555")


@pytest.fixture
def kept(make, written, officer):
    """Written down twice under different numbers, and merged: those of the second time do not stand."""
    written(SYAHRUL, ELFIRA)
    kept = family()
    other = make.household(SYAHRUL[2], members=2, kk_no=OTHER, village_code=kept.village_code)
    for twin, stands, typed, sex in zip(other.members, kept.members, (TWIN, WIFE), (Sex.MALE, Sex.FEMALE), strict=True):
        twin.nik, twin.name, twin.sex = typed[1], typed[2], sex
        twin.birth_date, twin.name_key = stands.birth_date, stands.name_key
    make._store(other)
    pairing = Pairing(same=dict(zip(other.members, kept.members, strict=True)))
    sure(lambda wish: families.merge(kept, other, pairing, wish), officer)
    db.session.commit()
    return kept


def rows_of(batch):
    return db.session.query(ImportRow).filter_by(batch_id=batch.id).order_by(ImportRow.id).all()


def test_the_numbers_that_do_not_stand_change_nothing(kept, bring):
    batch = bring(TWIN, WIFE)

    assert [(one.kind, one.household_id) for one in rows_of(batch)] == [(RowKind.UNCHANGED, kept.id)] * 2


def test_what_else_the_file_says_enters_the_family_that_stands(kept, bring, officer):
    confirmed(bring(row(TWIN, rt="004"), WIFE), officer)

    db.session.refresh(kept)
    assert (kept.rt, len(kept.members), kept.kk_no) == ("004", 2, SYAHRUL[0])
