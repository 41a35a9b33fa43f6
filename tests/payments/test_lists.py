"""Rules of payment lists: collecting, settling all at once, failing, coming back, calling off."""

import json

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm.exc import StaleDataError

from portal import clock
from portal.accounts.roles import Role
from portal.audit.models import AuditEvent
from portal.db import db
from portal.errors import AlreadySettled, NotAllowed, Refused
from portal.funds import holding, paying
from portal.funds import queries as fund_queries
from portal.funds import services as aid_services
from portal.funds.details import Details, Goods
from portal.funds.models import Disbursement, DisbursementStatus, EntryKind, LedgerEntry, Method
from portal.funds.verify import verify
from portal.payments import queries, services
from portal.payments.models import LineOutcome, ListState
from portal.payments.services import Outcome, Settlement
from tests.funds import factories as money
from tests.payments import factories

S, L = DisbursementStatus, LineOutcome


def outcomes(payments):
    return [line.outcome for line in payments.lines]


def test_a_list_goes_kelurahan_by_kelurahan(make):
    fund = money.fund(make)
    far = factories.approved(make, 2, fund=fund, family={"village_code": "13.76.02.1002"})
    near = factories.approved(make, 2, fund=fund)
    mixed = [far[0], near[0], far[1], near[1]]

    payments = factories.made(make, aids=mixed)

    lines = queries.lines_of(payments)
    assert [line.village_code for line in lines] == sorted(line.village_code for line in lines)
    assert [village.amount for village in queries.by_village(lines)] == [800_000, 800_000]
    assert payments.number.startswith("B-2026-")


def test_all_lines_are_settled_in_one_go(make):
    fund = money.fund(make, 1_200_000)
    payments, treasurer = factories.made(make, aids=factories.approved(make, 3, fund=fund)), make.treasurer()

    services.settle(payments, factories.paid(payments), by=treasurer)
    db.session.commit()

    assert outcomes(payments) == [L.PAID] * 3
    assert payments.state is ListState.SETTLED
    assert [line.disbursement.status for line in payments.lines] == [S.PAID] * 3
    assert fund_queries.balance(fund).paid == 1_200_000
    assert verify().faults == []


def test_the_trail_tells_of_each_piece_of_aid_what_became_of_it_and_of_its_money(make):
    payments, treasurer = factories.made(make, 2), make.treasurer()
    ids = [line.disbursement_id for line in payments.lines]

    services.settle(payments, factories.paid(payments), by=treasurer)
    db.session.commit()

    for aid_id in ids:
        act = db.session.scalars(select(AuditEvent).filter_by(action="disbursement.paid", subject_id=str(aid_id))).one()
        told = json.loads(act.details)
        entry = db.session.scalars(select(LedgerEntry).filter_by(disbursement_id=aid_id, kind=EntryKind.PAYMENT)).one()
        aid = db.session.get_one(Disbursement, aid_id)
        assert told["changes"]["status"] == ["approved", "paid"]
        assert told["changes"]["received_by"] == ["", "Yurnalis Piliang"]
        assert [(one["type"], one["id"]) for one in told["also"]] == [
            ("ledger_entry", str(entry.id)), *(("ledger_line", str(line.id)) for line in entry.lines),
        ]  # fmt: skip
        assert act.household_id == aid.household_id
        case = db.session.scalars(
            select(AuditEvent).filter_by(action="complaint.moved", subject_id=str(aid.complaint_id))
        ).one()
        assert json.loads(case.details)["changes"]["status"] == ["approved", "delivered"]
        assert aid.complaint.steps[-1].note == aid.number
    lines = db.session.scalars(select(AuditEvent).filter_by(action="payment_list.settled")).one()
    assert [one["type"] for one in json.loads(lines.details)["also"]].count("payment_line") == 2


def test_nothing_is_paid_when_somebody_altered_one_piece_of_aid_meanwhile(make, monkeypatch):
    payments, treasurer = factories.made(make, 2), make.treasurer()
    look, altered = holding.hold_rows, payments.lines[1].disbursement_id

    def looks(*given):
        found = look(*given)
        db.session.execute(update(Disbursement).where(Disbursement.id == altered).values(version=99))
        return found

    monkeypatch.setattr(holding, "hold_rows", looks)

    with pytest.raises(StaleDataError):
        services.settle(payments, factories.paid(payments), by=treasurer)
    db.session.rollback()
    assert outcomes(payments) == [L.OPEN, L.OPEN]


def test_line_by_line_a_list_stays_open_until_its_last_line(make):
    payments, treasurer = factories.made(make, 2), make.treasurer()
    first, last = payments.lines

    services.settle(payments, Settlement(clock.today(), {first.id: Outcome(True, "Yurnalis")}), by=treasurer)
    db.session.commit()
    assert (outcomes(payments), payments.state) == ([L.PAID, L.OPEN], ListState.OPEN)

    aid_services.pay(last.disbursement, money.handover(), by=treasurer)
    db.session.commit()
    assert (outcomes(payments), payments.state) == ([L.PAID, L.PAID], ListState.SETTLED)


def test_a_line_that_failed_frees_its_money_and_may_be_proposed_anew(make):
    fund = money.fund(make, 800_000)
    payments = factories.made(make, aids=factories.approved(make, 2, fund=fund))
    failed, paid = payments.lines
    told = {failed.id: Outcome(False, note="Rumah kosong."), paid.id: Outcome(True, "Yurnalis")}

    services.settle(payments, Settlement(clock.today(), told), by=make.treasurer())
    db.session.commit()

    aid = failed.disbursement
    assert (aid.status, aid.settling_reason, failed.outcome) == (S.FAILED, "Rumah kosong.", L.FAILED)
    balance = fund_queries.balance(fund)
    assert (balance.available, balance.reserved, balance.paid) == (400_000, 0, 400_000)
    again = money.proposed(make, fund, ground=money.grounds.of_decision(aid.decision_id))
    assert again.status is S.PROPOSED
    assert verify().faults == []


def test_what_came_back_is_reversed_and_its_line_says_so(make):
    payments, treasurer = factories.made(make, 1), make.treasurer()
    services.settle(payments, factories.paid(payments), by=treasurer)

    aid_services.reverse_payment(payments.lines[0].disbursement, reason="Rekening ditutup.", by=treasurer)
    db.session.commit()

    assert outcomes(payments) == [L.RETURNED]
    assert payments.state is ListState.SETTLED
    assert verify().faults == []


def test_one_wrong_line_records_nothing(make):
    payments = factories.made(make, 2)
    first, second = payments.lines
    told = {first.id: Outcome(True, "Yurnalis"), second.id: Outcome(False, note=" ")}

    with pytest.raises(Refused):
        services.settle(payments, Settlement(clock.today(), told), by=make.treasurer())
    db.session.rollback()

    assert outcomes(payments) == [L.OPEN, L.OPEN]
    assert first.disbursement.status is S.APPROVED


def test_a_settled_line_is_not_settled_twice_nor_a_line_of_another_list(make):
    payments, other, treasurer = factories.made(make, 1), factories.made(make, 1), make.treasurer()
    told = factories.paid(payments)
    services.settle(payments, told, by=treasurer)
    db.session.commit()

    with pytest.raises(AlreadySettled):
        services.settle(payments, told, by=treasurer)
    db.session.rollback()
    with pytest.raises(Refused):
        services.settle(payments, factories.paid(other), by=treasurer)
    db.session.rollback()
    with pytest.raises(Refused):
        services.settle(other, Settlement(clock.today(), {}), by=treasurer)


def test_aid_stands_in_one_open_list(make):
    aids, treasurer = factories.approved(make, 2), make.treasurer()
    first = factories.made(make, aids=aids[:1], by=treasurer)
    assert [line.number for line in queries.to_collect()] == [aids[1].number]

    with pytest.raises(AlreadySettled, match=aids[0].number):
        factories.made(make, aids=aids, by=treasurer)
    db.session.rollback()
    services.call_off(first, reason="Hujan.", by=treasurer)
    db.session.commit()

    assert (first.state, outcomes(first)) == (ListState.CALLED_OFF, [L.TAKEN_OUT])
    assert aids[0].status is S.APPROVED
    assert len(factories.made(make, aids=aids, by=treasurer).lines) == 2
    with pytest.raises(AlreadySettled):
        services.call_off(first, reason="Hujan.", by=treasurer)


def test_aid_that_is_called_off_leaves_its_list(make):
    payments = factories.made(make, 1)

    aid_services.cancel(payments.lines[0].disbursement, reason="Pindah kota.", by=make.unit_head())
    db.session.commit()

    assert (outcomes(payments), payments.state) == ([L.TAKEN_OUT], ListState.SETTLED)


@pytest.mark.parametrize("act", ["make", "settle", "call off"])
def test_only_who_pays_may(make, act):
    payments, aids = factories.made(make, 1), factories.approved(make, 1)
    for user in (make.unit_head(), make.social_worker(), make.partner_user()):
        with pytest.raises(NotAllowed):
            {
                "make": lambda by: factories.made(make, aids=aids, by=by),
                "settle": lambda by: services.settle(payments, factories.paid(payments), by=by),
                "call off": lambda by: services.call_off(payments, reason="x", by=by),
            }[act](user)
        db.session.rollback()


def test_nobody_pays_in_a_list_what_they_proposed_or_approved(make):
    head = make.user(Role.UNIT_HEAD, Role.TREASURER)
    aid = money.proposed(make, money.fund(make))
    aid_services.approve(aid, by=head)
    db.session.commit()

    with pytest.raises(NotAllowed):
        factories.made(make, aids=[aid], by=head)
    db.session.rollback()
    payments = factories.made(make, aids=[aid])
    with pytest.raises(NotAllowed):
        services.settle(payments, factories.paid(payments), by=head)


def test_a_transfer_needs_an_account_and_a_reference(make):
    aids, treasurer = factories.approved(make, 1), make.treasurer()
    with pytest.raises(Refused, match=aids[0].number):
        factories.made(make, aids=aids, method=Method.TRANSFER, by=treasurer)
    db.session.rollback()

    payments = factories.made(make, 1, method=Method.TRANSFER, by=treasurer)
    with pytest.raises(Refused):
        services.settle(payments, factories.paid(payments), by=treasurer)
    db.session.rollback()
    line = payments.lines[0]
    told = {line.id: Outcome(True, "Yurnalis", "TRF-77")}
    services.settle(payments, Settlement(clock.today(), told), by=treasurer)
    assert (line.disbursement.method, line.disbursement.payment_note) == (Method.TRANSFER, "TRF-77")


def test_goods_are_handed_over_as_they_were_proposed(make):
    goods = Details(method=Method.GOODS, goods=(Goods("seragam", 2, 150_000, "Toko A"), Goods("tas", 1, 100_000)))
    payments = factories.made(make, aids=factories.approved(make, 1, details=goods), method=Method.GOODS)

    services.settle(payments, factories.paid(payments), by=make.treasurer())

    note = payments.lines[0].disbursement.payment_note
    assert note == "2 seragam à Rp150.000\n1 tas à Rp100.000"


def test_zakat_waits_for_its_asnaf_before_it_is_collected(make):
    zakat = money.fund(make, partner_code="baznas", kind_code="zakat", purpose_code="social")
    aid = money.approved(make, zakat, 500_000, service_code="social-elderly", asnaf="miskin")

    assert queries.to_collect() == []
    with pytest.raises(Refused, match=aid.number):
        factories.made(make, aids=[aid])


@pytest.mark.parametrize("count", [0, 501])
def test_a_list_has_bounds(make, count):
    with pytest.raises(Refused):
        services.make_list(list(range(count)), method=Method.CASH, planned_on=clock.today(), by=make.treasurer())


def test_each_act_is_in_the_trail(make):
    payments, treasurer = factories.made(make, 1), make.treasurer()
    services.settle(payments, factories.paid(payments), by=treasurer)
    db.session.commit()

    actions = set(db.session.scalars(db.select(AuditEvent.action)))
    assert {"payment_list.made", "payment_list.settled", "disbursement.paid"} <= actions
    with pytest.raises(AlreadySettled):
        paying.fail(payments.lines[0].disbursement, reason="x", by=treasurer)
