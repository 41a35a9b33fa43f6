"""What a partner may give: kinds, purposes, and who may enter, confirm and refuse."""

from datetime import timedelta

import pytest

from portal import clock
from portal.db import db
from portal.errors import AlreadySettled, Doubtful, NotAllowed, NotFound, Refused
from portal.partners import gifts, queries, services
from portal.partners.models import DonationStatus, Purpose
from portal.units.catalogue import catalogue
from tests.funds import factories
from tests.funds.factories import partner


def enter(by, code="mitra-kenanga", **details):
    facts = {
        "kind_code": "infak", "given_on": clock.today(), "amount": 20_000_000, "purpose": Purpose.GENERAL,
        "purpose_code": None,
    }  # fmt: skip
    return services.enter(partner(code), **(facts | details), by=by)


@pytest.mark.parametrize(
    ("code", "kinds"),
    [
        ("mitra-kenanga", {"infak", "sedekah"}),
        ("bri", {"csr"}),
        ("baznas", {"zakat", "infak", "sedekah"}),
        ("kemensos", set()),
    ],
)
def test_a_partner_gives_the_kinds_it_collects_or_gives(make, code, kinds):
    assert {kind.code for kind in gifts.kinds_of(partner(code), queries.all_kinds())} == kinds


def test_zakat_comes_from_an_amil_only_even_if_another_partner_says_it_collects_it(make):
    company = partner("bri")
    company.body = {**company.body, "collects": ["zakat"]}

    assert "zakat" not in {kind.code for kind in gifts.kinds_of(company, queries.all_kinds())}
    db.session.rollback()


def test_a_partner_binds_a_gift_to_what_it_funds(make):
    kenanga, baznas, known = partner(), partner("baznas"), catalogue()

    assert gifts.may_bind(kenanga, Purpose.GENERAL, None, known)
    assert gifts.may_bind(kenanga, Purpose.FIELD, "education", known)
    assert not gifts.may_bind(kenanga, Purpose.FIELD, "social", known)
    assert gifts.may_bind(kenanga, Purpose.SERVICE, "edu-basic", known)
    assert not gifts.may_bind(kenanga, Purpose.SERVICE, "social-house", known)
    assert gifts.services_of(baznas, known) == ["social-house", "social-elderly"]
    assert not gifts.may_bind(kenanga, Purpose.SERVICE, "data-card", known)


def test_a_donation_gets_the_next_number_and_cannot_be_spent_yet(make):
    user = make.partner_user()
    first, second = enter(user), enter(user)
    db.session.commit()

    assert (first.number, second.number) == ("D-2026-000001", "D-2026-000002")
    assert first.status is DonationStatus.ENTERED


@pytest.mark.parametrize(
    ("details", "field"),
    [
        ({"given_on": clock.today() + timedelta(days=3650)}, "given_on"),
        ({"amount": 0}, "amount"),
        ({"amount": -5}, "amount"),
        ({"kind_code": "zakat"}, "kind_code"),
        ({"kind_code": "apbd"}, "kind_code"),
        ({"purpose": Purpose.FIELD, "purpose_code": "social"}, "bound_to"),
        ({"purpose": Purpose.SERVICE, "purpose_code": "nothing"}, "bound_to"),
    ],
)
def test_what_a_partner_does_not_give_is_refused_beside_its_field(make, details, field):
    with pytest.raises(Refused) as refusal:
        enter(make.partner_user(), **details)

    assert refusal.value.field == field


def test_the_same_transfer_typed_twice_is_asked_about(make):
    partner = make.partner_user()
    first = enter(partner, reference="TRX-1")

    with pytest.raises(Doubtful, match=first.number) as doubt:
        enter(partner, reference=" trx 1.")

    codes = [each.code for each in doubt.value.doubts]
    assert enter(partner, reference="TRX-1", confirmed=codes).number != first.number
    assert enter(partner, reference="").number


def test_only_the_partners_own_account_enters_its_gifts(make):
    for stranger in (make.partner_user("baznas"), make.treasurer(), make.unit_head()):
        with pytest.raises(NotAllowed):
            enter(stranger)


def test_another_partners_donation_is_not_there(make):
    given = factories.donation(make)

    for reader in (make.partner_user("baznas"), make.social_worker(), make.cadre()):
        with pytest.raises(NotFound):
            queries.get_donation(given.number, reader=reader)
    for reader in (make.partner_user(), make.treasurer(), make.unit_head()):
        assert queries.get_donation(given.number, reader=reader) is given


def test_the_treasurer_refuses_with_a_reason_and_once(make):
    given, treasurer = factories.donation(make), make.treasurer()

    with pytest.raises(Refused):
        services.refuse(given, reason="  ", by=treasurer)
    services.refuse(given, reason="Tidak masuk rekening.", by=treasurer)
    db.session.commit()

    assert (given.status, given.refusal_reason) == (DonationStatus.REFUSED, "Tidak masuk rekening.")
    with pytest.raises(AlreadySettled):
        services.refuse(given, reason="Lagi", by=treasurer)


def test_nobody_settles_a_donation_they_entered(make):
    from portal.accounts.roles import Role

    both = make.user(Role.TREASURER, Role.PARTNER, partner_code="mitra-kenanga")
    given = factories.donation(make, entered_by_id=both.id)

    with pytest.raises(NotAllowed):
        services.refuse(given, reason="Tidak masuk.", by=both)
    with pytest.raises(NotAllowed):
        services.refuse(given, reason="Tidak masuk.", by=make.partner_user())
