"""A family waits in one proposal to a list's owner; an assessment tells of one listing error, whoever acts at once."""

from portal import clock
from portal.accounts.models import User
from portal.decisions import listing_errors
from portal.decisions.models import ListingError, ListingErrorKind
from portal.errors import Refused
from portal.lists import queries, services
from portal.lists.models import ListProposal, ProposalKind
from tests.factories import Make
from tests.lists.factories import JULY, error, found
from tests.together import count, get, reasons, together


def test_one_error_gathered_by_two_is_in_one_proposal(own_portal, slow):
    make = Make()
    worker = make.social_worker()
    error_id, worker_id = error(make, make.household(), by=worker).id, worker.id
    slow(queries, "eligible")

    def gather():
        services.make("dtsen", ProposalKind.ADD, [error_id], by=get(User, worker_id))

    stopped = together(own_portal, [gather] * 3)

    assert stopped.count(None) == 1
    assert reasons(stopped) == {Refused}
    assert count(ListProposal) == 1


def test_what_two_record_of_one_comparison_is_recorded_once(own_portal):
    make = Make()
    worker = make.social_worker()
    assessment_id, worker_id = found(make, make.household(), by=worker).id, worker.id

    def record():
        listing_errors.record_compared(
            [assessment_id], ListingErrorKind.EXCLUSION, list_code="dtsen", list_as_of=JULY, by=get(User, worker_id),
            on=clock.today(),
        )  # fmt: skip

    assert together(own_portal, [record] * 3) == [None] * 3
    assert count(ListingError) == 1
