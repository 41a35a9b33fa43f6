"""Two people of the mayor's office press at the same moment: one letter, no number lost."""

from sqlalchemy import select
from sqlalchemy.orm.exc import StaleDataError

from portal.accounts.models import User
from portal.clock import today
from portal.db import db
from portal.errors import AlreadySettled
from portal.recommendations import queries, services
from portal.recommendations.models import EmergencyRecommendation
from tests.factories import Make
from tests.recommendations import factories
from tests.together import reasons, together

TOGETHER = 6


def approve(number: str, mayor_id: int) -> None:
    mayor = db.session.get(User, mayor_id)
    services.approve(queries.get_recommendation(number), reason="Mendesak.", by=mayor, on=today())


def letters() -> list[str]:
    numbers = select(EmergencyRecommendation.letter_number).where(EmergencyRecommendation.letter_number.is_not(None))
    return sorted(number.split("/")[1] for number in db.session.scalars(numbers) if number)


def test_parallel_approvals_of_one_request_give_one_letter(own_portal):
    make = Make()
    number = factories.recommendation(make, make.social_worker()).number
    mayors = [make.mayor().id for _ in range(TOGETHER)]

    ended = together(own_portal, [lambda mayor_id=mayor_id: approve(number, mayor_id) for mayor_id in mayors])

    assert ended.count(None) == 1
    assert reasons(ended) <= {AlreadySettled, StaleDataError}
    assert letters() == ["001"]


def test_parallel_approvals_of_several_requests_number_them_without_gaps(own_portal):
    make = Make()
    worker, mayor_id = make.social_worker(), make.mayor().id
    numbers = [factories.recommendation(make, worker).number for _ in range(TOGETHER)]

    ended = together(own_portal, [lambda number=number: approve(number, mayor_id) for number in numbers])

    assert ended == [None] * TOGETHER
    assert letters() == [f"{n:03d}" for n in range(1, TOGETHER + 1)]
