"""Two rows that are one family count once in an open month; a closed month stays as it was closed."""

import io
from datetime import date

import openpyxl
import pytest

from portal.db import db
from portal.households import area_services, month_figures
from portal.households import month_queries as queries
from portal.households import month_services as services
from portal.households.area_models import ReportKind
from portal.households.area_services import ReportDetails
from portal.households.month_figures import Figures
from portal.households.month_models import LineState, MonthState
from portal.households.month_queries import MonthFilter
from tests.factories import VILLAGE

OCTOBER = date(2026, 10, 1)
STATES = list(LineState)


@pytest.fixture
def cadre(make):
    return make.cadre()


@pytest.fixture
def confirmed(cadre):
    def confirmed(family):
        services.confirm(VILLAGE, OCTOBER, [family.id], by=cadre)
        db.session.commit()

    return confirmed


@pytest.fixture
def told(cadre):
    def told(family):
        details = ReportDetails(kind=ReportKind.BORN, own_words="Lahir.")
        made = area_services.report(details, family, by=cadre)
        db.session.commit()
        return made

    return told


def where():
    return queries.standing(VILLAGE, OCTOBER)


def in_state():
    """Families by state, as the pages list them."""
    found = {state: [row.id for row in queries.families(where(), MonthFilter(state))] for state in STATES}
    return {state.value: ids for state, ids in found.items() if ids}


def close(head):
    update = services.hold_month(VILLAGE, OCTOBER, by=head)
    services.close(update, reason="Hujan.", by=head)
    db.session.commit()
    return update


def file_of(browser):
    asked = {"village": VILLAGE, "month": "2026-10", "reason": "Rapat"}
    answer = browser.post("/exports/updates.xlsx", asked, buffered=True)
    rows = openpyxl.load_workbook(io.BytesIO(answer.data)).worksheets[0].values
    return [(row[3], row[5], row[6]) for row in list(rows)[1:]]


@pytest.mark.parametrize(
    "kept_said, other_said, counts",
    [
        ("confirmed", "confirmed", Figures(confirmed=1)),
        ("", "confirmed", Figures(confirmed=1)),
        ("confirmed", "told", Figures(reported=1, kinds={"born": 1})),
        ("told", "confirmed", Figures(reported=1, kinds={"born": 1})),
        ("", "", Figures(unconfirmed=1)),
    ],
)
def test_an_open_month_counts_both_rows_as_one_family(
    make, merge, confirmed, told, head, kept_said, other_said, counts
):
    kept, other = make.household("Rosma"), make.household("Rosma Yunita")
    say = {"confirmed": confirmed, "told": told, "": lambda _family: None}
    say[kept_said](kept), say[other_said](other)

    merge(kept, other)

    (state,) = (name for name in ("confirmed", "reported", "unconfirmed") if getattr(counts, name))
    assert where().figures == counts
    assert in_state() == {state: [kept.id]}
    (village,) = month_figures.progress(OCTOBER)
    assert (village.figures.families, getattr(village.figures, state)) == (1, 1)
    assert [(place.left, place.families) for place in queries.neighbourhoods(where())] == [
        (int(state == "unconfirmed"), 1)
    ]

    close(head)
    assert where().figures == counts
    assert in_state() == {state: [kept.id]}


def test_an_open_month_has_both_rows_again_once_they_are_taken_apart(make, merge, take_apart, confirmed, told):
    kept, other = make.household("Rosma"), make.household("Rosma Yunita")
    confirmed(kept), told(other)
    before = where().figures, in_state()

    take_apart(merge(kept, other))

    assert (where().figures, in_state()) == before


def test_a_confirmation_of_the_other_row_is_taken_back_with_it(make, merge, confirmed, cadre):
    kept, other = make.household(), make.household()
    confirmed(other)
    merge(kept, other)

    assert services.take_back(VILLAGE, OCTOBER, kept.id, by=cadre)

    assert where().figures == Figures(unconfirmed=1)


def test_the_file_of_a_closed_month_does_not_follow_a_merging(make, merge, told, head, sign_in):
    kept, other = make.household("Rosma"), make.household("Yunita")
    told(other)
    close(head)
    browser = sign_in(head)
    before = file_of(browser)

    merge(kept, other)

    assert file_of(browser) == before
    assert before == [("Yunita", "perubahan dilaporkan", "Ada kelahiran"), ("Rosma", "belum dipastikan", None)]
    assert where().update.state is MonthState.CLOSED


def test_a_report_of_the_other_row_is_taken_up_with_the_family_that_stands(make, merge, told, sign_in, worker):
    kept, other = make.household(), make.household()
    report = told(other)
    merge(kept, other)

    page = sign_in(worker).get(f"/area/reports/{report.id}").text

    address = f"/households/{kept.id}/events/born?report={report.id}"
    assert address.replace("&", "&amp;") in page
    assert sign_in(worker).get(address).status_code == 200
