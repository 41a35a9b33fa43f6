"""Any sequence of mergings that ends with all of them taken apart leaves the register as it was, row by row."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from portal import clock
from portal.db import Base, db
from portal.errors import Refused
from portal.files.models import StoredFile
from portal.funds import monthly
from portal.funds.models import DisbursementStatus, Method
from portal.households import area_services
from portal.households import month_services as months
from portal.households.area_models import ReportKind
from portal.households.area_services import ReportDetails
from portal.households.models import Departure, Household, Listing, Member, Relation
from portal.households.month_models import MonthlyUpdate
from portal.households.sought import of_digits
from portal.lists import services as proposals
from portal.lists.models import ProposalKind
from portal.merging import apart, families, following, people
from portal.merging.families import Pairing
from portal.merging.models import Merge
from portal.merging.pairs import proposed
from tests.duplicates import factories as pairs
from tests.examples import few
from tests.lists import factories as listed
from tests.merging.conftest import hang, sure
from tests.reports import factories

OWN = {"merge", "merge_step", "audit_event", "audit_end", "audit_head"}
"""What a merging leaves behind on purpose; versions only ever grow."""


@pytest.fixture
def city(make, worker, head):
    """Five families: alike in part, with and without numbers, cases, a closed one, somebody who has moved away."""
    found = [
        make.household("Yurnalis", members=3, listed=True, card=True),
        make.household("Yurnalis", members=2, phone=""),
        make.household("Syafril", members=1, kk_no=None, birth_date=None, phone=""),
        make.household("Yurnalis", members=2, birth_date=date(1970, 1, 2), address="", rt="", rw=""),
        make.household("Elfira", members=1),
    ]
    found[3].members[0].nik, found[3].members[0].note = None, "Tuli."
    away = found[1].members[1]
    away.left_on, away.left_because = make.ago(30), Departure.MOVED_AWAY
    gone = found[4].members[0]
    gone.left_on, gone.left_because, found[4].closed_on = make.ago(9), Departure.MOVED_AWAY, make.ago(9)
    make._store(found[3])
    hang(make, found[0], by=worker, head=head)
    hang(make, found[1], by=worker, head=head, card=False)
    hang(make, found[4], by=worker, head=head, card=False)
    for family in found[:3]:
        case = factories.complaint(make, family, by=worker)
        factories.disbursement(
            make, case, by=worker, status=DisbursementStatus.PAID, paid_on=make.ago(1), method=Method.CASH,
            approved_by_id=head.id, paid_by_id=make.treasurer().id,
        )  # fmt: skip
    for place, as_of in ((3, make.ago(9)), (1, make.ago(0)), (2, make.ago(0))):
        make._store(Listing(household_id=found[place].id, list_code="dtsen", as_of=as_of, present=False,
                            checked_on=make.ago(0)))  # fmt: skip
    monthly.count_all()
    _more(make, found, worker)
    db.session.commit()
    return [family.id for family in found]


def _more(make, found, worker):
    """What else hangs on families: proposals to a list's owner, pairs, a closed and an open month, reports, files."""
    errors = [listed.error(make, family, by=worker) for family in (found[0], found[2])]
    proposals.make("dtsen", ProposalKind.ADD, [error.id for error in errors], by=worker)
    again = proposals.make("dtsen", ProposalKind.ADD, [listed.error(make, found[3], by=worker).id], by=worker)
    proposals.withdraw(again, reason="Menunggu musyawarah.", by=worker)
    for one, other in ((0, 1), (0, 3), (1, 2)):
        pairs.pair(make, found[one], found[other])
    cadre = make.cadre()
    closed = make._store(
        MonthlyUpdate(village_code=found[0].village_code, month=date(2026, 9, 1), opened_at=clock.now())
    )
    months.confirm(closed.village_code, closed.month, [found[0].id, found[1].id], by=cadre)
    months.close(closed, reason="Hujan lebat.", by=make.unit_head())
    months.confirm(closed.village_code, date(2026, 10, 1), [found[1].id], by=cadre)
    for family in (found[1], found[2]):
        area_services.report(ReportDetails(kind=ReportKind.BORN, own_words="Lahir."), family, by=cadre)
    for error in errors:
        make._store(StoredFile(sha256=f"{error.id:064d}", media_type="image/jpeg", size=1, name="rumah.jpg",
                               subject_type="assessment", subject_id=error.assessment_id,
                               household_id=error.household_id, uploaded_by_id=worker.id,
                               uploaded_at=clock.now()))  # fmt: skip


def snapshot():
    """Every row of every table, without versions."""
    return {
        name: sorted(map(str, db.session.execute(select(*(c for c in table.c if c.name != "version")))))
        for name, table in Base.metadata.tables.items()
        if name not in OWN
    }


def amounts():
    """How many rows of each kind hang on families, all together."""
    return {
        link.name: db.session.scalar(select(func.count()).select_from(link.table).where(link.column.is_not(None)))
        for link in following.links_to("household")
        if link.table.name not in OWN and link.column.name != "merged_into_id"
    }


def broken():
    """What must never be: a family without its one head, somebody living in a family that stands no more, a chain."""
    heads = func.sum(func.coalesce((Member.relation == Relation.HEAD).cast(db.Integer), 0))
    headless = select(Member.household_id).where(Member.active).group_by(Member.household_id).having(heads != 1)
    lost = select(Member.id).join(Household).where(Member.active, Household.closed_on.is_not(None))
    living = select(Member.household_id).where(Member.active)
    empty = select(Household.id).where(Household.closed_on.is_(None), Household.id.not_in(living))
    far = select(Household.id).where(Household.merged_into_id.is_not(None)).scalar_subquery()
    chains = select(Household.id).where(Household.merged_into_id.in_(select(Household.id).where(Household.id.in_(far))))
    astray = select(Member.id).where(
        Member.merged_into_id.in_(select(Member.id).where(Member.merged_into_id.is_not(None)))
    )
    return [list(db.session.scalars(each)) for each in (headless, lost, empty, chains, astray)] + [
        list(monthly.faults())
    ]


KINDS = ["family", "family", "person", "person", "apart"]
ACTS = st.tuples(
    st.sampled_from(KINDS), st.integers(0, 9), st.integers(0, 9), st.booleans(), st.booleans()
)  # fmt: skip
"""What is done, two numbers that choose among what is there, and how."""


def done(act, city, worker, head):
    """Do it unless a rule stands against it; nothing is left of what was refused."""
    kind, one, two, yes, no = act
    with suppress(Refused), db.session.begin_nested():
        if kind == "family":
            _families(one, two, yes, no, worker)
        elif kind == "person":
            _people(one, two, yes, no, worker)
        elif running := _running():
            apart.take_apart(running[one % len(running)], reason="Bukan.", by=head)


def _two(rows, one, two):
    """Two different ones of these, if there are two."""
    kept = rows[one % len(rows)]
    return kept, rows[(rows.index(kept) + 1 + two % max(1, len(rows) - 1)) % len(rows)]


def _families(one, two, in_pairs, theirs, worker):
    standing = select(Household).where(Household.merged_into_id.is_(None)).order_by(Household.id)
    kept, other = _two(db.session.scalars(standing).all(), one, two)
    same = proposed(kept.members, other.members) if in_pairs else {}
    places = {member: Relation.OTHER for member in other.members if member not in same}
    others = {member.id: {"nik", "birth_date", "name"} if theirs else () for member in same}
    pairing = Pairing(same=same, places=places, others=others, kk_of_other=theirs)
    sure(lambda wish: families.merge(kept, other, pairing, wish), worker)


def _people(one, two, theirs, last, worker):
    standing = select(Member).where(Member.merged_into_id.is_(None)).order_by(Member.id)
    kept, other = _two(db.session.scalars(standing).all(), one, two)
    left = [member for member in other.household.members if member is not other]
    others = {"nik", "name"} if theirs else ()
    new_head = left[-1 if last else 0] if left else None
    sure(lambda wish: people.merge(kept, other, wish, others=others, new_head=new_head), worker)


def _running():
    return db.session.scalars(select(Merge).where(Merge.taken_apart_at.is_(None)).order_by(Merge.id)).all()


@settings(max_examples=few(30), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(ACTS, min_size=3, max_size=8), order=st.randoms(use_true_random=False))
def test_whatever_was_merged_taking_all_apart_restores_the_register(city, worker, head, acts, order):
    try:
        _there_and_back(city, worker, head, acts, order)
    finally:
        db.session.rollback()


def _there_and_back(city, worker, head, acts, order):
    before, hung = snapshot(), amounts()
    numbers = [row for (row,) in db.session.execute(select(Member.nik).where(Member.nik.is_not(None), Member.active))]
    for act in acts:
        done(act, city, worker, head)
        db.session.expire_all()
        assert broken() == [[]] * 6, act
        assert amounts() == hung
        for number in numbers:
            assert [db.session.get_one(Household, row.id).merged_into_id for row in of_digits(number)] == [None]

    while running := list(_running()):
        order.shuffle(running)
        for merge in running:
            with suppress(Refused), db.session.begin_nested():
                apart.take_apart(merge, reason="Bukan.", by=head)
            db.session.expire_all()
            assert broken() == [[]] * 6
        assert len(_running()) < len(running), "no order in which they can be taken apart"

    assert snapshot() == before
