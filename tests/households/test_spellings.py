"""The golden list of spellings: two hundred pairs that people mean as one name, fifty that they do not."""

import csv
import importlib.util
from pathlib import Path

import pytest
from sqlalchemy import insert, text

from portal import audit, clock
from portal.config import ROOT
from portal.db import db
from portal.households import queries
from portal.households.models import Household, Member, Relation, Sex
from portal.households.names import fold_name
from portal.households.queries import Filter
from tests.factories import VILLAGE

PAIRS = list(csv.DictReader((Path(__file__).parent / "data/spellings.csv").open(encoding="utf-8")))


@pytest.fixture
def city(make) -> None:
    """Each registered name of the list is the head of a family of its own; nobody else lives here."""
    with audit.unrecorded():
        for number, name in enumerate(sorted({pair["registered"] for pair in PAIRS}), start=1):
            family = {"id": number, "head_name": name, "village_code": VILLAGE, "created_at": clock.now()}
            head = {"name": name, "name_key": fold_name(name), "sex": Sex.MALE, "relation": Relation.HEAD}
            db.session.execute(insert(Household).values(family))
            db.session.execute(insert(Member).values(household_id=number, **head))
        db.session.commit()


def wrong(pairs: list[dict[str, str]]) -> list[str]:
    """Pairs that the register answers otherwise than the list wants."""
    mistakes = []
    for pair in pairs:
        rows, _total = queries.register(Filter(pair["typed"]), size=1000)
        if (pair["registered"] in [row.head_name for row in rows]) != (pair["found"] == "yes"):
            mistakes.append(f"{pair['typed']} - {pair['registered']} ({pair['why']}): not {pair['found']}")
    return mistakes


def test_the_list_is_whole():
    assert [sum(pair["found"] == word for pair in PAIRS) for word in ("yes", "no")] == [200, 50]
    assert len({(pair["typed"], pair["registered"]) for pair in PAIRS}) == 250


def test_every_pair_of_the_list_in_one_city(city):
    assert wrong(PAIRS) == []


def test_without_trigrams_the_search_is_only_slower(city):
    """A PostgreSQL whose extensions cannot be had (migration 0003); SQLite always has what it needs."""
    if db.engine.dialect.name != "postgresql":
        pytest.skip("pg_trgm belongs to PostgreSQL")
    with audit.unrecorded():
        db.session.execute(text("DROP EXTENSION IF EXISTS pg_trgm CASCADE"))

    assert wrong(PAIRS[::5]) == []


def test_the_best_hit_comes_first(city):
    def first(typed: str) -> str:
        return queries.register(Filter(typed))[0][0].head_name

    assert first("Hasan") == "Hasan Basri"
    assert first("yusuf kala") == "Yusuf Kalla"
    assert first("Nurhayati") == "Nurhayati"
    assert first("Sukarno") == "Sukarno"


def test_names_that_were_there_before_were_folded_as_they_are_now():
    """The migration has its own copy; it goes with this test when names are folded in another way."""
    place = ROOT / "migrations/versions/0015_names_folded_anew.py"
    spec = importlib.util.spec_from_file_location("folded_anew", place)
    migration = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(migration)
    names = {pair[column] for pair in PAIRS for column in ("typed", "registered")}

    assert {name: migration.fold_name(name) for name in names} == {name: fold_name(name) for name in names}
