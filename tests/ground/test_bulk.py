"""Many rows by few statements: the same as one by one, and what the database itself keeps is kept."""

from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from portal import audit, bulk, clock
from portal.db import db
from portal.exchange.models import ImportBatch, ImportEffect
from portal.households import search
from portal.households.models import Member, Relation, Sex
from portal.households.names import fold_name


def person(number, household, **also):
    name = f"Jumiati Koto {number}"
    return {
        "household_id": household.id, "position": number + 1, "nik": f"137601120374{number:04d}", "name": name,
        "name_key": fold_name(name), "sex": Sex.FEMALE, "birth_date": date(1974, 3, 12), "relation": Relation.CHILD,
        "in_school": False, "note": "", "version": 1, **also,
    }  # fmt: skip


@pytest.mark.parametrize("count", [1, 9, 10, 123])
def test_every_row_is_stored_once_as_its_columns_hold_it_whatever_their_number(make, count):
    household = make.household()
    before = db.session.scalar(select(func.count(Member.id)))

    bulk.insert(Member, [person(number, household) for number in range(count)])

    stored = db.session.scalars(select(Member).where(Member.name.like("Jumiati%")).order_by(Member.position)).all()
    assert [one.nik for one in stored] == [f"137601120374{number:04d}" for number in range(count)]
    assert {(one.sex, one.birth_date, one.relation, one.in_school) for one in stored} == {
        (Sex.FEMALE, date(1974, 3, 12), Relation.CHILD, False)
    }
    assert db.session.scalar(select(func.count(Member.id))) == before + count


def test_who_is_stored_so_is_found_by_name_like_everybody_else(make):
    household = make.household()

    bulk.insert(Member, [person(number, household) for number in range(30)])

    assert search.named("miati kot").household_ids == [household.id]
    assert search.named("jumiaty").household_ids == [household.id]


def test_lists_and_nothing_at_all_are_stored_as_the_column_says(make):
    bulk.insert(ImportEffect, [])
    batch = ImportBatch(file_name="Data.xlsx", sha256="0" * 64, size=1, uploaded_at=clock.now())
    db.session.add(batch)
    audit.record("import.uploaded", batch, by=None)
    db.session.flush()

    bulk.insert(ImportEffect, [
        {"batch_id": batch.id, "record": "member", "record_id": number, "before": before, "version": 1}
        for number, before in enumerate((None, {"name": "ASRIL", "nik": None}))
    ])  # fmt: skip

    added = select(ImportEffect.record_id).where(ImportEffect.before.is_(None))
    assert db.session.scalars(added).all() == [0]
    assert db.session.scalars(select(ImportEffect.before).order_by(ImportEffect.record_id)).all() == [
        None, {"name": "ASRIL", "nik": None},
    ]  # fmt: skip


def test_what_the_database_refuses_is_refused_whole(make):
    household = make.household()

    with pytest.raises(IntegrityError):
        bulk.insert(Member, [person(number, household, nik="1376011203740001") for number in range(2)])
