"""A file beside the register: what changes, and who may be somebody else."""

from sqlalchemy import select

from portal import clock
from portal.db import db
from portal.duplicates.models import DuplicatePair, PairSource, Verdict
from portal.exchange import queries, services
from portal.exchange.models import ImportRow, RowKind
from portal.households import event_services as events
from portal.households.models import Household
from portal.households.noting import Noted
from tests.exchange.conftest import confirmed
from tests.exchange.files import ELFIRA, SYAHRUL, row
from tests.exchange.looking import NOBODY, OTHER, count, family, kinds, row_of


def test_a_change_shows_the_old_and_the_new_and_sets_only_that(written, bring, officer):
    written(SYAHRUL, ELFIRA)

    batch = bring(row(rt="004", name="SYAHRUL PITOPANG DT. RAJO"), ELFIRA)

    assert row_of(batch, "SYAHRUL PITOPANG DT. RAJO").changes == {
        "name": ["SYAHRUL PITOPANG", "SYAHRUL PITOPANG DT. RAJO"], "rt": ["001", "004"],
    }  # fmt: skip
    confirmed(batch, officer)
    household = family()
    assert (household.rt, household.rw, household.head_name) == ("004", "002", "SYAHRUL PITOPANG DT. RAJO")
    assert household.members[0].name == "SYAHRUL PITOPANG DT. RAJO"


def test_what_the_file_leaves_empty_empties_nothing(written, bring):
    written(SYAHRUL, ELFIRA)

    batch = bring(row(born="", rt="", rw=""), row(ELFIRA, nik=""))

    assert kinds(batch) == {"SYAHRUL PITOPANG": "unchanged", "ELFIRA": "unchanged"}


def test_a_person_without_nik_yet_is_known_by_family_name_and_birth_date(written, bring, officer):
    written(SYAHRUL, row(ELFIRA, nik="-"))

    batch = bring(SYAHRUL, ELFIRA)

    assert row_of(batch, "ELFIRA").changes == {"nik": [None, ELFIRA[1]]}
    confirmed(batch, officer)
    assert [member.nik for member in family().members] == [SYAHRUL[1], ELFIRA[1]]


def test_two_people_without_nik_share_nothing(written):
    written(row(NOBODY, name="MARLIS"), row(NOBODY, name="MARNI"))

    assert sorted(db.session.scalars(select(Household.head_name))) == ["MARLIS", "MARNI"]
    assert set(db.session.scalars(select(Household.kk_no))) == {None}


def test_somebody_of_the_same_name_and_birth_date_elsewhere_is_asked_about(written, bring, officer):
    written(SYAHRUL, row(ELFIRA, nik=""))

    batch = bring(row(ELFIRA, kk=OTHER, relation="Kepala keluarga"))

    assert (kinds(batch), row_of(batch, "ELFIRA").said) == ({"ELFIRA": "doubt"}, ["maybe_known"])
    # Not taken, nothing is written; taken, the person is.
    confirmed(batch, officer)
    assert count(Household) == 1


def test_the_same_name_alone_or_with_another_birth_date_is_nobody_known(written, bring):
    written(SYAHRUL, row(ELFIRA, nik=""))

    batch = bring(
        row(ELFIRA, kk=OTHER, relation="Kepala keluarga", born="14-03-1981", nik="1376015403819101"),
        row(ELFIRA, kk=OTHER, relation="Anak", born="", nik=""),
    )  # fmt: skip

    assert [one.kind for one in db.session.scalars(select(ImportRow).where(ImportRow.batch_id == batch.id))] == [
        RowKind.NEW, RowKind.NEW,
    ]  # fmt: skip


def test_a_doubt_that_is_taken_is_written(written, bring, officer):
    written(SYAHRUL, row(ELFIRA, nik=""))
    batch = bring(row(ELFIRA, kk=OTHER, relation="Kepala keluarga"))

    assert services.take(batch, [row_of(batch, "ELFIRA").id], taken=True, by=officer) == 1
    db.session.commit()
    confirmed(batch, officer)

    assert family(OTHER).head_name == "ELFIRA"
    pair = db.session.scalars(select(DuplicatePair)).one()
    assert (pair.source, pair.verdict) == (PairSource.IMPORT, Verdict.OPEN)
    assert {pair.lower.name, pair.higher.name} == {"ELFIRA"}
    assert ["birth_date", "same"] in [reason[:2] for reason in pair.reasons]


def test_who_is_in_another_family_is_left_to_people(written, bring, officer):
    written(SYAHRUL, ELFIRA)

    batch = bring(row(kk=OTHER, name="ASRIL", nik="1376010106709111", born="01-06-1970"), row(ELFIRA, kk=OTHER))

    assert (row_of(batch, "ELFIRA").kind, row_of(batch, "ELFIRA").said) == (RowKind.DOUBT, ["in_other_family"])
    assert services.take_all(batch, taken=True, by=officer) == 0
    confirmed(batch, officer)
    assert [member.name for member in family(OTHER).members] == ["ASRIL"]
    assert len(family().members) == 2


def test_who_has_died_or_moved_away_is_left_to_people(written, bring, officer):
    written(SYAHRUL, ELFIRA)
    wife = family().members[1]
    events.died(family(), wife, Noted(on=clock.today(), by=officer))
    db.session.commit()

    again = bring(ELFIRA, SYAHRUL)
    assert kinds(again) == {"SYAHRUL PITOPANG": "unchanged", "ELFIRA": "doubt"}
    assert row_of(again, "ELFIRA").said == ["has_left"]
    assert not services.may_be_taken(row_of(again, "ELFIRA"))

    assert again.had_nothing
    assert [one.name for one in family().members] == ["SYAHRUL PITOPANG"]


def test_a_family_that_is_closed_is_left_to_people(written, bring, officer):
    written(row(nik="", born=""))
    events.moved_away(family(), list(family().members), Noted(on=clock.today(), by=officer))
    db.session.commit()

    again = bring(NOBODY, row(nik="", born=""))

    assert "family_closed" in row_of(again, family().head_name).said


def test_a_nik_that_is_somebody_else_by_name_and_birth_is_asked_about(written, bring):
    written(SYAHRUL, ELFIRA)

    batch = bring(row(name="DARLIS", born="13-03-1975"), ELFIRA)

    assert "other_person" in row_of(batch, "DARLIS").said


def test_another_head_of_a_known_family_is_left_to_people(written, bring, officer):
    written(SYAHRUL, ELFIRA)

    batch = bring(row(relation="Istri"), row(ELFIRA, relation="Kepala keluarga"))

    assert set(kinds(batch).values()) == {"doubt"}
    assert batch.had_nothing
    assert not any(services.may_be_taken(one) for one in (row_of(batch, "ELFIRA"), row_of(batch, "SYAHRUL PITOPANG")))


def test_who_stands_under_a_card_of_her_own_has_moved_out_as_far_as_the_file_knows(written, bring):
    daughter = row(nik="1376014203009222", name="RANI", born="02-03-2000", relation="Anak", sex="P")
    written(SYAHRUL, ELFIRA, daughter)
    child = row(kk=OTHER, nik="1376010203209333", name="BAYU", born="02-03-2020", relation="Anak", sex="L")

    batch = bring(row(daughter, kk=OTHER, relation="Kepala keluarga"))
    with_child = bring(row(daughter, kk=OTHER, relation="Kepala keluarga"), child)

    assert row_of(batch, "RANI").said == ["under_other_card"]
    assert row_of(batch, "RANI").changes == {}
    assert batch.had_nothing
    assert row_of(with_child, "RANI").said == ["in_other_family"]


def test_a_new_card_and_a_new_head_of_the_same_family_ask_for_the_head(written, bring):
    """As after a death: more than half of the family is under the new card."""
    daughter = row(nik="1376014203009222", name="RANI", born="02-03-2000", relation="Anak", sex="P")
    written(SYAHRUL, ELFIRA, daughter)

    batch = bring(row(ELFIRA, kk=OTHER, relation="Kepala keluarga"), row(daughter, kk=OTHER))

    assert "head_differs" in row_of(batch, "ELFIRA").said
    assert "under_other_card" not in row_of(batch, "ELFIRA").said


def test_new_people_wait_for_a_head_that_is_in_doubt(written, bring, officer):
    written(SYAHRUL, row(ELFIRA, nik=""))
    child = row(kk=OTHER, nik="1376010203109222", name="RANI", born="02-03-2010", relation="Anak", sex="L")

    batch = bring(row(ELFIRA, kk=OTHER, relation="Kepala keluarga"), child)

    assert kinds(batch) == {"ELFIRA": "doubt", "RANI": "new"}
    assert queries.waiting_for_head(batch) == 1
    confirmed(batch, officer)
    assert (count(Household), batch.counts["written"]) == (1, 0)


def test_a_head_whom_the_register_does_not_know_is_no_second_head_of_a_known_family(written, bring, officer):
    """The card is known, and the head's row has another name and NIK: who heads the family is said by a person."""
    written(SYAHRUL, ELFIRA)

    batch = bring(row(nik="1376011203749222", name="BUDI KOTO"), ELFIRA)

    assert row_of(batch, "BUDI KOTO").said == ["head_differs"]
    assert batch.had_nothing
