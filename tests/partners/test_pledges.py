"""What partners promise: kept by gifts, open until they arrived, called off with a reason."""

from datetime import timedelta

import pytest

from portal import clock
from portal.accounts.models import User
from portal.db import db
from portal.errors import AlreadySettled, NotAllowed, NotFound, Refused
from portal.funds import giving
from portal.partners import pledges
from portal.partners.models import Donation, Purpose
from portal.partners.pledge_models import Pledge
from portal.partners.pledges import PledgeState
from tests.factories import Make
from tests.funds import factories
from tests.funds.factories import partner
from tests.pages import form_values
from tests.together import count, reasons, together

PROMISE = {"amount": "10.000.000", "due_on": "31-12-2026", "kind_code": "infak", "bound_to": "field:education"}
GIFT = {"given_on": "04-10-2026", "amount": "4.000.000", "kind_code": "infak", "bound_to": "field:education"}


def promised(make, by=None, **details):
    facts = {"kind_code": "infak", "amount": 10_000_000, "due_on": clock.today(), "purpose": Purpose.FIELD,
             "purpose_code": "education"}  # fmt: skip
    made = pledges.pledge(partner(), **(facts | details), by=by or make.partner_user())
    db.session.commit()
    return made


def test_a_pledge_is_open_until_all_of_it_has_arrived(make):
    made, today = promised(make), clock.today()
    first = factories.donation(make, 4_000_000, pledge_id=made.id)
    assert pledges.standing(made) == pledges.Standing(10_000_000, 0, 4_000_000)
    assert pledges.standing(made).to_be_given == 6_000_000

    giving.confirm(first, by=make.treasurer())
    factories.confirmed(make, 7_000_000, pledge_id=made.id)
    stands = pledges.standing(made)
    assert (stands.arrived, stands.open) == (11_000_000, 0)
    assert pledges.state(made, stands.arrived, today) is PledgeState.KEPT
    assert pledges.state(made, 4_000_000, today) is PledgeState.OPEN
    assert pledges.state(made, 4_000_000, today + timedelta(days=1)) is PledgeState.OVERDUE


def test_a_gift_that_did_not_arrive_keeps_no_pledge(make):
    made = promised(make)
    given = factories.confirmed(make, 10_000_000, pledge_id=made.id)
    giving.take_back(given, reason="salah rekening", by=make.treasurer())

    assert pledges.standing(made).open == 10_000_000


def test_a_partner_promises_gives_against_it_and_sees_what_is_open(make, sign_in):
    browser = sign_in(make.partner_user())
    sent = browser.post("/pledges/new", PROMISE)
    (made,) = db.session.scalars(db.select(Pledge)).all()
    assert (sent.status_code, sent.location) == (303, f"/pledges/{made.number}")
    assert "Rp10.000.000" in browser.get("/pledges").text
    form = browser.get(f"/donations/new?pledge={made.number}").text
    assert 'value="10.000.000"' in form

    assert browser.post("/donations/new", {**GIFT, "pledge": made.number}).status_code == 303
    (given,) = db.session.scalars(db.select(Donation)).all()
    assert given.pledge_id == made.id
    assert made.number in browser.get(f"/donations/{given.number}").text
    assert "Rp6.000.000" in browser.get(f"/pledges/{made.number}").text


@pytest.mark.parametrize("change", [{"bound_to": "field:health"}, {"kind_code": "sedekah"}, {"bound_to": "general"}])
def test_a_gift_for_something_else_does_not_keep_a_pledge(make, sign_in, change):
    user = make.partner_user()
    made, browser = promised(make, by=user), sign_in(user)

    answer = browser.post("/donations/new", {**GIFT, "pledge": made.number, **change})

    assert answer.status_code == 422
    assert "Infak · Pendidikan" in answer.text
    assert count(Donation) == 0


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"due_on": "04-10-2026"}, "sudah lewat"),
        ({"amount": "0"}, "lebih dari nol"),
        ({"kind_code": "csr"}, "pilih"),
        ({"bound_to": "field:social"}, "pilih"),
        ({"due_on": ""}, ""),
    ],
)
def test_a_wrong_pledge_says_what_is_wrong(make, sign_in, change, said):
    response = sign_in(make.partner_user()).post("/pledges/new", {**PROMISE, **change})

    assert response.status_code == 422
    assert said in response.text.lower()
    assert count(Pledge) == 0


def test_a_pledge_sent_twice_is_made_once(make, sign_in):
    browser = sign_in(make.partner_user())

    first, second = (browser.post("/pledges/new", PROMISE, once="the-same-key") for _ in range(2))

    assert first.location == second.location
    assert count(Pledge) == 1


def test_what_is_open_is_called_off_with_a_reason_and_takes_no_gift_then(make, sign_in):
    user = make.partner_user()
    made, browser = promised(make, by=user), sign_in(user)
    address = f"/pledges/{made.number}/call-off"
    key = form_values(browser.get(address).text, field="reason")

    assert browser.post(address, {**key, "reason": " "}).status_code == 422
    assert browser.post(address, {**key, "reason": "Program dihentikan"}).status_code == 303
    assert "Program dihentikan" in browser.get(f"/pledges/{made.number}").text
    assert made.number not in browser.get("/pledges").text
    assert made.number in browser.get("/pledges?show=all").text
    assert browser.get(address).status_code == 303
    with pytest.raises(Refused):
        pledges.keep_with(made, ("infak", Purpose.FIELD, "education"), partner=partner())


def test_what_was_kept_cannot_be_called_off(make):
    user = make.partner_user()
    made = promised(make, by=user)
    factories.confirmed(make, 10_000_000, pledge_id=made.id)

    with pytest.raises(Refused):
        pledges.call_off(made, reason="x", by=user)
    with pytest.raises(NotAllowed):
        pledges.call_off(made, reason="x", by=make.treasurer())


def test_two_who_call_it_off_at_once_do_so_once(own_portal):
    make = Make()
    people = [make.partner_user().id for _ in range(2)]
    number = promised(make).number

    def call_off(person):
        by = db.session.get_one(User, person)
        pledges.call_off(pledges.get_pledge(number, reader=by), reason="x", by=by)

    stopped = together(own_portal, [lambda person=person: call_off(person) for person in people])

    assert reasons(stopped) == {AlreadySettled}


def test_who_sees_a_pledge(make, sign_in, stranger):
    made = promised(make)
    for role, user in make.everyone().items():
        expected = 200 if role.value in {"treasurer", "unit_head", "partner"} else 403
        assert sign_in(user).get("/pledges").status_code == expected, role
        assert sign_in(user).get(f"/pledges/{made.number}").status_code == expected, role
        assert sign_in(user).get("/pledges/new").status_code == (200 if role.value == "partner" else 403), role
    other = sign_in(make.partner_user("baznas"))
    assert other.get(f"/pledges/{made.number}").status_code == 404
    assert made.number not in other.get("/pledges?show=all&partner=mitra-kenanga").text
    assert stranger.get("/pledges").status_code == 303
    with pytest.raises(NotFound):
        pledges.keep_with(made, ("infak", Purpose.FIELD, "education"), partner=partner("baznas"))


def test_the_list_goes_on_by_due_day(make, sign_in):
    user = make.partner_user()
    for days in range(30):
        promised(make, by=user, due_on=clock.today() + timedelta(days=days))
    browser = sign_in(user)

    first = browser.get("/pledges").text
    assert first.count("/pledges/P-") == 25
    last = pledges.pledges(reader=user)[24]
    rest = pledges.pledges(reader=user, after=[str(last.due_on), last.id])
    assert len(rest) == 5
    assert pledges.pledges(reader=user, after=["x", "y"])[0].due_on == clock.today()


def test_today_names_open_pledges_and_permits_to_renew(make, sign_in):
    user = make.partner_user()
    made = promised(make, by=user)
    browser = sign_in(user)

    page = browser.get("/").text
    assert f"/pledges/{made.number}" in page
    assert "(PUB)" in page
    giving.confirm(factories.donation(make, 10_000_000, pledge_id=made.id), by=make.treasurer())
    db.session.commit()
    assert f"/pledges/{made.number}" not in browser.get("/").text
    assert "(PUB)" not in sign_in(make.partner_user("baznas")).get("/").text
