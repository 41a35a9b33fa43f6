"""What other rooms ask of visits: today's round, the newest result, assessments side by side."""

from datetime import timedelta

import pytest
from flask import render_template
from flask_login import login_user

from portal import clock as unit_clock
from portal.errors import NotFound
from portal.visits import queries
from portal.visits.models import KnownBy, VisitStatus
from tests.rules.seeds import raw_answers

from . import factories


@pytest.fixture
def rani(make):
    return make.social_worker()


def test_a_visit_of_an_earlier_day_stays_open_until_someone_says_how_it_went(make, rani):
    open_one = factories.visit(make, rani, visit_on=unit_clock.today() - timedelta(days=1))
    factories.visit(make, rani, visit_on=unit_clock.today() - timedelta(days=1), status=VisitStatus.MISSED)
    factories.visit(make, rani)

    assert [row.id for row in queries.left_open_for(rani, unit_clock.today())] == [open_one.id]


def test_the_latest_final_assessment_is_the_newest_and_no_draft(make, rani):
    home = make.household()
    assert queries.latest_final(home.id) is None
    newest = factories.final(make, factories.visit(make, rani, home), "D02", make.ago(10))
    factories.final(make, factories.visit(make, rani, home), "D01", make.ago(100))
    factories.assessment(make, factories.visit(make, rani, home), raw_answers(factories.demo("D03")))

    assert queries.latest_final(home.id) is newest


def test_a_stored_result_is_read_with_its_own_version(make, rani):
    final = factories.final(make, factories.visit(make, rani), "D01", make.ago(1))

    result = queries.result(final)

    assert (result.instrument_version, result.value, result.band.code) == ("1", 12, "poor")


def test_assessments_stand_side_by_side_newest_first_with_value_and_how_it_is_known(make, rani):
    home = make.household()
    factories.final(make, factories.visit(make, rani, home), "D01", make.ago(100))
    factories.final(make, factories.visit(make, rani, home), "D02", make.ago(10))

    comparison = queries.side_by_side(home.id)

    assert [column.assessment.value for column in comparison.columns] == [9, 12]
    assert len(comparison.rows) == 12
    toilet = next(row for row in comparison.rows if row.code == "toilet")
    assert [cell.met for cell in toilet.cells] == [False, True]
    assert [cell.grounds[0].text for cell in toilet.cells] == ["Milik sendiri", "Bersama rumah tangga lain"]
    assert toilet.cells[0].grounds[0].known_by is KnownBy.TOLD
    area = next(row for row in comparison.rows if row.code == "floor_area")
    assert [ground.text for ground in area.cells[1].grounds] == ["30 m²", "5", "6 m²"]
    assert area.cells[1].grounds[2].known_by is None


def test_an_area_just_below_the_limit_does_not_look_like_the_limit(make, rani):
    answers = {**raw_answers(factories.demo("D01")), "members": "3", "floor_area_m2": "23,99"}
    draft = factories.assessment(make, factories.visit(make, rani), answers)

    line = queries.column(draft).lines["floor_area"]

    assert line.met is True
    assert line.grounds[-1].text == "7,99 m²"


@pytest.mark.parametrize(
    ("role", "sees"), [("social_worker", True), ("unit_head", True), ("cadre", False), ("partner_user", False),
                       ("office_user", False), ("mayor", False), ("treasurer", False), ("auditor", False)],
)  # fmt: skip
def test_answers_show_only_to_who_visits_proposes_or_decides(make, desk, rani, role, sees):
    home = make.household()
    factories.final(make, factories.visit(make, rani, home), "D01", make.ago(10))
    reader = getattr(make, role)()

    with desk.app.test_request_context():
        login_user(reader)
        text = render_template("visits/_side_by_side.html", comparison=queries.side_by_side(home.id))

    assert ("Bersama rumah tangga lain" in text) is sees
    assert ("puskesmas" in text) is sees


def test_a_household_without_assessment_says_so(make, desk, rani):
    home = make.household()

    with desk.app.test_request_context():
        login_user(rani)
        text = render_template("visits/_side_by_side.html", comparison=queries.side_by_side(home.id))

    assert "Belum ada penilaian" in text


def test_a_visit_that_is_not_there_is_not_found(make):
    with pytest.raises(NotFound):
        queries.get_visit(4711)
