"""Nothing enters a kelurahan's month while it is being closed, and nothing is said of a family twice."""

from datetime import date

from portal import clock
from portal.accounts.models import User
from portal.errors import AlreadySettled
from portal.households import month_queries as queries
from portal.households import month_services as services
from portal.households.month_models import LineState, MonthlyLine, MonthlyUpdate, MonthState
from tests.factories import VILLAGE, Make
from tests.together import count, get, reasons, together


def this_month() -> date:
    return clock.today().replace(day=1)


def test_two_who_begin_a_month_with_the_same_family_have_one_month_and_one_line(own_portal, slow):
    make = Make()
    family, ids = make.household().id, [make.cadre().id, make.cadre().id]

    def confirms(by_id):
        return lambda: services.confirm(VILLAGE, this_month(), [family], by=get(User, by_id))

    slow(queries, "find")
    stopped = together(own_portal, [confirms(by_id) for by_id in ids])

    assert stopped == [None, None]
    assert (count(MonthlyUpdate), count(MonthlyLine)) == (1, 1)


def test_a_family_is_confirmed_before_the_month_is_closed_or_not_at_all(own_portal, slow):
    make = Make()
    family, cadre_id, head_id = make.household().id, make.cadre().id, make.unit_head().id

    def closes():
        head = get(User, head_id)
        services.close(services.hold_month(VILLAGE, this_month(), by=head), reason="Kader sakit.", by=head)

    slow(queries, "find")
    confirms = lambda: services.confirm(VILLAGE, this_month(), [family], by=get(User, cadre_id))  # noqa: E731
    stopped = together(own_portal, [closes, confirms])

    assert reasons(stopped) <= {AlreadySettled}
    update = queries.find(VILLAGE, this_month())
    confirmed = count(MonthlyLine, MonthlyLine.state == LineState.CONFIRMED)
    assert update.state is MonthState.CLOSED
    assert confirmed == (0 if reasons(stopped) else 1)
    assert (update.figures["confirmed"], update.figures["unconfirmed"]) == (confirmed, 1 - confirmed)
