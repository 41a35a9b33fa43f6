"""A batch is taken back: what it added goes, what it changed is set again, and what was built on is named."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage

from portal.db import db
from portal.errors import AlreadySettled, Refused
from portal.exchange import services
from portal.exchange.models import BatchState
from portal.households.models import Household, Listing, Member
from portal.households.names import fold_name
from tests.examples import few
from tests.exchange.conftest import confirmed
from tests.exchange.files import ELFIRA, KK, SYAHRUL, row

OTHER = "1376010806139002"


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


def family(kk=KK):
    return db.session.scalars(select(Household).where(Household.kk_no == kk)).one()


def test_undoing_takes_back_what_was_added_and_sets_back_what_was_changed(written, officer):
    written(SYAHRUL, ELFIRA)
    child = row(nik="1376010203109222", name="RANI", born="02-03-2010", relation="Anak")
    batch = written(row(rt="004", name="SYAHRUL PITOPANG DT. RAJO"), ELFIRA, child,
                    row(kk=OTHER, nik="1376010106709111", name="ASRIL", born="01-06-1970"))  # fmt: skip
    assert (count(Household), count(Member), family().rt) == (2, 4, "004")

    services.undo(batch, "Berkas yang salah.", by=officer)
    db.session.commit()

    household = family()
    assert (count(Household), household.rt, household.head_name) == (1, "001", "SYAHRUL PITOPANG")
    assert [(m.name, m.name_key) for m in household.members] == [
        ("SYAHRUL PITOPANG", fold_name("SYAHRUL PITOPANG")), ("ELFIRA", fold_name("ELFIRA")),
    ]  # fmt: skip
    assert batch.state is BatchState.UNDONE
    with pytest.raises(AlreadySettled):
        services.undo(batch, "Sekali lagi.", by=officer)


def test_what_was_built_on_stays_and_is_named(make, written, officer):
    batch = written(SYAHRUL, ELFIRA)
    household = family()
    household.listings = [Listing(list_code="dtsen", as_of=date(2026, 7, 1), present=True, decile=2,
                                  checked_on=date(2026, 10, 5))]  # fmt: skip
    make._store(household)

    with pytest.raises(Refused) as refusal:
        services.undo(batch, "Berkas yang salah.", by=officer)

    assert "(1)" in refusal.value.sentence
    assert count(Household) == 1


def test_an_undone_file_may_be_brought_in_again(tmp_path, written, officer):
    batch = written(SYAHRUL, ELFIRA)
    services.undo(batch, "Salah daftar.", by=officer)
    db.session.commit()

    with (tmp_path / "people-0.xlsx").open("rb") as stream:
        again = services.bring_in(FileStorage(stream, filename="people.xlsx", name="file"), by=officer)

    assert again.id != batch.id


def snapshot():
    """All that the register says, without versions: those only ever grow."""
    found = {}
    for table in (Household.__table__, Member.__table__, Listing.__table__):
        columns = [column for column in table.c if column.name != "version"]
        found[table.name] = sorted(map(str, db.session.execute(select(*columns))))
    return found


PEOPLE = st.lists(
    st.tuples(st.integers(1, 3), st.integers(1, 3), st.sampled_from(["001", "004"]), st.booleans()),
    min_size=1, max_size=5, unique_by=lambda one: one[:2],
)  # fmt: skip


@settings(max_examples=few(12), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=PEOPLE, after=PEOPLE, as_list=st.booleans())
def test_whatever_a_file_did_undoing_it_restores_the_register(bring, officer, before, after, as_list):
    def people(of):
        return [
            row(kk=f"137601080613900{family}", nik=f"13760112037490{family}{place}" if known else "",
                name=f"CONTOH {family}{place}", relation="Kepala keluarga" if place == 1 else "Anak", rt=rt, born="")
            for family, place, rt, known in of
        ]  # fmt: skip

    first = bring(*people(before))
    if not first.had_nothing:
        confirmed(first, officer)
    register = snapshot()
    listed = {"list_code": "dtks", "list_as_of": date(2026, 1, 1)} if as_list else {}
    batch = bring(*people(after), **listed)
    if batch.had_nothing:
        assert snapshot() == register
        return
    services.take_all(batch, taken=True, by=officer)
    db.session.commit()
    confirmed(batch, officer)

    services.undo(batch, "Salah berkas.", by=officer)
    db.session.flush()

    assert snapshot() == register
