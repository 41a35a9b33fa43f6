"""Taking a complaint, its papers, and how it ends."""

import pytest

from portal.complaints import queries, services
from portal.complaints.models import ComplaintStatus as S
from portal.db import db
from portal.errors import AlreadySettled, NotAllowed, Refused
from portal.references import ALPHABET
from tests.complaints.factories import complaint

ALL = ("ktp", "kk", "sktm", "prescription_or_referral")


def receive(make, *, brought=ALL, service_code="health-medicine", by=None, **details):
    household = details.pop("household", None) or make.household()
    values = {"own_words": "Obat habis.", "applicant_name": "Yurnalis", "applicant_phone": "", "urgent": False}
    return services.receive(
        household, service_code=service_code, brought=brought, by=by or make.social_worker(), on=make.ago(0),
        **(values | details),
    )  # fmt: skip


def test_a_complaint_gets_the_next_number_a_code_and_a_promise(make):
    first, second = receive(make), receive(make)
    db.session.commit()

    assert (first.number, second.number) == ("K-2026-000001", "K-2026-000002")
    assert len(first.tracking_code) == 6
    assert set(first.tracking_code) <= set(ALPHABET)
    assert first.promised_on.isoformat() == "2026-10-08"
    assert [step.status for step in first.steps] == [S.RECEIVED]


def test_what_is_missing_is_named_until_it_is_brought(make):
    worker = make.social_worker()
    case = receive(make, brought=("ktp", "kk"), by=worker)
    assert (case.status, services.missing(case)) == (S.INCOMPLETE, ["sktm", "prescription_or_referral"])

    services.tick_documents(case, ("ktp", "kk", "sktm"), by=worker)
    assert case.status is S.INCOMPLETE
    services.tick_documents(case, ALL, by=worker)
    db.session.commit()

    assert (case.status, services.missing(case)) == (S.RECEIVED, [])
    assert [step.status for step in case.steps] == [S.INCOMPLETE, S.RECEIVED]


def test_papers_ticked_by_mistake_make_it_incomplete_again(make):
    worker = make.social_worker()
    case = receive(make, by=worker)

    services.tick_documents(case, ("ktp",), by=worker)

    assert case.status is S.INCOMPLETE


def test_late_papers_leave_a_scheduled_case_scheduled(make):
    case = complaint(make, status=S.SCHEDULED)

    services.tick_documents(case, ALL, by=make.social_worker())

    assert (case.status, services.missing(case)) == (S.SCHEDULED, [])


def test_only_the_desk_takes_complaints(make):
    with pytest.raises(NotAllowed):
        receive(make, by=make.unit_head())


def test_an_unknown_service_is_refused_at_its_field(make):
    with pytest.raises(Refused) as refused:
        receive(make, service_code="gold")

    assert refused.value.field == "service_code"


def test_the_day_of_the_answer_is_kept_when_the_case_is_closed_later(make, clock):
    case, worker = complaint(make), make.social_worker()
    services.move(case, S.DELIVERED, by=worker)
    answered = case.closed_on
    clock.shift(86400 * 9)

    services.close(case, reason="Sudah diterima keluarga.", by=worker)

    assert (case.status, case.closed_on) == (S.CLOSED, answered)


def test_a_letter_that_was_given_keeps_its_promise_while_the_case_goes_on(make, clock):
    case, worker = complaint(make, service_code="data-letter"), make.social_worker()
    services.move(case, S.APPROVED, by=worker)
    answered = case.answered_on
    clock.shift(86400 * 9)

    assert (answered, case.closed_on) == (make.ago(9), None)
    assert queries.index(queries.Filter(overdue=True))[0] == []

    for onward in (S.REFERRED, S.SCHEDULED):  # the exits "referral" and "card"
        services.move(case, onward, by=worker)
        assert case.answered_on == answered

    services.close(case, reason="Bantuan sampai.", by=worker)
    assert (case.answered_on, case.closed_on) == (answered, make.ago(0))


def test_aid_that_was_approved_is_still_promised_until_it_is_given(make, clock):
    case, worker = complaint(make), make.social_worker()
    services.move(case, S.APPROVED, by=worker)
    clock.shift(86400 * 9)

    assert case.answered_on is None
    assert [row.number for row in queries.index(queries.Filter(overdue=True))[0]] == [case.number]

    services.move(case, S.DELIVERED, by=worker)
    services.move(case, S.APPROVED, by=worker, note="Pembayaran ditarik kembali.")
    assert case.answered_on is None


def test_closing_needs_a_reason_and_happens_once(make):
    case, worker = complaint(make), make.social_worker()

    with pytest.raises(Refused):
        services.close(case, reason="  ", by=worker)
    services.withdraw(case, reason="Keluarga pindah.", by=worker)
    with pytest.raises(AlreadySettled):
        services.close(case, reason="Lagi.", by=worker)

    assert (case.status, case.closing_reason) == (S.WITHDRAWN, "Keluarga pindah.")


def test_a_second_open_complaint_for_the_same_service_is_found(make):
    case = complaint(make)

    assert queries.open_complaint(case.household_id, "health-medicine") == case
    assert queries.open_complaint(case.household_id, "data-card") is None
    services.close(case, reason="Selesai.", by=make.social_worker())
    assert queries.open_complaint(case.household_id, "health-medicine") is None


def test_the_list_is_narrowed_in_every_way(make):
    worker = make.social_worker()
    late = complaint(make, promised_on=make.ago(3), taken_by=worker)
    done = complaint(make, status=S.CLOSED, promised_on=make.ago(3), closed_on=make.ago(3))
    booked = complaint(make, status=S.SCHEDULED, service_code="data-card", household=make.household("Rosma"))

    def numbers(**how):
        return {row.number for row in queries.index(queries.Filter(**how))[0]}

    assert numbers() == {late.number, done.number, booked.number}
    assert numbers(status="open") == {late.number, booked.number}
    assert numbers(status="closed") == {done.number}
    assert numbers(status="nonsense") == numbers()
    assert numbers(overdue=True) == numbers(without_visit=True) == numbers(taken_by_id=worker.id) == {late.number}
    assert numbers(service_code="data-card") == numbers(q="rosm") == numbers(q=booked.number.lower()) == {booked.number}
    assert numbers(village_code="13.76.02.1034") == set()
