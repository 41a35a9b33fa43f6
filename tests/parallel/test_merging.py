"""Two desks merge the same families, or one merges what another works on: one merging, and nothing astray."""

from sqlalchemy import func, select

from portal.accounts.models import User
from portal.complaints.models import Complaint
from portal.db import db
from portal.errors import AlreadySettled, Doubtful, Refused
from portal.households.models import Household, Relation
from portal.merging import apart, families, keeping
from portal.merging.families import Pairing
from portal.merging.keeping import Wish
from portal.merging.models import Merge
from tests.factories import Make
from tests.reports import factories
from tests.together import count, get, reasons, together


def merges(kept_id, other_id, by_id):
    def act():
        kept, other, by = get(Household, kept_id), get(Household, other_id), get(User, by_id)
        pairing = Pairing(places=dict.fromkeys(other.members, Relation.OTHER))
        try:
            families.merge(kept, other, pairing, Wish(reason="Sama.", by=by))
        except Doubtful as doubtful:
            codes = [doubt.code for doubt in doubtful.doubts]
            families.merge(kept, other, pairing, Wish(reason="Sama.", by=by, confirmed=codes))

    return act


def astray():
    """How many families lead to one that stands no more."""
    gone = select(Household.id).where(Household.merged_into_id.is_not(None))
    return count(Household, Household.merged_into_id.in_(gone))


def test_the_same_two_are_merged_once(own_portal, slow):
    make = Make()
    worker, first, second = make.social_worker().id, make.household().id, make.household().id

    slow(keeping, "people_of")
    stopped = together(own_portal, [merges(first, second, worker), merges(second, first, worker)])

    assert stopped.count(None) == 1
    assert reasons(stopped) == {AlreadySettled}
    assert (count(Merge), astray()) == (1, 0)


def test_mergings_that_meet_in_one_family_take_turns(own_portal, slow):
    """A goes into B while B goes into C: whoever is second is refused, or finds the family that stands."""
    make = Make()
    worker, ids = make.social_worker().id, [make.household().id for _ in range(3)]

    slow(keeping, "people_of")
    stopped = together(own_portal, [merges(ids[1], ids[0], worker), merges(ids[2], ids[1], worker)])

    assert reasons(stopped) <= {AlreadySettled, Refused}
    assert astray() == 0
    assert count(Merge) == stopped.count(None) >= 1


def test_a_complaint_taken_at_this_moment_is_not_lost_with_the_family(own_portal, slow):
    make = Make()
    worker, kept, other = make.social_worker(), make.household().id, make.household().id
    worker_id = worker.id

    def takes():
        factories.complaint(make, get(Household, other), by=get(User, worker_id))

    slow(families, "_changes")
    stopped = together(own_portal, [merges(kept, other, worker_id), takes])

    assert reasons(stopped) <= {Refused}
    assert db.session.scalar(select(func.count()).where(Complaint.household_id == other)) == 0


def test_a_merging_is_taken_apart_once(own_portal, slow):
    make = Make()
    worker, head = make.social_worker().id, make.unit_head().id
    first, second = make.household().id, make.household().id
    merges(first, second, worker)()
    db.session.commit()
    number = db.session.scalar(select(Merge.id))

    def takes_apart():
        apart.take_apart(get(Merge, number), reason="Bukan.", by=get(User, head))

    slow(apart, "later_than")
    stopped = together(own_portal, [takes_apart] * 2)

    assert (stopped.count(None), reasons(stopped)) == (1, {AlreadySettled})
    assert count(Household, Household.merged_into_id.is_not(None)) == 0
