"""The same model on Spark, in local mode: the same pairs and weights as on the embedded engine."""

import pytest
from sqlalchemy import select

from portal.db import db
from portal.duplicates import engine, runs, spark
from portal.duplicates.commands import duplicates_command
from portal.duplicates.models import DuplicatePair, DuplicateRun
from portal.errors import Refused
from portal.matching.model import model
from portal.matching.people import columns
from tests.duplicates import factories

MASTER = "local[2]"
needs_spark = pytest.mark.skipif(
    not (spark.installed() and engine.installed()),
    reason="Spark or Java is not installed: make setup EXTRA=spark, and Java 17 or newer",
)


def weighed(compared: engine.Engine) -> dict[tuple[int, int], float]:
    people, frequencies = factories.people_of_every_answer()
    compared.add([columns(one, model().unknown_days) for one in people[:5]])
    compared.add([columns(one, model().unknown_days) for one in people[5:]])
    found = compared.likely(frequencies, from_weight=-200)
    compared.close()
    return {(min(one, other), max(one, other)): weight for one, other, weight in found}


@needs_spark
@pytest.mark.slow
def test_spark_finds_the_same_pairs_with_the_same_weights():
    here, there = weighed(engine.Embedded()), weighed(spark.Cluster(MASTER))

    assert len(here) > len(factories.SAMPLES)
    assert there == pytest.approx(here, abs=0.001)


@needs_spark
@pytest.mark.slow
def test_a_search_on_spark_is_asked_for_from_a_terminal(app, make):
    for name in ("Rosma Yunita", "Rosmah Yunita", "Budi Koto"):
        make.household(name, birth_date=factories.BORN)

    told = app.test_cli_runner().invoke(duplicates_command, ["--engine", "spark", "--master", MASTER])

    assert told.exit_code == 0, told.output
    assert "3 people compared" in told.output
    assert "1 pairs are likely one person" in told.output
    assert len(db.session.scalars(select(DuplicatePair)).all()) == 1


def test_without_spark_the_search_says_what_it_needs(make, monkeypatch):
    monkeypatch.setattr(spark, "installed", lambda: False)

    with pytest.raises(Refused, match="make install EXTRA=spark"):
        runs.ask(by=None, engine=spark)
    with pytest.raises(Refused):
        spark.Cluster(MASTER)
    assert not db.session.scalars(select(DuplicateRun)).all()
