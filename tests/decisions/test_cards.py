"""Issuing, renewing and revoking cards (003 Hasil 3 (b); domain.md section 5, "Renewal")."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from portal import audit
from portal.cards import queries, services, validity
from portal.cards.models import Card, CardStatus
from portal.clock import now, validity_end
from portal.clock import today as this_day
from portal.complaints.models import ComplaintStatus
from portal.db import db
from portal.decisions.models import DecisionStatus, Proposal
from portal.errors import AlreadySettled, NotAllowed, NotFound, Refused
from portal.households.models import MembershipCard
from tests.decisions.factories import card, case, look_up
from tests.examples import few

LATER = settings(max_examples=few(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def at(time, day):
    """Move the time to nine in the morning of a day in Payakumbuh."""
    time.move_to(datetime(day.year, day.month, day.day, 2, 0, tzinfo=UTC))


def renewal_case(make, first, **details):
    """The family comes again: a new complaint, a new visit, a fresh look at the list."""
    look_up(make, first.household)
    return case(make, people=first, **details)


def test_a_card_of_12_may_2026_lasts_until_11_may_2027(make, clock):
    """seeds/README.md "Validity"."""
    at(clock, date(2026, 5, 12))
    first, issued = card(make)

    assert (issued.starts_on, issued.ends_on) == (date(2026, 5, 12), date(2027, 5, 11))
    assert issued.number == "KAN-2026-000001"
    assert issued.holder_name == first.household.head_name
    assert issued.issued_by_id == first.head.id
    assert len(issued.verification_code) == 18


def test_numbers_run_on_and_a_refused_card_uses_none(make):
    first, one = card(make)
    again = case(make, people=first)
    waiting = again.complaint
    with pytest.raises(Refused):
        again.propose()
    db.session.rollback()
    _second, two = card(make)

    assert waiting.status is ComplaintStatus.ASSESSED
    assert [one.number, two.number] == ["KAN-2026-000001", "KAN-2026-000002"]


def test_a_family_has_one_active_card(make):
    """Two proposals may wait at once; the second approval finds the card of the first."""
    first = case(make)
    second = case(make, people=first)
    one, two = first.propose(), second.propose()
    first.approve(one)

    with pytest.raises(Refused, match="kartu aktif sampai 4 Oktober 2027"):
        second.approve(two)
    db.session.rollback()

    assert len(queries.cards_of(first.household.id)) == 1


def test_a_holder_who_needs_something_else_is_served_with_the_card(make):
    first, issued = card(make)
    medicine = case(make, people=first, service_code="health-medicine")
    medicine.approve(medicine.propose())

    assert queries.cards_of(first.household.id) == [issued]
    assert medicine.complaint.status is ComplaintStatus.APPROVED


def test_a_card_needs_an_approved_decision_on_path_b(make):
    waiting, on_path_a = case(make), case(make, "D01", service_code="health-medicine")
    decision, other = waiting.propose(), on_path_a.propose()
    on_path_a.approve(other)

    for each, head in ((decision, waiting.head), (other, on_path_a.head)):
        with pytest.raises(Refused):
            services.issue(each, by=head, on=this_day())


def test_a_family_helped_against_the_count_gets_its_card_too(make):
    found = case(make, "D09")
    decision = found.approve(found.propose(Proposal.HELP, "Penghasilan hilang sejak panen gagal."))

    assert queries.card_of(decision.id).status is CardStatus.ISSUED


def test_only_the_unit_head_issues(make):
    found = case(make)
    decision = found.propose()

    for person in (found.worker, make.treasurer(), make.mayor(), make.admin()):
        with pytest.raises(NotAllowed):
            services.issue(decision, by=person, on=this_day())


def test_a_decision_brings_one_card(make):
    first, issued = card(make)

    with pytest.raises(AlreadySettled):
        services.issue(issued.decision, by=first.head, on=this_day())


def test_the_database_keeps_numbers_codes_decisions_and_renewals_apart(make):
    first, issued = card(make)
    other = case(make)
    other_decision = other.propose()
    values = {
        "number": "KAN-2026-000099", "verification_code": "A" * 18, "card_type_code": issued.card_type_code,
        "household_id": issued.household_id, "decision_id": other_decision.id, "holder_name": "X",
        "starts_on": this_day(), "ends_on": this_day() + timedelta(days=1), "issued_by_id": first.head.id,
        "issued_at": now(),
    }  # fmt: skip
    wrong = [
        {"number": issued.number}, {"verification_code": issued.verification_code}, {"decision_id": issued.decision_id},
        {"ends_on": this_day()}, {"verification_code": "short"}, {"status": CardStatus.REVOKED},
    ]  # fmt: skip
    for each in wrong:
        with pytest.raises(IntegrityError):
            make._store(Card(**(values | each)))
        db.session.rollback()


def test_an_early_renewal_starts_the_day_after_the_old_card_ends(make, clock):
    first, old = card(make)
    at(clock, old.ends_on - timedelta(days=10))
    again = renewal_case(make, first)
    decision = again.propose()
    again.approve(decision)
    new = queries.card_of(decision.id)

    assert decision.renews_card_id == old.id
    assert (new.starts_on, new.renews_id) == (old.ends_on + timedelta(days=1), old.id)
    assert new.ends_on == date(2028, 10, 4)
    assert again.complaint.status is ComplaintStatus.DELIVERED
    today = this_day()

    assert (validity.of(old, today), validity.of(new, today)) == ("valid", "not_yet")
    assert queries.active_card(first.household.id, today) == old


@pytest.mark.parametrize(("days", "opens"), [(-31, False), (-30, True), (0, True)])
def test_the_window_opens_thirty_days_before_the_end(make, clock, days, opens):
    first, old = card(make)
    at(clock, old.ends_on + timedelta(days=days))
    again = renewal_case(make, first)

    if opens:
        assert again.propose().renews_card_id == old.id
    else:
        with pytest.raises(Refused, match="30 hari sebelum habis"):
            again.propose()


def test_a_late_renewal_starts_on_the_day_of_issue(make, clock):
    first, old = card(make)
    day = old.ends_on + timedelta(days=40)
    at(clock, day)
    again = renewal_case(make, first)
    decision = again.propose()
    again.approve(decision)

    assert queries.card_of(decision.id).starts_on == day


def test_no_fresh_look_at_the_list_no_renewal(make, clock):
    first, old = card(make)
    at(clock, old.ends_on)
    again = case(make, people=first)

    with pytest.raises(Refused, match="data terpadu terakhir sudah lebih dari 90 hari"):
        again.propose()


def test_a_renewal_that_waited_too_long_is_refused_at_the_decision(make, clock):
    first, old = card(make)
    at(clock, old.ends_on)
    again = renewal_case(make, first, assessed_days_ago=80)
    decision = again.propose()
    at(clock, old.ends_on + timedelta(days=20))
    look_up(make, first.household)

    with pytest.raises(Refused, match="90 hari"):
        again.approve(decision)
    db.session.rollback()

    again.settle(decision, DecisionStatus.RETURNED)
    assert queries.renewal_card(old) is None


def test_a_card_is_renewed_once(make, clock):
    first, old = card(make)
    at(clock, old.ends_on)
    again, twice = renewal_case(make, first), renewal_case(make, first)
    one, two = again.propose(), twice.propose()
    again.approve(one)

    with pytest.raises(AlreadySettled):
        twice.approve(two)


def test_a_family_that_is_listed_and_carded_by_then_needs_no_renewal(make, clock):
    """Path (a) by now: the KKS is enough."""
    first, old = card(make)
    at(clock, old.ends_on)
    look_up(make, first.household, decile=2)
    give_kks(make, first.household)
    again = case(make, people=first, service_code="health-medicine")

    decision = again.propose()
    again.approve(decision)

    assert decision.path == "a"
    assert queries.card_of(decision.id) is None


def give_kks(make, household):
    make._store(MembershipCard(household_id=household.id, kind="kks", number="1", seen_on=this_day()))


@LATER
@given(offset=st.integers(-60, 200), assessed=st.integers(0, 120), looked_up=st.integers(0, 120))
def test_a_renewal_overlaps_nothing_and_is_never_backdated(make, clock, offset, assessed, looked_up):
    """Early, on the day, late; with findings of any age."""
    at(clock, date(2026, 10, 5))
    first, old = card(make)
    today = old.ends_on + timedelta(days=offset)
    at(clock, today)
    look_up(make, first.household, on=today - timedelta(days=looked_up))
    again = case(make, people=first, assessed_days_ago=assessed)
    allowed = offset >= -30 and assessed <= 90 and looked_up <= 90

    try:
        decision = again.propose()
        again.approve(decision)
        new = queries.card_of(decision.id)
    except Refused:
        db.session.rollback()
        new = None

    assert (new is not None) == allowed
    if new:
        assert new.starts_on == max(old.ends_on + timedelta(days=1), today)
        assert new.ends_on == validity_end(new.starts_on, 12)


def test_a_revoked_card_is_revoked_for_good(make):
    first, issued = card(make)
    services.revoke(issued, reason="Pindah ke kota lain.", by=first.head, on=this_day())
    db.session.commit()

    assert validity.of(issued, this_day()) == "revoked"
    assert issued.revoked_by_id == first.head.id
    assert queries.active_card(first.household.id, this_day()) is None
    with pytest.raises(AlreadySettled):
        services.revoke(issued, reason="Lagi.", by=first.head, on=this_day())


def test_after_a_revocation_the_family_may_get_a_new_card_but_no_renewal(make):
    first, issued = card(make)
    services.revoke(issued, reason="Kartu hilang.", by=first.head, on=this_day())
    db.session.commit()
    again = case(make, people=first)
    decision = again.propose()
    again.approve(decision)

    assert decision.renews_card_id is None
    assert queries.card_of(decision.id).starts_on == this_day()


def test_revoking_needs_the_right_a_reason_and_a_running_card(make, clock):
    first, issued = card(make)

    with pytest.raises(NotAllowed):
        services.revoke(issued, reason="Pindah.", by=first.worker, on=this_day())
    with pytest.raises(Refused) as refusal:
        services.revoke(issued, reason=" ", by=first.head, on=this_day())
    assert refusal.value.field == "reason"
    with pytest.raises(Refused, match="habis"):
        services.revoke(issued, reason="Pindah.", by=first.head, on=issued.ends_on + timedelta(days=1))


def test_a_card_is_found_by_its_code_as_people_type_it(make):
    _first, issued = card(make)
    typed = " ".join(issued.verification_code.lower()[n : n + 6] for n in (0, 6, 12))

    assert queries.by_code(typed) == issued
    assert queries.by_code("ACDEFGHJKMNPQRTUVW") is None
    with pytest.raises(NotFound):
        queries.get_card("KAN-2026-999999")


def test_the_list_knows_active_expiring_expired_and_revoked(make):
    today = this_day()
    starts = {"active": 30, "expiring": 320, "expired": 400, "revoked": 31}
    cards = {name: card(make, today - timedelta(days=ago))[1] for name, ago in starts.items()}
    with audit.unrecorded():
        cards["revoked"].status, cards["revoked"].revoked_on = CardStatus.REVOKED, today
        db.session.commit()

    def shown(state):
        return {row.number for row in queries.cards(queries.Filters(state=state), today, limit=10)}

    assert shown("active") == {cards["active"].number, cards["expiring"].number}
    assert shown("expiring") == {cards["expiring"].number}
    assert shown("expired") == {cards["expired"].number}
    assert shown("revoked") == {cards["revoked"].number}
    assert len(shown("")) == queries.count(queries.Filters(), today) == 4
